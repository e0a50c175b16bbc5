#include "runtime/launch/namespaces.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/namespace.h"
#include "base/text.h"
#include "oci/id_map.h"
#include "runtime/init/namespace_kind.h"

namespace runtime {

using base::cat;
using base::Error;
using base::OwnedFd;
using oci::NamespaceType;

namespace {

std::string what_it_is(std::uint64_t clone_flag) {
  for (const NamespaceKind& kind : kNamespaceKinds) {
    if (kind.clone_flag == clone_flag) return cat("a namespace of type ", oci::name_of(kind.type));
  }
  return "a namespace of an unknown type";
}

OwnedFd open_namespace(const std::string& path, const NamespaceKind& kind) {
  // O_NONBLOCK, because opening a fifo would wait for a writer.
  OwnedFd fd = sys::openat(base::BorrowedFd::cwd(), path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY);
  const auto type = sys::namespace_type(fd);
  if (!type) throw Error(cat(base::quoted(path), " is no namespace"));
  if (*type != kind.clone_flag) {
    throw Error(
        cat(base::quoted(path), " is ", what_it_is(*type), ", not ", oci::name_of(kind.type)));
  }
  return fd;
}

bool is_our_own(const OwnedFd& fd, const NamespaceKind& kind) {
  const struct stat theirs = sys::fstat(fd);
  const std::string name =
      sys::readlinkat(base::BorrowedFd::cwd(), cat("/proc/self/ns/", kind.link).c_str());
  return name == cat(kind.link, ":[", theirs.st_ino, "]");
}

std::vector<JoinedNamespace>::const_iterator find_user(const std::vector<JoinedNamespace>& joined) {
  return std::find_if(joined.begin(), joined.end(),
                      [](const JoinedNamespace& each) { return each.type == NamespaceType::User; });
}

}  // namespace

std::vector<JoinedNamespace> open_namespaces(const oci::Linux& config) {
  std::vector<JoinedNamespace> joined;
  for (std::size_t i = 0; i < config.namespaces.size(); ++i) {
    const oci::Namespace& each = config.namespaces[i];
    if (each.path.empty()) continue;
    const base::Context opening{[&] { return cat("config.json: /linux/namespaces/", i, "/path"); }};
    const NamespaceKind& kind = kind_of(each.type);
    OwnedFd fd = open_namespace(each.path, kind);
    if (each.type == NamespaceType::User && is_our_own(fd, kind)) continue;
    if (each.type == NamespaceType::Mount && is_our_own(fd, kind)) {
      throw Error("is the runtime's own, pivot_root would take its root away");
    }
    joined.push_back({each.type, i, kind.clone_flag, std::move(fd)});
  }
  return joined;
}

const OwnedFd* find_user_namespace(const std::vector<JoinedNamespace>& joined) {
  const auto user = find_user(joined);
  return user != joined.end() ? &user->fd : nullptr;
}

void check_joined_mappings(const oci::Linux& config, const std::vector<JoinedNamespace>& joined) {
  if (config.uid_mappings.empty() && config.gid_mappings.empty()) return;
  const auto user = find_user(joined);
  if (user == joined.end()) return;
  const base::Context checking{
      [&] { return cat("config.json: /linux/namespaces/", user->index, "/path"); }};
  const sys::IdMaps maps = sys::read_id_maps_of(user->fd);
  const bool same = oci::same_mappings(config.uid_mappings, oci::parse_id_map(maps.uid)) &&
                    oci::same_mappings(config.gid_mappings, oci::parse_id_map(maps.gid));
  if (!same) throw Error("the user namespace has other mappings than uidMappings and gidMappings");
}

}  // namespace runtime
