// A system call by its bare number, in each of the three ways that x86-64 has. What it returns is
// what the kernel does: a value, or an errno below 0.
#pragma once

#include <array>

namespace raw_call {

enum class Abi { X86_64, I386, X32 };

using Arguments = std::array<long, 6>;

inline long by_syscall(long number, const Arguments& arguments) {
  long result = number;
  register long fourth asm("r10") = arguments[3];
  register long fifth asm("r8") = arguments[4];
  register long sixth asm("r9") = arguments[5];
  asm volatile("syscall"
               : "+a"(result)
               : "D"(arguments[0]), "S"(arguments[1]), "d"(arguments[2]), "r"(fourth), "r"(fifth),
                 "r"(sixth)
               : "rcx", "r11", "memory");
  return result;
}

// Only the lower halves are looked at. The sixth is in ebp, which the compiler does not give away;
// what lies below the stack pointer may be its own.
inline long by_interrupt(long number, const Arguments& arguments) {
  long result = number;
  register long sixth asm("r8") = arguments[5];
  asm volatile(
      "add $-128, %%rsp\n\t"
      "push %%rbp\n\t"
      "mov %%r8, %%rbp\n\t"
      "int $0x80\n\t"
      "pop %%rbp\n\t"
      "sub $-128, %%rsp"
      : "+a"(result), "+r"(sixth)
      : "b"(arguments[0]), "c"(arguments[1]), "d"(arguments[2]), "S"(arguments[3]),
        "D"(arguments[4])
      : "r9", "r10", "r11", "cc", "memory");
  return static_cast<int>(result);
}

inline long make(Abi abi, long number, const Arguments& arguments) {
  constexpr long kX32Bit = 0x40000000;
  switch (abi) {
    case Abi::I386: return by_interrupt(number, arguments);
    case Abi::X32: return by_syscall(number | kX32Bit, arguments);
    case Abi::X86_64: break;
  }
  return by_syscall(number, arguments);
}

}  // namespace raw_call
