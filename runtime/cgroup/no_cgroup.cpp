#include "runtime/cgroup/no_cgroup.h"

#include "base/error.h"
#include "base/text.h"
#include "oci/json_writer.h"

namespace runtime::cgroup {

Location NoCgroupDriver::locate(std::string_view, std::string_view) {
  return {DriverKind::Disabled, layout_.mode, {}};
}

bool NoCgroupDriver::may_create(const Location&) { return true; }
Limits NoCgroupDriver::plan(const oci::Resources& resources, const Origin& origin) {
  Limits limits{origin, {}, {}};
  if (!oci::is_empty(resources)) {
    limits.warnings.push_back(
        base::cat(origin.at, ": without effect: the container has no cgroup of its own"));
  }
  return limits;
}
Membership NoCgroupDriver::create(Location&, const Limits&) { return Membership({}, {}); }
Limits NoCgroupDriver::plan_update(const Location&, const oci::Resources&, const Origin&) {
  throw base::Error("the container has no cgroup of its own");
}
void NoCgroupDriver::update(const Location&, const Limits&) {}
bool NoCgroupDriver::ran_out_of_memory(const Location&) { return false; }
std::vector<base::OwnedFd> NoCgroupDriver::open_folders(const Location&) { return {}; }
Membership NoCgroupDriver::join(const Location&, const std::vector<Subgroup>& subgroups) {
  if (!subgroups.empty()) throw base::Error("the container has no cgroup of its own");
  return Membership({}, {});
}
std::optional<Crossing> NoCgroupDriver::cross(const Location&, const std::vector<Subgroup>&) {
  return std::nullopt;
}
std::vector<pid_t> NoCgroupDriver::processes(const Location&) { return {}; }
bool NoCgroupDriver::is_frozen(const Location&) { return false; }
void NoCgroupDriver::freeze(const Location&, Deadline) {
  throw base::Error("container has no cgroup of its own: cannot pause");
}
void NoCgroupDriver::thaw(const Location&) {}
void NoCgroupDriver::kill_all(const Location&, int) {}
void NoCgroupDriver::wait_empty(const Location&, Deadline) {}
bool NoCgroupDriver::try_remove(const Location&) { return true; }
void NoCgroupDriver::remove(const Location&) {}

}  // namespace runtime::cgroup
