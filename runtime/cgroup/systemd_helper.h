// systemd's managers, the machine's and a user's, by way of runtime-systemd: a program of its own,
// because a library for D-Bus would cost every container (docs/decisions/systemd.md). Each call
// runs it once, waits a bounded time, and throws what it or systemd has to say.
#pragma once

#include <optional>
#include <string>

#include "base/child_process.h"
#include "runtime/cgroup/unit_properties.h"

namespace runtime::cgroup {

// Whether the program was built along with this one.
bool has_systemd_helper() noexcept;

// Throws when the program isn't there.
void expect_systemd_helper();

// A unit of a user's manager, or of the machine's.
struct Unit {
  std::string name;
  bool of_user = false;
};

// The cgroup below which the user's manager keeps its units: "/user.slice/…/user@1000.service".
std::string user_manager_cgroup();

struct StartedUnit {
  std::string path;  // of its cgroup, from the root of the hierarchy
  // Of a scope, which needs a process to be made and to remain: its first one. It ends with its
  // owner, at the latest when we do; the scope goes as well if nothing else is in it by then.
  std::optional<base::ChildProcess> holder;
};
StartedUnit start_unit(const Unit& unit, const Properties& properties);

void set_properties(const Unit& unit, const Properties& properties);

// Processes that are left get SIGTERM, and SIGKILL later. No effect when there is no such unit.
void stop_unit(const Unit& unit);

}  // namespace runtime::cgroup
