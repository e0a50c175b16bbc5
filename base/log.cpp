#include "base/log.h"

#include <array>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/time.h"
#include "base/utf8.h"

namespace base::log {

namespace {

struct State {
  OwnedFd file;
  Format format = Format::Text;
  bool debug = false;
};
State& state() {
  static State instance;
  return instance;
}

constexpr std::array<std::string_view, 4> kLevelNames = {"error", "warning", "info", "debug"};

// The value of a JSON or logfmt string: one line, valid UTF-8.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += cat("\\u00", hex(byte));
    } else {
      out += c;
    }
  }
  return out;
}

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
  const std::string text = escaped(with_valid_utf8(message));
  if (format == Format::Json) {
    return cat(R"({"level":")", name, R"(","msg":")", text, R"(","time":")", time, R"("})");
  }
  return cat("time=\"", time, "\" level=", name, " msg=\"", text, "\"");
}

void open(const Options& options) {
  state().format = options.format;
  state().debug = options.debug;
  if (options.file.empty()) return;
  const Context opening{[] { return "--log"; }};
  state().file = sys::openat(BorrowedFd::cwd(), options.file.c_str(),
                             O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY, 0644);
}

bool debug_enabled() noexcept { return state().debug; }

void write(Level level, std::string_view message) noexcept {
  const int fd = state().file.valid() ? state().file.raw() : STDERR_FILENO;
  write_line(fd, format_line(state().format, level, message, now_rfc3339(6)));
}

void warning(std::string_view message) noexcept {
  if (state().debug || !state().file.valid()) write(Level::Warning, message);
}

void warnings(const std::vector<std::string>& messages) noexcept {
  for (const std::string& message : messages) warning(message);
}

void failure(std::string_view message) noexcept {
  if (state().file.valid()) write(Level::Error, message);
  write_line(STDERR_FILENO, cat("runtime: ", one_line(with_valid_utf8(message))));
}

}  // namespace base::log
