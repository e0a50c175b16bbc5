// What `exec` is told to run: a process document, or a program with options that say how it differs
// from the container's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "oci/process.h"

namespace runtime {

struct UserOption {
  std::uint32_t uid = 0;
  std::optional<std::uint32_t> gid;  // absent: the container's
};

struct ProcessOptions {
  std::string apparmor;
  std::vector<std::string> capabilities;
  std::string cwd;
  std::vector<std::string> env;
  std::vector<std::uint32_t> additional_gids;
  std::optional<bool> no_new_privileges;  // absent: the container's
  std::string document;                   // --process: its path
  std::string selinux_label;
  bool terminal = false;
  std::optional<UserOption> user;
};

// "UID" or "UID:GID"; throws for anything else, names included: the container's passwd file is no
// word of the host's. Pure.
UserOption parse_user(std::string_view text);

// An id that a user or a group can have; throws. Pure.
std::uint32_t parse_id(std::string_view text);

// "CAP_…" as the specification and libcap-ng name it; throws. Pure.
std::string parse_capability(std::string_view text);

// The container's own process with another program, and whatever the options say of it. Pure.
oci::Process derive_process(const ProcessOptions& options, std::vector<std::string> args,
                            const oci::Process& container);

// A process document, completed by what it doesn't say and the container's own process does:
// labels, capabilities and limits, none of which a process is to be without by being forgotten
// (runc's rule). Pure.
oci::Process complete_process(oci::Process document, const oci::Process& container);

// Reads and checks; `path` may also be a pipe.
oci::Process read_process(const std::string& path);

}  // namespace runtime
