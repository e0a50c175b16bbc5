// The processes in the cgroup: finding, freezing, killing and outwaiting them.
#include <algorithm>
#include <fcntl.h>
#include <iterator>
#include <optional>
#include <poll.h>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/cgroup/cgroupfs.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/processes.h"
#include "runtime/cgroup/tree.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

// Whether the container may be taken to own what is there: create has made it, or approved it.
bool is_approved(const Location& location) {
  return is_made_for_container(location) || has_been_made(location);
}

// Waits until cgroup.events changes or the time is over.
class EventWatch {
 public:
  // Before the state is looked at, because a change is one since this reading.
  explicit EventWatch(const OwnedFd* folder) {
    auto events =
        folder == nullptr ? std::nullopt : sys::open_if_exists(*folder, file::kEvents, O_RDONLY);
    if (!events) return;
    sys::try_read_all(*events);
    events_ = std::move(*events);
  }
  void wait(int timeout_ms) const {
    if (events_.valid()) {
      sys::poll_for(events_, POLLPRI, timeout_ms);
    } else {
      sys::sleep_ms(timeout_ms);
    }
  }

 private:
  OwnedFd events_;
};

}  // namespace

bool CgroupfsDriver::can_freeze(std::size_t hierarchy) const {
  return version(hierarchy) == Version::V2 ||
         layout_.hierarchies[hierarchy].has_controller("freezer");
}

std::size_t CgroupfsDriver::process_hierarchies() const {
  const std::size_t wanted = layout_.mode == Mode::Hybrid ? 2 : 1;
  return std::min(wanted, layout_.hierarchies.size());
}

bool CgroupfsDriver::is_ours(const Location& location) {
  if (location.places.empty()) return false;
  const Place& first = location.places[0];
  if (first.inode == 0) return true;
  const auto folder = open_folder(root(0), first.path);
  return !folder || sys::fstat(*folder).st_ino == first.inode;
}

bool CgroupfsDriver::owns(const Location& location) {
  return is_approved(location) && is_ours(location);
}

bool CgroupfsDriver::exists(const Location& location) {
  return open_folder(root(0), location.places[0].path).has_value();
}

std::vector<CgroupfsDriver::Known> CgroupfsDriver::own_folders(const Location& location) {
  std::vector<Known> known;
  // A damaged record may name no place at all; there is nothing to do then.
  if (!is_approved(location)) return known;
  const Place& first = location.places[0];
  for (std::size_t i = 0; i < process_hierarchies(); ++i) {
    auto folder = open_folder(root(i), location.places[i].path);
    if (!folder) continue;
    const bool is_foreign = i == 0 && first.inode != 0 && sys::fstat(*folder).st_ino != first.inode;
    if (is_foreign) return known;
    known.push_back({std::move(*folder), i});
  }
  return known;
}

std::vector<pid_t> CgroupfsDriver::processes(const Location& location) {
  std::vector<pid_t> all;
  for (const Known& known : own_folders(location)) {
    const auto here = list_processes(known.folder);
    std::vector<pid_t> merged;
    std::set_union(all.begin(), all.end(), here.begin(), here.end(), std::back_inserter(merged));
    all = std::move(merged);
  }
  return all;
}

bool CgroupfsDriver::is_frozen(const Location& location) {
  if (!is_approved(location)) return false;
  for (std::size_t i = 0; i < process_hierarchies(); ++i) {
    const bool frozen =
        can_freeze(i) && cgroup::is_frozen(root(i), location.places[i].path, version(i));
    // Whose cgroup it is, is asked only then: `list` looks at many.
    if (frozen) return is_ours(location);
  }
  return false;
}

void CgroupfsDriver::freeze(const Location& location, Deadline deadline) {
  for (const Known& known : own_folders(location)) {
    if (!can_freeze(known.hierarchy)) continue;
    // The first one, cgroup2 if there is one: what it has frozen can still be killed.
    return freeze_all(known.folder, version(known.hierarchy), deadline);
  }
  throw Error("no freezer here: the cgroup is gone, or the host has no hierarchy that can");
}

void CgroupfsDriver::thaw(const Location& location) {
  for (const Known& known : own_folders(location)) {
    // Also where others have frozen it.
    if (can_freeze(known.hierarchy)) cgroup::thaw(known.folder, version(known.hierarchy));
  }
  if (is_frozen(location)) throw Error("a cgroup above the container's is frozen");
}

void CgroupfsDriver::kill_all(const Location& location, int signal) {
  const auto folders = own_folders(location);
  if (folders.empty()) return;
  if (signal != SIGKILL) return signal_processes(folders[0].folder, signal);
  kill_folder(folders[0]);
  if (folders.size() > 1) kill_stragglers(folders[0], folders[1]);
}

void CgroupfsDriver::kill_folder(const Known& known) {
  const Version kind = version(known.hierarchy);
  if (kind == Version::V2 && sys::try_write_file(known.folder, file::kKill, "1") == 0) return;
  // v1, or a kernel before 5.14.
  if (!can_freeze(known.hierarchy)) return signal_processes(known.folder, SIGKILL);
  kill_frozen(known.folder, kind);
}

// On a hybrid host a process in the v1 folders only was put there by somebody else's hand; and the
// v1 freezer holds also those that the v2 side has killed.
void CgroupfsDriver::kill_stragglers(const Known& unified, const Known& legacy) {
  // In this order, because one that ends in between must not look like a straggler.
  const auto killed = list_processes(unified.folder);
  const auto all = list_processes(legacy.folder);
  if (!std::includes(killed.begin(), killed.end(), all.begin(), all.end())) {
    kill_folder(legacy);
  } else if (!all.empty() && can_freeze(legacy.hierarchy)) {
    thaw_tree(legacy.folder, Version::V1);
  }
}

void CgroupfsDriver::wait_empty(const Location& location, Deadline deadline) {
  for (int pause_ms = 1;; pause_ms = std::min(2 * pause_ms, 64)) {
    const auto folders = own_folders(location);
    const EventWatch watch(folders.empty() ? nullptr : &folders[0].folder);
    const auto left = processes(location);
    if (left.empty()) return;
    const int left_ms = milliseconds_until(deadline);
    if (left_ms == 0) {
      throw Error(cat(left.size(),
                      " process(es) in the cgroup have not ended: ", describe_processes(left),
                      is_frozen(location) ? "; the cgroup is frozen" : ""));
    }
    watch.wait(std::min(pause_ms, left_ms));
  }
}

}  // namespace runtime::cgroup
