// Other programs of the host that we run for what they say.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/process.h"

namespace base {

// Where a program is: in an absolute folder of PATH, else in /usr/bin or /usr/sbin. Empty when it
// isn't there.
std::optional<std::string> find_helper(const std::string& name);

// How it ended, and all it wrote to its standard output and error.
struct HelperResult {
  sys::Exit exit;
  std::string output;
};

// Runs the program with our environment and waits for it. args[0] is the name it has for itself.
// Throws when it writes more than 64 MiB.
HelperResult run_helper(const std::string& path, std::vector<std::string> args);

}  // namespace base
