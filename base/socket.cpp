#include "base/socket.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

namespace {

int kernel_type(SocketType type) {
  switch (type) {
    case SocketType::Packet: return SOCK_SEQPACKET | SOCK_CLOEXEC;
    case SocketType::Stream: return SOCK_STREAM | SOCK_CLOEXEC;
    case SocketType::Datagram: break;
  }
  return SOCK_DGRAM | SOCK_CLOEXEC;
}

OwnedFd new_socket(SocketType type) {
  OwnedFd socket(::socket(AF_UNIX, kernel_type(type), 0));
  if (!socket.valid()) throw Error("socket", errno);
  return socket;
}

constexpr std::size_t kLongestPath = sizeof sockaddr_un{}.sun_path - 1;

std::string path_at(BorrowedFd dir, const std::string& name) {
  return cat("/proc/self/fd/", dir.raw(), "/", name);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() > kLongestPath) {
    throw Error(cat("socket path ", base::quoted(path), " is too long"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

// The control buffer for one descriptor; the union gives it the alignment of a header.
union Control {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

void attach(msghdr& message, Control& control, int fd) {
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
}

OwnedFd detach(msghdr& message) {
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return {};
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return OwnedFd(fd);
}

void bind_to(BorrowedFd socket, BorrowedFd dir, const std::string& name) {
  const sockaddr_un address = address_of(path_at(dir, name));
  if (bind(socket.raw(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw Error(cat("bind ", name), errno);
  }
}

}  // namespace

std::pair<OwnedFd, OwnedFd> socket_pair(SocketType type) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, kernel_type(type), 0, ends.data()) != 0) {
    throw Error("socketpair", errno);
  }
  return {OwnedFd(ends[0]), OwnedFd(ends[1])};
}

OwnedFd bind_at(BorrowedFd dir, const std::string& name, SocketType type) {
  OwnedFd socket = new_socket(type);
  bind_to(socket, dir, name);
  return socket;
}

OwnedFd listen_at(BorrowedFd dir, const std::string& name, SocketType type) {
  OwnedFd socket = new_socket(type);
  // The file gets what of the socket's own mode the umask leaves.
  fchmod(socket, S_IRUSR | S_IWUSR);
  bind_to(socket, dir, name);
  if (listen(socket.raw(), 1) != 0) throw Error(cat("listen ", name), errno);
  return socket;
}

ConnectResult try_connect_at(BorrowedFd dir, const std::string& name, SocketType type) {
  OwnedFd socket = new_socket(type);
  set_send_timeout(socket, kPatienceSeconds);
  std::string path = path_at(dir, name);
  OpenResult itself;
  if (path.size() > kLongestPath) {
    itself = try_openat2(dir, name.c_str(), O_PATH, Resolve::kAnywhere);
    if (itself.error != 0) return {OwnedFd(), itself.error};
    path = cat("/proc/self/fd/", itself.fd.raw());
  }
  const sockaddr_un address = address_of(path);
  if (connect(socket.raw(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {OwnedFd(), errno};
  }
  return {std::move(socket), 0};
}

OwnedFd accept(BorrowedFd listener) {
  int fd = -1;
  do {
    fd = accept4(listener.raw(), nullptr, nullptr, SOCK_CLOEXEC);
  } while (fd < 0 && (errno == EINTR || errno == ECONNABORTED));
  if (fd < 0) throw Error("accept", errno);
  return OwnedFd(fd);
}

bool is_socket_address(const std::string& address) noexcept {
  const bool named = address.starts_with('/') || address.starts_with('@');
  return named && address.size() > 1 && address.size() < sizeof sockaddr_un{}.sun_path;
}

OwnedFd connect_datagram(const std::string& address) {
  OwnedFd socket = new_socket(SocketType::Datagram);
  sockaddr_un kernel_form{};
  kernel_form.sun_family = AF_UNIX;
  std::memcpy(kernel_form.sun_path, address.data(), address.size());
  // Of an abstract name every byte counts, hence the exact length.
  if (address.front() == '@') kernel_form.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
  if (connect(socket.raw(), reinterpret_cast<const sockaddr*>(&kernel_form), length) != 0) {
    throw Error(cat("connect ", base::shown_path(address)), errno);
  }
  return socket;
}

void set_send_timeout(BorrowedFd socket, int seconds) {
  const timeval limit{seconds, 0};
  if (setsockopt(socket.raw(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) {
    throw Error("setsockopt SO_SNDTIMEO", errno);
  }
}

int try_send_message(BorrowedFd socket, std::string_view bytes, const OwnedFd* passed) noexcept {
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control{};
  if (passed != nullptr) attach(message, control, passed->raw());
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket.raw(), &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return errno;
  // Only a stream is cut, and only by the timeout.
  return static_cast<std::size_t>(sent) < bytes.size() ? EAGAIN : 0;
}

bool send_message(BorrowedFd socket, std::string_view bytes, const OwnedFd* passed) {
  const int error = try_send_message(socket, bytes, passed);
  if (error == EPIPE || error == ECONNRESET) return false;
  if (error != 0) throw Error("sendmsg", error);
  return true;
}

std::optional<Received> receive_message(BorrowedFd socket, std::size_t limit) {
  Received received{std::string(limit, '\0'), OwnedFd()};
  iovec part{received.bytes.data(), limit};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control{};
  message.msg_control = control.bytes.data();
  // With what is there only for the alignment a second one would be let in.
  message.msg_controllen = CMSG_LEN(sizeof(int));
  ssize_t got = 0;
  do {
    got = recvmsg(socket.raw(), &message, MSG_CMSG_CLOEXEC);
    // ECONNRESET is said once, and before what the peer sent: it ended with something of ours
    // unread.
  } while (got < 0 && (errno == EINTR || errno == ECONNRESET));
  if (got == 0) return std::nullopt;
  if (got < 0) throw Error("recvmsg", errno);
  received.passed = detach(message);
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    throw Error("recvmsg: the message is longer than agreed");
  }
  received.bytes.resize(static_cast<std::size_t>(got));
  return received;
}

std::optional<std::string> try_receive_datagram(BorrowedFd socket, std::size_t limit) {
  std::string bytes(limit, '\0');
  ssize_t got = 0;
  do {
    // The true length, also of what did not fit. There is no room for descriptors: the kernel
    // closes them.
    got = recv(socket.raw(), bytes.data(), limit, MSG_DONTWAIT | MSG_TRUNC);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return std::nullopt;
  if (got < 0) throw Error("recv", errno);
  const auto length = static_cast<std::size_t>(got);
  bytes.resize(length > limit ? 0 : length);
  return bytes;
}

}  // namespace sys
