// A netlink request while it is built: header, fixed part, attributes. Pure; libmnl does the
// layout. What the kernel answers is read by parse_reply.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <linux/netlink.h>
#include <optional>
#include <string>
#include <string_view>

namespace netlink {

class Message {
 public:
  // `type` is RTM_*; `flags` are NLM_F_* besides NLM_F_REQUEST.
  Message(std::uint16_t type, std::uint16_t flags);
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  // The fixed part that follows the header, zeroed: ifinfomsg, ifaddrmsg…
  template <typename Fixed>
  Fixed& put_fixed_part() {
    return *static_cast<Fixed*>(put_space(sizeof(Fixed)));
  }

  void set_sequence(std::uint32_t sequence) { header()->nlmsg_seq = sequence; }
  std::string_view bytes() const { return {buffer_.data(), header()->nlmsg_len}; }

 private:
  void* put_space(std::size_t size);
  nlmsghdr* header();
  const nlmsghdr* header() const;

  // Our messages are a few attributes long.
  alignas(nlmsghdr) std::array<char, 512> buffer_;
};

// The acknowledgement of a request: an errno, 0 for success, and the kernel's own words if it has
// any (extended acknowledgement).
struct Reply {
  int error = 0;
  std::string text;
};

// The one for `sequence` in a datagram from the kernel; empty when there is none in it.
std::optional<Reply> parse_reply(std::string_view datagram, std::uint32_t sequence);

}  // namespace netlink
