// The architectures of a filter: what the kernel calls them in seccomp_data, and where system calls
// have other numbers than one expects.
#pragma once

#include <cstdint>
#include <span>

#include "oci/seccomp.h"

namespace seccomp {

enum class ByteOrder : std::uint8_t { Little, Big };

struct Architecture {
  oci::SeccompArch name;
  std::uint32_t audit;  // AUDIT_ARCH_*, as in seccomp_data.arch
  bool wide_arguments;  // all 64 bits of an argument count
  ByteOrder order;
  // Of the calls that stand for all of socket(2)'s or of shmget(2)'s family and say which by their
  // first argument; 0: there are none.
  std::uint32_t socketcall;
  std::uint32_t ipc;
};

// x32 is x86_64 to the kernel; its calls have this bit in their number (__X32_SYSCALL_BIT).
inline constexpr std::uint32_t kX32Bit = 0x40000000;

std::span<const Architecture> all_architectures() noexcept;

const Architecture& architecture_of(oci::SeccompArch name) noexcept;

// Of a call as seccomp_data has it. Null when there is none.
const Architecture* architecture_of(std::uint32_t audit, std::uint32_t number) noexcept;

// Which argument of clone(2) its flags are: the first two have changed places on s390.
std::uint32_t clone_flags_index(const Architecture& architecture) noexcept;

}  // namespace seccomp
