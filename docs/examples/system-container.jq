# Makes of a config.json that `runtime spec` wrote that of a system container: systemd as its first
# process, its console on a terminal, cgroups and mounts of its own, root in a user namespace with ids
# that are no other's, and SELinux labels with categories of its own (packaging/selinux/runtime.cil has
# the type).
#
#   jq -f system-container.jq config.json >new && mv new config.json
.process.args = ["/sbin/init"] |
.process.terminal = true |
.process.env += ["container=oci"] |
# Its services are the ones to lose privileges.
.process.noNewPrivileges = false |
del(.process.rlimits) |
(["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_OWNER", "KILL", "LEASE",
  "LINUX_IMMUTABLE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID",
  "SETPCAP", "SETUID", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_NICE", "SYS_PTRACE", "SYS_RESOURCE",
  "SYS_TTY_CONFIG"] | map("CAP_" + .)) as $capabilities |
.process.capabilities = {bounding: $capabilities, permitted: $capabilities, effective: $capabilities} |
.root.readonly = false |
.linux.namespaces |= ((map(.type) + ["cgroup"]) | unique | map({type: .})) |
(.mounts[] | select(.type == "cgroup")).options = ["rw", "nosuid", "noexec", "nodev"] |
.mounts += [{destination: "/run", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "mode=755"]}] |
.process.selinuxLabel = "system_u:system_r:system_container_t:s0" |
.annotations += {"dev.runtime.selinux": "auto", "dev.runtime.userns": "auto"}
