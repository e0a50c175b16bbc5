// IP addresses and prefixes as values: text as in inet_pton(3), bytes as in messages.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace netlink {

class IpAddress {
 public:
  IpAddress() = default;  // 0.0.0.0
  // Dotted decimal or RFC 4291's forms; no zone.
  static std::optional<IpAddress> parse(std::string_view text);
  // 4 or 16 in network order; empty for any other number.
  static std::optional<IpAddress> from_bytes(std::string_view bytes);

  bool is_v6() const noexcept { return v6_; }
  int family() const noexcept;
  unsigned bits() const noexcept { return v6_ ? 128 : 32; }
  std::string_view bytes() const noexcept;
  std::string text() const;

  // One that a single interface can have: not unspecified, loopback, multicast or broadcast.
  bool is_unicast() const noexcept;
  bool is_link_local() const noexcept;  // of IPv6: fe80::/10

  // The one after it; that after the last is the first.
  IpAddress next() const noexcept;
  // With the bits behind the first `length` cleared or set.
  IpAddress with_rest_cleared(unsigned length) const noexcept;
  IpAddress with_rest_set(unsigned length) const noexcept;

  auto operator<=>(const IpAddress&) const = default;

 private:
  bool v6_ = false;
  std::array<std::uint8_t, 16> bytes_{};
};

// "10.1.0.2/24": an address with the length of its network's prefix, in bits.
struct IpPrefix {
  IpAddress address;
  unsigned length = 0;

  static std::optional<IpPrefix> parse(std::string_view text);
  std::string text() const;
  // The network itself: no bits behind the prefix.
  IpPrefix network() const noexcept { return {address.with_rest_cleared(length), length}; }
  bool contains(const IpAddress& other) const noexcept;
  bool overlaps(const IpPrefix& other) const noexcept;
  // Whether a host of this network can have the address: in IPv4 not the first and the last, in
  // IPv6 not the first, which belongs to the routers (RFC 4291 2.6.1). Networks of one or two are
  // used up (RFC 3021, RFC 6164).
  bool is_for_hosts(const IpAddress& other) const noexcept;

  auto operator<=>(const IpPrefix&) const = default;
};

}  // namespace netlink
