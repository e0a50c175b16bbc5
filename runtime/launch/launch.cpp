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
#include "runtime/launch/inherited_fds.h"
#include "runtime/launch/outputs.h"
#include "runtime/launch/plan.h"
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

}  // namespace

Launched launch(const LaunchRequest& request) {
  const InheritedFds inherited = inspect_inherited_fds(request.preserve_fds);
  const Bundle bundle = load_bundle(request.bundle);
  const oci::Process& process = *bundle.config.process;
  const LaunchPlan plan = plan_launch(*bundle.config.linux);
  const PidFile pid_file(request.pid_file);
  const OwnedFd console = terminal_receiver(request, process);
  const OwnedFd pidfd_receiver = connect_receiver("--pidfd-socket", request.pidfd_socket);
  const auto cgroups = cgroup::driver_for_host(cgroup::inspect_host());
  Record record = make_record(request, bundle, plan);
  record.cgroup = cgroups->locate(bundle.config.linux->cgroups_path, request.id.text());

  bool hooks_began = false;
  const oci::Hooks& hooks = bundle.config.hooks;
  // Undone last, when nothing is left of the container.
  Rollback stop_hooks{[&] {
    if (hooks_began)
      run_hooks(HookPoint::Poststop, hooks, hook_state(record, bundle.config, 0), bundle.folder);
  }};
  StateDir dir = StateDir::reserve(request.state_root, request.id);
  Rollback forget{[&] { dir.remove(); }};
  dir.write_intent(record);
  const cgroup::Membership membership = cgroups->create(record.cgroup);
  Rollback leave_cgroup{[&] { end_cgroup(*cgroups, record.cgroup); }};
  OwnedFd gate;
  if (request.started_by == StartedBy::Gate) {
    gate = sys::listen_at(dir.fd(), kStartSocket, sys::SocketType::Packet);
  }

  auto [ours, theirs] = Channel::make_pair();
  const InitPlan init_plan{
      .config = bundle.config,
      .rootfs = bundle.rootfs,
      .rootfs_fd = bundle.rootfs_fd,
      .bundle_fd = bundle.folder,
      .mounts = bundle.mounts,
      .membership = membership,
      .cgroups = cgroup_view(cgroups->layout(), record.cgroup, plan.unshare_cgroup),
      .capabilities = resolve_capabilities(process),
      .unshare_cgroup = plan.unshare_cgroup,
      .create_hooks = has_create_hooks(hooks),
      .state = hook_state(record, bundle.config, 0),
      .new_network = plan.new_network,
      .added_env = inherited.environment,
      .passed_fds = inherited.count,
      .session_keyring =
          request.new_keyring ? security::session_keyring_name(request.id.text()) : "",
      .console_socket = console.valid() ? &console : nullptr,
      .start_gate = gate.valid() ? &gate : nullptr,
  };
  base::ChildProcess init = spawn(plan, init_plan, ours, std::move(theirs));
  // While the child works: only later commands need it.
  dir.write_config(bundle.config_bytes);
  if (init_plan.create_hooks) {
    expect<MountsReady>(ours, init);
    hooks_began = true;
    const oci::State state = hook_state(record, bundle.config, init.pid());
    run_hooks(HookPoint::Prestart, hooks, state, bundle.folder);
    run_hooks(HookPoint::CreateRuntime, hooks, state, bundle.folder);
    ours.send<HooksDone>();
  }
  OwnedFd master;
  if (process.terminal && !console.valid()) master = expect<ConsoleMaster>(ours, init);
  expect<Ready>(ours, init);

  record.init = identity_of(init.pid());
  record.annotations = bundle.config.annotations;
  dir.write_state(record);
  if (request.started_by == StartedBy::Gate && !ours.send<AwaitStart>()) report_death(init);
  if (pidfd_receiver.valid()) send_pidfd(pidfd_receiver, init.pidfd());
  pid_file.write(init.pid());
  leave_cgroup.commit();
  forget.commit();
  stop_hooks.commit();
  return {std::move(dir), std::move(record), std::move(init), std::move(ours), std::move(master)};
}

}  // namespace runtime
