// config-linux.md#rdma: the same file in both versions.
#include "runtime/resources/planner.h"

namespace runtime::resources {

void plan_rdma(const oci::Map<oci::RdmaLimit>& rdma, Planner& planner) {
  constexpr const char* kField = "/rdma";
  if (rdma.empty()) return;
  const auto seat = planner.need("rdma", kField);
  if (!seat) return;
  for (const auto& [device, limit] : rdma) {
    std::string line = device;
    // What isn't named stays as it is: in a new cgroup, without limit.
    if (limit.hca_handles) line += base::cat(" hca_handle=", *limit.hca_handles);
    if (limit.hca_objects) line += base::cat(" hca_object=", *limit.hca_objects);
    planner.set_line(
        *seat, kField,
        {"rdma.max", std::move(line), device, device + " hca_handle=max hca_object=max"});
  }
}

}  // namespace runtime::resources
