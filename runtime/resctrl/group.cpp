#include "runtime/resctrl/group.h"

#include <cerrno>
#include <sys/file.h>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/rollback.h"
#include "base/text.h"
#include "runtime/resctrl/schemata.h"

namespace runtime::resctrl {

using base::BorrowedFd;
using base::cat;
using base::Error;
using base::OwnedFd;

namespace {

constexpr const char* kRoot = "/sys/fs/resctrl";
constexpr std::uint64_t kMagic = 0x7655821;  // RDTGROUP_SUPER_MAGIC

std::optional<OwnedFd> open_mount_point() {
  return sys::open_if_exists(BorrowedFd::cwd(), kRoot, O_RDONLY | O_DIRECTORY);
}

// The kernel makes the folder if the CPU has something to control; the administrator mounts it.
OwnedFd open_root() {
  auto root = open_mount_point();
  if (!root) throw Error(cat("there is no ", kRoot, ": the CPU or the kernel lacks it"));
  if (sys::filesystem_magic(*root) != kMagic) throw Error(cat("resctrl is not mounted at ", kRoot));
  return std::move(*root);
}

std::optional<OwnedFd> open_root_if_mounted() {
  auto root = open_mount_point();
  if (root && sys::filesystem_magic(*root) != kMagic) root.reset();
  return root;
}

void lock(BorrowedFd root) { sys::lock_or_throw(root, "another program has held resctrl's lock"); }

std::string folder_of(const Location& location) {
  return location.group == "/" ? "." : location.group;
}

std::string monitor_of(const Location& location) {
  return cat(folder_of(location), "/mon_groups/", location.monitor);
}

bool exists(BorrowedFd root, const std::string& folder) {
  return sys::open_if_exists(root, folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW).has_value();
}

// With what the kernel says in words about its last refusal.
[[noreturn]] void fail(BorrowedFd root, std::string_view what, int error) {
  std::string status = sys::try_read_file(root, "info/last_cmd_status").bytes;
  while (!status.empty() && status.back() == '\n') status.pop_back();
  const bool is_said = !status.empty() && status != "ok";
  throw Error(is_said ? cat(what, ": ", base::one_line(status)) : what, error);
}

void make_folder(BorrowedFd root, const std::string& path) {
  const int error = sys::try_mkdirat(root, path.c_str(), 0755);
  if (error == EEXIST) throw Error("it exists already");
  if (error != 0) fail(root, "mkdir", error);
}

void write(BorrowedFd root, const std::string& folder, const char* name, const std::string& text) {
  const int error = sys::try_write_file(root, cat(folder, "/", name).c_str(), text);
  if (error != 0) fail(root, name, error);
}

void write_schemata(BorrowedFd root, const Location& location,
                    const std::vector<std::string>& lines) {
  for (const std::string& each : lines) write(root, folder_of(location), "schemata", each);
}

bool is_alive(pid_t pid) {
  // 0: of a pid namespace that can't be seen from here.
  if (pid == 0) return true;
  const auto stat = sys::process_stat(pid);
  return stat && stat->alive();
}

bool is_used(BorrowedFd root, const std::string& folder) {
  const std::string tasks = sys::try_read_file(root, cat(folder, "/tasks").c_str()).bytes;
  for (const std::string_view line : base::split(tasks, '\n')) {
    const auto pid = base::parse_int<pid_t>(line);
    if (pid && is_alive(*pid)) return true;
  }
  return false;
}

void assign_below(BorrowedFd root, const Location& location, pid_t pid) {
  const base::Context assigning{
      [&] { return cat("/linux/intelRdt: group ", base::quoted(location.group)); }};
  write(root, folder_of(location), "tasks", cat(pid));
  // After the group itself, whose processes only it takes.
  if (!location.monitor.empty()) write(root, monitor_of(location), "tasks", cat(pid));
}

}  // namespace

Group::Group(OwnedFd root, const oci::IntelRdt& config, const std::string& container_id)
    : root_(std::move(root)), writes_(schemata_writes(config)) {
  lock(root_);
  location_.shared = !config.clos_id.empty();
  location_.group = location_.shared ? config.clos_id : container_id;
  location_.made = !exists(root_, folder_of(location_));
  if (config.enable_monitoring) location_.monitor = container_id;
  check();
}

void Group::check() const {
  if (!location_.monitor.empty()) check_monitor();
  const base::Context checking{[&] { return cat("group ", base::quoted(location_.group)); }};
  if (location_.made) {
    if (!location_.shared || !writes_.empty()) return;
    throw Error("it does not exist, and there is no schema to make it with");
  }
  // Somebody else's, or left by a container of that name under another root.
  if (!location_.shared) throw Error("it exists already");
  if (writes_.empty()) return;
  const std::string present = sys::read_file(root_, cat(folder_of(location_), "/schemata").c_str());
  const std::string difference = find_difference(writes_, present);
  if (!difference.empty()) throw Error(cat("it exists with another schema: ", difference));
}

void Group::check_monitor() const {
  const base::Context checking{[] { return "enableMonitoring"; }};
  if (!exists(root_, "mon_groups")) throw Error("the CPU or the kernel can't");
  if (exists(root_, monitor_of(location_))) {
    throw Error(cat(monitor_of(location_), " exists already"));
  }
}

void Group::make() const {
  const base::Context making{
      [&] { return cat("/linux/intelRdt: group ", base::quoted(location_.group)); }};
  if (!location_.made) return make_monitor();
  make_folder(root_, location_.group);
  base::Rollback remove{[&] { sys::try_rmdirat(root_, location_.group.c_str()); }};
  write_schemata(root_, location_, writes_);
  make_monitor();
  remove.commit();
}

void Group::make_monitor() const {
  if (location_.monitor.empty()) return;
  const base::Context making{
      [&] { return cat("monitoring group ", base::quoted(location_.monitor)); }};
  make_folder(root_, monitor_of(location_));
}

void Group::assign(pid_t pid) const {
  assign_below(root_, location_, pid);
  sys::flock(root_, LOCK_UN);
}

void Group::undo() const {
  lock(root_);
  remove_from(root_, location_);
  sys::flock(root_, LOCK_UN);
}

std::optional<Group> find_group(const std::optional<oci::IntelRdt>& config,
                                const std::string& container_id) {
  if (!config) return std::nullopt;
  const base::Context finding{[] { return "config.json: /linux/intelRdt"; }};
  return Group(open_root(), *config, container_id);
}

void assign(const Location& location, pid_t pid) {
  const OwnedFd root = open_root();
  lock(root);
  assign_below(root, location, pid);
}

std::vector<std::string> read_schemata(const Location& location) {
  const auto root = open_root_if_mounted();
  return root ? read_schemata_from(*root, location) : std::vector<std::string>{};
}

std::vector<std::string> read_schemata_from(BorrowedFd root, const Location& location) {
  const std::string text =
      sys::try_read_file(root, cat(folder_of(location), "/schemata").c_str()).bytes;
  std::vector<std::string> lines;
  for (const std::string_view line : base::split(text, '\n')) {
    // The kernel aligns the names of the resources.
    const auto start = line.find_first_not_of(' ');
    if (start != std::string_view::npos) lines.emplace_back(line.substr(start));
  }
  return lines;
}

std::vector<std::string> update(const Location& location, const oci::IntelRdt& config) {
  const OwnedFd root = open_root();
  lock(root);
  return update_below(root, location, config);
}

std::vector<std::string> update_below(BorrowedFd root, const Location& location,
                                      const oci::IntelRdt& config) {
  const base::Context updating{[&] { return cat("resctrl group ", base::quoted(location.group)); }};
  std::vector<std::string> before = read_schemata_from(root, location);
  base::Rollback undo{[&] { write_schemata(root, location, before); }};
  write_schemata(root, location, schemata_writes(config));
  undo.commit();
  return before;
}

void put_back(const Location& location, const std::vector<std::string>& lines) {
  const auto root = open_root_if_mounted();
  if (!root) return;
  lock(*root);
  write_schemata(*root, location, lines);
}

void remove(const Location& location) {
  const auto root = open_root_if_mounted();
  if (!root) return;
  lock(*root);
  remove_from(*root, location);
}

void remove_from(BorrowedFd root, const Location& location) {
  // Removing a group moves its processes to the default one, which another container in it would
  // not notice.
  const bool all = location.made && !(location.shared && is_used(root, folder_of(location)));
  // The monitoring group first, though it would go with the other.
  if (!location.monitor.empty()) {
    sys::unlinkat_if_exists(root, monitor_of(location).c_str(), AT_REMOVEDIR);
  }
  if (all) sys::unlinkat_if_exists(root, location.group.c_str(), AT_REMOVEDIR);
}

}  // namespace runtime::resctrl
