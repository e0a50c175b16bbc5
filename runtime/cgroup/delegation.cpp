#include "runtime/cgroup/delegation.h"

#include <cerrno>
#include <fcntl.h>
#include <string>

#include "base/attributes.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

namespace runtime::cgroup {

namespace {

// What cgroups(7) names for kernels before 4.15, which have no list.
constexpr const char* kAlways = "cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n";

std::string delegated_files() {
  auto list = sys::try_read_file(base::BorrowedFd::cwd(), "/sys/kernel/cgroup/delegate");
  return list.error == 0 ? std::move(list.bytes) : kAlways;
}

}  // namespace

void delegate_folder(base::BorrowedFd folder, uid_t owner) {
  constexpr gid_t same_group = static_cast<gid_t>(-1);
  const int error = sys::try_fchown_object(folder, owner, same_group);
  if (error == EPERM) {
    return base::log::debug([&] { return base::cat("cgroup not given to user ", owner); });
  }
  if (error != 0) throw base::Error("fchownat cgroup", error);
  const std::string files = delegated_files();
  for (const std::string_view line : base::split(files, '\n')) {
    const std::string name(line);
    // Of the kernel's list a cgroup has what its controllers bring.
    const auto file =
        name.empty() ? std::nullopt : sys::open_if_exists(folder, name.c_str(), O_PATH);
    if (file) sys::fchown_object(*file, owner, same_group);
  }
}

}  // namespace runtime::cgroup
