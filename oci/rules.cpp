// What the rules of several topics share.
#include "oci/rules.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace oci {

namespace {

std::optional<unsigned> parse_list_number(std::string_view text) {
  constexpr unsigned kMost = 65535;
  const auto number = base::parse_int<unsigned>(text);
  return number && *number <= kMost ? number : std::nullopt;
}

// Blanks around an item are allowed by the schema ("0-3, 7").
std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_number_or_range(std::string_view padded) {
  const std::string_view text = trim(padded);
  const auto dash = text.find('-');
  const auto first = parse_list_number(text.substr(0, dash));
  if (dash == std::string_view::npos) return first.has_value();
  const auto last = parse_list_number(text.substr(dash + 1));
  return first && last && *first <= *last;
}

}  // namespace

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

bool is_number_list(std::string_view text) {
  const auto parts = base::split(text, ',');
  return std::all_of(parts.begin(), parts.end(), is_number_or_range);
}

}  // namespace oci
