// Protocol Buffers on the wire (protobuf.dev, "Encoding"), as far as CRIU's messages need it:
// numbers and what has a length. Which number is which field, request.cpp and reply.cpp say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace runtime::criu {

// A message being written. A field that is written again is one more of a repeated one.
class Message {
 public:
  // Negative ones as 64 bits, which is how an int32 is sent.
  Message& number(unsigned field, std::int64_t value);
  // Absent is false.
  Message& flag(unsigned field, bool value);
  Message& text(unsigned field, std::string_view value);
  // Absent if empty.
  Message& text_if_any(unsigned field, std::string_view value);
  Message& message(unsigned field, const Message& value);

  const std::string& bytes() const noexcept { return bytes_; }

 private:
  void varint(std::uint64_t value);

  std::string bytes_;
};

// One field of a message that was read.
struct Field {
  unsigned number = 0;
  std::uint64_t value = 0;  // of a number
  std::string_view bytes;   // of what has a length; a view into the message
};

// All of them in the order in which they came. Throws when that is no message.
std::vector<Field> fields_of(std::string_view message);

}  // namespace runtime::criu
