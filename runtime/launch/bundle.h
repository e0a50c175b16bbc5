// A bundle as read from disk: everything that can be refused by looking at it is refused here,
// before the first side effect.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.h"
#include "oci/config.h"
#include "runtime/launch/automatic_ids.h"
#include "runtime/launch/automatic_label.h"
#include "runtime/rootfs/mount_plan.h"

namespace runtime {

struct Bundle {
  std::string path;  // absolute, no links in it
  base::OwnedFd folder;
  std::string config_bytes;  // as read: the state keeps them
  oci::Config config;
  std::optional<AutomaticIds> automatic_ids;  // the user namespace is one whose ids we choose
  std::optional<AutomaticLabel> label;        // the labels get categories that we choose
  std::vector<rootfs::MountStep> mounts;
  rootfs::MountLabel mount_label;
  std::string rootfs;  // absolute, no links in it
  base::OwnedFd rootfs_fd;
};

// Whether linux.seccomp holds, or is left out of the config.
enum class Filtering { AsConfigured, None };

// `path` is relative to the working directory. Throws with everything that is wrong in one line.
Bundle load_bundle(const std::string& path, Filtering filtering, const Caller& caller);

// The bytes of a document that somebody else wrote: a regular file, and not a huge one. To be
// opened so, because opening a fifo would wait for a writer.
inline constexpr int kOpenDocument = O_RDONLY | O_NONBLOCK | O_NOCTTY;
std::string read_document(base::BorrowedFd file);

// The config alone, nothing of which is looked up.
oci::Config load_config(const std::string& path);

// Plans the mounts anew, whose ids and labels may be the container's.
void replan_mounts(Bundle& bundle);

}  // namespace runtime
