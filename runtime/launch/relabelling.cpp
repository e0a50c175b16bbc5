#include "runtime/launch/relabelling.h"

#include <chrono>

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/security/container_contexts.h"
#include "runtime/security/relabel.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

namespace {

constexpr std::chrono::seconds kPatience{5};

void check_owner(const std::string& path) {
  if (!security::belongs_to_host(path)) return;
  throw base::Error(cat(base::quoted(path), " is the host's and keeps its labels"));
}

RelabelledTree root_of(const Bundle& bundle) {
  const base::Context opening{[] { return "config.json: /root/path"; }};
  check_owner(bundle.rootfs);
  return {base::duplicate(bundle.rootfs_fd), "/root/path"};
}

RelabelledTree open_source(const rootfs::MountStep& step) {
  const base::Context opening{[&] { return cat("config.json: /mounts/", step.index, "/source"); }};
  const int nofollow = step.options.bind_link || step.options.copy_link ? O_NOFOLLOW : 0;
  OwnedFd top = sys::openat(BorrowedFd::cwd(), step.source.c_str(), O_PATH | nofollow);
  const std::string path = sys::path_of(top);
  check_owner(path);
  return {std::move(top), cat("/mounts/", step.index, " ", base::shown_path(path)),
          step.options.relabel == rootfs::Relabel::Shared};
}

void relabel_one(const RelabelledTree& tree, const std::string& label) {
  const base::Context relabelling{[&] { return cat("relabel ", tree.name); }};
  auto last = std::chrono::steady_clock::now();
  security::relabel(tree.top, label, [&](std::size_t count) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last < kPatience) return;
    last = now;
    base::log::warning(cat("relabelling ", tree.name, ": ", count, " files so far"));
  });
}

}  // namespace

std::vector<RelabelledTree> find_relabelled(const Bundle& bundle) {
  std::vector<RelabelledTree> trees;
  if (bundle.mount_label.empty()) return trees;
  if (bundle.label) trees.push_back(root_of(bundle));
  for (const rootfs::MountStep& step : bundle.mounts) {
    if (step.options.relabel != rootfs::Relabel::No) trees.push_back(open_source(step));
  }
  return trees;
}

void relabel(const std::vector<RelabelledTree>& trees, const std::string& mount_label) {
  for (const RelabelledTree& tree : trees) {
    relabel_one(tree, tree.shared ? security::with_categories(mount_label, {}) : mount_label);
  }
}

}  // namespace runtime
