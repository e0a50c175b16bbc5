"""Who takes part: runtimes with the same command line, and the floor, one program for each bundle."""
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import floor_table

OURS, FLOOR = "ours", "floor"
HERE = Path(__file__).resolve().parent


@dataclass
class Runtime:
    name: str
    path: str
    root: Path  # where it keeps its state

    def command(self, *words):
        return [self.path, "--root", str(self.root), *(str(word) for word in words)]

    def version(self):
        said = subprocess.run(self.show_version(), check=True, stdout=subprocess.PIPE, text=True).stdout
        return said.splitlines()[0]

    def kind(self):
        """crun, runc or another, whatever it is called here."""
        first = self.version().split()[0]
        return first if self.name != OURS else OURS

    def show_version(self):
        return [self.path, "--version"]

    def run(self, bundle, container):
        return self.command("run", "--bundle", bundle.folder(), container)

    def execute(self, _bundle, container, _pid):
        return self.command("exec", container, "/bin/true")

    def facts(self):
        libraries = shared_libraries(self.path)
        return {"kind": self.kind(), "version": self.version(), "bytes": os.path.getsize(self.path),
                "libraries": len(libraries), "library_bytes": sum(os.path.getsize(path) for path in libraries)}


@dataclass
class Floor:
    """Knows the bundles that it has been built for."""
    programs: dict
    name: str = FLOOR

    def show_version(self):
        return [str(self.programs["minimal"]), "version"]

    def run(self, bundle, container):
        return [str(self.programs[bundle.name]), "run", f"runtime-{container}"]

    def execute(self, bundle, container, pid):
        """In a container that our runtime has made, of which it takes the place."""
        return [str(self.programs[bundle.name]), "exec", f"runtime-{container}", str(pid)]


def shared_libraries(path):
    said = subprocess.run(["ldd", path], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return re.findall(r"(/\S+) \(0x", said.stdout)


def compile_program(name, output, *options):
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-Os", "-Wall", "-Wextra", "-o", output, *options, HERE / f"{name}.c"], check=True)
    return output


def build_runtime():
    """A release of this tree."""
    tree = HERE.parent / "build/release"
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    print(f"building {tree.relative_to(HERE.parent)}", flush=True)
    subprocess.run(["cmake", "-S", HERE.parent, "-B", tree, "-DCMAKE_BUILD_TYPE=Release"], **quiet)
    subprocess.run(["cmake", "--build", tree, "--target", "runtime", "--parallel", str(os.cpu_count())], **quiet)
    return tree / "bin/runtime"


def build_floor(bundle, layout, filter_rows, place):
    """On the runtime's own libc and in its form, so that both begin alike."""
    folder = place / f"floor-{bundle.name}"
    folder.mkdir()
    (folder / "table.h").write_text(floor_table.make_table(bundle.config, layout, filter_rows), "utf-8")
    return compile_program("floor", folder / "floor", "-static-pie", f"-I{folder}")


def find_runtimes(ours, named, place):
    """Ours, the distribution's crun and runc if they are there, and those that were named."""
    paths = {OURS: ours} | {name: shutil.which(name) for name in ("crun", "runc")} | named
    found = []
    for name, path in paths.items():
        if path is None:
            print(f"{name} is not installed")
            continue
        root = place / f"root-{name}"
        root.mkdir(mode=0o700)
        found.append(Runtime(name, str(Path(path).resolve()), root))
    return found
