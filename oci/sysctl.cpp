// The names of kernel parameters.
#include "oci/sysctl.h"

#include <algorithm>

#include "base/text.h"
#include "oci/rules.h"

namespace oci {

namespace {

constexpr std::size_t kLongestKey = 256;

struct Owner {
  std::string_view path;  // ends with '/': everything below
  NamespaceType type;
};

// ipc_namespaces(7), mq_overview(7) and the kernel's ipc/ipc_sysctl.c; uts_namespaces(7). The host
// name is missing on purpose: that is config.json's hostname.
constexpr Owner kOwners[] = {
    {"net/", NamespaceType::Network},           {"fs/mqueue/", NamespaceType::Ipc},
    {"kernel/msg_next_id", NamespaceType::Ipc}, {"kernel/msgmax", NamespaceType::Ipc},
    {"kernel/msgmnb", NamespaceType::Ipc},      {"kernel/msgmni", NamespaceType::Ipc},
    {"kernel/sem", NamespaceType::Ipc},         {"kernel/sem_next_id", NamespaceType::Ipc},
    {"kernel/shm_next_id", NamespaceType::Ipc}, {"kernel/shm_rmid_forced", NamespaceType::Ipc},
    {"kernel/shmall", NamespaceType::Ipc},      {"kernel/shmmax", NamespaceType::Ipc},
    {"kernel/shmmni", NamespaceType::Ipc},      {"kernel/domainname", NamespaceType::Uts},
};

std::string swap_separators(std::string_view key) {
  std::string path(key);
  for (char& c : path) {
    if (c == '.') {
      c = '/';
    } else if (c == '/') {
      c = '.';
    }
  }
  return path;
}

bool is_plain_part(std::string_view part) { return !part.empty() && part != "." && part != ".."; }

}  // namespace

std::optional<std::string> sysctl_path(std::string_view key) {
  if (key.size() > kLongestKey || has_control_characters(key)) return std::nullopt;
  const auto separator = key.find_first_of("./");
  if (separator == std::string_view::npos) return std::nullopt;
  std::string path = key[separator] == '.' ? swap_separators(key) : std::string(key);
  const auto parts = base::split(path, '/');
  if (!std::all_of(parts.begin(), parts.end(), is_plain_part)) return std::nullopt;
  return path;
}

std::optional<NamespaceType> sysctl_namespace(std::string_view path) {
  for (const Owner& owner : kOwners) {
    if (owner.path.ends_with('/') ? path.starts_with(owner.path) : path == owner.path) {
      return owner.type;
    }
  }
  return std::nullopt;
}

}  // namespace oci
