#include "runtime/container/seal.h"

#include <array>
#include <cstdint>

#include "base/text.h"

namespace runtime {

using base::cat;

namespace {

constexpr std::string_view kMember = ",\"checksum\":";

// The CRC of POSIX's cksum, which finds every change within 32 bits that follow each other.
constexpr std::uint32_t kPolynomial = 0x04c11db7;

constexpr std::array<std::uint32_t, 256> kRemainders = [] {
  std::array<std::uint32_t, 256> remainders{};
  for (std::uint32_t byte = 0; byte < remainders.size(); ++byte) {
    std::uint32_t crc = byte << 24;
    for (int bit = 0; bit < 8; ++bit) crc = crc << 1 ^ (crc >> 31 != 0 ? kPolynomial : 0);
    remainders[byte] = crc;
  }
  return remainders;
}();

std::uint32_t add_byte(std::uint32_t crc, std::size_t byte) {
  return crc << 8 ^ kRemainders[crc >> 24 ^ (byte & 0xff)];
}

std::uint32_t checksum(std::string_view text) {
  std::uint32_t crc = 0;
  for (const char c : text) crc = add_byte(crc, static_cast<unsigned char>(c));
  for (std::size_t length = text.size(); length != 0; length >>= 8) crc = add_byte(crc, length);
  return ~crc;
}

std::string with_checksum(std::string_view members) {
  return cat(members, kMember, checksum(members), "}");
}

}  // namespace

std::string sealed(std::string_view object) {
  object.remove_suffix(1);
  return with_checksum(object);
}

bool is_intact(std::string_view text) {
  const auto end = text.rfind(kMember);
  return end != std::string_view::npos && text == with_checksum(text.substr(0, end));
}

}  // namespace runtime
