// config-linux.md#network: in v2 a packet's cgroup is for nftables or eBPF to look at.
#include "runtime/resources/planner.h"

namespace runtime::resources {

namespace {

// Each of these controllers is v1's only.
std::optional<Seat> need_v1(const char* controller, const char* field, Planner& planner) {
  if (!planner.has(controller) && planner.unified()) {
    planner.refuse_on_v2(field);
    return std::nullopt;
  }
  return planner.need(controller, field);
}

}  // namespace

void plan_network(const oci::NetworkLimits& network, Planner& planner) {
  if (network.class_id.value_or(0) != 0) {
    constexpr const char* kField = "/network/classID";
    const auto seat = need_v1("net_cls", kField, planner);
    if (seat) planner.set(*seat, kField, "net_cls.classid", base::cat(*network.class_id));
  }
  if (network.priorities.empty()) return;
  constexpr const char* kField = "/network/priorities";
  const auto seat = need_v1("net_prio", kField, planner);
  if (!seat) return;
  for (const oci::InterfacePriority& entry : network.priorities) {
    planner.set_line(*seat, kField,
                     {"net_prio.ifpriomap", base::cat(entry.name, ' ', entry.priority), entry.name,
                      entry.name + " 0"});
  }
}

}  // namespace runtime::resources
