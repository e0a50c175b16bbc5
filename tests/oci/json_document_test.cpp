#include "oci/json_document.h"

#include <gtest/gtest.h>
#include <string>

#include "oci/json_pointer.h"
#include "tests/oci/support.h"

namespace {

using oci::JsonChildren;
using oci::JsonDocument;
using oci::JsonKind;
using oci_test::error_of;

struct BadDocument {
  const char* what;
  std::string text;
  std::string error;
};

std::string nested(const std::string& open, std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += open;
  return text;
}

TEST(JsonDocument, RefusesWhatIsNotOneStrictObject) {
  using namespace std::string_literals;
  const BadDocument cases[] = {
      {"B-01 empty", "", "config.json: empty file"},
      {"B-01 blank", " \n\t ", "config.json: empty file"},
      {"B-02 truncated", R"({"ociVersion":"1.0)", "config.json:1:19: unexpected end of input"},
      {"B-02 after a key", "{\n\"a\"", "config.json:2:4: unexpected end of input"},
      {"B-02 in a word", R"({"a":tru)", "config.json:1:9: unexpected end of input"},
      {"B-03 array", "[]", "config.json: top level must be an object"},
      {"B-03 number", "1", "config.json: top level must be an object"},
      {"B-03 string", "\"x\"", "config.json: top level must be an object"},
      {"B-04 null", "null", "config.json: top level must be an object"},
      {"B-05 NUL", "{\n \"a\":\"x\0\"}"s, "config.json:2:8: NUL byte"},
      {"B-05 NUL at the end", "{}\0"s, "config.json:1:3: NUL byte"},
      {"B-06 BOM", "\xef\xbb\xbf{}", "config.json: begins with a UTF-8 byte order mark (BOM)"},
      {"B-07 garbage", "{} x", "config.json:1:4: text after the end of the document"},
      {"B-07 second object", "{}\n{}", "config.json:2:1: text after the end of the document"},
      {"B-08 duplicate", R"({"a":{"b":[{},{"c":1,"d":2,"c":3}]}})",
       "config.json: /a/b/1/c: duplicate key"},
      {"B-08 by escape", R"({"key":1,"\u006bey":2})", "config.json: /key: duplicate key"},
      {"B-09 objects", nested("{\"a\":", 100000),
       "config.json:1:641: nested deeper than 128 levels"},
      {"B-09 arrays", nested("[", 100000), "config.json:1:129: nested deeper than 128 levels"},
      {"B-10 invalid UTF-8", "{\"a\":\n\"x\xff\"}", "config.json:2:3: not UTF-8, at byte offset 8"},
      {"B-22 huge number", R"({"a":1e400})", "config.json:1:6: number too big"},
      {"lone low surrogate", R"({"a":"\udc00"})",
       "config.json:1:14: \\u escape of an unpaired surrogate"},
      {"lone high surrogate", R"({"a":"\ud800x"})",
       "config.json:1:7: \\u escape of an unpaired surrogate"},
      {"bad hexadecimal", R"({"a":"\u00g0"})", "config.json:1:7: bad \\u escape"},
      {"bad escape", R"({"a":"\x"})", "config.json:1:7: bad escape or control character"},
      {"raw control", "{\"a\":\"\t\"}", "config.json:1:7: bad escape or control character"},
      {"comment", "{} // x", "config.json:1:4: text after the end of the document"},
      {"trailing comma in object", R"({"a":1,})", "config.json:1:8: expected a member name"},
      {"trailing comma in array", R"({"a":[1,]})", "config.json:1:9: invalid value"},
      {"no colon", R"({"a" 1})", "config.json:1:6: expected a colon after the member name"},
      {"no comma", R"({"a":1 "b":2})", "config.json:1:8: expected a comma or }"},
      {"no comma in array", R"({"a":[1 2]})", "config.json:1:9: expected a comma or ]"},
      {"NaN", R"({"a":NaN})", "config.json:1:6: invalid value"},
      {"leading zero", R"({"a":01})", "config.json:1:7: expected a comma or }"},
      {"plus", R"({"a":+1})", "config.json:1:6: invalid value"},
      {"no fraction", R"({"a":1.})", "config.json:1:8: number without digits after the point"},
      {"no exponent", R"({"a":1e})", "config.json:1:8: number without digits in the exponent"},
  };
  for (const BadDocument& each : cases) {
    EXPECT_EQ(error_of([&] { JsonDocument("config.json", each.text); }), each.error) << each.what;
  }
}

TEST(JsonDocument, RefusesMoreThan64MiB) {
  const std::string text(std::size_t{64} * 1024 * 1024 + 1, 'x');
  EXPECT_EQ(error_of([&] { JsonDocument("config.json", text); }),
            "config.json: larger than 64 MiB");
}

TEST(JsonDocument, TakesTheDeepestNestingAllowed) {
  const std::string text = nested("{\"a\":", 127) + "{}" + std::string(127, '}');
  EXPECT_EQ(error_of([&] { JsonDocument("config.json", text); }), "");
}

TEST(JsonDocument, KeepsOrderKeysAndTexts) {
  const JsonDocument document("f", R"({"b":[true,null,-1.50e3],"a":{"x":"é\u00e9\n"},"c":{}})");
  std::string seen;
  for (const auto& member : JsonChildren(document.root())) seen += base::cat(member.key, ' ');
  EXPECT_EQ(seen, "b a c ");

  const oci::JsonValue* at = &document.root();
  EXPECT_EQ(at->extent, 8u);
  EXPECT_EQ((++at)->kind, JsonKind::Array);
  EXPECT_EQ((++at)->text, "true");
  EXPECT_EQ((++at)->kind, JsonKind::Null);
  EXPECT_EQ((++at)->text, "-1.50e3");
  EXPECT_EQ((++at)->kind, JsonKind::Object);
  EXPECT_EQ((++at)->text, "é\xc3\xa9\n");
  EXPECT_EQ(document.pointer_to(*at), "/a/x");
  EXPECT_EQ(document.pointer_to(document.root()), "");
}

TEST(JsonDocument, IsStillReadableAfterManyUniqueKeys) {
  std::string text = "{\"k\":0";
  for (int i = 0; i < 100000; ++i) text += base::cat(",\"k", i, "\":", i);
  const JsonDocument document("f", text + "}");
  EXPECT_EQ(document.root().extent, 100002u);
}

TEST(JsonPointer, EscapesAndCutsSegments) {
  EXPECT_EQ(oci::member_pointer("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_EQ(oci::member_pointer("", "x\ny"), "/x\\x0ay");
  EXPECT_EQ(oci::member_pointer("", std::string(65, 'x')), "/" + std::string(64, 'x') + "...");
}

}  // namespace
