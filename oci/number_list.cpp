#include "oci/number_list.h"

#include <limits>

#include "base/text.h"

namespace oci {

namespace {

struct Range {
  unsigned first;
  unsigned last;
};

std::optional<unsigned> parse_number(std::string_view text) {
  constexpr unsigned kMost = 65535;
  const auto number = base::parse_int<unsigned>(text);
  return number && *number <= kMost ? number : std::nullopt;
}

std::optional<Range> parse_range(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = parse_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_number(text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return Range{*first, *last};
}

// Word by word, so that a long list of wide ranges takes no time.
void insert(NumberSet& set, Range range) {
  constexpr unsigned kBits = std::numeric_limits<unsigned long>::digits;
  constexpr unsigned long kAll = ~0UL;
  const unsigned first = range.first / kBits;
  const unsigned last = range.last / kBits;
  if (set.size() <= last) set.resize(last + 1);
  for (unsigned word = first; word <= last; ++word) {
    const unsigned long from = word == first ? kAll << range.first % kBits : kAll;
    const unsigned long to = word == last ? kAll >> (kBits - 1 - range.last % kBits) : kAll;
    set[word] |= from & to;
  }
}

}  // namespace

std::optional<NumberSet> parse_number_list(std::string_view text) {
  NumberSet set;
  for (const std::string_view item : base::split(text, ',')) {
    // Blanks around an item are allowed by the schema ("0-3, 7").
    const auto range = parse_range(base::stripped(item, " "));
    if (!range) return std::nullopt;
    insert(set, *range);
  }
  return set;
}

}  // namespace oci
