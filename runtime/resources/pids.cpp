// config-linux.md#pids
#include <algorithm>

#include "runtime/resources/planner.h"

namespace runtime::resources {

void plan_pids(const oci::PidsLimit& pids, Planner& planner) {
  if (!pids.limit) return;
  const auto seat = planner.need("pids", "/pids/limit");
  if (!seat) return;
  // Not 0: the container's init is one, and couldn't be born.
  const std::int64_t limit = *pids.limit == 0 ? 1 : *pids.limit;
  planner.set(*seat, "/pids/limit", "pids.max", limit_or_max(limit));
}

}  // namespace runtime::resources
