#include "oci/hundredths.h"

#include "base/text.h"

namespace oci {

std::string text_of(Hundredths number) {
  const std::uint64_t decimals = number.count % 100;
  return base::cat(number.count / 100, decimals < 10 ? ".0" : ".", decimals);
}

std::optional<Hundredths> parse_hundredths(std::string_view text) {
  constexpr std::size_t kDecimals = 3;  // with the point
  if (text.size() <= kDecimals || text[text.size() - kDecimals] != '.') return std::nullopt;
  const auto whole = base::parse_int<std::uint64_t>(text.substr(0, text.size() - kDecimals));
  const auto decimals = base::parse_int<std::uint64_t>(text.substr(text.size() - 2));
  if (!whole || !decimals || *whole > UINT64_MAX / 100 - 1) return std::nullopt;
  return Hundredths{*whole * 100 + *decimals};
}

}  // namespace oci
