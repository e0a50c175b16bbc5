#include "seccomp/interpreter.h"

#include <cstring>

#include "base/error.h"
#include "base/text.h"

namespace seccomp {

namespace {

class Machine {
 public:
  Machine(const Program& program, const seccomp_data& data) : program_(program), data_(data) {}

  Execution run() {
    for (unsigned steps = 1;; ++steps) {
      const sock_filter& instruction = next();
      if (instruction.code == (BPF_RET | BPF_K)) return {instruction.k, steps};
      step(instruction);
    }
  }

 private:
  const sock_filter& next() {
    if (place_ >= program_.size()) throw base::Error("the program has no end");
    return program_[place_++];
  }

  void step(const sock_filter& instruction) {
    switch (instruction.code) {
      case BPF_LD | BPF_W | BPF_ABS: return load(instruction.k);
      case BPF_ALU | BPF_AND | BPF_K: accumulator_ &= instruction.k; return;
      case BPF_JMP | BPF_JA: place_ += instruction.k; return;
      case BPF_JMP | BPF_JEQ | BPF_K: return go(instruction, accumulator_ == instruction.k);
      case BPF_JMP | BPF_JGT | BPF_K: return go(instruction, accumulator_ > instruction.k);
      case BPF_JMP | BPF_JGE | BPF_K: return go(instruction, accumulator_ >= instruction.k);
      default: throw base::Error(base::cat("instruction ", instruction.code, " is not known"));
    }
  }

  void load(std::uint32_t offset) {
    if (offset % sizeof accumulator_ != 0 || offset >= sizeof data_) {
      throw base::Error(base::cat("a load from offset ", offset));
    }
    std::memcpy(&accumulator_, reinterpret_cast<const char*>(&data_) + offset, sizeof accumulator_);
  }

  void go(const sock_filter& instruction, bool outcome) {
    place_ += outcome ? instruction.jt : instruction.jf;
  }

  const Program& program_;
  const seccomp_data& data_;
  std::size_t place_ = 0;
  std::uint32_t accumulator_ = 0;
};

}  // namespace

Execution execute(const Program& program, const seccomp_data& data) {
  return Machine(program, data).run();
}

}  // namespace seccomp
