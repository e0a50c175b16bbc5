// The joiner: a short-lived process between the parent and init, for what a process can't do to
// itself but only to its children: entering a pid namespace or a time namespace with clocks of its
// own, and making namespaces that shall belong to a user namespace which is joined.
#pragma once

#include "runtime/init/init.h"
#include "runtime/protocol/channel.h"

namespace runtime {

// Runs in the joiner: enters what is to be joined, clones init as the parent's child, hands its
// pidfd over and ends.
[[noreturn]] void run_joiner(const InitPlan& plan, Channel parent) noexcept;

}  // namespace runtime
