"""What doesn't depend on how busy the machine is: kernel calls, processes, memory."""
import subprocess
from statistics import mean, median

import bundles
from launcher import Container
from stage import end_children

STARTS = ("clone", "clone3", "fork", "vfork")
STEP_KB, ENOUGH_KB, ATTEMPTS = 32, 16 << 10, 3


def calls(bench):
    """Of the whole chain of processes, with the container's program."""
    counted = {}
    for bundle in bench.chosen("minimal", "docker-like"):
        counted[f"run {bundle.name}"] = {
            each.name: trace(bench, each.run(bundle, bench.stage.new_name())) for each in bench.contenders(bundle)}
    counted.update(calls_in_container(bench, bench.bundles["minimal"]))
    return counted


def calls_in_container(bench, bundle):
    """What is done to one that runs."""
    counted = {"exec minimal": {}, "state minimal": {}}
    for runtime in bench.runtimes:
        container = Container(runtime, bundle.folder("wait"), bench.stage, bench.launch)
        container.start()
        words = runtime.execute(bundle, container.name, container.pid)
        counted["exec minimal"][runtime.name] = trace(bench, words)
        counted["state minimal"][runtime.name] = trace(bench, runtime.command("state", container.name))
        if runtime is bench.ours():
            words = bench.floor.execute(bundle, container.name, container.pid)
            counted["exec minimal"][bench.floor.name] = trace(bench, words)
        container.remove()
    return counted


def trace(bench, command):
    """By strace's own count: lines of "% time, seconds, usecs/call, calls, [errors], name"."""
    output = bench.stage.place / "strace"
    subprocess.run(["strace", "-f", "-c", "-o", output, *command], check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)
    rows = [line.split() for line in output.read_text("ascii").splitlines()]
    counts = {words[-1]: int(words[3]) for words in rows if len(words) >= 5 and words[3].isdigit()}
    return {"calls": counts["total"], "execs": counts.get("execve", 0),
            "starts": sum(counts.get(name, 0) for name in STARTS)}


def charged(bench):
    """The most that the container's memory cgroup has been charged, in kB."""
    if not bench.stage.layout.has("memory"):
        return {}
    return {f"run {bundle.name}": {runtime.name: median(peak_of(bench, runtime, bundle) for _ in range(5))
                                   for runtime in bench.runtimes} for bundle in bench.chosen("minimal", "docker-like")}


def peak_of(bench, runtime, bundle):
    """The cgroup outlives the program."""
    container = Container(runtime, bundle.folder(), bench.stage, bench.launch)
    peak = memory_file(bench, container, "memory.max_usage_in_bytes", "memory.peak")
    container.start()
    container.await_end()
    kilobytes = int(peak.read_text("ascii")) / 1024
    container.measure("delete", container.name)
    return kilobytes


def memory_file(bench, container, of_v1, of_v2):
    layout = bench.stage.layout
    return layout.file(container.pid, "memory", of_v2 if layout.unified else of_v1)


def alive(bench):
    """Of many containers that wait to be started, in kB each: what their processes share and have, and what their
    cgroups are charged."""
    return {runtime.name: memory_of_many(bench, runtime) for runtime in bench.runtimes}


def memory_of_many(bench, runtime):
    crowd = [Container(runtime, bench.bundles["minimal"].folder(), bench.stage, bench.launch, gap=False)
             for _ in range(bench.options.alive)]
    result = {"pss_kb": mean(each.memory_kb("smaps_rollup", "Pss") for each in crowd)}
    if bench.stage.layout.has("memory"):
        files = [memory_file(bench, each, "memory.usage_in_bytes", "memory.current") for each in crowd]
        result["charged_kb"] = mean(int(file.read_text("ascii")) / 1024 for file in files)
    for container in crowd:
        container.remove()
    return result


def smallest_limit(bench):
    """The smallest memory limit with which the program runs, each time it is tried, in kB."""
    if not bench.stage.layout.has("memory"):
        return {}
    return {f"run {bundle.name}": {runtime.name: search_limit(bench, runtime, bundle) for runtime in bench.runtimes}
            for bundle in bench.chosen("minimal", "docker-like")}


def search_limit(bench, runtime, bundle):
    """By halves, and then upwards until it is no matter of luck."""
    fails, works = 0, ENOUGH_KB // STEP_KB
    while works - fails > 1:
        middle = (fails + works) // 2
        if runs_with(bench, runtime, bundle, middle * STEP_KB, attempts=1):
            works = middle
        else:
            fails = middle
    while not runs_with(bench, runtime, bundle, works * STEP_KB, ATTEMPTS):
        works += 1
    return works * STEP_KB


def runs_with(bench, runtime, bundle, limit_kb, attempts):
    folder = bench.stage.place / "limited"
    folder.mkdir(exist_ok=True)
    resources = bundle.config["linux"].get("resources", {}) | {"memory": {"limit": limit_kb << 10}}
    bundles.write_config(folder, bundles.changed(
        bundle.config, lambda config: config["linux"].update(resources=resources)))
    return all(run_once(bench, runtime, folder) for _ in range(attempts))


def run_once(bench, runtime, folder):
    name = bench.stage.new_name()
    if bench.launch.attempt(runtime.command("run", "--bundle", folder, name), gap=False).status == 0:
        return True
    end_children()
    bench.launch.attempt(runtime.command("delete", "--force", name), gap=False)
    return False
