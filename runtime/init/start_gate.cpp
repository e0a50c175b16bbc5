#include "runtime/init/start_gate.h"

#include "base/socket.h"
#include "runtime/init/child_story.h"

namespace runtime {

namespace {

Channel accept_starter(const base::OwnedFd& gate) {
  for (;;) {
    Channel starter(sys::accept(gate));
    // One that is gone without having said Start was killed in between; the next may come.
    if (starter.expect<Start>()) return starter;
  }
}

}  // namespace

void wait_for_start(Channel& parent, const base::OwnedFd* gate) {
  if (gate == nullptr) return await<Start>(parent);
  await<AwaitStart>(parent);
  // The gate is all that a created container holds of the host.
  parent.close();
  parent = accept_starter(*gate);
}

}  // namespace runtime
