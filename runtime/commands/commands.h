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

inline constexpr std::array<const Command*, 9> kCommands = {
    &kRun, &kCreate, &kStart, &kState, &kList, &kKill, &kDelete, &kSpec, &kFeatures};

}  // namespace runtime
