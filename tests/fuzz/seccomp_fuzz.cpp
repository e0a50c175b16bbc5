// A profile and system calls: the filter decides what the profile says. The input is a profile in
// JSON, a zero, and calls as the kernel describes them.
#include <cstring>
#include <linux/seccomp.h>

#include "oci/json_reader.h"
#include "oci/validate.h"
#include "seccomp/decisions.h"
#include "seccomp/interpreter.h"
#include "seccomp/program.h"
#include "tests/fuzz/fuzz.h"

namespace {

void compare(const seccomp::Decisions& decisions, const seccomp::Program& program,
             const seccomp_data& call) {
  fuzz::require(seccomp::execute(program, call).verdict == seccomp::verdict_for(decisions, call),
                "a filter does what its profile says");
}

// Those of the input, and for each architecture of the profile the borders of its ranges.
void compare_all(const seccomp::Decisions& decisions, const seccomp::Program& program,
                 std::string_view calls) {
  seccomp_data call{};
  for (; calls.size() >= sizeof call; calls.remove_prefix(sizeof call)) {
    std::memcpy(&call, calls.data(), sizeof call);
    compare(decisions, program, call);
    for (const seccomp::Table& table : decisions.tables) {
      call.arch = table.audit;
      for (const seccomp::Range& range : table.ranges) {
        call.nr = static_cast<int>(range.first);
        compare(decisions, program, call);
      }
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::text(data, size);
  const std::size_t end = input.find('\0');
  if (end == std::string_view::npos) return 0;
  fuzz::answer([&] {
    const auto profile = oci::read_json<oci::Seccomp>("profile", input.substr(0, end));
    oci::validate("profile", profile, "");
    const seccomp::Decisions decisions = seccomp::decide(profile);
    compare_all(decisions, seccomp::assemble(decisions), input.substr(end + 1));
  });
  return 0;
}
