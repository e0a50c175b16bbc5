#include "runtime/container/meter.h"

#include "base/error.h"
#include "runtime/resctrl/group.h"

namespace runtime {

Meter::Meter(const Record& record)
    : driver_(cgroup::driver_of(record.cgroup)), intel_rdt_(record.intel_rdt) {
  if (record.cgroup.driver == cgroup::DriverKind::Disabled) {
    throw base::Error("container has no cgroup of its own: nothing is counted for it");
  }
  folders_ = driver_->open_folders(record.cgroup);
  for (std::size_t i = 0; i < folders_.size(); ++i) {
    if (folders_[i].valid()) sources_.emplace_back(folders_[i], driver_->layout().hierarchies[i]);
  }
}

cgroup::Statistics Meter::read() const {
  cgroup::Statistics statistics = cgroup::read_statistics(sources_);
  if (intel_rdt_) statistics.intel_rdt.schemata = resctrl::read_schemata(*intel_rdt_);
  return statistics;
}

}  // namespace runtime
