#include "seccomp/calls.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace seccomp {

namespace {

#include "seccomp_table.h"

// Members of a family have these numbers of libseccomp's.
constexpr int kSocketCalls = -100;
constexpr int kIpcCalls = -200;

std::string_view name_at(const Row& row) noexcept { return kNames + row.name; }

// Below, at or above that name, in the table's order; without measuring the row's.
int compare(const Row& row, std::string_view name) noexcept {
  const char* text = kNames + row.name;
  const int difference = std::strncmp(text, name.data(), name.size());
  return difference != 0 ? difference : text[name.size()];
}

std::optional<std::size_t> column_of(const Architecture& architecture) noexcept {
  const auto* found = std::ranges::find(kColumns, architecture.name);
  if (found == std::end(kColumns)) return std::nullopt;
  return static_cast<std::size_t>(found - kColumns);
}

Call member(const Architecture& architecture, int number) noexcept {
  const bool is_ipc = number <= kIpcCalls;
  return {is_ipc ? architecture.ipc : architecture.socketcall,
          static_cast<std::uint32_t>((is_ipc ? kIpcCalls : kSocketCalls) - number)};
}

}  // namespace

std::optional<std::size_t> find_name(std::string_view name) noexcept {
  const auto* found = std::partition_point(std::begin(kRows), std::end(kRows),
                                           [&](const Row& row) { return compare(row, name) < 0; });
  if (found == std::end(kRows) || compare(*found, name) != 0) return std::nullopt;
  return static_cast<std::size_t>(found - kRows);
}

Calls resolve(const Architecture& architecture, std::size_t place) noexcept {
  Calls calls;
  const auto column = column_of(architecture);
  if (!column) return calls;
  const int number = kRows[place].numbers[*column];
  if (number >= 0) calls.add({static_cast<std::uint32_t>(number), std::nullopt});
  if (number > kSocketCalls) return calls;
  calls.add(member(architecture, number));
  for (const Direct& direct : kDirect) {
    if (direct.column == *column && direct.row == place) calls.add({direct.number, std::nullopt});
  }
  return calls;
}

Calls resolve(const Architecture& architecture, std::string_view name) noexcept {
  const auto place = find_name(name);
  return place ? resolve(architecture, *place) : Calls();
}

std::string_view call_name(const Architecture& architecture, std::uint32_t number) noexcept {
  const auto column = column_of(architecture);
  if (!column) return {};
  for (const Direct& direct : kDirect) {
    if (direct.column == *column && direct.number == number) return name_at(kRows[direct.row]);
  }
  for (const Row& row : kRows) {
    if (row.numbers[*column] >= 0 && static_cast<std::uint32_t>(row.numbers[*column]) == number) {
      return name_at(row);
    }
  }
  return {};
}

const Architecture& native_architecture() noexcept {
  return architecture_of(kColumns[kNativeColumn]);
}

bool is_available(const Architecture& architecture) noexcept {
  return column_of(architecture).has_value();
}

std::string_view library_version() noexcept { return kLibraryVersion; }

}  // namespace seccomp
