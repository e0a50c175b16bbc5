// What the parent opens for init: id-mapped mounts and how far they are the host's. What a
// container sees of them is integration/id_mapped_mounts.bats.
#include "base/mount.h"
#include "runtime/rootfs/sources.h"
#include "tests/runtime/rootfs/sandbox.h"

namespace {

using namespace rootfs_test;

using SourcesTest = SandboxTest;

const std::string kVolume = kWork + "/volume";

// A shared tmpfs with another in it; and the procfs of the sandbox, for whoever makes a user
// namespace.
void mount_volume() {
  must(::mount("proc", "/proc", "proc", 0, nullptr), "proc");
  make_folders(kVolume);
  must(::mount("tmpfs", kVolume.c_str(), "tmpfs", 0, nullptr), "volume");
  must(::mount(nullptr, kVolume.c_str(), nullptr, MS_SHARED, nullptr), "share");
  make_folders(kVolume + "/below");
  must(::mount("tmpfs", (kVolume + "/below").c_str(), "tmpfs", 0, nullptr), "below");
}

oci::Mount mapped(std::string destination, std::string type, std::string source,
                  std::vector<std::string> options) {
  oci::Mount each =
      mount(std::move(destination), std::move(type), std::move(source), std::move(options));
  each.uid_mappings = {{0, 1000, 1}};
  each.gid_mappings = {{0, 2000, 1}};
  return each;
}

Sources open_list(const std::vector<oci::Mount>& mounts, const SourceRequest& request = {}) {
  const OwnedFd rootfs = sys::openat(BorrowedFd::cwd(), kRoot.c_str(), O_PATH | O_DIRECTORY);
  return open_sources(rootfs, plan_mounts(mounts, kWork + "/bundle", {}), request);
}

uid_t owner_in(BorrowedFd mount, const char* path) {
  return sys::fstat(sys::openat(mount, path, O_PATH)).st_uid;
}

TEST_F(SourcesTest, OnlyWhatIsMappedUnlessAllIsWanted) {
  in_sandbox([] {
    mount_volume();
    const std::vector<oci::Mount> mounts = {
        mount("/plain", "", kVolume, {"bind"}), mapped("/mapped", "", kVolume, {"rbind"}),
        mount("/tmpfs", "tmpfs", "t"), mapped("/t", "tmpfs", "t", {"ridmap"})};
    const Sources some = open_list(mounts);
    EXPECT_FALSE(some.root.valid());
    EXPECT_FALSE(some.mounts[0].valid());
    EXPECT_EQ(owner_in(some.mounts[1], "."), 1000U);
    EXPECT_EQ(owner_in(some.mounts[1], "below"), 0U);
    EXPECT_FALSE(some.mounts[2].valid());
    EXPECT_EQ(owner_in(some.mounts[3], "."), 1000U);
    const Sources all = open_list(mounts, {.all = true});
    EXPECT_TRUE(all.root.valid());
    EXPECT_EQ(owner_in(all.mounts[0], "."), 0U);
    EXPECT_EQ(owner_in(all.mounts[1], "."), 1000U);
    EXPECT_FALSE(all.mounts[2].valid());
  });
}

TEST_F(SourcesTest, MappedBelowAsWell) {
  in_sandbox([] {
    mount_volume();
    const Sources sources = open_list({mapped("/m", "", kVolume, {"rbind", "ridmap"})});
    EXPECT_EQ(owner_in(sources.mounts[0], "below"), 1000U);
  });
}

TEST_F(SourcesTest, WhyIdsCannotBeMapped) {
  in_sandbox([] {
    mount_volume();
    EXPECT_EQ(error_of([] { open_list({mapped("/m", "", "/proc/sys", {"bind"})}); }),
              "mounts[0] /m (bind of /proc/sys): mapping ids: the file system does not support "
              "id-mapped mounts: Invalid argument (EINVAL)");
    // A mount with mapped ids becomes part of the sandbox.
    const Sources first = open_list({mapped("/m", "", kVolume, {"bind"})});
    make_folders(kWork + "/attached");
    sys::move_mount(first.mounts[0],
                    sys::openat(BorrowedFd::cwd(), (kWork + "/attached").c_str(), O_PATH));
    EXPECT_EQ(error_of([] { open_list({mapped("/m", "", kWork + "/attached", {"bind"})}); }),
              cat("mounts[0] /m (bind of ", kWork,
                  "/attached): mapping ids: the file system is not ours, or its ids are mapped "
                  "already: not permitted (EPERM)"));
  });
}

// S-41: each way of cutting off, for the root and a bind.
TEST_F(SourcesTest, ClonesAreCutOffFromTheHost) {
  const std::pair<Propagation, std::string> rows[] = {
      {{}, "master:"},
      {oci::Propagation::RecursiveSlave, "master:"},
      {oci::Propagation::Private, ""},
      {oci::Propagation::RecursiveShared, "shared:"},
  };
  for (const auto& [propagation, wanted] : rows) {
    in_sandbox([&] {
      mount_volume();
      make_folders(kWork + "/attached");
      const Sources sources =
          open_list({mapped("/m", "", kVolume, {"rbind"})}, {.propagation = propagation});
      sys::move_mount(sources.mounts[0],
                      sys::openat(BorrowedFd::cwd(), (kWork + "/attached").c_str(), O_PATH));
      const std::string found = mount_at(kWork + "/attached").propagation;
      EXPECT_EQ(found.substr(0, 7), wanted) << found;
    });
  }
}

}  // namespace
