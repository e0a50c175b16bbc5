#include "seccomp/architecture.h"

#include <algorithm>
#include <iterator>
#include <linux/audit.h>

namespace seccomp {

namespace {

using enum oci::SeccompArch;
using enum ByteOrder;

// The numbers of socketcall and ipc are those of each architecture's asm/unistd.h.
constexpr Architecture kTable[] = {
    {X86, AUDIT_ARCH_I386, false, Little, 102, 117},
    {X86_64, AUDIT_ARCH_X86_64, true, Little, 0, 0},
    {X32, AUDIT_ARCH_X86_64, false, Little, 0, 0},
    {Arm, AUDIT_ARCH_ARM, false, Little, 0, 0},
    {Aarch64, AUDIT_ARCH_AARCH64, true, Little, 0, 0},
    {M68k, AUDIT_ARCH_M68K, false, Big, 102, 117},
    {Mips, AUDIT_ARCH_MIPS, false, Big, 4102, 4117},
    {Mips64, AUDIT_ARCH_MIPS64, true, Big, 0, 0},
    {Mips64N32, AUDIT_ARCH_MIPS64N32, false, Big, 0, 0},
    {Mipsel, AUDIT_ARCH_MIPSEL, false, Little, 4102, 4117},
    {Mipsel64, AUDIT_ARCH_MIPSEL64, true, Little, 0, 0},
    {Mipsel64N32, AUDIT_ARCH_MIPSEL64N32, false, Little, 0, 0},
    {Ppc, AUDIT_ARCH_PPC, false, Big, 102, 117},
    {Ppc64, AUDIT_ARCH_PPC64, true, Big, 102, 117},
    {Ppc64Le, AUDIT_ARCH_PPC64LE, true, Little, 102, 117},
    {S390, AUDIT_ARCH_S390, false, Big, 102, 117},
    {S390x, AUDIT_ARCH_S390X, true, Big, 102, 117},
    {Parisc, AUDIT_ARCH_PARISC, false, Big, 0, 0},
    {Parisc64, AUDIT_ARCH_PARISC64, true, Big, 0, 0},
    {Riscv64, AUDIT_ARCH_RISCV64, true, Little, 0, 0},
    {Loongarch64, AUDIT_ARCH_LOONGARCH64, true, Little, 0, 0},
    {Sheb, AUDIT_ARCH_SH, false, Big, 102, 117},
    {Sh, AUDIT_ARCH_SHEL, false, Little, 102, 117},
};

}  // namespace

std::span<const Architecture> all_architectures() noexcept { return kTable; }

const Architecture& architecture_of(oci::SeccompArch name) noexcept {
  return *std::ranges::find(kTable, name, &Architecture::name);
}

const Architecture* architecture_of(std::uint32_t audit, std::uint32_t number) noexcept {
  if (audit == AUDIT_ARCH_X86_64) {
    return &architecture_of((number & kX32Bit) != 0 ? X32 : X86_64);
  }
  const auto* found = std::ranges::find(kTable, audit, &Architecture::audit);
  return found == std::end(kTable) ? nullptr : found;
}

std::uint32_t clone_flags_index(const Architecture& architecture) noexcept {
  return architecture.name == S390 || architecture.name == S390x ? 1 : 0;
}

}  // namespace seccomp
