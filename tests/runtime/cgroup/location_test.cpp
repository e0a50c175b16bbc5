// Where a container's cgroup is put, and which paths are refused.
#include "runtime/cgroup/location.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/text.h"

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

std::string refusal_of(std::string_view subgroup) {
  try {
    parse_subgroup(subgroup);
  } catch (const base::Error& error) {
    return error.text();
  }
  return "";
}

TEST(Subgroup, IsParsed) {
  const auto plain = parse_subgroup("a//b/./c/");
  ASSERT_EQ(plain.size(), 1U);
  EXPECT_EQ(plain[0].controller, "");
  EXPECT_EQ(plain[0].path, "/a/b/c");
  const auto both = parse_subgroup("cpu,memory:/x");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].controller, "cpu");
  EXPECT_EQ(both[1].controller, "memory");
  EXPECT_EQ(both[1].path, "/x");
  for (const char* own : {"", "/", ".", "//./"}) EXPECT_EQ(parse_subgroup(own)[0].path, "") << own;
  for (const char* up : {"..", "a/../b", "/../x", "cpu:.."}) {
    EXPECT_EQ(refusal_of(up), "leads out of the container's cgroup") << up;
  }
  EXPECT_EQ(refusal_of("cpu,:x"), "a controller is expected before the colon");
}

Location hybrid() {
  Location location;
  location.mode = Mode::Hybrid;
  location.places = {{"unified", "/sys/fs/cgroup/unified", "/web"},
                     {"cpu,cpuacct", "/sys/fs/cgroup/cpu,cpuacct", "/web"},
                     {"memory", "/sys/fs/cgroup/memory", "/web"}};
  return location;
}

std::string paths_of(const Location& location) {
  std::vector<std::string> paths;
  for (const Place& place : location.places) paths.push_back(place.path);
  return base::join(paths, " ");
}

TEST(Subgroup, IsBelowInEachHierarchyOrInThatOfAController) {
  EXPECT_EQ(paths_of(below(hybrid(), parse_subgroup("x"))), "/web/x /web/x /web/x");
  EXPECT_EQ(paths_of(below(hybrid(), parse_subgroup("cpuacct:x"))), "/web /web/x /web");
  EXPECT_EQ(paths_of(below(hybrid(), parse_subgroup("memory,unified:x/y"))),
            "/web/x/y /web /web/x/y");
  EXPECT_THROW(below(hybrid(), parse_subgroup("pids:x")), base::Error);
}

TEST(Subgroup, OfAProcess) {
  const Subgroup found = find_subgroup(hybrid(), "5:memory:/web\n0::/web/init.scope\n");
  EXPECT_EQ(found.controller, "unified");
  EXPECT_EQ(found.path, "/init.scope");
  for (const char* elsewhere :
       {"0::/webs/x\n", "0::/\n", "0::/../web/x\n", "5:memory:/web/x\n", ""}) {
    EXPECT_THROW(find_subgroup(hybrid(), elsewhere), base::Error) << elsewhere;
  }
}

TEST(Place, OfAContainerWithoutAPath) {
  const Layout layout{Mode::V2, {{"unified", "/sys/fs/cgroup"}}};
  EXPECT_EQ(place_container(layout, "", "web").places.front().path, "/runtime-web");
  const std::string longest(247, 'x');
  EXPECT_EQ(place_container(layout, "", longest).places.front().path, "/runtime-" + longest);
  EXPECT_EQ(place_container(layout, "", longest + "y").places.front().path, "/" + longest + "y");
}

TEST(CountingPlace, IsThatOfTheControllerElseOfCgroup2) {
  Location location = hybrid();
  ASSERT_NE(find_counting_place(location), nullptr);
  EXPECT_EQ(find_counting_place(location)->name, "unified");
  location.places.push_back({"cpuset,pids", "", "/web"});
  EXPECT_EQ(find_counting_place(location)->name, "cpuset,pids");
  EXPECT_EQ(find_counting_place({}), nullptr);
}

TEST(Components, LeaveOutEmptyOnes) {
  EXPECT_EQ(components("/a//b/"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(components("///").empty());
}

}  // namespace
}  // namespace runtime::cgroup
