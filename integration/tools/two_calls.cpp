// two-calls: makes two system calls, getpgid and exit_group, and no other: it has no C library,
// which would make its own. Only for x86-64.
//
// A test tool: what a recording has to hold of it is known exactly.
#include <sys/syscall.h>

namespace {

long call(long number, long argument) {
  long result = number;
  asm volatile("syscall" : "+a"(result) : "D"(argument) : "rcx", "r11", "memory");
  return result;
}

}  // namespace

extern "C" [[noreturn]] void _start() {
  call(SYS_getpgid, 0);
  for (;;) call(SYS_exit_group, 7);
}
