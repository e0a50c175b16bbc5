#include "runtime/init/joiner.h"

#include <cerrno>
#include <csignal>
#include <sched.h>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/init/child_story.h"
#include "runtime/init/join.h"
#include "runtime/init/setup_user.h"

namespace runtime {

namespace {

// time_namespaces(7): possible until the first process is in it, which our next child is.
void make_clocks(const oci::Map<oci::TimeOffset>& offsets) {
  const base::Context making{[] { return "/linux/timeOffsets"; }};
  sys::unshare(CLONE_NEWTIME);
  std::string lines;
  for (const auto& [clock, offset] : offsets) {
    lines += base::cat(clock, ' ', offset.secs, ' ', offset.nanosecs, '\n');
  }
  const int error =
      sys::try_write_file(base::BorrowedFd::cwd(), "/proc/self/timens_offsets", lines);
  if (error == ERANGE) throw base::Error("a clock would be below 0 or above the kernel's range");
  if (error != 0) throw base::Error("write timens_offsets", error);
}

[[noreturn]] void bring_init_up(const InitPlan& plan, Channel& parent) {
  sys::set_parent_death_signal(SIGKILL);
  // In the user namespace that init will be in, if the caller has too few rights in its own.
  if (plan.namespaces.joiner_is_first()) await_host(parent);
  // First, while the host's /proc is in view and we have the caller's right to set clocks.
  if (plan.namespaces.sets_clocks) make_clocks(plan.config.linux->time_offsets);
  sys::set_dumpable(false);
  leave_groups(plan.setup_user);
  join_namespaces(plan.joined);
  const sys::Cloned init = sys::clone3(plan.namespaces.clone_flags | CLONE_PARENT, nullptr);
  if (init.pid == 0) run_init(plan, std::move(parent));
  if (!parent.send<Spawned>(&init.pidfd)) sys::leave_child(kStoryFailed);
  sys::leave_child(0);
}

}  // namespace

void run_joiner(const InitPlan& plan, Channel parent) noexcept {
  tell(parent, [&] { bring_init_up(plan, parent); });
}

}  // namespace runtime
