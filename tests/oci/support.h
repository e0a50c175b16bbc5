// What the tests of oci/ share: the text of an error, and documents with one part changed.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace oci_test {

// What `act` throws, "" if nothing.
template <typename Act>
std::string error_of(const Act& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.text();
  }
  return {};
}

// A config.json with these members after the version.
inline std::string config_with(std::string_view members) {
  return base::cat(R"({"ociVersion":"1.0.0",)", members, "}");
}

inline std::string process_with(std::string_view members) {
  return config_with(base::cat(R"("process":{"cwd":"/",)", members, "}"));
}

}  // namespace oci_test
