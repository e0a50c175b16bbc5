#include "runtime/launch/target.h"

#include "base/attempt.h"
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "oci/load.h"
#include "runtime/container/status.h"
#include "runtime/init/namespace_kind.h"
#include "runtime/launch/own_executable.h"

namespace runtime {

using base::cat;
using base::Error;

namespace {

// B-16, in the words of runc.
void check_enterable(oci::Status status, Paused paused) {
  switch (status) {
    case oci::Status::Created:
    case oci::Status::Running: return;
    case oci::Status::Creating: throw Error("cannot exec in a container that is being created");
    case oci::Status::Stopped: throw Error("cannot exec in a stopped container");
    case oci::Status::Paused: break;
  }
  if (paused == Paused::Entered) return;
  throw Error("cannot exec in a paused container (use --ignore-paused to override)");
}

bool is_in_user_namespace_of(pid_t pid) {
  const auto user = [](const auto& process) {
    return sys::readlinkat(base::BorrowedFd::cwd(), cat("/proc/", process, "/ns/user").c_str());
  };
  return user("self") == user(pid);
}

// By the config and not by looking at all of them, since those that it doesn't name are those of
// who created it.
std::uint64_t namespaces_of(const Record& record, const oci::Config& config, pid_t pid) {
  std::uint64_t all = 0;
  for (const NamespaceKind& kind : kNamespaceKinds) {
    if (oci::find_namespace(*config.linux, kind.type) != nullptr) all |= kind.clone_flag;
  }
  if (record.ids) all |= CLONE_NEWUSER;
  // setns(2) refuses one's own user namespace, as that of Podman's rootless containers.
  if ((all & CLONE_NEWUSER) != 0 && is_in_user_namespace_of(pid)) all -= CLONE_NEWUSER;
  return all;
}

// CAP_SYS_ADMIN is the greater right: whoever has it needs nobody else to be rid of what a cgroup
// limits.
bool has_tracers(const oci::Config& config, std::uint64_t namespaces) {
  return (namespaces & CLONE_NEWUSER) == 0 &&
         oci::is_in_bounding_set(*config.process, "CAP_SYS_PTRACE") &&
         !oci::is_in_bounding_set(*config.process, "CAP_SYS_ADMIN");
}

// Not valid if it has a mount namespace of its own, or no process any more.
base::OwnedFd open_lone_root(const oci::Config& config, pid_t pid) {
  if (oci::find_namespace(*config.linux, oci::NamespaceType::Mount) != nullptr) return {};
  auto root = sys::open_if_exists(base::BorrowedFd::cwd(), cat("/proc/", pid, "/root").c_str(),
                                  O_PATH | O_DIRECTORY);
  return root ? std::move(*root) : base::OwnedFd();
}

}  // namespace

const char* explain_end(const Record& record) {
  const auto ending = base::attempt([&] { return std::optional(is_ending(*record.init)); });
  return ending.value_or(false) ? "the container has stopped" : "";
}

namespace {

// Who deletes the container meanwhile removes the file.
oci::Config read_config(const StateDir& dir, const Record& record) {
  const base::Context stopping{[&] { return explain_end(record); }};
  return oci::parse_config("config.json", dir.read_config());
}

}  // namespace

Target open_target(const std::string& state_root, const ContainerId& id, Paused paused) {
  const StateDir dir = StateDir::open(state_root, id);
  Container container = inspect(dir);
  check_enterable(container.status, paused);
  oci::Config config = read_config(dir, *container.record);
  // Before the process is identified, whose root it then was.
  base::OwnedFd root = open_lone_root(config, container.pid);
  auto init = open_process(*container.record, *container.record->init);
  if (!init) check_enterable(oci::Status::Stopped, paused);
  Target target{.record = std::move(*container.record),
                .config = std::move(config),
                .pid = container.pid,
                .init = std::move(*init),
                .root = std::move(root)};
  const base::Context stopping{[&] { return explain_end(target.record); }};
  guard_pages(target.config);
  target.namespaces = namespaces_of(target.record, target.config, target.pid);
  target.has_tracers = has_tracers(target.config, target.namespaces);
  target.config.process->selinux_label = target.record.selinux_label;
  return target;
}

}  // namespace runtime
