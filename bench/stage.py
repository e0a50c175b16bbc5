"""Where everything happens: namespaces and a folder of our own, and nothing left behind."""
import ctypes
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import layout

PR_SET_CHILD_SUBREAPER = 36
INSIDE = "--inside"  # the option by which the program knows that it is there


class BenchError(Exception):
    pass


def enter_namespaces(words):
    """Runs this program once more, with these words, in mount and network namespaces of its own, and waits for it.

    A bridge that a bundle makes, and every mount, is gone with them."""
    command = ["unshare", "--mount", "--net", "--propagation", "private", "--", sys.executable, *words]
    with subprocess.Popen(command) as process:
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to both
        status = process.wait()
        signal.signal(signal.SIGINT, signal.default_int_handler)
    expect_null_device()
    if status != 0:
        sys.exit(status if status > 0 else 128 - status)


class Stage:
    """A folder in memory, the view of cgroups, and the names of all containers: they begin with `prefix`.

    The orphans that containers are become our children, so that none outlives us and none stays a zombie."""

    def __init__(self, version):
        self.version = version
        self.prefix = f"bench{os.getpid()}z"
        self.runtimes = []
        self.place = None
        self.layout = None
        self._count = 0

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
            raise BenchError("can't become a subreaper")
        self.place = Path(tempfile.mkdtemp(prefix="bench-"))
        # In memory: a disk's latencies have no place in this. The host doesn't see it.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "bench", self.place], check=True)
        cover_null_device(self.place / "null")
        self.layout = layout.show(self.version)
        return self

    def __exit__(self, *_):
        # Once is enough: nothing of this may be cut short by one more Ctrl-C.
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        end_children()  # first, because some runtimes wait long for a process that nobody has reaped
        for runtime in self.runtimes:
            delete_all(runtime)
        end_children()
        for folder in self.layout.leftovers(self.prefix):
            remove_cgroup(folder)
        subprocess.run(["umount", "--lazy", self.place], check=False)
        self.place.rmdir()

    def new_name(self):
        """Ends with a letter, so that no name is the beginning of another."""
        self._count += 1
        return f"{self.prefix}{self._count}c"


def delete_all(runtime):
    for folder in sorted(runtime.root.iterdir()):
        subprocess.run(runtime.command("delete", "--force", folder.name), check=False, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1])
    except OSError:  # has ended
        return None


def children():
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and parent_of(name) == os.getpid()]


def end_children():
    """Those of theirs that are orphaned by it become ours in turn."""
    while pids := children():
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for pid in pids:
            os.waitpid(pid, 0)


def remove_cgroup(folder):
    """A process that has just ended may still be in it."""
    for _ in range(100):
        try:
            return os.rmdir(folder)
        except FileNotFoundError:
            return None
        except OSError:
            time.sleep(0.01)
    print(f"left behind: {folder}", file=sys.stderr)
    return None


def cover_null_device(node):
    """Our own in its place: some runtimes give their standard streams to the container's user, and all of the host
    would use a null device that is somebody's."""
    os.mknod(node, stat.S_IFCHR, os.makedev(1, 3))
    os.chmod(node, 0o666)
    subprocess.run(["mount", "--bind", node, "/dev/null"], check=True)


def expect_null_device():
    null = os.stat("/dev/null")
    if (null.st_mode, null.st_rdev, null.st_uid) != (stat.S_IFCHR | 0o666, os.makedev(1, 3), 0):
        raise BenchError("/dev/null is not what it was: repair it")
