// Until when something may be waited for.
#pragma once

#include <algorithm>
#include <chrono>

namespace runtime::cgroup {

using Deadline = std::chrono::steady_clock::time_point;

// What is left, in whole milliseconds rounded up as poll(2) takes them; 0 when it is over.
inline int milliseconds_until(Deadline deadline) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<milliseconds::rep>(left.count(), 0, 1 << 30));
}

}  // namespace runtime::cgroup
