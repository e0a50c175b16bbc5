// What the parent hears from a child of its own, and how it learns that there is nothing to hear.
#pragma once

#include <utility>

#include "base/child_process.h"
#include "base/fd.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Says how the child died that said nothing.
[[noreturn]] void report_death(base::ChildProcess& child);

// The message that is due, with the descriptor that came along, if any.
template <typename Message>
base::OwnedFd expect(Channel& channel, base::ChildProcess& child) {
  auto passed = channel.expect<Message>();
  if (!passed) report_death(child);
  return std::move(*passed);
}

}  // namespace runtime
