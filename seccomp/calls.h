// Names and numbers of system calls, as libseccomp has them: a table that the build makes of it
// (cmake/seccomp.cmake).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "seccomp/architecture.h"

namespace seccomp {

struct Call {
  std::uint32_t number;
  // For a family of calls with one number (socketcall, ipc): which one the first argument says.
  std::optional<std::uint32_t> multiplexed;
};

// What a name stands for on one architecture: nothing, a number, a member of a family, or both of
// these.
class Calls {
 public:
  void add(const Call& call) noexcept { calls_[count_++] = call; }
  bool empty() const noexcept { return count_ == 0; }
  const Call* begin() const noexcept { return calls_.data(); }
  const Call* end() const noexcept { return calls_.data() + count_; }

 private:
  std::array<Call, 2> calls_{};
  std::size_t count_ = 0;
};

// The place of a name in the table; empty when no architecture has a call of that name.
std::optional<std::size_t> find_name(std::string_view name) noexcept;
Calls resolve(const Architecture& architecture, std::size_t place) noexcept;

// Both at once.
Calls resolve(const Architecture& architecture, std::string_view name) noexcept;

// Empty when it has no such call.
std::string_view call_name(const Architecture& architecture, std::uint32_t number) noexcept;

// What this program is compiled for.
const Architecture& native_architecture() noexcept;

// Whether libseccomp has that architecture's system calls, and a filter can hold it here.
bool is_available(const Architecture& architecture) noexcept;

// libseccomp's: "2.5.4".
std::string_view library_version() noexcept;

}  // namespace seccomp
