// The driver that makes the cgroup's directories itself. One class serves v2, v1 and hybrid hosts:
// a host is a list of hierarchies, each of its version, and the first one answers for processes.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/cgroup/driver.h"
#include "runtime/cgroup/freezer.h"

namespace runtime::cgroup {

class CgroupfsDriver final : public Driver {
 public:
  explicit CgroupfsDriver(Host host);
  // Opens the roots as they are needed: most commands need one of them.
  explicit CgroupfsDriver(const Location& location);

  const Layout& layout() const override { return layout_; }
  Location locate(std::string_view cgroups_path, std::string_view id) override;
  bool may_create(const Location& location) override;
  Limits plan(const oci::Resources& resources, const Origin& origin) override;
  Membership create(Location& location, const Limits& limits) override;
  // For a cgroup that somebody else has made, as far as it is there, and that may hold `holder`.
  Membership adopt(Location& location, const Limits& limits, pid_t holder);
  Limits plan_update(const Location& location, const oci::Resources& resources,
                     const Origin& origin) override;
  void update(const Location& location, const Limits& limits) override;
  bool ran_out_of_memory(const Location& location) override;
  std::vector<base::OwnedFd> open_folders(const Location& location) override;
  // Whether it is the container's: made or approved by create, and no other of the same name.
  bool owns(const Location& location);
  bool exists(const Location& location);
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
  // A directory that create has made.
  struct Made {
    std::size_t hierarchy;
    std::string path;
  };

  base::BorrowedFd root(std::size_t hierarchy);
  Version version(std::size_t hierarchy) const;
  bool can_freeze(std::size_t hierarchy) const;
  // The hierarchies that know the processes: the first; on a hybrid host the first v1 one as well.
  std::size_t process_hierarchies() const;

  // Calls `open` for the cgroup that the subgroups are of, with an error if it is gone.
  template <typename Open>
  auto open_below(const Location& location, const std::vector<Subgroup>& subgroups, Open open);
  void make_place(Location& location, std::size_t hierarchy, std::vector<Made>& made);
  void check_unused(std::size_t hierarchy, const std::string& path);
  void check_not_frozen(const Location& location);
  void undo(const std::vector<Made>& made);
  resources::Seats seats();
  // Those of cgroup2 that a setting is for.
  std::vector<std::string> needed_controllers(const Limits& limits) const;
  void supply_controllers(const Location& location, const Limits& limits);
  void apply(const Location& location, const Limits& limits);
  Membership open_membership(const Location& location);
  // How many processes the kernel has killed there for want of memory, of whomever they were.
  std::uint64_t memory_kills(const Location& location);
  void note_earlier_kills(const Location& location);

  // False when the first folder is another one of the same name: then none is the container's.
  bool is_ours(const Location& location);
  struct Known {
    base::OwnedFd folder;
    std::size_t hierarchy;
  };
  // The folders that know the container's processes and exist; none if they aren't its own.
  std::vector<Known> own_folders(const Location& location);
  void kill_folder(const Known& known);
  void kill_stragglers(const Known& unified, const Known& legacy);
  // The names of the hierarchies where something was still busy then.
  std::vector<std::string> remove_until(const Location& location, Deadline deadline);
  bool remove_place(const Place& place, std::size_t hierarchy, Deadline deadline);

  Layout layout_;
  pid_t holder_ = 0;                  // who may be in a cgroup that counts as unused
  std::uint64_t earlier_kills_ = 0;   // memory_kills before the container
  std::vector<base::OwnedFd> roots_;  // as the hierarchies; none if a location told of them
};

}  // namespace runtime::cgroup
