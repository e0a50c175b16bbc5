#include "runtime/cgroup/settings.h"

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using resources::Setting;
using resources::Write;

namespace {

int try_write(BorrowedFd folder, const Setting& setting) {
  int error = ENOENT;
  for (const Write& way : setting.ways) {
    error = sys::try_write_file(folder, way.file.c_str(), way.value);
    if (error != ENOENT) break;
  }
  return error == ENOENT && setting.optional ? 0 : error;
}

// "memory.max", "io.bfq.weight or io.weight".
std::string file_names(const Setting& setting) {
  std::vector<std::string> names;
  for (const Write& way : setting.ways) names.push_back(way.file);
  return base::join(names, " or ");
}

[[noreturn]] void refuse(const Limits& limits, const Setting& setting, int error) {
  const auto& [file_name, at] = limits.origin;
  const base::Context where{[&] { return cat(file_name, ": ", at, setting.field); }};
  if (error == ENOENT) throw base::Error(cat("this kernel has no ", file_names(setting)));
  throw base::Error(cat(file_names(setting), " ", base::quoted(setting.ways.front().value)), error);
}

// The line that begins with the key; empty if none does.
std::string_view find_line(std::string_view text, std::string_view key) {
  for (const std::string_view line : base::split(text, '\n')) {
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ') return line;
  }
  return {};
}

// What the file has now, as it would be written; empty when there is no such file.
std::string present_value(BorrowedFd folder, const Write& way) {
  if (way.key.empty() && !way.unset.empty()) return way.unset;
  const auto file = sys::try_read_file(folder, way.file.c_str());
  if (file.error != 0 || way.key.empty()) return file.bytes;
  const std::string_view line = find_line(file.bytes, way.key);
  return line.empty() ? way.unset : std::string(line);
}

}  // namespace

void write_settings(const Limits& limits, const FolderOf& folder) {
  std::vector<const Setting*> pending;
  for (const Setting& setting : limits.settings) pending.push_back(&setting);
  while (!pending.empty()) {
    std::vector<const Setting*> misfits;
    for (const Setting* setting : pending) {
      const int error = try_write(folder(setting->hierarchy), *setting);
      if (error != 0 && error != EINVAL) refuse(limits, *setting, error);
      if (error == EINVAL) misfits.push_back(setting);
    }
    if (misfits.size() == pending.size()) refuse(limits, *misfits.front(), EINVAL);
    pending = std::move(misfits);
  }
}

Limits snapshot(const Limits& limits, const FolderOf& folder) {
  Limits before{limits.origin, {}, {}};
  for (const Setting& setting : limits.settings) {
    for (const Write& way : setting.ways) {
      std::string value = present_value(folder(setting.hierarchy), way);
      if (value.empty()) continue;
      before.settings.push_back(
          {setting.hierarchy, setting.field, {{way.file, std::move(value)}}, setting.optional});
      break;
    }
  }
  return before;
}

}  // namespace runtime::cgroup
