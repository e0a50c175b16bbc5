// The root of the container: taken from the host's tree, made "/", cut off from the host
// (config.md#root, config-linux.md#rootfs-mount-propagation).
#pragma once

#include <optional>
#include <string>

#include "base/directory.h"
#include "base/fd.h"
#include "oci/config_linux.h"

namespace runtime::rootfs {

// The first step in a new mount namespace: from here on no mount of ours reaches the host, except
// through mounts that rootfsPropagation "shared" or "rshared" asks to keep connected.
void isolate_propagation(std::optional<oci::Propagation> propagation);
// The same for a detached clone that was made outside of it.
void isolate_propagation(base::BorrowedFd tree, std::optional<oci::Propagation> propagation);

// Attaches a recursive clone of the directory over itself and returns the clone's root.
// `path` is absolute; `expected` is the same directory as the parent opened it, of another mount
// namespace and therefore no use but to be compared: throws when the path meanwhile leads
// elsewhere.
base::RootDir attach_root(const std::string& path, base::BorrowedFd expected,
                          std::optional<oci::Propagation> propagation);

// A directory of another mount namespace in this one, if the absolute path leads to it; else not
// valid.
base::OwnedFd find_here(const std::string& path, base::BorrowedFd there);

// Attaches a detached clone of the root that the parent has opened.
base::RootDir attach_opened(const base::OwnedFd& opened, base::BorrowedFd place,
                            std::optional<oci::Propagation> propagation);

// Makes it "/" and the working directory, detaches the host's tree, checks that "/" is that mount.
void pivot_into(const base::RootDir& root, std::optional<oci::Propagation> propagation);

// Throws unless "/" is that mount and nothing lies over it.
void expect_root(const base::RootDir& root);

// The last step, since an unbindable mount can't be cloned for the terminal or a path to mask.
void propagate_root(const base::RootDir& root, std::optional<oci::Propagation> propagation);

}  // namespace runtime::rootfs
