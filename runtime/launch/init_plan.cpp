#include "runtime/launch/init_plan.h"

#include "runtime/container/hooks.h"
#include "runtime/container/status.h"
#include "runtime/launch/capabilities.h"
#include "runtime/launch/namespaces.h"
#include "runtime/launch/user_namespace.h"
#include "runtime/security/keyring.h"

namespace runtime {

using base::OwnedFd;

namespace {

bool has_create_hooks(const oci::Hooks& hooks) {
  return !hooks.prestart.empty() || !hooks.create_runtime.empty() ||
         !hooks.create_container.empty();
}

// To be recorded, or to have its filter's listener fetched (pidfd_getfd(2)).
bool is_traced(const LaunchRequest& request, const Prepared& prepared) {
  return request.recorded || prepared.agent.valid();
}

// Whether we set its priorities: some take rights that it has no more in a user namespace.
bool schedules_init(const Prepared& prepared) {
  const oci::Process& process = *prepared.config().process;
  return (process.scheduler || process.io_priority) && prepared.plan.in_user_namespace &&
         prepared.caller.may_schedule();
}

rootfs::SourceRequest request_sources(const Prepared& prepared) {
  const oci::Linux& linux = *prepared.config().linux;
  const bool may = prepared.caller.may_administer();
  if (!may) rootfs::expect_no_mapped_ids(prepared.bundle.mounts);
  rootfs::SourceRequest request{.all = prepared.plan.in_user_namespace && may,
                                .root_ids = std::nullopt,
                                .propagation = linux.rootfs_propagation,
                                .user_namespace = find_user_namespace(prepared.joined)};
  if (maps_rootfs(prepared.config())) {
    request.root_ids = rootfs::IdMap{false, {linux.uid_mappings, linux.gid_mappings}};
  }
  return request;
}

}  // namespace

OpenedSources::OpenedSources(const Prepared& prepared) {
  const std::vector<rootfs::MountStep>& mounts = prepared.bundle.mounts;
  const rootfs::SourceRequest request = request_sources(prepared);
  trees_ = rootfs::open_sources(prepared.bundle.rootfs_fd, mounts, request);
  if (request.all) locker_.emplace(trees_.of_host(mounts), request.user_namespace);
}

const rootfs::Sources& OpenedSources::complete() {
  if (locker_) locker_->finish();
  return trees_;
}

InitPlan make_init_plan(const LaunchRequest& request, const Prepared& prepared,
                        const rootfs::Sources& sources, const Record& record,
                        const cgroup::Membership& membership) {
  const oci::Config& config = prepared.config();
  return {
      .config = config,
      .rootfs = prepared.bundle.rootfs,
      .rootfs_fd = prepared.bundle.rootfs_fd,
      .bundle_fd = prepared.bundle.folder,
      .mounts = prepared.bundle.mounts,
      .mount_label = prepared.bundle.mount_label,
      .sources = sources,
      .namespaces = prepared.plan,
      .joined = prepared.joined,
      .network = prepared.network,
      .setup_user = setup_user(config, prepared.plan, prepared.caller),
      .restricted = prepared.plan.in_user_namespace || !prepared.caller.in_initial_user_namespace,
      .membership = membership,
      .cgroups =
          cgroup_view(prepared.cgroup.driver->layout(), prepared.cgroup.location, *config.linux),
      .capabilities =
          resolve_capabilities(*config.process, prepared.plan.in_user_namespace, Warnings::Given),
      .create_hooks = has_create_hooks(config.hooks),
      .state = hook_state(record, config, 0),
      .added_env = prepared.inherited.environment,
      .names_pid = prepared.inherited.sockets > 0,
      .passed_fds = prepared.inherited.count,
      .host_namespaces = find_host_namespaces(config.linux->sysctl),
      .no_pivot = request.no_pivot,
      .session_keyring =
          request.new_keyring ? security::session_keyring_name(request.id.text()) : "",
      .notify_folder = OwnedFd(),
      .console_socket = prepared.console.valid() ? &prepared.console : nullptr,
      .start_gate = nullptr,
      .scheduled_outside = schedules_init(prepared),
      .traceable = is_traced(request, prepared) && !prepared.caller.may_trace(),
      .departure = prepared.departure ? &*prepared.departure : nullptr,
  };
}

oci::State hook_state(const Record& record, const oci::Config& config, pid_t pid) {
  oci::State state = describe(record, oci::Status::Creating, pid);
  state.annotations = config.annotations;
  return state;
}

void run_runtime_hooks(const Prepared& prepared, const Record& record, pid_t init,
                       base::BorrowedFd interruption) {
  const oci::Hooks& hooks = prepared.config().hooks;
  const oci::State state = hook_state(record, prepared.config(), init);
  const HookSurroundings surroundings{.folder = prepared.bundle.folder,
                                      .interruption = interruption};
  run_hooks(HookPoint::Prestart, hooks, state, surroundings);
  run_hooks(HookPoint::CreateRuntime, hooks, state, surroundings);
}

}  // namespace runtime
