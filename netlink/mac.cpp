#include "netlink/mac.h"

#include <algorithm>

#include "base/random.h"
#include "base/text.h"

namespace netlink {

namespace {

constexpr std::uint8_t kGroup = 1;
constexpr std::uint8_t kLocal = 2;

}  // namespace

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  MacAddress address;
  const auto parts = base::split(text, ':');
  if (parts.size() != address.bytes_.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto byte = base::parse_int<std::uint8_t>(parts[i], 16);
    if (!byte || parts[i].size() != 2) return std::nullopt;
    address.bytes_[i] = *byte;
  }
  return address;
}

std::optional<MacAddress> MacAddress::from_bytes(std::string_view bytes) {
  MacAddress address;
  if (bytes.size() != address.bytes_.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

MacAddress MacAddress::random() {
  MacAddress address;
  sys::fill_randomly(address.bytes_.data(), address.bytes_.size());
  address.bytes_[0] = static_cast<std::uint8_t>((address.bytes_[0] | kLocal) & ~kGroup);
  return address;
}

std::string_view MacAddress::bytes() const noexcept {
  return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
}

std::string MacAddress::text() const {
  std::string text;
  for (const std::uint8_t byte : bytes_) {
    if (!text.empty()) text += ':';
    text += base::hex(byte);
  }
  return text;
}

bool MacAddress::is_unicast() const noexcept {
  return (bytes_[0] & kGroup) == 0 && *this != MacAddress();
}

}  // namespace netlink
