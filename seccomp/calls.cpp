#include "seccomp/calls.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <seccomp.h>

#include "base/text.h"

namespace seccomp {

namespace {

// x32 has no AUDIT_ARCH of its own, but libseccomp gives it one.
std::uint32_t token_of(const Architecture& architecture) {
  return architecture.name == oci::SeccompArch::X32 ? std::uint32_t{SCMP_ARCH_X32}
                                                    : architecture.audit;
}

// Members of a family have no numbers of their own but these, libseccomp's.
constexpr bool is_socket_call(int number) { return number <= -100 && number > -200; }
constexpr bool is_ipc_call(int number) { return number <= -200 && number > -300; }

// Linux 4.3 gave the members of socketcall numbers of their own, 5.1 most of those of ipc.
// libseccomp tells what a number is called, not the reverse: to ask it of all numbers takes 100 µs.
// So here are those of the one such architecture whose containers we start every day; a test holds
// them against libseccomp's.
struct DirectNumber {
  std::string_view name;
  std::uint32_t number;
};

constexpr DirectNumber kX86Direct[] = {
    {"socket", 359},      {"socketpair", 360},  {"bind", 361},       {"connect", 362},
    {"listen", 363},      {"accept4", 364},     {"getsockopt", 365}, {"setsockopt", 366},
    {"getsockname", 367}, {"getpeername", 368}, {"sendto", 369},     {"sendmsg", 370},
    {"recvfrom", 371},    {"recvmsg", 372},     {"shutdown", 373},   {"recvmmsg", 337},
    {"sendmmsg", 345},    {"semget", 393},      {"semctl", 394},     {"shmget", 395},
    {"shmctl", 396},      {"shmat", 397},       {"shmdt", 398},      {"msgget", 399},
    {"msgsnd", 400},      {"msgrcv", 401},      {"msgctl", 402},
};

std::optional<std::uint32_t> find_x86_direct(std::string_view name) {
  const auto* row = std::ranges::find(kX86Direct, name, &DirectNumber::name);
  if (row == std::end(kX86Direct)) return std::nullopt;
  return row->number;
}

std::optional<std::uint32_t> direct_number(const Architecture& architecture,
                                           std::string_view name) {
  if (architecture.name == oci::SeccompArch::X86) return find_x86_direct(name);
  constexpr std::uint32_t kMost = 512;
  const std::uint32_t base = architecture.socketcall - architecture.socketcall % 1000;
  for (std::uint32_t number = base; number < base + kMost; ++number) {
    if (call_name(architecture, number) == name) return number;
  }
  return std::nullopt;
}

Calls resolve_member(const Architecture& architecture, const char* name, int pseudo) {
  Calls calls;
  const bool is_socket = is_socket_call(pseudo);
  const std::uint32_t family = is_socket ? architecture.socketcall : architecture.ipc;
  if (family == 0) return calls;
  const int member = -pseudo - (is_socket ? 100 : 200);
  calls.add({family, static_cast<std::uint32_t>(member)});
  if (const auto direct = direct_number(architecture, name)) calls.add({*direct, std::nullopt});
  return calls;
}

}  // namespace

Calls resolve(const Architecture& architecture, const char* name) {
  const int number = seccomp_syscall_resolve_name_arch(token_of(architecture), name);
  if (is_socket_call(number) || is_ipc_call(number)) {
    return resolve_member(architecture, name, number);
  }
  Calls calls;
  if (number >= 0) calls.add({static_cast<std::uint32_t>(number), std::nullopt});
  return calls;
}

bool is_call(const char* name) { return seccomp_syscall_resolve_name(name) != __NR_SCMP_ERROR; }

std::string call_name(const Architecture& architecture, std::uint32_t number) {
  const std::unique_ptr<char, decltype(&std::free)> name(
      seccomp_syscall_resolve_num_arch(token_of(architecture), static_cast<int>(number)),
      &std::free);
  return name ? name.get() : "";
}

std::string library_version() {
  const scmp_version& version = *seccomp_version();
  return base::cat(version.major, '.', version.minor, '.', version.micro);
}

}  // namespace seccomp
