// A netlink socket to the kernel's routing family: requests with sequence numbers, each
// acknowledged, refusals as errors in the kernel's own words.
#pragma once

#include <cstdint>
#include <memory>

#include "netlink/message.h"

struct mnl_socket;

namespace netlink {

class Socket {
 public:
  // Belongs to the network namespace that the caller is in, and stays with it.
  Socket();

  // Sends the request and waits until the kernel has carried it out. Throws what it refuses.
  void request(Message& message);
  // The same, where a refusal is an answer.
  Reply try_request(Message& message);
  // Sends a question and hands each message of the answer to `visit`. A refusal is returned.
  Reply query(Message& message, const Visitor& visit);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const noexcept;
  };
  void send(Message& message);
  Reply receive_reply(char* buffer, std::size_t size, const Visitor& visit);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
};

// Throws if it is a refusal.
void require(const Reply& reply);

}  // namespace netlink
