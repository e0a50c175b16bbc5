// config-linux.md#unified: a cgroup2 file by its name, and what is written there.
#include <algorithm>

#include "runtime/resources/planner.h"

namespace runtime::resources {

namespace {

constexpr const char* kField = "/unified";

// Files whose lines are set one by one, and what a line says that stands for the default.
struct Keyed {
  std::string_view file;
  std::string_view unset;
};

constexpr Keyed kKeyed[] = {
    {"io.max", "rbps=max wbps=max riops=max wiops=max"},
    {"io.weight", "default"},
    {"io.bfq.weight", "default"},
    {"io.latency", "target=0"},
    {"rdma.max", "hca_handle=max hca_object=max"},
    {"misc.max", "max"},
};

void plan_file(Seat seat, const std::string& file, const std::string& value, Planner& planner) {
  const auto* keyed = std::find_if(std::begin(kKeyed), std::end(kKeyed),
                                   [&](const Keyed& row) { return row.file == file; });
  if (keyed == std::end(kKeyed)) return planner.set(seat, kField, file, value);
  // The kernel takes one line per write.
  for (const std::string_view line : base::split(value, '\n')) {
    if (line.empty()) continue;
    const std::string key(line.substr(0, line.find(' ')));
    planner.set_line(seat, kField,
                     {file, std::string(line), key, base::cat(key, ' ', keyed->unset)});
  }
}

}  // namespace

void plan_unified(const oci::Map<std::string>& unified, Planner& planner) {
  if (unified.empty()) return;
  const auto seat = planner.unified();
  if (!seat) return planner.refuse(kField, "the host has no cgroup v2");
  for (const auto& [file, value] : unified) {
    const std::string controller = file.substr(0, file.find('.'));
    if (controller == "cgroup" || planner.has_on(controller, *seat)) {
      plan_file(*seat, file, value, planner);
    } else {
      planner.refuse(base::cat(kField, '/', file),
                     base::cat("cgroup v2 has no controller ", controller, " here"));
    }
  }
}

}  // namespace runtime::resources
