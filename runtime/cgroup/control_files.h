// The names of the control files that processes are counted, frozen, killed and limited by.
#pragma once

namespace runtime::cgroup::file {

inline constexpr const char* kProcs = "cgroup.procs";              // both versions
inline constexpr const char* kEvents = "cgroup.events";            // v2: "populated 1\nfrozen 0\n"
inline constexpr const char* kType = "cgroup.type";                // v2, not at the root
inline constexpr const char* kKill = "cgroup.kill";                // v2, Linux 5.14
inline constexpr const char* kFreeze = "cgroup.freeze";            // v2
inline constexpr const char* kControllers = "cgroup.controllers";  // v2: to be had here
inline constexpr const char* kSubtreeControl = "cgroup.subtree_control";  // v2: to be had below
inline constexpr const char* kMemoryEvents = "memory.events";             // v2
inline constexpr const char* kOomControl = "memory.oom_control";          // v1
inline constexpr const char* kTasks = "tasks";                            // v1
inline constexpr const char* kFreezerState = "freezer.state";             // v1 freezer
inline constexpr const char* kCpus = "cpuset.cpus";                       // v1 cpuset
inline constexpr const char* kMems = "cpuset.mems";                       // v1 cpuset
inline constexpr const char* kEventControl = "cgroup.event_control";      // v1
inline constexpr const char* kDevicesAllow = "devices.allow";             // v1 devices
inline constexpr const char* kDevicesDeny = "devices.deny";               // v1 devices

}  // namespace runtime::cgroup::file
