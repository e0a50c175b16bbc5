#include "runtime/cgroup/statistics_files.h"

#include <algorithm>
#include <limits>

#include "base/file.h"
#include "base/text.h"
#include "oci/number_list.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::parse_int;
using base::split;
using base::without_newline;

namespace {

using Words = std::vector<std::string_view>;

// "8:0"
bool parse_device(std::string_view text, std::uint64_t& major, std::uint64_t& minor) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto first = parse_int<std::uint64_t>(text.substr(0, colon));
  const auto second = parse_int<std::uint64_t>(text.substr(colon + 1));
  if (!first || !second) return false;
  major = *first;
  minor = *second;
  return true;
}

// What follows "name=" in one of the words.
std::string_view value_in(const Words& words, std::string_view name) {
  for (const std::string_view word : words) {
    if (word.starts_with(name) && word.substr(name.size()).starts_with('=')) {
      return word.substr(name.size() + 1);
    }
  }
  return {};
}

Stall parse_stall(const Words& words) {
  const auto share = [&](std::string_view name) {
    return oci::parse_hundredths(value_in(words, name)).value_or(oci::Hundredths{});
  };
  return {share("avg10"), share("avg60"), share("avg300"),
          parse_int<std::uint64_t>(value_in(words, "total")).value_or(0)};
}

}  // namespace

Counters parse_flat(std::string_view text) {
  Counters counters;
  for (const std::string_view line : split(text, '\n')) {
    const auto space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const auto value = parse_int<std::uint64_t>(line.substr(space + 1));
    if (value) counters.emplace_back(line.substr(0, space), *value);
  }
  return counters;
}

std::uint64_t counter(const Counters& counters, std::string_view key) {
  const std::uint64_t* value = oci::find(counters, key);
  return value == nullptr ? 0 : *value;
}

std::vector<DeviceCounters> parse_nested(std::string_view text) {
  std::vector<DeviceCounters> devices;
  for (const std::string_view line : split(text, '\n')) {
    const Words words = split(line, ' ');
    DeviceCounters device;
    if (!parse_device(words.front(), device.major, device.minor)) continue;
    for (const std::string_view word : words) {
      const auto equals = word.find('=');
      if (equals == std::string_view::npos) continue;
      const auto value = parse_int<std::uint64_t>(word.substr(equals + 1));
      if (value) device.counters.emplace_back(word.substr(0, equals), *value);
    }
    devices.push_back(std::move(device));
  }
  return devices;
}

std::vector<BlkioEntry> parse_blkio(std::string_view text) {
  std::vector<BlkioEntry> entries;
  for (const std::string_view line : split(text, '\n')) {
    const Words words = split(line, ' ');
    BlkioEntry entry;
    if (words.size() < 2 || words.size() > 3) continue;
    if (!parse_device(words.front(), entry.major, entry.minor)) continue;
    const auto value = parse_int<std::uint64_t>(words.back());
    if (!value) continue;
    entry.value = *value;
    if (words.size() == 3) entry.op = words[1];
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::optional<Pressure> parse_pressure(std::string_view text) {
  std::optional<Pressure> pressure;
  for (const std::string_view line : split(text, '\n')) {
    const Words words = split(line, ' ');
    if (words.front() != "some" && words.front() != "full") continue;
    if (!pressure) pressure.emplace();
    (words.front() == "some" ? pressure->some : pressure->full) = parse_stall(words);
  }
  return pressure;
}

std::optional<std::uint64_t> parse_limit(std::string_view text) {
  text = without_newline(text);
  if (text == "max") return std::numeric_limits<std::uint64_t>::max();
  return parse_int<std::uint64_t>(text);
}

std::vector<std::uint64_t> parse_numbers(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  for (const std::string_view word : split(without_newline(text), ' ')) {
    if (const auto number = parse_int<std::uint64_t>(word)) numbers.push_back(*number);
  }
  return numbers;
}

std::vector<std::uint16_t> parse_list(std::string_view text) {
  constexpr std::size_t kBits = std::numeric_limits<unsigned long>::digits;
  const auto set = oci::parse_number_list(without_newline(text));
  std::vector<std::uint16_t> numbers;
  for (std::size_t bit = 0; set && bit < set->size() * kBits; ++bit) {
    if (((*set)[bit / kBits] >> bit % kBits & 1) != 0) {
      numbers.push_back(static_cast<std::uint16_t>(bit));
    }
  }
  return numbers;
}

std::string read_text(BorrowedFd folder, const std::string& file) {
  auto result = sys::try_read_file(folder, file.c_str());
  return result.error == 0 ? std::move(result.bytes) : std::string();
}

std::uint64_t read_number(BorrowedFd folder, const std::string& file) {
  return parse_limit(read_text(folder, file)).value_or(0);
}

std::vector<std::string> huge_page_sizes(BorrowedFd folder, std::string_view suffix) {
  constexpr std::string_view kPrefix = "hugetlb.";
  std::vector<std::string> sizes;
  for (const std::string_view name : sys::list_directory(folder)) {
    if (!name.starts_with(kPrefix) || !name.ends_with(suffix)) continue;
    const std::string_view size =
        name.substr(kPrefix.size(), name.size() - kPrefix.size() - suffix.size());
    // Not "2MB.rsvd", which counts what is reserved.
    if (size.find('.') == std::string_view::npos) sizes.emplace_back(size);
  }
  std::sort(sizes.begin(), sizes.end());
  return sizes;
}

}  // namespace runtime::cgroup
