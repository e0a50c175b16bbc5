#include "tests/seccomp/differences.h"

#include <algorithm>
#include <array>

namespace seccomp_test {

using namespace seccomp;
using oci::SeccompOperator;

namespace {

bool compares_by_order(const Condition& condition) {
  return condition.op == SeccompOperator::LessThan ||
         condition.op == SeccompOperator::LessOrEqual ||
         condition.op == SeccompOperator::GreaterThan ||
         condition.op == SeccompOperator::GreaterOrEqual;
}

struct Interval {
  std::uint64_t least;
  std::uint64_t most;
  bool empty;
};

Interval interval_of(const Condition& condition, std::uint64_t top) {
  const std::uint64_t value = condition.value & top;
  switch (condition.op) {
    case SeccompOperator::LessThan: return {0, value - 1, value == 0};
    case SeccompOperator::LessOrEqual: return {0, value, false};
    case SeccompOperator::GreaterThan: return {value + 1, top, value == top};
    default: return {value, top, false};
  }
}

bool holds_for(const Condition& condition, std::uint64_t argument, bool wide) {
  const Decision decision{{{{condition}, 0, 0}}, 0, Reason::Default, 0, wide};
  std::array<__u64, 6> arguments{};
  arguments[condition.index] = argument;
  return matching(decision, arguments) != nullptr;
}

// Whether one argument can satisfy both; yes when in doubt.
bool are_compatible(const Condition& one, const Condition& other, bool wide) {
  const std::uint64_t top = wide ? ~0ULL : 0xffffffffULL;
  if (one.op == SeccompOperator::Equal) return holds_for(other, one.value & top, wide);
  if (other.op == SeccompOperator::Equal) return are_compatible(other, one, wide);
  if (compares_by_order(one) && compares_by_order(other)) {
    const Interval left = interval_of(one, top);
    const Interval right = interval_of(other, top);
    return !left.empty && !right.empty &&
           std::max(left.least, right.least) <= std::min(left.most, right.most);
  }
  if (one.op == SeccompOperator::MaskedEqual && other.op == SeccompOperator::MaskedEqual) {
    return ((one.value ^ other.value) & one.mask & other.mask & top) == 0;
  }
  return true;
}

bool can_both_hold(const Alternative& one, const Alternative& other, bool wide) {
  for (const Condition& left : one.conditions) {
    for (const Condition& right : other.conditions) {
      if (left.index == right.index && !are_compatible(left, right, wide)) return false;
    }
  }
  return true;
}

// Both have several conditions, of which some are about the same argument.
bool share_conditions(const Alternative& one, const Alternative& other) {
  if (one.conditions.size() < 2 || other.conditions.size() < 2) return false;
  return std::ranges::any_of(one.conditions, [&](const Condition& condition) {
    return std::ranges::find(other.conditions, condition.index, &Condition::index) !=
           other.conditions.end();
  });
}

}  // namespace

bool is_ambiguous(const Decision& decision) {
  for (const Alternative& one : decision.alternatives) {
    for (const Alternative& other : decision.alternatives) {
      if (one.verdict != other.verdict && can_both_hold(one, other, decision.wide_arguments)) {
        return true;
      }
    }
  }
  return false;
}

bool is_merged_wrongly(const Decision& decision) {
  const std::vector<Alternative>& all = decision.alternatives;
  if (all.size() < 2) return false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::ranges::any_of(all[i].conditions, compares_by_order)) return true;
    for (std::size_t j = 0; j < i; ++j) {
      if (share_conditions(all[i], all[j])) return true;
    }
  }
  return false;
}

bool lacks_a_load(const Program& program, std::uint32_t audit) {
  for (std::size_t place = 0; place < program.size(); ++place) {
    const sock_filter& test = program[place];
    if (test.code != (BPF_JMP | BPF_JEQ | BPF_K) || test.k != audit) continue;
    std::size_t target = place + 1 + test.jt;
    if (program[target].code == (BPF_JMP | BPF_JA)) target += 1 + program[target].k;
    return program[target].code != (BPF_LD | BPF_W | BPF_ABS);
  }
  return false;
}

}  // namespace seccomp_test
