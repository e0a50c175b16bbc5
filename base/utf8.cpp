#include "base/utf8.h"

#include <array>

#include "base/text.h"

namespace base {

namespace {

// The well-formed sequences of RFC 3629 §4 by their lead byte, and what the second byte may be; any
// further byte is 80..BF.
struct Row {
  unsigned char first, last;
  std::size_t length;
  unsigned char low, high;
};
constexpr std::array<Row, 8> kRows = {{{0x00, 0x7f, 1, 0, 0},
                                       {0xc2, 0xdf, 2, 0x80, 0xbf},
                                       {0xe0, 0xe0, 3, 0xa0, 0xbf},
                                       {0xe1, 0xec, 3, 0x80, 0xbf},
                                       {0xed, 0xed, 3, 0x80, 0x9f},
                                       {0xee, 0xef, 3, 0x80, 0xbf},
                                       {0xf0, 0xf0, 4, 0x90, 0xbf},
                                       {0xf1, 0xf4, 4, 0x80, 0xbf}}};

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool continues(std::string_view text, const Row& row) {
  if (text.size() < row.length) return false;
  if (row.length == 1) return true;
  if (byte_at(text, 1) < row.low || byte_at(text, 1) > row.high) return false;
  // F4 is the one lead byte whose second byte ends earlier, at U+10FFFF.
  if (byte_at(text, 0) == 0xf4 && byte_at(text, 1) > 0x8f) return false;
  for (std::size_t at = 2; at < row.length; ++at) {
    if ((byte_at(text, at) & 0xc0) != 0x80) return false;
  }
  return true;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const unsigned char lead = byte_at(text, 0);
  for (const Row& row : kRows) {
    if (lead >= row.first && lead <= row.last) return continues(text, row) ? row.length : 0;
  }
  return 0;
}

std::string with_valid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
      out += cat("\\x", hex(byte_at(text, 0)));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace base
