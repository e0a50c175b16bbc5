// runtime-systemd, by which the runtime speaks to systemd. A program of its own, so that containers
// without a systemd unit don't pay for a library (docs/decisions/systemd.md); only the runtime
// calls it.
//
//   runtime-systemd MANAGER root                       prints the cgroup of the manager's units
//   runtime-systemd MANAGER start UNIT PROPERTY…       prints the unit's cgroup; a scope is held
//   runtime-systemd MANAGER set UNIT PROPERTY…
//   runtime-systemd MANAGER stop UNIT
//
// MANAGER is system or user. Holding a scope means to be its only process, until killed: systemd
// makes none without a process, and collects one that has none left. An error is said on standard
// output as well, without a newline.
#include <cstdlib>
#include <unistd.h>

#include "base/error.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/text.h"
#include "runtime/systemd_unit/address.h"
#include "runtime/systemd_unit/manager.h"

namespace systemd {

namespace {

using base::BorrowedFd;
using base::Error;
using Words = std::span<char* const>;

void print_line(const std::string& text) {
  base::write_all(BorrowedFd(STDOUT_FILENO), text + "\n");
}

[[noreturn]] void hold() {
  for (;;) pause();
}

void start(Manager& manager, const std::string& unit, Words properties) {
  print_line(manager.start(unit, properties));
  if (unit.ends_with(".scope")) hold();
}

std::string address_of(std::string_view manager) {
  if (manager != "system" && manager != "user") throw Error("system or user is expected");
  const auto environment = [](const char* name) -> const char* { return std::getenv(name); };
  const std::string map = sys::read_file(BorrowedFd::cwd(), "/proc/self/uid_map");
  return bus_address(manager == "user" ? Whose::User : Whose::Machine, environment,
                     outer_uid(map, geteuid()));
}

void run(Words words) {
  if (words.size() < 2) throw Error("a manager and a verb are expected");
  Manager manager(address_of(words[0]));
  const std::string_view verb = words[1];
  if (verb == "root") return print_line(manager.control_group());
  if (words.size() < 3) throw Error("a unit is expected");
  const std::string unit = words[2];
  const Words rest = words.subspan(3);
  if (verb == "start") return start(manager, unit, rest);
  if (verb == "set") return manager.set(unit, rest);
  if (verb == "stop") return manager.stop(unit);
  throw Error(base::cat("unknown verb ", base::quoted(verb)));
}

}  // namespace

}  // namespace systemd

int main(int argc, char** argv) {
  try {
    systemd::run(std::span<char* const>(argv, static_cast<std::size_t>(argc)).subspan(1));
    return EXIT_SUCCESS;
  } catch (const base::Error& error) {
    sys::try_write(base::BorrowedFd(STDOUT_FILENO), error.text());
    return EXIT_FAILURE;
  }
}
