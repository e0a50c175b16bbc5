// Cgroups that don't want to end: frozen, nested, busy, threaded, full of forking processes.
#include <algorithm>

#include "runtime/cgroup/freezer.h"
#include "runtime/cgroup/host.h"
#include "tests/runtime/cgroup/support.h"

namespace runtime::cgroup {
namespace {

using namespace test;

class Ending : public testing::TestWithParam<View> {};
INSTANTIATE_TEST_SUITE_P(, Ending, testing::Values(View::Host, View::V1, View::V2),
                         [](const auto& which) { return std::string(name_of(which.param)); });

// A container's cgroup with its driver; what is left of it goes when it is out of scope.
struct Container {
  explicit Container(const char* what, const std::string& parent = "")
      : driver(driver_for_host(inspect_host())),
        location(driver->locate(parent.empty() ? "" : parent + "/" + what, unique_id(what))),
        remains(driver->layout(), location.places[0].path),
        membership(driver->create(location, {})) {}

  // The place of the hierarchy that freezes in this view, and the word for it.
  const Place& freezer() const {
    for (const Place& place : location.places) {
      if (Hierarchy{place.name, ""}.has_controller("freezer")) return place;
    }
    return location.places[0];
  }
  static int freeze_folder(const std::string& folder) {
    return exists(folder + "/freezer.state") ? put(folder + "/freezer.state", "FROZEN")
                                             : put(folder + "/cgroup.freeze", "1");
  }
  static int thaw_folder(const std::string& folder) {
    return exists(folder + "/freezer.state") ? put(folder + "/freezer.state", "THAWED")
                                             : put(folder + "/cgroup.freeze", "0");
  }
  void end() {
    driver->kill_all(location);
    driver->wait_empty(location, in_ms(5000));
    driver->remove(location);
    for (const Place& place : location.places) EXPECT_FALSE(exists(folder_of(place)));
  }

  std::unique_ptr<Driver> driver;
  Location location;
  Remains remains;
  Membership membership;
};

TEST_P(Ending, FrozenByTheDriver) {
  in_view(GetParam(), [] {
    Container container("paused");
    const Sleeper init(&container.membership);
    container.driver->freeze(container.location, in_ms(5000));
    EXPECT_TRUE(container.driver->is_frozen(container.location));
    container.driver->thaw(container.location);
    EXPECT_FALSE(container.driver->is_frozen(container.location));
    container.driver->freeze(container.location, in_ms(5000));
    container.end();
    EXPECT_TRUE(init.ended(5000));
    EXPECT_EQ(error_of([&] { container.driver->freeze(container.location, in_ms(0)); }),
              "no freezer here: the cgroup is gone, or the host has no hierarchy that can");
  });
}

// Whoever has frozen it, and wherever.
TEST_P(Ending, ThawedByTheDriver) {
  in_view(GetParam(), [] {
    Container container("thawed");
    const Sleeper init(&container.membership);
    ASSERT_EQ(Container::freeze_folder(folder_of(container.freezer())), 0);
    usleep(50'000);
    EXPECT_TRUE(container.driver->is_frozen(container.location));
    container.driver->thaw(container.location);
    EXPECT_FALSE(container.driver->is_frozen(container.location));
    container.end();
  });
}

TEST_P(Ending, FrozenByTheUser) {
  in_view(GetParam(), [] {
    Container container("frozen");
    const Sleeper init(&container.membership);
    EXPECT_FALSE(container.driver->is_frozen(container.location));
    ASSERT_EQ(Container::freeze_folder(folder_of(container.freezer())), 0);
    usleep(50'000);
    EXPECT_TRUE(container.driver->is_frozen(container.location));
    container.end();
    EXPECT_TRUE(init.ended());
  });
}

TEST_P(Ending, FrozenInACgroupOfTheContainersOwn) {
  in_view(GetParam(), [] {
    Container container("self");
    const Sleeper init(&container.membership);
    for (const Place& place : container.location.places) {
      const std::string inner = folder_of(place) + "/inner";
      ASSERT_EQ(mkdir(inner.c_str(), 0755), 0);
      put(inner + "/cpuset.cpus", "0");
      put(inner + "/cpuset.mems", "0");
      ASSERT_EQ(put(inner + "/cgroup.procs", base::cat(init.pid())), 0) << inner;
    }
    ASSERT_EQ(Container::freeze_folder(folder_of(container.freezer()) + "/inner"), 0);
    usleep(50'000);
    EXPECT_EQ(container.driver->processes(container.location), std::vector<pid_t>{init.pid()});
    container.end();
    EXPECT_TRUE(init.ended());
  });
}

TEST_P(Ending, ThousandNestedCgroupsAndOddNames) {
  in_view(GetParam(), [] {
    Container container("nested");
    const Sleeper init(&container.membership);
    const std::string top = folder_of(container.location.places[0]);
    base::OwnedFd dir = sys::openat(base::BorrowedFd::cwd(), top.c_str(), O_PATH | O_DIRECTORY);
    sys::mkdirat_if_absent(dir, "...", 0755);
    sys::mkdirat_if_absent(dir, std::string(255, 'x').c_str(), 0755);
    sys::mkdirat_if_absent(dir, " -rf \xff", 0755);
    for (int depth = 0; depth < 1000; ++depth) {
      sys::mkdirat_if_absent(dir, "n", 0755);
      dir = sys::openat(dir, "n", O_PATH | O_DIRECTORY);
    }
    ASSERT_EQ(sys::try_write_file(dir, "cgroup.procs", base::cat(init.pid())), 0);
    const auto start = std::chrono::steady_clock::now();
    container.end();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  });
}

TEST_P(Ending, ForkingWhileKilled) {
  in_view(GetParam(), [] {
    Container container("forks");
    // Runners that hand over to a new process all the time: few, but never the same.
    const Sleeper init(&container.membership, CLONE_NEWPID, [] {
      signal(SIGCHLD, SIG_IGN);
      for (int runner = 0; runner < 4; ++runner) {
        if (fork() != 0) continue;
        for (;;) {
          if (fork() != 0) _exit(0);
        }
      }
    });
    usleep(30'000);
    EXPECT_GT(container.driver->processes(container.location).size(), 1U);
    container.end();
    EXPECT_TRUE(init.ended(2000));
  });
}

TEST_P(Ending, StoppedProcesses) {
  in_view(GetParam(), [] {
    Container container("stopped");
    const Sleeper init(&container.membership, 0, [] { raise(SIGSTOP); });
    container.end();
  });
}

TEST_P(Ending, OtherSignalsReachEverybody) {
  in_view(GetParam(), [] {
    Container container("signal");
    const Sleeper first(&container.membership);
    const Sleeper second(&container.membership);
    container.driver->kill_all(container.location, SIGTERM);
    EXPECT_TRUE(first.ended(2000) && second.ended(2000));
    container.driver->wait_empty(container.location, in_ms(2000));
    container.driver->remove(container.location);
  });
}

TEST_P(Ending, DeadlineNamesWhoIsLeft) {
  in_view(GetParam(), [] {
    Container container("deadline");
    const Sleeper init(&container.membership);
    const auto start = std::chrono::steady_clock::now();
    const std::string text =
        error_of([&] { container.driver->wait_empty(container.location, in_ms(100)); });
    EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(100));
    const std::string wanted =
        base::cat("1 process(es) in the cgroup have not ended: ", init.pid(), " (");
    EXPECT_EQ(text.substr(0, wanted.size()), wanted);
    EXPECT_NE(text.find(") in state S"), std::string::npos) << text;

    EXPECT_FALSE(container.driver->try_remove(container.location));
    const std::string busy = error_of([&] { container.driver->remove(container.location); });
    EXPECT_NE(busy.find("still in use by " + base::cat(init.pid())), std::string::npos) << busy;
    container.driver->kill_all(container.location);
    container.driver->wait_empty(container.location, in_ms(5000));
    EXPECT_TRUE(container.driver->try_remove(container.location));
    container.driver->remove(container.location);
  });
}

TEST_P(Ending, FrozenFromAboveIsRefusedAtCreate) {
  in_view(GetParam(), [] {
    const std::string parent = "/runtime-" + unique_id("above");
    Container outer("outer", parent);
    const std::string folder = outer.freezer().mount_point + parent;
    ASSERT_EQ(Container::freeze_folder(folder), 0);
    auto driver = driver_for_host(inspect_host());
    Location location = driver->locate(parent + "/inner", "inner");
    const std::string text = error_of([&] { driver->create(location, {}); });
    EXPECT_EQ(text, "container's cgroup unexpectedly frozen");
    for (const Place& place : location.places) EXPECT_FALSE(exists(folder_of(place)));
    EXPECT_EQ(Container::thaw_folder(folder), 0);
  });
}

TEST_P(Ending, FrozenFromAboveIsNeverReportedAsSuccess) {
  in_view(GetParam(), [] {
    const std::string parent = "/runtime-" + unique_id("held");
    Container container("ctr", parent);
    const Sleeper init(&container.membership);
    const std::string folder = container.freezer().mount_point + parent;
    ASSERT_EQ(Container::freeze_folder(folder), 0);
    usleep(50'000);
    container.driver->kill_all(container.location);
    const std::string text =
        error_of([&] { container.driver->wait_empty(container.location, in_ms(300)); });
    // cgroup2 kills also what is frozen; in v1 nothing ends before somebody thaws the parent.
    EXPECT_EQ(text.empty(), init.ended());
    if (!text.empty()) {
      EXPECT_NE(text.find("; the cgroup is frozen"), std::string::npos) << text;
    }
    EXPECT_EQ(Container::thaw_folder(folder), 0);
    container.driver->wait_empty(container.location, in_ms(5000));
    container.driver->remove(container.location);
  });
}

TEST_P(Ending, WithoutCgroupKill) {
  in_view(GetParam(), [] {
    Container container("nokill");
    const Sleeper first(&container.membership);
    const Sleeper second(&container.membership);
    const Place& place = container.freezer();
    const auto root = sys::openat(base::BorrowedFd::cwd(), place.mount_point.c_str(), O_PATH);
    const auto folder = open_folder(root, place.path);
    ASSERT_TRUE(folder.has_value());
    const bool is_v2 = place.name == Hierarchy::kV2Name;
    kill_frozen(*folder, is_v2 ? Version::V2 : Version::V1);
    EXPECT_TRUE(first.ended(2000) && second.ended(2000));
    EXPECT_FALSE(is_frozen(*folder, ".", is_v2 ? Version::V2 : Version::V1));
    container.end();
  });
}

TEST(EndingV2, ThreadedCgroupsBelow) {
  in_view(View::V2, [] {
    Container container("threaded");
    const Sleeper init(&container.membership);
    const std::string inner = folder_of(container.location.places[0]) + "/inner";
    ASSERT_EQ(mkdir(inner.c_str(), 0755), 0);
    ASSERT_EQ(put(inner + "/cgroup.type", "threaded"), 0);
    ASSERT_EQ(put(inner + "/cgroup.threads", base::cat(init.pid())), 0);
    EXPECT_EQ(container.driver->processes(container.location), std::vector<pid_t>{init.pid()});
    container.end();
    EXPECT_TRUE(init.ended());
  });
}

}  // namespace
}  // namespace runtime::cgroup
