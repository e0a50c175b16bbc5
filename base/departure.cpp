#include "base/departure.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "base/kernel_abi.h"

// Both ends of the section, from the linker.
extern "C" const char __start_last_code[];
extern "C" const char __stop_last_code[];

namespace sys {

using base::Error;

namespace {

std::size_t code_size() { return static_cast<std::size_t>(__stop_last_code - __start_last_code); }

// Behind a page of nothing, so that no kernel takes the file for a program.
off_t place_in_file() { return sysconf(_SC_PAGESIZE); }

void* map_code(BorrowedFd code) {
  void* mapped =
      mmap(nullptr, code_size(), PROT_READ | PROT_EXEC, MAP_PRIVATE, code.raw(), place_in_file());
  if (mapped == MAP_FAILED) throw Error("mmap", errno);
  return mapped;
}

void fill_in_image(LastCalls& calls) {
  for (const MemoryRange& range : own_memory()) {
    if (calls.ranges == LastCalls::kMostRanges) throw Error("the executable has too many segments");
    calls.image[calls.ranges++] = range;
  }
}

}  // namespace

bool can_move_code() noexcept { return abi::kHasDirectCalls; }

void write_last_code(BorrowedFd file) {
  const ssize_t written = pwrite(file.raw(), __start_last_code, code_size(), place_in_file());
  if (written < 0) throw Error("pwrite", errno);
  if (static_cast<std::size_t>(written) != code_size()) throw Error("pwrite: written in part");
}

void make_last_calls(LastCalls& calls, BorrowedFd code, ExecutableLink link) {
  void* const mapped = map_code(code);
  fill_in_image(calls);
  calls.code = code.raw();
  calls.link = link.request(code);
  // To where in the copy it is.
  const auto place = reinterpret_cast<const char*>(&runtime_last_code) - __start_last_code;
  decltype(&runtime_last_code) moved = nullptr;
  void* const entry = static_cast<char*>(mapped) + place;
  std::memcpy(&moved, &entry, sizeof moved);
  moved(&calls);
  __builtin_unreachable();
}

}  // namespace sys
