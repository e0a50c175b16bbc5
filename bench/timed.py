"""The operations whose time counts. In each round every contender has its turn, in random order, so that whatever
else goes on concerns all of them alike; what counts is the ratio within a round."""
import random
from collections import defaultdict
from dataclasses import dataclass

import figures
from contenders import OURS
from launcher import Container, Launcher
from stage import Stage

PARALLEL = ((2, "minimal"), (8, "minimal"), (8, "docker-like"))
RUNS_IN_LANE = 3


@dataclass
class Bench:
    """What every measurement needs."""
    stage: Stage
    launch: Launcher
    runtimes: list
    floor: object
    bundles: dict
    options: object

    def ours(self):
        return next(each for each in self.runtimes if each.name == OURS)

    def contenders(self, bundle):
        """Who can take part with that bundle."""
        runtimes = [self.ours()] if bundle.only_ours else self.runtimes
        return runtimes + ([self.floor] if bundle.name in self.floor.programs else [])

    def chosen(self, *names):
        return [self.bundles[name] for name in names if name in self.bundles]


def interleave(contenders, rounds, once):
    """{operation: {contender: samples}}. The first round is for warming up and isn't counted."""
    samples = defaultdict(lambda: defaultdict(list))
    for number in range(rounds + 1):
        for contender in random.sample(contenders, len(contenders)):
            for operation, sample in once(contender).items():
                if number > 0:
                    samples[operation][contender.name].append(sample)
    return samples


def record(operation, bundle, samples):
    """Of one operation: what each took, and what we took of what they did."""
    wall = {name: [each.wall_ms for each in them] for name, them in samples.items()}
    cpu = {name: [each.cpu_ms for each in them] for name, them in samples.items()}
    faults = {name: [each.faults for each in them] for name, them in samples.items()}
    peak = {name: [each.peak_kb for each in them] for name, them in samples.items()}
    return {
        "operation": operation, "bundle": bundle, "rounds": len(wall[OURS]),
        "figures": {name: {"wall_ms": figures.summary(wall[name]), "cpu_ms": figures.summary(cpu[name]),
                           "faults": figures.summary(faults[name])["median"],
                           "peak_kb": figures.summary(peak[name])["median"]} for name in wall},
        "ratios": {name: {"wall": figures.ratio(wall[OURS], wall[name]), "cpu": figures.ratio(cpu[OURS], cpu[name])}
                   for name in wall if name != OURS}}


def records(bundle, samples):
    return [record(operation, bundle, them) for operation, them in samples.items()]


# --- the operations -------------------------------------------------------------------------


def version(bench):
    samples = interleave(bench.runtimes + [bench.floor], bench.options.rounds,
                         lambda contender: {"version": bench.launch(contender.show_version())})
    return records(None, samples)


def run(bench):
    return [each for bundle in bench.bundles.values() for each in run_bundle(bench, bundle)]


def run_bundle(bench, bundle):
    def once(contender):
        return {"run": bench.launch(contender.run(bundle, bench.stage.new_name()))}
    return records(bundle.name, interleave(bench.contenders(bundle), bench.options.rounds, once))


def life(bench):
    return [each for bundle in bench.chosen("minimal", "docker-like") for each in life_with(bench, bundle)]


def life_with(bench, bundle):
    """Each command of a container's life."""
    def once(runtime):
        container = Container(runtime, bundle.folder("wait"), bench.stage, bench.launch)
        samples = {"create": container.created, "start": container.start(),
                   "state": container.measure("state", container.name),
                   "kill": container.measure("kill", container.name, "KILL")}
        container.await_end()
        return samples | {"delete": container.measure("delete", container.name)}
    return records(bundle.name, interleave(bench.runtimes, bench.options.rounds, once))


def execute(bench):
    return [each for bundle in bench.chosen("minimal", "docker-like") for each in execute_in(bench, bundle)]


def execute_in(bench, bundle):
    """In a container of each runtime; the floor in ours."""
    alive = {}
    for runtime in bench.runtimes:
        alive[runtime.name] = Container(runtime, bundle.folder("wait"), bench.stage, bench.launch)
        alive[runtime.name].start()

    def once(contender):
        container = alive.get(contender.name, alive[OURS])
        return {"exec": bench.launch(contender.execute(bundle, container.name, container.pid))}

    samples = interleave(bench.contenders(bundle), bench.options.rounds, once)
    for container in alive.values():
        container.remove()
    return records(bundle.name, samples)


def parallel(bench):
    """Some at a time, back to back: what a machine can do at all."""
    return [each for lanes, name in PARALLEL for bundle in bench.chosen(name)
            for each in parallel_run(bench, lanes, bundle)]


def parallel_run(bench, lanes, bundle):
    def once(contender):
        command = contender.run(bundle, f"{bench.stage.new_name()}@c")
        return {f"run, {lanes} in parallel": bench.launch(command, lanes, RUNS_IN_LANE)}
    rounds = max(1, bench.options.rounds // 4)
    return records(bundle.name, interleave(bench.contenders(bundle), rounds, once))


def listing(bench):
    count = bench.options.listed
    crowd = [Container(runtime, bench.bundles["minimal"].folder("wait"), bench.stage, bench.launch, gap=False)
             for runtime in bench.runtimes for _ in range(count)]
    samples = interleave(bench.runtimes, max(1, bench.options.rounds // 4),
                         lambda runtime: {f"list, {count} containers": bench.launch(runtime.command("list"))})
    for container in crowd:
        container.remove()
    return records("minimal", samples)
