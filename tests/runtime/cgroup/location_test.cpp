// Where a container's cgroup is put, and which paths are refused.
#include "runtime/cgroup/location.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace runtime::cgroup {
namespace {

Layout layout() { return make_layout({{"freezer", "/f"}, {"unified", "/u"}, {"cpu", "/c"}}); }

TEST(Location, NamesTheFolderInEveryHierarchy) {
  const struct {
    const char* cgroups_path;
    const char* path;
  } cases[] = {
      {"", "/runtime-web"},
      {"/pods/one", "/pods/one"},
      {"pods/one", "/pods/one"},
      {"//pods///one/", "/pods/one"},
      {"system.slice:docker:x", "/system.slice:docker:x"},  // a name like any other without systemd
      {"/...", "/..."},
      {"/pods/ \xc3\xa9", "/pods/ \xc3\xa9"},
  };
  for (const auto& c : cases) {
    const Location location = place_container(layout(), c.cgroups_path, "web");
    ASSERT_EQ(location.places.size(), 3U);
    EXPECT_EQ(location.mode, Mode::Hybrid);
    EXPECT_EQ(location.places[0].name, "unified");
    EXPECT_EQ(location.places[0].mount_point, "/u");
    for (const Place& place : location.places) {
      EXPECT_EQ(place.path, c.path);
      EXPECT_EQ(place.existing, 0U);
      EXPECT_EQ(place.inode, 0U);
    }
  }
}

TEST(Location, RefusesPathsThatLeadElsewhere) {
  const std::string cases[] = {
      "..",
      "/..",
      "/../../etc",
      "/a/../b",
      "a/..",
      "/a/./b",
      ".",
      "/",
      "//",
      "/a\nb",
      "/a\x7f",
      std::string("/a\0b", 4),
      "/a\tb/c",
      "/\x01",
      "/" + std::string(256, 'x'),
      std::string(4000, 'a').append("/b"),
  };
  for (const std::string& path : cases) {
    EXPECT_THROW(place_container(layout(), path, "web"), base::Error) << path;
  }
}

TEST(Location, SaysWhatIsWrong) {
  std::string text;
  try {
    place_container(layout(), "/a/../b", "web");
  } catch (const base::Error& error) {
    text = error.text();
  }
  EXPECT_EQ(text, "cgroupsPath: component \"..\" is not allowed");
}

TEST(Components, LeaveOutEmptyOnes) {
  EXPECT_EQ(components("/a//b/"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(components("///").empty());
}

}  // namespace
}  // namespace runtime::cgroup
