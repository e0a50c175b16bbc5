// The end of a container: its processes, its cgroup, its folder. Every step may be repeated, so
// that what a killed delete left is finished by the next.
#pragma once

#include "runtime/cgroup/driver.h"
#include "runtime/container/status.h"

namespace runtime {

// Waits for the end of an init that SIGKILL was sent to, thawing the cgroup it is in where it takes
// that. Throws when it hasn't ended within 10 seconds.
void await_killed(const base::OwnedFd& init, cgroup::Driver& driver,
                  const cgroup::Location& location);

// Locks it and removes what it is of; somebody else's delete may have come first.
void remove_if_there(StateDir& dir);

// Kills what is in the cgroup, waits for its end, removes it.
void end_cgroup(cgroup::Driver& driver, const cgroup::Location& location);

// Kills what is left of the container, undoes what create has made and runs the poststop hooks,
// whose failures are warnings. The folder must be locked. Throws, and leaves the folder, when a
// process can't be ended within 10 seconds.
void remove_container(StateDir& dir, const Container& container);
// The same by who has made it and has seen its init end, and hence has to look at nothing again.
void remove_ended(StateDir& dir, const Record& record, cgroup::Driver& driver);

}  // namespace runtime
