#include "runtime/cgroup/unit_name.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace runtime::cgroup {
namespace {

struct NameRow {
  std::string cgroups_path;
  bool of_user;
  std::string unit;
  std::string slice;
  std::string path;
};

TEST(UnitName, IsReadFromCgroupsPath) {
  const NameRow rows[] = {
      {"", false, "runtime-web.scope", "system.slice", "/system.slice/runtime-web.scope"},
      {"", true, "runtime-web.scope", "user.slice", "/user.slice/runtime-web.scope"},
      {":docker:x1", false, "docker-x1.scope", "system.slice", "/system.slice/docker-x1.scope"},
      {":docker:x1", true, "docker-x1.scope", "user.slice", "/user.slice/docker-x1.scope"},
      {"machine.slice:libpod:x", false, "libpod-x.scope", "machine.slice",
       "/machine.slice/libpod-x.scope"},
      {"kubepods-pod_1.slice:cri:x", false, "cri-x.scope", "kubepods-pod_1.slice",
       "/kubepods.slice/kubepods-pod_1.slice/cri-x.scope"},
      {"a-b-c.slice:p:x", false, "p-x.scope", "a-b-c.slice",
       "/a.slice/a-b.slice/a-b-c.slice/p-x.scope"},
      {"-:p:x", false, "p-x.scope", "-.slice", "/p-x.scope"},
      {"-.slice:p:x", false, "p-x.scope", "-.slice", "/p-x.scope"},
      {"::x", false, "-x.scope", "system.slice", "/system.slice/-x.scope"},
      {"system.slice:p:a-b.slice", false, "a-b.slice", "", "/a.slice/a-b.slice"},
      {"::b.slice", true, "b.slice", "", "/b.slice"},
  };
  for (const NameRow& row : rows) {
    SCOPED_TRACE(row.cgroups_path);
    const UnitName name = unit_of(row.cgroups_path, "web", row.of_user);
    EXPECT_EQ(name.unit, row.unit);
    EXPECT_EQ(name.slice, row.slice);
    EXPECT_EQ(name.path, row.path);
  }
}

TEST(UnitName, EscapesAnId) {
  EXPECT_EQ(unit_of("", "a+b.c_d-e", false).unit, "runtime-a\\x2bb.c_d-e.scope");
}

TEST(UnitName, NamesTheFieldThatIsWrong) {
  const std::string notation = " is not slice:prefix:name, as for systemd it has to be";
  const std::string longest(300, 'x');
  const std::pair<std::string, std::string> rows[] = {
      {"/pods/web", "\"/pods/web\"" + notation},
      {"a.slice:b", "\"a.slice:b\"" + notation},
      {"a.slice:b:c:d", "\"a.slice:b:c:d\"" + notation},
      {"a.slice:b:", "\"a.slice:b:\"" + notation},
      {"a:b:c", "\"a\" is no name of a slice"},
      {".slice:b:c", "\".slice\" is no name of a slice"},
      {"a--b.slice:b:c", "\"a--b.slice\" is no name of a slice"},
      {"-a.slice:b:c", "\"-a.slice\" is no name of a slice"},
      {"a-.slice:b:c", "\"a-.slice\" is no name of a slice"},
      {"a.slice/b.slice:b:c", "systemd can't have a unit \"a.slice/b.slice\""},
      {"a.slice:b:../c", "systemd can't have a unit \"b-../c.scope\""},
      {"a.slice:b:c d", "systemd can't have a unit \"b-c d.scope\""},
      {"a.slice:b:c\n", "systemd can't have a unit \"b-c\\x0a.scope\""},
      {"::-.slice", "a container can't have the root slice"},
  };
  for (const auto& [path, problem] : rows) {
    SCOPED_TRACE(path);
    try {
      unit_of(path, "web", false);
      ADD_FAILURE() << "not refused";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.text(), "config.json: /linux/cgroupsPath: " + problem);
    }
  }
  EXPECT_THROW(unit_of("a.slice:b:" + longest, "web", false), base::Error);
}

}  // namespace
}  // namespace runtime::cgroup
