// File descriptors as types: OwnedFd owns, BorrowedFd is lent. Every descriptor this program makes
// is close-on-exec from birth, because the wrappers of sys:: add the flag. What makes one survive
// an exec: pass_to_payload and, as a descriptor of that number, sys::use_as.
#pragma once

#include <cstddef>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <utility>

namespace base {

// A descriptor somebody else keeps open for as long as it is used here.
class BorrowedFd {
 public:
  constexpr explicit BorrowedFd(int fd) noexcept : fd_(fd) {}
  // AT_FDCWD: relative paths start at the working directory.
  static constexpr BorrowedFd cwd() noexcept { return BorrowedFd(AT_FDCWD); }
  constexpr int raw() const noexcept { return fd_; }

 private:
  int fd_;
};

// Closes on destruction; may be empty. No operator bool, so that descriptor 0 is never taken for
// "none": ask valid().
class OwnedFd {
 public:
  OwnedFd() noexcept = default;
  explicit OwnedFd(int fd) noexcept : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  ~OwnedFd() { reset(); }

  bool valid() const noexcept { return fd_ >= 0; }
  int raw() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept;
  operator BorrowedFd() const noexcept { return BorrowedFd(fd_); }  // NOLINT: lending is implicit

 private:
  int fd_ = -1;
};

// A second descriptor of the same open file. fcntl(2) F_DUPFD_CLOEXEC.
OwnedFd duplicate(BorrowedFd fd);

// Everything up to end of file. More than `limit` bytes is an error, so that nothing we are pointed
// at can fill the memory.
std::string read_all(BorrowedFd fd, std::size_t limit);

// What there is, after waiting for something; "" is the end of file.
std::string read_some(BorrowedFd fd);

// All of it, across short writes and EINTR.
void write_all(BorrowedFd fd, std::string_view bytes);

// All that is left to read, from one to the other.
void copy_all(BorrowedFd from, BorrowedFd to);

// Clears close-on-exec: the descriptor will belong to the container's process.
void pass_to_payload(BorrowedFd fd);

}  // namespace base
