// The steps in a folder that stands for resctrl. What the kernel would put into a new group is put
// there by the tests, and taken away again before what would be an rmdir of the whole.
#include "runtime/resctrl/group.h"

#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "tests/support/forked.h"
#include "tests/support/scratch.h"

namespace runtime::resctrl {
namespace {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

class GroupTest : public testing::Test {
 protected:
  GroupTest() {
    put("info/last_cmd_status", "ok\n");
    put("schemata", "L3:0=ff\n");
    put("tasks", "");
    put("mon_groups/.keep", "");
  }

  void put(const std::string& name, const std::string& text) {
    const std::filesystem::path file = path_ + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    const OwnedFd fd =
        sys::openat(BorrowedFd::cwd(), file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    base::write_all(fd, text);
  }
  std::string get(const std::string& name) { return sys::read_file(root(), name.c_str()); }
  bool is_there(const std::string& name) { return std::filesystem::exists(path_ + "/" + name); }
  OwnedFd root() { return scratch_.open(); }
  Group group(const oci::IntelRdt& config) { return Group(root(), config, "web"); }
  std::string error_of(const oci::IntelRdt& config) {
    return test_support::error_of([&] { group(config).make(); });
  }

  const test_support::ScratchFolder scratch_;
  const std::string path_ = scratch_.path();
};

oci::IntelRdt config(const std::string& clos_id, const std::string& schema = "",
                     bool monitoring = false) {
  return {clos_id, {}, schema, "", monitoring};
}

TEST_F(GroupTest, WithoutAClosIdItIsTheContainers) {
  const Group own = group(config(""));
  EXPECT_EQ(own.location().group, "web");
  EXPECT_TRUE(own.location().made);
  EXPECT_FALSE(own.location().shared);
  own.make();
  EXPECT_TRUE(is_there("web"));
  put("web/tasks", "");
  own.assign(4711);
  EXPECT_EQ(get("web/tasks"), "4711");
  std::filesystem::remove(path_ + "/web/tasks");
  own.undo();
  EXPECT_FALSE(is_there("web"));
}

TEST_F(GroupTest, OneOfTheContainersNameIsNotTaken) {
  put("web/tasks", "");
  EXPECT_EQ(error_of(config("")), "group \"web\": it exists already");
}

TEST_F(GroupTest, ANamedOneIsJoined) {
  put("gold/tasks", "");
  const Group gold = group(config("gold"));
  EXPECT_FALSE(gold.location().made);
  EXPECT_TRUE(gold.location().shared);
  gold.make();
  gold.assign(4711);
  EXPECT_EQ(get("gold/tasks"), "4711");
  gold.undo();
  EXPECT_TRUE(is_there("gold")) << "it was there before us";
}

TEST_F(GroupTest, ANamedOneMustExistUnlessItsSchemaIsKnown) {
  EXPECT_EQ(error_of(config("gold")),
            "group \"gold\": it does not exist, and there is no schema to make it with");
  const Group gold = group(config("gold", "L3:0=f"));
  EXPECT_TRUE(gold.location().made);
  EXPECT_TRUE(gold.location().shared);
}

TEST_F(GroupTest, TheSchemaOfAnExistingOneIsComparedAndNotWritten) {
  put("gold/schemata", "    L3:0=00f\n");
  EXPECT_EQ(error_of(config("gold", "L3:0=f")), "");
  EXPECT_EQ(get("gold/schemata"), "    L3:0=00f\n");
  EXPECT_EQ(error_of(config("gold", "L3:0=ff")),
            "group \"gold\": it exists with another schema: L3 domain 0 is 00f, not ff");
}

TEST_F(GroupTest, TheDefaultGroupIsTheRoot) {
  const Group all = group(config("/", "L3:0=ff"));
  EXPECT_FALSE(all.location().made);
  all.make();
  all.assign(4711);
  EXPECT_EQ(get("tasks"), "4711");
  EXPECT_EQ(error_of(config("/", "L3:0=1")),
            "group \"/\": it exists with another schema: L3 domain 0 is ff, not 1");
}

// A folder gets no schemata file by itself, which is as good as a kernel's refusal.
TEST_F(GroupTest, WhatCantBeMadeInFullIsNotMadeAtAll) {
  put("info/last_cmd_status", "mask 0 has too few bits\n");
  EXPECT_EQ(
      error_of(config("", "L3:0=0")),
      "/linux/intelRdt: group \"web\": schemata: mask 0 has too few bits: not found (ENOENT)");
  EXPECT_FALSE(is_there("web"));
}

TEST_F(GroupTest, MonitoringIsAGroupOfTheContainersOwn) {
  const Group all = group(config("/", "", true));
  EXPECT_EQ(all.location().monitor, "web");
  all.make();
  put("mon_groups/web/tasks", "");
  all.assign(4711);
  EXPECT_EQ(get("tasks"), "4711");
  EXPECT_EQ(get("mon_groups/web/tasks"), "4711");
  EXPECT_EQ(error_of(config("/", "", true)), "enableMonitoring: ./mon_groups/web exists already");
  std::filesystem::remove(path_ + "/mon_groups/web/tasks");
  all.undo();
  EXPECT_FALSE(is_there("mon_groups/web"));
  EXPECT_TRUE(is_there("tasks"));
}

TEST_F(GroupTest, WithoutMonitoringHardwareItIsRefused) {
  std::filesystem::remove_all(path_ + "/mon_groups");
  EXPECT_EQ(error_of(config("", "", true)), "enableMonitoring: the CPU or the kernel can't");
}

TEST_F(GroupTest, ASharedOneStaysWhileSomebodyLivesInIt) {
  const Location location{.group = "gold", .made = true, .shared = true, .monitor = ""};
  put("gold/tasks", cat(getpid(), "\n"));
  remove_from(root(), location);
  EXPECT_TRUE(is_there("gold"));
  put("gold/tasks", "0\n");
  remove_from(root(), location);
  EXPECT_TRUE(is_there("gold")) << "a process of another pid namespace";
  std::filesystem::remove(path_ + "/gold/tasks");
  remove_from(root(), location);
  EXPECT_FALSE(is_there("gold"));
  remove_from(root(), location);
}

TEST_F(GroupTest, IsLockedFromTheLookToTheAssignment) {
  const OwnedFd other = root();
  const Group own = group(config(""));
  EXPECT_FALSE(sys::flock(other, LOCK_EX | LOCK_NB));
  own.make();
  EXPECT_FALSE(sys::flock(other, LOCK_EX | LOCK_NB));
  put("web/tasks", "");
  own.assign(4711);
  EXPECT_TRUE(sys::flock(other, LOCK_EX | LOCK_NB));
}

TEST(FindGroup, NothingIsTouchedUnlessAskedFor) {
  EXPECT_FALSE(find_group(std::nullopt, "web"));
  remove({.group = "no-such-group", .made = true, .shared = false, .monitor = "x"});
}

TEST_F(GroupTest, AnUpdateTellsWhatWasThere) {
  put("web/schemata", "    MB:0=100\n    L3:0=f\n");
  const Location web{"web", false, false, ""};
  oci::IntelRdt wanted;
  wanted.l3_cache_schema = "L3:0=3";
  EXPECT_EQ(update_below(root(), web, wanted), (std::vector<std::string>{"MB:0=100", "L3:0=f"}));
  EXPECT_EQ(read_schemata_from(root(), web).front(), "L3:0=3");
}

TEST_F(GroupTest, HasItsSchemataForStatistics) {
  put("web/schemata", "    MB:0=100\n    L3:0=f\n");
  EXPECT_EQ(read_schemata_from(root(), {"web", false, false, ""}),
            (std::vector<std::string>{"MB:0=100", "L3:0=f"}));
  EXPECT_EQ(read_schemata_from(root(), {"/", false, false, ""}),
            (std::vector<std::string>{"L3:0=ff"}));
  EXPECT_TRUE(read_schemata_from(root(), {"gone", false, false, ""}).empty());
}

}  // namespace
}  // namespace runtime::resctrl
