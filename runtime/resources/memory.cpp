// config-linux.md#memory
#include "runtime/resources/planner.h"

namespace runtime::resources {

namespace {

constexpr const char* kLimit = "/memory/limit";
constexpr const char* kSwap = "/memory/swap";

// The limit in force once this is applied; empty: none.
std::optional<std::int64_t> effective_limit(const oci::MemoryLimits& memory, Seat seat,
                                            const Planner& planner) {
  std::int64_t limit = memory.limit.value_or(0);
  if (limit == 0) {
    // "max" is no number; v1's largest, in pages, is no limit either.
    constexpr std::int64_t kUnlimited = 0x7ffffffffffff000;
    const char* file = seat.version == Version::V1 ? "memory.limit_in_bytes" : "memory.max";
    limit = base::parse_int<std::int64_t>(planner.current(seat, file)).value_or(kUnlimited);
    if (limit >= kUnlimited) return std::nullopt;
  }
  return limit < 0 ? std::nullopt : std::optional(limit);
}

// memory.swap counts memory and swap together, as v1 does.
void plan_swap(const oci::MemoryLimits& memory, Seat seat, Planner& planner) {
  const std::int64_t swap = memory.swap.value_or(memory.limit == -1 ? -1 : 0);
  if (swap == 0) return;
  const bool v1 = seat.version == Version::V1;
  const char* file = v1 ? "memory.memsw.limit_in_bytes" : "memory.swap.max";
  if (swap < 0) {
    // A kernel that doesn't account for swap doesn't limit it.
    return planner.set_if_present(seat, kSwap, file, v1 ? "-1" : "max");
  }
  const auto limit = effective_limit(memory, seat, planner);
  if (!limit) return planner.refuse(kSwap, "needs a memory limit");
  if (*limit > swap) {
    return planner.refuse(kSwap, base::cat(swap, " is below the memory limit ", *limit));
  }
  planner.set(seat, kSwap, file, base::cat(v1 ? swap : swap - *limit));
}

// On v1 the kernel itself refuses a limit below what is in use; on v2 it kills until it fits.
void check_usage(const oci::MemoryLimits& memory, Seat seat, Planner& planner) {
  if (!memory.check_before_update.value_or(false) || memory.limit.value_or(0) <= 0) return;
  const auto usage = base::parse_int<std::int64_t>(planner.current(seat, "memory.current"));
  if (usage.value_or(0) <= *memory.limit) return;
  planner.refuse(kLimit, base::cat(*memory.limit, " is below the ", *usage, " bytes in use"));
}

// The file says more than it takes, so that what it said can't be written back as it is.
void plan_oom_killer(bool disable, Seat seat, Planner& planner) {
  constexpr const char* kFile = "memory.oom_control";
  const std::string now = planner.current(seat, kFile);
  const bool is_disabled = now.find("oom_kill_disable 1") != std::string::npos;
  planner.set_line(seat, "/memory/disableOOMKiller",
                   {kFile, disable ? "1" : "0", "", is_disabled ? "1" : "0"});
}

void plan_v1(const oci::MemoryLimits& memory, Seat seat, Planner& planner) {
  const auto set = [&](const char* field, const char* file, std::int64_t value) {
    planner.set(seat, field, file, base::cat(value));
  };
  if (memory.limit.value_or(0) != 0) set(kLimit, "memory.limit_in_bytes", *memory.limit);
  if (memory.reservation.value_or(0) != 0) {
    set("/memory/reservation", "memory.soft_limit_in_bytes", *memory.reservation);
  }
  if (memory.kernel_tcp.value_or(0) != 0) {
    set("/memory/kernelTCP", "memory.kmem.tcp.limit_in_bytes", *memory.kernel_tcp);
  }
  if (memory.swappiness) {
    planner.set(seat, "/memory/swappiness", "memory.swappiness", base::cat(*memory.swappiness));
  }
  if (memory.disable_oom_killer) plan_oom_killer(*memory.disable_oom_killer, seat, planner);
  if (memory.use_hierarchy) {
    set("/memory/useHierarchy", "memory.use_hierarchy", *memory.use_hierarchy ? 1 : 0);
  }
}

void plan_v2(const oci::MemoryLimits& memory, Seat seat, Planner& planner) {
  check_usage(memory, seat, planner);
  if (memory.limit.value_or(0) != 0) {
    planner.set(seat, kLimit, "memory.max", limit_or_max(*memory.limit));
  }
  if (memory.reservation.value_or(0) != 0) {
    planner.set(seat, "/memory/reservation", "memory.low", limit_or_max(*memory.reservation));
  }
  if (memory.kernel_tcp.value_or(0) > 0) planner.refuse_on_v2("/memory/kernelTCP");
  if (memory.swappiness) planner.refuse_on_v2("/memory/swappiness");
  // The other value of these two is how v2 is anyway.
  if (memory.disable_oom_killer.value_or(false)) planner.refuse_on_v2("/memory/disableOOMKiller");
  if (!memory.use_hierarchy.value_or(true)) planner.refuse_on_v2("/memory/useHierarchy");
}

bool asks_for_something(const oci::MemoryLimits& memory) {
  return memory.limit.value_or(0) != 0 || memory.reservation.value_or(0) != 0 ||
         memory.swap.value_or(0) != 0 || memory.kernel_tcp.value_or(0) != 0 || memory.swappiness ||
         memory.disable_oom_killer.value_or(false) || !memory.use_hierarchy.value_or(true);
}

}  // namespace

void plan_memory(const oci::MemoryLimits& memory, Planner& planner) {
  if (memory.kernel.value_or(0) > 0) {
    planner.warn("/memory/kernel", "without effect: Linux has no such limit since 5.16");
  }
  // What only says that all is to be as it is anyway is no reason to need a controller.
  const bool says_something = memory.disable_oom_killer || memory.use_hierarchy;
  if (!asks_for_something(memory) && !(says_something && planner.has("memory"))) return;
  const auto seat = planner.need("memory", "/memory");
  if (!seat) return;
  if (seat->version == Version::V1) plan_v1(memory, *seat, planner);
  if (seat->version == Version::V2) plan_v2(memory, *seat, planner);
  plan_swap(memory, *seat, planner);
}

}  // namespace runtime::resources
