// config.json, the process document of `exec` and the resources of `update`: read, judged, and, if
// found good, its cgroup settings and its filter made.
#include <vector>

#include "oci/load.h"
#include "oci/validate.h"
#include "seccomp/compile.h"
#include "tests/fuzz/fuzz.h"

namespace {

void read_config(std::string_view bytes) {
  std::vector<std::string> unknown;
  std::vector<std::string> warnings;
  const oci::Config config = oci::parse_config("config.json", bytes, &unknown);
  oci::validate(config, &warnings);
  if (config.linux && config.linux->seccomp) seccomp::compile(*config.linux->seccomp);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text(data, size);
  fuzz::answer([&] { read_config(bytes); });
  fuzz::answer([&] { oci::validate("process.json", oci::parse_process("process.json", bytes)); });
  fuzz::answer([&] { oci::validate("update", oci::parse_resources("update", bytes)); });
  return 0;
}
