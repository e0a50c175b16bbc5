"""What issue 10 wants reached, and whether it is."""
from dataclasses import dataclass

from contenders import FLOOR, OURS

PEERS = ("crun", "dynamic crun", "runc", FLOOR)  # what a ratio may be wanted to


@dataclass
class Ratio:
    """The most that our time may be of a peer's."""
    label: str
    operation: str
    bundle: str
    limits: dict
    measure: str = "wall"
    view: str = ""  # of cgroups; or else the first that was measured


@dataclass
class Count:
    """The most that a figure of ours may be."""
    label: str
    limit: float
    unit: str
    path: tuple  # where it is in the counted results
    figure: str = ""  # or else this figure of the timed operations that the path names, the largest


def limits(crun, dynamic, runc, floor):
    return {name: limit for name, limit in zip(PEERS, (crun, dynamic, runc, floor)) if limit is not None}


LIFE = ("create", "start", "state", "kill", "delete")
RATIOS = [
    Ratio("run minimal, v1", "run", "minimal", limits(.40, .33, .17, 1.25), view="v1"),
    Ratio("run minimal, v2", "run", "minimal", limits(.30, .25, .12, 1.25), view="v2"),
    Ratio("run docker-like", "run", "docker-like", limits(.33, None, .09, 1.25)),
    Ratio("run minimal, CPU time", "run", "minimal", limits(.70, None, .15, 1.25), "cpu"),
    Ratio("run docker-like, CPU time", "run", "docker-like", limits(.60, None, .08, 1.25), "cpu"),
    Ratio("create", "create", "minimal", limits(.35, None, .12, None)),
    Ratio("exec", "exec", "minimal", limits(.50, .25, .10, 1.4)),
    *(Ratio(name, name, "minimal", limits(.55, None, .10, None)) for name in LIFE[1:]),
    Ratio("8 in parallel, minimal", "run, 8 in parallel", "minimal", limits(.75, None, .20, 1.25)),
    Ratio("8 in parallel, docker-like", "run, 8 in parallel", "docker-like", limits(.60, None, .20, 1.25)),
]
COUNTS = [
    Count("system calls of run minimal", 480, "", ("calls", "run minimal", OURS, "calls")),
    Count("system calls of run docker-like", 450, "", ("calls", "run docker-like", OURS, "calls")),
    Count("page faults of run minimal", 120, "", ("run",), "faults"),
    Count("smallest memory limit that runs `true`", 224, "kB", ("limit", "run minimal", OURS)),
    Count("peak memory of a runtime process", 1200, "kB", LIFE, "peak_kb"),
    Count("memory of a container that waits (PSS)", 100, "kB", ("alive", OURS, "pss_kb")),
]
EXECUTABLE_MB = 1.5


def find(results, view, operation, bundle):
    """That timed operation in that view of cgroups, or in the first that has it; None if it wasn't measured."""
    for name, measured in results["views"].items():
        for each in measured["timed"]:
            if view in ("", name) and (each["operation"], each["bundle"]) == (operation, bundle):
                return each
    return None


def peers(results):
    """Who is meant by each name: the fastest crun, the fastest that needs libraries, runc."""
    facts = results["runtimes"]
    cruns = by_speed(results, [name for name in facts if facts[name]["kind"] == "crun"])
    dynamic = [name for name in cruns if facts[name]["libraries"]]
    runcs = by_speed(results, [name for name in facts if facts[name]["kind"] == "runc"])
    first = {"crun": cruns, "dynamic crun": dynamic, "runc": runcs, FLOOR: [FLOOR]}
    return {name: them[0] for name, them in first.items() if them}


def by_speed(results, names):
    measured = find(results, "", "run", "minimal")
    if not measured:
        return names
    return sorted((name for name in names if name in measured["figures"]),
                  key=lambda name: measured["figures"][name]["wall_ms"]["median"])


def verdict(ratio, limit):
    """By the confidence interval: what it encloses can't be told from noise."""
    low, high = ratio["low"] or ratio["median"], ratio["high"] or ratio["median"]
    if high <= limit:
        return "met"
    return "within noise" if low <= limit else "not met"


def counted(results, target):
    """Our figure; None if it wasn't taken."""
    if target.figure:
        found = [find(results, "", operation, "minimal") for operation in target.path]
        return max((each["figures"][OURS][target.figure] for each in found if each), default=None)
    values = (follow(measured["counted"], target.path) for measured in results["views"].values())
    return next((value for value in values if value is not None), None)


def follow(values, path):
    for step in path:
        values = values.get(step)
        if values is None:
            return None
    return values
