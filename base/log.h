// The log: --log, --log-format, --debug as in runc. One line is one write(2) to an O_APPEND
// descriptor, so the processes of one command share it without forwarding.
//
// The file has a reader with strict habits (client contract §3): by default it gets the one error
// of a failing command and nothing else, since Podman decodes the whole file as one JSON value.
// Libraries log at debug only; main reports the error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/text.h"

namespace base::log {

enum class Format { Text, Json };
enum class Level { Error, Warning, Info, Debug };

struct Options {
  std::string file;  // empty: no log file, warnings and debug lines go to standard error
  Format format = Format::Text;
  bool debug = false;
};

// Opens the file (append, create, mode 0644) before any side effect; throws if it can't.
void open(const Options& options);

bool debug_enabled() noexcept;
void write(Level level, std::string_view message) noexcept;

// The message is a lambda, so that nothing is formatted unless --debug was given.
template <typename Message>
void debug(Message message) {
  if (debug_enabled()) write(Level::Debug, message());
}

// A warning goes to the file only with --debug (see above), and to standard error always when there
// is no file.
void warning(std::string_view message) noexcept;
// Each of them.
void warnings(const std::vector<std::string>& messages) noexcept;

// The command's one error: to the file, and as plain text to standard error as well.
void failure(std::string_view message) noexcept;

// A line of the file, without the write; `time` is RFC 3339 with microseconds, UTC.
std::string format_line(Format format, Level level, std::string_view message,
                        std::string_view time);

}  // namespace base::log
