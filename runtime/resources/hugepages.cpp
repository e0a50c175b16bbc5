// config-linux.md#huge-page-limits
#include "runtime/resources/planner.h"

namespace runtime::resources {

void plan_hugepages(const std::vector<oci::HugepageLimit>& limits, Planner& planner) {
  constexpr const char* kField = "/hugepageLimits";
  if (limits.empty()) return;
  const auto seat = planner.need("hugetlb", kField);
  if (!seat) return;
  const char* name = seat->version == Version::V1 ? "limit_in_bytes" : "max";
  for (const oci::HugepageLimit& limit : limits) {
    const std::string prefix = base::cat("hugetlb.", limit.page_size, '.');
    planner.set(*seat, kField, prefix + name, base::cat(limit.limit));
    // A page is counted when it is reserved, long before it is used (Linux 5.7).
    planner.set_if_present(*seat, kField, base::cat(prefix, "rsvd.", name), base::cat(limit.limit));
  }
}

}  // namespace runtime::resources
