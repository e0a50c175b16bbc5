// Strings of JSON (RFC 8259 section 7).
#pragma once

#include <string>
#include <string_view>

namespace base {

// Appends the whole string with its quotes, of any bytes: those that aren't UTF-8 as "\xNN", spelt
// out. Slashes stay as they are: some hooks' parsers can't undo the escape.
void append_json_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);

}  // namespace base
