// The file and directory calls of the kernel, one typed wrapper each, named as the call is. They
// add close-on-exec, retry EINTR and throw base::Error("<call> <path>", errno). A name with _if_
// or try_ returns what its caller decides on instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <vector>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

// How far a path walk may go, RESOLVE_* of openat2(2).
struct Resolve {
  std::uint64_t flags;
  static const Resolve kAnywhere;      // the host's own paths, as the caller wrote them
  static const Resolve kNoLinks;       // the same, if no component is a link
  static const Resolve kBeneath;       // our own trees: no links, no way out
  static const Resolve kOneMount;      // the same, and into nothing that is mounted below
  static const Resolve kInRoot;        // an image's tree: links are followed as the container would
  static const Resolve kNoMagicLinks;  // once in the container: its paths, not /proc/N/fd/N
};

// openat2(2), Linux 5.6: retried while the kernel reports a racing rename (EAGAIN), boundedly.
OwnedFd openat2(BorrowedFd dir, const char* path, int flags, Resolve resolve, mode_t mode = 0);
// The same; a failure is returned as an errno instead of thrown.
struct OpenResult {
  OwnedFd fd;
  int error = 0;
};
OpenResult try_openat2(BorrowedFd dir, const char* path, int flags, Resolve resolve,
                       mode_t mode = 0);
// Plain openat(2) of a path of ours or of the caller's; nothing inside a rootfs comes this way.
OwnedFd openat(BorrowedFd dir, const char* path, int flags, mode_t mode = 0);
// Empty when there is no such file.
std::optional<OwnedFd> open_if_exists(BorrowedFd dir, const char* path, int flags);

struct stat fstat(BorrowedFd fd);
// Whether we could make entries in the folder, with our effective ids: the errno, or 0. A full
// filesystem shows only later.
int try_writable(BorrowedFd folder) noexcept;
// The f_type of fstatfs(2).
std::uint64_t filesystem_magic(BorrowedFd fd);
// The text of a symbolic link; `path` may be "" for an O_PATH descriptor of the link itself.
std::string readlinkat(BorrowedFd dir, const char* path);
// The kernel's own name for what the descriptor refers to: absolute, no links in it.
std::string path_of(BorrowedFd fd);

// False when the name is already taken.
bool mkdirat_if_absent(BorrowedFd dir, const char* path, mode_t mode);
// Where a refusal is an answer: 0 or the errno.
int try_mkdirat(BorrowedFd dir, const char* path, mode_t mode) noexcept;
void symlinkat(const char* target, BorrowedFd dir, const char* path);
bool symlinkat_if_absent(const char* target, BorrowedFd dir, const char* path);
bool mknodat_if_absent(BorrowedFd dir, const char* path, mode_t type_and_mode, dev_t device);
// For what one may not be permitted to make: 0 or the errno.
int try_mknodat(BorrowedFd dir, const char* path, mode_t type_and_mode, dev_t device) noexcept;
void linkat(BorrowedFd from_dir, const char* from, BorrowedFd to_dir, const char* to);
void renameat(BorrowedFd from_dir, const char* from, BorrowedFd to_dir, const char* to);
// False when there was nothing of that name. `flags` is 0 or AT_REMOVEDIR.
bool unlinkat_if_exists(BorrowedFd dir, const char* path, int flags);
// For what may be a folder: 0 or the errno.
int try_unlinkat(BorrowedFd dir, const char* path) noexcept;
// For a folder that may be busy or not empty: 0 or the errno.
int try_rmdirat(BorrowedFd dir, const char* path) noexcept;
void fchmod(BorrowedFd fd, mode_t mode);
void fchown(BorrowedFd fd, uid_t uid, gid_t gid);
// The same; returns the errno, or 0.
int try_fchown(BorrowedFd fd, uid_t uid, gid_t gid) noexcept;
// For an O_PATH descriptor, which fchown does not take; fchownat(2) with AT_EMPTY_PATH.
void fchown_object(BorrowedFd object, uid_t uid, gid_t gid);
void fchdir(BorrowedFd dir);
int try_fchdir(BorrowedFd dir) noexcept;  // the errno, or 0

// While it lives new files and folders get exactly the mode asked for.
class NoUmask {
 public:
  NoUmask() noexcept;
  ~NoUmask();
  NoUmask(const NoUmask&) = delete;
  NoUmask& operator=(const NoUmask&) = delete;

 private:
  mode_t before_;
};

// flock(2); `operation` is LOCK_EX or LOCK_SH, with LOCK_NB. False: somebody else holds it.
bool flock(BorrowedFd fd, int operation);
// Waits for the exclusive lock, but not for ever: then throws "`holding` for 10 seconds", where
// that is like "another command has held the container's lock".
void lock_or_throw(BorrowedFd fd, std::string_view holding);

// Opens, reads and closes / opens for writing, writes and closes.
std::string read_file(BorrowedFd dir, const char* path, std::size_t limit = 1 << 20);
void write_file(BorrowedFd dir, const char* path, std::string_view bytes);

// The same for the small files of a kernel filesystem, whose refusal is an answer: `error` is the
// errno of the call that failed, 0 if none did.
struct ReadResult {
  std::string bytes;
  int error = 0;
};
ReadResult try_read_all(BorrowedFd fd, std::size_t limit = 1 << 20);
// The same from the first byte on, wherever the last reading ended.
ReadResult try_read_from_start(BorrowedFd fd, std::size_t limit = 1 << 20);
ReadResult try_read_file(BorrowedFd dir, const char* path, std::size_t limit = 1 << 20);
// The only line of a file of a kernel filesystem, with its newline: one read(2) is all it takes,
// because a line's end is the end of the file.
ReadResult try_read_line(BorrowedFd fd);
ReadResult try_read_line(BorrowedFd dir, const char* path);
std::string read_line(BorrowedFd dir, const char* path);
// One write(2) of everything: 0 or the errno.
int try_write(BorrowedFd fd, std::string_view bytes) noexcept;
int try_write_file(BorrowedFd dir, const char* path, std::string_view bytes) noexcept;

// Replaces the file atomically: a temporary beside it, then rename. No fsync: what is stored means
// nothing after a reboot, and only a reboot loses page cache (docs/decisions/state-files.md).
void replace_file(BorrowedFd dir, const std::string& name, std::string_view bytes, mode_t mode);
// Of that temporary, which a process killed meanwhile leaves behind.
std::string temporary_name(std::string_view name);

// The names in a folder except "." and "..", unsorted.
std::vector<std::string> list_directory(BorrowedFd dir);
// Those of its folders only. Goes by what the directory says of its entries, which the kernel's own
// filesystems do say.
std::vector<std::string> list_subdirectories(BorrowedFd dir);

}  // namespace sys
