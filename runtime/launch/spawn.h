// How init comes into the world: cloned by us, or by a joiner that puts it where only a parent can.
#pragma once

#include "base/child_process.h"
#include "runtime/container/state_dir.h"
#include "runtime/init/init.h"
#include "runtime/launch/caller.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Our child, at the beginning of its story. `theirs` is the end of `ours` that it speaks to; it has
// no part in the lock of `dir`.
base::ChildProcess spawn_init(const InitPlan& plan, const Caller& caller, StateDir& dir,
                              Channel& ours, Channel theirs);

}  // namespace runtime
