#include "base/text.h"

#include <algorithm>

#include "base/utf8.h"

namespace base {

namespace text_detail {

namespace {

template <typename T>
void append_digits(std::string& out, T number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

void append(std::string& out, std::string_view piece) { out += piece; }
void append(std::string& out, char piece) { out += piece; }
void append(std::string& out, long long piece) { append_digits(out, piece); }
void append(std::string& out, unsigned long long piece) { append_digits(out, piece); }

}  // namespace text_detail

std::vector<std::string_view> split(std::string_view text, char separator, std::size_t expected) {
  std::vector<std::string_view> pieces;
  pieces.reserve(expected);
  for (;;) {
    const auto at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

std::string_view stripped(std::string_view text, std::string_view of) {
  const auto first = text.find_first_not_of(of);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(of) - first + 1);
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> pieces = split(text, ' ');
  std::erase(pieces, std::string_view());
  return pieces;
}

std::string join(const std::vector<std::string>& pieces, std::string_view separator) {
  std::string out;
  for (const std::string& piece : pieces) {
    if (&piece != &pieces.front()) out += separator;
    out += piece;
  }
  return out;
}

namespace {

constexpr std::size_t kLongestShown = 64;

std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) {
      out += cat("\\x", hex(static_cast<unsigned char>(text[0])));
    } else {
      if (special.find(text[0]) != std::string_view::npos) out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

// What is shown of it, without a part of a character at the end.
std::string_view head(std::string_view value) {
  if (value.size() <= kLongestShown) return value;
  constexpr std::size_t kLongestCharacter = 4;
  std::size_t size = kLongestShown;
  const auto is_inside = [&] { return (static_cast<unsigned char>(value[size]) & 0xc0) == 0x80; };
  while (size > kLongestShown - kLongestCharacter && is_inside()) --size;
  return value.substr(0, size);
}

std::string_view ellipsis(std::string_view value) {
  return value.size() > kLongestShown ? "..." : "";
}

}  // namespace

std::string shown(std::string_view value) { return cat(escaped(head(value), ""), ellipsis(value)); }

std::string shown_path(std::string_view path) {
  constexpr std::size_t kLongestPath = 255;
  return cat(path.substr(0, kLongestPath), path.size() > kLongestPath ? "..." : "");
}

std::string quoted(std::string_view value) {
  return cat('"', escaped(head(value), "\"\\"), '"', ellipsis(value));
}

std::string one_line(std::string_view text) { return escaped(text, ""); }

std::string hex(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return cat(kDigits[byte >> 4], kDigits[byte & 15]);
}

std::string hexadecimal(std::uint64_t number) {
  char digits[16];
  char* const end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
  return std::string(digits, end);
}

std::string without_octal(std::string_view path) {
  std::string out;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const auto code = path[at] == '\\' && at + 3 < path.size()
                          ? parse_int<unsigned char>(path.substr(at + 1, 3), 8)
                          : std::nullopt;
    out += code ? static_cast<char>(*code) : path[at];
    if (code) at += 3;
  }
  return out;
}

}  // namespace base
