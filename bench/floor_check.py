"""The floor is measured only if what it makes is what our runtime makes: a program tells what it sees in both."""
import difflib
import json
import os
import re
import subprocess

from bundles import LOOKER
from contenders import Floor, build_floor, compile_program
from launcher import Container
from stage import BenchError


def build_floors(stage, launch, ours, bundles):
    """The floor for each bundle that it can make; each shown to be the same container."""
    reader = compile_program("filter", stage.place / "filter", "-static")
    programs = {}
    for bundle in bundles.values():
        if not bundle.has_floor:
            continue
        rows = filter_rows(stage, launch, ours, bundle, reader)
        programs[bundle.name] = build_floor(bundle, stage.layout, rows, stage.place)
        expect_same_container(stage, ours, bundle, programs[bundle.name])
    return Floor(programs)


def filter_rows(stage, launch, ours, bundle, reader):
    """The filter that our runtime loads for it."""
    if "seccomp" not in bundle.config["linux"]:
        return []
    container = Container(ours, bundle.folder("wait"), stage, launch)
    container.start()
    said = subprocess.run([reader, str(container.pid)], check=True, stdout=subprocess.PIPE, text=True)
    container.remove()
    return said.stdout.splitlines()


def expect_same_container(stage, ours, bundle, floor):
    name = stage.new_name()
    theirs = view(ours.command("run", "--bundle", bundle.folder("look"), name), name, stage)
    its = view([floor, "run", f"runtime-{name}", *LOOKER], name, stage)
    if its != theirs:
        difference = difflib.unified_diff(theirs, its, "runtime", "floor", n=0, lineterm="")
        raise BenchError(f"{bundle.name}: the floor makes another container:\n" + "\n".join(difference))


def view(command, name, stage):
    """What the program in the container says, without what differs from run to run. In a file, because a container
    may keep a pipe open."""
    output = stage.place / "view"
    with open(output, "wb") as file:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    lines = output.read_text("utf-8", "replace").replace(name, "NAME").splitlines()
    return sorted(mount_line(line) if " - " in line else namespace_line(line) for line in lines)


def mount_line(line):
    """Of mountinfo, without the numbers of mounts, of peer groups and of file systems made anew for each container."""
    words = re.sub(r"(shared|master|propagate_from):\d+", r"\1", line).split(" ")
    return json.dumps(words[3:])


def namespace_line(line):
    """Whose namespace it is instead of its number."""
    words = line.split(" ")
    if words[0] != "namespace":
        return line
    host = os.stat(f"/proc/self/ns/{words[1]}").st_ino
    return f"namespace {words[1]} {'the host' if int(words[2]) == host else 'own'}"
