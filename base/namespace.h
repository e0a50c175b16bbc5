// The namespace calls of the kernel: setns(2), namespaces(7), user_namespaces(7). Typed wrappers;
// they throw base::Error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

// The CLONE_NEW* of the namespace behind the descriptor (ioctl_ns(2), Linux 4.11); empty when it is
// no namespace.
std::optional<std::uint64_t> namespace_type(BorrowedFd fd);

// Moves the calling thread into the namespace, which must be of the type (CLONE_NEW*). For pid it
// is the children that are moved.
void setns(BorrowedFd ns, std::uint64_t type);
// The same; returns the errno, or 0.
int try_setns(BorrowedFd ns, std::uint64_t type) noexcept;

// Whether this process is in the user namespace that the machine began with.
bool in_initial_user_namespace();

// An ordinary user's, or the root's of a user namespace that somebody made for it, as Podman does.
bool is_rootless();

// The mappings of a user namespace, as the kernel reads and writes them: lines of "INSIDE OUTSIDE
// COUNT".
struct IdMaps {
  std::string uid;
  std::string gid;
};

// Of the user namespace that the process is in, in terms of ours.
IdMaps read_id_maps(pid_t pid);
// Of a user namespace as a process in it sees them, in terms of its parent namespace.
IdMaps read_id_maps_of(BorrowedFd user_namespace);
// For a process that has just been cloned into a new user namespace; once only.
void write_uid_map(pid_t pid, const std::string& map);
void write_gid_map(pid_t pid, const std::string& map);
// Before the group ids are mapped by somebody without CAP_SETGID: nobody in that user namespace may
// change its groups from then on.
void deny_setgroups(pid_t pid);

// A user namespace with those mappings and nobody in it. Takes the privilege to write them.
OwnedFd make_user_namespace(const IdMaps& maps);

}  // namespace sys
