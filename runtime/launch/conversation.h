// What the parent hears from a child of its own, and how it learns that there is nothing to hear.
#pragma once

#include <string_view>
#include <utility>

#include "base/child_process.h"
#include "base/fd.h"
#include "runtime/container/status.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Says how the child died that said nothing.
[[noreturn]] void report_death(base::ChildProcess& child, std::string_view who = kInit);

// Whether there is something to hear within half a second. Throws, saying how it died, when the
// child has ended without a word: whom it has cloned holds the other end of the channel, and may
// wait for us as we for it.
bool is_heard(Channel& channel, base::ChildProcess& child, std::string_view who = kInit);

// The message that is due, with the descriptor that came along, if any.
template <typename Message>
base::OwnedFd expect(Channel& channel, base::ChildProcess& child, std::string_view who = kInit) {
  auto passed = channel.expect<Message>();
  if (!passed) report_death(child, who);
  return std::move(*passed);
}

// The process that a joiner or an entrant has cloned for us: what comes along with Spawned.
base::ChildProcess adopt(base::OwnedFd pidfd);

}  // namespace runtime
