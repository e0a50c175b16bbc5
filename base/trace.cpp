#include "base/trace.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <ctime>
#include <sys/mman.h>
#include <vector>

#include "base/error.h"
#include "base/json_escape.h"
#include "base/text.h"

namespace base::trace {

struct Event {
  const char* process;
  const char* name;
  char detail[40];
  std::int64_t began;  // nanoseconds of the monotonic clock
  std::int64_t ended;  // 0: not yet
};

namespace {

constexpr std::size_t kMostEvents = 4096;

struct Log {
  std::atomic<std::size_t> count;
  Event events[kMostEvents];
};

// Shared with our clones; of its pages only those exist that are written to.
Log* shared = nullptr;
const char* process = "command";

std::int64_t now() noexcept {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Event* note(const char* name, std::string_view detail) noexcept {
  const std::size_t index = shared->count.fetch_add(1, std::memory_order_relaxed);
  if (index >= kMostEvents) return nullptr;
  Event& event = shared->events[index];
  event.process = process;
  event.name = name;
  // The end of a path tells more than its beginning.
  if (detail.size() >= sizeof event.detail)
    detail.remove_prefix(detail.size() + 1 - sizeof event.detail);
  detail.copy(event.detail, detail.size());
  event.began = now();
  return &event;
}

void end(Event* event) noexcept {
  if (event != nullptr) event->ended = now();
}

// Microseconds since the first event.
std::string microseconds(std::int64_t nanoseconds) {
  const std::int64_t fraction = nanoseconds % 1000;
  return cat(nanoseconds / 1000, fraction < 100 ? (fraction < 10 ? ".00" : ".0") : ".", fraction);
}

std::string event_json(const Event& event, std::size_t thread, std::int64_t origin) {
  const std::string place =
      cat(R"("pid":1,"tid":)", thread, R"(,"ts":)", microseconds(event.began - origin));
  const std::string name = json_string(*event.detail == '\0' ? std::string(event.name)
                                                             : cat(event.name, " ", event.detail));
  if (event.ended == 0) return cat(R"({"ph":"i","s":"t","name":)", name, ",", place, "}");
  return cat(R"({"ph":"X","name":)", name, ",", place, R"(,"dur":)",
             microseconds(event.ended - event.began), "}");
}

}  // namespace

void begin() {
  void* memory =
      mmap(nullptr, sizeof(Log), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw Error("mmap", errno);
  shared = static_cast<Log*>(memory);
}

void name_process(const char* name) noexcept { process = name; }

std::string to_json() {
  const std::size_t count = std::min(shared->count.load(), kMostEvents);
  std::vector<const char*> threads;
  std::string out = "{\"traceEvents\":[";
  for (std::size_t at = 0; at < count; ++at) {
    const Event& event = shared->events[at];
    auto thread = std::find(threads.begin(), threads.end(), event.process);
    if (thread == threads.end()) thread = threads.insert(threads.end(), event.process);
    const auto index = static_cast<std::size_t>(thread - threads.begin());
    out += cat(event_json(event, index, shared->events[0].began), ",\n");
  }
  for (std::size_t at = 0; at < threads.size(); ++at) {
    out += cat(R"({"ph":"M","name":"thread_name","pid":1,"tid":)", at, R"(,"args":{"name":)",
               json_string(threads[at]), "}}", at + 1 < threads.size() ? ",\n" : "");
  }
  return out + "],\"displayTimeUnit\":\"ns\"}\n";
}

Steps::Steps(const char* first, std::string_view detail) noexcept
    : event_(shared == nullptr ? nullptr : note(first, detail)) {}

Steps::~Steps() { end(event_); }

void Steps::next(const char* name, std::string_view detail) noexcept {
  if (shared == nullptr) return;
  end(event_);
  event_ = note(name, detail);
}

}  // namespace base::trace
