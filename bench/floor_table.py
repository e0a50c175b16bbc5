"""The floor's table: config.json and facts of the host as rows for floor.c."""
import json
import os

NAMESPACES = {"mount": "CLONE_NEWNS", "pid": "CLONE_NEWPID", "network": "CLONE_NEWNET", "ipc": "CLONE_NEWIPC",
              "uts": "CLONE_NEWUTS", "user": "CLONE_NEWUSER"}
MOUNT_FLAGS = {"nosuid": "MS_NOSUID", "noexec": "MS_NOEXEC", "nodev": "MS_NODEV", "relatime": "MS_RELATIME",
               "strictatime": "MS_STRICTATIME", "bind": "MS_BIND", "rbind": "MS_BIND | MS_REC"}
ATTRIBUTES = {"ro": "MOUNT_ATTR_RDONLY"}
PROPAGATIONS = {"rprivate": "MS_PRIVATE"}
DEVICES = (("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0))
LINKS = (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"),
         ("stdout", "/proc/self/fd/1"), ("stderr", "/proc/self/fd/2"))
# (controller, object of linux.resources, member, file of v1)
LIMITS = (("memory", "memory", "limit", "memory.limit_in_bytes"),
          ("memory", "memory", "reservation", "memory.soft_limit_in_bytes"),
          ("cpu", "cpu", "shares", "cpu.shares"), ("cpu", "cpu", "period", "cpu.cfs_period_us"),
          ("cpu", "cpu", "quota", "cpu.cfs_quota_us"), ("cpuset", "cpu", "cpus", "cpuset.cpus"),
          ("cpuset", "cpu", "mems", "cpuset.mems"), ("pids", "pids", "limit", "pids.max"))


def make_table(config, layout, filter_rows):
    """The text of table.h. Raises ValueError for what the floor has no row for."""
    linux, process, rootfs = config["linux"], config["process"], config["root"]["path"]
    kinds = [each["type"] for each in linux["namespaces"]]
    sections = (
        [defined("ROOT", text(rootfs)), defined("HOSTNAME", text(config["hostname"])),
         defined("UNIFIED", int(layout.unified)),
         defined("NAMESPACES", alternatives(NAMESPACES[kind] for kind in kinds if kind != "cgroup")),
         defined("CGROUP_NAMESPACE", int("cgroup" in kinds)), defined("USER_NAMESPACE", int("user" in kinds)),
         defined("USER_MAP", id_map(linux.get("uidMappings", []))),
         defined("GROUP_MAP", id_map(linux.get("gidMappings", []))),
         defined("READONLY_ROOT", int(config["root"]["readonly"])),
         defined("NO_NEW_PRIVILEGES", int(process["noNewPrivileges"]))],
        capability_sets(process["capabilities"]), filter_section(linux.get("seccomp"), filter_rows),
        array("const char* const", "hierarchies", [text(each.folder) for each in layout.hierarchies]),
        array("const struct setting", "settings", setting_rows(linux.get("resources", {}), layout)),
        mount_section(config["mounts"], layout), device_section(),
        array("const struct parameter", "parameters", parameter_rows(linux.get("sysctl", {}))),
        array("const char* const", "readonly_paths", [text(path) for path in existing(linux["readonlyPaths"], rootfs)]),
        masked_section(existing(linux["maskedPaths"], rootfs), rootfs),
        array("const struct limit", "limits", limit_rows(process["rlimits"])),
        array("const char* const", "arguments", [text(word) for word in process["args"]] + ["NULL"]),
        array("const char* const", "environment", [text(word) for word in process["env"]] + ["NULL"]))
    return "\n".join(line for section in sections for line in section) + "\n"


# --- C --------------------------------------------------------------------------------------


def text(value):
    """As a string literal."""
    return json.dumps(value)


def defined(name, value):
    return f"#define {name} {value}"


def alternatives(names):
    return "(" + (" | ".join(names) or "0ULL") + ")"


def row(*values):
    return "{" + ", ".join(str(value) for value in values) + "}"


def array(kind, name, rows):
    return [f"static {kind} {name}[] = {{"] + [f"    {each}," for each in rows] + ["};"]


# --- config.json ----------------------------------------------------------------------------


def id_map(ranges):
    return text("".join(f'{each["containerID"]} {each["hostID"]} {each["size"]}\n' for each in ranges))


def capability_sets(sets):
    lines = [defined(name.upper(), alternatives(f"1ULL << {each}" for each in sets.get(name, [])))
             for name in ("bounding", "effective", "permitted", "inheritable")]
    with open("/proc/sys/kernel/cap_last_cap", encoding="ascii") as file:
        return lines + [defined("LAST_CAPABILITY", file.read().strip())]


def filter_section(profile, rows):
    if profile and profile.get("flags"):
        raise ValueError("the floor loads filters without flags")
    return [defined("FILTER_LENGTH", len(rows)), defined("FILTER_FLAGS", 0)] + \
        array("const struct sock_filter", "filter", [each.rstrip(",") for each in rows])


def setting_rows(resources, layout):
    """What is written into the files of the cgroup, sorted by hierarchy and file."""
    if layout.unified:
        if resources:
            raise ValueError("the floor sets no limits on cgroup v2")
        return []
    values = {file: (controller, str(resources[part][member])) for controller, part, member, file in LIMITS
              if member in resources.get(part, {})}
    # Without them nobody can join a v1 cpuset.
    for file in ("cpuset.cpus", "cpuset.mems"):
        values.setdefault(file, ("cpuset", layout.value("cpuset", file)))
    rows = [row(layout.index(controller), text(file), text(value)) for file, (controller, value) in values.items()]
    return rows + device_rules(resources.get("devices", []), layout)


def device_rules(rules, layout):
    """As devices.deny and devices.allow want them, with what every runtime adds: mknod, the default devices,
    console, ptmx, terminals and tun."""
    if not rules:
        return []
    if rules[0] != {"allow": False, "access": "rwm"} or not all(each["allow"] for each in rules[1:]):
        raise ValueError("the floor takes a device cgroup that denies all, and then allows some")
    allowed = [f'{each["type"]} {each["major"]}:{each["minor"]} {each["access"]}' for each in rules[1:]]
    allowed += ["c *:* m", "b *:* m"] + [f"c {major}:{minor} rwm" for _, major, minor in DEVICES]
    allowed += ["c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm", "c 10:200 rwm"]
    index = layout.index("devices")
    return [row(index, text("devices.deny"), text("a"))] + \
        [row(index, text("devices.allow"), text(rule)) for rule in dict.fromkeys(allowed)]


def mount_section(mounts, layout):
    rows, late = [], []
    for each in mounts:
        target = each["destination"].lstrip("/")
        if target.startswith("dev/"):  # in the new file system on /dev
            rows.append(folder_row(target))
        if each["type"] == "cgroup":
            rows += cgroup_rows(each, target, layout, late)
        else:
            rows.append(mount_row(each, target))
    return array("const struct mount_row", "mounts", rows) + \
        array("const char* const", "late_readonly", [text(target) for target in late])


def folder_row(target):
    return row("NULL", text(target), "NULL", 0, "NULL", 0, 0)


def mount_row(mount, target, kind=None, data=None):
    options = mount.get("options", [])
    known = {**MOUNT_FLAGS, **ATTRIBUTES, **PROPAGATIONS}
    rest = [each for each in options if each not in known] if data is None else data
    return row(text(mount["source"]), text(target), text(kind or mount["type"]),
               alternatives(MOUNT_FLAGS[each] for each in options if each in MOUNT_FLAGS),
               text(",".join(rest)) if rest else "NULL",
               alternatives(ATTRIBUTES[each] for each in options if each in ATTRIBUTES),
               alternatives(PROPAGATIONS[each] for each in options if each in PROPAGATIONS))


def cgroup_rows(mount, target, layout, late):
    if layout.unified:
        return [mount_row(mount, target, "cgroup2", [])]
    # Read-only once the folders are made in it.
    writable = {"source": "tmpfs", "options": [each for each in mount["options"] if each != "ro"]}
    rows = [mount_row(writable, target, "tmpfs", ["mode=0755"])]
    if "ro" in mount["options"]:
        late.append(target)
    for each in layout.hierarchies:
        folder = f"{target}/{os.path.basename(each.folder)}"
        rows += [folder_row(folder), mount_row(mount, folder, "cgroup", [each.options])]
    return rows


def device_section():
    return array("const struct device", "devices",
                 [row(text(f"dev/{name}"), "0666", major, minor) for name, major, minor in DEVICES]) + \
        array("const struct link_row", "links", [row(text(f"dev/{name}"), text(target)) for name, target in LINKS])


def parameter_rows(parameters):
    return [row(text("proc/sys/" + name.replace(".", "/")), text(value)) for name, value in parameters.items()]


def on_host(path, rootfs):
    """Where to look whether the path will be there: the container's /proc and /sys are like the host's."""
    return path if path.startswith(("/proc", "/sys")) else f"{rootfs}{path}"


def existing(paths, rootfs):
    return [path for path in paths if os.path.exists(on_host(path, rootfs))]


def masked_section(paths, rootfs):
    folders = [path for path in paths if os.path.isdir(on_host(path, rootfs))]
    files = [path for path in paths if path not in folders]
    return array("const char* const", "masked_folders", [text(path) for path in folders]) + \
        array("const char* const", "masked_files", [text(path) for path in files])


def limit_rows(limits):
    return [row(each["type"], row(each["soft"], each["hard"])) for each in limits]
