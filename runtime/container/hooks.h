// Hooks (config.md#posix-platform-hooks): which there are, the status each kind sees, and what it
// means when one fails. Where in the life cycle they run, the stories say.
#pragma once

#include <string>
#include <vector>

#include "base/fd.h"
#include "oci/config.h"
#include "oci/state.h"
#include "runtime/container/hook_process.h"

namespace runtime {

enum class HookPoint {
  Prestart,
  CreateRuntime,
  CreateContainer,
  StartContainer,
  Poststart,
  Poststop
};

// The hooks of that kind, in order; none if the config has none.
const std::vector<oci::Hook>& hooks_at(HookPoint point, const oci::Hooks& hooks);

// For `features`: every kind there is.
std::vector<std::string> hook_names();

// Runs them one after the other. `state` gets the status that belongs to the kind. Throws at the
// first that fails: "hook prestart[0] /x: exited with status 1: …"; with Poststop a failure is a
// warning and the others run as well.
void run_hooks(HookPoint point, const oci::Hooks& hooks, oci::State state,
               const HookSurroundings& surroundings);

}  // namespace runtime
