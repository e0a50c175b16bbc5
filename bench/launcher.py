"""One launch, measured by stopwatch.c."""
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from contenders import compile_program
from stage import BenchError


@dataclass
class Sample:
    wall_ms: float
    cpu_ms: float
    faults: int
    peak_kb: int
    status: int


TIMEOUT, TIMED_OUT = 60, 124  # seconds; a status as timeout(1) has it


class Launcher:
    def __init__(self, stage, gap_ms):
        self._stopwatch = compile_program("stopwatch", stage.place / "stopwatch", "-static")
        self._gap = round(gap_ms * 1000)
        self._errors = stage.place / "errors"

    def __call__(self, command, lanes=1, runs=1, gap=True):
        """Of the command, which has to succeed."""
        sample = self.attempt(command, lanes, runs, gap)
        if sample.status != 0:
            raise BenchError(f"{' '.join(map(str, command))}: status {sample.status}: {self.errors()}")
        return sample

    def attempt(self, command, lanes=1, runs=1, gap=True):
        words = [self._stopwatch, str(self._gap if gap else 0), str(lanes), str(runs), *command]
        with open(self._errors, "wb") as errors:
            try:
                said = subprocess.run(words, check=True, timeout=TIMEOUT, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=errors)
            except subprocess.TimeoutExpired:
                return Sample(TIMEOUT * 1e3, 0, 0, 0, TIMED_OUT)
        wall, user, system, faults, peak, status = map(int, said.stdout.split())
        return Sample(wall / 1e6, (user + system) / 1e3, faults, peak, status)

    def errors(self):
        return Path(self._errors).read_text("utf-8", "replace").strip()


class Container:
    """Created by a runtime, and known by its first process."""

    def __init__(self, runtime, bundle, stage, launch, gap=True):
        self.runtime = runtime
        self.name = stage.new_name()
        self._launch = launch
        file = stage.place / "pid"
        self.created = launch(runtime.command("create", "--bundle", bundle, "--pid-file", file, self.name), gap=gap)
        self.pid = int(file.read_text("ascii"))
        # Which of the two processes of `create` took more.
        self.created.peak_kb = max(self.created.peak_kb, self.memory_kb("status", "VmHWM"))

    def memory_kb(self, file, field):
        """A line of a file of its first process."""
        for line in Path(f"/proc/{self.pid}/{file}").read_text("ascii", "replace").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
        raise BenchError(f"/proc/{self.pid}/{file} has no {field}")

    def measure(self, *words):
        return self._launch(self.runtime.command(*words))

    def start(self):
        return self.measure("start", self.name)

    def await_end(self):
        """An orphan is our child."""
        os.waitpid(self.pid, 0)

    def remove(self):
        os.kill(self.pid, signal.SIGKILL)
        self.await_end()
        self._launch(self.runtime.command("delete", self.name), gap=False)
