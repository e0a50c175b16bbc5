#include "tests/seccomp/reference.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <seccomp.h>
#include <set>
#include <unistd.h>

#include "base/error.h"
#include "base/memfd.h"
#include "base/text.h"

// What libseccomp loses when it refuses a rule is none of ours. LeakSanitizer calls this.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:libseccomp"; }  // NOLINT

namespace seccomp_test {

namespace {

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

void check(int result, const char* what) {
  if (result < 0) throw base::Error(what, -result);
}

// x32 has no AUDIT_ARCH of its own, but libseccomp gives it one.
std::uint32_t token_of(const seccomp::Architecture& architecture) {
  const bool is_x32 = architecture.name == oci::SeccompArch::X32;
  return is_x32 ? std::uint32_t{SCMP_ARCH_X32} : architecture.audit;
}

std::uint32_t action_of(oci::SeccompAction action, std::optional<std::uint32_t> errno_ret) {
  const auto data = static_cast<std::uint16_t>(errno_ret.value_or(EPERM));
  switch (action) {
    case oci::SeccompAction::KillProcess: return SCMP_ACT_KILL_PROCESS;
    case oci::SeccompAction::Trap: return SCMP_ACT_TRAP;
    case oci::SeccompAction::Errno: return SCMP_ACT_ERRNO(data);
    case oci::SeccompAction::Trace: return SCMP_ACT_TRACE(data);
    case oci::SeccompAction::Allow: return SCMP_ACT_ALLOW;
    case oci::SeccompAction::Log: return SCMP_ACT_LOG;
    case oci::SeccompAction::Notify: return SCMP_ACT_NOTIFY;
    default: return SCMP_ACT_KILL;
  }
}

scmp_arg_cmp comparison(const oci::SeccompArg& arg) {
  constexpr scmp_compare kOperators[] = {SCMP_CMP_NE, SCMP_CMP_LT, SCMP_CMP_LE,       SCMP_CMP_EQ,
                                         SCMP_CMP_GE, SCMP_CMP_GT, SCMP_CMP_MASKED_EQ};
  return {arg.index, kOperators[static_cast<int>(arg.op)], arg.value, arg.value_two};
}

void add_rule(scmp_filter_ctx filter, std::uint32_t action, int number,
              const std::vector<scmp_arg_cmp>& comparisons) {
  check(seccomp_rule_add_array(filter, action, number, static_cast<unsigned>(comparisons.size()),
                               comparisons.data()),
        "seccomp_rule_add_array");
}

void add_rules(scmp_filter_ctx filter, const oci::SeccompSyscall& rule, std::uint32_t action) {
  std::vector<scmp_arg_cmp> comparisons;
  std::set<unsigned> indexes;
  for (const auto& arg : rule.args) {
    comparisons.push_back(comparison(arg));
    indexes.insert(arg.index);
  }
  for (const std::string& name : rule.names) {
    const int number = seccomp_syscall_resolve_name(name.c_str());
    if (number == __NR_SCMP_ERROR) continue;
    if (indexes.size() == comparisons.size()) {
      add_rule(filter, action, number, comparisons);
    } else {
      for (const auto& each : comparisons) add_rule(filter, action, number, {each});
    }
  }
}

seccomp::Program exported(scmp_filter_ctx filter) {
  const base::OwnedFd file = sys::memfd_create("reference");
  check(seccomp_export_bpf(filter, file.raw()), "seccomp_export_bpf");
  const off_t size = lseek(file.raw(), 0, SEEK_END);
  seccomp::Program program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  if (pread(file.raw(), program.data(), static_cast<std::size_t>(size), 0) != size) {
    throw base::Error("pread", errno);
  }
  return program;
}

}  // namespace

seccomp::Program compile_with_libseccomp(const oci::Seccomp& profile) {
  const auto otherwise = action_of(profile.default_action, profile.default_errno_ret);
  const Filter filter(seccomp_init(otherwise), &seccomp_release);
  for (const oci::SeccompArch name : profile.architectures) {
    const int added = seccomp_arch_add(filter.get(), token_of(seccomp::architecture_of(name)));
    if (added != -EEXIST) check(added, "seccomp_arch_add");
  }
  for (const auto& rule : profile.syscalls) {
    const auto action = action_of(rule.action, rule.errno_ret);
    if (action != otherwise) add_rules(filter.get(), rule, action);
  }
  return exported(filter.get());
}

std::string name_in_libseccomp(const seccomp::Architecture& architecture, std::uint32_t number) {
  const std::unique_ptr<char, decltype(&std::free)> name(
      seccomp_syscall_resolve_num_arch(token_of(architecture), static_cast<int>(number)),
      &std::free);
  return name ? name.get() : "";
}

}  // namespace seccomp_test
