// The rules of `linux.seccomp` (config-linux.md#seccomp). Names of system calls are libseccomp's
// to know: an unknown one is for a kernel or an architecture that isn't this one.
#include <algorithm>

#include "base/text.h"
#include "oci/rules.h"

namespace oci {

namespace {

constexpr std::uint32_t kMostArguments = 6;

// errnoRet is the errno of ERRNO and the 16 bits a tracer of TRACE gets. With another action it
// would be ignored, and its author would believe in it.
void check_errno(SeccompAction action, const std::optional<std::uint32_t>& value,
                 const std::string& at, Problems& problems) {
  if (!value) return;
  const bool is_errno = action == SeccompAction::Errno;
  if (!is_errno && action != SeccompAction::Trace) {
    return problems.add(at, base::cat(name_of(action), " takes none"));
  }
  const std::uint32_t most = is_errno ? 4095 : 65535;  // MAX_ERRNO, SECCOMP_RET_DATA
  if (*value > most) problems.add(at, base::cat(*value, " is out of range (0 to ", most, ")"));
}

void check_syscall(const SeccompSyscall& syscall, const std::string& at, Problems& problems) {
  if (syscall.names.empty()) problems.add(at + "/names", "at least one entry is needed");
  for (std::size_t i = 0; i < syscall.names.size(); ++i) {
    if (syscall.names[i].empty()) problems.add(base::cat(at, "/names/", i), "empty");
  }
  check_errno(syscall.action, syscall.errno_ret, at + "/errnoRet", problems);
  for (std::size_t i = 0; i < syscall.args.size(); ++i) {
    if (syscall.args[i].index < kMostArguments) continue;
    problems.add(
        base::cat(at, "/args/", i, "/index"),
        base::cat(syscall.args[i].index, " is out of range (0 to ", kMostArguments - 1, ")"));
  }
}

// With every call held up until an agent answers, the agent's descriptor couldn't be handed over.
void check_default_action(const Seccomp& seccomp, const std::string& at, Problems& problems) {
  if (seccomp.default_action == SeccompAction::Notify) {
    problems.add(at + "/defaultAction", "SCMP_ACT_NOTIFY can't be the default");
  }
  check_errno(seccomp.default_action, seccomp.default_errno_ret, at + "/defaultErrnoRet", problems);
}

// It is about how calls wait for an agent, and the kernel takes it only where there is one.
void check_flags(const Seccomp& seccomp, const std::string& at, Problems& problems) {
  if (!seccomp.flags || notifies(seccomp)) return;
  for (std::size_t i = 0; i < seccomp.flags->size(); ++i) {
    if ((*seccomp.flags)[i] != SeccompFlag::WaitKillableRecv) continue;
    problems.add(base::cat(at, "/flags/", i),
                 "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a rule with SCMP_ACT_NOTIFY");
  }
}

void check_listener(const Seccomp& seccomp, const std::string& at, Problems& problems) {
  if (!seccomp.listener_path.empty()) return;
  if (notifies(seccomp)) {
    problems.add(at + "/listenerPath", "missing, SCMP_ACT_NOTIFY needs it");
  }
  if (!seccomp.listener_metadata.empty()) {
    problems.add(at + "/listenerMetadata", "of no use without listenerPath");
  }
}

}  // namespace

void check_seccomp(const Seccomp& seccomp, std::string_view at, Problems& problems) {
  const std::string place(at);
  check_default_action(seccomp, place, problems);
  check_listener(seccomp, place, problems);
  check_flags(seccomp, place, problems);
  for (std::size_t i = 0; i < seccomp.syscalls.size(); ++i) {
    check_syscall(seccomp.syscalls[i], base::cat(place, "/syscalls/", i), problems);
  }
}

}  // namespace oci
