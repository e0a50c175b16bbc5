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
#include "runtime/container/poststop.h"
#include "runtime/container/removal.h"
#include "runtime/container/status.h"
#include "runtime/init/init.h"
#include "runtime/init/notify.h"
#include "runtime/launch/bundle.h"
#include "runtime/launch/inherited_fds.h"
#include "runtime/launch/notify.h"
#include "runtime/launch/outputs.h"
#include "runtime/launch/plan.h"
#include "runtime/resctrl/group.h"
#include "runtime/rootfs/move_root.h"
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

Record make_record(const LaunchRequest& request, const Bundle& bundle, const LaunchPlan& plan) {
  Record record;
  record.id = request.id.text();
  record.boot_id = sys::boot_id();
  record.bundle = bundle.path;
  record.rootfs = bundle.rootfs;
  record.created = base::now_rfc3339(9);
  record.owner_uid = geteuid();
  record.creator = identity_of(getpid());
  record.shares_pids = plan.shares_pids;
  record.hooks.poststart = bundle.config.hooks.poststart;
  record.hooks.poststop = bundle.config.hooks.poststop;
  return record;
}

rootfs::CgroupView cgroup_view(const cgroup::Layout& layout, const cgroup::Location& location,
                               bool own_namespace) {
  rootfs::CgroupView view;
  view.unified = layout.mode == cgroup::Mode::V2;
  view.own_namespace = own_namespace;
  for (std::size_t i = 0; i < layout.hierarchies.size(); ++i) {
    const cgroup::Hierarchy& hierarchy = layout.hierarchies[i];
    const cgroup::Place& place = location.places[i];
    view.hierarchies.push_back({hierarchy.filesystem_type(), hierarchy.mount_options(),
                                hierarchy.directory_name(), hierarchy.link_names(),
                                place.mount_point + place.path});
  }
  return view;
}

security::CapabilitySets resolve_capabilities(const oci::Process& process) {
  std::vector<std::string> warnings;
  auto sets = security::resolve(process.capabilities.value_or(oci::Capabilities{}), &warnings);
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

// Says how the init died that said nothing.
[[noreturn]] void report_death(base::ChildProcess& init) {
  const sys::Exit exit = init.wait();
  if (exit.by_signal) throw Error(cat("container init was killed by signal ", exit.value));
  throw Error(cat("container init ended with status ", exit.value));
}

template <typename Message>
OwnedFd expect(Channel& channel, base::ChildProcess& init) {
  auto passed = channel.expect<Message>();
  if (!passed) report_death(init);
  return std::move(*passed);
}

base::ChildProcess spawn(const LaunchPlan& launch_plan, const InitPlan& init_plan, Channel& ours,
                         Channel theirs) {
  sys::Cloned cloned = sys::clone3(launch_plan.clone_flags, init_plan.membership.clone_into());
  if (cloned.pid == 0) {
    // Or the end of file that tells of our death would never come.
    ours.close();
    run_init(init_plan, std::move(theirs));
  }
  return base::ChildProcess(std::move(cloned));
}

// All that is known, opened and refused before the first side effect.
struct Prepared {
  InheritedFds inherited;
  Bundle bundle;
  LaunchPlan plan;
  PidFile pid_file;
  OwnedFd console;         // not valid: the terminal's master, if any, stays with us
  OwnedFd pidfd_receiver;  // not valid: nobody asked
  std::unique_ptr<cgroup::Driver> cgroups;
  std::optional<resctrl::Group> resctrl_group;  // linux.intelRdt

  const oci::Config& config() const { return bundle.config; }
};

Prepared prepare(const LaunchRequest& request) {
  InheritedFds inherited = inspect_inherited_fds(request.preserve_fds);
  Bundle bundle = load_bundle(request.bundle);
  const LaunchPlan plan = plan_launch(*bundle.config.linux);
  if (request.no_pivot) rootfs::check_movable(bundle.config.linux->rootfs_propagation);
  OwnedFd console = terminal_receiver(request, *bundle.config.process);
  return {.inherited = std::move(inherited),
          .bundle = std::move(bundle),
          .plan = plan,
          .pid_file = PidFile(request.pid_file),
          .console = std::move(console),
          .pidfd_receiver = connect_receiver("--pidfd-socket", request.pidfd_socket),
          .cgroups = cgroup::driver_for_host(cgroup::inspect_host()),
          // Last, because it stays locked until the container's init is in it.
          .resctrl_group = resctrl::find_group(bundle.config.linux->intel_rdt, request.id.text())};
}

InitPlan make_init_plan(const LaunchRequest& request, const Prepared& prepared,
                        const Record& record, const cgroup::Membership& membership) {
  const oci::Config& config = prepared.config();
  const bool own_cgroup_view = prepared.plan.unshare_cgroup;
  return {
      .config = config,
      .rootfs = prepared.bundle.rootfs,
      .rootfs_fd = prepared.bundle.rootfs_fd,
      .bundle_fd = prepared.bundle.folder,
      .mounts = prepared.bundle.mounts,
      .membership = membership,
      .cgroups = cgroup_view(prepared.cgroups->layout(), record.cgroup, own_cgroup_view),
      .capabilities = resolve_capabilities(*config.process),
      .unshare_cgroup = own_cgroup_view,
      .create_hooks = has_create_hooks(config.hooks),
      .state = hook_state(record, config, 0),
      .new_network = prepared.plan.new_network,
      .added_env = prepared.inherited.environment,
      .passed_fds = prepared.inherited.count,
      .host_namespaces = find_host_namespaces(config.linux->sysctl),
      .no_pivot = request.no_pivot,
      .session_keyring =
          request.new_keyring ? security::session_keyring_name(request.id.text()) : "",
      .notify_folder = OwnedFd(),
      .console_socket = prepared.console.valid() ? &prepared.console : nullptr,
      .start_gate = nullptr,
  };
}

void add_notify_socket(InitPlan& plan, const StateDir& dir) {
  plan.notify_folder = share_notify_folder(dir.fd());
  plan.added_env.emplace_back(kNotifyVariable);
}

// runtime.md#lifecycle steps 3 and 4, while the init waits before its pivot.
void run_runtime_hooks(const Prepared& prepared, const Record& record, pid_t init) {
  const oci::Hooks& hooks = prepared.config().hooks;
  const oci::State state = hook_state(record, prepared.config(), init);
  run_hooks(HookPoint::Prestart, hooks, state, prepared.bundle.folder);
  run_hooks(HookPoint::CreateRuntime, hooks, state, prepared.bundle.folder);
}

}  // namespace

Launched launch(const LaunchRequest& request) {
  const Prepared prepared = prepare(request);
  cgroup::Driver& cgroups = *prepared.cgroups;
  Record record = make_record(request, prepared.bundle, prepared.plan);
  record.cgroup = cgroups.locate(prepared.config().linux->cgroups_path, request.id.text());
  if (prepared.resctrl_group) record.intel_rdt = prepared.resctrl_group->location();

  // Undone last, when nothing is left of the container.
  bool hooks_began = false;
  Rollback stop_hooks{[&] {
    if (!hooks_began) return;
    record.annotations = prepared.config().annotations;
    run_poststop_hooks(record);
  }};
  StateDir dir = StateDir::reserve(request.state_root, request.id);
  Rollback forget{[&] { dir.remove(); }};
  dir.write_intent(record);
  const cgroup::Membership membership = cgroups.create(record.cgroup);
  Rollback leave_cgroup{[&] { end_cgroup(cgroups, record.cgroup); }};
  if (prepared.resctrl_group) prepared.resctrl_group->make();
  Rollback leave_resctrl{[&] {
    if (prepared.resctrl_group) prepared.resctrl_group->undo();
  }};
  InitPlan init_plan = make_init_plan(request, prepared, record, membership);
  if (request.notify) add_notify_socket(init_plan, dir);
  OwnedFd gate;
  if (request.started_by == StartedBy::Gate) {
    gate = sys::listen_at(dir.fd(), kStartSocket, sys::SocketType::Packet);
    init_plan.start_gate = &gate;
  }

  auto [ours, theirs] = Channel::make_pair();
  base::ChildProcess init = spawn(prepared.plan, init_plan, ours, std::move(theirs));
  if (prepared.resctrl_group) prepared.resctrl_group->assign(init.pid());
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
  leave_resctrl.commit();
  leave_cgroup.commit();
  forget.commit();
  stop_hooks.commit();
  return {std::move(dir), std::move(record), std::move(init), std::move(ours), std::move(master)};
}

}  // namespace runtime
