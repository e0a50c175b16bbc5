// What the rules of several topics share.
#include "oci/rules.h"

#include <algorithm>

#include "base/text.h"

namespace oci {

void check_absolute(std::string_view path, std::string_view at, Problems& problems) {
  if (path.empty()) {
    problems.add(at, "empty");
  } else if (path.front() != '/') {
    problems.add(at, base::cat("must be absolute, is ", base::quoted(path)));
  }
}

bool has_dot_dot(std::string_view path) {
  const auto parts = base::split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

bool is_root(std::string_view path) {
  std::size_t depth = 0;
  for (const std::string_view part : base::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      ++depth;
    } else if (depth > 0) {
      --depth;
    }
  }
  return depth == 0;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace oci
