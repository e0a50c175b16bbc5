// How a struct is tied to its JSON: one row per member, written beside the struct.
//
// The same rows feed the reader, the writer, the search for unknown properties and the test that
// compares us with the specification's schema; nothing else in the program repeats a name.
// This header holds the rows only; shape.h turns them into tables the machinery walks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace oci {

// A JSON object with free keys, in the order written: some (sysctl, annotations) are small, and
// users expect to find them again as they gave them.
template <typename T>
using Map = std::vector<std::pair<std::string, T>>;

template <typename T>
const T* find(const Map<T>& map, std::string_view key) {
  for (const auto& [name, value] : map) {
    if (name == key) return &value;
  }
  return nullptr;
}

enum class Presence : bool { Optional, Required };
inline constexpr Presence required = Presence::Required;

template <typename Struct, typename Member>
struct Field {
  constexpr Field(std::string_view json_name, Member Struct::*pointer,
                  Presence how = Presence::Optional)
      : name(json_name), member(pointer), presence(how) {}

  std::string_view name;
  Member Struct::*member;
  Presence presence;
};

// Specialised for each struct: `fields` is a tuple of Field rows. `ignored`, if there, names the
// properties that the specification has for other platforms: known, and of no effect here.
template <typename T>
struct Describe;

// Specialised for each enum: `table` is an array of NameOf rows.
template <typename T>
struct Names;

template <typename Enum>
struct NameOf {
  std::string_view name;
  Enum value;
};

template <typename T>
concept Described = requires {
  Describe<T>::fields;
};

template <typename T>
concept Named = requires {
  Names<T>::table;
};

// The name of an enumerator, for messages.
template <Named Enum>
constexpr std::string_view name_of(Enum value) {
  for (const auto& row : Names<Enum>::table) {
    if (row.value == value) return row.name;
  }
  return {};
}

// All of them, for messages and lists.
template <Named Enum>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  for (const auto& row : Names<Enum>::table) names.emplace_back(row.name);
  return names;
}

// The enumerator of that name, if there is one.
template <Named Enum>
constexpr std::optional<Enum> value_of(std::string_view name) {
  for (const auto& row : Names<Enum>::table) {
    if (row.name == name) return row.value;
  }
  return std::nullopt;
}

}  // namespace oci
