#include "runtime/launch/bundle.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "base/utf8.h"
#include "oci/load.h"
#include "oci/validate.h"
#include "runtime/rootfs/mount_label.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

struct Folder {
  OwnedFd fd;
  std::string path;  // as the kernel has it: absolute, without links
};

// Absolute, and every component a name.
bool is_plain(std::string_view path) {
  if (!path.starts_with('/')) return false;
  const auto names = base::split(path.substr(1), '/');
  return std::none_of(names.begin(), names.end(), [](std::string_view name) {
    return name.empty() || name == "." || name == "..";
  });
}

// `whole` is the path from the root on. Where it has nothing to resolve it is the kernel's, too,
// which to ask for would take longer than all else here.
Folder find_folder(BorrowedFd from, const std::string& path, const std::string& whole) {
  if (is_plain(whole)) {
    auto opened =
        sys::try_openat2(from, path.c_str(), O_PATH | O_DIRECTORY, sys::Resolve::kNoLinks);
    if (opened.error == 0) return {std::move(opened.fd), whole};
  }
  OwnedFd fd = sys::openat(from, path.c_str(), O_PATH | O_DIRECTORY);
  std::string found = sys::path_of(fd);
  return {std::move(fd), std::move(found)};
}

// The state, in JSON, will name it.
Folder open_folder(BorrowedFd from, const std::string& path, const std::string& whole) {
  Folder folder = find_folder(from, path, whole);
  if (base::is_utf8(folder.path)) return folder;
  throw Error(cat(base::quoted(folder.path), ": the path is not UTF-8"));
}

Folder open_bundle(const std::string& path) {
  const base::Context opening{[] { return "bundle"; }};
  return open_folder(BorrowedFd::cwd(), path, path);
}

std::string read_config(BorrowedFd bundle) {
  const auto file = sys::open_if_exists(bundle, "config.json", kOpenDocument);
  if (!file) throw Error(cat("config.json: there is none in bundle ", sys::path_of(bundle)));
  const base::Context reading{[] { return "config.json"; }};
  return read_document(*file);
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

Folder open_rootfs(const Bundle& bundle) {
  const base::Context opening{[] { return "config.json: /root/path"; }};
  const std::string& path = bundle.config.root->path;
  return open_folder(bundle.folder, path,
                     path.starts_with('/') ? path : cat(bundle.path, "/", path));
}

}  // namespace

void replan_mounts(Bundle& bundle) {
  const oci::Linux& linux = *bundle.config.linux;
  bundle.mounts = rootfs::plan_mounts(bundle.config.mounts, bundle.path, linux);
  bundle.mount_label = rootfs::mount_label_of(bundle.config);
  rootfs::label_mounts(bundle.mounts, bundle.mount_label,
                       oci::find_namespace(linux, oci::NamespaceType::User) != nullptr);
}

std::string read_document(BorrowedFd file) {
  constexpr std::size_t kLargest = std::size_t{64} << 20;
  if (!S_ISREG(sys::fstat(file).st_mode)) throw Error("it is not a regular file");
  return base::read_all(file, kLargest);
}

oci::Config load_config(const std::string& path) {
  oci::Config config = parse(read_config(open_bundle(path).fd));
  check(config);
  return config;
}

Bundle load_bundle(const std::string& path, Filtering filtering, const Caller& caller) {
  Bundle bundle;
  Folder folder = open_bundle(path);
  bundle.folder = std::move(folder.fd);
  bundle.path = std::move(folder.path);
  bundle.config_bytes = read_config(bundle.folder);
  bundle.config = parse(bundle.config_bytes);
  if (filtering == Filtering::None && bundle.config.linux) bundle.config.linux->seccomp.reset();
  // Before the checks, which then hold for these mappings and labels as for any.
  bundle.automatic_ids = add_automatic_ids(bundle.config);
  bundle.label = add_automatic_label(bundle.config, caller);
  check(bundle.config);
  replan_mounts(bundle);
  Folder rootfs = open_rootfs(bundle);
  bundle.rootfs_fd = std::move(rootfs.fd);
  bundle.rootfs = std::move(rootfs.path);
  return bundle;
}

}  // namespace runtime
