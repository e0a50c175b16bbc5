// config-linux.md#cpu: the cpu and the cpuset controller.
#include <cmath>

#include "runtime/resources/planner.h"

namespace runtime::resources {

namespace {

constexpr const char* kShares = "/cpu/shares";
constexpr const char* kQuota = "/cpu/quota";
constexpr const char* kPeriod = "/cpu/period";

void plan_shares(const oci::CpuLimits& cpu, Seat seat, Planner& planner) {
  if (cpu.shares.value_or(0) == 0) return;
  // The kernel takes no weight for a cgroup that only gets idle time.
  if (cpu.idle == 1) return planner.warn(kShares, "without effect: /cpu/idle is set");
  if (seat.version == Version::V1) {
    planner.set(seat, kShares, "cpu.shares", base::cat(*cpu.shares));
  } else {
    planner.set(seat, kShares, "cpu.weight", base::cat(weight_of_shares(*cpu.shares)));
  }
}

void plan_bandwidth_v1(const oci::CpuLimits& cpu, Seat seat, Planner& planner) {
  if (cpu.period.value_or(0) != 0) {
    planner.set(seat, kPeriod, "cpu.cfs_period_us", base::cat(*cpu.period));
  }
  if (cpu.quota.value_or(0) != 0) {
    const std::int64_t quota = std::max<std::int64_t>(*cpu.quota, -1);
    planner.set(seat, kQuota, "cpu.cfs_quota_us", base::cat(quota));
  }
  if (cpu.burst) planner.set(seat, "/cpu/burst", "cpu.cfs_burst_us", base::cat(*cpu.burst));
}

// cpu.max holds both; a quota alone leaves the period as it is, and no period can be written alone.
void plan_bandwidth_v2(const oci::CpuLimits& cpu, Seat seat, Planner& planner) {
  const bool has_quota = cpu.quota.value_or(0) != 0;
  const bool has_period = cpu.period.value_or(0) != 0;
  std::string value = has_quota ? limit_or_max(*cpu.quota) : "max";
  if (has_period && !has_quota && planner.is_update()) {
    const std::string now = planner.current(seat, "cpu.max");
    value = now.substr(0, now.find(' '));
  }
  if (has_period) value += base::cat(' ', *cpu.period);
  if (has_quota || has_period) {
    planner.set(seat, has_quota ? kQuota : kPeriod, "cpu.max", std::move(value));
  }
  if (cpu.burst) planner.set(seat, "/cpu/burst", "cpu.max.burst", base::cat(*cpu.burst));
}

void plan_realtime(const oci::CpuLimits& cpu, Seat seat, Planner& planner) {
  const auto plan_one = [&](const char* field, const char* file, std::int64_t value) {
    if (value == 0) return;
    if (seat.version == Version::V2) return planner.refuse_on_v2(field);
    planner.set(seat, field, file, base::cat(value));
  };
  plan_one("/cpu/realtimePeriod", "cpu.rt_period_us",
           static_cast<std::int64_t>(cpu.realtime_period.value_or(0)));
  plan_one("/cpu/realtimeRuntime", "cpu.rt_runtime_us", cpu.realtime_runtime.value_or(0));
}

bool asks_for_time(const oci::CpuLimits& cpu) {
  return cpu.shares.value_or(0) != 0 || cpu.quota.value_or(0) != 0 || cpu.period.value_or(0) != 0 ||
         cpu.burst || cpu.idle || cpu.realtime_runtime.value_or(0) != 0 ||
         cpu.realtime_period.value_or(0) != 0;
}

}  // namespace

std::uint64_t weight_of_shares(std::uint64_t shares) {
  constexpr std::uint64_t kLeast = 2;
  constexpr std::uint64_t kMost = 262'144;
  if (shares <= kLeast) return 1;
  if (shares >= kMost) return 10'000;
  // A parabola through (2, 1), (1024, 100) and (262144, 10000), both axes logarithmic.
  const double l = std::log2(static_cast<double>(shares));
  const double exponent = (l * l + 125.0 * l) / 612.0 - 7.0 / 34.0;
  return static_cast<std::uint64_t>(std::ceil(std::pow(10.0, exponent)));
}

void plan_cpu(const oci::CpuLimits& cpu, Planner& planner) {
  if (!asks_for_time(cpu)) return;
  const auto seat = planner.need("cpu", "/cpu");
  if (!seat) return;
  // Before the shares: to leave idle sets them to their default.
  if (cpu.idle) planner.set(*seat, "/cpu/idle", "cpu.idle", base::cat(*cpu.idle));
  plan_shares(cpu, *seat, planner);
  if (seat->version == Version::V1) plan_bandwidth_v1(cpu, *seat, planner);
  if (seat->version == Version::V2) plan_bandwidth_v2(cpu, *seat, planner);
  plan_realtime(cpu, *seat, planner);
}

void plan_cpuset(const oci::CpuLimits& cpu, Planner& planner) {
  if (cpu.cpus.empty() && cpu.mems.empty()) return;
  const auto seat = planner.need("cpuset", cpu.cpus.empty() ? "/cpu/mems" : "/cpu/cpus");
  if (!seat) return;
  if (!cpu.cpus.empty()) planner.set(*seat, "/cpu/cpus", "cpuset.cpus", cpu.cpus);
  if (!cpu.mems.empty()) planner.set(*seat, "/cpu/mems", "cpuset.mems", cpu.mems);
}

}  // namespace runtime::resources
