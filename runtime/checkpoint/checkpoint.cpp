#include "runtime/checkpoint/checkpoint.h"

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/rollback.h"
#include "base/text.h"
#include "oci/load.h"
#include "runtime/cgroup/driver.h"
#include "runtime/checkpoint/criu_choices.h"
#include "runtime/checkpoint/descriptors.h"
#include "runtime/checkpoint/externals.h"
#include "runtime/checkpoint/images.h"
#include "runtime/container/status.h"
#include "runtime/criu/session.h"
#include "runtime/init/process.h"
#include "runtime/launch/cgroup_choice.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;

namespace {

void check_status(oci::Status status) {
  if (status == oci::Status::Running || status == oci::Status::Paused) return;
  // In the words of runc.
  throw Error(cat("container cannot be checkpointed in ", oci::name_of(status), " state"));
}

// What would not come back as it was.
void check_comes_back(const Record& record, const oci::Config& config,
                      const criu::Options& options) {
  if (oci::find_namespace(*config.linux, oci::NamespaceType::Mount) == nullptr) {
    throw Error("it has no mount namespace of its own, and CRIU can't restore its root");
  }
  if (!record.network.empty() && !options.empty_network) {
    throw Error("its network interfaces are the runtime's, and CRIU can't restore them");
  }
  if (record.ids) throw Error("its user namespace has automatic ids, which can't be restored");
}

void check_parent(BorrowedFd images, const std::string& parent) {
  if (parent.empty()) return;
  const base::Context checking{[] { return "--parent-path"; }};
  if (parent.front() == '/') throw Error("a path relative to the images is expected");
  sys::openat(images, parent.c_str(), O_PATH | O_DIRECTORY);
}

// By which CRIU stops all processes at once. The one that `pause` uses: what another one holds
// would never stop for CRIU.
std::string freezer_of(const cgroup::Location& location) {
  if (location.places.empty()) return "";
  const cgroup::Place& first = location.places.front();
  const cgroup::Hierarchy hierarchy{first.name, first.mount_point};
  const bool can_freeze = hierarchy.is_v2() || hierarchy.has_controller("freezer");
  return can_freeze ? first.mount_point + first.path : "";
}

base::RootDir root_of(pid_t init) {
  return base::RootDir(
      sys::openat(BorrowedFd::cwd(), cat("/proc/", init, "/root").c_str(), O_PATH | O_DIRECTORY));
}

criu::Request make_request(const Container& container, const oci::Config& config,
                           const ImageFolders& folders, const CheckpointRequest& request) {
  const Record& record = *container.record;
  criu::Request wanted{.action = request.pre_dump ? criu::Action::PreDump : criu::Action::Dump,
                       .options = request.options,
                       .images = folders.images.raw(),
                       .work = folders.work.raw(),
                       .pid = container.pid,
                       .root = record.rootfs,
                       .config_file = criu_config_file(record.annotations),
                       .freeze_cgroup = freezer_of(record.cgroup),
                       .mounts = {},
                       .externals = external_files(record.streams),
                       .inherited = {},
                       .cgroups = {},
                       .namespaces = {}};
  wanted.options.network_lock = network_lock(request.options.network_lock);
  const auto mounts = rootfs::plan_mounts(config.mounts, record.bundle, *config.linux);
  check_mounts_come_back(mounts);
  wanted.mounts = find_external_mounts(
      root_of(container.pid), config, mounts,
      cgroup_view(cgroup::driver_of(record.cgroup)->layout(), record.cgroup, *config.linux));
  for (std::string& each : find_external_namespaces(*config.linux, container.pid)) {
    wanted.externals.push_back(std::move(each));
  }
  return wanted;
}

// CRIU itself only trips over the lack of it.
void check_feature(const std::string& program, criu::Feature feature, const char* option) {
  criu::Session criu(program, {.cgroup = nullptr, .prepare = detach_from_caller, .passed = {}});
  if (criu.knows(feature)) return;
  throw Error(cat(option, ": CRIU says that the kernel can't (criu check --feature ",
                  feature == criu::Feature::LazyPages ? "uffd-noncoop" : "mem_dirty_track", ")"));
}

void check_features(const std::string& program, const CheckpointRequest& request) {
  if (request.pre_dump) check_feature(program, criu::Feature::MemoryTracking, "--pre-dump");
  if (request.options.lazy_pages) {
    check_feature(program, criu::Feature::LazyPages, "--lazy-pages");
  }
}

// Once the pages can be asked for, whoever acts on the container need not wait until all have been.
void say_ready(StateDir& dir, const base::OwnedFd& status) {
  dir.unlock();
  if (status.valid()) base::write_all(status, std::string_view("\0", 1));
}

}  // namespace

void checkpoint(StateDir& dir, const Container& container, const CheckpointRequest& request) {
  check_status(container.status);
  const oci::Config config = oci::parse_config("config.json", dir.read_config());
  check_comes_back(*container.record, config, request.options);
  const std::string program = criu::find_program(request.criu);
  const ImageFolders folders =
      open_image_folders(criu::Action::Dump, request.image_path, request.work_path);
  check_parent(folders.images, request.options.parent_path);
  const criu::Request wanted = make_request(container, config, folders, request);
  check_features(program, request);
  if (!request.pre_dump) {
    sys::replace_file(folders.images, kDescriptorsFile,
                      format_descriptors(container.record->streams), 0600);
  }
  const base::Rollback forget{[&] { dir.remove_dumper(); }};
  // In a session of its own: an interrupt from the terminal would stop it halfway.
  criu::Session criu(program, {.cgroup = nullptr, .prepare = detach_from_caller, .passed = {}});
  dir.write_dumper(identity_of(criu.pid()));
  const bool done = criu.serve(wanted, [&](const criu::Reply& stage, base::OwnedFd) {
    if (stage.stage == "status-ready") say_ready(dir, request.status);
  });
  if (!done) report_failure(wanted.action, folders.work);
}

}  // namespace runtime
