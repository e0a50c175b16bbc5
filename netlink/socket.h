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

 private:
  struct Close {
    void operator()(mnl_socket* socket) const noexcept;
  };
  Reply receive_reply(std::uint32_t sequence);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace netlink
