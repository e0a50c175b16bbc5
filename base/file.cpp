#include "base/file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/process.h"
#include "base/rollback.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

const Resolve Resolve::kAnywhere{0};
const Resolve Resolve::kBeneath{RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};
const Resolve Resolve::kOneMount{RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
                                 RESOLVE_NO_XDEV};
const Resolve Resolve::kInRoot{RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
const Resolve Resolve::kNoLinks{RESOLVE_NO_SYMLINKS};
const Resolve Resolve::kNoMagicLinks{RESOLVE_NO_MAGICLINKS};

namespace {

[[noreturn]] void fail(const char* call, const char* path) {
  const int code = errno;
  throw Error(*path == '\0' ? std::string(call) : cat(call, " ", base::shown_path(path)), code);
}

template <typename Call>
auto retry_interrupted(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

}  // namespace

OpenResult try_openat2(BorrowedFd dir, const char* path, int flags, Resolve resolve, mode_t mode) {
  // A scoped walk fails with EAGAIN while something in the tree is being renamed; a hostile
  // container can keep that up for ever, hence the bound.
  constexpr int kAttempts = 128;
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC);
  how.mode = mode;
  how.resolve = resolve.flags;
  int error = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto fd =
        retry_interrupted([&] { return syscall(SYS_openat2, dir.raw(), path, &how, sizeof how); });
    if (fd >= 0) return {OwnedFd(static_cast<int>(fd)), 0};
    error = errno;
    if (error != EAGAIN) break;
  }
  return {OwnedFd(), error};
}

OwnedFd openat2(BorrowedFd dir, const char* path, int flags, Resolve resolve, mode_t mode) {
  OpenResult opened = try_openat2(dir, path, flags, resolve, mode);
  if (opened.error == EAGAIN) {
    throw Error(cat("openat2 ", base::shown_path(path),
                    ": the path keeps being changed by another process"));
  }
  if (opened.error != 0) throw Error(cat("openat2 ", base::shown_path(path)), opened.error);
  return std::move(opened.fd);
}

OwnedFd openat(BorrowedFd dir, const char* path, int flags, mode_t mode) {
  const int fd =
      retry_interrupted([&] { return ::openat(dir.raw(), path, flags | O_CLOEXEC, mode); });
  if (fd < 0) fail("open", path);
  return OwnedFd(fd);
}

std::optional<OwnedFd> open_if_exists(BorrowedFd dir, const char* path, int flags) {
  const int fd = retry_interrupted([&] { return ::openat(dir.raw(), path, flags | O_CLOEXEC); });
  if (fd < 0 && errno == ENOENT) return std::nullopt;
  if (fd < 0) fail("open", path);
  return OwnedFd(fd);
}

struct stat fstat(BorrowedFd fd) {
  struct stat info {};
  if (::fstat(fd.raw(), &info) != 0) fail("fstat", "");
  return info;
}

int try_writable(BorrowedFd folder) noexcept {
  constexpr int kFlags = AT_EACCESS | AT_EMPTY_PATH;
  return ::faccessat(folder.raw(), "", W_OK | X_OK, kFlags) == 0 ? 0 : errno;
}

std::uint64_t filesystem_magic(BorrowedFd fd) {
  struct statfs info {};
  if (retry_interrupted([&] { return ::fstatfs(fd.raw(), &info); }) != 0) fail("fstatfs", "");
  return static_cast<std::uint64_t>(info.f_type);
}

std::string readlinkat(BorrowedFd dir, const char* path) {
  std::string target(256, '\0');
  for (;;) {
    const ssize_t length = ::readlinkat(dir.raw(), path, target.data(), target.size());
    if (length < 0) fail("readlink", path);
    if (static_cast<std::size_t>(length) < target.size()) {
      target.resize(static_cast<std::size_t>(length));
      return target;
    }
    target.resize(target.size() * 2);
  }
}

std::string path_of(BorrowedFd fd) {
  return readlinkat(BorrowedFd::cwd(), cat("/proc/self/fd/", fd.raw()).c_str());
}

bool mkdirat_if_absent(BorrowedFd dir, const char* path, mode_t mode) {
  const int error = try_mkdirat(dir, path, mode);
  if (error == 0 || error == EEXIST) return error == 0;
  throw Error(cat("mkdir ", base::shown_path(path)), error);
}

int try_mkdirat(BorrowedFd dir, const char* path, mode_t mode) noexcept {
  return ::mkdirat(dir.raw(), path, mode) == 0 ? 0 : errno;
}

void symlinkat(const char* target, BorrowedFd dir, const char* path) {
  if (::symlinkat(target, dir.raw(), path) != 0) fail("symlink", path);
}

bool symlinkat_if_absent(const char* target, BorrowedFd dir, const char* path) {
  if (::symlinkat(target, dir.raw(), path) == 0) return true;
  if (errno != EEXIST) fail("symlink", path);
  return false;
}

bool mknodat_if_absent(BorrowedFd dir, const char* path, mode_t type_and_mode, dev_t device) {
  if (::mknodat(dir.raw(), path, type_and_mode, device) == 0) return true;
  if (errno != EEXIST) fail("mknod", path);
  return false;
}

int try_mknodat(BorrowedFd dir, const char* path, mode_t type_and_mode, dev_t device) noexcept {
  return ::mknodat(dir.raw(), path, type_and_mode, device) == 0 ? 0 : errno;
}

void linkat(BorrowedFd from_dir, const char* from, BorrowedFd to_dir, const char* to) {
  if (::linkat(from_dir.raw(), from, to_dir.raw(), to, 0) != 0) fail("link", to);
}

void renameat(BorrowedFd from_dir, const char* from, BorrowedFd to_dir, const char* to) {
  if (::renameat(from_dir.raw(), from, to_dir.raw(), to) != 0) fail("rename", from);
}

bool unlinkat_if_exists(BorrowedFd dir, const char* path, int flags) {
  if (::unlinkat(dir.raw(), path, flags) == 0) return true;
  if (errno != ENOENT) fail(flags == AT_REMOVEDIR ? "rmdir" : "unlink", path);
  return false;
}

int try_unlinkat(BorrowedFd dir, const char* path) noexcept {
  return ::unlinkat(dir.raw(), path, 0) == 0 ? 0 : errno;
}

int try_rmdirat(BorrowedFd dir, const char* path) noexcept {
  return ::unlinkat(dir.raw(), path, AT_REMOVEDIR) == 0 ? 0 : errno;
}

void fchmod(BorrowedFd fd, mode_t mode) {
  if (::fchmod(fd.raw(), mode) != 0) fail("fchmod", "");
}

void fchown(BorrowedFd fd, uid_t uid, gid_t gid) {
  if (::fchown(fd.raw(), uid, gid) != 0) fail("fchown", "");
}

int try_fchown(BorrowedFd fd, uid_t uid, gid_t gid) noexcept {
  return ::fchown(fd.raw(), uid, gid) == 0 ? 0 : errno;
}

void fchown_object(BorrowedFd object, uid_t uid, gid_t gid) {
  if (::fchownat(object.raw(), "", uid, gid, AT_EMPTY_PATH) != 0) fail("fchownat", "");
}

NoUmask::NoUmask() noexcept : before_(::umask(0)) {}
NoUmask::~NoUmask() { ::umask(before_); }

int try_fchdir(BorrowedFd dir) noexcept { return ::fchdir(dir.raw()) == 0 ? 0 : errno; }

void fchdir(BorrowedFd dir) {
  if (::fchdir(dir.raw()) != 0) fail("fchdir", "");
}

bool flock(BorrowedFd fd, int operation) {
  if (retry_interrupted([&] { return ::flock(fd.raw(), operation); }) == 0) return true;
  if (errno != EWOULDBLOCK) fail("flock", "");
  return false;
}

void lock_or_throw(BorrowedFd fd, std::string_view holding) {
  constexpr int kPatienceSeconds = 10;
  constexpr int kPauseMs = 10;
  for (int waited = 0; !flock(fd, LOCK_EX | LOCK_NB); waited += kPauseMs) {
    if (waited >= kPatienceSeconds * 1000) {
      throw Error(cat(holding, " for ", kPatienceSeconds, " seconds"));
    }
    sleep_ms(kPauseMs);
  }
}

std::string read_file(BorrowedFd dir, const char* path, std::size_t limit) {
  const OwnedFd fd = openat(dir, path, O_RDONLY | O_NOCTTY);
  const base::Context reading{[&] { return path; }};
  return base::read_all(fd, limit);
}

void write_file(BorrowedFd dir, const char* path, std::string_view bytes) {
  const OwnedFd fd = openat(dir, path, O_WRONLY | O_NOCTTY);
  const base::Context writing{[&] { return path; }};
  base::write_all(fd, bytes);
}

namespace {

// What is there was left by somebody who was killed, or put there: the folder may be one where
// others can.
OwnedFd create_anew(BorrowedFd dir, const char* name, mode_t mode) {
  constexpr int kNew = O_WRONLY | O_CREAT | O_EXCL;
  OpenResult made = try_openat2(dir, name, kNew, Resolve::kBeneath, mode);
  if (made.error == EEXIST) {
    unlinkat_if_exists(dir, name, 0);
    made = try_openat2(dir, name, kNew, Resolve::kBeneath, mode);
  }
  if (made.error != 0) throw Error(cat("open ", base::shown_path(name)), made.error);
  return std::move(made.fd);
}

}  // namespace

std::string temporary_name(std::string_view name) { return cat('.', name, ".tmp"); }

void replace_file(BorrowedFd dir, const std::string& name, std::string_view bytes, mode_t mode) {
  const std::string temporary = temporary_name(name);
  const OwnedFd fd = create_anew(dir, temporary.c_str(), mode);
  base::Rollback remove{[&] { unlinkat_if_exists(dir, temporary.c_str(), 0); }};
  const base::Context writing{[&] { return name; }};
  base::write_all(fd, bytes);
  renameat(dir, temporary.c_str(), dir, name.c_str());
  remove.commit();
}

namespace {

// Until the file ends, or what has been read `is_whole`.
template <typename Predicate>
ReadResult read_until(BorrowedFd fd, std::size_t chunk, std::size_t limit, Predicate is_whole) {
  ReadResult result;
  std::size_t used = 0;
  for (;;) {
    result.bytes.resize(used + chunk);
    const ssize_t got =
        retry_interrupted([&] { return read(fd.raw(), result.bytes.data() + used, chunk); });
    if (got < 0) return {{}, errno};
    used += static_cast<std::size_t>(got);
    if (used > limit) return {{}, EFBIG};
    if (got == 0 || is_whole(std::string_view(result.bytes.data(), used))) break;
  }
  result.bytes.resize(used);
  return result;
}

int open_to_read(BorrowedFd dir, const char* path) {
  return retry_interrupted(
      [&] { return ::openat(dir.raw(), path, O_RDONLY | O_NOCTTY | O_CLOEXEC); });
}

}  // namespace

ReadResult try_read_all(BorrowedFd fd, std::size_t limit) {
  constexpr std::size_t kChunk = 4096;
  return read_until(fd, kChunk, limit, [](std::string_view) { return false; });
}

ReadResult try_read_from_start(BorrowedFd fd, std::size_t limit) {
  if (lseek(fd.raw(), 0, SEEK_SET) < 0) return {{}, errno};
  return try_read_all(fd, limit);
}

ReadResult try_read_file(BorrowedFd dir, const char* path, std::size_t limit) {
  const OwnedFd fd(open_to_read(dir, path));
  if (!fd.valid()) return {{}, errno};
  return try_read_all(fd, limit);
}

ReadResult try_read_line(BorrowedFd fd) {
  constexpr std::size_t kUsual = 512;
  constexpr std::size_t kLongest = std::size_t{1} << 20;
  return read_until(fd, kUsual, kLongest,
                    [](std::string_view bytes) { return bytes.ends_with('\n'); });
}

ReadResult try_read_line(BorrowedFd dir, const char* path) {
  const OwnedFd fd(open_to_read(dir, path));
  if (!fd.valid()) return {{}, errno};
  return try_read_line(fd);
}

std::string read_line(BorrowedFd dir, const char* path) {
  const OwnedFd fd = openat(dir, path, O_RDONLY | O_NOCTTY);
  ReadResult line = try_read_line(fd);
  if (line.error != 0) throw Error(cat(path, ": read"), line.error);
  return std::move(line.bytes);
}

int try_write(BorrowedFd fd, std::string_view bytes) noexcept {
  const ssize_t written =
      retry_interrupted([&] { return write(fd.raw(), bytes.data(), bytes.size()); });
  if (written < 0) return errno;
  return static_cast<std::size_t>(written) == bytes.size() ? 0 : EIO;
}

int try_write_file(BorrowedFd dir, const char* path, std::string_view bytes) noexcept {
  const int fd =
      retry_interrupted([&] { return ::openat(dir.raw(), path, O_WRONLY | O_NOCTTY | O_CLOEXEC); });
  if (fd < 0) return errno;
  return try_write(OwnedFd(fd), bytes);
}

namespace {

template <typename Wanted>
std::vector<std::string> list_entries(BorrowedFd dir, Wanted is_wanted) {
  const OwnedFd own = openat(dir, ".", O_RDONLY | O_DIRECTORY);
  std::vector<std::string> names;
  alignas(dirent64) char buffer[8192];
  for (;;) {
    const ssize_t length = getdents64(own.raw(), buffer, sizeof buffer);
    // A folder that was removed after we opened it has no entries.
    if (length == 0 || (length < 0 && errno == ENOENT)) return names;
    if (length < 0) fail("getdents64", "");
    for (ssize_t at = 0; at < length;) {
      dirent64 entry;
      std::memcpy(&entry, buffer + at, offsetof(dirent64, d_name));
      const char* name = buffer + at + offsetof(dirent64, d_name);
      const bool is_link = std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0;
      if (!is_link && is_wanted(entry.d_type)) names.emplace_back(name);
      at += entry.d_reclen;
    }
  }
}

}  // namespace

std::vector<std::string> list_directory(BorrowedFd dir) {
  return list_entries(dir, [](unsigned char) { return true; });
}

std::vector<std::string> list_subdirectories(BorrowedFd dir) {
  return list_entries(dir, [](unsigned char type) { return type == DT_DIR; });
}

}  // namespace sys
