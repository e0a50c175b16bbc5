#include "netlink/ip.h"

#include <algorithm>
#include <arpa/inet.h>

#include "base/text.h"

namespace netlink {

namespace {

constexpr unsigned kByte = 8;

// The bits of byte `index` that a prefix of that length covers.
std::uint8_t covered(unsigned length, unsigned index) {
  const unsigned before = index * kByte;
  if (length <= before) return 0;
  const unsigned bits = std::min(length - before, kByte);
  return static_cast<std::uint8_t>(0xff << (kByte - bits));
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  IpAddress address;
  address.v6_ = text.find(':') != std::string_view::npos;
  const int parsed = inet_pton(address.family(), std::string(text).c_str(), address.bytes_.data());
  if (parsed != 1 || text.find('\0') != std::string_view::npos) return std::nullopt;
  return address;
}

std::optional<IpAddress> IpAddress::from_bytes(std::string_view bytes) {
  IpAddress address;
  if (bytes.size() != 4 && bytes.size() != address.bytes_.size()) return std::nullopt;
  address.v6_ = bytes.size() != 4;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

int IpAddress::family() const noexcept { return v6_ ? AF_INET6 : AF_INET; }

std::string_view IpAddress::bytes() const noexcept {
  return {reinterpret_cast<const char*>(bytes_.data()), bits() / kByte};
}

std::string IpAddress::text() const {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(family(), bytes_.data(), text, sizeof text);
  return text;
}

bool IpAddress::is_unicast() const noexcept {
  const IpAddress nothing = with_rest_cleared(0);
  if (*this == nothing) return false;
  if (v6_) return bytes_[0] != 0xff && *this != nothing.next();
  return bytes_[0] != 0 && bytes_[0] != 127 && bytes_[0] < 224;
}

bool IpAddress::is_link_local() const noexcept {
  return v6_ && bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

IpAddress IpAddress::next() const noexcept {
  IpAddress result = *this;
  for (unsigned i = bits() / kByte; i-- > 0;) {
    if (++result.bytes_[i] != 0) break;
  }
  return result;
}

IpAddress IpAddress::with_rest_cleared(unsigned length) const noexcept {
  IpAddress result = *this;
  for (unsigned i = 0; i < bits() / kByte; ++i) result.bytes_[i] &= covered(length, i);
  return result;
}

IpAddress IpAddress::with_rest_set(unsigned length) const noexcept {
  IpAddress result = *this;
  for (unsigned i = 0; i < bits() / kByte; ++i) {
    result.bytes_[i] |= static_cast<std::uint8_t>(~covered(length, i));
  }
  return result;
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = IpAddress::parse(text.substr(0, slash));
  const auto length = base::parse_int<unsigned>(text.substr(slash + 1));
  if (!address || !length || *length > address->bits()) return std::nullopt;
  return IpPrefix{*address, *length};
}

std::string IpPrefix::text() const { return base::cat(address.text(), '/', length); }

bool IpPrefix::contains(const IpAddress& other) const noexcept {
  return address.is_v6() == other.is_v6() &&
         address.with_rest_cleared(length) == other.with_rest_cleared(length);
}

bool IpPrefix::overlaps(const IpPrefix& other) const noexcept {
  return length <= other.length ? contains(other.address) : other.contains(address);
}

bool IpPrefix::is_for_hosts(const IpAddress& other) const noexcept {
  if (!contains(other)) return false;
  if (length + 1 >= address.bits()) return true;
  if (other == address.with_rest_cleared(length)) return false;
  return address.is_v6() || other != address.with_rest_set(length);
}

}  // namespace netlink
