#include "runtime/launch/id_maps.h"

#include "base/error.h"
#include "base/file.h"
#include "base/helper.h"
#include "base/namespace.h"
#include "base/text.h"
#include "oci/id_map.h"
#include "runtime/container/hook_process.h"

namespace runtime {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;
using Mappings = std::vector<oci::IdMapping>;

namespace {

// What the kernel lets everybody map: themselves.
bool is_only(const Mappings& mappings, std::uint32_t id) {
  return mappings.size() == 1 && mappings[0].host_id == id && mappings[0].size == 1;
}

// newuidmap(1), newgidmap(1): PID, then three words for each range.
void run_helper(const std::string& name, pid_t pid, const Mappings& mappings) {
  const auto path = base::find_helper(name);
  if (!path) {
    throw Error(cat(name,
                    " is needed to map ids that are not the caller's own, and is not there "
                    "(package uidmap)"));
  }
  oci::Hook helper;
  helper.path = *path;
  helper.args = {name, cat(pid)};
  for (const oci::IdMapping& each : mappings) {
    for (const std::uint32_t number : {each.container_id, each.host_id, each.size}) {
      helper.args.push_back(cat(number));
    }
  }
  helper.env.emplace();
  helper.timeout = 30;
  const OwnedFd root = sys::openat(BorrowedFd::cwd(), "/", O_PATH);
  const std::string problem = run_hook(helper, "", {root});
  if (!problem.empty()) throw Error(cat(name, ' ', problem));
}

void map_users(pid_t pid, const Mappings& mappings, const Caller& caller) {
  const base::Context mapping{[] { return "/linux/uidMappings"; }};
  if (caller.may_map_users() || is_only(mappings, caller.uid)) {
    return sys::write_uid_map(pid, oci::id_map_text(mappings));
  }
  run_helper("newuidmap", pid, mappings);
}

void map_groups(pid_t pid, const Mappings& mappings, const Caller& caller) {
  const base::Context mapping{[] { return "/linux/gidMappings"; }};
  if (caller.may_map_groups()) return sys::write_gid_map(pid, oci::id_map_text(mappings));
  if (!is_only(mappings, caller.gid)) return run_helper("newgidmap", pid, mappings);
  sys::deny_setgroups(pid);
  sys::write_gid_map(pid, oci::id_map_text(mappings));
}

void expect_mapped(const Mappings& wanted, const std::string& text, const char* field) {
  if (oci::same_mappings(wanted, oci::parse_id_map(text))) return;
  throw Error(cat("/linux/", field, ": the kernel has made something else of it"));
}

}  // namespace

void map_ids(pid_t pid, const oci::Linux& config, const Caller& caller) {
  map_users(pid, config.uid_mappings, caller);
  map_groups(pid, config.gid_mappings, caller);
  const sys::IdMaps made = sys::read_id_maps(pid);
  expect_mapped(config.uid_mappings, made.uid, "uidMappings");
  expect_mapped(config.gid_mappings, made.gid, "gidMappings");
}

}  // namespace runtime
