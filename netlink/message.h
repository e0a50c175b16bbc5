// A netlink message: ours while it is built (header, fixed part, attributes), the kernel's while it
// is read. Pure; libmnl does the layout.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <linux/netlink.h>
#include <optional>
#include <string>
#include <string_view>

namespace netlink {

// Of requests that make what must not be there yet, and want an answer.
inline constexpr std::uint16_t kCreateNew = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;

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

  // An attribute with those bytes.
  void put(std::uint16_t type, std::string_view bytes);
  // With the text and the zero that ends it.
  void put_text(std::uint16_t type, const std::string& text);
  // With a number of that type's width.
  template <typename Number>
  void put_number(std::uint16_t type, Number number) {
    put(type, {reinterpret_cast<const char*>(&number), sizeof number});
  }
  // With what `fill` puts into it.
  template <typename Fill>
  void put_nested(std::uint16_t type, Fill fill) {
    const std::size_t start = begin_nested(type);
    fill();
    end_nested(start);
  }

  void set_sequence(std::uint32_t sequence) { header()->nlmsg_seq = sequence; }
  std::string_view bytes() const { return {buffer_.data(), header()->nlmsg_len}; }

 private:
  void* put_space(std::size_t size);
  std::size_t begin_nested(std::uint16_t type);
  void end_nested(std::size_t start);
  void reserve(std::size_t size) const;
  nlmsghdr* header();
  const nlmsghdr* header() const;

  // Our messages are a few attributes long, and one of them a text of 255 bytes at most.
  alignas(nlmsghdr) std::array<char, 768> buffer_;
};

// Attributes of a message from the kernel, which must outlive it. One that isn't there, or is of
// another size than asked for, reads as nothing.
class Attributes {
 public:
  // Those that follow the fixed part of `fixed_size` bytes.
  static Attributes of_message(const nlmsghdr& message, std::size_t fixed_size);

  std::optional<std::string_view> bytes(std::uint16_t type) const;
  std::string text(std::uint16_t type) const;
  template <typename Number>
  std::optional<Number> number(std::uint16_t type) const {
    const auto found = bytes(type);
    if (!found || found->size() != sizeof(Number)) return std::nullopt;
    Number number;
    found->copy(reinterpret_cast<char*>(&number), sizeof number);
    return number;
  }
  Attributes nested(std::uint16_t type) const { return Attributes(bytes(type).value_or("")); }

 private:
  explicit Attributes(std::string_view area) : area_(area) {}
  std::string_view area_;
};

// The fixed part of a message from the kernel; nullptr if that is too short.
const void* fixed_part(const nlmsghdr& message, std::size_t size);

// The end of an answer: an errno, 0 for success, and the kernel's own words if it has any (extended
// acknowledgement).
struct Reply {
  int error = 0;
  std::string text;
};

// What an answer consists of before its end.
using Visitor = std::function<void(const nlmsghdr&)>;

// The end of the answer to `sequence` in a datagram from the kernel; empty when it is still to
// come. What else answers it goes to `visit`, if there is one.
std::optional<Reply> parse_reply(std::string_view datagram, std::uint32_t sequence,
                                 const Visitor& visit = {});

}  // namespace netlink
