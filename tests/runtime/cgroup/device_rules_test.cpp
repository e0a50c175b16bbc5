#include "runtime/cgroup/device_rules.h"

#include "tests/runtime/cgroup/device_support.h"

namespace runtime::cgroup {
namespace {

using namespace test;
using enum oci::DeviceRuleType;
using Entries = std::vector<oci::DeviceRule>;

std::string lines_of(const Entries& entries) {
  std::string text;
  oci::Problems problems(nullptr);
  for (const DeviceLine& line :
       v1_device_lines(effective_device_rules(entries), "/devices", problems)) {
    text += base::cat(line.allow ? "+" : "-", line.text, "\n");
  }
  return problems.found().empty() ? text : base::join(problems.found(), "\n");
}

constexpr const char* kDefaultLines =
    "+c *:* m\n+b *:* m\n+c 1:3 rwm\n+c 1:5 rwm\n+c 1:7 rwm\n+c 1:8 rwm\n+c 1:9 rwm\n"
    "+c 5:0 rwm\n+c 5:1 rwm\n+c 5:2 rwm\n+c 136:* rwm\n+c 10:200 rwm\n";

TEST(DeviceRules, WithoutEntriesNothingIsFiltered) {
  EXPECT_TRUE(effective_device_rules({}).empty());
  EXPECT_EQ(lines_of({}), "");
}

TEST(DeviceRules, EntriesAreInOrderAndTheDefaultsAfterThem) {
  const auto rules = effective_device_rules({{true, {}, 7, -1, "wr"}, {false, Block, {}, 0, "m"}});
  ASSERT_EQ(rules.size(), 3U + 12U);
  EXPECT_EQ(rules[0].devices, (DevicePattern{DeviceKind::Char, 7, {}}));
  EXPECT_EQ(rules[1].devices, (DevicePattern{DeviceKind::Block, 7, {}}));
  EXPECT_EQ(rules[1].access, kRead | kWrite);
  EXPECT_TRUE(rules[1].allow);
  EXPECT_EQ(rules[1].entry, 0U);
  EXPECT_EQ(rules[2].devices, (DevicePattern{DeviceKind::Block, {}, 0}));
  EXPECT_FALSE(rules[2].allow);
  EXPECT_EQ(rules[2].entry, 1U);
  EXPECT_EQ(rules[3].entry, std::nullopt);
}

TEST(DeviceRules, V1Lines) {
  struct Row {
    const char* what;
    Entries entries;
    std::string lines;
  };
  const std::string defaults = kDefaultLines;
  const Row rows[] = {
      {"all denied", {{false, {}, {}, {}, "rwm"}}, "-a\n" + defaults},
      {"all denied, as numbers", {{false, All, -1, -1, "rwm"}}, "-a\n" + defaults},
      {"all allowed", {{true, {}, {}, {}, "rwm"}}, "-a\n+a\n"},
      {"what no entry names is denied", {{true, Block, 7, 0, "r"}}, "-a\n+b 7:0 r\n" + defaults},
      {"in the config's order",
       {{false, {}, {}, {}, "rwm"}, {true, Char, 10, 229, "rwm"}, {true, Block, 8, 20, "rw"}},
       "-a\n+c 10:229 rwm\n+b 8:20 rw\n" + defaults},
      {"taken back",
       {{true, Char, 10, 229, "rwm"}, {false, Char, 10, 229, "w"}},
       "-a\n+c 10:229 rm\n" + defaults},
      {"taken back with more",
       {{true, Char, 10, 229, "rwm"}, {false, Char, 10, -1, "rwm"}},
       "-a\n" + defaults},
      {"all but some",
       {{true, {}, {}, {}, "rwm"}, {false, Block, 8, {}, "rwm"}},
       "-a\n+a\n-b 8:* rw\n"},
      {"all of a kind but some",
       {{true, Char, {}, {}, "rwm"}, {false, Char, 7, 1, "rw"}},
       "-a\n+a\n-b *:* rw\n-c 7:1 rw\n"},
      {"a hole that a default fills",
       {{true, Char, 1, {}, "rw"}, {false, Char, 1, 3, "r"}},
       "-a\n+c 1:* rw\n" + defaults},
      {"read and write by different entries",
       {{true, Char, 7, {}, "r"}, {true, Char, {}, 2, "w"}},
       "-a\n+c 7:* r\n+c *:2 w\n" + defaults + "+c 7:2 rw\n"},
  };
  for (const Row& row : rows) EXPECT_EQ(lines_of(row.entries), row.lines) << row.what;
}

TEST(DeviceRules, WhatV1CanNotHaveIsRefused) {
  const oci::DeviceRule all = {true, {}, {}, {}, "rwm"};
  EXPECT_EQ(
      lines_of({{false, {}, {}, {}, "rwm"}, {true, Char, 7, {}, "w"}, {false, Char, 7, 1, "w"}}),
      "/devices/2: cgroup v1 can't deny a part of what /devices/1 allows");
  // Everything but null and zero, which every container has.
  EXPECT_EQ(lines_of({all, {false, Char, 1, {}, "rwm"}}),
            "/devices/1: cgroup v1 can't deny a part of what /devices/0 allows");
}

TEST(DeviceRules, V1MeansWhatTheEntriesSay) {
  RandomEntries random(1);
  int expressible = 0;
  for (int round = 0; round < 1000; ++round) {
    const Entries entries = random.next();
    V1Cgroup cgroup;
    oci::Problems problems(nullptr);
    for (const auto& line : v1_device_lines(effective_device_rules(entries), "", problems)) {
      cgroup.write(line.allow, line.text);
    }
    if (!problems.found().empty()) continue;
    ++expressible;
    const Entries all = with_defaults(entries);
    for_each_request([&](const Request& request) {
      // mknod is never asked for with something else.
      if ((request.access & kMknod) != 0 && request.access != kMknod) return;
      ASSERT_EQ(cgroup.allows(request), is_allowed(all, request))
          << describe(request) << " with\n"
          << describe(entries) << lines_of(entries);
    });
    if (testing::Test::HasFatalFailure()) return;
  }
  EXPECT_GT(expressible, 300);
}

TEST(DeviceRules, NeededOnesMeanTheSame) {
  EXPECT_EQ(needed_device_rules(effective_device_rules({{true, {}, {}, {}, "rwm"}})).size(), 2U);
  // Of docker's, all are the defaults.
  EXPECT_EQ(needed_device_rules(effective_device_rules(docker_entries())).size(), 12U);
}

}  // namespace
}  // namespace runtime::cgroup
