// The command line: options as tables, one row each, from which parsing and help both come.
//
// As runc reads it: long options with one dash or two, `--name value` or `--name=value`, the last
// of repeated ones wins, flags take an optional `=true` or `=false`. What is no such name after one
// dash is read as crun does: letters of flags, and after that of an option its value. No
// abbreviations: what is one today is ambiguous after the next release
// (docs/decisions/command-line.md).
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace runtime::cli {

struct Option {
  const char* name;   // without dashes
  char letter;        // of the short form, 0 for none
  const char* value;  // what it takes, for the help; nullptr for a flag
  const char* help;   // nullptr keeps it out of the help
  // Puts the value ("true" or "false" for a flag) into the command's options; throws base::Error
  // with the reason if it can't be one.
  void (*store)(void* target, std::string_view value);
  // Of a value that may be missing, which is then "true": whether this word is one.
  bool (*may_be_value)(std::string_view word) = nullptr;
};

// The value of an option, as what it is for takes it.
void read(std::string& target, std::string_view value);
void read(bool& target, std::string_view value);
void read(std::optional<bool>& target, std::string_view value);
void read(int& target, std::string_view value);
void read(std::vector<std::string>& target, std::string_view value);  // one more

namespace detail {
template <typename T>
struct MemberOf;
template <typename Struct, typename Type>
struct MemberOf<Type Struct::*> {
  using Owner = Struct;
};
}  // namespace detail

// The `store` of an option that fills one member. `Owner` is an argument because GCC 12 makes one
// function of those for members of the same name of different files' own structs, unless a type
// tells them apart.
template <auto Member, typename Owner = typename detail::MemberOf<decltype(Member)>::Owner>
void store(void* target, std::string_view value) {
  read(static_cast<Owner*>(target)->*Member, value);
}

// The `store` of an option that is accepted for compatibility and has no effect.
void ignore(void* target, std::string_view value);

struct Arguments {
  std::vector<std::string> positional;
  bool help = false;  // --help or -h was among the options
};

// Throws UsageError unless the option's value is one of those.
void check_value(const char* option, std::string_view value,
                 std::initializer_list<std::string_view> known);

// Whether options may also follow the positional arguments.
enum class Positionals { Anywhere, Last };

// Fills `target` from the arguments. Throws UsageError.
Arguments parse(std::span<char* const> arguments, std::span<const Option> options, void* target,
                Positionals positionals);

// The lines that describe the options, ready to print.
std::string describe(std::span<const Option> options);

}  // namespace runtime::cli
