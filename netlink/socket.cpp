#include "netlink/socket.h"

#include <cerrno>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/text.h"

namespace netlink {

using base::Error;

void Socket::Close::operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }

// No bind: the kernel gives the socket its address when it sends.
Socket::Socket() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)) {
  if (!socket_) throw Error("netlink socket", errno);
  // So that a refusal comes with its reason. A kernel that can't (before 4.12) sends the number.
  int on = 1;
  mnl_socket_setsockopt(socket_.get(), NETLINK_EXT_ACK, &on, sizeof on);
}

void Socket::request(Message& message) {
  message.set_sequence(++sequence_);
  const std::string_view bytes = message.bytes();
  ssize_t sent = 0;
  do {
    sent = mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size());
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) throw Error("netlink send", errno);
  const Reply reply = receive_reply(sequence_);
  if (reply.error == 0) return;
  throw Error(reply.text.empty() ? "netlink" : base::cat("netlink: ", base::quoted(reply.text)),
              reply.error);
}

Reply Socket::receive_reply(std::uint32_t sequence) {
  // Room for a refusal, which repeats the request. Not more: each page of stack that is touched for
  // the first time costs a child more than the rest of this function.
  alignas(nlmsghdr) char datagram[2048];
  for (;;) {
    const ssize_t length = mnl_socket_recvfrom(socket_.get(), datagram, sizeof datagram);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) throw Error("netlink receive", errno);
    const auto reply = parse_reply({datagram, static_cast<std::size_t>(length)}, sequence);
    if (reply) return *reply;
  }
}

}  // namespace netlink
