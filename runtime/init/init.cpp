// THE STORY, child's half. A list of steps in the order of the specification's life cycle; a line
// is a step, a message or an `if` on the config. What a step does is in its own file.
#include "runtime/init/init.h"

#include <csignal>
#include <optional>
#include <sched.h>
#include <unistd.h>

#include "base/credentials.h"
#include "base/directory.h"
#include "base/error.h"
#include "base/file.h"
#include "base/interface.h"
#include "base/process.h"
#include "base/text.h"
#include "base/trace.h"
#include "runtime/container/hooks.h"
#include "runtime/init/child_story.h"
#include "runtime/init/console.h"
#include "runtime/init/departure.h"
#include "runtime/init/exec.h"
#include "runtime/init/notify.h"
#include "runtime/init/process.h"
#include "runtime/init/program.h"
#include "runtime/init/scheduling.h"
#include "runtime/init/start_gate.h"
#include "runtime/network/container_side.h"
#include "runtime/rootfs/devices.h"
#include "runtime/rootfs/mask.h"
#include "runtime/rootfs/mount.h"
#include "runtime/rootfs/move_root.h"
#include "runtime/rootfs/pivot.h"
#include "runtime/rootfs/workshop.h"
#include "runtime/security/keyring.h"
#include "runtime/security/self_labels.h"

namespace runtime {

namespace {

void bring_up_loopback() {
  const base::Context at{[] { return "loopback interface"; }};
  sys::Interfaces().bring_up("lo");
}

// While we are still the host's root, whose alone a bundle often is.
void enter_bundle(const InitPlan& plan) {
  const base::OwnedFd bundle = rootfs::find_here(plan.state.bundle, plan.bundle_fd);
  sys::fchdir(bundle.valid() ? bundle : plan.bundle_fd);
}

// Of a root that the parent has opened: its own, where hooks look for it, if we can reach that;
// else the present root, from where pivot_root takes it as well. Not valid otherwise.
base::OwnedFd find_place(const InitPlan& plan) {
  if (!plan.sources.root.valid()) return {};
  base::OwnedFd place = rootfs::find_here(plan.rootfs, plan.rootfs_fd);
  if (place.valid()) return place;
  return sys::openat(base::BorrowedFd::cwd(), "/", O_PATH | O_DIRECTORY);
}

// A cgroup and namespaces of its own, and nothing left of the caller's session. The place of the
// root, if the parent has opened it.
base::OwnedFd enter_isolation(const InitPlan& plan, const security::SelfLabels& labels,
                              Channel& parent) {
  const NamespacePlan& namespaces = plan.namespaces;
  // Until the container is recorded this process must not outlive its parent.
  sys::set_parent_death_signal(SIGKILL);
  if (namespaces.init_awaits_host()) await_host(parent);
  detach_from_caller();
  plan.membership.join_self();
  // As root, whose quota of keys is the largest; the program gets the keyring whoever it will be.
  labels.label_keys();
  if (!plan.session_keyring.empty()) security::join_session_keyring(plan.session_keyring);
  if (!namespaces.needs_joiner) {
    leave_groups(plan.setup_user);
    join_namespaces(plan.joined);
  }
  if (plan.create_hooks) enter_bundle(plan);
  base::OwnedFd place = find_place(plan);
  if (namespaces.in_user_namespace) become_setup_user(plan.setup_user);
  // After joining, because the namespace is rooted at the cgroup we are in; before the mounts,
  // because mounting cgroup2 from the host's namespace waits for a whole RCU grace period.
  if (namespaces.unshare_cgroup) sys::unshare(CLONE_NEWCGROUP);
  return place;
}

// Ours, and the interfaces that the parent has put into our namespace meanwhile.
void set_up_network(const InitPlan& plan, Channel& parent) {
  if (plan.namespaces.new_network) bring_up_loopback();
  if (plan.network.empty()) return;
  await<NetworkReady>(parent);
  network::configure(plan.network);
}

void set_host_names(const oci::Config& config) {
  if (!config.hostname.empty()) sys::sethostname(config.hostname.c_str());
  if (!config.domainname.empty()) sys::setdomainname(config.domainname.c_str());
}

void make_working_directory(const base::RootDir& root, const std::string& path) {
  const base::Context making{[&] { return base::cat("/process/cwd ", base::quoted(path)); }};
  const sys::NoUmask exact_mode;
  root.ensure_directory(path);
}

// Where the host's /proc is in view, this process is known by the pid that hooks are to be told.
pid_t host_pid() {
  const auto pid = base::parse_int<pid_t>(sys::readlinkat(base::BorrowedFd::cwd(), "/proc/self"));
  return pid.value_or(0);
}

// runtime.md#lifecycle steps 3 to 5: those in the runtime's namespaces by the parent, then those in
// the container's.
void run_create_hooks(const InitPlan& plan, const oci::State& state, Channel& parent) {
  if (!plan.create_hooks) return;
  parent.send<MountsReady>();
  await<HooksDone>(parent);
  run_hooks(HookPoint::CreateContainer, plan.config.hooks, state, {base::BorrowedFd::cwd()});
}

// They are the container's, hence no less confined; and what they are to know is in the program's
// environment.
void run_start_hooks(const InitPlan& plan, const oci::State& state, const ProgramImage& program,
                     FilterPlan& filter) {
  if (hooks_at(HookPoint::StartContainer, plan.config.hooks).empty()) return;
  const base::OwnedFd root = sys::openat(base::BorrowedFd::cwd(), "/", O_PATH | O_DIRECTORY);
  const auto confine = [&] {
    if (!filter.program.empty()) load_ahead(filter);
  };
  run_hooks(HookPoint::StartContainer, plan.config.hooks, state, {root, program.envp(), confine});
}

void change_root(const base::RootDir& root, const InitPlan& plan) {
  if (plan.no_pivot) return rootfs::move_into(root);
  rootfs::pivot_into(root, plan.config.linux->rootfs_propagation);
}

// The file system that the program will see, and the terminal in it.
void enter_root(const InitPlan& plan, const base::OwnedFd& place, const oci::State& state,
                Channel& parent) {
  base::trace::Steps steps("root");
  const oci::Config& config = plan.config;
  const oci::Linux& linux = *config.linux;
  std::optional<rootfs::Workshop> workshop;
  if (plan.namespaces.shares_mounts) workshop.emplace();
  rootfs::isolate_propagation(linux.rootfs_propagation);
  const base::RootDir root =
      place.valid() ? rootfs::attach_opened(plan.sources.root, place, linux.rootfs_propagation)
                    : rootfs::attach_root(plan.rootfs, plan.rootfs_fd, linux.rootfs_propagation);
  steps.next("mounts");
  const rootfs::MountedTree mounted =
      rootfs::mount_all(root, plan.mounts, {plan.sources, plan.cgroups, plan.restricted});
  steps.next("devices");
  rootfs::make_devices(root, linux.devices, mounted,
                       plan.restricted ? rootfs::Nodes::Bound : rootfs::Nodes::Made);
  if (plan.notify_folder.valid()) attach_notify_folder(root, plan.notify_folder);
  steps.next("network");
  // As late as hooks allow, which may look for it: the parent is busy with it all the while, and
  // whatever has to do with interfaces would wait for the one lock of them all.
  set_up_network(plan, parent);
  // All mounted, and the host's paths, which these hooks go by, still in view.
  run_create_hooks(plan, state, parent);
  // After the hooks, which may bring network interfaces and their parameters; before paths are
  // read-only or masked, because in a user namespace the kernel makes a procfs, by which they are
  // set, only where one is in view that has nothing covered.
  set_parameters(linux.sysctl, plan.host_namespaces);
  steps.next("pivot");
  change_root(root, plan);
  // After the pivot and before the root is read-only, which may lack /dev/console.
  if (config.process->terminal) {
    hand_over_terminal(set_up_terminal(root, mounted, *config.process), plan.console_socket,
                       parent);
  }
  // As root and before the root is read-only; whether the user may enter it is judged later.
  make_working_directory(root, config.process->cwd);
  steps.next("read-only and masked paths");
  rootfs::finish_read_only(root, mounted, config.root->readonly);
  rootfs::make_paths_readonly(root, linux.readonly_paths);
  // After the read-only paths, because a masked path may lie below one of them.
  rootfs::mask_paths(root, linux.masked_paths, plan.mount_label);
  rootfs::propagate_root(root, linux.rootfs_propagation);
  // At the very end, since a mount that belongs to no namespace can't be changed any more.
  if (workshop) workshop->leave_with(root);
}

// With sockets passed on goes whose they are: a number that only the process itself knows
// (sd_listen_fds(3)).
std::vector<std::string> added_environment(const InitPlan& plan) {
  std::vector<std::string> added = plan.added_env;
  if (plan.names_pid) added.push_back(base::cat("LISTEN_PID=", getpid()));
  return added;
}

void leave_host_descriptors(const InitPlan& plan, const Channel& parent) {
  const int gate = plan.start_gate != nullptr ? plan.start_gate->raw() : -1;
  const int code = plan.departure != nullptr ? plan.departure->code.raw() : -1;
  close_descriptors(plan.passed_fds, {parent.socket().raw(), gate, code});
}

[[noreturn]] void become_program(const InitPlan& plan, Channel& parent) {
  base::trace::Steps steps("cgroup, keyring, namespaces");
  const oci::Process& process = *plan.config.process;
  security::SelfLabels labels(process);
  const base::OwnedFd place = enter_isolation(plan, labels, parent);
  steps.next("file system");
  oci::State state = plan.state;
  state.pid = host_pid();
  const Groups groups = permitted_groups(plan.setup_user.groups);
  note_lost_groups(process.user, groups);
  enter_root(plan, place, state, parent);
  steps.next("user, limits, program");
  set_host_names(plan.config);
  own_standard_streams(process.user);
  if (!plan.scheduled_outside) set_priorities(process, 0);
  set_scheduling(*plan.config.linux);
  // While `create` can still fail because of it, and before a filter could be in the way. Start
  // hooks are programs of the container, hence no less confined.
  labels.label_program();
  // Before the limits, because one of open files may be lower than what we hold by now; and before
  // Ready, because a container that waits to be started is visible to others: it holds no
  // descriptor of the host but the two sockets it waits on.
  leave_host_descriptors(plan, parent);
  FilterPlan filter = receive_filter(plan.config, plan.capabilities, parent);
  set_limits(process);
  become_user(process,
              plan.departure != nullptr ? with_administrator_at_hand(plan.capabilities)
                                        : held_until_filter(filter),
              groups);
  // As the user, in its working directory, because both decide what can be executed.
  const std::vector<std::string> env = make_environment(process, added_environment(plan));
  const ProgramImage program(find_program(process.args.front(), env), process.args, env);
  // A parent that dies from here on shows as an end of file where we wait for its answer; the
  // signal could hit us when it has answered and ended as it should.
  sys::set_parent_death_signal(0);
  if (plan.departure != nullptr) {
    steps.next("leave the executable");
    depart(*plan.departure, program, filter, parent, plan.start_gate, plan.passed_fds);
  }
  // Not before it is as harmless as it will get: to follow a process that isn't takes privilege.
  if (plan.traceable) sys::set_dumpable(true);
  base::OwnedFd listener;
  if (filter.listens()) {
    listener = load_with_listener(filter, parent);
  } else {
    parent.send<Ready>();
  }
  steps.next("wait for start");
  // Whoever says Start is told from here on if something fails.
  wait_for_start(parent, plan.start_gate);
  steps.next("become the program");
  run_start_hooks(plan, state, program, filter);
  execute(program, parent, plan.passed_fds, filter);
}

}  // namespace

void run_init(const InitPlan& plan, Channel parent) noexcept {
  base::trace::name_process("init");
  tell(parent, [&] { become_program(plan, parent); });
}

}  // namespace runtime
