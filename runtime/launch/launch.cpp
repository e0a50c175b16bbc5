// THE STORY, parent's half. Everything that can be refused comes first, then the intent is written
// down, and only then is anything made; each effect has its undoing in the next line.
#include "runtime/launch/launch.h"

#include <optional>
#include <utility>

#include "base/attempt.h"
#include "base/error.h"
#include "base/process.h"
#include "base/rollback.h"
#include "base/socket.h"
#include "base/trace.h"
#include "runtime/container/id_pool.h"
#include "runtime/container/poststop.h"
#include "runtime/container/removal.h"
#include "runtime/container/status.h"
#include "runtime/init/notify.h"
#include "runtime/init/outside.h"
#include "runtime/init/scheduling.h"
#include "runtime/launch/agent.h"
#include "runtime/launch/conversation.h"
#include "runtime/launch/filter.h"
#include "runtime/launch/id_maps.h"
#include "runtime/launch/init_plan.h"
#include "runtime/launch/network.h"
#include "runtime/launch/notify.h"
#include "runtime/launch/outputs.h"
#include "runtime/launch/prepare.h"
#include "runtime/launch/spawn.h"
#include "runtime/launch/undoing.h"
#include "runtime/network/host_side.h"

namespace runtime {

using base::OwnedFd;
using base::Rollback;

namespace {

IdRange choose_ids(Bundle& bundle, const StateDir& dir) {
  const IdRange ids = take_automatic_ids(*bundle.automatic_ids, dir, *bundle.config.linux);
  replan_mounts(bundle);
  return ids;
}

void choose_label(Bundle& bundle, const StateDir& dir) {
  take_automatic_label(*bundle.label, dir, bundle.config);
  replan_mounts(bundle);
}

// What belongs to no two living containers: the cgroup, ids, addresses, categories.
void lease(Prepared& prepared, Record& record, const StateDir& dir, const std::string& state_root) {
  look_again(*prepared.cgroup.driver, record.cgroup, prepared.config(), record.id, state_root);
  if (prepared.bundle.automatic_ids) record.ids = choose_ids(prepared.bundle, dir);
  record.network = take_addresses(prepared.network, dir, prepared.bundle.config);
  if (prepared.bundle.label) choose_label(prepared.bundle, dir);
  record.selinux_label = prepared.config().process->selinux_label;
}

// Whatever of it has been taken, once nobody is left in the container. The links last, because they
// alone don't go with the state folder if something fails.
void give_back(const Prepared& prepared, const Record& record, const StateDir& dir) {
  if (record.ids) release_ids(dir);
  if (prepared.bundle.label) release_categories(dir);
  network::disconnect(record.network, owner_of(dir.fd()));
}

// What tells others that it is there.
void announce(const Prepared& prepared, const base::ChildProcess& init) {
  if (prepared.pidfd_receiver.valid()) {
    send_pidfd(prepared.pidfd_receiver, init.pidfd(), "standard");
  }
  prepared.pid_file.write(init.pid());
}

// Where a later `start` finds the container; not valid when we ourselves say Start.
OwnedFd open_gate(const LaunchRequest& request, const StateDir& dir) {
  if (request.started_by != StartedBy::Gate) return {};
  return sys::listen_at(dir.fd(), kStartSocket, sys::SocketType::Packet);
}

// Where init waits for its start, and where its program tells of its progress.
void add_sockets(InitPlan& plan, const LaunchRequest& request, const StateDir& dir,
                 const OwnedFd& gate) {
  if (gate.valid()) plan.start_gate = &gate;
  if (!request.notify) return;
  plan.notify_folder = share_notify_folder(dir.fd(), plan.mount_label.context);
  plan.added_env.emplace_back(kNotifyVariable);
}

// What init can't do to itself.
void equip(pid_t init, const Prepared& prepared, Channel& ours) {
  const oci::Process& process = *prepared.config().process;
  set_oom_score(init, process, prepared.tolerant);
  if (prepared.plan.in_user_namespace) raise_limits(init, process);
  // After what takes rights over a process that are lost when its ids are mapped.
  if (prepared.plan.init_is_first()) map_ids(init, *prepared.config().linux, prepared.caller);
  if (prepared.plan.init_awaits_host()) ours.send<HostReady>();
  if (prepared.resctrl_group) prepared.resctrl_group->assign(init);
}

// Of a terminal without a console socket; not valid otherwise.
OwnedFd receive_master(const Prepared& prepared, Channel& ours, base::ChildProcess& init) {
  if (!prepared.config().process->terminal || prepared.console.valid()) return {};
  return expect<ConsoleMaster>(ours, init);
}

// A container in the making, and what has been done of it while init lived, for whoever undoes it.
struct Making {
  const Prepared& prepared;
  Record& record;
  bool hooks_began = false;
  OwnedFd device_namespace{};  // valid: devices of the host may be in it
  sys::Interruption interruption{};
};

// What a killed init can't say, in the words of runc, which users look for (K-43).
const char* explain_death(cgroup::Driver& cgroups, const cgroup::Location& location) {
  const auto killed =
      base::attempt([&] { return std::optional(cgroups.ran_out_of_memory(location)); });
  return killed.value_or(false) ? "container init was OOM-killed (memory limit too low?)" : "";
}

void give_network(Making& making, pid_t init, Channel& ours) {
  const network::Plan& network = making.prepared.network;
  if (network.empty()) return;
  making.device_namespace = open_device_namespace(network, making.prepared.joined, init);
  furnish_network(network, making.record, init, making.device_namespace);
  ours.send<NetworkReady>();
}

void take_back_devices(const Making& making) {
  if (!making.device_namespace.valid()) return;
  network::return_devices(making.prepared.network.devices, making.device_namespace);
}

// Unless it has ended, and said so.
void kill_init(const base::ChildProcess& init, cgroup::Driver& cgroups,
               const cgroup::Location& location) {
  if (!init.pidfd().valid()) return;
  sys::pidfd_send_signal(init.pidfd(), SIGKILL);
  await_killed(init.pidfd(), cgroups, location);
}

// Our half of the work, while init does its own.
void furnish(Making& making, pid_t init, Channel& ours, StateDir& dir) {
  const Prepared& prepared = making.prepared;
  base::trace::Steps steps("equip init");
  making.record.init = identity_of(init);
  making.record.annotations = prepared.config().annotations;
  equip(init, prepared, ours);
  give_network(making, init, ours);
  steps.next("state files");
  // While the child works: only later commands need them.
  dir.write_config(prepared.bundle.config_bytes);
  dir.prepare_state(making.record);
}

void furnish(Making& making, base::ChildProcess& init, Channel& ours, StateDir& dir) {
  try {
    furnish(making, init.pid(), ours, dir);
  } catch (const base::Error&) {
    // What can't be done because init is on its way out is for init to explain: it speaks first.
    ours.throw_fault_sent();
    throw;
  }
}

// What is between us and init, until all but the program is there. The terminal's master, if it is
// for us.
OwnedFd converse(Making& making, const InitPlan& plan, Channel& ours, base::ChildProcess& init) {
  const Prepared& prepared = making.prepared;
  const auto& profile = prepared.config().linux->seccomp;
  base::trace::Steps steps("compile the filter");
  seccomp::Program filter;
  if (profile) filter = compile_filter(*profile);
  steps.next("wait for init");
  if (plan.create_hooks) {
    expect<MountsReady>(ours, init);
    making.hooks_began = true;
    run_runtime_hooks(prepared, making.record, init.pid(), making.interruption.signals());
    ours.send<HooksDone>();
  }
  if (profile) send_filter(filter, ours);
  OwnedFd master = receive_master(prepared, ours, init);
  if (prepared.agent.valid()) {
    engage_agent(prepared.agent, *profile, hook_state(making.record, prepared.config(), init.pid()),
                 ours, init);
  } else {
    expect<Ready>(ours, init);
  }
  if (plan.scheduled_outside) set_priorities(*prepared.config().process, init.pid());
  return master;
}

}  // namespace

Launched launch(const LaunchRequest& request) {
  base::trace::Steps steps("read, check and plan");
  Prepared prepared = prepare(request);
  cgroup::Driver& cgroups = *prepared.cgroup.driver;
  Record record = make_record(request, prepared);

  // Undone last, when nothing is left of the container.
  Making making{prepared, record};
  Undoing undoing;
  Rollback stop_hooks{[&] {
    if (making.hooks_began && undoing.complete()) run_poststop_hooks(record);
  }};
  steps.next("state folder");
  StateDir dir = StateDir::reserve(request.state_root, request.id);
  Rollback forget{[&] {
    if (undoing.complete()) dir.remove();
  }};
  Rollback return_leases{[&] { undoing.step([&] { give_back(prepared, record, dir); }); }};
  lease(prepared, record, dir, request.state_root);
  dir.write_intent(record);
  relabel(prepared.relabelled, prepared.config().linux->mount_label);
  OpenedSources sources(prepared);
  steps.next("cgroup");
  const cgroup::Membership membership = cgroups.create(record.cgroup, prepared.cgroup.limits);
  Rollback leave_cgroup{[&] { undoing.step([&] { end_cgroup(cgroups, record.cgroup); }); }};
  // Before the clone, so that nobody inside ever sees it another's.
  delegate_cgroup(prepared.bundle, prepared.plan, record.cgroup, membership);
  if (prepared.resctrl_group) prepared.resctrl_group->make();
  Rollback leave_resctrl{[&] {
    if (prepared.resctrl_group) undoing.step([&] { prepared.resctrl_group->undo(); });
  }};
  const OwnedFd gate = open_gate(request, dir);
  InitPlan init_plan = make_init_plan(request, prepared, sources.complete(), record, membership);
  add_sockets(init_plan, request, dir, gate);

  steps.next("clone");
  const base::Context dying{[&] { return explain_death(cgroups, record.cgroup); }};
  auto [ours, theirs] = Channel::make_pair();
  ours.heed(making.interruption.signals());
  base::ChildProcess init = spawn_init(init_plan, prepared.caller, dir, ours, std::move(theirs));
  Rollback end_init{[&] { undoing.step([&] { kill_init(init, cgroups, record.cgroup); }); }};
  // Before init is killed, which a virtual one wouldn't outlive.
  Rollback return_devices{[&] { take_back_devices(making); }};
  steps.next("the parent's half");
  furnish(making, init, ours, dir);
  OwnedFd master = converse(making, init_plan, ours, init);

  steps.next("tell that it exists");
  dir.publish_state(record);
  if (request.started_by == StartedBy::Gate && !ours.send<AwaitStart>()) report_death(init);
  announce(prepared, init);
  base::commit(return_devices, end_init, leave_resctrl, leave_cgroup, return_leases, forget,
               stop_hooks);
  return {{std::move(dir), std::move(record), std::move(prepared.cgroup.driver), std::move(init),
           std::move(master)},
          std::move(ours),
          std::move(making.interruption),
          prepared.config().linux->seccomp.has_value()};
}

}  // namespace runtime
