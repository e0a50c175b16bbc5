#include "runtime/cgroup/gvariant.h"

#include "base/error.h"
#include "base/text.h"

namespace runtime::cgroup {

using base::cat;
using base::Error;
using base::quoted;

namespace {

struct Keyword {
  std::string_view name;
  char type;  // of D-Bus
};

constexpr Keyword kKeywords[] = {
    {"boolean", 'b'}, {"byte", 'y'},  {"int16", 'n'},  {"uint16", 'q'}, {"int32", 'i'},
    {"uint32", 'u'},  {"int64", 'x'}, {"uint64", 't'}, {"double", 'd'}, {"string", 's'},
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '+';
}

template <typename Integer>
bool fits(std::string_view digits, int radix, std::string& decimal) {
  const auto value = base::parse_int<Integer>(digits, radix);
  if (value)
    decimal = cat(static_cast<std::conditional_t<sizeof(Integer) == 1, int, Integer>>(*value));
  return value.has_value();
}

// The number in decimal; "" when it is none of that type.
std::string integer(char type, std::string_view digits, int radix) {
  std::string decimal;
  switch (type) {
    case 'y': fits<std::uint8_t>(digits, radix, decimal); break;
    case 'n': fits<std::int16_t>(digits, radix, decimal); break;
    case 'q': fits<std::uint16_t>(digits, radix, decimal); break;
    case 'i': fits<std::int32_t>(digits, radix, decimal); break;
    case 'u': fits<std::uint32_t>(digits, radix, decimal); break;
    case 'x': fits<std::int64_t>(digits, radix, decimal); break;
    case 't': fits<std::uint64_t>(digits, radix, decimal); break;
    default: break;
  }
  return decimal;
}

// "0x…" is hexadecimal, any other leading 0 octal, as in C.
std::string number(char type, std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  if (type == 'd')
    return word.find_first_not_of("0123456789.-+e") == word.npos ? std::string(word) : "";
  if (word.starts_with("0x")) return integer(type, word.substr(2), 16);
  return integer(type, word, word.size() > 1 && word[0] == '0' ? 8 : 10);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  BusValue parse() {
    skip_spaces();
    BusValue value = starts('[') || starts('@') ? array() : single();
    skip_spaces();
    if (!rest_.empty()) fail();
    return value;
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(rest_.empty() ? std::string("ends too early")
                              : cat("can't be read from ", quoted(rest_)));
  }

  void skip_spaces() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }
  bool starts(char c) const { return rest_.starts_with(c); }
  char take() {
    if (rest_.empty()) fail();
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool take_if(char c) {
    skip_spaces();
    if (!starts(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  BusValue single() {
    std::string word;
    const char type = element(keyword(), word);
    return {std::string(1, type), {word}};
  }

  BusValue array() {
    char type = take_if('@') ? annotated_type() : '\0';
    if (!take_if('[')) fail();
    std::vector<std::string> words{"0"};
    while (!take_if(']')) {
      if (words.size() > 1 && !take_if(',')) fail();
      skip_spaces();
      const char said = keyword();
      if (type != '\0' && said != '\0' && said != type) fail();
      words.emplace_back();
      type = element(type != '\0' ? type : said, words.back());
    }
    if (type == '\0') throw Error("an empty array needs its type: @as []");
    words[0] = cat(words.size() - 1);
    return {cat('a', type), std::move(words)};
  }

  // "as" of "@as [...]".
  char annotated_type() {
    if (take() != 'a') fail();
    const char type = take();
    if (std::string_view("bynqiuxtds").find(type) == std::string_view::npos) fail();
    return type;
  }

  // The type that a keyword says, which is optional.
  char keyword() {
    for (const Keyword& each : kKeywords) {
      const auto size = each.name.size();
      if (!rest_.starts_with(each.name) || rest_.size() == size || !is_space(rest_[size])) continue;
      rest_.remove_prefix(size);
      skip_spaces();
      return each.type;
    }
    return '\0';
  }

  // Of this type, or, if 0, of that which it looks like; returns the type.
  char element(char type, std::string& word) {
    if (starts('\'') || starts('"')) return text(type, word);
    const std::string_view all = rest_;
    while (!rest_.empty() && is_word(rest_.front())) rest_.remove_prefix(1);
    const std::string_view read = all.substr(0, all.size() - rest_.size());
    const bool is_bool = read == "true" || read == "false";
    const bool is_fraction = !read.starts_with("0x") && read.find_first_of(".e") != read.npos;
    if (type == '\0') type = is_bool ? 'b' : is_fraction ? 'd' : 'i';
    if ((type == 'b') == is_bool) word = is_bool ? std::string(read) : number(type, read);
    if (word.empty()) {
      rest_ = all;
      fail();
    }
    return type;
  }

  char text(char type, std::string& word) {
    if (type != '\0' && type != 's') fail();
    const char quote = take();
    for (char c = take(); c != quote; c = take()) word += c == '\\' ? escape() : c;
    return 's';
  }

  char escape() {
    const char c = take();
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    if (c != '\\' && c != '\'' && c != '"') throw Error(cat("the escape \\", c, " is not known"));
    return c;
  }

  std::string_view rest_;
};

}  // namespace

BusValue parse_gvariant(std::string_view text) { return Parser(text).parse(); }

}  // namespace runtime::cgroup
