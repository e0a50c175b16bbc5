// The rules of validate.h by topic; one file validate_<topic>.cpp each, one function per rule
// there. Internal to oci/.
//
// `at` is the JSON pointer of the value given, for documents that hold it in different places.
#pragma once

#include <string_view>
#include <vector>

#include "oci/config.h"
#include "oci/problems.h"

namespace oci {

void check_process(const Process& process, std::string_view at, Problems& problems);
void check_mounts(const std::vector<Mount>& mounts, Problems& problems);
void check_namespaces(const Config& config, Problems& problems);
void check_devices(const std::vector<Device>& devices, Problems& problems);
void check_sysctl(const Linux& config, Problems& problems);
void check_seccomp(const Seccomp& seccomp, std::string_view at, Problems& problems);
void check_resources(const Resources& resources, std::string_view at, Problems& problems);
void check_linux(const Linux& config, Problems& problems);

// Path rules that several topics share. Lexical: what is a link or missing is found out elsewhere.
void check_absolute(std::string_view path, std::string_view at, Problems& problems);
bool has_dot_dot(std::string_view path);
// Whether the path, "." and ".." taken literally, is "/".
bool is_root(std::string_view path);

bool has_control_characters(std::string_view text);

inline constexpr std::int64_t kMostMajor = (1 << 12) - 1;  // what dev_t has room for in the kernel
inline constexpr std::int64_t kMostMinor = (1 << 20) - 1;

}  // namespace oci
