"""The bundles: `runtime spec`'s config, changed for what each is to show, over one busybox root file system."""
import copy
import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

MANY_MOUNTS, MANY_MASKS = 50, 200
APPLETS = ("cat", "echo", "env", "grep", "hostname", "ifconfig", "sh", "sleep", "stat", "true")
PROGRAM = ["/bin/true"]
WAITER = ["/bin/sleep", "1000000"]
DOCKER_CAPABILITIES = ["CAP_" + name for name in (
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL "
    "AUDIT_WRITE").split()]
FILES = ("resolv.conf", "hostname", "hosts")  # that Docker binds into /etc


@dataclass
class Bundle:
    name: str
    what: str
    config: dict
    only_ours: bool = False
    has_floor: bool = True
    folders: dict = field(default_factory=dict)  # the folder of each variant of it

    def folder(self, variant="run"):
        return self.folders[variant]


def make_bundles(runtime, place, layout):
    """All that the view of cgroups allows, by name."""
    base = default_config(runtime, place, layout)
    made = [minimal(base), mounts(base, place), masks(base), user_namespace(base), network(base)]
    if all(layout.has(controller) for controller in DOCKER_CONTROLLERS):
        made.insert(1, docker(base, runtime, place, layout))
    make_rootfs(place)
    for each in made:
        write_variants(each, place)
    return {each.name: each for each in made}


def default_config(runtime, place, layout):
    folder = place / "spec"
    folder.mkdir()
    subprocess.run([runtime, "spec", "--bundle", folder], check=True)
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["ociVersion"] = "1.0.2"  # crun 1.8 takes no later one
    config["root"]["path"] = str(place / "rootfs")
    config["process"].update(terminal=False, args=PROGRAM)
    config["process"]["env"].append("HOME=/root")  # else some runtimes would look it up
    if layout.unified:
        del config["linux"]["resources"]  # device rules are a program there, and the floor loads none
    return config


def make_rootfs(place):
    rootfs = place / "rootfs"
    for name in ("bin", "dev", "etc", "proc", "root", "sys", "tmp"):
        (rootfs / name).mkdir(parents=True)
    busybox = shutil.which("busybox")
    shutil.copy(busybox, rootfs / "bin/busybox")
    for applet in APPLETS:
        (rootfs / "bin" / applet).symlink_to("busybox")
    for name in FILES:
        (rootfs / "etc" / name).touch()
        (place / name).write_text("bench\n", "ascii")
    for index in range(MANY_MOUNTS):
        (rootfs / f"mnt/{index}").mkdir(parents=True)
        (place / f"volumes/{index}").mkdir(parents=True)
    for index in range(MANY_MASKS // 2):
        (rootfs / f"masked/folder{index}").mkdir(parents=True)
        (rootfs / f"masked/file{index}").touch()


def write_variants(bundle, place):
    """The bundle itself; the same with a program that waits; the same with one that tells what it sees."""
    for variant, program in (("run", PROGRAM), ("wait", WAITER), ("look", LOOKER)):
        folder = place / f"{bundle.name}-{variant}"
        folder.mkdir()
        write_config(folder, changed(bundle.config, lambda config, words=program: config["process"].update(args=words)))
        bundle.folders[variant] = folder


def write_config(folder, config):
    (folder / "config.json").write_text(json.dumps(config), "utf-8")


def changed(config, change):
    config = copy.deepcopy(config)
    change(config)
    return config


def bind(source, destination):
    return {"destination": destination, "type": "bind", "source": str(source), "options": ["rbind", "rprivate", "ro"]}


# --- one function for each ------------------------------------------------------------------


def minimal(base):
    return Bundle("minimal", "what `runtime spec` writes", base)


def docker(base, runtime, place, layout):
    def change(config):
        config["process"]["noNewPrivileges"] = False
        config["process"]["capabilities"] = dict.fromkeys(("bounding", "effective", "permitted"), DOCKER_CAPABILITIES)
        config["root"]["readonly"] = False
        config["mounts"] += [bind(place / name, f"/etc/{name}") for name in FILES]
        config["linux"]["resources"] = DOCKER_RESOURCES
        config["linux"]["sysctl"] = DOCKER_PARAMETERS
        config["linux"]["seccomp"] = default_profile(runtime)
    return Bundle("docker-like", "14 capabilities, limits, device rules, binds, seccomp for three architectures",
                  changed(base, change), has_floor=not layout.unified)


DOCKER_CONTROLLERS = ("cpu", "cpuset", "memory", "pids")
DOCKER_PARAMETERS = {"net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647"}
DOCKER_RESOURCES = {
    "memory": {"limit": 512 << 20, "reservation": 256 << 20},
    "cpu": {"shares": 512, "period": 100000, "quota": 150000, "cpus": "0"},
    "pids": {"limit": 1000},
    "devices": [{"allow": False, "access": "rwm"}] +
               [{"allow": True, "type": "c", "major": major, "minor": minor, "access": "rwm"} for major, minor in
                ((1, 5), (1, 3), (1, 9), (1, 8), (5, 0), (5, 1))]}


def default_profile(runtime):
    said = subprocess.run([runtime, "seccomp", "default"], check=True, stdout=subprocess.PIPE)
    profile = json.loads(said.stdout)
    if "SCMP_ARCH_X86" in profile["architectures"]:
        profile["architectures"].append("SCMP_ARCH_X32")
    return profile


def user_namespace(base):
    def change(config):
        config["linux"]["namespaces"].append({"type": "user"})
        for each in ("uidMappings", "gidMappings"):
            config["linux"][each] = [{"containerID": 0, "hostID": 100000, "size": 65536}]
    return Bundle("user-namespace", "minimal, with ids of its own", changed(base, change))


def mounts(base, place):
    def change(config):
        config["mounts"] += [bind(place / f"volumes/{index}", f"/mnt/{index}") for index in range(MANY_MOUNTS)]
    return Bundle("mounts", f"minimal, with {MANY_MOUNTS} volumes", changed(base, change))


def masks(base):
    def change(config):
        config["linux"]["maskedPaths"] += [f"/masked/{kind}{index}" for index in range(MANY_MASKS // 2)
                                           for kind in ("folder", "file")]
    return Bundle("masked", f"minimal, with {MANY_MASKS} more masked paths", changed(base, change))


def network(base):
    def change(config):
        config["annotations"] = {"dev.runtime.network.eth0":
                                 "bridge=bench0,create,address=auto:10.1.0.0/24,gateway=10.1.0.1"}
    return Bundle("veth", "minimal, with an interface on a bridge (ours only)", changed(base, change), only_ours=True,
                  has_floor=False)


# What a container is like, for the comparison with the floor's.
LOOKER = ["/bin/sh", "-c", r"""
cat /proc/self/mountinfo
cat /proc/self/cgroup
grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp)' /proc/self/status
grep . /proc/self/limits
stat -c 'node %n %F %a %u %g %t %T' /dev/*
for name in cgroup ipc mnt net pid user uts; do stat -L -c "namespace $name %i" /proc/self/ns/$name; done
grep . /proc/self/oom_score_adj /proc/self/setgroups /proc/self/uid_map
for file in memory/memory.limit_in_bytes memory/memory.soft_limit_in_bytes cpu/cpu.shares cpu/cpu.cfs_quota_us \
  cpuset/cpuset.cpus cpuset/cpuset.mems pids/pids.max devices/devices.list; do
  [ ! -e /sys/fs/cgroup/$file ] || grep -H . /sys/fs/cgroup/$file
done
grep . /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/net/ipv4/ping_group_range
ifconfig lo
hostname
env
echo "umask $(umask)"
"""]
