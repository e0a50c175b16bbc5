// What a profile does about one call, and which of its rules says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "oci/describe.h"
#include "oci/seccomp.h"
#include "seccomp/architecture.h"

namespace seccomp {

struct Question {
  const Architecture& architecture;
  std::string syscall;  // a name or a number
  std::array<std::uint64_t, 6> arguments;
};

struct Explanation {
  std::string syscall;  // empty: libseccomp has no name for the number
  std::uint32_t number = 0;
  oci::SeccompArch architecture{};
  std::vector<std::uint64_t> arguments;  // as the filter sees them
  oci::SeccompAction action{};
  std::optional<std::uint32_t> errno_ret;  // with SCMP_ACT_ERRNO and SCMP_ACT_TRACE
  std::string decided_by;                  // a JSON pointer into config.json; empty: none of it
  std::string reason;                      // in words
  // Rules for this call that were asked first and don't hold, in words.
  std::vector<std::string> passed_over;
};

// One per way in which the call can be made: on x86 socket(2) is also a form of socketcall(2), in
// which its arguments are out of a filter's sight. The filter is compiled and run, and the answer
// is its verdict. Throws base::UsageError for a call that the architecture doesn't have,
// base::Error for a profile that can't be compiled.
std::vector<Explanation> explain(const oci::Seccomp& profile, const Question& question);

// For a person, several lines.
std::string text_of(const Explanation& explanation);

}  // namespace seccomp

template <>
struct oci::Describe<seccomp::Explanation> {
  using Explanation = seccomp::Explanation;
  static constexpr auto fields = std::tuple{
      Field{"syscall", &Explanation::syscall},
      Field{"number", &Explanation::number, required},
      Field{"architecture", &Explanation::architecture, required},
      Field{"arguments", &Explanation::arguments},
      Field{"action", &Explanation::action, required},
      Field{"errnoRet", &Explanation::errno_ret},
      Field{"decidedBy", &Explanation::decided_by},
      Field{"reason", &Explanation::reason, required},
      Field{"passedOver", &Explanation::passed_over},
  };
};
