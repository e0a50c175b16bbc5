// The driver of containers without a cgroup of their own: those of callers who may make none, and
// those that `--cgroup-manager disabled` asks for. They stay in their caller's.
#pragma once

#include "runtime/cgroup/driver.h"

namespace runtime::cgroup {

class NoCgroupDriver final : public Driver {
 public:
  // `layout` is what a mount of type "cgroup" shows; may be empty.
  explicit NoCgroupDriver(Layout layout) : layout_(std::move(layout)) {}

  const Layout& layout() const override { return layout_; }
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

 private:
  Layout layout_;
};

}  // namespace runtime::cgroup
