// Seccomp profiles in files: a linux.seccomp object, alone or within a config.json.
#pragma once

#include <string>

#include "oci/seccomp.h"
#include "runtime/launch/outputs.h"

namespace runtime {

// The profile of a bundle, or of the file. What it asks for is the caller's to judge, under the
// name that its fields have: `at` is the pointer that leads to the object.
struct FoundProfile {
  oci::Seccomp profile;
  std::string file;
  std::string at;
};
FoundProfile read_profile(const std::string& path);

// A file yet to be written. Made before there is anything to lose: throws when it can't be.
class ProfileOutput {
 public:
  explicit ProfileOutput(const std::string& path);
  // All of it or nothing, in the place of what was there.
  void write(const oci::Seccomp& profile) const;

 private:
  std::string path_;
  FilePlace place_;
};

}  // namespace runtime
