#include "runtime/launch/notification.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "base/utf8.h"

namespace runtime {

using base::cat;

namespace {

bool is_one(std::string_view value) { return value == "1"; }

bool is_number(std::string_view value) {
  constexpr std::size_t kLongest = 20;  // digits of a 64-bit number
  return !value.empty() && value.size() <= kLongest &&
         std::all_of(value.begin(), value.end(), [](unsigned char c) { return isdigit(c) != 0; });
}

// It will be shown on somebody's terminal.
bool is_text(std::string_view value) {
  while (!value.empty()) {
    const std::size_t length = base::printable_length(value);
    if (length == 0) return false;
    value.remove_prefix(length);
  }
  return true;
}

struct Row {
  std::string_view name;
  bool (*is_valid)(std::string_view value);
};
constexpr Row kPassed[] = {
    {"READY", is_one},
    {"RELOADING", is_one},
    {"STOPPING", is_one},
    {"WATCHDOG", is_one},
    {"STATUS", is_text},
    {"ERRNO", is_number},
    {"MONOTONIC_USEC", is_number},
    {"EXTEND_TIMEOUT_USEC", is_number},
};

bool may_pass(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  return std::any_of(std::begin(kPassed), std::end(kPassed), [&](const Row& row) {
    return row.name == line.substr(0, equals) && row.is_valid(line.substr(equals + 1));
  });
}

}  // namespace

Notification filter_notification(std::string_view message, pid_t main_process) {
  Notification notification;
  for (const std::string_view line : base::split(message, '\n')) {
    if (!may_pass(line)) continue;
    notification.text += cat(line, "\n");
    notification.ready |= line == "READY=1";
  }
  if (notification.ready) notification.text += cat("MAINPID=", main_process, "\n");
  return notification;
}

}  // namespace runtime
