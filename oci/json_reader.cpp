// JSON text → values: the walk over a tree and a Shape side by side.
#include "oci/json_reader.h"

#include <bitset>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "oci/json_document.h"

namespace oci {

namespace {

constexpr std::size_t kMostMembers = 64;

class Reader {
 public:
  Reader(std::string_view file_name, const JsonDocument& document,
         std::vector<std::string>* unknown)
      : file_(file_name), document_(document), unknown_(unknown) {}

  void read(const JsonValue& value, const Shape& shape, void* target) {
    switch (shape.kind) {
      case ShapeKind::Bool: return read_bool(value, shape, target);
      case ShapeKind::Integer: return read_integer(value, shape, target);
      case ShapeKind::Decimal: return read_decimal(value, shape, target);
      case ShapeKind::Enum: return read_enum(value, shape, target);
      case ShapeKind::String: return read_string(value, *static_cast<std::string*>(target));
      case ShapeKind::Optional: return read_element(value, shape, target, {});
      case ShapeKind::List: return read_list(value, shape, target);
      case ShapeKind::Map: return read_map(value, shape, target);
      case ShapeKind::Object: return read_object(value, shape, target);
    }
  }

 private:
  void read_bool(const JsonValue& value, const Shape& shape, void* target) {
    expect(value, JsonKind::Bool, "true or false");
    shape.number().store(target, value.text == "true" ? 1 : 0);
  }

  // Never by way of a double: 1.0 and 1e3 are refused, 18446744073709551615 is exact.
  void read_integer(const JsonValue& value, const Shape& shape, void* target) {
    expect(value, JsonKind::Number, "an integer");
    const NumberOps& number = shape.number();
    const bool negative = value.text.starts_with('-');
    if (value.text.find_first_not_of("0123456789", negative ? 1 : 0) != std::string_view::npos) {
      fail(value, base::cat(shown(value), " is not an integer"));
    }
    if (negative) {
      const auto parsed = base::parse_int<std::int64_t>(value.text);
      if (!parsed || *parsed < number.min) fail_range(value, number);
      number.store(target, static_cast<std::uint64_t>(*parsed));
    } else {
      const auto parsed = base::parse_int<std::uint64_t>(value.text);
      if (!parsed || *parsed > number.max) fail_range(value, number);
      number.store(target, *parsed);
    }
  }

  void read_decimal(const JsonValue& value, const Shape& shape, void* target) {
    expect(value, JsonKind::Number, "a number");
    const auto number = parse_hundredths(value.text);
    if (!number) fail(value, base::cat(shown(value), " is not a number with two decimals"));
    shape.number().store(target, number->count);
  }

  void read_enum(const JsonValue& value, const Shape& shape, void* target) {
    expect(value, JsonKind::String, "a string");
    for (const Enumerator& each : shape.enumerators()) {
      if (shape.name_of(each) == value.text) {
        return shape.number().store(target, static_cast<std::uint64_t>(each.value));
      }
    }
    std::vector<std::string> names;
    for (const Enumerator& each : shape.enumerators()) names.emplace_back(shape.name_of(each));
    fail(value,
         base::cat("unknown value ", base::quoted(value.text), " (", base::join(names, ", "), ")"));
  }

  // A NUL would cut the string where it meets the kernel: the check and the use would differ.
  void read_string(const JsonValue& value, std::string& target) {
    expect(value, JsonKind::String, "a string");
    if (value.text.find('\0') != std::string_view::npos) {
      fail(value, base::cat(base::quoted(value.text), " contains a NUL byte"));
    }
    target = value.text;
  }

  void read_list(const JsonValue& value, const Shape& shape, void* target) {
    expect(value, JsonKind::Array, "an array");
    for (const JsonValue& each : JsonChildren(value)) read_element(each, shape, target, {});
  }

  void read_map(const JsonValue& value, const Shape& shape, void* target) {
    expect(value, JsonKind::Object, "an object");
    for (const JsonValue& each : JsonChildren(value)) {
      if (each.key.find('\0') != std::string_view::npos) fail(each, "key contains a NUL byte");
      read_element(each, shape, target, each.key);
    }
  }

  void read_element(const JsonValue& value, const Shape& shape, void* target,
                    std::string_view key) {
    read(value, *shape.container().element, shape.container().append(target, key));
  }

  void read_object(const JsonValue& value, const Shape& shape, void* target) {
    expect(value, JsonKind::Object, "an object");
    std::bitset<kMostMembers> seen;
    for (const JsonValue& each : JsonChildren(value)) {
      if (const auto row = find_member(shape, each.key)) {
        seen.set(*row);
        read_member(each, shape.members()[*row], target);
      } else {
        note_unknown(each, shape);
      }
    }
    const auto members = shape.members();
    for (std::size_t row = 0; row < members.size(); ++row) {
      if (members[row].required && !seen[row]) fail_missing(value, shape.name_of(members[row]));
    }
  }

  void read_member(const JsonValue& value, const Member& member, void* object) {
    if (!member.required && is_absent(value, *member.shape)) return;
    read(value, *member.shape, member.of(object));
  }

  // As Go's clients write what isn't set: null anywhere, "" for an enumerator.
  static bool is_absent(const JsonValue& value, const Shape& shape) {
    if (value.kind == JsonKind::Null) return true;
    return value.kind == JsonKind::String && value.text.empty() &&
           shape.kind == ShapeKind::Optional && shape.container().element->kind == ShapeKind::Enum;
  }

  static std::optional<std::size_t> find_member(const Shape& shape, std::string_view name) {
    const auto members = shape.members();
    for (std::size_t row = 0; row < members.size(); ++row) {
      if (shape.name_of(members[row]) == name) return row;
    }
    return std::nullopt;
  }

  void note_unknown(const JsonValue& value, const Shape& shape) {
    if (unknown_ == nullptr) return;
    for (const std::string_view name : shape.ignored()) {
      if (name == value.key) return;
    }
    unknown_->push_back(document_.pointer_to(value));
  }

  void expect(const JsonValue& value, JsonKind kind, std::string_view wanted) {
    if (value.kind != kind) fail(value, base::cat("must be ", wanted, ", not ", shown(value)));
  }

  static std::string shown(const JsonValue& value) {
    switch (value.kind) {
      case JsonKind::Null: return "null";
      case JsonKind::Array: return "an array";
      case JsonKind::Object: return "an object";
      case JsonKind::String: return base::cat("the string ", base::quoted(value.text));
      case JsonKind::Bool: return std::string(value.text);
      case JsonKind::Number: break;
    }
    constexpr std::size_t kLongest = 64;
    return base::cat(value.text.substr(0, kLongest), value.text.size() > kLongest ? "..." : "");
  }

  [[noreturn]] void fail_range(const JsonValue& value, const NumberOps& number) {
    fail(value, base::cat(shown(value), " is out of range (", number.min, " to ", number.max, ")"));
  }

  [[noreturn]] void fail_missing(const JsonValue& object, std::string_view name) {
    throw base::Error(base::cat(file_, ": ", document_.pointer_to(object), "/", name, ": missing"));
  }

  [[noreturn]] void fail(const JsonValue& value, std::string_view reason) {
    throw base::Error(base::cat(file_, ": ", document_.pointer_to(value), ": ", reason));
  }

  std::string_view file_;
  const JsonDocument& document_;
  std::vector<std::string>* unknown_;
};

}  // namespace

void read_json(std::string_view file_name, std::string_view bytes, const Shape& shape, void* target,
               std::vector<std::string>* unknown) {
  const JsonDocument document(file_name, bytes);
  Reader(file_name, document, unknown).read(document.root(), shape, target);
}

}  // namespace oci
