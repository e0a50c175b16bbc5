#include "runtime/recorder/session.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <poll.h>

#include "base/attempt.h"
#include "base/error.h"
#include "base/event_fds.h"
#include "runtime/cgroup/driver.h"

namespace runtime::recorder {

namespace {

// How often the cgroup is asked for processes that nobody we follow has cloned: those of `exec`.
constexpr std::chrono::milliseconds kTick{100};

}  // namespace

Role role_of_newcomer(const sys::ProcessStat& stat, bool is_init, bool parent_is_inside) noexcept {
  if (!stat.before_exec()) return Role::Program;
  return parent_is_inside && !is_init ? Role::Program : Role::Setup;
}

Session::Session(const Subject& subject)
    : subject_(subject),
      signals_(sys::take_over_signals()),
      ticks_(sys::make_timer(kTick)),
      tracer_(subject.by_argument) {
  follow(subject_.init, {});
  while (follow_newcomers()) {
  }
}

std::vector<pid_t> Session::processes() const { return cgroup::visible_processes(subject_.cgroup); }

bool Session::follow(pid_t process, const std::vector<pid_t>& inside) {
  const auto stat = sys::process_stat(process);
  if (!stat || !stat->alive()) return false;
  const bool parent_is_inside = std::ranges::binary_search(inside, stat->parent);
  return tracer_.seize(process,
                       role_of_newcomer(*stat, process == subject_.init, parent_is_inside));
}

// One that can't be followed, because a debugger does, must not end the recording of the others.
bool Session::follow_newcomers() {
  bool any = false;
  const std::vector<pid_t> inside = processes();
  for (const pid_t process : inside) {
    if (tracer_.follows(process)) continue;
    any |= base::attempt([&] { return std::optional(follow(process, inside)); }).value_or(false);
  }
  return any;
}

void Session::record(base::BorrowedFd command) {
  std::array<pollfd, 3> watched{
      {{command.raw(), POLLIN, 0}, {signals_.raw(), POLLIN, 0}, {ticks_.raw(), POLLIN, 0}}};
  while (watched[0].revents == 0) {
    const Tracer::Progress progress = tracer_.handle_events();
    if (progress == Tracer::Progress::NobodyLeft && !follow_newcomers()) return;
    const int patience = progress == Tracer::Progress::Waiting ? -1 : 0;
    if (poll(watched.data(), watched.size(), patience) < 0 && errno != EINTR) {
      throw base::Error("poll", errno);
    }
    // SIGCHLD tells that there are events; the others are for the program, or the command.
    if (watched[1].revents != 0) sys::next_signal(signals_);
    if (watched[2].revents != 0 && sys::take_count(ticks_) != 0) follow_newcomers();
  }
}

Result Session::result() const {
  const seccomp::Recording& recording = tracer_.recording();
  return {recording.profile(), static_cast<std::uint32_t>(tracer_.recorded_processes()),
          recording.unnamed()};
}

}  // namespace runtime::recorder
