#include "seccomp/recording.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <tuple>

#include "base/error.h"
#include "base/text.h"
#include "seccomp/architecture.h"
#include "seccomp/calls.h"

namespace seccomp {

using base::cat;
using oci::SeccompArch;

namespace {

constexpr std::string_view kByArgument[] = {"socket", "clone", "personality", "prctl"};

constexpr const char* kAlways[] = {"execve",       "exit",      "exit_group",
                                   "rt_sigreturn", "sigreturn", "restart_syscall"};

auto key_of(const oci::SeccompArg& arg) {
  return std::tuple(arg.index, arg.value, arg.value_two, arg.op);
}

// One rule of a name that is allowed under conditions.
struct Condition {
  std::string name;
  std::vector<oci::SeccompArg> args;

  bool operator<(const Condition& other) const {
    if (name != other.name) return name < other.name;
    return std::ranges::lexicographical_compare(args, other.args, {}, key_of, key_of);
  }
};

// A profile taken apart, in which nothing is there twice.
class Rules {
 public:
  void allow(const oci::Seccomp& profile) {
    architectures_.insert(profile.architectures.begin(), profile.architectures.end());
    for (const oci::SeccompSyscall& rule : profile.syscalls) {
      for (const std::string& name : rule.names) allow(name, rule.args);
    }
  }
  void allow(SeccompArch architecture) { architectures_.insert(architecture); }
  void allow(const std::string& name, const std::vector<oci::SeccompArg>& args = {}) {
    if (args.empty()) {
      names_.insert(name);
    } else {
      conditions_.insert({name, args});
    }
  }

  oci::Seccomp profile() const {
    oci::Seccomp profile;
    profile.default_action = oci::SeccompAction::Errno;
    profile.default_errno_ret = EPERM;
    profile.architectures.assign(architectures_.begin(), architectures_.end());
    if (!names_.empty()) add_rule(profile, {names_.begin(), names_.end()}, {});
    for (const Condition& each : conditions_) {
      if (!names_.contains(each.name)) add_rule(profile, {each.name}, each.args);
    }
    return profile;
  }

 private:
  static void add_rule(oci::Seccomp& profile, std::vector<std::string> names,
                       std::vector<oci::SeccompArg> args) {
    oci::SeccompSyscall rule;
    rule.names = std::move(names);
    rule.action = oci::SeccompAction::Allow;
    rule.args = std::move(args);
    profile.syscalls.push_back(std::move(rule));
  }

  std::set<SeccompArch> architectures_;
  std::set<std::string> names_;
  std::set<Condition> conditions_;
};

void refuse_unless(bool fits, const std::string& at, std::string_view value,
                   std::string_view reason) {
  if (!fits) throw base::Error(cat(at, ": ", value, ": ", reason));
}

void check_rule(const oci::SeccompSyscall& rule, const std::string& at) {
  refuse_unless(rule.action == oci::SeccompAction::Allow, at + "/action", oci::name_of(rule.action),
                "only rules with SCMP_ACT_ALLOW can be united");
}

}  // namespace

std::span<const std::string_view> calls_by_argument() noexcept { return kByArgument; }

Recording::Recording(std::vector<std::string> by_argument) : by_argument_(std::move(by_argument)) {}

Recording::Known Recording::look_up(std::uint32_t audit_arch, std::uint32_t number) const {
  const Architecture* architecture = architecture_of(audit_arch, number);
  if (architecture == nullptr) return {};
  Known known{std::string(call_name(*architecture, number))};
  known.by_argument = std::ranges::find(by_argument_, known.name) != by_argument_.end();
  known.index = known.name == "clone" ? clone_flags_index(*architecture) : 0;
  return known;
}

void Recording::add(std::uint32_t audit_arch, std::uint32_t number,
                    const CallArguments& arguments) {
  const auto [entry, is_new] = calls_.try_emplace({audit_arch, number});
  if (is_new) entry->second = look_up(audit_arch, number);
  const Known& known = entry->second;
  if (known.by_argument) values_.insert({known.name, known.index, arguments[known.index]});
}

oci::Seccomp Recording::profile() const {
  Rules rules;
  for (const auto& [call, known] : calls_) {
    if (known.name.empty()) continue;
    const Architecture& architecture = *architecture_of(call.first, call.second);
    rules.allow(architecture.name);
    for (const char* name : kAlways) {
      if (!resolve(architecture, name).empty()) rules.allow(name);
    }
    if (!known.by_argument) rules.allow(known.name);
  }
  for (const Value& each : values_) {
    rules.allow(each.name, {{each.index, each.value, 0, oci::SeccompOperator::Equal}});
  }
  return rules.profile();
}

std::vector<std::string> Recording::unnamed() const {
  std::vector<std::string> texts;
  for (const auto& [call, known] : calls_) {
    if (!known.name.empty()) continue;
    const Architecture* architecture = architecture_of(call.first, call.second);
    texts.push_back(cat(
        call.second, " of ",
        architecture == nullptr ? "an unknown architecture" : oci::name_of(architecture->name)));
  }
  return texts;
}

oci::Seccomp unite(const oci::Seccomp& one, const oci::Seccomp& other) {
  Rules rules;
  rules.allow(one);
  rules.allow(other);
  return rules.profile();
}

void check_can_be_united(const oci::Seccomp& profile, std::string_view at) {
  refuse_unless(profile.default_action == oci::SeccompAction::Errno, cat(at, "/defaultAction"),
                oci::name_of(profile.default_action),
                "only profiles that deny with SCMP_ACT_ERRNO can be united");
  const std::uint32_t denied_by = profile.default_errno_ret.value_or(EPERM);
  refuse_unless(denied_by == EPERM, cat(at, "/defaultErrnoRet"), cat(denied_by),
                "only profiles that deny with EPERM (1) can be united");
  refuse_unless(!profile.flags || profile.flags->empty(), cat(at, "/flags"), "not empty",
                "only profiles without flags can be united");
  for (std::size_t i = 0; i < profile.syscalls.size(); ++i) {
    check_rule(profile.syscalls[i], cat(at, "/syscalls/", i));
  }
}

std::size_t count_names(const oci::Seccomp& profile) {
  std::set<std::string_view> names;
  for (const oci::SeccompSyscall& rule : profile.syscalls) {
    names.insert(rule.names.begin(), rule.names.end());
  }
  return names.size();
}

}  // namespace seccomp
