// Names and numbers of system calls, as libseccomp has them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

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

Calls resolve(const Architecture& architecture, const char* name);

// Whether any architecture has a call of that name.
bool is_call(const char* name);

// Empty when it has no such call.
std::string call_name(const Architecture& architecture, std::uint32_t number);

// Of the library at run time: "2.5.4".
std::string library_version();

}  // namespace seccomp
