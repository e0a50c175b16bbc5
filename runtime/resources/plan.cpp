#include "runtime/resources/plan.h"

#include "base/text.h"
#include "runtime/resources/planner.h"

namespace runtime::resources {

std::optional<Seat> Planner::need(const char* controller, const char* field) {
  return need(controller, controller, field);
}

std::optional<Seat> Planner::need(const char* v1_name, const char* v2_name, const char* field) {
  auto seat = seats_.find(v1_name);
  if (!seat) seat = seats_.find(v2_name);
  if (!seat) {
    const char* name = seats_.unified() ? v2_name : v1_name;
    refuse(field, base::cat("the host has no cgroup controller ", name));
  }
  return seat;
}

void Planner::set(Seat seat, const char* field, std::string file, std::string value) {
  set_line(seat, field, {std::move(file), std::move(value)});
}

void Planner::set_line(Seat seat, const char* field, Write line) {
  settings_.push_back({seat.hierarchy, field, {std::move(line)}});
}

void Planner::set_either(Seat seat, const char* field, Write first, Write second) {
  settings_.push_back({seat.hierarchy, field, {std::move(first), std::move(second)}});
}

void Planner::set_if_present(Seat seat, const char* field, std::string file, std::string value) {
  set(seat, field, std::move(file), std::move(value));
  settings_.back().optional = true;
}

void Planner::refuse(std::string_view field, std::string_view reason) {
  problems_.add(base::cat(at_, field), reason);
}

void Planner::warn(std::string_view field, std::string_view reason) {
  problems_.warn(base::cat(at_, field), reason);
}

std::string Planner::current(Seat seat, const char* file) const {
  if (!current_) return {};
  std::string value = current_(seat.hierarchy, file);
  value.resize(base::without_newline(value).size());
  return value;
}

std::vector<Setting> plan(const oci::Resources& resources, const Seats& seats,
                          const Current& current, std::string_view at, oci::Problems& problems) {
  Planner planner(seats, current, at, problems);
  if (resources.memory) plan_memory(*resources.memory, planner);
  if (resources.cpu) plan_cpu(*resources.cpu, planner);
  if (resources.cpu) plan_cpuset(*resources.cpu, planner);
  if (resources.pids) plan_pids(*resources.pids, planner);
  if (resources.block_io) plan_block_io(*resources.block_io, planner);
  plan_hugepages(resources.hugepage_limits, planner);
  if (resources.network) plan_network(*resources.network, planner);
  plan_rdma(resources.rdma, planner);
  // Last, because what says the file's own name is meant.
  plan_unified(resources.unified, planner);
  return planner.take();
}

}  // namespace runtime::resources
