// What the tests of oci/ share: the text of an error, and documents with one part changed.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "tests/support/forked.h"

namespace oci_test {

using test_support::error_of;

// A config.json with these members after the version.
inline std::string config_with(std::string_view members) {
  return base::cat(R"({"ociVersion":"1.0.0",)", members, "}");
}

inline std::string process_with(std::string_view members) {
  return config_with(base::cat(R"("process":{"cwd":"/",)", members, "}"));
}

}  // namespace oci_test
