#include "runtime/criu/wire.h"

#include "base/error.h"

namespace runtime::criu {

namespace {

// The low three bits of a field's key.
enum WireType : unsigned { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

[[noreturn]] void malformed() { throw base::Error("criu: a message of it can't be read"); }

std::string_view take(std::string_view& rest, std::uint64_t size) {
  if (size > rest.size()) malformed();
  const std::string_view taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

std::uint64_t take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(rest, 1).front());
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  malformed();
}

}  // namespace

void Message::varint(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
  bytes_ += static_cast<char>(value);
}

Message& Message::number(unsigned field, std::int64_t value) {
  varint(field << 3 | kVarint);
  varint(static_cast<std::uint64_t>(value));
  return *this;
}

Message& Message::flag(unsigned field, bool value) { return value ? number(field, 1) : *this; }

Message& Message::text(unsigned field, std::string_view value) {
  varint(field << 3 | kLength);
  varint(value.size());
  bytes_ += value;
  return *this;
}

Message& Message::text_if_any(unsigned field, std::string_view value) {
  return value.empty() ? *this : text(field, value);
}

Message& Message::message(unsigned field, const Message& value) {
  return text(field, value.bytes_);
}

std::vector<Field> fields_of(std::string_view message) {
  std::vector<Field> fields;
  while (!message.empty()) {
    const std::uint64_t key = take_varint(message);
    Field field{.number = static_cast<unsigned>(key >> 3), .value = 0, .bytes = {}};
    switch (key & 7) {
      case kVarint: field.value = take_varint(message); break;
      case kLength: field.bytes = take(message, take_varint(message)); break;
      // CRIU has none of these today; what we don't know is passed over.
      case kFixed64: take(message, 8); break;
      case kFixed32: take(message, 4); break;
      default: malformed();
    }
    fields.push_back(field);
  }
  return fields;
}

}  // namespace runtime::criu
