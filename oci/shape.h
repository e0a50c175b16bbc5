// The rows of describe.h, turned into tables without types: what the reader and the writer walk.
//
// Type erasure keeps the machinery out of line, once: instantiating it per struct would cost ten
// times the text. Nothing outside oci/ looks into a Shape.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "oci/describe.h"
#include "oci/hundredths.h"

namespace oci {

enum class ShapeKind : std::uint8_t {
  Bool,
  Integer,
  Decimal,
  Enum,
  String,
  Optional,
  List,
  Map,
  Object
};

struct Shape;

// A piece of Shape::names: with a pointer in its place each name would be relocated by every
// command when it begins.
struct Name {
  std::uint16_t at;
  std::uint8_t length;
};

struct Member {
  const Shape* shape;
  std::uint32_t offset;  // in the object, bytes
  Name name;
  bool required;

  void* of(void* object) const { return static_cast<char*>(object) + offset; }
  const void* of(const void* object) const { return static_cast<const char*>(object) + offset; }
};

struct Enumerator {
  std::int64_t value;
  Name name;
};

// Bool, Integer, Decimal, Enum: the value as 64 bits, signed ones sign-extended.
struct NumberOps {
  std::uint64_t (*load)(const void* number);
  void (*store)(void* number, std::uint64_t value);
  std::int64_t min;
  std::uint64_t max;
};

// Optional (at most one element, its key unused), List (keys unused), Map.
struct ContainerOps {
  const Shape* element;
  std::size_t (*size)(const void* container);
  const void* (*at)(const void* container, std::size_t index);
  std::string_view (*key)(const void* container, std::size_t index);
  void* (*append)(void* container, std::string_view key);
};

struct Shape {
  ShapeKind kind;
  std::uint8_t ignored_count = 0;
  std::uint16_t row_count = 0;
  const void* ops = nullptr;
  const void* rows = nullptr;
  const char* names = nullptr;
  const std::string_view* ignored_names = nullptr;

  // Of a Bool, Integer, Decimal, Enum.
  const NumberOps& number() const { return *static_cast<const NumberOps*>(ops); }
  // Of an Optional, List, Map.
  const ContainerOps& container() const { return *static_cast<const ContainerOps*>(ops); }
  // Of an Enum.
  std::span<const Enumerator> enumerators() const {
    return {static_cast<const Enumerator*>(rows), row_count};
  }
  // Of an Object.
  std::span<const Member> members() const { return {static_cast<const Member*>(rows), row_count}; }
  std::span<const std::string_view> ignored() const { return {ignored_names, ignored_count}; }
  // Of a member or an enumerator.
  template <typename Row>
  std::string_view name_of(const Row& row) const {
    return {names + row.name.at, row.name.length};
  }
};

namespace shape_detail {

template <typename T>
struct ShapeFor;

}  // namespace shape_detail

template <typename T>
inline constexpr const Shape& shape_of = shape_detail::ShapeFor<T>::shape;

namespace shape_detail {

// Their texts one after the other, and where each is.
template <std::size_t Count, std::size_t Length>
struct PackedNames {
  std::array<char, Length> text{};
  std::array<Name, Count> rows{};
};

template <std::size_t Count>
constexpr std::size_t length_of(const std::array<std::string_view, Count>& names) {
  std::size_t sum = 0;
  for (const std::string_view name : names) sum += name.size();
  return sum;
}

// What `all` returns, an array of string views.
template <auto all>
constexpr auto pack_names() {
  constexpr auto names = all();
  constexpr std::size_t length = length_of(names);
  static_assert(length <= std::numeric_limits<std::uint16_t>::max());
  PackedNames<names.size(), length> packed;
  std::size_t at = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    packed.rows[i] = {static_cast<std::uint16_t>(at), static_cast<std::uint8_t>(names[i].size())};
    for (const char c : names[i]) packed.text[at++] = c;
  }
  return packed;
}

template <typename T>
struct Numbers {
  static std::uint64_t load(const void* number) {
    return static_cast<std::uint64_t>(*static_cast<const T*>(number));
  }
  static void store(void* number, std::uint64_t value) {
    *static_cast<T*>(number) = static_cast<T>(value);
  }
};

template <typename T>
constexpr NumberOps number_ops_for() {
  NumberOps ops{&Numbers<T>::load, &Numbers<T>::store, 0, 0};
  if constexpr (std::is_integral_v<T>) {
    ops.min = static_cast<std::int64_t>(std::numeric_limits<T>::min());
    ops.max = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
  }
  return ops;
}

template <typename T>
inline constexpr NumberOps number_ops = number_ops_for<T>();

template <>
struct ShapeFor<bool> {
  static constexpr Shape shape{.kind = ShapeKind::Bool, .ops = &number_ops<bool>};
};

template <std::integral T>
struct ShapeFor<T> {
  static constexpr Shape shape{.kind = ShapeKind::Integer, .ops = &number_ops<T>};
};

template <>
struct ShapeFor<Hundredths> {
  static std::uint64_t load(const void* number) {
    return static_cast<const Hundredths*>(number)->count;
  }
  static void store(void* number, std::uint64_t value) {
    static_cast<Hundredths*>(number)->count = value;
  }

  static constexpr NumberOps ops{&load, &store, 0, std::numeric_limits<std::uint64_t>::max()};
  static constexpr Shape shape{.kind = ShapeKind::Decimal, .ops = &ops};
};

template <>
struct ShapeFor<std::string> {
  static constexpr Shape shape{.kind = ShapeKind::String};
};

template <Named T>
struct ShapeFor<T> {
  static constexpr auto& table = Names<T>::table;

  static constexpr auto names = pack_names<[] {
    std::array<std::string_view, std::size(table)> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = table[i].name;
    return all;
  }>();
  static constexpr auto rows = [] {
    std::array<Enumerator, std::size(table)> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = {static_cast<std::int64_t>(table[i].value), names.rows[i]};
    }
    return all;
  }();
  static constexpr Shape shape{.kind = ShapeKind::Enum,
                               .row_count = rows.size(),
                               .ops = &number_ops<T>,
                               .rows = rows.data(),
                               .names = names.text.data()};
};

template <typename T>
struct ShapeFor<std::optional<T>> {
  using Optional = std::optional<T>;

  static std::size_t size(const void* from) {
    return static_cast<const Optional*>(from)->has_value() ? 1 : 0;
  }
  static const void* at(const void* from, std::size_t) {
    return &**static_cast<const Optional*>(from);
  }
  static void* append(void* to, std::string_view) { return &static_cast<Optional*>(to)->emplace(); }

  static constexpr ContainerOps ops{&ShapeFor<T>::shape, &size, &at, nullptr, &append};
  static constexpr Shape shape{.kind = ShapeKind::Optional, .ops = &ops};
};

template <typename T>
struct ShapeFor<std::vector<T>> {
  using List = std::vector<T>;

  static std::size_t size(const void* from) { return static_cast<const List*>(from)->size(); }
  static const void* at(const void* from, std::size_t index) {
    return &(*static_cast<const List*>(from))[index];
  }
  static void* append(void* to, std::string_view) {
    return &static_cast<List*>(to)->emplace_back();
  }

  static constexpr ContainerOps ops{&ShapeFor<T>::shape, &size, &at, nullptr, &append};
  static constexpr Shape shape{.kind = ShapeKind::List, .ops = &ops};
};

template <typename T>
struct ShapeFor<std::vector<std::pair<std::string, T>>> {
  static std::size_t size(const void* from) { return static_cast<const Map<T>*>(from)->size(); }
  static const void* at(const void* from, std::size_t index) {
    return &(*static_cast<const Map<T>*>(from))[index].second;
  }
  static std::string_view key(const void* from, std::size_t index) {
    return (*static_cast<const Map<T>*>(from))[index].first;
  }
  static void* append(void* to, std::string_view key) {
    return &static_cast<Map<T>*>(to)->emplace_back(std::string(key), T{}).second;
  }

  static constexpr ContainerOps ops{&ShapeFor<T>::shape, &size, &at, &key, &append};
  static constexpr Shape shape{.kind = ShapeKind::Map, .ops = &ops};
};

// Where the member is in its object, in bytes: offsetof, for which its name would be needed.
template <typename T, typename M>
constexpr std::uint32_t offset_of(M T::*member) {
  union Memory {
    constexpr Memory() : bytes{} {}
    constexpr ~Memory() {}
    char bytes[sizeof(T)];
    T object;
  } memory;
  const void* const wanted = &(memory.object.*member);
  std::uint32_t offset = 0;
  while (static_cast<const void*>(&memory.bytes[offset]) != wanted) ++offset;
  return offset;
}

template <Described T>
struct ShapeFor<T> {
  static constexpr auto& fields = Describe<T>::fields;
  static constexpr std::size_t count = std::tuple_size_v<std::decay_t<decltype(fields)>>;

  template <typename Struct, typename Type>
  static constexpr Member row(const Field<Struct, Type>& field, Name name) {
    return {&ShapeFor<Type>::shape, offset_of(field.member), name, field.presence == required};
  }

  static constexpr std::span<const std::string_view> ignored() {
    if constexpr (requires { Describe<T>::ignored; }) {
      return Describe<T>::ignored;
    } else {
      return {};
    }
  }

  static constexpr auto names = pack_names<[] {
    return std::apply([](const auto&... each) { return std::array{each.name...}; }, fields);
  }>();
  static constexpr auto rows = []<std::size_t... Rows>(std::index_sequence<Rows...>) {
    return std::array{row(std::get<Rows>(fields), names.rows[Rows])...};
  }
  (std::make_index_sequence<count>());
  static constexpr Shape shape{.kind = ShapeKind::Object,
                               .ignored_count = ignored().size(),
                               .row_count = rows.size(),
                               .rows = rows.data(),
                               .names = names.text.data(),
                               .ignored_names = ignored().data()};
};

}  // namespace shape_detail

}  // namespace oci
