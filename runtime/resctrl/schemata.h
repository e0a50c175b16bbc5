// The schemata of a resctrl group: lines "L3:0=7f0;1=1f", a resource and its value in each domain.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/config_linux.h"

namespace runtime::resctrl {

// What is written into a new group's file, in order; none if the config has no schema
// (config-linux.md#intelrdt). One write may name a resource once only, hence two: l3CacheSchema
// with memBwSchema, whose line takes the place of such a line in the former; then `schemata`.
std::vector<std::string> schemata_writes(const oci::IntelRdt& config);

// What of the above a group that exists has otherwise: `L3 domain 0 is ff, not f`. Empty when it
// has all of it; resources and domains that aren't mentioned don't matter.
std::string find_difference(const std::vector<std::string>& writes, std::string_view present);

}  // namespace runtime::resctrl
