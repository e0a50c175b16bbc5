// The meaning of device rules three times over: said directly, as a v1 cgroup evaluates what is
// written to it, and as the BPF machine runs a program. Tests hold them against each other.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <gtest/gtest.h>
#include <linux/bpf.h>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/text.h"
#include "runtime/cgroup/device_rules.h"

namespace runtime::cgroup::test {

// One access to one device, as the kernel asks.
struct Request {
  DeviceKind kind;
  std::uint32_t major;
  std::uint32_t minor;
  DeviceAccess access;
};

inline std::string describe(const Request& request) {
  return base::cat(request.kind == DeviceKind::Char ? "c " : "b ", request.major, ':',
                   request.minor, " access ", static_cast<unsigned>(request.access));
}

// Of config.json, not of the effective ones: kinds, numbers and defaults are read anew.
inline bool names(const oci::DeviceRule& entry, const Request& request) {
  const auto type = entry.type.value_or(oci::DeviceRuleType::All);
  const char letter = request.kind == DeviceKind::Char ? 'c' : 'b';
  const auto fits = [](const std::optional<std::int64_t>& number, std::uint32_t value) {
    return !number || *number == -1 || *number == value;
  };
  return (type == oci::DeviceRuleType::All || static_cast<char>(type) == letter) &&
         fits(entry.major, request.major) && fits(entry.minor, request.minor);
}

inline std::vector<oci::DeviceRule> with_defaults(std::vector<oci::DeviceRule> entries) {
  using enum oci::DeviceRuleType;
  const std::vector<oci::DeviceRule> defaults = {
      {true, Char, -1, -1, "m"}, {true, Block, -1, -1, "m"},   {true, Char, 1, 3, "rwm"},
      {true, Char, 1, 5, "rwm"}, {true, Char, 1, 7, "rwm"},    {true, Char, 1, 8, "rwm"},
      {true, Char, 1, 9, "rwm"}, {true, Char, 5, 0, "rwm"},    {true, Char, 5, 1, "rwm"},
      {true, Char, 5, 2, "rwm"}, {true, Char, 136, -1, "rwm"}, {true, Char, 10, 200, "rwm"}};
  entries.insert(entries.end(), defaults.begin(), defaults.end());
  return entries;
}

// Each kind of access by itself: the last entry that names it and the device.
inline bool is_allowed(const std::vector<oci::DeviceRule>& entries, const Request& request) {
  for (const auto& [letter, bit] : {std::pair('r', kRead), {'w', kWrite}, {'m', kMknod}}) {
    if ((request.access & bit) == 0) continue;
    bool allowed = false;
    for (const oci::DeviceRule& entry : entries) {
      if (names(entry, request) && entry.access.find(letter) != std::string::npos) {
        allowed = entry.allow;
      }
    }
    if (!allowed) return false;
  }
  return true;
}

// security/device_cgroup.c: a verdict for all, and a list of exceptions that is changed only where
// one is spelled alike.
class V1Cgroup {
 public:
  void write(bool to_allow, const std::string& text) {
    if (text == "a") {
      allows_ = to_allow;
      exceptions_.clear();
      return;
    }
    const Exception written = parse(text);
    const auto same = std::find_if(exceptions_.begin(), exceptions_.end(), [&](const auto& one) {
      return one.kind == written.kind && one.major == written.major && one.minor == written.minor;
    });
    if (to_allow == allows_) {
      if (same == exceptions_.end()) return;
      same->access &= static_cast<DeviceAccess>(~written.access);
      if (same->access == 0) exceptions_.erase(same);
    } else if (same == exceptions_.end()) {
      exceptions_.push_back(written);
    } else {
      same->access |= written.access;
    }
  }

  bool allows(const Request& request) const {
    const auto fits = [&](const Exception& one) {
      return one.kind == request.kind && (one.major == "*" || one.major == number(request.major)) &&
             (one.minor == "*" || one.minor == number(request.minor));
    };
    return allows_ != std::any_of(exceptions_.begin(), exceptions_.end(), [&](const auto& one) {
             return fits(one) && (allows_ ? (request.access & one.access) != 0
                                          : (request.access & ~one.access) == 0);
           });
  }

 private:
  struct Exception {
    DeviceKind kind;
    std::string major;
    std::string minor;
    DeviceAccess access;
  };

  static std::string number(std::uint32_t value) { return std::to_string(value); }

  static Exception parse(const std::string& text) {
    const auto colon = text.find(':');
    const auto space = text.find(' ', colon);
    EXPECT_TRUE(text.starts_with("c ") || text.starts_with("b ")) << text;
    Exception result{text[0] == 'c' ? DeviceKind::Char : DeviceKind::Block,
                     text.substr(2, colon - 2), text.substr(colon + 1, space - colon - 1), 0};
    for (const char letter : text.substr(space + 1)) {
      result.access |= letter == 'r' ? kRead : letter == 'w' ? kWrite : kMknod;
    }
    return result;
  }

  bool allows_ = true;
  std::vector<Exception> exceptions_;
};

// The instructions that the programs have; a failure for any other, for one that reads a register
// nobody has written, and for a jump back or out of the program.
class Machine {
 public:
  explicit Machine(const std::vector<bpf_insn>& program) : program_(program) {}

  bool run(const Request& request) {
    set_.fill(false);
    context_ = {
        static_cast<std::uint32_t>(request.kind) | static_cast<std::uint32_t>(request.access) << 16,
        request.major, request.minor};
    std::size_t at = 0;
    while (program_.at(at).code != (BPF_JMP | BPF_EXIT)) {
      const bpf_insn& next = program_[at];
      const bool jumps = BPF_CLASS(next.code) == BPF_JMP || BPF_CLASS(next.code) == BPF_JMP32;
      EXPECT_GE(next.off, 0);
      at += 1U + (jumps && is_taken(next) ? static_cast<std::size_t>(next.off) : 0U);
      if (!jumps) execute(next);
    }
    return read(BPF_REG_0) != 0;
  }

 private:
  std::uint32_t read(std::uint8_t which) {
    EXPECT_TRUE(set_.at(which)) << "register " << int{which};
    return registers_.at(which);
  }
  void write(std::uint8_t which, std::uint32_t value) {
    registers_.at(which) = value;
    set_.at(which) = true;
  }

  bool is_taken(const bpf_insn& jump) {
    const auto constant = static_cast<std::uint32_t>(jump.imm);
    switch (jump.code) {
      case BPF_JMP | BPF_JA: return true;
      case BPF_JMP32 | BPF_JEQ | BPF_K: return read(jump.dst_reg) == constant;
      case BPF_JMP32 | BPF_JNE | BPF_K: return read(jump.dst_reg) != constant;
      case BPF_JMP32 | BPF_JSET | BPF_K: return (read(jump.dst_reg) & constant) != 0;
      default: ADD_FAILURE() << "jump " << int{jump.code}; return false;
    }
  }

  void execute(const bpf_insn& next) {
    const auto constant = static_cast<std::uint32_t>(next.imm);
    switch (next.code) {
      case BPF_LDX | BPF_MEM | BPF_W:
        EXPECT_EQ(next.src_reg, BPF_REG_1);
        write(next.dst_reg, context_.at(static_cast<std::size_t>(next.off) / 4));
        break;
      case BPF_ALU | BPF_AND | BPF_K: write(next.dst_reg, read(next.dst_reg) & constant); break;
      case BPF_ALU | BPF_RSH | BPF_K: write(next.dst_reg, read(next.dst_reg) >> constant); break;
      case BPF_ALU64 | BPF_MOV | BPF_K: write(next.dst_reg, constant); break;
      default: ADD_FAILURE() << "instruction " << int{next.code};
    }
  }

  std::vector<bpf_insn> program_;
  std::array<std::uint32_t, 11> registers_{};
  std::array<bool, 11> set_{};
  std::array<std::uint32_t, 3> context_{};
};

// Numbers that the random rules name, those of some defaults among them, and one that none does.
inline constexpr std::uint32_t kMajors[] = {1, 10, 136, 4095, 77};
inline constexpr std::uint32_t kMinors[] = {3, 200, 1048575, 4};

// Calls it for every device that the random rules tell apart, and every access.
template <typename Visit>
void for_each_request(Visit visit) {
  for (const auto kind : {DeviceKind::Char, DeviceKind::Block}) {
    for (const std::uint32_t major : kMajors) {
      for (const std::uint32_t minor : kMinors) {
        for (DeviceAccess access = 1; access <= kAnyAccess; ++access) {
          visit(Request{kind, major, minor, access});
        }
      }
    }
  }
}

// Entries at random, from a few numbers, so that they meet.
class RandomEntries {
 public:
  explicit RandomEntries(unsigned seed) : random_(seed) {}

  std::vector<oci::DeviceRule> next() {
    std::vector<oci::DeviceRule> entries(1 + pick(6));
    for (oci::DeviceRule& entry : entries) {
      constexpr oci::DeviceRuleType types[] = {oci::DeviceRuleType::All, oci::DeviceRuleType::Char,
                                               oci::DeviceRuleType::Block};
      constexpr const char* accesses[] = {"rwm", "r", "w", "m", "rw", "rm", "wm"};
      entry.allow = pick(2) == 0;
      if (pick(4) != 0) entry.type = types[pick(3)];
      entry.major = number(kMajors, 4);
      entry.minor = number(kMinors, 3);
      entry.access = accesses[pick(3) == 0 ? pick(7) : 0];
    }
    return entries;
  }

 private:
  std::size_t pick(std::size_t count) { return random_() % count; }
  // One of the first `count`, or any number in either of its spellings.
  std::optional<std::int64_t> number(const std::uint32_t* numbers, std::size_t count) {
    const std::size_t which = pick(2 * count);
    if (which == count) return -1;
    return which < count ? std::optional<std::int64_t>(numbers[which]) : std::nullopt;
  }

  std::mt19937 random_;
};

inline std::string describe(const std::vector<oci::DeviceRule>& entries) {
  std::string text;
  for (const oci::DeviceRule& entry : entries) {
    text +=
        base::cat(entry.allow ? "allow " : "deny ",
                  static_cast<char>(entry.type.value_or(oci::DeviceRuleType::All)), ' ',
                  entry.major.value_or(-1), ':', entry.minor.value_or(-1), ' ', entry.access, '\n');
  }
  return text;
}

// What engines write for an ordinary container: all denied, then what it is to have.
inline std::vector<oci::DeviceRule> docker_entries() {
  using enum oci::DeviceRuleType;
  return {{false, {}, {}, {}, "rwm"}, {true, Char, 1, 5, "rwm"},    {true, Char, 1, 3, "rwm"},
          {true, Char, 1, 9, "rwm"},  {true, Char, 1, 8, "rwm"},    {true, Char, 5, 0, "rwm"},
          {true, Char, 5, 1, "rwm"},  {false, Char, 10, 229, "rwm"}};
}

}  // namespace runtime::cgroup::test
