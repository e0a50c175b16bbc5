// Any described struct → JSON text, over the same rows as the reader.
//
// Absent optionals and empty strings, lists, maps and objects are left out, and so are zeros and
// false, unless the row says required: as the Go clients of these documents write them.
#pragma once

#include <string>
#include <vector>

#include "oci/shape.h"

namespace oci {

// What the writer leaves out. An object with a required member is never empty: its zeros count.
bool is_empty(const Shape& shape, const void* value);

template <Described T>
bool is_empty(const T& value) {
  return is_empty(shape_of<T>, &value);
}

// Pretty is indented with tabs, as `spec` writes for people. No newline at the end of either.
enum class JsonStyle { Compact, Pretty };

std::string write_json(const Shape& shape, const void* value, JsonStyle style);

template <Described T>
std::string write_json(const T& value, JsonStyle style = JsonStyle::Compact) {
  return write_json(shape_of<T>, &value, style);
}

// An array of such, or of names or numbers.
template <typename T>
std::string write_json(const std::vector<T>& values) {
  return write_json(shape_of<std::vector<T>>, &values, JsonStyle::Compact);
}

}  // namespace oci
