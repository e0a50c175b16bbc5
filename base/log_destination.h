// Where --log leads: crun's `file:PATH`, `journald:ID` and `syslog:ID`, or just a path. The loggers
// of the host take a datagram for each message.
#pragma once

#include <string>
#include <string_view>

#include "base/log_level.h"

namespace base::log {

struct Logger {
  std::string_view prefix;  // of the option's value
  const char* address;      // of its socket
  // A message that is one line of valid UTF-8, as the logger takes it.
  std::string (*datagram)(Level level, std::string_view id, std::string_view message);
};

struct Destination {
  const Logger* logger = nullptr;  // null for a file
  std::string name;                // the file's path, or what the messages are to be found by
};

// Any other prefix is part of a file's name.
Destination parse_destination(std::string_view value);

}  // namespace base::log
