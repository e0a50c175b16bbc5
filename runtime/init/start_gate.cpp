#include "runtime/init/start_gate.h"

#include "base/process.h"
#include "base/socket.h"

namespace runtime {

namespace {

constexpr int kParentIsGone = 1;

Channel accept_starter(const base::OwnedFd& gate) {
  for (;;) {
    Channel starter(sys::accept(gate));
    // One that is gone without having said Start was killed in between; the next may come.
    if (starter.expect<Start>()) return starter;
  }
}

}  // namespace

Channel wait_for_start(Channel parent, const base::OwnedFd* gate) {
  const bool go_on = gate != nullptr ? parent.expect<AwaitStart>().has_value()
                                     : parent.expect<Start>().has_value();
  if (!go_on) sys::leave_child(kParentIsGone);
  return gate != nullptr ? accept_starter(*gate) : std::move(parent);
}

}  // namespace runtime
