// Resource control groups, with which CPUs share out caches and memory bandwidth
// (config-linux.md#intelrdt; Documentation/filesystems/resctrl.rst in the kernel).
//
// Its own folder beside runtime/cgroup: as there, a container is placed in a tree of the kernel's,
// by a location that the record keeps; but it is another filesystem with one level, joined by pid
// after the clone, and absent on most machines.
//
// Whoever changes something there holds a flock on its root, as the kernel's document asks for:
// between looking whether a group exists and putting a process into it nobody may remove it.
#pragma once

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/fd.h"
#include "oci/config_linux.h"
#include "runtime/resctrl/location.h"

namespace runtime::resctrl {

// The group of a container that is being created.
class Group {
 public:
  // Locks, looks and compares; makes nothing. Throws what can't be had. `root` is resctrl's.
  Group(base::OwnedFd root, const oci::IntelRdt& config, const std::string& container_id);

  const Location& location() const noexcept { return location_; }

  // What isn't there yet: all of it or, when it throws, nothing.
  void make() const;
  // The process, and all that it will start. Unlocks.
  void assign(pid_t pid) const;
  // Removes what was made, after the process has ended.
  void undo() const;

 private:
  void check() const;
  void check_monitor() const;
  void make_monitor() const;

  base::OwnedFd root_;
  std::vector<std::string> writes_;
  Location location_;
};

// On the host; empty if the config asks for none.
std::optional<Group> find_group(const std::optional<oci::IntelRdt>& config,
                                const std::string& container_id);

// For `exec`: puts one more process into the group of a container, and all that it will start.
void assign(const Location& location, pid_t pid);

// The lines of the group's schemata as they are now; none when it, or all of resctrl, is gone.
std::vector<std::string> read_schemata(const Location& location);
// The same below a given root.
std::vector<std::string> read_schemata_from(base::BorrowedFd root, const Location& location);

// For `update`: another schema for the container's group, which changes for whoever shares it. All
// of it or, when it throws, nothing. Returns the lines that were there before.
std::vector<std::string> update(const Location& location, const oci::IntelRdt& config);
// The same below a given root, which is locked.
std::vector<std::string> update_below(base::BorrowedFd root, const Location& location,
                                      const oci::IntelRdt& config);
// Writes such lines back, as far as that is possible.
void put_back(const Location& location, const std::vector<std::string>& lines);

// For delete: what was made, a shared group only if no living process is in it. No error if it, or
// all of resctrl, is gone.
void remove(const Location& location);
// The same below a given root, which is locked.
void remove_from(base::BorrowedFd root, const Location& location);

}  // namespace runtime::resctrl
