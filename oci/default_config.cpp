// What the `spec` verb writes: tables, and what the rootless variant changes.
#include "oci/default_config.h"

#include <initializer_list>

#include "oci/version.h"

namespace oci {

namespace {

// Out of line, from an array of pointers: a vector's own initializer list would build and tear down
// each string here.
std::vector<std::string> strings(std::initializer_list<const char*> texts) {
  return {texts.begin(), texts.end()};
}

Process default_process() {
  // No inheritable and ambient sets: what a program without file capabilities could gain by them
  // is rarely meant (CVE-2022-29162).
  const auto few = strings({"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"});
  Process process;
  process.terminal = true;
  process.args = strings({"sh"});
  process.env =
      strings({"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"});
  process.cwd = "/";
  process.capabilities = Capabilities{
      .bounding = few, .effective = few, .inheritable = {}, .permitted = few, .ambient = {}};
  process.rlimits = {{RlimitType::Nofile, 1024, 1024}};
  process.no_new_privileges = true;
  return process;
}

void add_mount(std::vector<Mount>& mounts, const char* destination, const char* type,
               const char* source, std::initializer_list<const char*> options) {
  Mount& mount = mounts.emplace_back();
  mount.destination = destination;
  mount.type = type;
  mount.source = source;
  mount.options = strings(options);
}

std::vector<Mount> default_mounts() {
  std::vector<Mount> mounts;
  add_mount(mounts, "/proc", "proc", "proc", {});
  add_mount(mounts, "/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"});
  add_mount(mounts, "/dev/pts", "devpts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"});
  add_mount(mounts, "/dev/shm", "tmpfs", "shm",
            {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"});
  add_mount(mounts, "/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"});
  add_mount(mounts, "/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"});
  add_mount(mounts, "/sys/fs/cgroup", "cgroup", "cgroup",
            {"nosuid", "noexec", "nodev", "relatime", "ro"});
  return mounts;
}

Linux default_linux() {
  Linux config;
  config.namespaces = {{NamespaceType::Pid, ""},   {NamespaceType::Network, ""},
                       {NamespaceType::Ipc, ""},   {NamespaceType::Uts, ""},
                       {NamespaceType::Mount, ""}, {NamespaceType::Cgroup, ""}};
  // An image may have device nodes of its own, of the host's disks as well. The devices of the
  // specification are allowed whatever is denied.
  config.resources.emplace().devices = {
      {.allow = false, .type = {}, .major = {}, .minor = {}, .access = "rwm"}};
  config.masked_paths =
      strings({"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys",
               "/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list",
               "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware"});
  config.readonly_paths =
      strings({"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"});
  return config;
}

// Group 5 (tty) has no mapping, a new sysfs needs a network namespace of one's own, and cgroups
// aren't writable: each of these mounts would fail.
void restrict_mounts(std::vector<Mount>& mounts) {
  std::erase_if(mounts, [](const Mount& each) { return each.destination.starts_with("/sys"); });
  for (Mount& each : mounts) {
    std::erase_if(each.options, [](const std::string& option) {
      return option.starts_with("gid=") || option.starts_with("uid=");
    });
  }
  add_mount(mounts, "/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "rro"});
}

}  // namespace

Config default_config() {
  Config config;
  config.oci_version = spec_version;
  config.process = default_process();
  config.root = Root{.path = "rootfs", .readonly = true};
  config.hostname = "runtime";
  config.mounts = default_mounts();
  config.linux = default_linux();
  return config;
}

Config default_rootless_config(std::uint32_t host_uid, std::uint32_t host_gid) {
  Config config = default_config();
  restrict_mounts(config.mounts);
  Linux& linux_part = *config.linux;
  // Its caller can filter no devices, and can make no node of one either.
  linux_part.resources.reset();
  std::erase_if(linux_part.namespaces,
                [](const Namespace& each) { return each.type == NamespaceType::Network; });
  linux_part.namespaces.push_back({NamespaceType::User, ""});
  linux_part.uid_mappings = {{.container_id = 0, .host_id = host_uid, .size = 1}};
  linux_part.gid_mappings = {{.container_id = 0, .host_id = host_gid, .size = 1}};
  return config;
}

}  // namespace oci
