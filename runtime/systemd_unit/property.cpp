#include "runtime/systemd_unit/property.h"

#include <cstdlib>
#include <string>

#include "base/error.h"
#include "base/text.h"
#include "runtime/systemd_unit/bus.h"

namespace systemd {

using base::cat;
using base::Error;

namespace {

// The words, and the message they go into.
class Appender {
 public:
  Appender(sd_bus_message* message, std::span<char* const> words)
      : message_(message), words_(words) {}

  bool at_end() const { return words_.empty(); }

  void append_property() {
    const char* name = next();
    const base::Context property{[&] { return std::string(name); }};
    const char* signature = next();
    open(SD_BUS_TYPE_STRUCT, "sv");
    basic(SD_BUS_TYPE_STRING, name);
    open(SD_BUS_TYPE_VARIANT, signature);
    if (*append_value(signature) != '\0') throw Error("more than one type");
    close();
    close();
  }

 private:
  const char* next() {
    if (words_.empty()) throw Error("a value is missing");
    const char* word = words_.front();
    words_ = words_.subspan(1);
    return word;
  }

  // Appends one value of the type that the signature begins with, and returns the rest.
  const char* append_value(const char* signature) {
    switch (*signature) {
      case SD_BUS_TYPE_ARRAY: return append_array(signature + 1);
      case SD_BUS_TYPE_STRUCT_BEGIN: return append_struct(signature + 1);
      default: append_basic(*signature); return signature + 1;
    }
  }

  const char* append_array(const char* element) {
    const char* end = element_end(element);
    const auto count = number<std::uint32_t>();
    open(SD_BUS_TYPE_ARRAY, std::string(element, end).c_str());
    for (std::uint32_t i = 0; i < count; ++i) append_value(element);
    close();
    return end;
  }

  const char* append_struct(const char* members) {
    const char* end = members;
    while (*end != SD_BUS_TYPE_STRUCT_END && *end != '\0') end = element_end(end);
    open(SD_BUS_TYPE_STRUCT, std::string(members, end).c_str());
    for (const char* member = members; member != end;) member = append_value(member);
    close();
    return *end == '\0' ? end : end + 1;
  }

  // Where the first complete type ends.
  static const char* element_end(const char* signature) {
    if (*signature == SD_BUS_TYPE_ARRAY) return element_end(signature + 1);
    if (*signature != SD_BUS_TYPE_STRUCT_BEGIN)
      return *signature == '\0' ? signature : signature + 1;
    const char* end = signature + 1;
    while (*end != SD_BUS_TYPE_STRUCT_END && *end != '\0') end = element_end(end);
    return *end == '\0' ? end : end + 1;
  }

  void append_basic(char type) {
    switch (type) {
      case SD_BUS_TYPE_STRING: return basic(type, next());
      case SD_BUS_TYPE_BOOLEAN: return append_bool();
      case SD_BUS_TYPE_BYTE: return integer<std::uint8_t>(type);
      case SD_BUS_TYPE_INT16: return integer<std::int16_t>(type);
      case SD_BUS_TYPE_UINT16: return integer<std::uint16_t>(type);
      case SD_BUS_TYPE_INT32: return integer<std::int32_t>(type);
      case SD_BUS_TYPE_UINT32: return integer<std::uint32_t>(type);
      case SD_BUS_TYPE_INT64: return integer<std::int64_t>(type);
      case SD_BUS_TYPE_UINT64: return integer<std::uint64_t>(type);
      case SD_BUS_TYPE_DOUBLE: return append_double();
      default: throw Error(cat("type ", base::quoted(std::string_view(&type, 1)), " is not known"));
    }
  }

  template <typename Integer>
  Integer number() {
    const std::string_view word = next();
    const auto value = base::parse_int<Integer>(word);
    if (!value) throw Error(cat(base::quoted(word), " is no number of its type"));
    return *value;
  }

  template <typename Integer>
  void integer(char type) {
    const auto value = number<Integer>();
    basic(type, &value);
  }

  void append_bool() {
    const std::string_view word = next();
    if (word != "true" && word != "false") throw Error("true or false is expected");
    const int value = word == "true" ? 1 : 0;
    basic(SD_BUS_TYPE_BOOLEAN, &value);
  }

  void append_double() {
    const double value = std::strtod(next(), nullptr);
    basic(SD_BUS_TYPE_DOUBLE, &value);
  }

  void basic(char type, const void* value) {
    check(sd_bus_message_append_basic(message_, type, value), "value");
  }
  void open(char type, const char* contents) {
    check(sd_bus_message_open_container(message_, type, contents), "signature");
  }
  void close() { check(sd_bus_message_close_container(message_), "value"); }

  sd_bus_message* message_;
  std::span<char* const> words_;
};

}  // namespace

void append_properties(sd_bus_message* message, std::span<char* const> words) {
  for (Appender appender(message, words); !appender.at_end();) appender.append_property();
}

}  // namespace systemd
