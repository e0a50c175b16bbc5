#include "seccomp/explain.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/text.h"
#include "seccomp/calls.h"
#include "seccomp/interpreter.h"

namespace seccomp {

namespace {

using base::cat;
using oci::SeccompAction;
using oci::SeccompOperator;

std::string hexadecimal(std::uint64_t value) { return cat("0x", base::hexadecimal(value)); }

const char* sign_of(SeccompOperator op) {
  switch (op) {
    case SeccompOperator::NotEqual: return "!=";
    case SeccompOperator::LessThan: return "<";
    case SeccompOperator::LessOrEqual: return "<=";
    case SeccompOperator::GreaterOrEqual: return ">=";
    case SeccompOperator::GreaterThan: return ">";
    case SeccompOperator::Equal:
    case SeccompOperator::MaskedEqual: break;
  }
  return "==";
}

// "argument 0 & 0x7e020000 == 0x0".
std::string words_of(const Condition& condition) {
  const std::string mask =
      condition.op == SeccompOperator::MaskedEqual ? cat(" & ", hexadecimal(condition.mask)) : "";
  return cat("argument ", condition.index, mask, " ", sign_of(condition.op), " ",
             hexadecimal(condition.value));
}

std::string words_of(const Alternative& alternative) {
  std::vector<std::string> conditions;
  for (const Condition& condition : alternative.conditions) {
    conditions.push_back(words_of(condition));
  }
  return base::join(conditions, " and ");
}

std::string place_of(std::size_t rule) { return cat("/linux/seccomp/syscalls/", rule); }

// One call as a filter sees it.
class Explainer {
 public:
  Explainer(const oci::Seccomp& profile, const Architecture& architecture)
      : profile_(profile),
        architecture_(architecture),
        decisions_(decide(profile)),
        program_(assemble(decisions_)) {}

  Explanation explain(const Call& call, std::array<std::uint64_t, 6> arguments) const {
    // What a member of a family is given is in memory.
    if (call.multiplexed) arguments = {*call.multiplexed};
    seccomp_data data{};
    data.nr = static_cast<int>(call.number);
    data.arch = architecture_.audit;
    std::ranges::copy(arguments, data.args);
    const Decision& decision = decision_for(decisions_, data.arch, call.number);
    const Alternative* holding = matching(decision, data.args);
    Explanation explanation = holding != nullptr ? by_rule(*holding) : by_default(decision);
    explanation.syscall = call_name(architecture_, call.number);
    explanation.number = call.number;
    explanation.architecture = architecture_.name;
    explanation.arguments.assign(arguments.begin(), arguments.end());
    for (const Alternative& each : decision.alternatives) {
      if (&each == holding) break;
      explanation.passed_over.push_back(cat(place_of(each.rule), ": ",
                                            oci::name_of(profile_.syscalls[each.rule].action),
                                            " if ", words_of(each)));
    }
    check(explanation, data);
    return explanation;
  }

 private:
  Explanation by_rule(const Alternative& alternative) const {
    Explanation explanation = of_rule(alternative.rule);
    explanation.reason = cat(words_of(alternative), " holds");
    return explanation;
  }

  Explanation by_default(const Decision& decision) const {
    Explanation explanation;
    switch (decision.reason) {
      case Reason::Rule:
        explanation = of_rule(decision.rule);
        explanation.reason = "the rule names the call and has no conditions";
        return explanation;
      case Reason::Default:
        set_action(explanation, profile_.default_action, profile_.default_errno_ret);
        explanation.decided_by = "/linux/seccomp/defaultAction";
        explanation.reason = decision.alternatives.empty()
                                 ? "no rule names the call"
                                 : "the conditions of no rule that names the call hold";
        return explanation;
      case Reason::Newer:
        set_action(explanation, SeccompAction::Errno, ENOSYS);
        explanation.reason =
            "the number is beyond all that the profile names: a call that is younger than the "
            "profile does not exist";
        return explanation;
      case Reason::Foreign:
        set_action(explanation, SeccompAction::KillThread, std::nullopt);
        explanation.decided_by = "/linux/seccomp/architectures";
        explanation.reason = "the architecture is not listed";
        return explanation;
    }
    return explanation;
  }

  Explanation of_rule(std::size_t rule) const {
    Explanation explanation;
    set_action(explanation, profile_.syscalls[rule].action, profile_.syscalls[rule].errno_ret);
    explanation.decided_by = place_of(rule);
    return explanation;
  }

  static void set_action(Explanation& explanation, SeccompAction action,
                         std::optional<std::uint32_t> errno_ret) {
    explanation.action = action;
    if (action == SeccompAction::Errno || action == SeccompAction::Trace) {
      explanation.errno_ret = errno_ret.value_or(EPERM);
    }
  }

  void check(const Explanation& explanation, const seccomp_data& data) const {
    const Verdict verdict = execute(program_, data).verdict;
    if (verdict == verdict_of(explanation.action, explanation.errno_ret)) return;
    throw base::Error(cat("the filter returns ", hexadecimal(verdict), ", which is a defect"));
  }

  const oci::Seccomp& profile_;
  const Architecture& architecture_;
  Decisions decisions_;
  Program program_;
};

Calls calls_of(const Question& question) {
  Calls calls = resolve(question.architecture, question.syscall);
  if (!calls.empty()) return calls;
  const auto number = base::parse_int<std::uint32_t>(question.syscall);
  if (!number) {
    throw base::UsageError(cat(base::quoted(question.syscall), ": ",
                               oci::name_of(question.architecture.name),
                               " has no system call of that name"));
  }
  const bool is_x32 = question.architecture.name == oci::SeccompArch::X32;
  calls.add({is_x32 ? *number | kX32Bit : *number, std::nullopt});
  return calls;
}

}  // namespace

std::vector<Explanation> explain(const oci::Seccomp& profile, const Question& question) {
  const Explainer explainer(profile, question.architecture);
  std::vector<Explanation> explanations;
  for (const Call& call : calls_of(question)) {
    explanations.push_back(explainer.explain(call, question.arguments));
  }
  return explanations;
}

std::string text_of(const Explanation& explanation) {
  std::vector<std::string> arguments;
  for (const std::uint64_t argument : explanation.arguments) {
    arguments.push_back(hexadecimal(argument));
  }
  const std::string name =
      explanation.syscall.empty() ? cat("call ", explanation.number) : explanation.syscall;
  std::string data;
  if (explanation.errno_ret) {
    const char* known = strerrorname_np(static_cast<int>(*explanation.errno_ret));
    data = cat(" ", *explanation.errno_ret, known == nullptr ? "" : cat(" (", known, ")"));
  }
  std::string text = cat(name, "(", base::join(arguments, ", "), "), number ", explanation.number,
                         " of ", oci::name_of(explanation.architecture), ": ",
                         oci::name_of(explanation.action), data, "\n");
  for (const std::string& rule : explanation.passed_over) {
    text += cat("  ", rule, ": does not hold\n");
  }
  const std::string place = explanation.decided_by.empty() ? "" : cat(explanation.decided_by, ": ");
  return cat(text, "  ", place, explanation.reason, "\n");
}

}  // namespace seccomp
