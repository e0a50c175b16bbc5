#include "runtime/launch/prepare.h"

#include <unistd.h>

#include "base/process.h"
#include "base/time.h"
#include "base/trace.h"
#include "runtime/container/status.h"
#include "runtime/launch/agent.h"
#include "runtime/launch/namespaces.h"
#include "runtime/launch/network.h"
#include "runtime/launch/own_executable.h"
#include "runtime/launch/plan.h"
#include "runtime/launch/streams.h"
#include "runtime/launch/user_namespace.h"
#include "runtime/rootfs/move_root.h"
#include "runtime/security/self_labels.h"

namespace runtime {

using base::OwnedFd;

namespace {

// Nobody is in the container with init before it waits to be started, and nothing of the container
// is run before: then it is early enough if init leaves the executable at its end.
bool departs(const LaunchRequest& request, const oci::Config& config, const OwnedFd& agent) {
  const bool is_alone = oci::has_new_namespace(*config.linux, oci::NamespaceType::Pid);
  const bool has_hooks =
      !config.hooks.create_container.empty() || !config.hooks.start_container.empty();
  // Who is followed, or is asked for its filter's listener, has to do more than wait at the end.
  return is_alone && !has_hooks && !request.recorded && !agent.valid();
}

std::optional<Departure> give_executable_up(const LaunchRequest& request, const oci::Config& config,
                                            const OwnedFd& agent) {
  if (request.executable == nullptr) return std::nullopt;
  base::trace::Steps steps("give the executable up");
  if (departs(request, config, agent)) {
    if (auto departure = request.executable->departure()) return departure;
  }
  request.executable->leave();
  guard_pages(config);
  return std::nullopt;
}

}  // namespace

Prepared prepare(const LaunchRequest& request) {
  base::trace::Steps steps("descriptors, caller");
  InheritedFds inherited = inspect_inherited_fds(request.preserve_fds);
  const Caller caller = inspect_caller();
  steps.next("bundle");
  const Filtering filtering = request.recorded ? Filtering::None : Filtering::AsConfigured;
  Bundle bundle = load_bundle(request.bundle, filtering, caller);
  security::check_labels(bundle.config);
  steps.next("plan");
  std::vector<RelabelledTree> relabelled = find_relabelled(bundle);
  std::vector<JoinedNamespace> joined = open_namespaces(*bundle.config.linux);
  const NamespacePlan plan = plan_namespaces(*bundle.config.linux, joined, caller);
  check_user_namespace(bundle.config, joined, plan, caller);
  const oci::Linux& linux = *bundle.config.linux;
  const bool tolerant = request.rootless.value_or(caller.is_rootless());
  steps.next("cgroup hierarchies");
  CgroupChoice cgroup =
      choose_cgroup(request.cgroup_manager, bundle.config, request.id.text(), tolerant);
  network::Plan network = plan_network(bundle.config, joined, caller);
  if (request.no_pivot) rootfs::check_movable(linux.rootfs_propagation, plan.in_user_namespace);
  OwnedFd agent = connect_agent(linux);
  std::optional<Departure> departure = give_executable_up(request, bundle.config, agent);
  OwnedFd console = connect_console(request.console_socket, bundle.config.process->terminal,
                                    request.attended, "config.json: /process/terminal");
  PidFile pid_file(request.pid_file);
  OwnedFd pidfd_receiver = connect_receiver("--pidfd-socket", request.pidfd_socket);
  // Last, because it stays locked until the container's init is in it.
  std::optional<resctrl::Group> resctrl_group =
      resctrl::find_group(linux.intel_rdt, request.id.text());
  return {.inherited = std::move(inherited),
          .caller = caller,
          .tolerant = tolerant,
          .bundle = std::move(bundle),
          .relabelled = std::move(relabelled),
          .joined = std::move(joined),
          .plan = plan,
          .network = std::move(network),
          .pid_file = std::move(pid_file),
          .console = std::move(console),
          .pidfd_receiver = std::move(pidfd_receiver),
          .agent = std::move(agent),
          .departure = std::move(departure),
          .cgroup = std::move(cgroup),
          .resctrl_group = std::move(resctrl_group)};
}

Record make_record(const LaunchRequest& request, const Prepared& prepared) {
  Record record;
  record.id = request.id.text();
  record.boot_id = sys::boot_id();
  record.bundle = prepared.bundle.path;
  record.rootfs = prepared.bundle.rootfs;
  record.created = base::now_rfc3339(9);
  record.owner_uid = geteuid();
  record.creator = own_identity();
  record.shares_pids = prepared.plan.shares_pids;
  record.own_keyring = request.new_keyring;
  record.hooks.poststart = prepared.config().hooks.poststart;
  record.hooks.poststop = prepared.config().hooks.poststop;
  record.cgroup = prepared.cgroup.location;
  if (!prepared.config().process->terminal) record.streams = name_streams();
  if (prepared.resctrl_group) record.intel_rdt = prepared.resctrl_group->location();
  return record;
}

}  // namespace runtime
