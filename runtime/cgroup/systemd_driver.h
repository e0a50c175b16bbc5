// The driver that has systemd make the container's cgroup, as that of a transient unit. Everything
// below, and in the v1 hierarchies that systemd leaves alone, is made as CgroupfsDriver does.
#pragma once

#include <string>

#include "oci/describe.h"
#include "runtime/cgroup/cgroupfs.h"
#include "runtime/cgroup/systemd_helper.h"

namespace runtime::cgroup {

class SystemdDriver final : public Driver {
 public:
  // For a new container, whose annotations may ask for properties and for a subgroup.
  SystemdDriver(Host host, oci::Map<std::string> annotations);
  explicit SystemdDriver(const Location& location);

  const Layout& layout() const override { return files_.layout(); }
  Location locate(std::string_view cgroups_path, std::string_view id) override;
  bool may_create(const Location& location) override;
  Limits plan(const oci::Resources& resources, const Origin& origin) override;
  Membership create(Location& location, const Limits& limits) override;
  Limits plan_update(const Location& location, const oci::Resources& resources,
                     const Origin& origin) override;
  void update(const Location& location, const Limits& limits) override;
  bool ran_out_of_memory(const Location& location) override;
  std::vector<base::OwnedFd> open_folders(const Location& location) override;
  Membership join(const Location& location, const std::vector<Subgroup>& subgroups) override;
  std::optional<Crossing> cross(const Location& location,
                                const std::vector<Subgroup>& subgroups) override;
  std::vector<pid_t> processes(const Location& location) override;
  bool is_frozen(const Location& location) override;
  void freeze(const Location& location, Deadline deadline) override;
  void thaw(const Location& location) override;
  void kill_all(const Location& location, int signal) override;
  void wait_empty(const Location& location, Deadline deadline) override;
  bool try_remove(const Location& location) override;
  void remove(const Location& location) override;
  void revoke(const Location& location) override;

 private:
  Membership enter(Location& location, const Limits& limits, pid_t holder);
  Limits with_quota(const Location& location, const Limits& limits);
  void stop(const Location& location);

  CgroupfsDriver files_;
  bool of_user_ = false;
  std::string subgroup_;
  Properties annotated_;
  Properties common_;   // since locate
  Properties devices_;  // since plan
};

}  // namespace runtime::cgroup
