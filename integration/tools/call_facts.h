// What fault-at has to know of a system call that a process is about to make.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <optional>
#include <seccomp.h>
#include <string>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

inline std::string name_of(const __ptrace_syscall_info& info) {
  const std::unique_ptr<char, void (*)(void*)> name(
      seccomp_syscall_resolve_num_arch(info.arch, static_cast<int>(info.entry.nr)), std::free);
  return name ? name.get() : std::to_string(info.entry.nr);
}

// Which argument says how many bytes are to be read or written.
inline std::optional<int> length_argument(unsigned long call) {
  switch (call) {
    case SYS_read:
    case SYS_write:
    case SYS_pread64:
    case SYS_pwrite64:
    case SYS_sendto:
    case SYS_recvfrom: return 2;
    case SYS_sendfile: return 3;
    default: return std::nullopt;
  }
}

// Where it is in the message of a sendmsg(2) or recvmsg(2), if it has one part.
inline std::optional<unsigned long> length_address(pid_t pid, const __ptrace_syscall_info& info) {
  if (info.entry.nr != SYS_sendmsg && info.entry.nr != SYS_recvmsg) return std::nullopt;
  msghdr message{};
  const iovec ours{&message, sizeof message};
  const iovec theirs{reinterpret_cast<void*>(info.entry.args[1]), sizeof message};
  if (process_vm_readv(pid, &ours, 1, &theirs, 1, 0) != sizeof message) return std::nullopt;
  if (message.msg_iovlen != 1) return std::nullopt;
  return reinterpret_cast<unsigned long>(message.msg_iov) + offsetof(iovec, iov_len);
}

// It never returns, always succeeds as its man page says, has no errno as its result (brk), or
// glibc ends the process if it has one that no kernel gives (futex).
inline bool can_fail(unsigned long call) {
  constexpr unsigned long kCannot[] = {
      SYS_exit,    SYS_exit_group,      SYS_rt_sigreturn, SYS_umask,   SYS_getpid,
      SYS_getppid, SYS_gettid,          SYS_getuid,       SYS_geteuid, SYS_getgid,
      SYS_getegid, SYS_set_tid_address, SYS_brk,          SYS_futex};
  return std::find(std::begin(kCannot), std::end(kCannot), call) == std::end(kCannot);
}
