#include "runtime/init/sysctl.h"

#include <algorithm>
#include <cerrno>
#include <sys/mount.h>

#include "base/error.h"
#include "base/file.h"
#include "base/lsm.h"
#include "base/mount.h"
#include "base/text.h"
#include "oci/json_pointer.h"
#include "oci/sysctl.h"
#include "runtime/init/namespace_kind.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Context;
using base::Error;
using base::OwnedFd;
using oci::NamespaceType;

namespace {

// Those that oci::sysctl_namespace speaks of.
constexpr NamespaceType kTypes[] = {NamespaceType::Network, NamespaceType::Ipc, NamespaceType::Uts};

// A key that passed the validation is a path.
std::string path_of(const std::string& key) { return oci::sysctl_path(key).value_or(""); }

std::string namespace_name(BorrowedFd proc, std::string_view process, NamespaceType type) {
  return sys::readlinkat(proc, cat(process, "/ns/", kind_of(type).link).c_str());
}

// Of our own, attached nowhere: what a volume or another container has put over /proc can't be
// reached through it (CVE-2025-52881). In a user namespace that has no pid namespace of its own the
// kernel makes none; there it is the one in view, into whose covers set_parameter doesn't go.
OwnedFd safe_procfs() {
  const Context opening{[] { return "/linux/sysctl"; }};
  auto own = sys::FilesystemContext("proc").mount_if_permitted(
      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  return own ? std::move(*own) : sys::open_procfs();
}

// The validation knows that the config has a namespace of the type, not which one a path led to.
void refuse_host_namespaces(BorrowedFd proc, const oci::Map<std::string>& sysctl,
                            const std::vector<HostNamespace>& host) {
  for (const NamespaceType type : kTypes) {
    const auto known = std::find_if(host.begin(), host.end(),
                                    [&](const HostNamespace& each) { return each.type == type; });
    if (known == host.end() || known->name != namespace_name(proc, "self", type)) continue;
    const auto owned = std::find_if(sysctl.begin(), sysctl.end(), [&](const auto& entry) {
      return oci::sysctl_namespace(path_of(entry.first)) == type;
    });
    throw Error(cat(oci::member_pointer("/linux/sysctl", owned->first), ": the ",
                    oci::name_of(type), " namespace is the runtime's own, the host would change"));
  }
}

void set_parameter(BorrowedFd proc, const std::string& key, const std::string& value) {
  const Context setting{[&] { return oci::member_pointer("/linux/sysctl", key); }};
  const OwnedFd file = sys::openat2(proc, cat("sys/", path_of(key)).c_str(), O_WRONLY | O_NOCTTY,
                                    sys::Resolve::kOneMount);
  // With a newline as sysctl(8) writes it, without which the kernel takes no note of an empty
  // value.
  const int error = sys::try_write(file, value + '\n');
  if (error == EIO) throw Error(cat("the kernel took only a part of ", base::quoted(value)));
  if (error != 0) throw Error(cat("write ", base::quoted(value)), error);
}

}  // namespace

std::vector<HostNamespace> find_host_namespaces(const oci::Map<std::string>& sysctl) {
  std::vector<HostNamespace> found;
  for (const NamespaceType type : kTypes) {
    const bool is_owner = std::any_of(sysctl.begin(), sysctl.end(), [&](const auto& entry) {
      return oci::sysctl_namespace(path_of(entry.first)) == type;
    });
    if (!is_owner) continue;
    found.push_back({type, namespace_name(BorrowedFd::cwd(), "/proc/self", type)});
  }
  return found;
}

void set_parameters(const oci::Map<std::string>& sysctl, const std::vector<HostNamespace>& host) {
  if (sysctl.empty()) return;
  const OwnedFd proc = safe_procfs();
  refuse_host_namespaces(proc, sysctl, host);
  for (const auto& [key, value] : sysctl) set_parameter(proc, key, value);
}

}  // namespace runtime
