#include "base/log.h"

#include <array>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/json_escape.h"
#include "base/log_destination.h"
#include "base/process.h"
#include "base/socket.h"
#include "base/time.h"

namespace base::log {

namespace {

struct State {
  OwnedFd sink;  // the file or the socket; invalid: standard error
  Destination destination;
  Format format = Format::Text;
  Level level = Level::Warning;
};
State& state() {
  static State instance;
  return instance;
}

constexpr std::array<std::string_view, 3> kLevelNames = {"error", "warning", "debug"};

void write_line(int fd, std::string line) noexcept {
  line += '\n';
  // Half of a container is no place to end, because somebody has stopped reading standard error.
  const sys::BrokenPipesIgnored meanwhile;
  // A log that can't be written is no reason to fail, and there is nobody to tell.
  [[maybe_unused]] const ssize_t ignored = ::write(fd, line.data(), line.size());
}

}  // namespace

std::string format_line(Format format, Level level, std::string_view message,
                        std::string_view time) {
  const std::string_view name = kLevelNames[static_cast<std::size_t>(level)];
  // Of logfmt's values too the escapes are JSON's.
  const std::string text = json_string(message);
  if (format == Format::Json) {
    return cat(R"({"level":")", name, R"(","msg":)", text, R"(,"time":")", time, R"("})");
  }
  return cat("time=\"", time, "\" level=", name, " msg=", text);
}

namespace {

OwnedFd open_sink(const Destination& destination) {
  const Context opening{[] { return "--log"; }};
  if (destination.logger == nullptr) {
    return sys::openat(BorrowedFd::cwd(), destination.name.c_str(),
                       O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY, 0644);
  }
  OwnedFd socket = sys::connect_datagram(destination.logger->address);
  // One that stands still is not to stop what it would hear of.
  sys::set_send_timeout(socket, 1);
  return socket;
}

}  // namespace

void open(const Options& options) {
  State& log = state();
  log.format = options.format;
  Level by_default = Level::Warning;
  if (!options.destination.empty()) {
    log.destination = parse_destination(options.destination);
    log.sink = open_sink(log.destination);
    if (log.destination.logger == nullptr) by_default = Level::Error;
  }
  log.level = options.level.value_or(by_default);
}

bool debug_enabled() noexcept { return state().level == Level::Debug; }

void write(Level level, std::string_view message) noexcept {
  const State& log = state();
  if (const Logger* logger = log.destination.logger) {
    const std::string line = one_line(message);
    // As with a file (above).
    sys::try_send_message(log.sink, logger->datagram(level, log.destination.name, line));
    return;
  }
  const int fd = log.sink.valid() ? log.sink.raw() : STDERR_FILENO;
  write_line(fd, format_line(log.format, level, message, now_rfc3339(6)));
}

void warning(std::string_view message) noexcept {
  if (state().level >= Level::Warning) write(Level::Warning, message);
}

void warnings(const std::vector<std::string>& messages) noexcept {
  for (const std::string& message : messages) warning(message);
}

void failure(std::string_view message) noexcept {
  if (state().sink.valid()) write(Level::Error, message);
  write_line(STDERR_FILENO, cat("runtime: ", one_line(message)));
}

}  // namespace base::log
