// THE STORY, parent's half. Everything that can be refused comes first, then the intent is written
// down, and only then is anything made; each effect has its undoing in the next line.
#include "runtime/launch/launch.h"

#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/rollback.h"
#include "base/socket.h"
#include "base/text.h"
#include "base/time.h"
#include "runtime/container/hooks.h"
#include "runtime/container/removal.h"
#include "runtime/container/status.h"
#include "runtime/init/init.h"
#include "runtime/launch/bundle.h"
#include "runtime/launch/caller.h"
#include "runtime/launch/conversation.h"
#include "runtime/launch/id_maps.h"
#include "runtime/launch/inherited_fds.h"
#include "runtime/launch/namespaces.h"
#include "runtime/launch/outputs.h"
#include "runtime/launch/outside.h"
#include "runtime/launch/plan.h"
#include "runtime/launch/spawn.h"
#include "runtime/launch/user_namespace.h"
#include "runtime/security/capabilities.h"
#include "runtime/security/keyring.h"

namespace runtime {

using base::cat;
using base::Error;
using base::OwnedFd;
using base::Rollback;

namespace {

// What the command line wants of the terminal has to fit the config (client contract K-53).
OwnedFd terminal_receiver(const LaunchRequest& request, const oci::Process& process) {
  const bool given = !request.console_socket.empty();
  if (given && !process.terminal) {
    throw Error("--console-socket: config.json: /process/terminal is false");
  }
  if (given) return connect_receiver("--console-socket", request.console_socket);
  if (process.terminal && !request.attended) {
    throw Error("cannot allocate tty if runtime will detach without setting console socket");
  }
  return {};
}

security::CapabilitySets resolve_capabilities(const oci::Process& process,
                                              const NamespacePlan& plan) {
  const auto grant =
      plan.in_user_namespace ? security::Grant::UserNamespace : security::Grant::OfCaller;
  std::vector<std::string> warnings;
  auto sets =
      security::resolve(process.capabilities.value_or(oci::Capabilities{}), &warnings, grant);
  for (const std::string& warning : warnings) base::log::warning(warning);
  return sets;
}

bool has_create_hooks(const oci::Hooks& hooks) {
  return !hooks.prestart.empty() || !hooks.create_runtime.empty() ||
         !hooks.create_container.empty();
}

// What hooks are told of a container that is being created.
oci::State hook_state(const Record& record, const oci::Config& config, pid_t pid) {
  oci::State state = describe(record, oci::Status::Creating, pid);
  state.annotations = config.annotations;
  return state;
}

// All that is known, opened and refused before the first side effect.
struct Prepared {
  InheritedFds inherited;
  Caller caller;
  Bundle bundle;
  std::vector<JoinedNamespace> joined;
  NamespacePlan plan;
  rootfs::Sources sources;
  PidFile pid_file;
  OwnedFd console;         // not valid: the terminal's master, if any, stays with us
  OwnedFd pidfd_receiver;  // not valid: nobody asked
  CgroupChoice cgroup;

  const oci::Config& config() const { return bundle.config; }
};

// Whether what the caller has no right to is left out, as far as the config doesn't ask for it.
bool is_tolerant(const LaunchRequest& request, const Caller& caller) {
  return request.rootless.value_or(caller.is_rootless());
}

// By us, if it takes rights that init will not have.
rootfs::Sources open_sources(const Bundle& bundle, const NamespacePlan& plan,
                             const std::vector<JoinedNamespace>& joined, const Caller& caller) {
  const bool may = caller.may_administer();
  if (!may) expect_no_mapped_ids(bundle.mounts);
  return rootfs::open_sources(bundle.rootfs_fd, bundle.mounts,
                              {.all = plan.in_user_namespace && may,
                               .propagation = bundle.config.linux->rootfs_propagation,
                               .user_namespace = find_user_namespace(joined)});
}

Prepared prepare(const LaunchRequest& request) {
  InheritedFds inherited = inspect_inherited_fds(request.preserve_fds);
  const Caller caller = inspect_caller();
  Bundle bundle = load_bundle(request.bundle);
  std::vector<JoinedNamespace> joined = open_namespaces(*bundle.config.linux);
  const NamespacePlan plan = plan_namespaces(*bundle.config.linux, joined, caller);
  check_user_namespace(bundle.config, joined, plan, caller);
  const oci::Linux& linux = *bundle.config.linux;
  CgroupChoice cgroup = choose_cgroup(request.cgroup_manager, linux.cgroups_path, request.id.text(),
                                      is_tolerant(request, caller));
  OwnedFd console = terminal_receiver(request, *bundle.config.process);
  rootfs::Sources sources = open_sources(bundle, plan, joined, caller);
  return {.inherited = std::move(inherited),
          .caller = caller,
          .bundle = std::move(bundle),
          .joined = std::move(joined),
          .plan = plan,
          .sources = std::move(sources),
          .pid_file = PidFile(request.pid_file),
          .console = std::move(console),
          .pidfd_receiver = connect_receiver("--pidfd-socket", request.pidfd_socket),
          .cgroup = std::move(cgroup)};
}

Record make_record(const LaunchRequest& request, const Prepared& prepared) {
  Record record;
  record.id = request.id.text();
  record.boot_id = sys::boot_id();
  record.bundle = prepared.bundle.path;
  record.rootfs = prepared.bundle.rootfs;
  record.created = base::now_rfc3339(9);
  record.owner_uid = geteuid();
  record.creator = identity_of(getpid());
  record.shares_pids = prepared.plan.shares_pids;
  record.hooks.poststart = prepared.config().hooks.poststart;
  record.hooks.poststop = prepared.config().hooks.poststop;
  record.cgroup = prepared.cgroup.location;
  return record;
}

InitPlan make_init_plan(const LaunchRequest& request, const Prepared& prepared,
                        const Record& record, const cgroup::Membership& membership) {
  const oci::Config& config = prepared.config();
  const bool own_cgroup_view =
      oci::find_namespace(*config.linux, oci::NamespaceType::Cgroup) != nullptr;
  return {
      .config = config,
      .rootfs = prepared.bundle.rootfs,
      .rootfs_fd = prepared.bundle.rootfs_fd,
      .bundle_fd = prepared.bundle.folder,
      .mounts = prepared.bundle.mounts,
      .sources = prepared.sources,
      .namespaces = prepared.plan,
      .joined = prepared.joined,
      .setup_user = setup_user(config, prepared.plan, prepared.caller),
      .restricted = prepared.plan.in_user_namespace || !prepared.caller.in_initial_user_namespace,
      .membership = membership,
      .cgroups = cgroup_view(prepared.cgroup, own_cgroup_view),
      .capabilities = resolve_capabilities(*config.process, prepared.plan),
      .create_hooks = has_create_hooks(config.hooks),
      .state = hook_state(record, config, 0),
      .added_env = prepared.inherited.environment,
      .passed_fds = prepared.inherited.count,
      .host_namespaces = find_host_namespaces(config.linux->sysctl),
      .session_keyring =
          request.new_keyring ? security::session_keyring_name(request.id.text()) : "",
      .console_socket = prepared.console.valid() ? &prepared.console : nullptr,
      .start_gate = nullptr,
  };
}

// runtime.md#lifecycle steps 3 and 4, while the init waits before its pivot.
void run_runtime_hooks(const Prepared& prepared, const Record& record, pid_t init) {
  const oci::Hooks& hooks = prepared.config().hooks;
  const oci::State state = hook_state(record, prepared.config(), init);
  run_hooks(HookPoint::Prestart, hooks, state, prepared.bundle.folder);
  run_hooks(HookPoint::CreateRuntime, hooks, state, prepared.bundle.folder);
}

void run_stop_hooks(const Prepared& prepared, const Record& record) {
  run_hooks(HookPoint::Poststop, prepared.config().hooks, hook_state(record, prepared.config(), 0),
            prepared.bundle.folder);
}

}  // namespace

Launched launch(const LaunchRequest& request) {
  const Prepared prepared = prepare(request);
  cgroup::Driver& cgroups = *prepared.cgroup.driver;
  Record record = make_record(request, prepared);

  // Undone last, when nothing is left of the container.
  bool hooks_began = false;
  Rollback stop_hooks{[&] {
    if (hooks_began) run_stop_hooks(prepared, record);
  }};
  StateDir dir = StateDir::reserve(request.state_root, request.id);
  Rollback forget{[&] { dir.remove(); }};
  dir.write_intent(record);
  const cgroup::Membership membership = cgroups.create(record.cgroup);
  Rollback leave_cgroup{[&] { end_cgroup(cgroups, record.cgroup); }};
  InitPlan init_plan = make_init_plan(request, prepared, record, membership);
  OwnedFd gate;
  if (request.started_by == StartedBy::Gate) {
    gate = sys::listen_at(dir.fd(), kStartSocket, sys::SocketType::Packet);
    init_plan.start_gate = &gate;
  }

  auto [ours, theirs] = Channel::make_pair();
  base::ChildProcess init = spawn_init(init_plan, prepared.caller, ours, std::move(theirs));
  set_oom_score(init.pid(), *prepared.config().process, is_tolerant(request, prepared.caller));
  if (prepared.plan.in_user_namespace) raise_limits(init.pid(), *prepared.config().process);
  // After what takes rights over a process that are lost when its ids are mapped.
  if (prepared.plan.init_is_first()) {
    map_ids(init.pid(), *prepared.config().linux, prepared.caller);
  }
  if (prepared.plan.init_awaits_host()) ours.send<HostReady>();
  // While the child works: only later commands need it.
  dir.write_config(prepared.bundle.config_bytes);
  if (init_plan.create_hooks) {
    expect<MountsReady>(ours, init);
    hooks_began = true;
    run_runtime_hooks(prepared, record, init.pid());
    ours.send<HooksDone>();
  }
  OwnedFd master;
  if (prepared.config().process->terminal && !prepared.console.valid()) {
    master = expect<ConsoleMaster>(ours, init);
  }
  expect<Ready>(ours, init);

  record.init = identity_of(init.pid());
  record.annotations = prepared.config().annotations;
  dir.write_state(record);
  if (request.started_by == StartedBy::Gate && !ours.send<AwaitStart>()) report_death(init);
  if (prepared.pidfd_receiver.valid()) send_pidfd(prepared.pidfd_receiver, init.pidfd());
  prepared.pid_file.write(init.pid());
  leave_cgroup.commit();
  forget.commit();
  stop_hooks.commit();
  return {std::move(dir), std::move(record), std::move(init), std::move(ours), std::move(master)};
}

}  // namespace runtime
