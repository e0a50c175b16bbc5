#include "runtime/cgroup/processes.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/tree.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

namespace {

constexpr std::size_t kLongestList = std::size_t{64} << 20;

std::string_view status_field(std::string_view status, std::string_view name) {
  for (const std::string_view line : base::split(status, '\n')) {
    if (line.substr(0, name.size()) != name) continue;
    const auto start = line.find_first_not_of(" \t:", name.size());
    return start == std::string_view::npos ? std::string_view{} : line.substr(start);
  }
  return {};
}

std::string proc_file(pid_t pid, const char* name) {
  return sys::try_read_file(BorrowedFd::cwd(), cat("/proc/", pid, "/", name).c_str()).bytes;
}

void sort_unique(std::vector<pid_t>& pids) {
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
}

void append_processes(BorrowedFd folder, std::vector<pid_t>& pids) {
  const auto list = sys::try_read_file(folder, file::kProcs, kLongestList);
  parse_pids(list.bytes, pids);
  // EOPNOTSUPP: a threaded cgroup. Its processes are listed by the one above that isn't threaded,
  // which is the container's own at the latest: only one without processes can be made threaded.
  const bool is_expected = list.error == EOPNOTSUPP || list.error == ENOENT || list.error == ENODEV;
  if (list.error != 0 && !is_expected) throw base::Error(file::kProcs, list.error);
}

// Where a process is that a freezer has stopped, or that counts as stopped because a signal or its
// tracer has stopped it before. Which of these functions have a name is the compiler's choice;
// get_signal is their caller, and waits for nothing else.
bool is_stopped_at(std::string_view wait_channel) {
  constexpr std::string_view kStops[] = {"do_freezer_trap", "__refrigerator", "do_signal_stop",
                                         "ptrace_stop", "get_signal"};
  return std::find(std::begin(kStops), std::end(kStops), wait_channel) != std::end(kStops);
}

struct Held {
  pid_t pid;
  OwnedFd pidfd;
};

std::vector<Held> hold(const pid_t* first, const pid_t* last) {
  std::vector<Held> held;
  for (; first != last; ++first) {
    auto pidfd = sys::pidfd_open(*first);
    if (pidfd) held.push_back({*first, std::move(*pidfd)});
  }
  return held;
}

// Those of `pids` that are still in the cgroup get the signal.
void signal_batch(BorrowedFd folder, const pid_t* first, const pid_t* last, int signal) {
  const std::vector<Held> held = hold(first, last);
  // After opening, because only then "the pid is listed" and "the descriptor's process is alive"
  // together mean that they are the same process.
  const std::vector<pid_t> now = list_processes(folder);
  for (const Held& process : held) {
    if (std::binary_search(now.begin(), now.end(), process.pid)) {
      sys::pidfd_send_signal(process.pidfd, signal);
    }
  }
}

}  // namespace

void parse_pids(std::string_view text, std::vector<pid_t>& pids) {
  for (const std::string_view line : base::split(text, '\n')) {
    const auto pid = base::parse_int<pid_t>(line);
    if (pid && *pid >= 0) pids.push_back(*pid);
  }
}

std::vector<pid_t> list_processes(BorrowedFd folder) {
  std::vector<pid_t> pids;
  walk(folder, [&](BorrowedFd dir) { append_processes(dir, pids); });
  sort_unique(pids);
  return pids;
}

std::vector<pid_t> unfrozen_processes(BorrowedFd folder) {
  const std::vector<pid_t> all = list_processes(folder);
  std::vector<pid_t> left;
  for (const pid_t pid : all) {
    if (!is_stopped_at(proc_file(pid, "wchan"))) left.push_back(pid);
  }
  return left.empty() ? all : left;
}

void signal_processes(BorrowedFd folder, int signal) {
  constexpr int kPasses = 16;
  constexpr std::ptrdiff_t kBatch = 256;  // descriptors open at a time
  std::vector<pid_t> done{0};             // 0 is a process out of our reach
  for (int pass = 0; pass < kPasses; ++pass) {
    const std::vector<pid_t> all = list_processes(folder);
    std::vector<pid_t> fresh;
    std::set_difference(all.begin(), all.end(), done.begin(), done.end(),
                        std::back_inserter(fresh));
    if (fresh.empty()) return;
    for (const pid_t *at = fresh.data(), *end = at + fresh.size(); at != end;) {
      const pid_t* stop = at + std::min(kBatch, end - at);
      signal_batch(folder, at, stop, signal);
      at = stop;
    }
    done.insert(done.end(), fresh.begin(), fresh.end());
    sort_unique(done);
  }
}

std::string describe_process(pid_t pid, std::string_view status, std::string_view wait_channel) {
  if (pid == 0) return "one in another pid namespace";
  if (status.empty()) return cat(pid, " (ended just now)");
  std::string text = cat(pid, " (", status_field(status, "Name"), ") in state ",
                         status_field(status, "State").substr(0, 1));
  const auto tracer = status_field(status, "TracerPid");
  if (!tracer.empty() && tracer != "0") text += cat(", traced by ", tracer);
  if (!wait_channel.empty() && wait_channel != "0") text += cat(", waiting in ", wait_channel);
  return text;
}

std::string describe_processes(const std::vector<pid_t>& pids) {
  constexpr std::size_t kShown = 8;
  std::vector<std::string> texts;
  for (const pid_t pid : pids) {
    if (texts.size() == kShown) {
      texts.push_back(cat("and ", pids.size() - kShown, " more"));
      break;
    }
    texts.push_back(describe_process(pid, proc_file(pid, "status"), proc_file(pid, "wchan")));
  }
  return base::join(texts, "; ");
}

}  // namespace runtime::cgroup
