// Meaning: the rules of the specification, and of common sense, that go beyond one value's type.
//
// Pure: values in, one error or nothing out. What depends on the host (paths that exist, kernels
// that can) is found out where it is used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oci/config.h"

namespace oci {

// Throws one base::Error that lists every problem: "config.json: /hostname: …; /root/path: …".
// What the specification wants pointed out but not refused is added to `warnings` if that isn't
// null.
void validate(const Config& config, std::vector<std::string>* warnings = nullptr);

// The same for the process document of `exec`; file_name begins the message.
void validate(std::string_view file_name, const Process& process,
              std::vector<std::string>* warnings = nullptr);

// The same for the resources `update` is given.
void validate(std::string_view file_name, const Resources& resources,
              std::vector<std::string>* warnings = nullptr);

// The same for a profile, which in that file is at `at`.
void validate(std::string_view file_name, const Seccomp& seccomp, std::string_view at);

}  // namespace oci
