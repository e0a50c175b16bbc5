#include "runtime/container/state_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "tests/support/scratch.h"

namespace runtime {
namespace {

class StateDirTest : public ::testing::Test {
 protected:
  const test_support::ScratchFolder scratch_;
  const std::string parent_ = scratch_.path();
  const std::string root_ = parent_ + "/run/runtime";
  ContainerId id_ = ContainerId::parse("web");
};

TEST_F(StateDirTest, ReserveMakesTheRootAndRefusesTheSecond) {
  const StateDir dir = StateDir::reserve(root_, id_);
  struct stat info {};
  ASSERT_EQ(stat(root_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700U);
  try {
    StateDir::reserve(root_, id_);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.text(), "container with given ID already exists: \"web\"");
  }
}

TEST_F(StateDirTest, AnUnknownContainer) {
  EXPECT_FALSE(StateDir::open_if_exists(root_, id_));
  EXPECT_TRUE(StateDir::list(root_).empty());
  try {
    StateDir::open(root_, id_);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.text(), "container \"web\" does not exist");
  }
}

TEST_F(StateDirTest, ListIsSortedAndPassesOverWhatIsNoId) {
  for (const char* id : {"b", "a", "c"}) StateDir::reserve(root_, ContainerId::parse(id));
  ASSERT_EQ(mkdir((root_ + "/.hidden").c_str(), 0700), 0);
  ASSERT_EQ(mkdir((root_ + "/no id").c_str(), 0700), 0);
  std::string ids;
  for (const ContainerId& id : StateDir::list(root_)) ids += id.text();
  EXPECT_EQ(ids, "abc");
}

TEST_F(StateDirTest, RemoveTakesEverythingAndMayBeRepeated) {
  StateDir dir = StateDir::reserve(root_, id_);
  dir.write_config("{}");
  EXPECT_EQ(dir.read_config(), "{}");
  dir.write_intent(Record{});
  dir.remove();
  dir.remove();
  EXPECT_FALSE(StateDir::open_if_exists(root_, id_));
}

TEST_F(StateDirTest, WhoWaitedForTheLockLearnsOfTheDelete) {
  StateDir dir = StateDir::reserve(root_, id_);
  StateDir other = StateDir::open(root_, id_);
  dir.remove();
  dir.unlock();
  EXPECT_FALSE(other.try_lock());
}

TEST_F(StateDirTest, ARootThatOthersCanWriteToIsRefused) {
  ASSERT_EQ(mkdir((parent_ + "/open").c_str(), 0700), 0);
  ASSERT_EQ(chmod((parent_ + "/open").c_str(), 0777), 0);
  try {
    StateDir::reserve(parent_ + "/open", id_);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.text(), "state root: " + parent_ + "/open: others may write to it");
  }
}

}  // namespace
}  // namespace runtime
