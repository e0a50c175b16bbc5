#include "runtime/launch/filter.h"

#include "base/error.h"
#include "base/log.h"

namespace runtime {

seccomp::Program compile_filter(const oci::Seccomp& profile, Warnings warnings) {
  const base::Context compiling{[] { return "config.json"; }};
  std::vector<std::string> texts;
  seccomp::Program program = seccomp::compile(profile, &texts);
  if (warnings == Warnings::Given) base::log::warnings(texts);
  return program;
}

void send_filter(const seccomp::Program& program, Channel& ours) {
  const auto* bytes = reinterpret_cast<const char*>(program.data());
  ours.send_bytes<Filter>({bytes, program.size() * sizeof(sock_filter)});
}

}  // namespace runtime
