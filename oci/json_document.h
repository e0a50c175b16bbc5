// JSON text → a tree of values, refusing whatever two readers could understand differently.
//
// Strict RFC 8259: UTF-8 without byte order mark, no duplicate keys, nothing after the value, at
// most 128 levels. Numbers stay text, so that none ever passes through a double. What the values
// mean is json_reader's business. Internal to oci/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oci {

enum class JsonKind : std::uint8_t { Null, Bool, Number, String, Array, Object };

struct JsonValue {
  JsonKind kind;
  std::uint32_t extent;   // how many values this subtree has, itself included
  std::string_view key;   // of a member of an object
  std::string_view text;  // string, unescaped; number and bool as written
};

// The values in document order: the children of values[i] begin at i + 1, and a value's next
// sibling is `extent` further on.
class JsonTree {
 public:
  std::vector<JsonValue> values;

  // The JSON pointer of one of the values. Walks the tree: for messages only.
  std::string pointer_to(const JsonValue& value) const;
};

class JsonDocument {
 public:
  // Throws base::Error: "config.json:3:7: …" or "config.json: …".
  JsonDocument(std::string_view file_name, std::string_view bytes);
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  const JsonValue& root() const { return tree_.values.front(); }
  std::string pointer_to(const JsonValue& value) const { return tree_.pointer_to(value); }

 private:
  std::string buffer_;  // a copy of the text, unescaped in place: the values' strings live here
  JsonTree tree_;
};

// The children of an array or object, for range-for.
class JsonChildren {
 public:
  class Iterator {
   public:
    explicit Iterator(const JsonValue* at) : at_(at) {}
    const JsonValue& operator*() const { return *at_; }
    Iterator& operator++() {
      at_ += at_->extent;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const JsonValue* at_;
  };

  explicit JsonChildren(const JsonValue& parent) : parent_(parent) {}
  Iterator begin() const { return Iterator(&parent_ + 1); }
  Iterator end() const { return Iterator(&parent_ + parent_.extent); }

 private:
  const JsonValue& parent_;
};

}  // namespace oci
