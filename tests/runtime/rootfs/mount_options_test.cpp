#include "runtime/rootfs/mount_options.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <sys/mount.h>

namespace {

using namespace runtime::rootfs;

constexpr std::uint64_t kNoSymlinkFollow = 0x00200000;

MountOptions parse(std::initializer_list<const char*> list) {
  MountOptions options;
  for (const char* option : list) apply_option(option, options);
  return options;
}

struct AttributeRow {
  std::string name;
  std::uint64_t set;
  std::uint64_t clear;
};

// Each exists recursively, too, with an "r" in front.
const AttributeRow kAttributes[] = {
    {"ro", MOUNT_ATTR_RDONLY, 0},
    {"rw", 0, MOUNT_ATTR_RDONLY},
    {"nosuid", MOUNT_ATTR_NOSUID, 0},
    {"suid", 0, MOUNT_ATTR_NOSUID},
    {"nodev", MOUNT_ATTR_NODEV, 0},
    {"dev", 0, MOUNT_ATTR_NODEV},
    {"noexec", MOUNT_ATTR_NOEXEC, 0},
    {"exec", 0, MOUNT_ATTR_NOEXEC},
    {"nodiratime", MOUNT_ATTR_NODIRATIME, 0},
    {"diratime", 0, MOUNT_ATTR_NODIRATIME},
    {"nosymfollow", kNoSymlinkFollow, 0},
    {"symfollow", 0, kNoSymlinkFollow},
    {"noatime", MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME},
    {"atime", 0, MOUNT_ATTR__ATIME},
    {"relatime", 0, MOUNT_ATTR__ATIME},
    {"norelatime", 0, MOUNT_ATTR__ATIME},
    {"strictatime", MOUNT_ATTR_STRICTATIME, MOUNT_ATTR__ATIME},
    {"nostrictatime", 0, MOUNT_ATTR__ATIME},
};

TEST(MountOptions, AttributesOfTheMount) {
  for (const AttributeRow& row : kAttributes) {
    const MountOptions options = parse({row.name.c_str()});
    EXPECT_EQ(options.attributes.set, row.set) << row.name;
    EXPECT_EQ(options.attributes.clear, row.clear) << row.name;
    EXPECT_TRUE(options.recursive_attributes.empty()) << row.name;
  }
}

TEST(MountOptions, RecursiveAttributes) {
  for (const AttributeRow& row : kAttributes) {
    const MountOptions options = parse({("r" + row.name).c_str()});
    EXPECT_EQ(options.recursive_attributes.set, row.set) << row.name;
    EXPECT_EQ(options.recursive_attributes.clear, row.clear) << row.name;
    EXPECT_TRUE(options.attributes.empty()) << row.name;
    EXPECT_TRUE(options.data.empty()) << row.name;
  }
}

TEST(MountOptions, TheLastOfContradictingOnesWins) {
  EXPECT_EQ(parse({"ro", "rw"}).attributes.set, 0U);
  EXPECT_EQ(parse({"ro", "rw"}).attributes.clear, std::uint64_t{MOUNT_ATTR_RDONLY});
  EXPECT_TRUE(parse({"rw", "ro"}).read_only());
  EXPECT_EQ(parse({"noatime", "relatime"}).attributes.set, 0U);
  EXPECT_EQ(parse({"strictatime", "noatime"}).attributes.set, std::uint64_t{MOUNT_ATTR_NOATIME});
  EXPECT_EQ(parse({"sync", "async"}).filesystem_flags, std::vector<std::string>{"async"});
  EXPECT_EQ(parse({"bind", "rbind"}).bind, BindKind::Recursive);
}

TEST(MountOptions, RecursiveOnesHaveTheLastWordOverTheMountItself) {
  EXPECT_TRUE(parse({"rro", "rw"}).read_only());
  EXPECT_FALSE(parse({"rrw", "ro"}).read_only());
  const AttributeChange change = parse({"noatime", "rstrictatime", "nodev"}).combined_attributes();
  EXPECT_EQ(change.set, std::uint64_t{MOUNT_ATTR_STRICTATIME | MOUNT_ATTR_NODEV});
  EXPECT_EQ(change.clear, std::uint64_t{MOUNT_ATTR__ATIME});
}

TEST(MountOptions, PropagationKeepsItsOrder) {
  const MountOptions options = parse({"rslave", "shared", "unbindable", "rprivate"});
  const std::vector<PropagationChange> wanted = {
      {MS_SLAVE, true}, {MS_SHARED, false}, {MS_UNBINDABLE, false}, {MS_PRIVATE, true}};
  EXPECT_EQ(options.propagation, wanted);
}

TEST(MountOptions, WordsWithoutEffectAreTaken) {
  const MountOptions options =
      parse({"defaults", "acl", "silent", "loud", "iversion", "noiversion"});
  EXPECT_TRUE(options.data.empty());
  EXPECT_TRUE(options.filesystem_flags.empty());
  EXPECT_TRUE(options.combined_attributes().empty());
}

TEST(MountOptions, CopyUpIsForATmpfs) {
  EXPECT_TRUE(parse({"ro", "tmpcopyup"}).copy_up);
  EXPECT_FALSE(parse({"ro"}).copy_up);
  EXPECT_EQ(scope_of("tmpcopyup"), OptionScope::Tmpfs);
  for (const char* other : {"ro", "size=1m", "bind"}) {
    EXPECT_EQ(scope_of(other), OptionScope::Any) << other;
  }
}

TEST(MountOptions, LinksAreForBinds) {
  EXPECT_TRUE(parse({"bind", "src-nofollow"}).bind_link);
  EXPECT_TRUE(parse({"bind", "dest-nofollow"}).cover_link);
  EXPECT_TRUE(parse({"bind", "copy-symlink"}).copy_link);
  for (const char* option : {"src-nofollow", "dest-nofollow", "copy-symlink"}) {
    EXPECT_EQ(scope_of(option), OptionScope::Bind) << option;
  }
}

TEST(MountOptions, TheRestIsData) {
  const MountOptions options =
      parse({"size=64k", "mode=1777", "newinstance", "ROnly", "r", "rsync"});
  const std::vector<std::string> wanted = {"size=64k", "mode=1777", "newinstance",
                                           "ROnly",    "r",         "rsync"};
  EXPECT_EQ(options.data, wanted);
}

TEST(MountOptions, MappedIds) {
  EXPECT_FALSE(parse({"bind"}).id_map);
  EXPECT_FALSE(parse({"idmap"}).id_map->recursive);
  EXPECT_FALSE(parse({"idmap"}).id_map->lists);
  EXPECT_TRUE(parse({"ridmap"}).id_map->recursive);
  EXPECT_EQ(parse({"ridmap=uids=0-1-1;gids=0-1-1"}).id_map->lists, "uids=0-1-1;gids=0-1-1");
  EXPECT_TRUE(parse({"ridmap=uids=0-1-1;gids=0-1-1"}).id_map->recursive);
  EXPECT_EQ(parse({"idmap="}).id_map->lists, "");
  EXPECT_FALSE(parse({"ridmap=x", "idmap"}).id_map->recursive);
  EXPECT_FALSE(parse({"ridmap=x", "idmap"}).id_map->lists);
  EXPECT_EQ(parse({"idmaps", "idmapx=1"}).data, (std::vector<std::string>{"idmaps", "idmapx=1"}));
  EXPECT_EQ(parse({"bind=x"}).bind, BindKind::None);
  for (const char* option : {"idmap", "ridmap", "idmap=", "ridmap=uids=1"}) {
    EXPECT_TRUE(maps_ids(option)) << option;
  }
  for (const char* option : {"bind", "bind=", "size=1", "idma"}) {
    EXPECT_FALSE(maps_ids(option)) << option;
  }
}

TEST(MountOptions, DataIsSplitAtCommas) {
  using List = std::vector<std::string>;
  EXPECT_EQ(parse({"size=64k,mode=755", "nr_inodes=9"}).data,
            (List{"size=64k", "mode=755", "nr_inodes=9"}));
  EXPECT_EQ(parse({",a,,b,"}).data, (List{"a", "b"}));
  EXPECT_EQ(parse({R"(context="u:r:t:s0:c1,c2",a)"}).data,
            (List{R"(context="u:r:t:s0:c1,c2")", "a"}));
  EXPECT_EQ(parse({"context=u:r:t:s0:c1,c2", "mpol=bind:0,2-3,size=1"}).data,
            (List{"context=u:r:t:s0:c1,c2", "mpol=bind:0,2-3", "size=1"}));
  EXPECT_EQ(parse({R"(lowerdir=/a\,b:/c,upperdir=/d)"}).data,
            (List{R"(lowerdir=/a\,b:/c)", "upperdir=/d"}));
}

TEST(MountOptions, FeaturesListWhatThePeersAsk) {
  const auto names = all_option_names();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  // containerd and CRI-O look for this one only.
  EXPECT_TRUE(std::binary_search(names.begin(), names.end(), "rro"));
  for (const std::string& name : names) {
    MountOptions options;
    apply_option(name, options);
    EXPECT_TRUE(options.data.empty()) << name;
  }
}

}  // namespace
