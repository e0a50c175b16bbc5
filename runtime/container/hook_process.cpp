#include "runtime/container/hook_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <csignal>
#include <poll.h>
#include <unistd.h>
#include <vector>

#include "base/child_process.h"
#include "base/error.h"
#include "base/exec_array.h"
#include "base/file.h"
#include "base/pipe.h"
#include "base/process.h"
#include "base/text.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kKeptOutput = std::size_t{64} << 10;
constexpr std::size_t kShownOutput = 1024;
constexpr int kCannotRun = 127;

// The child. Its standard error is where the parent looks for the reason.
[[noreturn]] void become_hook(const oci::Hook& hook, const OwnedFd& input, const OwnedFd& output,
                              const HookSurroundings& surroundings, pid_t parent) noexcept {
  std::vector<std::string> args =
      hook.args.empty() ? std::vector<std::string>{hook.path} : hook.args;
  std::vector<std::string> env = hook.env.value_or(std::vector<std::string>{});
  const auto argv = sys::exec_array(args);
  const auto listed = sys::exec_array(env);
  try {
    sys::reset_signals();
    // Who kills us is not to wait for it, and nobody would be left to end it.
    sys::set_parent_death_signal(SIGKILL);
    if (getppid() != parent) sys::leave_child(kCannotRun);
    // So that a time limit ends what the hook has started as well.
    setpgid(0, 0);
    sys::use_as(input, STDIN_FILENO);
    sys::use_as(output, STDOUT_FILENO);
    sys::use_as(output, STDERR_FILENO);
    if (surroundings.folder.raw() != AT_FDCWD) sys::fchdir(surroundings.folder);
    sys::try_close_all_except(STDERR_FILENO + 1, {});
    surroundings.confine();
    execve(hook.path.c_str(), argv.data(), hook.env ? listed.data() : surroundings.environment);
    base::write_all(BorrowedFd(STDERR_FILENO), cat("exec: ", base::describe_errno(errno)));
  } catch (const base::Error& error) {
    sys::try_write(BorrowedFd(STDERR_FILENO), error.text());
  }
  sys::leave_child(kCannotRun);
}

// What there was to wait for.
enum class Came { End, Deadline, Interruption };

// The parent's side of it.
class RunningHook {
 public:
  RunningHook(base::ChildProcess process, OwnedFd input, OwnedFd output, std::string_view state)
      : process_(std::move(process)),
        input_(std::move(input)),
        output_(std::move(output)),
        unsent_(state) {}

  Came attend(Clock::time_point deadline, BorrowedFd interruption) {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      const int timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
      std::array<pollfd, 4> watched = {{{process_.pidfd().raw(), POLLIN, 0},
                                        {output_.raw(), POLLIN, 0},
                                        {input_.raw(), POLLOUT, 0},
                                        {interruption.raw(), POLLIN, 0}}};
      if (poll(watched.data(), watched.size(), timeout) == 0 && Clock::now() >= deadline) {
        return Came::Deadline;
      }
      if (watched[2].revents != 0) send();
      if (watched[1].revents != 0) receive();
      // After its output, which may have come with its end.
      if (watched[0].revents != 0) return Came::End;
      if (watched[3].revents != 0) return Came::Interruption;
    }
  }

  // The group for what the hook has started, and the hook, which may have left the group.
  void kill_all() const {
    kill(-process_.pid(), SIGKILL);
    sys::pidfd_send_signal(process_.pidfd(), SIGKILL);
  }
  sys::Exit wait() { return process_.wait(); }
  const std::string& printed() const { return printed_; }

 private:
  // A hook that never reads, or has closed its input, does without.
  void send() {
    const ssize_t sent = write(input_.raw(), unsent_.data(), unsent_.size());
    if (sent > 0) unsent_.remove_prefix(static_cast<std::size_t>(sent));
    if (unsent_.empty() || (sent < 0 && errno != EAGAIN)) input_.reset();
  }

  // All there is at present.
  void receive() {
    std::array<char, 4096> bytes;
    ssize_t got = 0;
    while ((got = read(output_.raw(), bytes.data(), bytes.size())) > 0) {
      printed_.append(bytes.data(), static_cast<std::size_t>(got));
      if (printed_.size() > kKeptOutput) printed_.erase(0, printed_.size() - kKeptOutput);
    }
    if (got == 0) output_.reset();
  }

  base::ChildProcess process_;
  OwnedFd input_;
  OwnedFd output_;
  std::string_view unsent_;
  std::string printed_;
};

// The last words, on one line.
std::string last_words(std::string text) {
  text.resize(base::without_newline(text).size());
  if (text.size() > kShownOutput) text.erase(0, text.size() - kShownOutput);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.empty() ? text : cat(": ", text);
}

std::string verdict(const sys::Exit& exit) {
  if (exit.by_signal) return cat("was killed by signal ", exit.value);
  return exit.value == 0 ? "" : cat("exited with status ", exit.value);
}

Clock::time_point deadline_of(const oci::Hook& hook) {
  // A century, which a clock still has room for.
  constexpr std::int64_t kForever = std::int64_t{100} * 365 * 24 * 3600;
  return Clock::now() + std::chrono::seconds(std::min(hook.timeout.value_or(kForever), kForever));
}

}  // namespace

std::string run_hook(const oci::Hook& hook, std::string_view state,
                     const HookSurroundings& surroundings) {
  auto [hook_input, input] = sys::make_pipe();
  auto [output, hook_output] = sys::make_pipe();
  const pid_t ours = getpid();
  sys::CloneResult cloned = sys::try_clone3(0, nullptr);
  if (cloned.error != 0) return cat("clone3: ", base::describe_errno(cloned.error));
  if (cloned.process.pid == 0) become_hook(hook, hook_input, hook_output, surroundings, ours);
  hook_input.reset();
  hook_output.reset();
  sys::set_nonblocking(input);
  sys::set_nonblocking(output);
  // One that has ended or closed its input is no end of us.
  const sys::BrokenPipesIgnored meanwhile;
  RunningHook running(base::ChildProcess(std::move(cloned.process)), std::move(input),
                      std::move(output), state);
  const Came came = running.attend(deadline_of(hook), surroundings.interruption);
  if (came != Came::End) running.kill_all();
  const sys::Exit exit = running.wait();
  if (came == Came::Interruption) return sys::take_interruption(surroundings.interruption);
  const std::string problem = came == Came::End ? verdict(exit)
                                                : cat("took longer than its timeout of ",
                                                      *hook.timeout, " s and was killed");
  return problem.empty() ? problem : problem + last_words(running.printed());
}

}  // namespace runtime
