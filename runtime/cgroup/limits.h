// The limits of a container, planned: refused as far as the host can't have them, and otherwise
// nothing but writes. Made by Driver::plan and plan_update, applied by create and update.
#pragma once

#include <string>
#include <vector>

#include "runtime/resources/setting.h"

namespace runtime::cgroup {

// Where the limits were read, for errors: "config.json" and "/linux/resources".
struct Origin {
  std::string file_name;
  std::string at;
};

struct Limits {
  Origin origin;
  std::vector<resources::Setting> settings;
  std::vector<std::string> warnings;
};

}  // namespace runtime::cgroup
