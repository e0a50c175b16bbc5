#include "runtime/cgroup/freezer.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/rollback.h"
#include "base/text.h"
#include "runtime/cgroup/control_files.h"
#include "runtime/cgroup/processes.h"
#include "runtime/cgroup/tree.h"

namespace runtime::cgroup {

using base::BorrowedFd;

namespace {

struct Words {
  const char* file;
  std::string_view freeze;
  std::string_view thaw;
  const char* shown;  // the file that says how far it is
};

const Words& words(Version version) {
  static constexpr Words kV1{file::kFreezerState, "FROZEN", "THAWED", file::kFreezerState};
  static constexpr Words kV2{file::kFreeze, "1", "0", file::kEvents};
  return version == Version::V1 ? kV1 : kV2;
}

// ENOENT, ENODEV: the folder is gone. EOPNOTSUPP: a root, which can't be frozen.
void check(int error, const char* name) {
  if (error != 0 && error != ENOENT && error != ENODEV) throw base::Error(name, error);
}

sys::ReadResult read_shown(BorrowedFd root, const std::string& path, Version version) {
  const auto file = open_file(root, path, words(version).shown);
  if (!file) return {{}, ENOENT};
  // Of v1 a single line, which takes one read(2).
  return version == Version::V1 ? sys::try_read_line(*file) : sys::try_read_all(*file);
}

}  // namespace

bool is_frozen(BorrowedFd root, const std::string& path, Version version) {
  const auto state = read_shown(root, path, version);
  check(state.error, words(version).shown);
  if (state.error != 0) return false;
  if (version == Version::V1) return !state.bytes.starts_with("THAWED");
  return state.bytes.find("frozen 1") != std::string::npos;
}

bool freeze(BorrowedFd folder, Version version, Deadline deadline) {
  const Words& say = words(version);
  for (int pause_ms = 1;; pause_ms = std::min(2 * pause_ms, 64)) {
    // Said anew each time, because v1 misses processes that were being forked when it was said.
    check(sys::try_write_file(folder, say.file, say.freeze), say.file);
    const auto state = read_shown(folder, ".", version);
    if (state.error != 0) return false;
    const auto complete = version == Version::V1 ? "FROZEN" : "frozen 1";
    if (state.bytes.find(complete) != std::string::npos) return true;
    const int left_ms = milliseconds_until(deadline);
    if (left_ms == 0) return false;
    sys::sleep_ms(std::min(pause_ms, left_ms));
  }
}

void freeze_all(BorrowedFd folder, Version version, Deadline deadline) {
  base::Rollback thaw_again{[&] { thaw(folder, version); }};
  if (!freeze(folder, version, deadline)) {
    throw base::Error(base::cat("can't freeze all processes of the container: ",
                                describe_processes(unfrozen_processes(folder))));
  }
  thaw_again.commit();
}

void thaw(BorrowedFd folder, Version version) {
  const Words& say = words(version);
  check(sys::try_write_file(folder, say.file, say.thaw), say.file);
}

void thaw_tree(BorrowedFd folder, Version version) {
  walk(folder, [&](BorrowedFd dir) { thaw(dir, version); });
}

void kill_frozen(BorrowedFd folder, Version version) {
  constexpr std::chrono::milliseconds kPatience{250};
  if (list_processes(folder).empty()) return;
  base::Rollback thaw_again{[&] { thaw_tree(folder, version); }};
  // Frozen, they can neither fork nor end, so that one pass finds them all.
  freeze(folder, version, std::chrono::steady_clock::now() + kPatience);
  signal_processes(folder, SIGKILL);
  thaw_again.commit();
  // In v1 the signal takes effect only now, also in cgroups the container has frozen itself.
  thaw_tree(folder, version);
}

}  // namespace runtime::cgroup
