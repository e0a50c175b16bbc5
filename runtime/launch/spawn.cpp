#include "runtime/launch/spawn.h"

#include <poll.h>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/init/joiner.h"
#include "runtime/launch/conversation.h"
#include "runtime/launch/id_maps.h"

namespace runtime {

namespace {

using Story = void (*)(const InitPlan& plan, Channel parent) noexcept;

base::ChildProcess clone_into(Story story, std::uint64_t flags, const InitPlan& plan, StateDir& dir,
                              Channel& ours, Channel theirs) {
  sys::Cloned cloned = sys::clone3(flags, plan.membership.clone_into());
  if (cloned.pid == 0) {
    // Or the end of file that tells of our death would never come.
    ours.close();
    // Nobody could have it if we were killed, and the child was in a frozen cgroup.
    dir.close();
    story(plan, std::move(theirs));
  }
  return base::ChildProcess(std::move(cloned));
}

// A process's ids can be mapped by somebody without privilege, newuidmap(1) included, only if it is
// open to that user's other processes.
class OpenToOurselves {
 public:
  explicit OpenToOurselves(bool needed) : needed_(needed) {
    if (needed_) sys::set_dumpable(true);
  }
  ~OpenToOurselves() {
    if (needed_) sys::set_dumpable(false);
  }
  OpenToOurselves(const OpenToOurselves&) = delete;
  OpenToOurselves& operator=(const OpenToOurselves&) = delete;

 private:
  bool needed_;
};

bool maps_by_privilege(const Caller& caller) {
  return caller.may_map_users() && caller.may_map_groups();
}

}  // namespace

void report_death(base::ChildProcess& child, std::string_view who) {
  const sys::Exit exit = child.wait();
  if (exit.by_signal) throw base::Error(base::cat(who, " was killed by signal ", exit.value));
  throw base::Error(base::cat(who, " ended with status ", exit.value));
}

bool is_heard(Channel& channel, base::ChildProcess& child, std::string_view who) {
  constexpr int kPauseMs = 500;
  if (channel.is_heard(kPauseMs)) return true;
  // Its last word may have come in between.
  if (sys::wait_for_exit(child.pidfd(), 0) && !sys::poll_for(channel.socket(), POLLIN, 0)) {
    report_death(child, who);
  }
  return false;
}

base::ChildProcess adopt(base::OwnedFd pidfd) {
  const pid_t pid = sys::pid_of(pidfd);
  return base::ChildProcess({pid, std::move(pidfd)});
}

base::ChildProcess spawn_init(const InitPlan& plan, const Caller& caller, StateDir& dir,
                              Channel& ours, Channel theirs) {
  const NamespacePlan& namespaces = plan.namespaces;
  const OpenToOurselves until_cloned(namespaces.new_user_namespace() && !maps_by_privilege(caller));
  if (!namespaces.needs_joiner) {
    return clone_into(run_init, namespaces.clone_flags, plan, dir, ours, std::move(theirs));
  }
  base::ChildProcess joiner =
      clone_into(run_joiner, namespaces.joiner_flags, plan, dir, ours, std::move(theirs));
  if (namespaces.joiner_is_first()) {
    map_ids(joiner.pid(), *plan.config.linux, caller);
    ours.send<HostReady>();
  }
  while (!is_heard(ours, joiner)) continue;
  base::ChildProcess init = adopt(expect<Spawned>(ours, joiner));
  joiner.wait();
  return init;
}

}  // namespace runtime
