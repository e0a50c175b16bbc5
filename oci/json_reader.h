// JSON text → any described struct, strictly, over the struct's rows.
//
// Every error is one base::Error that names the file, the place (line and column of a syntax
// error, else the JSON pointer), the value and the reason.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/shape.h"

namespace oci {

// Fills `target`, a default-constructed value of that shape.
void read_json(std::string_view file_name, std::string_view bytes, const Shape& shape, void* target,
               std::vector<std::string>* unknown);

// The pointers of properties that no row names are added to `unknown` if it isn't null.
template <Described T>
T read_json(std::string_view file_name, std::string_view bytes,
            std::vector<std::string>* unknown = nullptr) {
  T value{};
  read_json(file_name, bytes, shape_of<T>, &value, unknown);
  return value;
}

}  // namespace oci
