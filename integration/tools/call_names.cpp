// call-names MOST: what libseccomp calls the system calls from 0 to MOST on x86_64, x86 and x32; a
// line "ARCH NUMBER NAME" for each that it knows.
//
// A test tool: the tests' own source of numbers, which owes nothing to the runtime's.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <seccomp.h>

namespace {

struct Known {
  const char* name;
  std::uint32_t token;
  int base;
};
constexpr std::array<Known, 3> kKnown{{{"x86_64", SCMP_ARCH_X86_64, 0},
                                       {"x86", SCMP_ARCH_X86, 0},
                                       {"x32", SCMP_ARCH_X32, 0x40000000}}};

}  // namespace

int main(int argc, char** argv) {
  const int most = argc > 1 ? std::atoi(argv[1]) : 480;
  for (const Known& known : kKnown) {
    for (int number = 0; number <= most; ++number) {
      const std::unique_ptr<char, decltype(&std::free)> name(
          seccomp_syscall_resolve_num_arch(known.token, known.base + number), &std::free);
      if (name) std::printf("%s %d %s\n", known.name, number, name.get());
    }
  }
  return 0;
}
