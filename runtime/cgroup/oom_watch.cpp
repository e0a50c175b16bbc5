#include "runtime/cgroup/oom_watch.h"

#include <algorithm>
#include <fcntl.h>
#include <utility>

#include "base/error.h"
#include "base/event_fds.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/statistics_files.h"

namespace runtime::cgroup {

OomWatch::OomWatch(std::span<const Source> sources) {
  for (const Source& source : sources) {
    if (source.hierarchy.is_v2() ? watch_v2(source) : watch_v1(source)) return;
  }
}

bool OomWatch::watch_v2(const Source& source) {
  auto events = sys::open_if_exists(source.folder, file::kMemoryEvents, O_RDONLY);
  if (!events) return false;
  file_ = std::move(*events);
  kills_ = kills();
  return true;
}

// Documentation/admin-guide/cgroup-v1/memory.rst, section 10.
bool OomWatch::watch_v1(const Source& source) {
  if (!source.hierarchy.has_controller("memory")) return false;
  auto control = sys::open_if_exists(source.folder, file::kOomControl, O_RDONLY);
  if (!control) return false;
  base::OwnedFd eventfd = sys::make_eventfd();
  const int error = sys::try_write_file(source.folder, file::kEventControl,
                                        base::cat(eventfd.raw(), ' ', control->raw()));
  if (error != 0) throw base::Error(file::kEventControl, error);
  file_ = std::move(*control);
  eventfd_ = std::move(eventfd);
  return true;
}

pollfd OomWatch::interest() const {
  if (eventfd_.valid()) return {eventfd_.raw(), POLLIN, 0};
  return {file_.raw(), POLLPRI, 0};  // a negative descriptor is one that poll passes over
}

bool OomWatch::take() {
  if (!file_.valid()) return false;
  if (eventfd_.valid()) {
    // The kernel also tells when the cgroup is removed; its files can't be read then.
    return sys::take_count(eventfd_) > 0 && sys::try_read_from_start(file_).error == 0;
  }
  const std::uint64_t before = std::exchange(kills_, std::max(kills_, kills()));
  return kills_ > before;
}

// Reading it is also what poll waits for changes since.
std::uint64_t OomWatch::kills() const {
  return counter(parse_flat(sys::try_read_from_start(file_).bytes), "oom_kill");
}

}  // namespace runtime::cgroup
