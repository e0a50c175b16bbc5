// Properties of a systemd unit (systemd.resource-control(5), org.freedesktop.systemd1(5)): pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/describe.h"
#include "runtime/cgroup/device_rules.h"
#include "runtime/cgroup/gvariant.h"
#include "runtime/cgroup/layout.h"
#include "runtime/cgroup/unit_name.h"

namespace runtime::cgroup {

struct Property {
  std::string name;
  BusValue value;

  bool operator==(const Property&) const = default;
};
using Properties = std::vector<Property>;

// What every container's unit has.
Properties common_properties(const UnitName& name, std::string_view id, Mode mode);

// A control file, and what is written there.
struct ControlValue {
  std::string_view file;
  std::string_view value;
};

// What systemd has to know of the limits: it writes these files itself when it changes anything of
// the unit, and would undo what it doesn't know. Derived from what is written, so that the two
// don't differ; a file that systemd knows nothing of has no property.
Properties limit_properties(const std::vector<ControlValue>& written);

// The same, of what a unit can be given only when it is started.
Properties start_properties(const std::vector<ControlValue>& written);

// DeviceAllow and DevicePolicy, the one before the other: a policy without what it allows would for
// a moment deny everything. systemd knows a list of what is allowed only; where that doesn't say it
// all, it is left out of it, and the filter in the kernel is ours alone.
Properties device_properties(const std::vector<DeviceRule>& rules);

// Those that annotations ask for: "org.systemd.property.NAME", with a value in GVariant's text
// format. A NAME in …Sec, a time in seconds, is handed over as …USec. Throws on what is neither.
Properties annotated_properties(const oci::Map<std::string>& annotations);

}  // namespace runtime::cgroup
