// What stands between the quotes of a JSON string (RFC 8259 section 7).
#pragma once

#include <string>
#include <string_view>

namespace base {

// Appends `text`, which is UTF-8. Slashes stay as they are: some hooks' parsers can't undo the
// escape.
void append_json_escaped(std::string& out, std::string_view text);

// The whole string with its quotes, of any bytes: those that aren't UTF-8 as "\xNN".
std::string json_string(std::string_view text);

}  // namespace base
