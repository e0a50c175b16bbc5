// How a profile is read (docs/decisions/seccomp.md):
//   - A rule whose verdict is the default's says nothing.
//   - A rule without conditions beats all with conditions, wherever it stands; the first such wins.
//   - Of rules with conditions the first that holds decides.
//   - Conditions of a rule hold together; but if two of them are about the same argument, each by
//     itself is enough, as in runc.
#include "seccomp/decisions.h"

#include <algorithm>
#include <cerrno>
#include <functional>

#include "base/error.h"
#include "base/text.h"
#include "seccomp/calls.h"

namespace seccomp {

namespace {

using base::cat;
using oci::SeccompAction;
using oci::SeccompArch;
using oci::SeccompOperator;

using Conditions = std::vector<Condition>;

Condition condition_of(const oci::SeccompArg& arg) {
  if (arg.op != SeccompOperator::MaskedEqual) return {arg.index, arg.op, arg.value, ~0ULL};
  // "value" is the mask, "valueTwo" what is left of the argument under it.
  return {arg.index, arg.op, arg.value_two & arg.value, arg.value};
}

bool share_an_argument(const Conditions& conditions) {
  unsigned seen = 0;
  for (const Condition& condition : conditions) {
    const unsigned bit = 1U << condition.index;
    if ((seen & bit) != 0) return true;
    seen |= bit;
  }
  return false;
}

// Each of which is enough.
std::vector<Conditions> alternatives_of(const std::vector<oci::SeccompArg>& args) {
  Conditions all;
  for (const oci::SeccompArg& arg : args) all.push_back(condition_of(arg));
  if (!share_an_argument(all)) return {all};
  std::vector<Conditions> each;
  for (const Condition& condition : all) each.push_back({condition});
  return each;
}

// The first argument says which member of the family is called, so that the member's own arguments
// are out of sight: what stands for the first can't be asked for, and others are taken as they
// come.
Conditions of_member(const Conditions& conditions, std::uint32_t member) {
  Conditions result = {{0, SeccompOperator::Equal, member, ~0ULL}};
  for (const Condition& condition : conditions) {
    if (condition.index != 0) result.push_back(condition);
  }
  return result;
}

// A mask without bits asks for nothing.
Conditions that_ask(Conditions conditions, bool wide_arguments) {
  std::erase_if(conditions, [&](const Condition& condition) {
    const std::uint64_t seen = wide_arguments ? ~0ULL : 0xffffffffULL;
    return condition.op == SeccompOperator::MaskedEqual && (condition.mask & seen) == 0;
  });
  return conditions;
}

// One call that a rule names.
struct Named {
  Call call;
  std::size_t rule;
};

// An architecture of the filter, with the calls that are named for it, in the order of the rules.
struct Part {
  std::reference_wrapper<const Architecture> which;
  std::vector<Named> named;
};

// What a rule says, translated once for all of its names.
struct Rule {
  Verdict verdict;
  std::vector<Conditions> alternatives;
  std::optional<std::size_t> decision;  // that it makes without conditions, once it does
};

class Builder {
 public:
  explicit Builder(const oci::Seccomp& profile)
      : profile_(profile),
        default_verdict_(verdict_of(profile.default_action, profile.default_errno_ret)) {
    otherwise_ = add({{}, default_verdict_, Reason::Default, 0, true});
    newer_ =
        tells_newer() ? add({{}, SECCOMP_RET_ERRNO | ENOSYS, Reason::Newer, 0, true}) : otherwise_;
    result_.foreign = add({{}, SECCOMP_RET_KILL_THREAD, Reason::Foreign, 0, true});
  }

  Decisions build() {
    add_part(native_architecture());
    for (std::size_t i = 0; i < profile_.architectures.size(); ++i) {
      const base::Context at{[&] { return cat("/linux/seccomp/architectures/", i); }};
      add_part(checked(architecture_of(profile_.architectures[i])));
    }
    for (const oci::SeccompSyscall& rule : profile_.syscalls) add_rule(rule);
    // After x86_64's, from whose numbers it takes a part.
    std::ranges::stable_partition(
        parts_, [](const Part& part) { return part.which.get().name != SeccompArch::X32; });
    for (Part& part : parts_) fill(part);
    return std::move(result_);
  }

 private:
  std::size_t add(Decision decision) {
    result_.decisions.push_back(std::move(decision));
    return result_.decisions.size() - 1;
  }

  // A program tries a call that is younger than the profile, and has another way only for ENOSYS
  // (moby#42680). Not where the default lets calls pass, or gives them to a tracer, which may know.
  bool tells_newer() const {
    return profile_.default_action != SeccompAction::Allow &&
           profile_.default_action != SeccompAction::Log &&
           profile_.default_action != SeccompAction::Trace;
  }

  static const Architecture& checked(const Architecture& architecture) {
    const std::string_view name = oci::name_of(architecture.name);
    if (architecture.order != native_architecture().order) {
      throw base::Error(cat(name, " has another byte order than this machine"));
    }
    if (!is_available(architecture)) {
      throw base::Error(cat(name, " is unknown to libseccomp ", library_version()));
    }
    return architecture;
  }

  bool has(SeccompArch name) const {
    return std::ranges::any_of(parts_,
                               [&](const Part& part) { return part.which.get().name == name; });
  }

  void add_part(const Architecture& architecture) {
    if (!has(architecture.name)) parts_.push_back({architecture, {}});
  }

  void add_rule(const oci::SeccompSyscall& rule) {
    rules_.push_back({verdict_of(rule.action, rule.errno_ret), alternatives_of(rule.args), {}});
    for (const std::string& name : rule.names) add_name(name, rules_.size() - 1);
  }

  void add_name(const std::string& name, std::size_t rule) {
    const auto place = find_name(name);
    if (!place) return result_.unknown.push_back(name);
    for (Part& part : parts_) {
      for (const Call& call : resolve(part.which, *place)) part.named.push_back({call, rule});
    }
  }

  Table& table_of(std::uint32_t audit) {
    const auto found = std::ranges::find(result_.tables, audit, &Table::audit);
    if (found != result_.tables.end()) return *found;
    result_.tables.push_back({audit, {{0, result_.foreign}}});
    return result_.tables.back();
  }

  static void append(std::vector<Range>& ranges, Range range) {
    if (!ranges.empty() && ranges.back().first == range.first) ranges.pop_back();
    ranges.push_back(range);
  }

  // One architecture's ranges. x86_64's end where those of x32 begin.
  std::vector<Range> ranges_of(Part& part) {
    std::ranges::stable_sort(part.named, {}, [](const Named& each) { return each.call.number; });
    std::vector<Range> ranges = {
        {part.which.get().name == SeccompArch::X32 ? kX32Bit : 0, otherwise_}};
    for (auto from = part.named.begin(); from != part.named.end();) {
      const std::uint32_t number = from->call.number;
      const auto to = std::find_if(from, part.named.end(),
                                   [&](const Named& each) { return each.call.number != number; });
      append(ranges, {number, decision_of({from, to}, part.which.get().wide_arguments)});
      append(ranges, {number + 1, to == part.named.end() ? newer_ : otherwise_});
      from = to;
    }
    return ranges;
  }

  void fill(Part& part) {
    std::vector<Range>& ranges = table_of(part.which.get().audit).ranges;
    for (const Range& range : ranges_of(part)) append(ranges, range);
    if (part.which.get().name == SeccompArch::X86_64 && !has(SeccompArch::X32)) {
      append(ranges, {kX32Bit, result_.foreign});
      // No call of x32's: a tracer's way to skip one.
      append(ranges, {~0U, otherwise_});
    }
  }

  // Of all that is said about one number.
  std::size_t decision_of(std::span<const Named> named, bool wide_arguments) {
    Decision decision{{}, default_verdict_, Reason::Default, 0, wide_arguments};
    for (const Named& each : named) {
      if (rules_[each.rule].verdict == default_verdict_) continue;
      if (!add_alternatives(decision, each)) return unconditional(each.rule);
    }
    return decision.alternatives.empty() ? otherwise_ : add(std::move(decision));
  }

  // False: there are no conditions.
  bool add_alternatives(Decision& decision, const Named& named) const {
    const Rule& rule = rules_[named.rule];
    const auto member = named.call.multiplexed;
    for (const Conditions& each : rule.alternatives) {
      Conditions conditions =
          that_ask(member ? of_member(each, *member) : each, decision.wide_arguments);
      if (conditions.empty()) return false;
      decision.alternatives.push_back({std::move(conditions), rule.verdict, named.rule});
    }
    return true;
  }

  std::size_t unconditional(std::size_t place) {
    Rule& rule = rules_[place];
    if (!rule.decision) rule.decision = add({{}, rule.verdict, Reason::Rule, place, true});
    return *rule.decision;
  }

  const oci::Seccomp& profile_;
  Verdict default_verdict_;
  std::size_t otherwise_;
  std::size_t newer_;
  std::vector<Part> parts_;
  std::vector<Rule> rules_;
  Decisions result_;
};

bool holds(const Condition& condition, std::uint64_t argument, std::uint64_t value) {
  switch (condition.op) {
    case SeccompOperator::NotEqual: return argument != value;
    case SeccompOperator::LessThan: return argument < value;
    case SeccompOperator::LessOrEqual: return argument <= value;
    case SeccompOperator::Equal: return argument == value;
    case SeccompOperator::GreaterOrEqual: return argument >= value;
    case SeccompOperator::GreaterThan: return argument > value;
    case SeccompOperator::MaskedEqual: return (argument & condition.mask) == value;
  }
  return false;
}

}  // namespace

Verdict verdict_of(SeccompAction action, const std::optional<std::uint32_t>& errno_ret) {
  // What runc takes when nothing is given.
  const std::uint32_t data = errno_ret.value_or(EPERM);
  switch (action) {
    case SeccompAction::Kill:
    case SeccompAction::KillThread: return SECCOMP_RET_KILL_THREAD;
    case SeccompAction::KillProcess: return SECCOMP_RET_KILL_PROCESS;
    case SeccompAction::Trap: return SECCOMP_RET_TRAP;
    case SeccompAction::Errno: return SECCOMP_RET_ERRNO | data;
    case SeccompAction::Trace: return SECCOMP_RET_TRACE | data;
    case SeccompAction::Allow: return SECCOMP_RET_ALLOW;
    case SeccompAction::Log: return SECCOMP_RET_LOG;
    case SeccompAction::Notify: return SECCOMP_RET_USER_NOTIF;
  }
  return SECCOMP_RET_KILL_PROCESS;
}

Decisions decide(const oci::Seccomp& profile) { return Builder(profile).build(); }

const Decision& decision_for(const Decisions& decisions, std::uint32_t audit,
                             std::uint32_t number) {
  const auto table = std::ranges::find(decisions.tables, audit, &Table::audit);
  if (table == decisions.tables.end()) return decisions.decisions[decisions.foreign];
  const auto after = std::ranges::upper_bound(table->ranges, number, {}, &Range::first);
  return decisions.decisions[std::prev(after)->decision];
}

const Alternative* matching(const Decision& decision, std::span<const __u64, 6> arguments) {
  const std::uint64_t seen = decision.wide_arguments ? ~0ULL : 0xffffffffULL;
  const auto condition_holds = [&](const Condition& condition) {
    return holds(condition, arguments[condition.index] & seen, condition.value & seen);
  };
  const auto found = std::ranges::find_if(decision.alternatives, [&](const Alternative& each) {
    return std::ranges::all_of(each.conditions, condition_holds);
  });
  return found == decision.alternatives.end() ? nullptr : &*found;
}

Verdict verdict_for(const Decisions& decisions, const seccomp_data& data) {
  const auto number = static_cast<std::uint32_t>(data.nr);
  const Decision& decision = decision_for(decisions, data.arch, number);
  const Alternative* alternative = matching(decision, data.args);
  return alternative == nullptr ? decision.otherwise : alternative->verdict;
}

}  // namespace seccomp
