// The end of a container: its processes, its cgroup, its folder. Every step may be repeated, so
// that what a killed delete left is finished by the next.
#pragma once

#include "runtime/container/status.h"

namespace runtime {

// Kills what is left of the container and undoes what create has made. The folder must be locked.
// Throws, and leaves the folder, when a process can't be ended within 10 seconds.
void remove_container(StateDir& dir, const Container& container);

}  // namespace runtime
