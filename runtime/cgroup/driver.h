// The cgroup driver: the one virtual interface of the program. It is chosen when a container is
// created and remembered in its Location; CgroupfsDriver makes directories itself, on cgroup v2, v1
// and hybrid hosts.
//
//   create:  driver = driver_for_host(inspect_host());
//            location = driver->locate(cgroups_path, id);  → into the intent record
//            limits = driver->plan(resources, origin);  refuses before anything is made
//            membership = driver->create(location, limits);
//            → clone3(…, membership.clone_into()); in the child: membership.join_self(), then
//            unshare(CLONE_NEWCGROUP)
//   later:   driver = driver_of(location); driver->kill_all(location); …
#pragma once

#include <csignal>
#include <memory>
#include <optional>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "oci/resources.h"
#include "runtime/cgroup/crossing.h"
#include "runtime/cgroup/deadline.h"
#include "runtime/cgroup/host.h"
#include "runtime/cgroup/limits.h"
#include "runtime/cgroup/location.h"
#include "runtime/cgroup/membership.h"

namespace runtime::cgroup {

class Driver {
 public:
  virtual ~Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // The hierarchies it works on, for whoever mounts them in the container.
  virtual const Layout& layout() const = 0;

  // Decides where the container's cgroup will be and notes what exists already. Makes nothing.
  virtual Location locate(std::string_view cgroups_path, std::string_view id) = 0;

  // Whether the caller has the right to make it.
  virtual bool may_create(const Location& location) = 0;

  // What is written for the limits, for a cgroup yet to be made. Throws, with all reasons at once,
  // when this host can't have them.
  virtual Limits plan(const oci::Resources& resources, const Origin& origin) = 0;

  // Makes the directories, limits them, and notes in `location` what is now known of them: write it
  // again with the state. Throws, with everything undone, also when the cgroup holds processes or
  // is frozen. The Membership borrows from the driver: it must not outlive it.
  virtual Membership create(Location& location, const Limits& limits) = 0;

  // The same as plan for a cgroup that exists: only members that are given change.
  virtual Limits plan_update(const Location& location, const oci::Resources& resources,
                             const Origin& origin) = 0;

  // All of them or, when it throws, none. Devices are left alone.
  virtual void update(const Location& location, const Limits& limits) = 0;

  // Whether the kernel has killed a process of the container because its memory limit was reached.
  virtual bool ran_out_of_memory(const Location& location) = 0;

  // The container's folder (O_PATH) in every hierarchy, in the order of layout(), to read from. Not
  // valid where it is gone.
  virtual std::vector<base::OwnedFd> open_folders(const Location& location) = 0;

  // The way into the cgroup of a container that exists, or into ones below it, borrowed as above.
  // Throws when it is gone.
  virtual Membership join(const Location& location, const std::vector<Subgroup>& subgroups) = 0;

  // The way in when there is no room for a clone there; empty where no cgroup limits processes.
  virtual std::optional<Crossing> cross(const Location& location,
                                        const std::vector<Subgroup>& subgroups) = 0;

  // The pids in the cgroup and all below it; empty when it is gone.
  virtual std::vector<pid_t> processes(const Location& location) = 0;

  // Whether the cgroup, or one above it, is frozen or about to be; false when it is gone.
  virtual bool is_frozen(const Location& location) = 0;

  // Stops every process in the cgroup and below. Throws, with nothing frozen, when that is not
  // complete at the deadline, and where there is no cgroup or no freezer.
  virtual void freeze(const Location& location, Deadline deadline) = 0;

  // Undoes it. What the container froze below stays frozen. Throws when a cgroup above is frozen.
  virtual void thaw(const Location& location) = 0;

  // Sends the signal to every process in the cgroup and below. SIGKILL reaches those that fork
  // meanwhile and those that are frozen, too. Doesn't wait for their end. No effect when the cgroup
  // is gone, or is one that was there before us and that create has not approved.
  virtual void kill_all(const Location& location, int signal = SIGKILL) = 0;

  // Waits until no process is left; at the deadline throws an error that names each one remaining
  // and what blocks it.
  virtual void wait_empty(const Location& location, Deadline deadline) = 0;

  // Removes what `remove` does as far as it is not in use; true when all of it is gone. An emptied
  // cgroup, the usual case, needs nothing else: no listing, no killing, no waiting.
  virtual bool try_remove(const Location& location) = 0;

  // Removes what create has made and all cgroups the container made below; not what was there
  // before. May be repeated, and finishes what an interrupted create or remove left.
  virtual void remove(const Location& location) = 0;

  // Before `remove`, for a create that was killed, once nobody is in the cgroup: takes back what it
  // may have asked somebody else for and that would only come now.
  virtual void revoke(const Location&) {}

 protected:
  Driver() = default;
};

std::unique_ptr<Driver> driver_for_host(Host host);
// For one whose cgroup systemd makes; the annotations are the container's.
std::unique_ptr<Driver> systemd_driver(Host host, oci::Map<std::string> annotations);
// For a container that stays in its caller's cgroup.
std::unique_ptr<Driver> driver_without_cgroup(Layout layout);
// The driver that made this cgroup; opens nothing yet.
std::unique_ptr<Driver> driver_of(const Location& location);

// The pids in the container's cgroup and all below it, but for those that have none where we are.
std::vector<pid_t> visible_processes(const Location& location);

}  // namespace runtime::cgroup
