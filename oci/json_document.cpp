// JSON text → a tree of values. RapidJSON does the syntax, event by event; the tree and everything
// it is lenient about (duplicates, depth, lone surrogates, byte order mark) is done here.
#include "oci/json_document.h"

#include <algorithm>
#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "oci/json_pointer.h"

namespace oci {

namespace {

constexpr std::size_t kDeepest = 128;
constexpr std::size_t kLargest = 64u << 20;

// RapidJSON's handler; hence the names. A method that returns false ends the parse, with the
// reason in refusal().
class TreeBuilder {
 public:
  explicit TreeBuilder(JsonTree& tree) : tree_(tree) {}

  // Why the builder stopped the parse, empty if it didn't.
  const std::string& refusal() const { return refusal_; }
  // Whether that names the place itself and needs no line and column in front.
  bool refusal_has_place() const { return refusal_has_place_; }

  bool Null() { return add(JsonKind::Null, {}); }
  bool Bool(bool value) { return add(JsonKind::Bool, value ? "true" : "false"); }
  bool Int(int) { return false; }  // never called: numbers are asked for as text
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    return add(JsonKind::Number, {text, length});
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    return is_text({text, length}) && add(JsonKind::String, {text, length});
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    key_ = {text, length};
    return is_text(key_);
  }

  bool StartObject() { return open(JsonKind::Object); }
  bool StartArray() { return open(JsonKind::Array); }
  bool EndObject(rapidjson::SizeType) { return has_unique_keys(open_.back()) && close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  bool add(JsonKind kind, std::string_view text) {
    tree_.values.push_back({kind, 1, key_, text});
    key_ = {};
    return true;
  }

  bool open(JsonKind kind) {
    if (open_.size() == kDeepest)
      return refuse(base::cat("nested deeper than ", kDeepest, " levels"));
    open_.push_back(tree_.values.size());
    return add(kind, {});
  }

  bool close() {
    measure(open_.back());
    open_.pop_back();
    return true;
  }

  void measure(std::size_t index) {
    tree_.values[index].extent = static_cast<std::uint32_t>(tree_.values.size() - index);
  }

  std::string pointer_to(const JsonValue& value) {
    for (const std::size_t index : open_) measure(index);
    return tree_.pointer_to(value);
  }

  bool refuse(std::string reason) {
    refusal_ = std::move(reason);
    return false;
  }

  // The bytes were checked beforehand; an escape can still make half of a surrogate pair.
  bool is_text(std::string_view text) {
    return base::is_utf8(text) || refuse("\\u escape of an unpaired surrogate");
  }

  bool has_unique_keys(std::size_t object) {
    members_.clear();
    const auto end = tree_.values.size();
    for (auto at = object + 1; at < end; at += tree_.values[at].extent) {
      members_.push_back(&tree_.values[at]);
    }
    const JsonValue* const twice = find_twice();
    if (twice == nullptr) return true;
    refusal_has_place_ = true;
    return refuse(base::cat(pointer_to(*twice), ": duplicate key"));
  }

  // One of members_ whose key another has, too. Many are sorted for that, because the number of
  // keys is the author's choice and a quadratic search his weapon.
  const JsonValue* find_twice() {
    constexpr std::size_t kFew = 16;
    const auto same = [](const JsonValue* a, const JsonValue* b) { return a->key == b->key; };
    if (members_.size() > kFew) {
      const auto by_key = [](const JsonValue* a, const JsonValue* b) { return a->key < b->key; };
      std::sort(members_.begin(), members_.end(), by_key);
      const auto twice = std::adjacent_find(members_.begin(), members_.end(), same);
      return twice == members_.end() ? nullptr : *twice;
    }
    for (auto at = members_.begin(); at != members_.end(); ++at) {
      const auto is_same = [&](const JsonValue* other) { return same(*at, other); };
      if (std::any_of(members_.begin(), at, is_same)) return *at;
    }
    return nullptr;
  }

  JsonTree& tree_;
  std::string refusal_;
  bool refusal_has_place_ = false;
  std::string_view key_;
  std::vector<std::size_t> open_;
  std::vector<const JsonValue*> members_;  // kept for its memory
};

std::string_view describe(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentRootNotSingular: return "text after the end of the document";
    case rapidjson::kParseErrorObjectMissName: return "expected a member name";
    case rapidjson::kParseErrorObjectMissColon: return "expected a colon after the member name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket: return "expected a comma or }";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket: return "expected a comma or ]";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex: return "bad \\u escape";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "\\u escape of an unpaired surrogate";
    case rapidjson::kParseErrorStringEscapeInvalid: return "bad escape or control character";
    case rapidjson::kParseErrorStringMissQuotationMark: return "unterminated string";
    case rapidjson::kParseErrorNumberTooBig: return "number too big";
    case rapidjson::kParseErrorNumberMissFraction: return "number without digits after the point";
    case rapidjson::kParseErrorNumberMissExponent: return "number without digits in the exponent";
    default: return "invalid value";
  }
}

class Parser {
 public:
  Parser(std::string_view file_name, std::string_view bytes) : file_(file_name), bytes_(bytes) {}

  void parse(std::string& buffer, JsonTree& tree) const {
    check_bytes();
    tree.values.reserve(bytes_.size() / 16 + 1);
    buffer = bytes_;
    rapidjson::InsituStringStream stream(buffer.data());
    TreeBuilder builder(tree);
    constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                                rapidjson::kParseNumbersAsStringsFlag;
    const auto result = rapidjson::Reader().Parse<kFlags>(stream, builder);
    if (result.IsError()) fail(result, builder);
    if (tree.values.front().kind != JsonKind::Object) fail("top level must be an object");
  }

 private:
  void check_bytes() const {
    if (bytes_.find_first_not_of(" \t\r\n") == std::string_view::npos) fail("empty file");
    if (bytes_.size() > kLargest) fail(base::cat("larger than ", kLargest >> 20, " MiB"));
    if (bytes_.starts_with("\xef\xbb\xbf")) fail("begins with a UTF-8 byte order mark (BOM)");
    if (const auto nul = bytes_.find('\0'); nul != std::string_view::npos) fail_at(nul, "NUL byte");
    if (const auto bad = base::utf8_prefix(bytes_); bad != bytes_.size()) {
      fail_at(bad, base::cat("not UTF-8, at byte offset ", bad));
    }
  }

  [[noreturn]] void fail(const rapidjson::ParseResult& result, const TreeBuilder& builder) const {
    if (builder.refusal_has_place()) fail(builder.refusal());
    if (!builder.refusal().empty()) fail_at(result.Offset(), builder.refusal());
    if (result.Offset() >= bytes_.size()) fail_at(bytes_.size(), "unexpected end of input");
    fail_at(result.Offset(), describe(result.Code()));
  }

  [[noreturn]] void fail(std::string_view reason) const {
    throw base::Error(base::cat(file_, ": ", reason));
  }

  [[noreturn]] void fail_at(std::size_t offset, std::string_view reason) const {
    const auto before = bytes_.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = offset - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    throw base::Error(base::cat(file_, ':', line, ':', column, ": ", reason));
  }

  std::string_view file_;
  std::string_view bytes_;
};

}  // namespace

std::string JsonTree::pointer_to(const JsonValue& value) const {
  std::string pointer;
  const JsonValue* at = values.data();
  while (at != &value) {
    const bool named = at->kind == JsonKind::Object;
    std::size_t index = 0;
    for (++at; at + at->extent <= &value; at += at->extent) ++index;
    append_pointer_segment(pointer, named ? at->key : std::string_view(base::cat(index)));
  }
  return pointer;
}

JsonDocument::JsonDocument(std::string_view file_name, std::string_view bytes) {
  Parser(file_name, bytes).parse(buffer_, tree_);
}

}  // namespace oci
