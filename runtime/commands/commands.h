// The index of the verbs, in the order of the help.
#pragma once

#include <array>

#include "runtime/commands/command.h"

namespace runtime {

extern const Command kCreate;
extern const Command kDelete;
extern const Command kFeatures;
extern const Command kKill;
extern const Command kList;
extern const Command kRun;
extern const Command kSpec;
extern const Command kStart;
extern const Command kState;
extern const Command kUpdate;

inline constexpr std::array<const Command*, 10> kCommands = {
    &kRun, &kCreate, &kStart, &kState, &kList, &kKill, &kUpdate, &kDelete, &kSpec, &kFeatures};

}  // namespace runtime
