// Tables of names by what they are for. What isn't here is denied: to trace others and to read
// their memory, kernel modules and programs (BPF), new namespaces and mounts, keyrings, io_uring,
// userfaultfd, the clock, and what has been obsolete for decades.
#include "seccomp/default_profile.h"

#include <algorithm>
#include <cerrno>
#include <sched.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include "base/text.h"
#include "seccomp/architecture.h"
#include "seccomp/calls.h"

namespace seccomp {

namespace {

using oci::SeccompAction;
using oci::SeccompArch;
using oci::SeccompOperator;

constexpr std::string_view kFiles =
    "access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 "
    "faccessat faccessat2 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat "
    "fcntl fcntl64 fdatasync flock fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate "
    "ftruncate64 futimesat getcwd getdents getdents64 ioctl lchown lchown32 link linkat lseek "
    "_llseek lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat "
    "openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink "
    "readlinkat readv rename renameat renameat2 rmdir sendfile sendfile64 splice stat stat64 "
    "statfs statfs64 statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs tee "
    "truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice "
    "write writev fadvise64 fadvise64_64 arm_fadvise64_64 arm_sync_file_range cachestat";

constexpr std::string_view kAttributes =
    "fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr "
    "listxattrat llistxattr lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat";

constexpr std::string_view kEvents =
    "epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait "
    "epoll_wait_old eventfd eventfd2 inotify_add_watch inotify_init inotify_init1 "
    "inotify_rm_watch poll ppoll ppoll_time64 pselect6 pselect6_time64 select _newselect signalfd "
    "signalfd4 fanotify_mark";

// Asynchronous input and output as it was before io_uring.
constexpr std::string_view kAsynchronous =
    "io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit";

constexpr std::string_view kMemory =
    "brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 "
    "mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap pkey_alloc "
    "pkey_free pkey_mprotect process_mrelease remap_file_pages";

constexpr std::string_view kProcesses =
    "arch_prctl breakpoint cacheflush execve execveat exit exit_group fork "
    "get_robust_list get_thread_area get_tls getcpu getpgid getpgrp getpid getppid getpriority "
    "getrlimit getrusage getsid gettid ioprio_get ioprio_set kill modify_ldt pidfd_open "
    "pidfd_send_signal prctl prlimit64 restart_syscall rseq s390_pci_mmio_read "
    "s390_pci_mmio_write s390_runtime_instr sched_get_priority_max sched_get_priority_min "
    "sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval "
    "sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam "
    "sched_setscheduler sched_yield set_robust_list set_thread_area set_tid_address set_tls "
    "setpgid setpriority setrlimit setsid sysinfo tgkill times tkill ugetrlimit uname vfork wait4 "
    "waitid waitpid riscv_flush_icache riscv_hwprobe swapcontext";

constexpr std::string_view kSecurity =
    "capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 "
    "getrandom getresgid getresgid32 getresuid getresuid32 getuid getuid32 landlock_add_rule "
    "landlock_create_ruleset landlock_restrict_self seccomp setfsgid setfsgid32 setfsuid "
    "setfsuid32 setgid setgid32 setgroups setgroups32 setregid setregid32 setresgid setresgid32 "
    "setresuid setresuid32 setreuid setreuid32 setuid setuid32 lsm_get_self_attr "
    "lsm_set_self_attr lsm_list_modules";

constexpr std::string_view kSignals =
    "alarm pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn "
    "rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaction sigaltstack "
    "signal sigpending sigprocmask sigreturn sigsuspend";

constexpr std::string_view kTime =
    "adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime "
    "clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday nanosleep "
    "setitimer time timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 "
    "timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 "
    "timerfd_settime timerfd_settime64";

constexpr std::string_view kWaiting =
    "futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake";

// socketcall(2) is not among them: it hides from a filter which kind of socket is asked for.
constexpr std::string_view kSockets =
    "accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg "
    "recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketpair";

constexpr std::string_view kIpc =
    "ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend "
    "mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop "
    "semtimedop_time64 shmat shmctl shmdt shmget";

constexpr std::string_view kOrdinary[] = {kFiles,  kAttributes, kEvents,   kAsynchronous,
                                          kMemory, kProcesses,  kSecurity, kSignals,
                                          kTime,   kWaiting,    kSockets,  kIpc};

// What a capability is for. Without it the kernel would refuse most of these anyway, but is
// attacked through the few that it doesn't.
struct Gate {
  std::string_view capability;
  std::string_view names;
};

constexpr Gate kGates[] = {
    {"CAP_SYS_ADMIN",
     "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick listmount lookup_dcookie mount "
     "mount_setattr move_mount open_tree perf_event_open pivot_root quotactl quotactl_fd "
     "setdomainname sethostname setns statmount syslog umount umount2 unshare"},
    {"CAP_BPF", "bpf"},
    {"CAP_DAC_READ_SEARCH", "open_by_handle_at"},
    {"CAP_PERFMON", "perf_event_open"},
    {"CAP_SYS_BOOT", "reboot"},
    {"CAP_SYS_CHROOT", "chroot"},
    {"CAP_SYS_MODULE", "delete_module finit_module init_module"},
    {"CAP_SYS_NICE",
     "get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node"},
    {"CAP_SYS_PACCT", "acct"},
    {"CAP_SYS_PTRACE",
     "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"},
    {"CAP_SYS_RAWIO", "ioperm iopl"},
    {"CAP_SYS_TIME", "clock_settime clock_settime64 settimeofday stime"},
    {"CAP_SYS_TTY_CONFIG", "vhangup"},
    {"CAP_SYSLOG", "syslog"},
};

// Unix, the internet and netlink, and packets, which take a capability. Of the others the kernel
// has had its worst surprises in AF_ALG and AF_VSOCK.
constexpr std::uint64_t kDomains[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET};

constexpr std::uint64_t kPersonalities[] = {
    PER_LINUX, PER_LINUX32, UNAME26, std::uint64_t{PER_LINUX32} | UNAME26, 0xffffffff /* asks */};

constexpr std::uint64_t kNewNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                         CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

// Without those that are younger than libseccomp, about which each start would warn.
void append(std::vector<std::string>& names, std::string_view list) {
  for (const std::string_view word : base::split(list, ' ')) {
    if (find_name(word)) names.emplace_back(word);
  }
}

oci::SeccompSyscall allowed_with(const char* name, const oci::SeccompArg& arg) {
  return {{name}, SeccompAction::Allow, std::nullopt, {arg}};
}

oci::SeccompSyscall unavailable(const char* name) {
  return {{name}, SeccompAction::Errno, ENOSYS, {}};
}

void add_clone(oci::Seccomp& profile) {
  profile.syscalls.push_back(allowed_with(
      "clone",
      {clone_flags_index(native_architecture()), kNewNamespaces, 0, SeccompOperator::MaskedEqual}));
  // Its flags are in memory, out of a filter's sight; C libraries then take clone.
  profile.syscalls.push_back(unavailable("clone3"));
}

std::vector<SeccompArch> architectures() {
  const SeccompArch native = native_architecture().name;
  switch (native) {
    case SeccompArch::X86_64: return {native, SeccompArch::X86};
    case SeccompArch::Aarch64: return {native, SeccompArch::Arm};
    case SeccompArch::S390x: return {native, SeccompArch::S390};
    default: return {native};
  }
}

}  // namespace

oci::Seccomp default_profile(const std::vector<std::string>& capabilities) {
  oci::Seccomp profile;
  profile.default_action = SeccompAction::Errno;
  profile.default_errno_ret = EPERM;
  profile.architectures = architectures();
  oci::SeccompSyscall& ordinary = profile.syscalls.emplace_back();
  ordinary.action = SeccompAction::Allow;
  for (const std::string_view list : kOrdinary) append(ordinary.names, list);
  for (const Gate& gate : kGates) {
    if (std::ranges::find(capabilities, gate.capability) != capabilities.end()) {
      append(ordinary.names, gate.names);
    }
  }
  std::ranges::sort(ordinary.names);
  const auto repeated = std::ranges::unique(ordinary.names);
  ordinary.names.erase(repeated.begin(), repeated.end());
  const bool may_clone = std::ranges::binary_search(ordinary.names, "clone");
  if (!may_clone) add_clone(profile);
  for (const std::uint64_t value : kDomains) {
    profile.syscalls.push_back(allowed_with("socket", {0, value, 0, SeccompOperator::Equal}));
  }
  for (const std::uint64_t value : kPersonalities) {
    profile.syscalls.push_back(allowed_with("personality", {0, value, 0, SeccompOperator::Equal}));
  }
  if (native_architecture().name == SeccompArch::X86_64) {
    profile.syscalls.push_back(unavailable("socketcall"));
  }
  return profile;
}

oci::Seccomp default_profile_for(const oci::Config& config) {
  // A capability beyond the bounding set can't be had later either.
  const bool has_any = config.process && config.process->capabilities;
  return default_profile(has_any ? config.process->capabilities->bounding
                                 : std::vector<std::string>{});
}

}  // namespace seccomp
