// Reading what a container uses: its cgroup's folders, opened once, and its resctrl group.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/fd.h"
#include "runtime/cgroup/driver.h"
#include "runtime/cgroup/statistics.h"
#include "runtime/container/record.h"

namespace runtime {

class Meter {
 public:
  // Throws when the container has no cgroup of its own.
  explicit Meter(const Record& record);

  // False when the cgroup is gone already: all that it would read is zeros.
  bool has_cgroup() const noexcept { return !sources_.empty(); }
  // Borrowed from the Meter.
  std::span<const cgroup::Source> sources() const noexcept { return sources_; }

  cgroup::Statistics read() const;

 private:
  std::unique_ptr<cgroup::Driver> driver_;  // has the hierarchies that sources_ refer to
  std::vector<base::OwnedFd> folders_;
  std::vector<cgroup::Source> sources_;
  std::optional<resctrl::Location> intel_rdt_;
};

}  // namespace runtime
