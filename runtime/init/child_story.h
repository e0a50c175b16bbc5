// How a process that the parent has cloned runs its story and tells the parent of its failure.
#pragma once

#include <new>

#include "base/error.h"
#include "base/process.h"
#include "runtime/protocol/channel.h"

namespace runtime {

inline constexpr int kStoryFailed = 1;  // exit status

// `story` does not return. What it throws goes to the parent, which adds its own frames.
template <typename Story>
[[noreturn]] void tell(Channel& parent, Story story) noexcept {
  const base::NoContext fresh;
  try {
    story();
  } catch (const base::Error& error) {
    parent.send_fault(error);
  } catch (const std::bad_alloc&) {
    parent.send_out_of_memory();
  }
  sys::leave_child(kStoryFailed);
}

// Waits for the parent's next message. Where the parent is gone there is nobody to tell: ends the
// process.
template <typename Message>
void await(Channel& parent) {
  if (!parent.expect<Message>()) sys::leave_child(kStoryFailed);
}

}  // namespace runtime
