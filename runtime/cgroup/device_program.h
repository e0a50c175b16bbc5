// The rules about devices as a program of the kernel's BPF machine, which cgroup2 has in place of
// v1's control files. Pure.
#pragma once

#include <linux/bpf.h>
#include <vector>

#include "runtime/cgroup/device_rules.h"

namespace runtime::cgroup {

// A program of type BPF_PROG_TYPE_CGROUP_DEVICE with the verdicts of these rules, which are those
// of effective_device_rules. Empty when they allow everything: then none is needed.
std::vector<bpf_insn> device_program(const std::vector<DeviceRule>& rules);

}  // namespace runtime::cgroup
