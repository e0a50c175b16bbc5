#include "runtime/cgroup/unit_name.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace runtime::cgroup {

using base::cat;
using base::Error;
using base::quoted;

namespace {

constexpr std::string_view kSlice = ".slice";
constexpr std::size_t kLongestName = 255;  // of a unit, and of a file

// systemd.unit(5): what a unit's name is made of.
bool is_allowed(char c) {
  constexpr std::string_view kOthers = ":-_.\\@";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

void check_unit(const std::string& unit) {
  if (unit.size() > kLongestName) {
    throw Error(cat("unit ", quoted(unit), " is longer than ", kLongestName, " bytes"));
  }
  if (!std::all_of(unit.begin(), unit.end(), is_allowed)) {
    throw Error(cat("systemd can't have a unit ", quoted(unit)));
  }
}

// As systemd-escape(1): an id may hold a "+".
std::string escaped(std::string_view id) {
  std::string text;
  for (const char c : id) {
    text +=
        is_allowed(c) ? std::string(1, c) : cat("\\x", base::hex(static_cast<unsigned char>(c)));
  }
  return text;
}

UnitName scope_in(std::string_view slice, std::string unit) {
  check_unit(unit);
  std::string path = cat(expand_slice(slice), "/", unit);
  return {std::move(unit), std::string(slice), std::move(path)};
}

}  // namespace

std::string expand_slice(std::string_view slice) {
  if (slice == "-.slice") return "";
  check_unit(std::string(slice));
  const bool has_suffix = slice.size() > kSlice.size() && slice.ends_with(kSlice);
  std::string path;
  std::string name;
  for (const std::string_view part : base::split(slice.substr(0, slice.rfind('.')), '-')) {
    if (!has_suffix || part.empty()) throw Error(cat(quoted(slice), " is no name of a slice"));
    name += name.empty() ? std::string(part) : cat("-", part);
    path += cat("/", name, kSlice);
  }
  return path;
}

UnitName unit_of(std::string_view cgroups_path, std::string_view id, bool of_user) {
  const base::Context field{[] { return "config.json: /linux/cgroupsPath"; }};
  const std::string_view usual = of_user ? "user.slice" : "system.slice";
  if (cgroups_path.empty()) return scope_in(usual, cat("runtime-", escaped(id), ".scope"));
  const auto parts = base::split(cgroups_path, ':');
  if (parts.size() != 3 || parts[2].empty()) {
    throw Error(
        cat(quoted(cgroups_path), " is not slice:prefix:name, as for systemd it has to be"));
  }
  if (parts[2] == "-.slice") throw Error("a container can't have the root slice");
  if (parts[2].ends_with(kSlice)) return {std::string(parts[2]), "", expand_slice(parts[2])};
  const std::string_view slice = parts[0].empty() ? usual : parts[0] == "-" ? "-.slice" : parts[0];
  return scope_in(slice, cat(parts[1], "-", parts[2], ".scope"));
}

}  // namespace runtime::cgroup
