// events: what a container uses, again and again, and when it runs out of memory; a line of JSON
// each, as runc writes them (client contract §10).
#include <array>
#include <cerrno>
#include <optional>
#include <poll.h>

#include "base/error.h"
#include "base/event_fds.h"
#include "oci/json_writer.h"
#include "runtime/cgroup/oom_watch.h"
#include "runtime/commands/commands.h"
#include "runtime/commands/duration.h"
#include "runtime/container/meter.h"
#include "runtime/container/status.h"

namespace runtime {

namespace {

using base::Error;

struct Options {
  std::chrono::nanoseconds interval{std::chrono::seconds{5}};
  bool stats = false;
} options;

void store_interval(void*, std::string_view value) { options.interval = parse_duration(value); }

constexpr cli::Option kOptions[] = {
    {"interval", 0, "DURATION", "how often to write statistics: 500ms, 1m (default: 5s)",
     store_interval},
    {"stats", 0, nullptr, "write the statistics once, and no more", cli::store<&Options::stats>},
};

}  // namespace

struct Event {
  std::string type;
  std::string id;
  std::optional<cgroup::Statistics> data;
};

}  // namespace runtime

template <>
struct oci::Describe<runtime::Event> {
  using Event = runtime::Event;
  static constexpr auto fields = std::tuple{
      Field{"type", &Event::type, required},
      Field{"id", &Event::id, required},
      Field{"data", &Event::data},
  };
};

namespace runtime {

namespace {

void print_event(const Event& event) { print(oci::write_json(event) + "\n"); }

void print_statistics(const ContainerId& id, const Meter& meter) {
  print_event({"stats", id.text(), meter.read()});
}

// Until the container's init has ended.
void follow(const ContainerId& id, const Meter& meter, base::BorrowedFd init) {
  cgroup::OomWatch memory(meter.sources());
  const base::OwnedFd timer = sys::make_timer(options.interval);
  std::array<pollfd, 3> watched = {
      {{init.raw(), POLLIN, 0}, memory.interest(), {timer.raw(), POLLIN, 0}}};
  while (watched[0].revents == 0) {
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) throw Error("poll", errno);
    // Also when init has ended: it may be the one that was killed for it.
    if (memory.take()) print_event({"oom", id.text(), std::nullopt});
    if (sys::take_count(timer) > 0 && watched[0].revents == 0) print_statistics(id, meter);
  }
}

int show_events(const GlobalOptions& global, const std::vector<std::string>& arguments) {
  const ContainerId id = only_id(arguments);
  const Naming naming(id);
  const Container container = inspect(StateDir::open(global.root, id, Purpose::Look));
  const auto init = container.is_alive() ? open_process(*container.record, *container.record->init)
                                         : std::nullopt;
  if (!init) throw Error("container not running");
  const Meter meter(*container.record);
  if (options.stats) {
    print_statistics(id, meter);
  } else {
    follow(id, meter, *init);
  }
  return 0;
}

}  // namespace

const Command kEvents = {
    .name = "events",
    .arguments = "[options] ID",
    .summary = "write statistics and out-of-memory events of a container as JSON",
    .options = kOptions,
    .target = &options,
    .positionals = cli::Positionals::Anywhere,
    .enters_container = false,
    .failure = Failure::General,
    .run = show_events};

}  // namespace runtime
