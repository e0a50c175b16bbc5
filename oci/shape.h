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

struct Member {
  std::string_view name;
  const Shape* shape;
  const void* (*of)(const void* object);
  bool required;
};

struct Enumerator {
  std::string_view name;
  std::int64_t value;
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
  const NumberOps* number = nullptr;
  const ContainerOps* container = nullptr;
  std::span<const Enumerator> enumerators = {};
  std::span<const Member> members = {};
  std::span<const std::string_view> ignored = {};
};

namespace shape_detail {

template <typename T>
struct ShapeFor;

}  // namespace shape_detail

template <typename T>
inline constexpr const Shape& shape_of = shape_detail::ShapeFor<T>::shape;

namespace shape_detail {

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
  static constexpr Shape shape{.kind = ShapeKind::Bool, .number = &number_ops<bool>};
};

template <std::integral T>
struct ShapeFor<T> {
  static constexpr Shape shape{.kind = ShapeKind::Integer, .number = &number_ops<T>};
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
  static constexpr Shape shape{.kind = ShapeKind::Decimal, .number = &ops};
};

template <>
struct ShapeFor<std::string> {
  static constexpr Shape shape{.kind = ShapeKind::String};
};

template <Named T>
struct ShapeFor<T> {
  static constexpr auto names = [] {
    std::array<Enumerator, std::size(Names<T>::table)> rows{};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i] = {Names<T>::table[i].name, static_cast<std::int64_t>(Names<T>::table[i].value)};
    }
    return rows;
  }();
  static constexpr Shape shape{
      .kind = ShapeKind::Enum, .number = &number_ops<T>, .enumerators = names};
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
  static constexpr Shape shape{.kind = ShapeKind::Optional, .container = &ops};
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
  static constexpr Shape shape{.kind = ShapeKind::List, .container = &ops};
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
  static constexpr Shape shape{.kind = ShapeKind::Map, .container = &ops};
};

template <Described T>
struct ShapeFor<T> {
  template <std::size_t Row>
  static const void* member(const void* object) {
    return &(static_cast<const T*>(object)->*std::get<Row>(Describe<T>::fields).member);
  }

  template <typename Struct, typename Type>
  static constexpr const Shape* shape_of_field(const Field<Struct, Type>&) {
    return &ShapeFor<Type>::shape;
  }

  template <std::size_t... Rows>
  static constexpr auto rows(std::index_sequence<Rows...>) {
    return std::array{Member{std::get<Rows>(Describe<T>::fields).name,
                             shape_of_field(std::get<Rows>(Describe<T>::fields)), &member<Rows>,
                             std::get<Rows>(Describe<T>::fields).presence == required}...};
  }

  static constexpr std::span<const std::string_view> ignored() {
    if constexpr (requires { Describe<T>::ignored; }) {
      return Describe<T>::ignored;
    } else {
      return {};
    }
  }

  static constexpr auto members =
      rows(std::make_index_sequence<std::tuple_size_v<decltype(Describe<T>::fields)>>());
  static constexpr Shape shape{.kind = ShapeKind::Object, .members = members, .ignored = ignored()};
};

}  // namespace shape_detail

}  // namespace oci
