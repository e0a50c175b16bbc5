// A place where tests may mount: a forked process in namespaces of its own, cut off from the
// machine's mounts, with a tmpfs that holds a tiny bundle and an "outside" that must not change.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <optional>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <vector>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/rootfs/devices.h"
#include "runtime/rootfs/mask.h"
#include "runtime/rootfs/mount.h"
#include "runtime/rootfs/pivot.h"
#include "tests/support/forked.h"

namespace rootfs_test {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;
using base::RootDir;
using namespace runtime::rootfs;

// Where the tmpfs is, in the sandbox only. On the machine itself an empty folder.
inline const std::string kWork = cat("/tmp/rootfs-sandbox.", getpid());
inline const std::string kRoot = kWork + "/bundle/rootfs";
inline const std::string kOutside = kWork + "/outside";

inline void must(int result, const std::string& what) {
  if (result != 0) throw base::Error(what, errno);
}

inline void make_folders(const std::string& path) {
  must(std::system(cat("mkdir -p ", path).c_str()), path);
}
inline void write(const std::string& path, const std::string& text = "x\n") {
  const OwnedFd fd =
      sys::openat(BorrowedFd::cwd(), path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  base::write_all(fd, text);
}
inline std::string read(const std::string& path) {
  return sys::read_file(BorrowedFd::cwd(), path.c_str());
}
inline void link(const std::string& target, const std::string& path) {
  must(symlink(target.c_str(), path.c_str()), path);
}
inline struct stat info(const std::string& path) {
  struct stat result {};
  must(lstat(path.c_str(), &result), path);
  return result;
}
inline bool exists(const std::string& path) {
  struct stat result {};
  return lstat(path.c_str(), &result) == 0;
}
inline mode_t mode_of(const std::string& path) { return info(path).st_mode & 07777U; }
// 0, or why the file can't be opened for writing.
inline int write_error(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const int error = errno;
  if (fd < 0) return error;
  close(fd);
  return 0;
}
inline std::vector<std::string> names(const std::string& folder) {
  auto found = sys::list_directory(sys::openat(BorrowedFd::cwd(), folder.c_str(), O_RDONLY));
  std::sort(found.begin(), found.end());
  return found;
}

// A line of /proc/self/mountinfo. A pid namespace of the test's own does not matter to it.
struct MountLine {
  std::string id, parent, root, point, options, propagation, type, source, filesystem_options;
};
inline std::vector<MountLine> mount_lines() {
  std::vector<MountLine> lines;
  const std::string text = read("/proc/self/mountinfo");
  for (const std::string_view line : base::split(text, '\n')) {
    const auto fields = base::split(line, ' ');
    if (fields.size() < 10) continue;
    MountLine each;
    const auto set = [&](std::string& to, std::size_t at) { to = std::string(fields.at(at)); };
    set(each.id, 0), set(each.parent, 1), set(each.root, 3), set(each.point, 4);
    set(each.options, 5);
    std::size_t at = 6;
    for (; fields[at] != "-"; ++at) each.propagation += std::string(fields[at]) + ' ';
    set(each.type, at + 1), set(each.source, at + 2), set(each.filesystem_options, at + 3);
    lines.push_back(each);
  }
  return lines;
}
// The topmost mount at a path of the sandbox.
inline MountLine mount_at(const std::string& point) {
  MountLine found;
  for (const MountLine& each : mount_lines()) {
    if (each.point == point) found = each;
  }
  return found;
}
inline bool has(const std::string& list, const std::string& option) {
  for (const std::string_view each : base::split(list, ',')) {
    if (each == option) return true;
  }
  return false;
}

using test_support::error_of;

inline oci::Mount mount(std::string destination, std::string type, std::string source,
                        std::vector<std::string> options = {}) {
  return {std::move(destination), std::move(type), std::move(source), std::move(options), {}, {}};
}

using Propagation = std::optional<oci::Propagation>;

inline RootDir take_root(Propagation propagation = {}) {
  const OwnedFd seen = sys::openat(BorrowedFd::cwd(), kRoot.c_str(), O_PATH | O_DIRECTORY);
  isolate_propagation(propagation);
  return attach_root(kRoot, seen, propagation);
}
inline MountedTree mount_list(const RootDir& root, const std::vector<oci::Mount>& mounts,
                              const CgroupView& cgroups = {}) {
  const Sources none;
  return mount_all(root, plan_mounts(mounts, kWork + "/bundle", {}), {none, cgroups});
}

namespace detail {

inline void prepare(int more_namespaces) {
  must(unshare(CLONE_NEWNS | CLONE_NEWPID | more_namespaces), "unshare");
  must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "make private");
}

inline void fill() {
  must(::mount("tmpfs", kWork.c_str(), "tmpfs", 0, "mode=755"), "tmpfs");
  umask(022);
  make_folders(kRoot);
  make_folders(kOutside);
  write(kOutside + "/marker", "outside\n");
}

// In pid namespace's process 1, hence with a procfs of its own to mount.
template <typename Body>
void run_body(Body body) {
  fill();
  // Before the body, which may pivot away from it.
  const OwnedFd outside = sys::openat(BorrowedFd::cwd(), kOutside.c_str(), O_RDONLY);
  body();
  EXPECT_EQ(sys::list_directory(outside), std::vector<std::string>{"marker"});
  EXPECT_EQ(sys::read_file(outside, "marker"), "outside\n");
}

}  // namespace detail

// Runs the body in the sandbox. Expectations that fail there are printed there and fail the test.
template <typename Body>
void in_sandbox(Body body, int more_namespaces = CLONE_NEWNET | CLONE_NEWIPC) {
  mkdir(kWork.c_str(), 0755);
  test_support::in_child([&] {
    detail::prepare(more_namespaces);
    test_support::in_child([&] { detail::run_body(body); });
  });
  rmdir(kWork.c_str());
}

// Within the sandbox, a mount namespace below: the container's, when the sandbox plays the host.
template <typename Body>
void in_sandbox_child(Body body) {
  test_support::in_child([&] {
    must(unshare(CLONE_NEWNS), "unshare");
    body();
  });
}

// The base of all fixtures.
class SandboxTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root: makes mount namespaces and device nodes";
  }
};

}  // namespace rootfs_test
