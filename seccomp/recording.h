// From the system calls that processes made to a profile that allows these and no others.
//
// Some calls are in every profile, because a program can't avoid them and yet a quiet run may not
// show them: execve (the filter is loaded before it), exit and exit_group, the return from a signal
// handler (rt_sigreturn, sigreturn), and restart_syscall, by which the kernel continues a sleep
// that a stop or the freezer has interrupted.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "oci/seccomp.h"

namespace seccomp {

using CallArguments = std::array<std::uint64_t, 6>;

// The calls that can be allowed by the value of an argument: socket's domain, clone's flags,
// personality's persona, prctl's option.
std::span<const std::string_view> calls_by_argument() noexcept;

class Recording {
 public:
  // `by_argument` are those of calls_by_argument() that get a rule for each value seen.
  explicit Recording(std::vector<std::string> by_argument = {});

  // A call as seccomp_data has it: AUDIT_ARCH_*, number, arguments.
  void add(std::uint32_t audit_arch, std::uint32_t number, const CallArguments& arguments);

  // Names and rules are sorted.
  oci::Seccomp profile() const;
  // What can't be allowed, because libseccomp has no name for it: "1000 of SCMP_ARCH_X86_64".
  std::vector<std::string> unnamed() const;

 private:
  struct Value {
    std::string name;
    std::uint32_t index;
    std::uint64_t value;
    auto operator<=>(const Value&) const = default;
  };
  // What is known of a call that was seen before: each is looked up once.
  struct Known {
    std::string name;  // empty: libseccomp has none
    bool by_argument = false;
    std::uint32_t index = 0;  // of that argument
  };
  Known look_up(std::uint32_t audit_arch, std::uint32_t number) const;

  std::vector<std::string> by_argument_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Known> calls_;
  std::set<Value> values_;
};

// The union: what either of them allows. Both deny by SCMP_ACT_ERRNO with EPERM and have rules with
// SCMP_ACT_ALLOW only, as check_can_be_united makes sure. A rule without arguments makes those of
// the same name with arguments void.
oci::Seccomp unite(const oci::Seccomp& one, const oci::Seccomp& other);

// Throws, with the JSON pointer below `at`, the value and the reason, when the profile is none that
// unite() can take.
void check_can_be_united(const oci::Seccomp& profile, std::string_view at);

// How many calls the profile names.
std::size_t count_names(const oci::Seccomp& profile);

}  // namespace seccomp
