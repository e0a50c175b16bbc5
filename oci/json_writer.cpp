// Values → JSON text.
#include "oci/json_writer.h"

#include <algorithm>

#include "base/json_escape.h"
#include "base/text.h"

namespace oci {

bool is_empty(const Shape& shape, const void* value) {
  switch (shape.kind) {
    case ShapeKind::Bool:
    case ShapeKind::Integer:
    case ShapeKind::Decimal: return shape.number().load(value) == 0;
    case ShapeKind::Enum: return false;
    case ShapeKind::String: return static_cast<const std::string*>(value)->empty();
    case ShapeKind::Optional:
    case ShapeKind::List:
    case ShapeKind::Map: return shape.container().size(value) == 0;
    case ShapeKind::Object: break;
  }
  const auto members = shape.members();
  return std::all_of(members.begin(), members.end(), [&](const Member& member) {
    return !member.required && is_empty(*member.shape, member.of(value));
  });
}

namespace {

constexpr std::size_t kUsualLength = 2048;

class Writer {
 public:
  explicit Writer(JsonStyle style) : pretty_(style == JsonStyle::Pretty) {
    out_.reserve(kUsualLength);
  }

  void write(const Shape& shape, const void* value) {
    switch (shape.kind) {
      case ShapeKind::Bool: out_ += shape.number().load(value) != 0 ? "true" : "false"; return;
      case ShapeKind::Integer: return write_integer(shape.number(), value);
      case ShapeKind::Decimal: out_ += text_of(Hundredths{shape.number().load(value)}); return;
      case ShapeKind::Enum: return write_enum(shape, value);
      case ShapeKind::String: return write_string(*static_cast<const std::string*>(value));
      case ShapeKind::Optional: return write_optional(shape.container(), value);
      case ShapeKind::List: return write_list(shape.container(), value);
      case ShapeKind::Map: return write_map(shape.container(), value);
      case ShapeKind::Object: return write_object(shape, value);
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void write_integer(const NumberOps& number, const void* value) {
    const std::uint64_t bits = number.load(value);
    out_ += number.min < 0 ? base::cat(static_cast<std::int64_t>(bits)) : base::cat(bits);
  }

  void write_enum(const Shape& shape, const void* value) {
    const auto number = static_cast<std::int64_t>(shape.number().load(value));
    std::string_view name;
    for (const Enumerator& each : shape.enumerators()) {
      if (each.value == number) name = shape.name_of(each);
    }
    write_string(name);
  }

  void write_optional(const ContainerOps& optional, const void* value) {
    if (optional.size(value) == 0) {
      out_ += "null";
    } else {
      write(*optional.element, optional.at(value, 0));
    }
  }

  void write_list(const ContainerOps& list, const void* value) {
    open('[');
    for (std::size_t i = 0; i < list.size(value); ++i) {
      begin_element();
      write(*list.element, list.at(value, i));
    }
    close(']');
  }

  void write_map(const ContainerOps& map, const void* value) {
    open('{');
    for (std::size_t i = 0; i < map.size(value); ++i) {
      begin_element();
      write_string(map.key(value, i));
      separate();
      write(*map.element, map.at(value, i));
    }
    close('}');
  }

  void write_object(const Shape& shape, const void* value) {
    open('{');
    for (const Member& member : shape.members()) {
      const void* const inner = member.of(value);
      if (!member.required && is_empty(*member.shape, inner)) continue;
      begin_element();
      write_plain(shape.name_of(member));
      separate();
      write(*member.shape, inner);
    }
    close('}');
  }

  void separate() { out_ += pretty_ ? ": " : ":"; }

  void open(char bracket) {
    out_ += bracket;
    ++depth_;
    empty_ = true;
  }

  void begin_element() {
    if (!empty_) out_ += ',';
    empty_ = false;
    new_line();
  }

  void close(char bracket) {
    --depth_;
    if (!empty_) new_line();
    empty_ = false;
    out_ += bracket;
  }

  void new_line() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(depth_, '\t');
  }

  // A name of our own, in which there is nothing to escape.
  void write_plain(std::string_view text) {
    out_ += '"';
    out_ += text;
    out_ += '"';
  }

  void write_string(std::string_view text) { base::append_json_string(out_, text); }

  std::string out_;
  std::size_t depth_ = 0;
  bool pretty_;
  bool empty_ = true;
};

}  // namespace

std::string write_json(const Shape& shape, const void* value, JsonStyle style) {
  Writer writer(style);
  writer.write(shape, value);
  return writer.take();
}

}  // namespace oci
