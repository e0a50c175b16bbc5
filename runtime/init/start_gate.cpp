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
  if (gate == nullptr) return parent;
  // The gate is all that a created container holds of the host.
  parent.close();
  return accept_starter(*gate);
}

}  // namespace runtime
