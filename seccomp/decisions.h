// What a filter does about each system call, as a table: the profile's meaning, and not yet its
// code. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linux/seccomp.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "oci/seccomp.h"
#include "seccomp/architecture.h"

namespace seccomp {

// SECCOMP_RET_* with its data in the lower 16 bits.
using Verdict = std::uint32_t;

Verdict verdict_of(oci::SeccompAction action, const std::optional<std::uint32_t>& errno_ret);

// A comparison of one argument: SCMP_CMP_*. `mask` counts for SCMP_CMP_MASKED_EQ only, whose value
// has no bit outside it.
struct Condition {
  std::uint32_t index;
  oci::SeccompOperator op;
  std::uint64_t value;
  std::uint64_t mask;
};

// Holds if all of its conditions do.
struct Alternative {
  std::vector<Condition> conditions;
  Verdict verdict;
  std::size_t rule;  // its place in linux.seccomp.syscalls
};

// Why a call that no alternative covers gets the verdict it gets.
enum class Reason : std::uint8_t {
  Rule,     // a rule without conditions names it
  Default,  // no rule does
  Newer,    // its number is beyond all that the profile names
  Foreign,  // the profile has no such architecture
};

struct Decision {
  std::vector<Alternative> alternatives;  // the first that holds decides
  Verdict otherwise;
  Reason reason;        // of `otherwise`
  std::size_t rule;     // for Reason::Rule
  bool wide_arguments;  // otherwise only the lower 32 bits are compared
};

// All numbers from `first` up to the next range's.
struct Range {
  std::uint32_t first;
  std::size_t decision;  // its place in Decisions::decisions
};

struct Table {
  std::uint32_t audit;        // AUDIT_ARCH_*
  std::vector<Range> ranges;  // ascending; the first begins at 0
};

struct Decisions {
  std::vector<Decision> decisions;
  std::vector<Table> tables;  // the native architecture's first
  std::size_t foreign;        // the place of the decision for all other architectures
  // Names in the profile that no architecture has: misspelt, or younger than libseccomp.
  std::vector<std::string> unknown;
};

// Of a profile that has been validated. Throws base::Error for an architecture that can't be part
// of a filter here.
Decisions decide(const oci::Seccomp& profile);

const Decision& decision_for(const Decisions& decisions, std::uint32_t audit, std::uint32_t number);

// The alternative that holds for these six arguments; null: none, so `otherwise` is the verdict.
const Alternative* matching(const Decision& decision, std::span<const __u64, 6> arguments);

// What a filter of these decisions returns.
Verdict verdict_for(const Decisions& decisions, const seccomp_data& data);

}  // namespace seccomp
