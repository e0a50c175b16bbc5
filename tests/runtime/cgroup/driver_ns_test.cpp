// Creating, joining and removing on real cgroups: as the machine has them, as v1 and as v2.
#include <poll.h>
#include <sys/inotify.h>

#include "runtime/cgroup/host.h"
#include "tests/runtime/cgroup/support.h"

namespace runtime::cgroup {
namespace {

using namespace test;

class Cgroup : public testing::TestWithParam<View> {};
INSTANTIATE_TEST_SUITE_P(, Cgroup, testing::Values(View::Host, View::V1, View::V2),
                         [](const auto& which) { return std::string(name_of(which.param)); });

std::unique_ptr<Driver> new_driver() { return driver_for_host(inspect_host()); }

TEST_P(Cgroup, HostIsRecognised) {
  in_view(GetParam(), [] {
    const Host host = inspect_host();
    ASSERT_FALSE(host.layout.hierarchies.empty());
    ASSERT_EQ(host.roots.size(), host.layout.hierarchies.size());
    for (const Hierarchy& hierarchy : host.layout.hierarchies) {
      EXPECT_TRUE(exists(hierarchy.mount_point + "/cgroup.procs")) << hierarchy.mount_point;
    }
  });
}

TEST_P(Cgroup, ProcessIsInItsOwnFromBirthAndNothingIsLeft) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    Location location = driver->locate("", unique_id("life"));
    const Remains remains(driver->layout(), location.places[0].path);
    EXPECT_EQ(location.places[0].existing, 0U);
    EXPECT_FALSE(exists(folder_of(location.places[0]))) << "locate makes nothing";

    const Membership membership = driver->create(location, {});
    EXPECT_NE(location.places[0].inode, 0U);
    const Sleeper init(&membership);
    const std::string cgroups = init.cgroups();
    for (const Place& place : location.places) {
      const bool is_v2 = place.name == Hierarchy::kV2Name;
      const std::string line = base::cat(is_v2 ? ":" : place.name, ":", place.path, "\n");
      EXPECT_NE(cgroups.find(line), std::string::npos) << place.name << " in:\n" << cgroups;
    }
    const auto later = driver_of(location);
    EXPECT_EQ(later->processes(location), std::vector<pid_t>{init.pid()});
    later->kill_all(location);
    later->wait_empty(location, in_ms(5000));
    EXPECT_TRUE(init.ended());
    later->remove(location);
    later->remove(location);
    for (const Place& place : location.places) EXPECT_FALSE(exists(folder_of(place)));
    EXPECT_TRUE(later->processes(location).empty());
    EXPECT_FALSE(later->is_frozen(location));
  });
}

TEST_P(Cgroup, IsJoinedInsideNewUserAndPidNamespaces) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    Location location = driver->locate("", unique_id("userns"));
    const Remains remains(driver->layout(), location.places[0].path);
    const Membership membership = driver->create(location, {});
    const Sleeper init(&membership, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET);
    EXPECT_EQ(driver->processes(location), std::vector<pid_t>{init.pid()});
    driver->kill_all(location);
    driver->wait_empty(location, in_ms(5000));
    driver->remove(location);
  });
}

// Tells of every opening of a cgroup.procs. Time would tell, too, but not on a busy machine.
class ProcsWatch {
 public:
  explicit ProcsWatch(const Location& location)
      : inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    for (const Place& place : location.places) {
      const std::string path = folder_of(place) + "/cgroup.procs";
      EXPECT_GE(inotify_add_watch(inotify_.raw(), path.c_str(), IN_OPEN), 0) << path;
    }
  }
  bool was_opened() const { return sys::poll_for(inotify_, POLLIN, 0); }

 private:
  base::OwnedFd inotify_;
};

TEST_P(Cgroup, JoiningNeverTouchesCgroupProcs) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    Location location = driver->locate("", unique_id("speed"));
    const Remains remains(driver->layout(), location.places[0].path);
    const Membership membership = driver->create(location, {});
    const ProcsWatch watch(location);
    {
      const Sleeper init(&membership);
      // A write of a pid there waits for an RCU grace period: 4 to 16 ms (performance.md §3).
      EXPECT_FALSE(watch.was_opened());
      EXPECT_EQ(driver->processes(location), std::vector<pid_t>{init.pid()});
      EXPECT_TRUE(watch.was_opened()) << "the watch must be able to tell";
    }
    driver->remove(location);
  });
}

TEST_P(Cgroup, WhatWasThereBeforeStays) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    const std::string parent = "/runtime-" + unique_id("parent");
    const Remains remains(driver->layout(), parent);
    for (const Hierarchy& hierarchy : driver->layout().hierarchies) {
      ASSERT_EQ(mkdir((hierarchy.mount_point + parent).c_str(), 0755), 0);
    }
    Location location = driver->locate(parent + "/a/b", "id");
    EXPECT_EQ(location.places.back().existing, 1U);
    {
      const Membership membership = driver->create(location, {});
      const Sleeper init(&membership);
      EXPECT_EQ(driver->processes(location), std::vector<pid_t>{init.pid()});
    }
    driver->remove(location);
    for (const Hierarchy& hierarchy : driver->layout().hierarchies) {
      EXPECT_TRUE(exists(hierarchy.mount_point + parent));
      EXPECT_FALSE(exists(hierarchy.mount_point + parent + "/a"));
    }
  });
}

TEST_P(Cgroup, SharedParentGoesWithTheLast) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    const std::string parent = "/runtime-" + unique_id("shared");
    const Remains remains(driver->layout(), parent);
    Location first = driver->locate(parent + "/1", "1");
    Location second = driver->locate(parent + "/2", "2");
    driver->create(first, {});
    driver->create(second, {});
    EXPECT_EQ(second.places[0].existing, 1U) << "found made by the first";
    driver->remove(first);
    EXPECT_TRUE(exists(folder_of(second.places[0])));
    driver->remove(second);
    EXPECT_FALSE(exists(folder_of(second.places[0])));
  });
}

TEST_P(Cgroup, InUseIsRefusedAndLeftAlone) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    const std::string path = "/runtime-" + unique_id("used");
    const Remains remains(driver->layout(), path);
    Location theirs = driver->locate(path, "theirs");
    const Membership membership = driver->create(theirs, {});
    const Sleeper process(&membership);

    auto other = new_driver();
    Location ours = other->locate(path, "ours");
    EXPECT_EQ(ours.places[0].existing, 1U);
    const std::string text = error_of([&] { other->create(ours, {}); });
    EXPECT_NE(text.find("container's cgroup is not empty: 1 process(es) found"), std::string::npos)
        << text;
    // As after a crash between the intent and the refusal.
    other->kill_all(ours);
    EXPECT_TRUE(other->processes(ours).empty());
    other->wait_empty(ours, in_ms(0));
    other->remove(ours);
    EXPECT_FALSE(process.ended(50));
    EXPECT_TRUE(exists(folder_of(theirs.places.back())));
  });
}

TEST_P(Cgroup, MadeMeanwhileIsRefusedAndLeftAlone) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    const std::string path = "/runtime-" + unique_id("meanwhile");
    const Remains remains(driver->layout(), path);
    Location theirs = driver->locate(path, "theirs");
    Location ours = theirs;
    driver->create(theirs, {});
    const std::string text = error_of([&] { driver->create(ours, {}); });
    EXPECT_NE(text.find("container's cgroup was made by somebody else just now"), std::string::npos)
        << text;
    EXPECT_TRUE(exists(folder_of(theirs.places.back())));
    driver->remove(theirs);
  });
}

TEST_P(Cgroup, FailureUndoesWhatWasMade) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    const std::string top = "/runtime-" + unique_id("undo");
    const Remains remains(driver->layout(), top);
    const auto& last = driver->layout().hierarchies.back();
    Location location = driver->locate(top + "/x/y", "id");
    // In the last hierarchy somebody else is faster, and puts a process in.
    const std::string taken = last.mount_point + top + "/x/y";
    ASSERT_EQ(mkdir((last.mount_point + top).c_str(), 0755), 0);
    ASSERT_EQ(mkdir((last.mount_point + top + "/x").c_str(), 0755), 0);
    ASSERT_EQ(mkdir(taken.c_str(), 0755), 0);
    const Sleeper process(nullptr);
    ASSERT_EQ(put(taken + "/cgroup.procs", base::cat(process.pid())), 0);
    EXPECT_NE(error_of([&] { driver->create(location, {}); }), "");
    for (const Hierarchy& hierarchy : driver->layout().hierarchies) {
      if (hierarchy.name == last.name) continue;
      EXPECT_FALSE(exists(hierarchy.mount_point + top)) << hierarchy.mount_point;
    }
    EXPECT_TRUE(exists(taken));
    EXPECT_EQ(put(last.mount_point + "/cgroup.procs", base::cat(process.pid())), 0);
  });
}

TEST_P(Cgroup, RemovalFinishesWhatACrashLeft) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    const Location intent = driver->locate("", unique_id("crash"));
    const Remains remains(driver->layout(), intent.places[0].path);
    // create died after any number of directories: the intent knows no inode.
    for (std::size_t made = 0; made <= intent.places.size(); ++made) {
      for (std::size_t i = 0; i < made; ++i) mkdir(folder_of(intent.places[i]).c_str(), 0755);
      const auto later = driver_of(intent);
      later->kill_all(intent);
      later->wait_empty(intent, in_ms(100));
      later->remove(intent);
      for (const Place& place : intent.places) EXPECT_FALSE(exists(folder_of(place)));
    }
  });
}

TEST_P(Cgroup, NamesakeIsNotTakenForTheContainers) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    Location location = driver->locate("", unique_id("namesake"));
    const Remains remains(driver->layout(), location.places[0].path);
    driver->create(location, {});
    driver->remove(location);
    Location other = driver->locate("", unique_id("namesake"));
    const Membership membership = driver->create(other, {});
    const Sleeper stranger(&membership);
    const auto later = driver_of(location);
    later->kill_all(location);
    EXPECT_FALSE(stranger.ended(50));
    EXPECT_TRUE(later->processes(location).empty());
    later->wait_empty(location, in_ms(0));
    later->remove(location);
    EXPECT_TRUE(exists(folder_of(other.places.back())));
    EXPECT_EQ(error_of([&] { later->join(location, {}); }), "the container's cgroup is gone");
  });
}

TEST_P(Cgroup, AnotherProcessJoinsLater) {
  in_view(GetParam(), [] {
    auto driver = new_driver();
    Location location = driver->locate("", unique_id("exec"));
    const Remains remains(driver->layout(), location.places[0].path);
    driver->create(location, {});
    const auto later = driver_of(location);
    const Membership membership = later->join(location, {});
    const Sleeper process(&membership);
    EXPECT_EQ(later->processes(location), std::vector<pid_t>{process.pid()});
    later->kill_all(location);
    later->wait_empty(location, in_ms(5000));
    later->remove(location);
  });
}

}  // namespace
}  // namespace runtime::cgroup
