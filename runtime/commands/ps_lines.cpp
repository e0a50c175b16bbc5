#include "runtime/commands/ps_lines.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace runtime {

namespace {

std::size_t find_pid_column(std::string_view heading) {
  const auto words = base::words(heading);
  const auto found = std::find(words.begin(), words.end(), "PID");
  if (found == words.end()) throw base::Error("couldn't find PID field in ps output");
  return static_cast<std::size_t>(found - words.begin());
}

// Empty for a line of a thread, which has "-" there.
std::optional<pid_t> pid_in(std::string_view line, std::size_t column) {
  const auto words = base::words(line);
  return column < words.size() ? base::parse_int<pid_t>(words[column]) : std::nullopt;
}

}  // namespace

std::string lines_of_processes(std::string_view output, const std::vector<pid_t>& pids) {
  const auto lines = base::split(output, '\n');
  const std::size_t column = find_pid_column(lines.front());
  std::string text = base::cat(lines.front(), '\n');
  for (const std::string_view line : lines) {
    const auto pid = pid_in(line, column);
    if (pid && std::binary_search(pids.begin(), pids.end(), *pid)) text += base::cat(line, '\n');
  }
  return text;
}

}  // namespace runtime
