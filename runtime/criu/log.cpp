#include "runtime/criu/log.h"

#include <cerrno>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace runtime::criu {

namespace {

constexpr std::size_t kShownLines = 4;

struct Rewording {
  std::string_view text;
  int code;
};
constexpr Rewording kRewordings[] = {{"No such file or directory", ENOENT},
                                     {"Permission denied", EACCES},
                                     {"Operation not permitted", EPERM}};

// "(00.012345)      1: Error (criu/mount.c:10): mnt: text" is "(criu/mount.c:10): mnt: text".
std::string message_of(std::string_view line) {
  constexpr std::string_view kMark = "Error ";
  std::string text = base::one_line(line.substr(line.find(kMark) + kMark.size()));
  for (const Rewording& each : kRewordings) {
    const auto at = text.find(each.text);
    if (at != std::string::npos)
      text.replace(at, each.text.size(), base::describe_errno(each.code));
  }
  return text;
}

}  // namespace

std::string last_errors(std::string_view log) {
  std::vector<std::string> errors;
  for (const std::string_view line : base::split(log, '\n')) {
    if (line.find("Error (") != std::string_view::npos) errors.push_back(message_of(line));
  }
  if (errors.size() > kShownLines) errors.erase(errors.begin(), errors.end() - kShownLines);
  return base::join(errors, "; ");
}

}  // namespace runtime::criu
