// What is wrong with the mounts of a config, while they are planned; internal to the plan.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace runtime::rootfs {

// One mount's problems, each beginning with its JSON pointer.
class PlanProblems {
 public:
  PlanProblems(std::size_t index, std::vector<std::string>& list) : index_(index), list_(list) {}

  void add(std::string_view field, std::string_view text) {
    list_.push_back(base::cat(pointer_to(field), ": ", text));
  }
  void add_option(std::size_t option, std::string_view text) {
    add(base::cat("options/", option), text);
  }
  void add_found(const std::vector<std::string>& problems) {
    list_.insert(list_.end(), problems.begin(), problems.end());
  }
  std::string pointer_to(std::string_view field) const {
    return base::cat("/mounts/", index_, "/", field);
  }

 private:
  std::size_t index_;
  std::vector<std::string>& list_;
};

}  // namespace runtime::rootfs
