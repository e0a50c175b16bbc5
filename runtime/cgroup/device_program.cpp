// The program walks the rules from the last to the first. A register holds the access that no rule
// has decided yet: a rule that allows takes its own part away, and with nothing left all is
// allowed; one that denies something of it ends the walk, and so does its end.
#include "runtime/cgroup/device_program.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <tuple>

namespace runtime::cgroup {

namespace {

using Register = std::uint8_t;
constexpr Register kResult = BPF_REG_0;
constexpr Register kContext = BPF_REG_1;  // struct bpf_cgroup_dev_ctx
constexpr Register kKind = BPF_REG_2;
constexpr Register kUndecided = BPF_REG_3;
constexpr Register kMajor = BPF_REG_4;
constexpr Register kMinor = BPF_REG_5;

// A comparison with a constant; of 32 bits, since the constants are unsigned.
struct Test {
  std::uint8_t operation;  // BPF_JEQ, BPF_JNE, BPF_JSET
  Register left;
  std::uint32_t right;
};

bpf_insn instruction(int code, Register destination, std::uint32_t constant = 0) {
  bpf_insn result{};
  result.code = static_cast<std::uint8_t>(code);
  result.dst_reg = destination & 0xf;
  result.imm = static_cast<std::int32_t>(constant);
  return result;
}

bpf_insn load(Register destination, std::size_t offset) {
  bpf_insn result = instruction(BPF_LDX | BPF_MEM | BPF_W, destination);
  result.src_reg = kContext;
  result.off = static_cast<std::int16_t>(offset);
  return result;
}

class Assembler {
 public:
  // From where a jump is still to be aimed.
  using Jump = std::size_t;

  Assembler() {
    append(load(kKind, offsetof(bpf_cgroup_dev_ctx, access_type)));
    append(load(kUndecided, offsetof(bpf_cgroup_dev_ctx, access_type)));
    append(instruction(BPF_ALU | BPF_AND | BPF_K, kKind, 0xffff));
    append(instruction(BPF_ALU | BPF_RSH | BPF_K, kUndecided, 16));
    append(load(kMajor, offsetof(bpf_cgroup_dev_ctx, major)));
    append(load(kMinor, offsetof(bpf_cgroup_dev_ctx, minor)));
  }

  void append(const bpf_insn& next) { code_.push_back(next); }

  // Without a test: always.
  Jump jump_if(std::optional<Test> test) {
    append(test ? instruction(BPF_JMP32 | test->operation | BPF_K, test->left, test->right)
                : instruction(BPF_JMP | BPF_JA, 0));
    return code_.size() - 1;
  }
  // The jump leads to what is appended next.
  void land(Jump jump) { code_[jump].off = static_cast<std::int16_t>(code_.size() - jump - 1); }

  void decide_if(std::optional<Test> test, bool allow) { ends_[allow].push_back(jump_if(test)); }

  std::vector<bpf_insn> finish() {
    for (const bool allow : {false, true}) {
      for (const Jump jump : ends_[allow]) land(jump);
      append(instruction(BPF_ALU64 | BPF_MOV | BPF_K, kResult, allow ? 1 : 0));
      append(instruction(BPF_JMP | BPF_EXIT, 0));
    }
    return std::move(code_);
  }

 private:
  std::vector<bpf_insn> code_;
  std::array<std::vector<Jump>, 2> ends_;  // of those that deny, of those that allow
};

// One rule, for devices that pass the test.
void append_rule(Assembler& code, const DeviceRule& rule, std::optional<Test> test) {
  if (rule.access == kAnyAccess) return code.decide_if(test, rule.allow);
  std::optional<Assembler::Jump> past;
  if (test) past = code.jump_if(Test{BPF_JNE, test->left, test->right});
  if (rule.allow) {
    code.append(instruction(BPF_ALU | BPF_AND | BPF_K, kUndecided, kAnyAccess ^ rule.access));
    code.decide_if(Test{BPF_JEQ, kUndecided, 0}, true);
  } else {
    code.decide_if(Test{BPF_JSET, kUndecided, rule.access}, false);
  }
  if (past) code.land(*past);
}

std::optional<Test> is_equal(Register left, std::optional<std::uint32_t> right) {
  if (!right) return std::nullopt;
  return Test{BPF_JEQ, left, *right};
}

// Rules with one and the same major number.
void append_major(Assembler& code, std::span<const DeviceRule> rules) {
  const auto major = rules.front().devices.major;
  if (rules.size() == 1 && !rules.front().devices.minor) {
    return append_rule(code, rules.front(), is_equal(kMajor, major));
  }
  std::optional<Assembler::Jump> past;
  if (major) past = code.jump_if(Test{BPF_JNE, kMajor, *major});
  for (const DeviceRule& rule : rules) {
    append_rule(code, rule, is_equal(kMinor, rule.devices.minor));
  }
  if (past) code.land(*past);
}

// Rules that follow each other and say the same, so that their order is of no importance: sorted,
// those that decide about every access first, they share the tests of their major numbers.
void append_run(Assembler& code, std::vector<DeviceRule> rules) {
  const auto key = [](const DeviceRule& rule) {
    return std::tuple(kAnyAccess ^ rule.access, rule.devices.major, rule.devices.minor);
  };
  std::sort(rules.begin(), rules.end(), [&](const DeviceRule& left, const DeviceRule& right) {
    return key(left) < key(right);
  });
  for (auto from = rules.begin(); from != rules.end();) {
    const auto to = std::find_if(from, rules.end(), [&](const DeviceRule& rule) {
      return rule.access != from->access || rule.devices.major != from->devices.major;
    });
    append_major(code, {from, to});
    from = to;
  }
}

bool decides_everything(const DeviceRule& rule) {
  return !rule.devices.major && !rule.devices.minor && rule.access == kAnyAccess;
}

// False when nothing comes to the end of it.
bool append_kind(Assembler& code, std::span<const DeviceRule> rules, DeviceKind kind) {
  std::vector<DeviceRule> own;
  std::copy_if(rules.rbegin(), rules.rend(), std::back_inserter(own),
               [&](const DeviceRule& rule) { return rule.devices.kind == kind; });
  for (auto from = own.begin(); from != own.end();) {
    const auto to = std::find_if(from, own.end(),
                                 [&](const DeviceRule& rule) { return rule.allow != from->allow; });
    append_run(code, {from, to});
    from = to;
  }
  return own.empty() || !decides_everything(own.back());
}

}  // namespace

std::vector<bpf_insn> device_program(const std::vector<DeviceRule>& rules) {
  const std::vector<DeviceRule> needed = needed_device_rules(rules);
  const bool is_needless =
      needed.size() == 2 && std::all_of(needed.begin(), needed.end(), [](const DeviceRule& rule) {
        return rule.allow && decides_everything(rule);
      });
  if (is_needless) return {};
  Assembler code;
  const auto other_kind =
      code.jump_if(Test{BPF_JNE, kKind, static_cast<std::uint32_t>(DeviceKind::Char)});
  // The verifier refuses an instruction that nothing comes to.
  if (append_kind(code, needed, DeviceKind::Char)) code.decide_if(std::nullopt, false);
  code.land(other_kind);
  append_kind(code, needed, DeviceKind::Block);
  return code.finish();
}

}  // namespace runtime::cgroup
