// The index of the verbs, in the order of the help.
#pragma once

#include <array>

#include "runtime/commands/command.h"

namespace runtime {

extern const Command kCheckpoint;
extern const Command kCreate;
extern const Command kDelete;
extern const Command kEvents;
extern const Command kExec;
extern const Command kFeatures;
extern const Command kKill;
extern const Command kList;
extern const Command kNetwork;
extern const Command kPause;
extern const Command kPs;
extern const Command kRestore;
extern const Command kResume;
extern const Command kRun;
extern const Command kSeccomp;
extern const Command kSpec;
extern const Command kStart;
extern const Command kState;
extern const Command kStats;
extern const Command kUpdate;

inline constexpr std::array<const Command*, 20> kCommands = {
    &kRun,     &kCreate, &kStart, &kExec,     &kState,   &kList,   &kPs,
    &kStats,   &kEvents, &kKill,  &kPause,    &kResume,  &kUpdate, &kCheckpoint,
    &kRestore, &kDelete, &kSpec,  &kFeatures, &kSeccomp, &kNetwork};

// Below `network`.
extern const Command kNetworkLs;
extern const Command kNetworkRm;

inline constexpr std::array<const Command*, 2> kNetworkCommands = {&kNetworkLs, &kNetworkRm};

// Below `seccomp`.
extern const Command kSeccompDefault;
extern const Command kSeccompExplain;
extern const Command kSeccompRecord;

inline constexpr std::array<const Command*, 3> kSeccompCommands = {
    &kSeccompRecord, &kSeccompExplain, &kSeccompDefault};

}  // namespace runtime
