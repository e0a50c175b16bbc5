// THE STORY of `exec`, child's half: what init does, less what is there already.
#include "runtime/init/entrant.h"

#include <cerrno>
#include <csignal>
#include <unistd.h>
#include <utility>

#include "base/credentials.h"
#include "base/error.h"
#include "base/mount.h"
#include "base/namespace.h"
#include "base/process.h"
#include "base/trace.h"
#include "runtime/init/child_story.h"
#include "runtime/init/console.h"
#include "runtime/init/exec.h"
#include "runtime/init/outside.h"
#include "runtime/init/process.h"
#include "runtime/init/program.h"
#include "runtime/init/scheduling.h"
#include "runtime/security/keyring.h"
#include "runtime/security/self_labels.h"

namespace runtime {

namespace {

constexpr const char* kHasToAllow =
    "in a container with CAP_SYS_PTRACE /linux/seccomp has to allow what exec does last";

// What takes the host's /proc, or rights that there are none of inside.
void prepare_outside(const EntrantPlan& plan, const security::SelfLabels& labels) {
  const oci::Process& process = *plan.config.process;
  sys::set_parent_death_signal(SIGKILL);
  set_oom_score(getpid(), process, plan.tolerant);
  raise_limits(getpid(), process);
  labels.label_keys();
  if (!plan.session_keyring.empty()) security::join_session_keyring(plan.session_keyring);
}

void enter_container(const EntrantPlan& plan, const cgroup::Membership& membership) {
  membership.join_self();
  set_final_affinity(*plan.config.process);
  leave_groups(plan.setup_user);
  // In one call, for which the kernel looks at our rights as they are before the first of them.
  if (plan.namespaces != 0) sys::setns(plan.container, plan.namespaces);
  if (plan.root.valid()) sys::change_root(plan.root);
  if (plan.enters_user_namespace()) become_setup_user(plan.setup_user);
}

// Whoever was killed meanwhile has told its caller that there is no such program.
void leave_if_killed(const Channel& parent) {
  if (parent.is_closed()) sys::leave_child(kStoryFailed);
}

// The last that is the runtime's. In the container's pid namespace from here on, where somebody may
// have the right to trace us: there is nothing to be got that the program wouldn't have.
[[noreturn]] void become_program(const EntrantPlan& plan, const ProgramImage& program,
                                 FilterPlan& filter, bool awaits_start, Channel& parent) {
  base::trace::name_process("program");
  const base::trace::Steps steps("become the program");
  const oci::Process& process = *plan.config.process;
  // By the program's own process: the end of a session's leader hangs its terminal up.
  detach_from_caller();
  if (process.terminal) control_terminal();
  set_limits(process);
  // A change of user has taken it away.
  sys::set_parent_death_signal(plan.attended ? SIGKILL : 0);
  if (plan.traceable) sys::set_dumpable(true);
  base::OwnedFd listener;
  if (filter.listens()) {
    listener = load_with_listener(filter, parent);
  }
  if (awaits_start) await<Start>(parent);
  leave_if_killed(parent);
  execute(program, parent, plan.passed_fds, filter);
}

// The same under the filter, which has to allow it: only what is not inherited, or would hinder the
// clone.
[[noreturn]] void become_filtered_program(const EntrantPlan& plan, const ProgramImage& program,
                                          const FilterPlan& filter, bool awaits_start,
                                          Channel& parent) {
  base::trace::name_process("program");
  const base::trace::Steps steps("become the program");
  const oci::Process& process = *plan.config.process;
  sys::setsid();
  if (process.terminal) control_terminal();
  set_limits(process);
  if (plan.attended) sys::set_parent_death_signal(SIGKILL);
  if (awaits_start) await<Start>(parent);
  leave_if_killed(parent);
  execute_closed(program, parent, filter);
}

sys::CloneResult try_clone_program(const EntrantPlan& plan) {
  return plan.filters_first ? sys::try_clone(CLONE_PARENT) : sys::try_clone3(CLONE_PARENT, nullptr);
}

// Where the container's cgroup is full the parent takes us out of it, and the program in before it
// says Start.
sys::Cloned clone_program(const EntrantPlan& plan, bool& awaits_start, Channel& parent) {
  sys::CloneResult cloned = try_clone_program(plan);
  if (cloned.error == EAGAIN) {
    parent.send<Spawned>();
    await<RoomMade>(parent);
    awaits_start = true;
    cloned = try_clone_program(plan);
  }
  if (cloned.error != 0) throw no_room(cloned.error);
  return std::move(cloned.process);
}

[[noreturn]] void enter(const EntrantPlan& plan, const cgroup::Membership& membership,
                        Channel& parent) {
  const oci::Process& process = *plan.config.process;
  security::SelfLabels labels(process);
  base::trace::Steps steps("outside");
  prepare_outside(plan, labels);
  steps.next("enter the container");
  enter_container(plan, membership);
  steps.next("user, filter, program");
  if (process.terminal) {
    hand_over_terminal(set_up_terminal(process), plan.console_socket, parent);
  }
  own_standard_streams(process.user);
  note_lost_groups(process.user, plan.setup_user.groups);
  if (!plan.scheduled_outside) set_priorities(process, 0);
  set_scheduling(*plan.config.linux);
  labels.label_program();
  close_descriptors(plan.passed_fds, {parent.socket().raw()});
  FilterPlan filter = receive_filter(plan.config, plan.capabilities, parent);
  become_user(process, held_until_filter(filter), plan.setup_user.groups);
  const std::vector<std::string> env = make_environment(process, {});
  const ProgramImage program(find_program(process.args.front(), env), process.args, env);
  bool awaits_start = plan.awaits_start;
  if (!plan.enters_pid_namespace()) become_program(plan, program, filter, awaits_start, parent);
  steps.next("clone");
  if (plan.filters_first) {
    // What blocked signals is our caller's; in a session of our own nobody sends us any.
    detach_from_caller();
    load_ahead(filter);
  }
  const base::Context filtered{[&] { return plan.filters_first ? kHasToAllow : ""; }};
  const sys::Cloned inside = clone_program(plan, awaits_start, parent);
  if (inside.pid == 0 && plan.filters_first) {
    become_filtered_program(plan, program, filter, awaits_start, parent);
  }
  if (inside.pid == 0) become_program(plan, program, filter, awaits_start, parent);
  if (!parent.send<Spawned>(&inside.pidfd)) sys::leave_child(kStoryFailed);
  sys::leave_child(0);
}

}  // namespace

base::Error no_room(int error) {
  return base::Error("no room for one more process (/linux/resources/pids/limit, RLIMIT_NPROC)",
                     error);
}

void run_entrant(const EntrantPlan& plan, const cgroup::Membership& membership,
                 Channel parent) noexcept {
  base::trace::name_process("entrant");
  tell(parent, [&] { enter(plan, membership, parent); });
}

}  // namespace runtime
