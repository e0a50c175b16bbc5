// What the `spec` verb writes: tables, and what the rootless variant changes.
#include "oci/default_config.h"

#include <algorithm>

#include "oci/version.h"

namespace oci {

namespace {

Process default_process() {
  // No inheritable and ambient sets: what a program without file capabilities could gain by them
  // is rarely meant (CVE-2022-29162).
  const std::vector<std::string> few = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
  Process process;
  process.terminal = true;
  process.args = {"sh"};
  process.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"};
  process.cwd = "/";
  process.capabilities = Capabilities{
      .bounding = few, .effective = few, .inheritable = {}, .permitted = few, .ambient = {}};
  process.rlimits = {{RlimitType::Nofile, 1024, 1024}};
  process.no_new_privileges = true;
  return process;
}

Mount mount(std::string destination, std::string type, std::string source,
            std::vector<std::string> options) {
  Mount made;
  made.destination = std::move(destination);
  made.type = std::move(type);
  made.source = std::move(source);
  made.options = std::move(options);
  return made;
}

std::vector<Mount> default_mounts() {
  return {
      mount("/proc", "proc", "proc", {}),
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      mount("/dev/pts", "devpts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
      mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}),
      mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"}),
  };
}

Linux default_linux() {
  Linux config;
  config.namespaces = {{NamespaceType::Pid, ""},   {NamespaceType::Network, ""},
                       {NamespaceType::Ipc, ""},   {NamespaceType::Uts, ""},
                       {NamespaceType::Mount, ""}, {NamespaceType::Cgroup, ""}};
  config.masked_paths = {"/proc/acpi",
                         "/proc/asound",
                         "/proc/interrupts",
                         "/proc/kcore",
                         "/proc/keys",
                         "/proc/latency_stats",
                         "/proc/sched_debug",
                         "/proc/scsi",
                         "/proc/timer_list",
                         "/proc/timer_stats",
                         "/sys/devices/virtual/powercap",
                         "/sys/firmware"};
  config.readonly_paths = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                           "/proc/sysrq-trigger"};
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
  mounts.push_back(mount("/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"}));
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
  std::erase_if(linux_part.namespaces,
                [](const Namespace& each) { return each.type == NamespaceType::Network; });
  linux_part.namespaces.push_back({NamespaceType::User, ""});
  linux_part.uid_mappings = {{.container_id = 0, .host_id = host_uid, .size = 1}};
  linux_part.gid_mappings = {{.container_id = 0, .host_id = host_gid, .size = 1}};
  return config;
}

}  // namespace oci
