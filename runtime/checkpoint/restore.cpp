#include "runtime/checkpoint/restore.h"

#include <optional>
#include <sched.h>
#include <unistd.h>
#include <utility>

#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mount.h"
#include "base/process.h"
#include "base/rollback.h"
#include "base/text.h"
#include "oci/id_map.h"
#include "runtime/checkpoint/criu_choices.h"
#include "runtime/checkpoint/descriptors.h"
#include "runtime/checkpoint/externals.h"
#include "runtime/checkpoint/images.h"
#include "runtime/container/poststop.h"
#include "runtime/container/removal.h"
#include "runtime/container/status.h"
#include "runtime/criu/session.h"
#include "runtime/init/console.h"
#include "runtime/init/notify.h"
#include "runtime/init/process.h"
#include "runtime/launch/init_plan.h"
#include "runtime/launch/notify.h"
#include "runtime/launch/prepare.h"
#include "runtime/launch/undoing.h"
#include "runtime/rootfs/id_mapper.h"
#include "runtime/rootfs/mount.h"
#include "runtime/rootfs/pivot.h"
#include "runtime/security/keyring.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;
using base::Rollback;

namespace {

void check_restorable(const Prepared& prepared, const criu::Options& options) {
  if (!prepared.network.empty() && !options.empty_network) {
    throw Error(
        "config.json: its network interfaces are the runtime's, and CRIU can't restore them");
  }
  if (prepared.bundle.automatic_ids || prepared.bundle.label) {
    throw Error("config.json: what is automatic can't be that of the images");
  }
  check_mounts_come_back(prepared.bundle.mounts);
}

std::vector<std::string> read_streams(BorrowedFd images) {
  const base::Context reading{[] { return "--image-path"; }};
  return parse_descriptors(sys::read_file(images, kDescriptorsFile));
}

// CRIU opens files anew, and the container's user is to be able to, too (K-54).
void own_streams(const oci::Config& config) {
  oci::User user = config.process->user;
  const auto& mappings = config.linux->uid_mappings;
  if (!mappings.empty()) user.uid = oci::host_id(mappings, user.uid).value_or(user.uid);
  own_standard_streams(user);
}

// In the process that is going to be criu, whose mounts the host is not to see: the root file
// system has to be one, and the container's begin there.
void enter_root_mount(const Prepared& prepared, const cgroup::Membership& membership,
                      const std::string& keyring) {
  membership.join_self();
  own_streams(prepared.config());
  // The processes inherit it.
  if (!keyring.empty()) security::join_session_keyring(keyring);
  sys::unshare(CLONE_NEWNS);
  rootfs::isolate_propagation(std::nullopt);
  const Bundle& bundle = prepared.bundle;
  rootfs::make_targets(bundle.rootfs, bundle.rootfs_fd, bundle.mounts);
  rootfs::attach_root(bundle.rootfs, bundle.rootfs_fd, std::nullopt);
}

// The same folder by way of the other process's root: CRIU mounts in it, for which it has to be one
// of its own mount namespace. Empty when the process has ended.
std::optional<OwnedFd> open_as_seen_by(pid_t pid, BorrowedFd folder) {
  return sys::open_if_exists(BorrowedFd::cwd(),
                             cat("/proc/", pid, "/root", sys::path_of(folder)).c_str(),
                             O_RDONLY | O_DIRECTORY);
}

// Where it is itself, since that is where it is to put the processes.
std::vector<criu::CgroupRoot> cgroups_of(pid_t pid) {
  const std::string table =
      sys::read_file(BorrowedFd::cwd(), cat("/proc/", pid, "/cgroup").c_str());
  return cgroup_roots(table);
}

// Mounted in any container that told a service manager of its progress.
criu::ExternalMount supply_notify_folder(const StateDir& dir, const std::string& mount_label) {
  share_notify_folder(dir.fd(), mount_label);
  return {kNotifyPoint, cat(sys::path_of(dir.fd()), "/", kNotifyFolder)};
}

// What is known before CRIU runs.
criu::Request make_request(const RestoreRequest& request, const Prepared& prepared,
                           const std::vector<std::string>& streams) {
  criu::Request wanted{.action = criu::Action::Restore,
                       .options = request.options,
                       .images = -1,
                       .work = -1,
                       .pid = 0,
                       .root = prepared.bundle.rootfs,
                       .config_file = criu_config_file(prepared.config().annotations),
                       .freeze_cgroup = "",
                       .mounts = {},
                       .externals = {},
                       .inherited = inherited_streams(streams),
                       .cgroups = {},
                       .namespaces = {}};
  wanted.options.network_lock = network_lock(request.options.network_lock);
  SuppliedNamespaces namespaces = supply_namespaces(*prepared.config().linux, prepared.joined);
  wanted.namespaces = std::move(namespaces.joined);
  for (criu::InheritedFd& each : namespaces.inherited) {
    wanted.inherited.push_back(std::move(each));
  }
  return wanted;
}

// CRIU closes what it is given, and with --shell-job it wants a standard input of its own besides.
std::vector<OwnedFd> copy_inherited(std::vector<criu::InheritedFd>& inherited) {
  std::vector<OwnedFd> copies;
  for (criu::InheritedFd& each : inherited) {
    copies.push_back(base::duplicate(BorrowedFd(each.number)));
    each.number = copies.back().raw();
  }
  return copies;
}

// What comes of it, stage by stage.
class Progress {
 public:
  Progress(const Prepared& prepared, Record& record, StateDir& dir, bool& hooks_began)
      : prepared_(prepared), record_(record), dir_(dir), hooks_began_(hooks_began) {}

  void advance(const criu::Reply& reply, OwnedFd passed) {
    if (reply.stage == "setup-namespaces") return run_hooks(reply.pid);
    if (reply.stage == "orphan-pts-master") return take_terminal(std::move(passed));
    // All are there, and none runs yet.
    if (reply.stage == "post-restore") return record_init(reply.pid);
  }

  base::ChildProcess take_init() {
    if (!init_) throw Error("criu has restored no process");
    return std::move(*init_);
  }
  OwnedFd take_master() { return std::move(master_); }

 private:
  void run_hooks(pid_t init) {
    hooks_began_ = true;
    run_runtime_hooks(prepared_, record_, init);
  }

  void take_terminal(OwnedFd master) {
    if (prepared_.console.valid()) return send_console(prepared_.console, master);
    master_ = std::move(master);
  }

  void record_init(pid_t pid) {
    auto pidfd = sys::pidfd_open(pid);
    if (!pidfd) throw Error("the restored init has ended");
    init_.emplace(sys::Cloned{pid, std::move(*pidfd)});
    record_.init = identity_of(pid);
    record_.annotations = prepared_.config().annotations;
    dir_.write_state(record_);
  }

  const Prepared& prepared_;
  Record& record_;
  StateDir& dir_;
  bool& hooks_began_;
  std::optional<base::ChildProcess> init_;
  OwnedFd master_;
};

// For the processes of a user namespace, which read most of them as its root: the images as if that
// were their owner. At first they have no ids there, and go by the group.
OwnedFd map_images(BorrowedFd images, const oci::Linux& linux) {
  const auto root = oci::host_id(linux.uid_mappings, 0);
  if (!root) return base::duplicate(images);
  const struct stat info = sys::fstat(images);
  if ((info.st_mode & S_IXGRP) == 0) sys::fchmod(images, (info.st_mode & 07777) | S_IXGRP);
  OwnedFd mount = sys::open_tree_clone(images, sys::Subtree::No);
  rootfs::IdMapper(nullptr).map(
      mount, {false, {{{info.st_uid, *root, 1}}, {{info.st_gid, getegid(), 1}}}});
  return mount;
}

// What a restore is made with.
struct Means {
  const RestoreRequest& request;
  const Prepared& prepared;
  const ImageFolders& folders;
  const cgroup::Membership& membership;
};

criu::Session start_criu(const Means& means, const criu::Request& wanted) {
  const LaunchRequest& launch = means.request.launch;
  const std::string keyring =
      launch.new_keyring ? security::session_keyring_name(launch.id.text()) : "";
  std::vector<BorrowedFd> passed;
  for (const criu::InheritedFd& each : wanted.inherited) passed.emplace_back(each.number);
  return {criu::find_program(means.request.criu),
          {.cgroup = means.membership.clone_into(),
           .prepare = [&] { enter_root_mount(means.prepared, means.membership, keyring); },
           .passed = std::move(passed)}};
}

// Until the container runs.
void run_criu(const Means& means, criu::Request wanted, const StateDir& dir, Progress& progress) {
  const Prepared& prepared = means.prepared;
  const Bundle& bundle = prepared.bundle;
  const BorrowedFd log_folder = means.folders.work;
  criu::Session criu = start_criu(means, wanted);
  // From which all of the container's inherit it, threads, too.
  if (prepared.resctrl_group) prepared.resctrl_group->assign(criu.pid());
  const OwnedFd images = map_images(means.folders.images, *prepared.config().linux);
  const auto work = open_as_seen_by(criu.pid(), log_folder);
  if (!work) report_failure(wanted.action, log_folder);
  wanted.images = images.raw();
  wanted.work = work->raw();
  wanted.cgroups = cgroups_of(criu.pid());
  // Now that their mount points are there.
  wanted.mounts = supply_external_mounts(
      base::RootDir(base::duplicate(bundle.rootfs_fd)), bundle.rootfs, bundle.config, bundle.mounts,
      cgroup_view(prepared.cgroup.driver->layout(), prepared.cgroup.location,
                  *bundle.config.linux));
  wanted.mounts.push_back(supply_notify_folder(dir, bundle.mount_label.context));
  const bool done = criu.serve(wanted, [&](const criu::Reply& stage, OwnedFd descriptor) {
    progress.advance(stage, std::move(descriptor));
  });
  if (!done) report_failure(wanted.action, log_folder);
}

}  // namespace

Made restore(const RestoreRequest& request) {
  const ImageFolders folders =
      open_image_folders(criu::Action::Restore, request.image_path, request.work_path);
  const std::vector<std::string> streams = read_streams(folders.images);
  Prepared prepared = prepare(request.launch);
  check_restorable(prepared, request.options);
  criu::Request wanted = make_request(request, prepared, streams);
  const std::vector<OwnedFd> copies = copy_inherited(wanted.inherited);
  cgroup::Driver& cgroups = *prepared.cgroup.driver;
  Record record = make_record(request.launch, prepared);
  record.selinux_label = prepared.config().process->selinux_label;
  record.restored = true;

  // Undone last, when nothing is left of the container.
  bool hooks_began = false;
  Undoing undoing;
  Rollback stop_hooks{[&] {
    if (!hooks_began || !undoing.complete()) return;
    record.annotations = prepared.config().annotations;
    run_poststop_hooks(record);
  }};
  StateDir dir = StateDir::reserve(request.launch.state_root, request.launch.id);
  Rollback forget{[&] {
    if (undoing.complete()) dir.remove();
  }};
  look_again(cgroups, record.cgroup, prepared.config(), record.id, request.launch.state_root);
  dir.write_intent(record);
  relabel(prepared.relabelled, prepared.config().linux->mount_label);
  const cgroup::Membership membership = cgroups.create(record.cgroup, prepared.cgroup.limits);
  Rollback leave_cgroup{[&] { undoing.step([&] { end_cgroup(cgroups, record.cgroup); }); }};
  // Which folder it is, before anybody is in it, who may outlive us.
  dir.write_intent(record);
  delegate_cgroup(prepared.bundle, prepared.plan, record.cgroup, membership);
  if (prepared.resctrl_group) prepared.resctrl_group->make();
  Rollback leave_resctrl{[&] {
    if (prepared.resctrl_group) undoing.step([&] { prepared.resctrl_group->undo(); });
  }};
  dir.write_config(prepared.bundle.config_bytes);
  Progress progress(prepared, record, dir, hooks_began);
  run_criu({request, prepared, folders, membership}, std::move(wanted), dir, progress);
  base::ChildProcess init = progress.take_init();
  prepared.pid_file.write(init.pid());
  base::commit(leave_resctrl, leave_cgroup, forget, stop_hooks);
  return {std::move(dir), std::move(record), std::move(prepared.cgroup.driver), std::move(init),
          progress.take_master()};
}

}  // namespace runtime
