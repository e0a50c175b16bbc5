#include "runtime/cgroup/no_cgroup.h"

#include "base/error.h"

namespace runtime::cgroup {

Location NoCgroupDriver::locate(std::string_view, std::string_view) {
  return {DriverKind::Disabled, layout_.mode, {}};
}

bool NoCgroupDriver::may_create(const Location&) { return true; }
Membership NoCgroupDriver::create(Location&) { return Membership({}, {}); }
Membership NoCgroupDriver::join(const Location&) { return Membership({}, {}); }
std::vector<base::OwnedFd> NoCgroupDriver::open_folders(const Location&) { return {}; }
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
