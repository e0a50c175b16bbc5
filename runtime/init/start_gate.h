// The point where a container that is created waits to be started.
#pragma once

#include "base/fd.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Returns when the program is to be executed; `parent` is then the channel on which to report if it
// can't be. `gate` is the listening socket of `start`; nullptr: Start comes from the parent
// (`run`). Until the parent has recorded the container this process is on its leash: should the
// parent die first, it ends here.
void wait_for_start(Channel& parent, const base::OwnedFd* gate);

}  // namespace runtime
