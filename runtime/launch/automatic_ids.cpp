#include "runtime/launch/automatic_ids.h"

#include "base/error.h"
#include "base/text.h"
#include "oci/annotations.h"
#include "oci/json_pointer.h"

namespace runtime {

using base::cat;
using base::Error;

namespace {

// As many as a user has in subuid(5) by default.
constexpr std::uint32_t kUsualSize = 65536;

std::string ids_pointer() { return oci::place_of_annotation(oci::annotation::user_namespace); }

// "auto" or "auto:SIZE".
std::uint32_t parse_size(std::string_view value) {
  constexpr std::string_view kAuto = "auto";
  if (value == kAuto) return kUsualSize;
  if (value.starts_with("auto:")) {
    const auto size = base::parse_int<std::uint32_t>(value.substr(kAuto.size() + 1));
    if (size && *size > 0) return *size;
  }
  throw Error(cat(base::quoted(value), " is not auto or auto:SIZE"));
}

void map_onto(oci::Linux& config, const IdRange& ids) {
  config.uid_mappings = {{0, ids.uid, ids.size}};
  config.gid_mappings = {{0, ids.gid, ids.size}};
}

}  // namespace

std::optional<AutomaticIds> add_automatic_ids(oci::Config& config) {
  const std::string* value = oci::find(config.annotations, oci::annotation::user_namespace);
  if (value == nullptr || !config.linux) return std::nullopt;
  const base::Context adding{[] { return ids_pointer(); }};
  oci::Linux& linux = *config.linux;
  const bool has_own = find_namespace(linux, oci::NamespaceType::User) != nullptr;
  if (has_own || !linux.uid_mappings.empty() || !linux.gid_mappings.empty()) {
    throw Error("the config has a user namespace or mappings of its own");
  }
  AutomaticIds automatic{{}, parse_size(*value)};
  automatic.pool = read_id_pool();
  linux.namespaces.push_back({oci::NamespaceType::User, ""});
  map_onto(linux, {automatic.pool.users.front().first, automatic.pool.groups.front().first,
                   automatic.size});
  return automatic;
}

IdRange take_automatic_ids(const AutomaticIds& automatic, const StateDir& container,
                           oci::Linux& config) {
  const base::Context taking{[] { return ids_pointer(); }};
  const IdRange ids = lease_ids(automatic.pool, automatic.size, container);
  map_onto(config, ids);
  return ids;
}

}  // namespace runtime
