#include "netlink/socket.h"

#include <cerrno>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sys/socket.h>

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

void Socket::request(Message& message) { require(try_request(message)); }

Reply Socket::try_request(Message& message) {
  send(message);
  // Room for a refusal, which repeats the request. Not more: each page of stack that is touched for
  // the first time costs a child more than the rest of this function.
  alignas(nlmsghdr) char datagram[2048];
  return receive_reply(datagram, sizeof datagram, {});
}

Reply Socket::query(Message& message, const Visitor& visit) {
  send(message);
  // The kernel makes the pieces of an answer no larger than the reader's room.
  std::string datagram(std::size_t{8} << 10, '\0');
  return receive_reply(datagram.data(), datagram.size(), visit);
}

void Socket::send(Message& message) {
  message.set_sequence(++sequence_);
  const std::string_view bytes = message.bytes();
  ssize_t sent = 0;
  do {
    sent = mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size());
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) throw Error("netlink send", errno);
}

Reply Socket::receive_reply(char* buffer, std::size_t size, const Visitor& visit) {
  for (;;) {
    sockaddr_nl sender{};
    socklen_t sender_size = sizeof sender;
    const ssize_t length = recvfrom(mnl_socket_get_fd(socket_.get()), buffer, size, MSG_TRUNC,
                                    reinterpret_cast<sockaddr*>(&sender), &sender_size);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) throw Error("netlink receive", errno);
    // Not the kernel: whoever has CAP_NET_ADMIN in this network namespace can write to us.
    if (sender.nl_pid != 0) continue;
    if (static_cast<std::size_t>(length) > size) throw Error("netlink receive", ENOSPC);
    const auto reply = parse_reply({buffer, static_cast<std::size_t>(length)}, sequence_, visit);
    if (reply) return *reply;
  }
}

void require(const Reply& reply) {
  if (reply.error == 0) return;
  throw Error(reply.text.empty() ? "netlink" : base::cat("netlink: ", base::quoted(reply.text)),
              reply.error);
}

}  // namespace netlink
