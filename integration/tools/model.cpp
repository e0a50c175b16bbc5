// model SECONDS SEED RUNTIME ROOT BUNDLE ID: for so long 32 workers do whatever comes to their
// minds to 100 containers (ID-100 and on) that they share. Each outcome has to be one of those that
// life_cycle.h knows, word for word; for each container there has to be an order of the commands in
// which their outcomes follow from each other (order.h); nothing may hang, crash or be left. Prints
// how often each outcome was had, and what was wrong.
//
// The seed gives the commands of each worker again, but not the moments.
#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <optional>
#include <poll.h>
#include <random>
#include <set>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "order.h"

namespace {

constexpr int kWorkers = 32;
constexpr int kContainers = 100;
constexpr int kFirst = 100;
// With so many at once on a few processors; the runtime itself waits for nobody longer than 10 s.
constexpr int kPatienceMs = 40'000;
// A program that enters a container which is paused meanwhile waits until somebody resumes it.
constexpr int kPausedMs = 2'000;
constexpr std::chrono::seconds kCalm{3};

struct Kind {
  const char* name;
  int weight;
  std::vector<std::string> words;  // @ is the id
};

const Kind kCreate = {"create", 20, {"create", "--bundle", "%", "@"}};
const Kind kResume = {"resume", 8, {"resume", "@"}};
const Kind kState = {"state", 12, {"state", "@"}};
const Kind kRemove = {"delete --force", 7, {"delete", "--force", "@"}};
const Kind kList = {"list", 2, {"list"}};
const std::vector<Kind> kKinds = {
    kCreate,
    {"start", 15, {"start", "@"}},
    {"kill", 9, {"kill", "@", "KILL"}},
    {"touch", 3, {"kill", "@", "WINCH"}},
    {"pause", 8, {"pause", "@"}},
    kResume,
    {"delete", 8, {"delete", "@"}},
    kRemove,
    {"exec", 11, {"exec", "@", "true"}},
    {"exec --detach", 4, {"exec", "--detach", "@", "sleep", "1000"}},
    kState,
    kList,
};

struct Settings {
  int seconds;
  unsigned seed;
  std::string runtime, root, bundle, id;

  std::string id_of(int container) const { return id + "-" + std::to_string(kFirst + container); }
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "model: %s: %s\n", what, std::strerror(errno));
  std::exit(2);
}

int check(long result, const char* what) {
  if (result < 0) fail(what);
  return static_cast<int>(result);
}

std::int64_t now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

// --- what hangs --------------------------------------------------------------------------------

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::string text;
  std::getline(file, text, '\0');
  return text;
}

// Where it is, and those that wait for it or that it waits for.
std::string describe_process(pid_t pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  std::string text = "\n  " + contents(folder + "/stat") + "  waits in " +
                     contents(folder + "/wchan") + "\n  call " + contents(folder + "/syscall");
  std::istringstream children(contents(folder + "/task/" + std::to_string(pid) + "/children"));
  for (pid_t child = 0; children >> child;) text += describe_process(child);
  return text;
}

// --- one command -------------------------------------------------------------------------------

// A process of the runtime's; what it says goes into a file without a name, for the container that
// it leaves would keep a pipe open.
class Command {
 public:
  explicit Command(std::vector<std::string> words)
      : output_(check(memfd_create("output", MFD_CLOEXEC), "memfd_create")) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output_, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output_, STDERR_FILENO);
    errno = posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    if (errno != 0) fail(arguments[0]);
    posix_spawn_file_actions_destroy(&actions);
    pidfd_ = check(syscall(SYS_pidfd_open, pid_, 0), "pidfd_open");
  }
  Command(const Command&) = delete;
  ~Command() {
    close(pidfd_);
    close(output_);
  }

  bool ends_within(int milliseconds) const {
    pollfd entry{pidfd_, POLLIN, 0};
    return check(poll(&entry, 1, milliseconds), "poll") == 1;
  }

  // As a shell has it.
  int status() const {
    int status = 0;
    check(waitpid(pid_, &status, 0), "waitpid");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

  std::string said() const {
    std::string text;
    std::array<char, 4096> part{};
    for (;;) {
      const ssize_t got = pread(output_, part.data(), part.size(), static_cast<off_t>(text.size()));
      if (got <= 0) return text;
      text.append(part.data(), static_cast<std::size_t>(got));
    }
  }

  void stop() const { kill(pid_, SIGKILL); }

  std::string describe() const { return describe_process(pid_); }

 private:
  int output_;
  pid_t pid_ = 0;
  int pidfd_ = -1;
};

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

// The reason alone, if it is said in the form in which it has to be.
std::string reason_in(std::string text, const Kind& kind, const std::string& id) {
  const std::string beginning = "runtime: " + kind.words.front() + " " + id + ": ";
  const bool is_line = !text.empty() && text.find('\n') == text.size() - 1;
  if (text.starts_with(beginning) && is_line)
    text = text.substr(beginning.size(), text.size() - beginning.size() - 1);
  replace_all(text, id, "ID");
  // Whatever it was about to do.
  const std::string stopped = "the container has stopped";
  if (text.starts_with(stopped + ": ")) text = stopped;
  return text;
}

std::string status_in(const std::string& document) {
  const std::string name = "\"status\": \"";
  const auto at = document.find(name);
  if (at == std::string::npos) return document;
  const auto begin = at + name.size();
  return document.substr(begin, document.find('"', begin) - begin);
}

// ID PID STATUS and more, a line for each.
std::map<std::string, std::string> statuses_in(const std::string& table) {
  std::map<std::string, std::string> statuses;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string id, pid, status;
    words >> id >> pid >> status;
    statuses[id] = status;
  }
  return statuses;
}

// --- whoever gives them ------------------------------------------------------------------------

class Worker {
 public:
  Worker(const Settings& settings, unsigned number)
      : settings_(settings), random_(settings.seed * 1000 + number) {}

  void work(std::int64_t until) {
    std::vector<int> weights;
    for (const Kind& kind : kKinds) weights.push_back(kind.weight);
    std::discrete_distribution<std::size_t> kinds(weights.begin(), weights.end());
    std::uniform_real_distribution<double> place(0, 1);
    while (now_us() < until) {
      const Kind& kind = kKinds[kinds(random_)];
      // The lower its number, the more there is going on in a container.
      const double at = place(random_);
      run(kind, static_cast<int>(at * at * kContainers));
    }
  }

  // By another name if that is asked for in another situation.
  void run(const Kind& kind, int container, const char* name = nullptr) {
    Operation done{name != nullptr ? name : kind.name, container, now_us(), 0, 0, ""};
    const Command command(words_of(kind, container));
    wait_for(command, done);
    done.status = command.status();
    done.end = now_us();
    done.said = command.said();
    if (kind.name == kList.name) {
      note_list(done);
      return;
    }
    const bool tells = kind.name == kState.name && done.status == 0;
    done.said =
        tells ? status_in(done.said) : reason_in(done.said, kind, settings_.id_of(container));
    operations.push_back(std::move(done));
  }

  std::vector<Operation> operations;
  std::vector<std::string> findings;

 private:
  std::vector<std::string> words_of(const Kind& kind, int container) const {
    std::vector<std::string> words = {settings_.runtime, "--root", settings_.root};
    for (const std::string& word : kind.words) {
      words.push_back(word == "@"   ? settings_.id_of(container)
                      : word == "%" ? settings_.bundle
                                    : word);
    }
    return words;
  }

  void wait_for(const Command& command, const Operation& operation) {
    const bool enters = operation.command.starts_with("exec");
    const std::int64_t deadline = operation.begin + std::int64_t{kPatienceMs} * 1000;
    while (!command.ends_within(enters ? kPausedMs : kPatienceMs)) {
      if (now_us() > deadline) {
        findings.push_back(operation.command + " " + settings_.id_of(operation.container) +
                           ": hangs" + command.describe());
        command.stop();
      } else if (enters) {
        run(kResume, operation.container);
      }
    }
  }

  // It says something of each container.
  void note_list(const Operation& list) {
    const auto statuses = statuses_in(list.said);
    for (int container = 0; container < kContainers; ++container) {
      Operation one = list;
      one.container = container;
      const auto found = statuses.find(settings_.id_of(container));
      if (list.status == 0) one.said = found == statuses.end() ? "nothing" : found->second;
      operations.push_back(std::move(one));
    }
  }

  const Settings& settings_;
  std::mt19937 random_;
};

// --- the judgement -----------------------------------------------------------------------------

class Judge {
 public:
  explicit Judge(const Settings& settings) : settings_(settings) {}

  void take(Worker& worker) {
    for (Operation& each : worker.operations) operations_.push_back(std::move(each));
    for (std::string& each : worker.findings) findings_.push_back(std::move(each));
  }

  bool judge() {
    // Of what they may have done nothing is known.
    std::set<int> unknown;
    for (const Operation& each : operations_) {
      if (life::outcomes().contains(each.outcome())) continue;
      unknown.insert(each.container);
      findings_.push_back(settings_.id_of(each.container) +
                          ": not a known outcome: " + each.outcome());
    }
    for (int container = 0; container < kContainers; ++container) {
      if (!unknown.contains(container)) find_order(container);
    }
    return findings_.empty();
  }

  void print() const {
    std::map<std::string, long> counts;
    std::map<std::string, std::int64_t> longest;
    for (const Operation& each : operations_) {
      ++counts[each.outcome()];
      longest[each.command] = std::max(longest[each.command], each.end - each.begin);
    }
    for (const auto& [outcome, count] : counts) std::printf("%7ld %s\n", count, outcome.c_str());
    for (const auto& [command, time] : longest) {
      std::printf("at most %ld ms: %s\n", static_cast<long>(time / 1000), command.c_str());
    }
    for (const std::string& finding : findings_) std::printf("finding: %s\n", finding.c_str());
  }

 private:
  struct Event {
    std::int64_t time;
    bool is_end;
    const Operation* operation;
    auto operator<=>(const Event&) const = default;
  };

  std::vector<Event> events_of(int container) const {
    std::vector<Event> events;
    for (const Operation& each : operations_) {
      if (each.container != container || !life::outcomes().contains(each.outcome())) continue;
      events.push_back({each.begin, false, &each});
      events.push_back({each.end, true, &each});
    }
    std::sort(events.begin(), events.end());
    return events;
  }

  void find_order(int container) {
    Order order;
    const std::vector<Event> events = events_of(container);
    for (const Event& event : events) {
      if (!event.is_end) {
        order.begin(*event.operation);
      } else if (!order.end(*event.operation)) {
        findings_.push_back(explain(events, event, order));
        return;
      }
    }
  }

  // What went before, as far as it matters.
  std::string explain(const std::vector<Event>& events, const Event& at, const Order& order) const {
    constexpr std::int64_t kBefore = 4'000'000;
    const std::int64_t from = at.operation->begin - kBefore;
    std::string text = settings_.id_of(at.operation->container) +
                       ": no order explains: " + at.operation->outcome() + "\n  it may be " +
                       order.describe() + "; begin and end in ms:";
    for (const Event& event : events) {
      const Operation& each = *event.operation;
      if (event.is_end || each.end < from || each.begin > at.time) continue;
      text += "\n  " + std::to_string((each.begin - from) / 1000.0) + " " +
              std::to_string((each.end - from) / 1000.0) + " " + each.outcome();
    }
    return text;
  }

  const Settings& settings_;
  std::vector<Operation> operations_;
  std::vector<std::string> findings_;
};

void work(std::vector<Worker>& workers, int seconds) {
  const std::int64_t until = now_us() + std::int64_t{seconds} * 1'000'000;
  std::vector<std::jthread> threads;
  for (Worker& worker : workers) threads.emplace_back([&worker, until] { worker.work(until); });
}

// When all is quiet. Then everything goes.
void finish(Worker& worker) {
  std::this_thread::sleep_for(kCalm);
  for (int container = 0; container < kContainers; ++container)
    worker.run(kState, container, "at last");
  for (int container = 0; container < kContainers; ++container) worker.run(kRemove, container);
  worker.run(kList, 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: model SECONDS SEED RUNTIME ROOT BUNDLE ID\n");
    return 2;
  }
  const Settings settings{std::atoi(argv[1]),
                          static_cast<unsigned>(std::atol(argv[2])),
                          argv[3],
                          argv[4],
                          argv[5],
                          argv[6]};
  std::vector<Worker> workers;
  for (unsigned number = 0; number < kWorkers; ++number) workers.emplace_back(settings, number);
  work(workers, settings.seconds);
  finish(workers.front());
  Judge judge(settings);
  for (Worker& worker : workers) judge.take(worker);
  const bool is_well = judge.judge();
  judge.print();
  return is_well ? 0 : 1;
}
