#include "runtime/cgroup/subtree.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/location.h"

namespace runtime::cgroup {

using base::BorrowedFd;
using base::cat;
using base::OwnedFd;

namespace {

std::vector<std::string> read_words(BorrowedFd folder, const char* file) {
  const std::string text = sys::read_line(folder, file);
  const auto words = base::words(base::without_newline(text));
  return {words.begin(), words.end()};
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Why a controller can't be passed on, where the errno alone would puzzle.
std::string explain(int error) {
  if (error == EBUSY) return ", because that cgroup has processes of its own";
  if (error == EACCES || error == EPERM) return ", which is not delegated to the caller";
  return "";
}

// The root, which has no type, may hold processes all the same.
bool has_own_processes(BorrowedFd folder) {
  return sys::try_read_file(folder, file::kType).error == 0 &&
         !sys::try_read_file(folder, file::kProcs).bytes.empty();
}

// A folder's controllers, and those of them that it won't pass on.
struct Supply {
  std::vector<std::string> available;
  std::vector<std::string> refused;
  int error = 0;
};

Supply pass_on(BorrowedFd folder) {
  Supply supply{read_words(folder, file::kControllers), {}, 0};
  const auto enabled = read_words(folder, file::kSubtreeControl);
  std::vector<std::string> missing;
  for (const std::string& name : supply.available) {
    if (!contains(enabled, name)) missing.push_back(name);
  }
  if (missing.empty()) return supply;
  // The kernel would pass on those that can divide threads, and with that make the folders below
  // ones for threads, into which no process can be born.
  if (has_own_processes(folder)) return {supply.available, std::move(missing), EBUSY};
  const std::string all = cat("+", base::join(missing, " +"));
  if (sys::try_write_file(folder, file::kSubtreeControl, all) == 0) return supply;
  // All or none of a write is taken, so one by one.
  for (const std::string& name : missing) {
    const int error = sys::try_write_file(folder, file::kSubtreeControl, cat("+", name));
    if (error == 0) continue;
    supply.refused.push_back(name);
    supply.error = error;
  }
  return supply;
}

void check_supply(const std::vector<std::string>& needed, const Supply& supply,
                  const std::string& path) {
  for (const std::string& name : needed) {
    const base::Context at{[&] { return cat("cgroup controller ", name); }};
    if (!contains(supply.available, name)) {
      throw base::Error(cat("cgroup ", base::quoted(path), " doesn't have it"));
    }
    if (contains(supply.refused, name)) {
      throw base::Error(
          cat("cgroup ", base::quoted(path), " can't pass it on", explain(supply.error)),
          supply.error);
    }
  }
}

}  // namespace

void enable_controllers(BorrowedFd root, const std::string& path,
                        const std::vector<std::string>& needed) {
  OwnedFd above = sys::openat(root, ".", O_PATH | O_DIRECTORY);
  std::string above_path;
  for (const std::string& name : components(path)) {
    check_supply(needed, pass_on(above), above_path.empty() ? "/" : above_path);
    above = sys::openat2(above, name.c_str(), O_PATH | O_DIRECTORY, sys::Resolve::kBeneath);
    above_path += cat("/", name);
  }
}

}  // namespace runtime::cgroup
