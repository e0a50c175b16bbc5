// What execve(2) wants of a list of strings.
#pragma once

#include <string>
#include <vector>

namespace sys {

// A pointer to each, and the null at the end. They point into `strings`, which must stay as it is
// until the exec; hence no temporary is taken.
inline std::vector<char*> exec_array(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& each : strings) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace sys
