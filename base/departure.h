// The last calls of a process that leaves its own executable behind: it unmaps the file it was
// started from, so that the kernel lets /proc/self/exe name another, and then only waits for the
// word to become its program. What does that is 2 KB of code in a file of their own,
// and memory that is not the executable's: the heap and the stack.
//
// docs/decisions/executable.md tells what for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linux/filter.h>
#include <linux/prctl.h>

#include "base/capabilities.h"
#include "base/fd.h"
#include "base/own_image.h"

namespace sys {

// One packet. `code`, if it isn't null, is a place in `bytes`, for the errno of the call that
// failed.
struct Packet {
  void* bytes = nullptr;
  std::size_t size = 0;
  void* code = nullptr;
};

// What may fail and is told, each by a packet of its own; the rest ends the process without a word,
// since whoever would listen is gone.
enum class LastCall { Unmap, SetLink, Settle, Tell, Close, LoadFilter, SettleLate, Execute, Count };

// Plain memory, all that the code knows; no arrays of the library's, whose checks would be calls.
// What pointers point to must not be the executable's.
struct LastCalls {
  static constexpr std::size_t kMostRanges = 16;

  Packet complaints[static_cast<std::size_t>(LastCall::Count)]{};
  // The executable's memory, and what its link becomes.
  MemoryRange image[kMostRanges]{};
  std::size_t ranges = 0;
  prctl_mm_map link{};
  int code = -1;  // the file with this very code; to be closed
  // What setting the link takes, and loading the filter if `raises_twice`; what is kept while it
  // waits; and the program's. All the same without `raises`.
  CapabilityRequest raised;
  CapabilityRequest waiting;
  CapabilityRequest settled;
  bool raises = false;
  bool raises_twice = false;
  // Who is told that all is ready, and answers `go_on`, the first bytes of a packet as long as
  // `ready`; `gate`, if it isn't -1, is a listening socket where the next that connects says
  // `start`.
  int parent = -1;
  int gate = -1;
  Packet ready;
  std::uint32_t go_on = 0;
  std::uint32_t start = 0;
  // Descriptors from here on are closed, but for the one that hears of a failure.
  int first_closed = 3;
  sock_fprog filter{};  // without a length: none
  unsigned filter_flags = 0;
  // execve(2)
  const char* path = nullptr;
  char* const* argv = nullptr;
  char* const* envp = nullptr;
  int failure_status = 1;  // exit status
};

// Whether this processor's code can be moved; otherwise none of the rest may be used.
bool can_move_code() noexcept;

// Writes the code into an empty file of memory.
void write_last_code(BorrowedFd file);

// Goes on in that file's code, which does the rest. Throws if it can't be mapped. From the link on
// all of `calls` is used, which the caller has filled in but for the image, the link and the code.
[[noreturn]] void make_last_calls(LastCalls& calls, BorrowedFd code, ExecutableLink link);

// Linked into a section of its own, from where it is copied.
extern "C" [[noreturn]] void runtime_last_code(LastCalls* calls) noexcept;

}  // namespace sys
