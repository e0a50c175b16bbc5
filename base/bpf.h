// The part of bpf(2) that cgroup2's device filter needs. Typed wrappers; they throw base::Error.
#pragma once

#include <cstdint>
#include <linux/bpf.h>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

// Loads a program of type BPF_PROG_TYPE_CGROUP_DEVICE; `name` has at most 15 letters, digits, '_'
// and '.'. Empty when the caller may not: it takes CAP_BPF and CAP_NET_ADMIN in the first user
// namespace. What the verifier has against a program is in the error.
std::optional<OwnedFd> load_device_program(const std::vector<bpf_insn>& program, const char* name);

// The ids of the device programs attached to this very cgroup2 folder. BPF_PROG_QUERY.
std::vector<std::uint32_t> attached_device_programs(BorrowedFd cgroup);

// Empty when it is gone. BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD.
std::optional<OwnedFd> open_bpf_program(std::uint32_t id);
std::string bpf_program_name(BorrowedFd program);

// One more for this cgroup and all below it; an access has to pass each of them. Attached programs
// go with their cgroup. BPF_PROG_ATTACH with BPF_F_ALLOW_MULTI.
void attach_device_program(BorrowedFd cgroup, BorrowedFd program);
// In the place of one that is attached, with no moment between the two. BPF_F_REPLACE, Linux 5.6.
void replace_device_program(BorrowedFd cgroup, BorrowedFd program, BorrowedFd replaced);
void detach_device_program(BorrowedFd cgroup, BorrowedFd program);

}  // namespace sys
