// Where each cgroup controller sits: in which hierarchy, and of which version that is. On a hybrid
// host some are v1 and some v2, so the question is asked per controller, never per host.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runtime::resources {

enum class Version { V1, V2 };

struct Seat {
  std::size_t hierarchy = 0;  // index, as in cgroup::Layout::hierarchies
  Version version = Version::V2;
};

class Seats {
 public:
  // `name` as the kernel has it in that hierarchy: v1 says "blkio" where v2 says "io".
  void add(std::string_view name, Seat seat) { seats_.emplace_back(name, seat); }
  // The cgroup2 hierarchy, which has files of its own beside those of controllers.
  void set_unified(std::size_t hierarchy) { unified_ = Seat{hierarchy, Version::V2}; }

  std::optional<Seat> find(std::string_view name) const {
    for (const auto& [has, seat] : seats_) {
      if (has == name) return seat;
    }
    return std::nullopt;
  }
  std::optional<Seat> unified() const { return unified_; }

 private:
  std::vector<std::pair<std::string, Seat>> seats_;
  std::optional<Seat> unified_;
};

}  // namespace runtime::resources
