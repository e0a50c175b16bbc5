// Where a container is in resctrl: decided, and written into the intent record, before anything is
// made there, and read from the state by delete.
#pragma once

#include <string>
#include <tuple>

#include "oci/describe.h"

namespace runtime::resctrl {

struct Location {
  std::string group;    // its name; "/": the default group, the root of the filesystem
  bool made = false;    // by us: it wasn't there
  bool shared = false;  // named by the config, hence other containers may be in it as well
  std::string monitor;  // the monitoring group in it, made by us; empty: none
};

}  // namespace runtime::resctrl

template <>
struct oci::Describe<runtime::resctrl::Location> {
  using Location = runtime::resctrl::Location;
  static constexpr auto fields = std::tuple{
      Field{"group", &Location::group, required},
      Field{"made", &Location::made},
      Field{"shared", &Location::shared},
      Field{"monitor", &Location::monitor},
  };
};
