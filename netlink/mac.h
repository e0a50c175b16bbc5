// The hardware address of an Ethernet interface.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace netlink {

class MacAddress {
 public:
  MacAddress() = default;  // 00:00:00:00:00:00, nobody's
  // Six pairs of hexadecimal digits with colons between them.
  static std::optional<MacAddress> parse(std::string_view text);
  // Empty unless there are six.
  static std::optional<MacAddress> from_bytes(std::string_view bytes);
  // A random one of those that are assigned locally (IEEE 802's bit for it is set).
  static MacAddress random();

  std::string_view bytes() const noexcept;
  std::string text() const;
  // One that an interface can have: neither zero nor a group's.
  bool is_unicast() const noexcept;

  auto operator<=>(const MacAddress&) const = default;

 private:
  std::array<std::uint8_t, 6> bytes_{};
};

}  // namespace netlink
