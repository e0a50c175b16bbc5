// ASCII, which is nearly all that a configuration holds, goes eight bytes at a time.
#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace base {

namespace {

bool is_ascii_block(const char* bytes) {
  std::uint64_t block = 0;
  std::memcpy(&block, bytes, sizeof block);
  return (block & 0x8080808080808080u) == 0;
}

struct Lead {
  std::size_t length = 0;      // of the whole sequence, 0 for a byte that can't begin one
  unsigned second_min = 0x80;  // the second byte's range is what excludes the bad code points
  unsigned second_max = 0xbf;
};

Lead classify(unsigned byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xc2) return {0};
  if (byte < 0xe0) return {2};
  if (byte == 0xe0) return {3, 0xa0};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte < 0xf0) return {3};
  if (byte == 0xf0) return {4, 0x90};
  if (byte < 0xf4) return {4};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {0};
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) noexcept {
  const auto byte = [text](std::size_t at) {
    return unsigned{static_cast<unsigned char>(text[at])};
  };
  const Lead lead = classify(byte(0));
  if (lead.length < 2) return lead.length;
  if (text.size() < lead.length) return 0;
  if (byte(1) < lead.second_min || byte(1) > lead.second_max) return 0;
  for (std::size_t at = 2; at < lead.length; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return 0;
  }
  return lead.length;
}

std::size_t utf8_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && is_ascii_block(text.data() + at)) {
      at += 8;
      continue;
    }
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = utf8_sequence_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

std::size_t printable_length(std::string_view text) noexcept {
  const std::size_t length = utf8_sequence_length(text);
  const auto byte = static_cast<unsigned char>(text[0]);
  const bool is_c1 = length == 2 && byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0;
  return byte < 0x20 || byte == 0x7f || is_c1 ? 0 : length;
}

}  // namespace base
