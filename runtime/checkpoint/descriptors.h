// Where the container's standard streams lead, which is outside of it: CRIU has to leave that out
// of the images and, when it restores, to put other descriptors in its place.
#pragma once

#include <string>
#include <vector>

#include "runtime/criu/request.h"

namespace runtime {

// Beside the images, as runc has it: a JSON array of the three names.
inline constexpr const char* kDescriptorsFile = "descriptors.json";

// Pure: the names in that file's bytes. Throws when they aren't such an array.
std::vector<std::string> parse_descriptors(const std::string& bytes);
std::string format_descriptors(const std::vector<std::string>& names);

// Pure: those that a dump has to be told of; of pipes CRIU knows by itself.
std::vector<std::string> external_files(const std::vector<std::string>& names);

// Pure: our own standard streams for those that are pipes or files. A terminal's name is none: CRIU
// hands its master out, or takes the present one with --shell-job.
std::vector<criu::InheritedFd> inherited_streams(const std::vector<std::string>& names);

}  // namespace runtime
