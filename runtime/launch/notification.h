// What of the messages of sd_notify(3) goes from a container to the service manager of the host.
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

namespace runtime {

struct Notification {
  std::string text;    // what may be passed on; empty: nothing
  bool ready = false;  // READY=1 is in it
};

// Line by line: what says how the service is doing passes if its value is of the kind that belongs
// to it. What would act on other processes, descriptors or the unit's settings (MAINPID, FDSTORE,
// BARRIER, WATCHDOG_USEC …) does not: a pid of the container means another process on the host.
// READY=1 is followed by MAINPID with the process that is to be watched.
Notification filter_notification(std::string_view message, pid_t main_process);

}  // namespace runtime
