#include "runtime/commands/table.h"

#include <algorithm>

#include "base/text.h"
#include "oci/hundredths.h"

namespace runtime {

using base::cat;

namespace {

// Characters, not bytes: those of UTF-8 that go on with one don't count.
std::size_t width_of(std::string_view cell) {
  const auto is_first = [](char byte) { return (byte & 0xc0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(cell.begin(), cell.end(), is_first));
}

}  // namespace

std::string format_table(Table table) {
  constexpr std::size_t kGap = 3;
  std::vector<std::size_t> widths(table.front().size());
  for (auto& row : table) {
    // Whoever named a bundle has no say in what the table looks like.
    for (std::string& cell : row) cell = base::one_line(cell);
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], width_of(row[column]) + kGap);
    }
  }
  std::string text;
  for (const auto& row : table) {
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      text += row[column] + std::string(widths[column] - width_of(row[column]), ' ');
    }
    text += row.back() + "\n";
  }
  return text;
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  std::size_t unit = 0;
  while (unit + 1 < std::size(kUnits) && bytes >> (10 * (unit + 1)) > 0) ++unit;
  if (unit == 0) return cat(bytes, kUnits[0]);
  const std::uint64_t hundredths = (bytes >> (10 * (unit - 1))) * 100 / 1024;
  const std::string digits = oci::text_of({hundredths});
  // With both decimals below 10, one below 100, then none.
  const std::size_t dropped = hundredths < 1'000 ? 0 : hundredths < 10'000 ? 1 : 3;
  return cat(digits.substr(0, digits.size() - dropped), kUnits[unit]);
}

}  // namespace runtime
