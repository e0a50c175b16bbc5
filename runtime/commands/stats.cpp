// stats: what containers use, as a table that is drawn anew each second.
#include <algorithm>
#include <chrono>
#include <unistd.h>

#include "base/attempt.h"
#include "base/error.h"
#include "base/machine.h"
#include "base/process.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/duration.h"
#include "runtime/commands/table.h"
#include "runtime/commands/usage.h"
#include "runtime/container/meter.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

using std::chrono::nanoseconds;

struct Options {
  std::string format = "table";
  nanoseconds interval{std::chrono::seconds{1}};
  bool no_stream = false;
} options;

void store_interval(void*, std::string_view value) { options.interval = parse_duration(value); }

constexpr cli::Option kOptions[] = {
    {"format", 'f', "table|json", "how to print them (default: table)",
     cli::store<&Options::format>},
    {"interval", 0, "DURATION", "how often: 500ms, 1m (default: 1s)", store_interval},
    {"no-stream", 0, nullptr, "print them once, after a quarter of a second",
     cli::store<&Options::no_stream>},
};

// How long the first picture takes: CPU usage is the difference of two looks.
constexpr std::chrono::milliseconds kFirstInterval{250};

void wait(nanoseconds duration) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  sys::sleep_ms(static_cast<int>(std::min<std::int64_t>(whole, 1 << 30)));
}

// Empty when there is nothing to see, or no longer: one container must not keep the others from
// being shown.
std::optional<Sample> look_at(const std::string& root, const ContainerId& id, bool was_named) {
  const auto dir = StateDir::open_if_exists(root, id, Purpose::Look);
  if (!dir) return std::nullopt;
  const Container container = inspect_whatever_is_left(*dir);
  const bool is_wanted = was_named || container.status != oci::Status::Created;
  if (!container.is_alive() || !is_wanted) return std::nullopt;
  const Meter meter(*container.record);
  if (!meter.has_cgroup()) return std::nullopt;
  return Sample{id.text(), std::chrono::steady_clock::now(), meter.read()};
}

// Of those that were named or, if none was, of all that run.
std::vector<Sample> look(const std::string& root, const std::vector<ContainerId>& named) {
  std::vector<Sample> samples;
  for (const ContainerId& id : named.empty() ? StateDir::list(root) : named) {
    auto sample = base::attempt([&] { return look_at(root, id, !named.empty()); });
    if (sample) samples.push_back(std::move(*sample));
  }
  return samples;
}

// Of those that were there both times.
std::vector<Usage> compare(const std::vector<Sample>& before, const std::vector<Sample>& after) {
  const std::uint64_t memory = sys::memory_size();
  std::vector<Usage> all;
  for (const Sample& now : after) {
    const auto then = std::find_if(before.begin(), before.end(),
                                   [&](const Sample& sample) { return sample.id == now.id; });
    if (then != before.end()) all.push_back(usage_between(*then, now, memory));
  }
  return all;
}

void show(const std::vector<Usage>& all) {
  if (options.format == "json") return print(usage_json(all));
  // To the upper left corner, and everything below deleted.
  const bool redraws = !options.no_stream && isatty(STDOUT_FILENO) != 0;
  print(base::cat(redraws ? "\x1b[H\x1b[J" : "", usage_table(all)));
}

void check_alive(const std::string& root, const ContainerId& id) {
  const Naming naming(id);
  const Container container = inspect(StateDir::open(root, id, Purpose::Look));
  if (!container.is_alive()) throw base::Error("container not running");
  const Meter meter(*container.record);
}

int show_stats(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  cli::check_value("format", options.format, {"table", "json"});
  std::vector<ContainerId> named;
  named.reserve(arguments.size());
  for (const std::string& argument : arguments) named.push_back(ContainerId::parse(argument));
  for (const ContainerId& id : named) check_alive(global.root, id);
  std::vector<Sample> before = look(global.root, named);
  wait(kFirstInterval);
  for (;;) {
    std::vector<Sample> after = look(global.root, named);
    const bool is_over = !named.empty() && after.empty();
    if (is_over && !options.no_stream) return 0;
    show(compare(before, after));
    if (options.no_stream) return 0;
    before = std::move(after);
    wait(options.interval);
  }
}

}  // namespace

const Command kStats = {.name = "stats",
                        .arguments = "[options] [ID...]",
                        .summary = "show what containers use",
                        .options = kOptions,
                        .target = &options,
                        .positionals = cli::Positionals::Anywhere,
                        .enters_container = false,
                        .failure = Failure::General,
                        .run = show_stats};

}  // namespace runtime
