// The code that is moved: see departure.h. It runs where nothing else of the program is left, so it
// calls nothing, refers to no variable and no constant in memory, and is compiled without all that
// would have it do so (cmake/compile_options.cmake).
#include <cerrno>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/departure.h"
#include "base/kernel_abi.h"

namespace sys {

namespace {

using abi::direct_call;

template <typename T>
[[gnu::always_inline]] inline long address(const T* pointer) noexcept {
  return reinterpret_cast<long>(pointer);
}

[[gnu::always_inline]] inline long send(int socket, const Packet& packet) noexcept {
  long sent;
  do {
    sent = direct_call(SYS_sendto, socket, address(packet.bytes), static_cast<long>(packet.size),
                       MSG_NOSIGNAL);
  } while (sent == -EINTR);
  return sent;
}

// ECONNRESET is said once, of what the peer has not read.
[[gnu::always_inline]] inline long receive(int socket, const Packet& packet) noexcept {
  long received;
  do {
    received =
        direct_call(SYS_recvfrom, socket, address(packet.bytes), static_cast<long>(packet.size), 0);
  } while (received == -EINTR || received == -ECONNRESET);
  return received;
}

// A filter may have taken exit_group away.
[[noreturn, gnu::always_inline]] inline void end(const LastCalls& calls) noexcept {
  direct_call(SYS_exit_group, calls.failure_status);
  abi::end_by_trap();
}

[[gnu::always_inline]] inline void expect(long result, LastCall call, int listener,
                                          const LastCalls& calls) noexcept {
  if (result >= 0) return;
  const Packet& complaint = calls.complaints[static_cast<std::size_t>(call)];
  if (complaint.code != nullptr) *static_cast<int*>(complaint.code) = static_cast<int>(-result);
  // Its end has to say it then.
  if (send(listener, complaint) < 0) abi::end_by_trap();
  end(calls);
}

// The kernel may write its own version into the header.
[[gnu::always_inline]] inline long set_capabilities(CapabilityRequest& request) noexcept {
  return direct_call(SYS_capset, address(&request.header), address(request.data));
}

[[gnu::always_inline]] inline void leave_executable(LastCalls& calls) noexcept {
  if (calls.raises) expect(set_capabilities(calls.raised), LastCall::Settle, calls.parent, calls);
  for (std::size_t at = 0; at < calls.ranges; ++at) {
    const MemoryRange& range = calls.image[at];
    expect(direct_call(SYS_munmap, address(range.begin), static_cast<long>(range.size)),
           LastCall::Unmap, calls.parent, calls);
  }
  expect(direct_call(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, address(&calls.link),
                     static_cast<long>(sizeof calls.link)),
         LastCall::SetLink, calls.parent, calls);
  direct_call(SYS_close, calls.code);
  if (!calls.raises) return;
  expect(set_capabilities(calls.waiting), LastCall::Settle, calls.parent, calls);
}

// Whether the packet came whole and begins with that word.
[[gnu::always_inline]] inline bool hears(int socket, std::uint32_t word,
                                         const LastCalls& calls) noexcept {
  const long received = receive(socket, calls.ready);
  if (received != static_cast<long>(calls.ready.size)) return false;
  return *static_cast<const std::uint32_t*>(calls.ready.bytes) == word;
}

[[gnu::always_inline]] inline int accept_starter(const LastCalls& calls) noexcept {
  for (;;) {
    const long starter = direct_call(SYS_accept4, calls.gate, 0, 0, SOCK_CLOEXEC);
    if (starter == -EINTR || starter == -ECONNABORTED) continue;
    if (starter < 0) end(calls);
    // One that is gone without having said it was killed in between; the next may come.
    if (hears(static_cast<int>(starter), calls.start, calls)) return static_cast<int>(starter);
    direct_call(SYS_close, starter);
  }
}

// Returns the socket of who said Start.
[[gnu::always_inline]] inline int wait_for_start(const LastCalls& calls) noexcept {
  const long told = send(calls.parent, calls.ready);
  if (told == -EPIPE || told == -ECONNRESET) end(calls);
  expect(told, LastCall::Tell, calls.parent, calls);
  if (!hears(calls.parent, calls.go_on, calls)) end(calls);
  if (calls.gate < 0) return calls.parent;
  // The gate is all that a created container holds of the host.
  direct_call(SYS_close, calls.parent);
  return accept_starter(calls);
}

[[gnu::always_inline]] inline void close_all_but(int kept, const LastCalls& calls) noexcept {
  if (kept > calls.first_closed) {
    expect(direct_call(SYS_close_range, calls.first_closed, kept - 1, 0), LastCall::Close, kept,
           calls);
  }
  expect(direct_call(SYS_close_range, kept + 1, -1L, 0), LastCall::Close, kept, calls);
}

}  // namespace

extern "C" [[noreturn, gnu::section("last_code"), gnu::noinline, gnu::used]] void runtime_last_code(
    LastCalls* pointer) noexcept {
  LastCalls& calls = *pointer;
  leave_executable(calls);
  const int starter = wait_for_start(calls);
  close_all_but(starter, calls);
  if (calls.raises_twice) {
    expect(set_capabilities(calls.raised), LastCall::Settle, starter, calls);
  }
  if (calls.filter.len > 0) {
    expect(direct_call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, calls.filter_flags,
                       address(&calls.filter)),
           LastCall::LoadFilter, starter, calls);
  }
  if (calls.raises_twice) {
    expect(set_capabilities(calls.settled), LastCall::SettleLate, starter, calls);
  }
  expect(direct_call(SYS_execve, address(calls.path), address(calls.argv), address(calls.envp)),
         LastCall::Execute, starter, calls);
  end(calls);
}

}  // namespace sys
