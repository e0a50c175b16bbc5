#include "runtime/launch/filter.h"

#include "base/error.h"

namespace runtime {

seccomp::Program compile_filter(const oci::Seccomp& profile) {
  const base::Context compiling{[] { return "config.json"; }};
  return seccomp::compile(profile);
}

void send_filter(const seccomp::Program& program, Channel& ours) {
  const auto* bytes = reinterpret_cast<const char*>(program.data());
  ours.send_bytes<Filter>({bytes, program.size() * sizeof(sock_filter)});
}

}  // namespace runtime
