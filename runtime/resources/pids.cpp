// config-linux.md#pids

#include "runtime/resources/planner.h"

namespace runtime::resources {

void plan_pids(const oci::PidsLimit& pids, Planner& planner) {
  // Podman and CRI-O write 0 for "no limit" (docs/decisions/cgroups.md).
  if (pids.limit.value_or(0) == 0) return;
  const auto seat = planner.need("pids", "/pids/limit");
  if (seat) planner.set(*seat, "/pids/limit", "pids.max", limit_or_max(*pids.limit));
}

}  // namespace runtime::resources
