// What the files of one controller each have in common: noting settings, problems and warnings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "oci/problems.h"
#include "oci/resources.h"
#include "runtime/resources/plan.h"

namespace runtime::resources {

class Planner {
 public:
  Planner(const Seats& seats, const Current& current, std::string_view at, oci::Problems& problems)
      : seats_(seats), current_(current), at_(at), problems_(problems) {}

  // The controller's seat. Empty, and a problem at the field, when the host has none.
  std::optional<Seat> need(const char* controller, const char* field);
  // The same for one that the two versions name differently.
  std::optional<Seat> need(const char* v1_name, const char* v2_name, const char* field);
  std::optional<Seat> unified() const { return seats_.unified(); }
  bool has(std::string_view controller) const { return seats_.find(controller).has_value(); }
  // Whether it is there, and in that hierarchy.
  bool has_on(std::string_view controller, Seat seat) const {
    const auto found = seats_.find(controller);
    return found && found->hierarchy == seat.hierarchy;
  }

  void set(Seat seat, const char* field, std::string file, std::string value);
  // One line of a file with several.
  void set_line(Seat seat, const char* field, Write line);
  void set_either(Seat seat, const char* field, Write first, Write second);
  void set_if_present(Seat seat, const char* field, std::string file, std::string value);

  void refuse(std::string_view field, std::string_view reason);
  // The words for a limit that only v1 knows.
  void refuse_on_v2(std::string_view field) { refuse(field, "not available on cgroup v2"); }
  void warn(std::string_view field, std::string_view reason);

  bool is_update() const { return static_cast<bool>(current_); }
  // Without its newline; "" for a cgroup yet to be made, and when there is no such file.
  std::string current(Seat seat, const char* file) const;

  std::vector<Setting> take() { return std::move(settings_); }

 private:
  const Seats& seats_;
  const Current& current_;
  std::string_view at_;
  oci::Problems& problems_;
  std::vector<Setting> settings_;
};

// "max" for -1.
inline std::string limit_or_max(std::int64_t limit) { return limit < 0 ? "max" : base::cat(limit); }

void plan_memory(const oci::MemoryLimits& memory, Planner& planner);
void plan_cpu(const oci::CpuLimits& cpu, Planner& planner);
void plan_cpuset(const oci::CpuLimits& cpu, Planner& planner);
void plan_pids(const oci::PidsLimit& pids, Planner& planner);
void plan_block_io(const oci::BlockIo& block_io, Planner& planner);
void plan_hugepages(const std::vector<oci::HugepageLimit>& limits, Planner& planner);
void plan_network(const oci::NetworkLimits& network, Planner& planner);
void plan_rdma(const oci::Map<oci::RdmaLimit>& rdma, Planner& planner);
void plan_unified(const oci::Map<std::string>& unified, Planner& planner);

}  // namespace runtime::resources
