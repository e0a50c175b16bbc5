// What no header of the C library has, by processor: a call of the kernel that needs nothing else.
#pragma once

#include <cerrno>

namespace sys::abi {

// Where it is false, direct_call does nothing but fail with ENOSYS.
#if defined(__x86_64__) || defined(__aarch64__)
inline constexpr bool kHasDirectCalls = true;
#else
inline constexpr bool kHasDirectCalls = false;
#endif

// syscall(2) without the library and without errno: a negative result is the error's number,
// negated. Always inline, so that it can stand in code that has been moved away from all other.
[[gnu::always_inline]] inline long direct_call(long number, long a = 0, long b = 0, long c = 0,
                                               long d = 0, long e = 0, long f = 0) noexcept {
#if defined(__x86_64__)
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  long result = number;
  asm volatile("syscall"
               : "+a"(result)
               : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register long x5 asm("x5") = f;
  asm volatile("svc 0"
               : "+r"(x0)
               : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
               : "memory");
  return x0;
#else
  static_cast<void>(number + a + b + c + d + e + f);
  return -ENOSYS;
#endif
}

// Ends the process by SIGTRAP, whatever a seccomp filter denies, and though it is the init of a pid
// namespace, to which a signal it sends itself does nothing.
[[noreturn, gnu::always_inline]] inline void end_by_trap() noexcept {
#if defined(__x86_64__)
  asm volatile("int3");
#endif
  __builtin_trap();
}

}  // namespace sys::abi
