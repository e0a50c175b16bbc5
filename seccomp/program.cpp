// Pieces of code are put together from their ends to their beginnings: all jumps go forward, so
// where one leads is known when it is written, and a piece works wherever it is put.
#include "seccomp/program.h"

#include <algorithm>
#include <cstddef>

#include "base/error.h"
#include "base/text.h"

namespace seccomp {

namespace {

using oci::SeccompOperator;
using Ranges = std::span<const Range>;
using Alternatives = std::span<const Alternative>;

// What a conditional jump can pass over: 255 instructions, one of which may be a jump farther.
constexpr std::size_t kFarthest = 254;

sock_filter statement(unsigned code, std::uint32_t operand) {
  return {static_cast<std::uint16_t>(code), 0, 0, operand};
}

sock_filter load(std::size_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

sock_filter give(Verdict verdict) { return statement(BPF_RET | BPF_K, verdict); }

sock_filter jump(std::size_t distance) {
  return statement(BPF_JMP | BPF_JA, static_cast<std::uint32_t>(distance));
}

// A comparison of what is loaded. Where its two ways go is counted in instructions to pass over.
struct Branch {
  unsigned test;  // BPF_JEQ, BPF_JGE, BPF_JGT
  std::uint32_t operand;
  std::size_t if_true;
  std::size_t if_false;
};

// A way too far for a branch goes by a jump right after it, that of `false` first.
void append(Program& code, const Branch& branch) {
  const bool far_true = branch.if_true > kFarthest;
  const bool far_false = branch.if_false > kFarthest;
  const std::size_t true_jumps = far_true ? 1 : 0;
  const std::size_t false_jumps = far_false ? 1 : 0;
  const std::size_t near_true = false_jumps + (far_true ? 0 : branch.if_true);
  const std::size_t near_false = far_false ? 0 : true_jumps + branch.if_false;
  code.push_back({static_cast<std::uint16_t>(BPF_JMP | branch.test | BPF_K),
                  static_cast<std::uint8_t>(near_true), static_cast<std::uint8_t>(near_false),
                  branch.operand});
  if (far_false) code.push_back(jump(branch.if_false + true_jumps));
  if (far_true) code.push_back(jump(branch.if_true));
}

void append(Program& code, const Program& more) {
  code.insert(code.end(), more.begin(), more.end());
}

// --- arguments ------------------------------------------------------------------------------

constexpr bool kLittleEndian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

// Offsets into seccomp_data.
constexpr std::size_t argument(std::uint32_t index) {
  return offsetof(seccomp_data, args) + index * sizeof(__u64);
}
constexpr std::size_t lower_half_of(std::uint32_t index) {
  return argument(index) + (kLittleEndian ? 0 : sizeof(__u32));
}
constexpr std::size_t upper_half_of(std::uint32_t index) {
  return argument(index) + (kLittleEndian ? sizeof(__u32) : 0);
}

struct Halves {
  std::uint32_t upper;
  std::uint32_t lower;
};

Halves halves(std::uint64_t value) {
  return {static_cast<std::uint32_t>(value >> 32), static_cast<std::uint32_t>(value)};
}

// The ways out of a comparison, by what is left to do after it.
struct Ways {
  std::size_t if_true;
  std::size_t if_false;
  Ways swapped() const { return {if_false, if_true}; }
};

Program compare(std::size_t offset, unsigned test, std::uint32_t value, std::uint32_t mask,
                Ways ways) {
  Program code = {load(offset)};
  if (mask != ~0U) code.push_back(statement(BPF_ALU | BPF_AND | BPF_K, mask));
  append(code, Branch{test, value, ways.if_true, ways.if_false});
  return code;
}

Program equal(const Condition& condition, bool wide, Ways ways) {
  const Halves value = halves(condition.value);
  const Halves mask = halves(condition.mask);
  Program lower;
  // Half of a mask may ask for nothing, and then the other decides.
  if (mask.lower != 0 || !wide || mask.upper == 0) {
    lower = compare(lower_half_of(condition.index), BPF_JEQ, value.lower, mask.lower, ways);
  }
  if (!wide || mask.upper == 0) return lower;
  Program code = compare(upper_half_of(condition.index), BPF_JEQ, value.upper, mask.upper,
                         {lower.empty() ? ways.if_true : 0, lower.size() + ways.if_false});
  append(code, lower);
  return code;
}

// Whether it is greater, with BPF_JGE or equal. The upper halves decide unless they are the same.
Program greater(const Condition& condition, bool wide, unsigned test, Ways ways) {
  const Halves value = halves(condition.value);
  const Program lower = compare(lower_half_of(condition.index), test, value.lower, ~0U, ways);
  if (!wide) return lower;
  Program same;
  append(same, Branch{BPF_JEQ, value.upper, 0, lower.size() + ways.if_false});
  Program code = {load(upper_half_of(condition.index))};
  append(code, Branch{BPF_JGT, value.upper, same.size() + lower.size() + ways.if_true, 0});
  append(code, same);
  append(code, lower);
  return code;
}

Program test(const Condition& condition, bool wide, Ways ways) {
  switch (condition.op) {
    case SeccompOperator::Equal:
    case SeccompOperator::MaskedEqual: return equal(condition, wide, ways);
    case SeccompOperator::NotEqual: return equal(condition, wide, ways.swapped());
    case SeccompOperator::GreaterOrEqual: return greater(condition, wide, BPF_JGE, ways);
    case SeccompOperator::GreaterThan: return greater(condition, wide, BPF_JGT, ways);
    case SeccompOperator::LessThan: return greater(condition, wide, BPF_JGE, ways.swapped());
    case SeccompOperator::LessOrEqual: return greater(condition, wide, BPF_JGT, ways.swapped());
  }
  return {};
}

// Falls through to what follows if a condition does not hold.
Program code_of(const Alternative& alternative, bool wide) {
  Program rest = {give(alternative.verdict)};
  for (std::size_t i = alternative.conditions.size(); i-- > 0;) {
    Program code = test(alternative.conditions[i], wide, {0, rest.size()});
    append(code, rest);
    rest = std::move(code);
  }
  return rest;
}

// Whether both compare the same argument with one value, of the same upper half, to the same end:
// then what is loaded for the one serves the other.
bool are_values_of_one(const Alternative& left, const Alternative& right) {
  if (left.conditions.size() != 1 || right.conditions.size() != 1) return false;
  const Condition& one = left.conditions.front();
  const Condition& other = right.conditions.front();
  return one.op == SeccompOperator::Equal && other.op == SeccompOperator::Equal &&
         one.index == other.index && left.verdict == right.verdict &&
         halves(one.value).upper == halves(other.value).upper;
}

Program code_of_values(Alternatives alternatives, bool wide) {
  const Condition& first = alternatives.front().conditions.front();
  Program rest = {give(alternatives.front().verdict)};
  std::size_t if_none = rest.size();
  for (std::size_t i = alternatives.size(); i-- > 0;) {
    const std::uint32_t value = halves(alternatives[i].conditions.front().value).lower;
    // From any of the comparisons to the verdict; the last one passes over it.
    Program code;
    append(code, Branch{BPF_JEQ, value, rest.size() - 1, if_none});
    append(code, rest);
    rest = std::move(code);
    if_none = 0;
  }
  Program code;
  if (wide) {
    code = compare(upper_half_of(first.index), BPF_JEQ, halves(first.value).upper, ~0U,
                   {0, rest.size() + 1});
  }
  code.push_back(load(lower_half_of(first.index)));
  append(code, rest);
  return code;
}

Program code_of(const Decision& decision) {
  Program code;
  for (Alternatives rest = decision.alternatives; !rest.empty();) {
    const auto other = std::ranges::find_if_not(
        rest, [&](const Alternative& each) { return are_values_of_one(rest.front(), each); });
    const auto same = static_cast<std::size_t>(other - rest.begin());
    append(code, same > 1 ? code_of_values(rest.first(same), decision.wide_arguments)
                          : code_of(rest.front(), decision.wide_arguments));
    rest = rest.subspan(std::max<std::size_t>(same, 1));
  }
  code.push_back(give(decision.otherwise));
  return code;
}

// --- numbers --------------------------------------------------------------------------------

bool same_code(const Decision& left, const Decision& right) {
  return &left == &right || (left.alternatives.empty() && right.alternatives.empty() &&
                             left.otherwise == right.otherwise);
}

// For explanations neighbours are apart that for a filter are one.
std::vector<Range> merged(const std::vector<Range>& ranges,
                          const std::vector<Decision>& decisions) {
  std::vector<Range> result;
  for (const Range& range : ranges) {
    if (result.empty() ||
        !same_code(decisions[result.back().decision], decisions[range.decision])) {
      result.push_back(range);
    }
  }
  return result;
}

// The code of one architecture: the tree, and behind it the verdicts that have no conditions, which
// so are there once and not in each leaf.
class Section {
 public:
  Section(const std::vector<Range>& ranges, const std::vector<Decision>& decisions)
      : decisions_(decisions), ranges_(merged(ranges, decisions)) {
    for (const Range& range : ranges_) {
      const Decision& decision = decisions_[range.decision];
      const bool is_known = std::ranges::find(exits_, decision.otherwise) != exits_.end();
      if (decision.alternatives.empty() && !is_known) exits_.push_back(decision.otherwise);
    }
  }

  Program code() const {
    Program code = {load(offsetof(seccomp_data, nr))};
    append(code, tree(ranges_, 0));
    for (const Verdict verdict : exits_) code.push_back(give(verdict));
    return code;
  }

 private:
  // What a branch leads to: code that follows it, or, counted from that code's end, an exit.
  struct Way {
    Program code;
    std::size_t exit = 0;
  };

  // `behind` are the instructions between the end of the code and the first exit.
  Way way(Ranges ranges, std::size_t behind) const {
    const Decision& decision = decisions_[ranges.front().decision];
    if (ranges.size() > 1 || !decision.alternatives.empty()) return {tree(ranges, behind)};
    const auto place = std::ranges::find(exits_, decision.otherwise) - exits_.begin();
    const std::size_t exit = behind + static_cast<std::size_t>(place);
    if (exit > kFarthest) return {code_of(decision)};
    return {{}, exit};
  }

  // The lower half follows its branch, the upper half comes after that.
  Program tree(Ranges ranges, std::size_t behind) const {
    if (ranges.size() == 1) return code_of(decisions_[ranges.front().decision]);
    const std::size_t middle = ranges.size() / 2;
    const Way upper = way(ranges.subspan(middle), behind);
    const Way lower = way(ranges.first(middle), behind + upper.code.size());
    Program code;
    append(code, Branch{BPF_JGE, ranges[middle].first, lower.code.size() + upper.exit, lower.exit});
    append(code, lower.code);
    append(code, upper.code);
    return code;
  }

  const std::vector<Decision>& decisions_;
  std::vector<Range> ranges_;
  std::vector<Verdict> exits_;
};

}  // namespace

Program assemble(const Decisions& decisions) {
  Program code = {load(offsetof(seccomp_data, arch))};
  for (const Table& table : decisions.tables) {
    const Program section = Section(table.ranges, decisions.decisions).code();
    append(code, Branch{BPF_JEQ, table.audit, 0, section.size()});
    append(code, section);
  }
  append(code, code_of(decisions.decisions[decisions.foreign]));
  if (code.size() > BPF_MAXINSNS) {
    throw base::Error(
        base::cat("the filter takes ", code.size(), " instructions, the most are ", BPF_MAXINSNS));
  }
  return code;
}

}  // namespace seccomp
