#include "runtime/launch/bundle.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "oci/load.h"
#include "oci/validate.h"
#include "runtime/rootfs/mount_label.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

constexpr std::size_t kLargestConfig = std::size_t{64} << 20;

OwnedFd open_bundle(const std::string& path) {
  const base::Context opening{[] { return "bundle"; }};
  return sys::openat(BorrowedFd::cwd(), path.c_str(), O_PATH | O_DIRECTORY);
}

std::string read_config(BorrowedFd bundle) {
  // O_NONBLOCK, because opening a fifo would wait for a writer.
  const auto file = sys::open_if_exists(bundle, "config.json", O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) throw Error(cat("config.json: there is none in bundle ", sys::path_of(bundle)));
  const base::Context reading{[] { return "config.json"; }};
  if (!S_ISREG(sys::fstat(*file).st_mode)) throw Error("it is not a regular file");
  return base::read_all(*file, kLargestConfig);
}

oci::Config parse(const std::string& bytes) {
  if (!base::log::debug_enabled()) return oci::parse_config("config.json", bytes);
  std::vector<std::string> unknown;
  oci::Config config = oci::parse_config("config.json", bytes, &unknown);
  for (const std::string& pointer : unknown) {
    base::log::debug([&] { return cat("config.json: ", pointer, ": unknown property, ignored"); });
  }
  return config;
}

void check(const oci::Config& config) {
  std::vector<std::string> warnings;
  oci::validate(config, &warnings);
  base::log::warnings(warnings);
}

OwnedFd open_rootfs(BorrowedFd bundle, const std::string& path) {
  const base::Context opening{[] { return "config.json: /root/path"; }};
  return sys::openat(bundle, path.c_str(), O_PATH | O_DIRECTORY);
}

}  // namespace

void replan_mounts(Bundle& bundle) {
  const oci::Linux& linux = *bundle.config.linux;
  bundle.mounts = rootfs::plan_mounts(bundle.config.mounts, bundle.path, linux);
  bundle.mount_label = rootfs::mount_label_of(bundle.config);
  rootfs::label_mounts(bundle.mounts, bundle.mount_label,
                       oci::find_namespace(linux, oci::NamespaceType::User) != nullptr);
}

oci::Config load_config(const std::string& path) {
  oci::Config config = parse(read_config(open_bundle(path)));
  check(config);
  return config;
}

Bundle load_bundle(const std::string& path, bool unfiltered, const Caller& caller) {
  Bundle bundle;
  bundle.folder = open_bundle(path);
  bundle.path = sys::path_of(bundle.folder);
  bundle.config_bytes = read_config(bundle.folder);
  bundle.config = parse(bundle.config_bytes);
  if (unfiltered && bundle.config.linux) bundle.config.linux->seccomp.reset();
  // Before the checks, which then hold for these mappings and labels as for any.
  bundle.automatic_ids = add_automatic_ids(bundle.config);
  bundle.label = add_automatic_label(bundle.config, caller);
  check(bundle.config);
  replan_mounts(bundle);
  bundle.rootfs_fd = open_rootfs(bundle.folder, bundle.config.root->path);
  bundle.rootfs = sys::path_of(bundle.rootfs_fd);
  return bundle;
}

}  // namespace runtime
