#include "base/lsm.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "base/error.h"
#include "base/mount.h"
#include "base/text.h"

namespace sys {

namespace {

// The same on all architectures; glibc 2.36 has no names for them.
constexpr long kGetSelfAttr = 459;
constexpr long kSetSelfAttr = 460;
constexpr std::uint32_t kSingle = 1;  // LSM_FLAG_SINGLE: of the module that the context names

// struct lsm_ctx of linux/lsm.h, with room for a label: PAGE_SIZE is the most that procfs takes.
struct LsmContext {
  std::uint64_t id = 0;
  std::uint64_t flags = 0;
  std::uint64_t length = 0;
  std::uint64_t value_length = 0;
  std::array<char, 4096> value{};
};
constexpr std::size_t kHeader = sizeof(LsmContext) - sizeof(LsmContext::value);

OpenResult open_attribute(BorrowedFd procfs, const char* file, int flags) {
  // "<pid>/task/<tid>", as this procfs numbers them.
  const std::string self = readlinkat(procfs, "thread-self");
  return try_openat2(procfs, base::cat(self, "/", file).c_str(), flags, Resolve::kOneMount);
}

}  // namespace

int try_lsm_set_self_attr(SecurityModule module, SelfAttribute attribute,
                          std::string_view value) noexcept {
  LsmContext context;
  if (value.size() >= context.value.size()) return E2BIG;
  context.id = static_cast<std::uint64_t>(module);
  // Aligned, as the kernel wants it.
  context.length = (kHeader + value.size() + 1 + 7) & ~std::uint64_t{7};
  context.value_length = value.size();
  std::memcpy(context.value.data(), value.data(), value.size());
  const auto size = static_cast<std::uint32_t>(context.length);
  return ::syscall(kSetSelfAttr, attribute, &context, size, 0) == 0 ? 0 : errno;
}

ReadResult try_lsm_get_self_attr(SecurityModule module, SelfAttribute attribute) {
  LsmContext context;
  context.id = static_cast<std::uint64_t>(module);
  std::uint32_t size = sizeof context;
  if (::syscall(kGetSelfAttr, attribute, &context, &size, kSingle) < 0) return {{}, errno};
  const std::size_t length = std::min<std::size_t>(context.value_length, context.value.size());
  return {std::string(base::without_tail({context.value.data(), length}, kLabelEnd)), 0};
}

OwnedFd open_procfs() {
  OwnedFd procfs = openat(BorrowedFd::cwd(), "/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW);
  if (!is_whole_procfs(procfs)) throw base::Error("/proc is no procfs");
  return procfs;
}

int try_write_self_attribute(BorrowedFd procfs, const char* file, std::string_view value) {
  const OpenResult opened = open_attribute(procfs, file, O_WRONLY);
  return opened.error != 0 ? opened.error : try_write(opened.fd, value);
}

ReadResult try_read_self_attribute(BorrowedFd procfs, const char* file) {
  const OpenResult opened = open_attribute(procfs, file, O_RDONLY);
  if (opened.error != 0) return {{}, opened.error};
  ReadResult result = try_read_all(opened.fd);
  result.bytes.resize(base::without_tail(result.bytes, kLabelEnd).size());
  return result;
}

}  // namespace sys
