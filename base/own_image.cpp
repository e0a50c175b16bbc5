#include "base/own_image.h"

#include <cerrno>
#include <cstdint>
#include <link.h>
#include <span>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "base/text.h"

namespace sys {

using base::Error;

namespace {

std::uintptr_t page_floor(std::uintptr_t address) {
  return address & ~(static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE)) - 1);
}

std::uintptr_t page_ceiling(std::uintptr_t address) {
  return page_floor(address + static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE)) - 1);
}

// Whole pages of a loaded segment, as far as they come from the file.
struct Segment {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  off_t offset = 0;
  int protection = 0;

  void* memory() const noexcept { return reinterpret_cast<void*>(begin); }
  std::size_t size() const noexcept { return end - begin; }
  bool writable() const noexcept { return (protection & PROT_WRITE) != 0; }
};

struct Image {
  std::vector<Segment> segments;
  std::vector<MemoryRange> memory;  // of the segments, with what is not in the file
  Segment relro;  // of the writable one, what is read-only since the loader filled it in
};

int protection_of(const ElfW(Phdr) & header) {
  return ((header.p_flags & PF_R) != 0 ? PROT_READ : 0) |
         ((header.p_flags & PF_W) != 0 ? PROT_WRITE : 0) |
         ((header.p_flags & PF_X) != 0 ? PROT_EXEC : 0);
}

// Neighbours are one range.
void add_memory(Image& image, std::uintptr_t begin, std::uintptr_t end) {
  if (!image.memory.empty()) {
    MemoryRange& last = image.memory.back();
    if (reinterpret_cast<std::uintptr_t>(last.begin) + last.size == begin) {
      last.size += end - begin;
      return;
    }
  }
  image.memory.push_back({reinterpret_cast<void*>(begin), end - begin});
}

// Called for the executable first. Its libraries, if it has any, are not looked at.
int note_image(dl_phdr_info* program, std::size_t, void* result) {
  auto& image = *static_cast<Image*>(result);
  for (const auto& header : std::span(program->dlpi_phdr, program->dlpi_phnum)) {
    const std::uintptr_t begin = program->dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD)
      add_memory(image, page_floor(begin), page_ceiling(begin + header.p_memsz));
    if (header.p_type == PT_LOAD && header.p_filesz > 0) {
      image.segments.push_back({.begin = page_floor(begin),
                                .end = page_ceiling(begin + header.p_filesz),
                                .offset = static_cast<off_t>(page_floor(header.p_offset)),
                                .protection = protection_of(header)});
    }
    if (header.p_type == PT_GNU_RELRO) {
      image.relro = {.begin = page_floor(begin), .end = page_floor(begin + header.p_memsz)};
    }
  }
  return 1;
}

Image own_image() {
  Image image;
  dl_iterate_phdr(note_image, &image);
  return image;
}

void map_file(const Segment& segment, BorrowedFd file) {
  void* mapped = mmap(segment.memory(), segment.size(), segment.protection, MAP_PRIVATE | MAP_FIXED,
                      file.raw(), segment.offset);
  if (mapped == MAP_FAILED) throw Error("mmap", errno);
}

// By the kernel, since no instrumentation looks on there. What is written to the segment between
// the copy and the move is lost, so nothing is allocated in between.
void replace_by_copy(const Segment& segment) {
  const std::size_t size = segment.size();
  void* copy = mmap(nullptr, size, segment.protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (copy == MAP_FAILED) throw Error("mmap", errno);
  const iovec to{copy, size};
  const iovec from{segment.memory(), size};
  if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) != static_cast<ssize_t>(size)) {
    throw Error("process_vm_readv", errno);
  }
  if (mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, segment.memory()) == MAP_FAILED) {
    throw Error("mremap", errno);
  }
}

}  // namespace

void map_own_image(BorrowedFd file) {
  const Image image = own_image();
  for (const Segment& segment : image.segments) {
    if (segment.writable()) {
      replace_by_copy(segment);
    } else {
      map_file(segment, file);
    }
  }
  const Segment& relro = image.relro;
  if (relro.size() > 0 && mprotect(relro.memory(), relro.size(), PROT_READ) != 0) {
    throw Error("mprotect", errno);
  }
}

void copy_own_image(BorrowedFd file) {
  for (const Segment& segment : own_image().segments) {
    if (segment.writable()) continue;
    // Not by the function of that name, which AddressSanitizer has look at what lies between the
    // values.
    const long written =
        syscall(SYS_pwrite64, file.raw(), segment.memory(), segment.size(), segment.offset);
    if (written < 0) throw Error("pwrite", errno);
    if (written != static_cast<long>(segment.size())) throw Error("pwrite: written in part");
  }
}

std::vector<MemoryRange> own_memory() { return own_image().memory; }

ExecutableLink::ExecutableLink() {
  const auto fields = process_stat_fields(own_stat_line());
  const auto field = [&](std::size_t number) {
    return base::parse_int<std::uint64_t>(fields.at(number - kFirstStatField)).value_or(0);
  };
  map_ = {.start_code = field(26),
          .end_code = field(27),
          .start_data = field(45),
          .end_data = field(46),
          .start_brk = field(47),
          .brk = 0,
          .start_stack = field(28),
          .arg_start = field(48),
          .arg_end = field(49),
          .env_start = field(50),
          .env_end = field(51),
          .auxv = nullptr,  // stays as it is
          .auxv_size = 0,
          .exe_fd = 0};
}

const prctl_mm_map& ExecutableLink::request(BorrowedFd file) {
  map_.brk = reinterpret_cast<std::uintptr_t>(sbrk(0));
  map_.exe_fd = static_cast<__u32>(file.raw());
  return map_;
}

int ExecutableLink::try_set(BorrowedFd file) {
  return prctl(PR_SET_MM, PR_SET_MM_MAP, &request(file), sizeof map_, 0UL) == 0 ? 0 : errno;
}

}  // namespace sys
