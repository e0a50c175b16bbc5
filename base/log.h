// The log: --log, --log-format, --debug as in runc, --log-level and the loggers as in crun. One
// line is one write(2) to an O_APPEND descriptor or one datagram, so the processes of one command
// share it without forwarding.
//
// The file has a reader with strict habits (client contract §3): by default it gets the one error
// of a failing command and nothing else, since Podman decodes the whole file as one JSON value.
// Libraries log at debug only; main reports the error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log_level.h"
#include "base/text.h"

namespace base::log {

enum class Format { Text, Json };

struct Options {
  // A file, or as base/log_destination.h reads it; empty: what is logged goes to standard error.
  std::string destination;
  Format format = Format::Text;  // of a file
  // The least important that is logged; by default warnings, and in a file errors (see above).
  std::optional<Level> level;
};

// Opens the file (append, create, mode 0644) or the way to the logger before any side effect;
// throws if it can't.
void open(const Options& options);

bool debug_enabled() noexcept;
void write(Level level, std::string_view message) noexcept;

// The message is a lambda, so that nothing is formatted unless it is asked for.
template <typename Message>
void debug(Message message) {
  if (debug_enabled()) write(Level::Debug, message());
}

void warning(std::string_view message) noexcept;
// Each of them.
void warnings(const std::vector<std::string>& messages) noexcept;

// The command's one error: to the log, and as plain text to standard error as well.
void failure(std::string_view message) noexcept;

// A line of the file, without the write; `time` is RFC 3339 with microseconds, UTC.
std::string format_line(Format format, Level level, std::string_view message,
                        std::string_view time);

}  // namespace base::log
