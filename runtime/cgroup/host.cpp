#include "runtime/cgroup/host.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::OwnedFd;

namespace {

constexpr const char* kConventionalRoot = "/sys/fs/cgroup";

// There is no such folder, or none for us.
bool means_absent(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP || error == EACCES;
}

// Empty if there is none. Not for want of a descriptor: the container would be without a hierarchy.
std::optional<OwnedFd> open_folder_if_any(BorrowedFd dir, const std::string& path) {
  auto opened = sys::try_openat2(dir, path.c_str(), O_PATH | O_DIRECTORY, sys::Resolve::kAnywhere);
  if (means_absent(opened.error)) return std::nullopt;
  if (opened.error != 0)
    throw base::Error(base::cat("openat2 cgroup hierarchy ", path), opened.error);
  return std::move(opened.fd);
}

// Empty unless the hierarchy is what is mounted at `path`.
std::optional<OwnedFd> open_root_if_any(const Hierarchy& hierarchy, BorrowedFd dir,
                                        const std::string& path) {
  auto folder = open_folder_if_any(dir, path);
  if (folder && sys::filesystem_magic(*folder) != hierarchy.filesystem_magic()) return std::nullopt;
  return folder;
}

// A hierarchy while the order is not settled yet.
struct Candidate {
  Hierarchy hierarchy;
  OwnedFd root;
};

// Moves what is found at its conventional place into `found`; the names of the rest are returned.
std::vector<std::string> take_conventional(BorrowedFd base, const std::vector<std::string>& names,
                                           std::vector<Candidate>& found) {
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    Hierarchy hierarchy{name, ""};
    const std::string directory = hierarchy.directory_name();
    hierarchy.mount_point = base::cat(kConventionalRoot, "/", directory);
    auto root = open_root_if_any(hierarchy, base, directory);
    if (root) {
      found.push_back({std::move(hierarchy), std::move(*root)});
    } else {
      missing.push_back(name);
    }
  }
  return missing;
}

void take_from_mount_table(const std::vector<std::string>& names, std::vector<Candidate>& found) {
  constexpr std::size_t kLongestTable = std::size_t{64} << 20;
  const std::string table =
      sys::read_file(BorrowedFd::cwd(), "/proc/self/mountinfo", kLongestTable);
  for (Hierarchy& hierarchy : find_mounts(table, names)) {
    auto root = open_root_if_any(hierarchy, BorrowedFd::cwd(), hierarchy.mount_point);
    if (root) found.push_back({std::move(hierarchy), std::move(*root)});
  }
}

Host settle(std::vector<Candidate> found) {
  std::vector<Hierarchy> hierarchies;
  for (const Candidate& candidate : found) hierarchies.push_back(candidate.hierarchy);
  Host host{make_layout(std::move(hierarchies)), {}};
  for (const Hierarchy& hierarchy : host.layout.hierarchies) {
    for (Candidate& candidate : found) {
      if (candidate.hierarchy.name == hierarchy.name) {
        host.roots.push_back(std::move(candidate.root));
      }
    }
  }
  return host;
}

}  // namespace

Host inspect_host() {
  const std::string v2_name(Hierarchy::kV2Name);
  std::vector<Candidate> found;
  auto base = open_folder_if_any(BorrowedFd::cwd(), kConventionalRoot);
  if (base && sys::filesystem_magic(*base) == CGROUP2_SUPER_MAGIC) {
    found.push_back({{v2_name, kConventionalRoot}, std::move(*base)});
    return settle(std::move(found));
  }
  std::vector<std::string> missing =
      parse_v1_names(sys::read_file(BorrowedFd::cwd(), "/proc/self/cgroup"));
  if (base) {
    missing = take_conventional(*base, missing, found);
    // Not being there is the usual case on a v1 host, no reason to read the mount table.
    take_conventional(*base, {v2_name}, found);
  }
  if (found.empty()) missing.push_back(v2_name);
  if (!missing.empty()) take_from_mount_table(missing, found);
  if (found.empty()) throw base::Error("no cgroup filesystem is mounted");
  return settle(std::move(found));
}

}  // namespace runtime::cgroup
