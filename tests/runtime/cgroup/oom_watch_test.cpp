// cgroup2's counter, with a plain file for memory.events. The kernel's own notification, and v1's,
// are in integration/events.bats.
#include "runtime/cgroup/oom_watch.h"

#include <gtest/gtest.h>

#include "tests/runtime/cgroup/folder.h"

namespace {

using namespace runtime::cgroup;

const Hierarchy kUnified{"unified", ""};

TEST(OomWatch, TellsOfEachIncreaseOnce) {
  const test::Folder folder;
  folder.put("memory.events", "max 1\noom 1\noom_kill 1\n");
  const base::OwnedFd fd = folder.open();
  const Source sources[] = {{fd, kUnified}};
  OomWatch watch(sources);
  EXPECT_GE(watch.interest().fd, 0);
  EXPECT_FALSE(watch.take());
  const struct {
    const char* events;
    bool told;
  } rows[] = {{"max 9\noom 1\noom_kill 1\n", false},
              {"max 9\noom 2\noom_kill 2\n", true},
              {"max 9\noom 2\noom_kill 2\n", false},
              {"max 9\noom 2\noom_kill 4\n", true},
              {"", false},
              {"max 9\noom 2\noom_kill 4\n", false}};
  for (const auto& row : rows) {
    sys::write_file(fd, "memory.events", std::string(64, '\n'));
    sys::write_file(fd, "memory.events", row.events);
    EXPECT_EQ(watch.take(), row.told) << row.events;
  }
}

TEST(OomWatch, WithoutAMemoryControllerNothingHappens) {
  const test::Folder folder;
  const base::OwnedFd fd = folder.open();
  const Hierarchy memory{"memory", ""};
  const Source sources[] = {{fd, kUnified}, {fd, memory}};
  OomWatch watch(sources);
  EXPECT_LT(watch.interest().fd, 0);
  EXPECT_FALSE(watch.take());
}

}  // namespace
