#include "base/size.h"

#include <cctype>
#include <limits>

#include "base/text.h"

namespace base {

namespace {

// "", "b", "k", "kb", "kib" …: the power of 1024, or -1.
int power_of(std::string_view unit) {
  constexpr std::string_view kLetters = "bkmgtp";
  if (unit.empty()) return 0;
  const auto lower = [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  };
  const auto power = kLetters.find(lower(unit.front()));
  if (power == std::string_view::npos) return -1;
  std::string rest;
  for (const char c : unit.substr(1)) rest += lower(c);
  const bool known = rest.empty() || (power > 0 && (rest == "b" || rest == "ib"));
  return known ? static_cast<int>(power) : -1;
}

struct Decimal {
  std::uint64_t whole = 0;
  double fraction = 0;
};

std::optional<Decimal> parse_decimal(std::string_view digits) {
  const auto point = digits.find('.');
  const auto whole = parse_int<std::uint64_t>(digits.substr(0, point));
  if (!whole) return std::nullopt;
  Decimal decimal{*whole, 0};
  if (point == std::string_view::npos) return decimal;
  double place = 1;
  const std::string_view after = digits.substr(point + 1);
  if (after.empty()) return std::nullopt;
  for (const char c : after) {
    if (c < '0' || c > '9') return std::nullopt;
    place /= 10;
    decimal.fraction += place * (c - '0');
  }
  return decimal;
}

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text) {
  if (text == "-1") return -1;
  const auto end = text.find_first_not_of("0123456789.");
  const std::string_view digits = text.substr(0, end);
  const int power = end == std::string_view::npos ? 0 : power_of(text.substr(end));
  const auto number = parse_decimal(digits);
  if (!number || power < 0) return std::nullopt;
  if (power == 0 && digits.find('.') != std::string_view::npos) return std::nullopt;
  const std::uint64_t unit = std::uint64_t{1} << (10 * power);
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto fraction = static_cast<std::uint64_t>(number->fraction * static_cast<double>(unit));
  if (number->whole > (kMost - fraction) / unit) return std::nullopt;
  return static_cast<std::int64_t>(number->whole * unit + fraction);
}

}  // namespace base
