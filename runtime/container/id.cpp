#include "runtime/container/id.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace runtime {

namespace {

bool is_allowed(char c) {
  constexpr std::string_view kOthers = "_+-.";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

}  // namespace

bool ContainerId::is_valid(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 255;
  return !text.empty() && text.size() <= kLongest && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), is_allowed);
}

ContainerId ContainerId::parse(std::string_view text) {
  if (!is_valid(text)) {
    throw base::Error(base::cat("invalid container ID format: ", base::quoted(text),
                                " (1 to 255 of A-Z a-z 0-9 _ + - . with no dot in front)"));
  }
  return ContainerId(text);
}

}  // namespace runtime
