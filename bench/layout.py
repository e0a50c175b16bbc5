"""The view of cgroups that everything is measured in: only v1, or only v2.

A hybrid host is shown as one or the other in a mount namespace of our own, because crun refuses the
hybrid layout.
"""
import os
import pathlib
import subprocess
from dataclasses import dataclass

CGROUPS = pathlib.Path("/sys/fs/cgroup")
UNIFIED = CGROUPS / "unified"


@dataclass
class Hierarchy:
    """A mount of v1: its folder, and its controllers as mount options ("cpu", "none,name=systemd")."""
    folder: str
    options: str


@dataclass
class Layout:
    unified: bool
    hierarchies: list

    def index(self, controller):
        for index, each in enumerate(self.hierarchies):
            if controller in each.options.split(","):
                return index
        raise ValueError(f"no cgroup hierarchy has the controller {controller}")

    def has(self, controller):
        if self.unified:
            return controller in (CGROUPS / "cgroup.controllers").read_text("ascii").split()
        return any(controller in each.options.split(",") for each in self.hierarchies)

    def leftovers(self, prefix):
        """Cgroups with that in their names, the deepest first."""
        return sorted((folder for each in self.hierarchies for folder, _, _ in os.walk(each.folder)
                       if prefix in os.path.basename(folder)), key=len, reverse=True)

    def value(self, controller, file):
        """Of the root of that controller's hierarchy."""
        return (pathlib.Path(self.hierarchies[self.index(controller)].folder) / file).read_text("ascii").strip()

    def file(self, pid, controller, name):
        """That file in the cgroup that the process is in."""
        for line in pathlib.Path(f"/proc/{pid}/cgroup").read_text("ascii").splitlines():
            _, controllers, path = line.split(":", 2)
            if self.unified and not controllers:
                return pathlib.Path(f"{CGROUPS}{path}") / name
            if controller in controllers.split(",") and not self.unified:
                return pathlib.Path(f"{self.hierarchies[self.index(controller)].folder}{path}") / name
        raise ValueError(f"process {pid} is in no cgroup of {controller}")


def is_hybrid():
    return UNIFIED.is_mount()


def available():
    """The views that this host can give, its own first."""
    if (CGROUPS / "cgroup.controllers").exists():
        return ["v2"]
    return ["v1", "v2"] if is_hybrid() else ["v1"]


def show(version):
    """Changes our own mount namespace, which must be private."""
    if version == "v1" and is_hybrid():
        subprocess.run(["umount", UNIFIED], check=True)
        # Some runtimes make a folder for each container there, which would stay on the host.
        subprocess.run(["mount", "-t", "tmpfs", "bench", UNIFIED], check=True)
    if version == "v2" and is_hybrid():
        subprocess.run(["mount", "--bind", UNIFIED, CGROUPS], check=True)
    return Layout(version == "v2", [Hierarchy(str(CGROUPS), "")] if version == "v2" else hierarchies_of_v1())


def hierarchies_of_v1():
    found = []
    for line in pathlib.Path("/proc/self/mountinfo").read_text("utf-8").splitlines():
        place, _, kind = line.partition(" - ")
        filesystem, _, options = kind.split(" ", 2)
        if filesystem == "cgroup":
            found.append(Hierarchy(place.split(" ")[4], mount_options(options)))
    return found


def mount_options(options):
    """ "rw,cpu,cpuacct" -> "cpu,cpuacct"; "rw,xattr,name=systemd" -> "none,name=systemd"."""
    words = [word for word in options.split(",") if word not in ("rw", "ro", "xattr", "clone_children")
             and not word.startswith("release_agent=")]
    named = [word for word in words if word.startswith("name=")]
    return ",".join((["none"] if named == words else []) + words)
