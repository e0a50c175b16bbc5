// RootDir: a directory tree that somebody else wrote, an image's, as the only way to reach into it.
//
// Every lookup is one openat2(2) scoped to the root descriptor: links are followed as a process
// whose root this is would follow them, nothing leads out, and what a caller gets is a descriptor,
// never a path. There is no path resolver of our own and no way to ask for a host path.
#pragma once

#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace base {

// Whether a walk may pass symbolic links: any of them, any but that in the last component, which is
// then what is found, or none.
enum class Links { Follow, FollowButLast, Refuse };

class RootDir {
 public:
  // `fd` is a directory, O_PATH will do.
  explicit RootDir(OwnedFd fd) noexcept : fd_(std::move(fd)) {}
  BorrowedFd fd() const noexcept { return fd_; }

  // What the path names; it begins at the root whether or not it begins with '/'. Throws.
  OwnedFd open(const std::string& path, int flags = O_PATH, Links links = Links::Follow) const;
  // The same; empty when there is nothing of that name (ENOENT, ENOTDIR).
  std::optional<OwnedFd> find(const std::string& path, int flags = O_PATH,
                              Links links = Links::Follow) const;

  // An O_PATH descriptor of the directory (or, ensure_file, of whatever is there), after creating
  // what is missing: directories with mode 0755, an empty file with 0644, both less the umask. The
  // missing part of a dangling link's target is made as well, below this root like everything.
  OwnedFd ensure_directory(const std::string& path, Links links = Links::Follow) const;
  OwnedFd ensure_file(const std::string& path, Links links = Links::Follow) const;

 private:
  OwnedFd fd_;
};

// The path without "", "." and ".." components, absolute; ".." at the root stays there. Lexical, so
// it says where a path leads only if no component is a link.
std::string cleaned_path(std::string_view path);

}  // namespace base
