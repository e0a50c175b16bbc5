#include "base/log_destination.h"

#include <array>
#include <syslog.h>

#include "base/text.h"

namespace base::log {

namespace {

constexpr std::array<int, 3> kPriorities = {LOG_ERR, LOG_WARNING, LOG_DEBUG};

int priority(Level level) { return kPriorities[static_cast<std::size_t>(level)]; }

// systemd's "Journal Native Protocol": a field a line. `ID` is what crun calls it.
std::string journal_datagram(Level level, std::string_view id, std::string_view message) {
  const std::string field = id.empty() ? "" : cat("ID=", id, "\n");
  return cat("PRIORITY=", priority(level), "\nSYSLOG_IDENTIFIER=runtime\n", field,
             "MESSAGE=", message, "\n");
}

// RFC 3164, without the time: it would be of the time zone of whatever /etc there is, and every
// logger knows when the message came.
std::string syslog_datagram(Level level, std::string_view id, std::string_view message) {
  return cat("<", LOG_USER | priority(level), ">", id.empty() ? "runtime" : id, ": ", message);
}

constexpr std::array<Logger, 2> kLoggers = {{
    {"journald:", "/run/systemd/journal/socket", journal_datagram},
    {"syslog:", "/dev/log", syslog_datagram},
}};

}  // namespace

Destination parse_destination(std::string_view value) {
  for (const Logger& logger : kLoggers) {
    if (!value.starts_with(logger.prefix)) continue;
    // A field of a message is a line.
    return {&logger, one_line(value.substr(logger.prefix.size()))};
  }
  constexpr std::string_view kFile = "file:";
  return {nullptr, std::string(value.substr(value.starts_with(kFile) ? kFile.size() : 0))};
}

}  // namespace base::log
