#include "runtime/commands/duration.h"

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace runtime {

namespace {

using Nanoseconds = std::chrono::nanoseconds;

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// A name that another begins with comes after it.
constexpr Unit kUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
};

std::string_view take_while(std::string_view& text, std::string_view characters) {
  const auto taken = text.substr(0, std::min(text.find_first_not_of(characters), text.size()));
  text.remove_prefix(taken.size());
  return taken;
}

const Unit* take_unit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

// Of "1.5s" what the point and 5 make; digits too many for the unit count nothing.
std::int64_t fraction_of(std::string_view digits, const Unit& unit) {
  std::int64_t sum = 0;
  std::int64_t place = unit.nanoseconds;
  for (const char digit : digits) {
    place /= 10;
    sum += place * (digit - '0');
  }
  return sum;
}

// One number and its unit.
std::optional<std::int64_t> take_part(std::string_view& text) {
  constexpr std::string_view kDigits = "0123456789";
  const std::string_view whole = take_while(text, kDigits);
  std::string_view decimals;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    decimals = take_while(text, kDigits);
  }
  const Unit* unit = take_unit(text);
  const auto number =
      whole.empty() ? std::optional<std::int64_t>(0) : base::parse_int<std::int64_t>(whole);
  if (unit == nullptr || !number || (whole.empty() && decimals.empty())) return std::nullopt;
  std::int64_t part = 0;
  if (__builtin_mul_overflow(*number, unit->nanoseconds, &part)) return std::nullopt;
  if (__builtin_add_overflow(part, fraction_of(decimals, *unit), &part)) return std::nullopt;
  return part;
}

std::optional<std::int64_t> parse(std::string_view text) {
  std::int64_t sum = 0;
  do {
    const auto part = take_part(text);
    if (!part || __builtin_add_overflow(sum, *part, &sum)) return std::nullopt;
  } while (!text.empty());
  return sum;
}

}  // namespace

Nanoseconds parse_duration(std::string_view text) {
  const auto duration = parse(text);
  if (!duration) throw base::Error("a duration is expected, such as 5s, 500ms or 1m30s");
  if (*duration == 0) throw base::Error("duration interval must be greater than 0");
  return Nanoseconds(*duration);
}

}  // namespace runtime
