// For tests on real cgroups: a view of the host in which cgroups are mounted in a given way, in a
// process of its own, and a cgroup whose remains are removed whatever the test did.
#pragma once

#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/cgroup/driver.h"
#include "runtime/cgroup/processes.h"
#include "runtime/cgroup/tree.h"
#include "tests/support/forked.h"

namespace runtime::cgroup::test {

enum class View { Host, V1, V2 };

inline const char* name_of(View view) {
  return view == View::Host ? "Host" : view == View::V1 ? "V1" : "V2";
}

// False when it can't be had here; nothing outside our mount namespace is touched.
inline bool mount_view(View view) {
  if (unshare(CLONE_NEWNS) != 0) return false;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  if (view == View::Host) return true;
  const auto v1_names =
      parse_v1_names(sys::read_file(base::BorrowedFd::cwd(), "/proc/self/cgroup"));
  umount2("/sys/fs/cgroup", MNT_DETACH);
  if (view == View::V2) return mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, nullptr) == 0;
  if (mount("tmpfs", "/sys/fs/cgroup", "tmpfs", 0, nullptr) != 0) return false;
  bool mounted = false;
  for (const std::string& name : v1_names) {
    const Hierarchy hierarchy{name, ""};
    const std::string target = "/sys/fs/cgroup/" + hierarchy.directory_name();
    mkdir(target.c_str(), 0755);
    mounted |= mount("cgroup", target.c_str(), "cgroup", 0, hierarchy.mount_options().c_str()) == 0;
  }
  return mounted;
}

// Runs `body` in a child process that sees the view; its failures are the test's.
inline void in_view(View view, const std::function<void()>& body) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  test_support::in_child_after([&] { return mount_view(view); },
                               base::cat("cgroups can't be mounted as ", name_of(view), " here"),
                               body);
}

// A child that does nothing until it is killed; killed and reaped at the end.
class Sleeper {
 public:
  // Joins as a container's init does.
  explicit Sleeper(const Membership* membership, std::uint64_t flags = 0,
                   const std::function<void()>& first = {}) {
    sys::Cloned cloned =
        sys::clone3(flags, membership != nullptr ? membership->clone_into() : nullptr);
    if (cloned.pid == 0) {
      sys::set_parent_death_signal(SIGKILL);  // should the test crash
      if (membership != nullptr) membership->join_self();
      if (first) first();
      for (;;) pause();
    }
    pid_ = cloned.pid;
    pidfd_ = std::move(cloned.pidfd);
    usleep(20'000);  // join_self has no message of its own
  }
  ~Sleeper() {
    sys::pidfd_send_signal(pidfd_, SIGKILL);
    sys::reap(pidfd_);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  pid_t pid() const { return pid_; }
  bool ended(int timeout_ms = 0) const { return sys::wait_for_exit(pidfd_, timeout_ms); }
  std::string cgroups() const {
    return sys::read_file(base::BorrowedFd::cwd(), base::cat("/proc/", pid_, "/cgroup").c_str());
  }

 private:
  pid_t pid_ = 0;
  base::OwnedFd pidfd_;
};

inline std::string unique_id(const char* what) { return base::cat("test-", getpid(), "-", what); }

// Where the folder of a hierarchy is for the test's own hands.
inline std::string folder_of(const Place& place) { return place.mount_point + place.path; }

inline bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

inline int put(const std::string& path, std::string_view text) {
  return sys::try_write_file(base::BorrowedFd::cwd(), path.c_str(), text);
}

inline Deadline in_ms(int duration) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(duration);
}

// Removes the first component of `path` and what is below it in every hierarchy, whoever made it.
class Remains {
 public:
  Remains(const Layout& layout, std::string path) : layout_(layout), path_(std::move(path)) {}
  ~Remains() {
    for (const Hierarchy& hierarchy : layout_.hierarchies) {
      const auto root =
          sys::openat(base::BorrowedFd::cwd(), hierarchy.mount_point.c_str(), O_PATH | O_DIRECTORY);
      EXPECT_TRUE(remove_tree(root, components(path_).at(0), in_ms(500)));
    }
  }
  Remains(const Remains&) = delete;
  Remains& operator=(const Remains&) = delete;

 private:
  Layout layout_;
  std::string path_;
};

using test_support::error_of;

}  // namespace runtime::cgroup::test
