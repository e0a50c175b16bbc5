// Unix sockets: the packet pair between two of our processes, the start gate in a state directory,
// the connection to a console socket. Close-on-exec, never SIGPIPE, descriptors ride along.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.h"

namespace sys {

using base::BorrowedFd;
using base::OwnedFd;

enum class SocketType { Packet, Stream, Datagram };

std::pair<OwnedFd, OwnedFd> socket_pair(SocketType type);

// Unix sockets have names of at most 107 bytes, files don't: these calls reach `name` in `dir`
// through /proc/self/fd/N, whatever the length of the folder's own path. To connect, the name's own
// length doesn't matter either.
OwnedFd bind_at(BorrowedFd dir, const std::string& name, SocketType type);
// Only the owner may connect, whatever the umask.
OwnedFd listen_at(BorrowedFd dir, const std::string& name, SocketType type);
// Returns the errno in place of a socket when nobody listens there (ECONNREFUSED, ENOENT), or
// nobody has accepted within kPatienceSeconds (EAGAIN). What is sent there waits no longer either.
inline constexpr int kPatienceSeconds = 5;
struct ConnectResult {
  OwnedFd socket;
  int error = 0;
};
ConnectResult try_connect_at(BorrowedFd dir, const std::string& name, SocketType type);
OwnedFd accept(BorrowedFd listener);

// Whether `address` can be one: an absolute path or, after '@', a name of the abstract namespace;
// of at most 107 bytes.
bool is_socket_address(const std::string& address) noexcept;
// To the datagram socket at that address.
OwnedFd connect_datagram(const std::string& address);
// What is sent there waits that long at most for a receiver that does not read (EAGAIN then).
void set_send_timeout(BorrowedFd socket, int seconds);

// One message; `passed` rides along as SCM_RIGHTS when it isn't null. False: the peer is gone.
bool send_message(BorrowedFd socket, std::string_view bytes, const OwnedFd* passed = nullptr);
// The same; returns the errno, or 0.
int try_send_message(BorrowedFd socket, std::string_view bytes,
                     const OwnedFd* passed = nullptr) noexcept;

// One message of at most `limit` bytes and at most one descriptor. Empty at end of file, which
// comes after all that the peer sent, also if it died with data of ours unread. A longer message or
// more descriptors are an error.
struct Received {
  std::string bytes;
  OwnedFd passed;
};
std::optional<Received> receive_message(BorrowedFd socket, std::size_t limit);

// The next datagram without waiting for one; empty when there is none. Descriptors that came along
// are closed, and what is longer than `limit` counts as an empty message.
std::optional<std::string> try_receive_datagram(BorrowedFd socket, std::size_t limit);

}  // namespace sys
