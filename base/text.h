// The string helpers of the program: concatenation, splitting, strict integers, quoting.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

namespace base {

namespace text_detail {
void append(std::string& out, std::string_view piece);
void append(std::string& out, char piece);
void append(std::string& out, long long piece);
void append(std::string& out, unsigned long long piece);
template <std::integral T>
void append(std::string& out, T piece) {
  static_assert(!std::same_as<T, bool>, "say in words what a bool means");
  using Widest = std::conditional_t<std::is_signed_v<T>, long long, unsigned long long>;
  append(out, static_cast<Widest>(piece));
}

// How a piece is passed on: an array, whatever its length, as a pointer, so that it doesn't take a
// function of its own.
template <typename Piece>
using Passed = std::conditional_t<std::is_array_v<Piece>, const char*, const Piece&>;

template <typename... Pieces>
std::string concatenate(Pieces... pieces) {
  std::string out;
  (append(out, pieces), ...);
  return out;
}
}  // namespace text_detail

// Concatenation of strings, characters and integers (decimal).
template <typename... Pieces>
std::string cat(const Pieces&... pieces) {
  return text_detail::concatenate<text_detail::Passed<Pieces>...>(pieces...);
}

// A whole decimal number that fits T: no sign for unsigned types, no spaces, nothing after it.
template <std::integral T>
std::optional<T> parse_int(std::string_view text, int radix = 10) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, value, radix);
  if (failure != std::errc{} || rest != end) return std::nullopt;
  return value;
}

// The pieces between the separators, empty ones included; views into `text`. There may be more or
// fewer of them than are expected.
std::vector<std::string_view> split(std::string_view text, char separator,
                                    std::size_t expected = 4);

// Without these characters at either end; a view into `text`.
std::string_view stripped(std::string_view text, std::string_view of);

// Without these characters at its end; a view into `text`.
inline std::string_view without_tail(std::string_view text, std::string_view of) {
  while (!text.empty() && of.find(text.back()) != of.npos) text.remove_suffix(1);
  return text;
}

// Without the newlines at its end, however many.
inline std::string_view without_newline(std::string_view text) { return without_tail(text, "\n"); }

// What is between the blanks; views into `text`.
std::vector<std::string_view> words(std::string_view text);

std::string join(const std::vector<std::string>& pieces, std::string_view separator);

// For an error message: cut to 64 bytes, control characters and what isn't UTF-8 escaped, so that
// one message stays one line, and does nothing to a terminal, whatever the input held.
std::string shown(std::string_view value);

// The same, in double quotes.
std::string quoted(std::string_view value);

// A path in an error message: cut to 255 bytes, because one that is meant is to be read whole, and
// as it is, nothing escaped: whoever prints the message does that.
std::string shown_path(std::string_view path);

// All of a text, escaped likewise.
std::string one_line(std::string_view text);

// Two hexadecimal digits, as escapes have them.
std::string hex(unsigned char byte);

// A number in hexadecimal digits, no more than it has.
std::string hexadecimal(std::uint64_t number);

// A path of /proc/<pid>/mountinfo, where the kernel writes space, tab, newline and backslash as a
// backslash and three octal digits.
std::string without_octal(std::string_view path);

}  // namespace base
