// The registers of a process that ptrace(2) has stopped in a system call, on the machines there
// are.
#pragma once

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

// At the entry of a call its arguments may be changed, or the call be dropped; at its exit the
// result.
class Registers {
 public:
  explicit Registers(pid_t pid) : pid_(pid) {
    iovec place{&values_, sizeof values_};
    ptrace(PTRACE_GETREGSET, pid_, NT_PRSTATUS, &place);
  }

  void set_argument(int index, unsigned long value) {
    argument(index) = value;
    store();
  }

#if defined(__x86_64__)
  void drop_call() {
    values_.orig_rax = ~0UL;
    store();
  }
  void set_result(long value) {
    values_.rax = static_cast<unsigned long>(value);
    store();
  }

 private:
  decltype(user_regs_struct::rdi)& argument(int index) {
    decltype(user_regs_struct::rdi)* all[] = {&values_.rdi, &values_.rsi, &values_.rdx,
                                              &values_.r10};
    return *all[index];
  }
#elif defined(__aarch64__)
  void drop_call() {
    int number = -1;
    iovec place{&number, sizeof number};
    ptrace(PTRACE_SETREGSET, pid_, NT_ARM_SYSTEM_CALL, &place);
  }
  // Its first argument had the same register.
  void set_result(long value) {
    values_.regs[0] = static_cast<unsigned long long>(value);
    store();
  }

 private:
  auto& argument(int index) { return values_.regs[index]; }
#endif

  void store() {
    iovec place{&values_, sizeof values_};
    ptrace(PTRACE_SETREGSET, pid_, NT_PRSTATUS, &place);
  }

  pid_t pid_;
  user_regs_struct values_{};
};
