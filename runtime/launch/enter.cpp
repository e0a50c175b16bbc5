// THE STORY of `exec`, parent's half: everything that can be refused first, then one child, which
// does the rest (runtime/init/entrant.cpp).
#include "runtime/launch/enter.h"

#include <cerrno>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "base/trace.h"
#include "runtime/cgroup/driver.h"
#include "runtime/container/status.h"
#include "runtime/init/entrant.h"
#include "runtime/init/scheduling.h"
#include "runtime/launch/agent.h"
#include "runtime/launch/caller.h"
#include "runtime/launch/capabilities.h"
#include "runtime/launch/conversation.h"
#include "runtime/launch/filter.h"
#include "runtime/launch/inherited_fds.h"
#include "runtime/launch/outputs.h"
#include "runtime/launch/user_namespace.h"
#include "runtime/resctrl/group.h"
#include "runtime/security/keyring.h"
#include "runtime/security/self_labels.h"

namespace runtime {

using base::OwnedFd;

namespace {

constexpr std::string_view kPlainly = "the process";
// Of what it dies of, or can't say, under the filter.
constexpr std::string_view kFiltered =
    "the process, to which /linux/seccomp has to allow clone, sendmsg, setsid, ioctl, "
    "prlimit64, prctl, recvmsg, poll and execve in a container with CAP_SYS_PTRACE,";

// Before the filter is loaded by the program itself a tracer could.
bool filters_first(const Target& target) {
  const auto& profile = target.config.linux->seccomp;
  return target.has_tracers && profile && !oci::notifies(*profile) &&
         (target.namespaces & CLONE_NEWPID) != 0;
}

std::string_view who(const Target& target) { return filters_first(target) ? kFiltered : kPlainly; }

// The agent is to be told of the program, which therefore has to be there before its filter.
void check_listener(const Target& target) {
  const auto& profile = target.config.linux->seccomp;
  if (!target.has_tracers || !profile || !oci::notifies(*profile)) return;
  if (target.config.process->no_new_privileges) return;
  throw base::Error(
      "/linux/seccomp: with SCMP_ACT_NOTIFY it takes /process/noNewPrivileges (--no-new-privs) to "
      "enter a container that has CAP_SYS_PTRACE: CAP_SYS_ADMIN would be in its reach");
}

// Those of the container's own have had their warning when it was created.
security::CapabilitySets capabilities_of(const Target& target, const EnterRequest& request) {
  return resolve_capabilities(*target.config.process, (target.namespaces & CLONE_NEWUSER) != 0,
                              request.own_capabilities ? Warnings::Withheld : Warnings::Given);
}

// Whoever is to get something of it, each found before there is a process.
struct Receivers {
  PidFile pid_file;
  OwnedFd console;  // not valid: the terminal's master, if any, stays with us
  OwnedFd pidfd;    // not valid: nobody asked
  OwnedFd agent;    // not valid: the filter asks for none
};

Receivers find_receivers(const oci::Config& config, const EnterRequest& request) {
  return {.pid_file = PidFile(request.pid_file),
          .console = connect_console(request.console_socket, config.process->terminal,
                                     request.attended, "the process' terminal"),
          .pidfd = connect_receiver("--pidfd-socket", request.pidfd_socket),
          .agent = connect_agent(*config.linux)};
}

// Whether we set its priorities. A scheduler isn't always inherited by what the entrant clones; and
// some take rights that it has no more in a user namespace.
bool schedules(const Target& target, const Caller& caller) {
  const oci::Process& process = *target.config.process;
  const bool in_user_namespace = (target.namespaces & CLONE_NEWUSER) != 0;
  return (process.scheduler || (process.io_priority && in_user_namespace)) && caller.may_schedule();
}

EntrantPlan make_plan(const Target& target, const EnterRequest& request,
                      const Receivers& receivers) {
  const Caller caller = inspect_caller();
  const bool is_notified = receivers.agent.valid();
  const bool scheduled = schedules(target, caller);
  return {.config = target.config,
          .container = target.init,
          .namespaces = target.namespaces,
          .root = target.root,
          .setup_user = entrant_user(target, caller),
          .capabilities = capabilities_of(target, request),
          .passed_fds = request.preserve_fds,
          .session_keyring =
              target.record.own_keyring ? security::session_keyring_name(target.record.id) : "",
          .console_socket = receivers.console.valid() ? &receivers.console : nullptr,
          .tolerant = request.rootless.value_or(caller.is_rootless()),
          .attended = request.attended,
          .scheduled_outside = scheduled,
          .traceable = is_notified && !caller.may_trace(),
          .awaits_start = is_notified || scheduled || target.record.intel_rdt.has_value(),
          .filters_first = filters_first(target)};
}

// With an error when the cgroup lets no process in. The parent's end is closed in the child, or the
// end of file that tells of our death would never come.
sys::CloneResult try_clone(const EntrantPlan& plan, const cgroup::Membership& membership,
                           const OwnedFd* into, Channel& ours, Channel& theirs) {
  sys::CloneResult cloned = sys::try_clone3(0, into);
  if (cloned.error == 0 && cloned.process.pid == 0) {
    ours.close();
    run_entrant(plan, membership, std::move(theirs));
  }
  return cloned;
}

cgroup::Subgroup subgroup_of_init(const Target& target) {
  const std::string path = base::cat("/proc/", target.pid, "/cgroup");
  return cgroup::find_subgroup(target.record.cgroup,
                               sys::read_file(base::BorrowedFd::cwd(), path.c_str()));
}

// Where in the container's cgroup, and how if that has no room for a clone.
struct Way {
  std::vector<cgroup::Subgroup> subgroups;
  std::optional<cgroup::Crossing> crossing;
};

cgroup::Membership join_cgroup(cgroup::Driver& driver, const Target& target, const Way& way) {
  const base::Context joining{[&] { return way.subgroups.empty() ? "" : "--cgroup"; }};
  return driver.join(target.record.cgroup, way.subgroups);
}

cgroup::Crossing cross(const Target& target, const Way& way) {
  if (target.has_tracers) {
    throw base::Error(
        "the container is at /linux/resources/pids/limit, and with CAP_SYS_PTRACE could lay hold "
        "of a process on its way past it",
        EAGAIN);
  }
  const auto driver = cgroup::driver_of(target.record.cgroup);
  auto crossing = driver->cross(target.record.cgroup, way.subgroups);
  if (!crossing) throw no_room(EAGAIN);
  return std::move(*crossing);
}

// A v1 hierarchy is joined after the clone.
bool is_counted_at_clone(const Target& target) {
  const cgroup::Place* place = cgroup::find_counting_place(target.record.cgroup);
  return place != nullptr && place->name == cgroup::Hierarchy::kV2Name;
}

// With an error when the cgroup lets no process in.
sys::CloneResult try_way(Way& way, const Target& target, const EntrantPlan& plan, Channel& ours,
                         Channel& theirs) {
  const auto driver = cgroup::driver_of(target.record.cgroup);
  const auto membership = join_cgroup(*driver, target, way);
  const OwnedFd* into = membership.clone_into();
  sys::CloneResult cloned = try_clone(plan, membership, into, ours, theirs);
  if (cloned.error != EAGAIN || !is_counted_at_clone(target)) return cloned;
  way.crossing = cross(target, way);
  EntrantPlan outside = plan;
  outside.awaits_start = true;
  return try_clone(outside, membership, nullptr, ours, theirs);
}

base::ChildProcess clone_entrant(Way& way, const Target& target, const EntrantPlan& plan,
                                 Channel& ours, Channel theirs) {
  set_initial_affinity(*target.config.process);
  sys::CloneResult cloned = try_way(way, target, plan, ours, theirs);
  if (cloned.error == EBUSY) {
    // A manager inside, systemd for one, has cgroups of its own below the container's: there is no
    // room for us but where it is itself.
    way.subgroups = {subgroup_of_init(target)};
    cloned = try_way(way, target, plan, ours, theirs);
  }
  if (cloned.error == EBUSY) {
    throw base::Error("the cgroup of the container's init lets no process in");
  }
  if (cloned.error != 0) throw no_room(cloned.error);
  return base::ChildProcess(std::move(cloned.process));
}

// The channel, when there is something to hear. A container that is killed while it is paused
// leaves whoever is on the way in frozen in its cgroup, where nobody can resume it any more.
Channel& heard(Channel& ours, base::ChildProcess& child, const Target& target) {
  while (!is_heard(ours, child, who(target))) {
    if (!sys::wait_for_exit(target.init, 0)) continue;
    cgroup::driver_of(target.record.cgroup)->thaw(target.record.cgroup);
  }
  return ours;
}

// The process that the entrant becomes, or has cloned.
base::ChildProcess find_program(base::ChildProcess& entrant, Way& way, const EntrantPlan& plan,
                                const Target& target, Channel& ours) {
  if (!plan.enters_pid_namespace()) return std::move(entrant);
  OwnedFd program = expect<Spawned>(heard(ours, entrant, target), entrant, who(target));
  if (!program.valid()) {
    way.crossing = cross(target, way);
    way.crossing->leave(entrant.pid());
    ours.send<RoomMade>();
    program = expect<Spawned>(heard(ours, entrant, target), entrant, who(target));
  }
  return adopt(std::move(program));
}

// What nobody inside can do for it.
void equip(base::ChildProcess& program, const Target& target, bool scheduled, const OwnedFd& agent,
           Channel& ours) {
  if (scheduled) set_priorities(*target.config.process, program.pid());
  // It was born in ours.
  if (target.record.intel_rdt) resctrl::assign(*target.record.intel_rdt, program.pid());
  if (agent.valid()) {
    engage_agent(agent, *target.config.linux->seccomp,
                 describe(target.record, oci::Status::Running, target.pid),
                 heard(ours, program, target), program, who(target));
  }
  ours.send<Start>();
}

void await_program(base::ChildProcess& program, const Target& target, Channel& ours) {
  const bool filtered = target.config.linux->seccomp.has_value();
  const auto identity = filtered ? std::optional(identity_of(program.pid())) : std::nullopt;
  heard(ours, program, target).expect_exec();
  if (identity) check_executed(*identity, program.pidfd(), who(target));
}

}  // namespace

Entered enter(const Target& target, const EnterRequest& request) {
  const base::Context stopping{[&] { return explain_end(target.record); }};
  base::trace::Steps steps("plan");
  check_preserved_fds(request.preserve_fds);
  security::check_labels(target.config);
  check_listener(target);
  const Receivers receivers = find_receivers(target.config, request);
  const EntrantPlan plan = make_plan(target, request, receivers);
  const auto& profile = target.config.linux->seccomp;

  steps.next("clone");
  auto [ours, theirs] = Channel::make_pair();
  Way way{request.subgroups, std::nullopt};
  base::ChildProcess entrant = clone_entrant(way, target, plan, ours, std::move(theirs));
  steps.next("compile the filter");
  if (profile) send_filter(compile_filter(*profile), ours);
  OwnedFd master;
  if (target.config.process->terminal && !receivers.console.valid()) {
    master = expect<ConsoleMaster>(heard(ours, entrant, target), entrant, who(target));
  }
  steps.next("wait for the entrant");
  base::ChildProcess program = find_program(entrant, way, plan, target, ours);
  if (way.crossing) way.crossing->enter(program.pid());
  if (plan.awaits_start || way.crossing) {
    equip(program, target, plan.scheduled_outside, receivers.agent, ours);
  }
  steps.next("wait for the program");
  await_program(program, target, ours);
  if (receivers.pidfd.valid()) send_pidfd(receivers.pidfd, program.pidfd(), "setns");
  receivers.pid_file.write(program.pid());
  return {std::move(program), std::move(master)};
}

}  // namespace runtime
