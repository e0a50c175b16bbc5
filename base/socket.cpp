#include "base/socket.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/error.h"
#include "base/text.h"

namespace sys {

using base::cat;
using base::Error;

namespace {

int kernel_type(SocketType type) {
  return (type == SocketType::Packet ? SOCK_SEQPACKET : SOCK_STREAM) | SOCK_CLOEXEC;
}

OwnedFd new_socket(SocketType type) {
  OwnedFd socket(::socket(AF_UNIX, kernel_type(type), 0));
  if (!socket.valid()) throw Error("socket", errno);
  return socket;
}

sockaddr_un address_at(BorrowedFd dir, const std::string& name) {
  const std::string path = cat("/proc/self/fd/", dir.raw(), "/", name);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw Error(cat("socket name ", base::quoted(name), " is too long"));
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

}  // namespace

std::pair<OwnedFd, OwnedFd> socket_pair(SocketType type) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, kernel_type(type), 0, ends.data()) != 0) {
    throw Error("socketpair", errno);
  }
  return {OwnedFd(ends[0]), OwnedFd(ends[1])};
}

OwnedFd listen_at(BorrowedFd dir, const std::string& name, SocketType type) {
  OwnedFd socket = new_socket(type);
  const sockaddr_un address = address_at(dir, name);
  if (bind(socket.raw(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw Error(cat("bind ", name), errno);
  }
  if (listen(socket.raw(), 1) != 0) throw Error(cat("listen ", name), errno);
  return socket;
}

ConnectResult try_connect_at(BorrowedFd dir, const std::string& name, SocketType type) {
  OwnedFd socket = new_socket(type);
  const sockaddr_un address = address_at(dir, name);
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

bool send_message(BorrowedFd socket, std::string_view bytes, const OwnedFd* passed) {
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
  if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return false;
  if (sent < 0) throw Error("sendmsg", errno);
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
  message.msg_controllen = control.bytes.size();
  ssize_t got = 0;
  do {
    got = recvmsg(socket.raw(), &message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got == 0 || (got < 0 && errno == ECONNRESET)) return std::nullopt;
  if (got < 0) throw Error("recvmsg", errno);
  received.passed = detach(message);
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
    throw Error("recvmsg: the message is longer than agreed");
  }
  received.bytes.resize(static_cast<std::size_t>(got));
  return received;
}

}  // namespace sys
