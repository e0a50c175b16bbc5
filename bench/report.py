"""The results as Markdown."""
import textwrap

from contenders import FLOOR, OURS
import sampled
import targets

ABSENT = "–"

def markdown(results):
    parts = [heading(results), runtimes_table(results), ratio_targets(results), count_targets(results)]
    for view, measured in results["views"].items():
        parts += [times(view, measured, names(results)), counts(view, measured, names(results)),
                  kinds(view, measured["counted"].get("sampled"), names(results))]
    return "\n".join(part for part in parts if part)


def names(results):
    """Everybody, we first and the floor last."""
    return [OURS] + [name for name in results["runtimes"] if name != OURS] + [FLOOR]


def table(columns, rows):
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def heading(results):
    machine, settings = results["machine"], results["settings"]
    cpus = f'{machine["cpus"]} {"virtual " if machine["virtual"] else ""}CPUs, {machine["processor"]}'
    facts = (f'Written by `bench/run`; [bench/README.md](../../bench/README.md) says how it measures. '
             f'{machine["taken"]}, Linux {machine["kernel"]}, {machine["distribution"]}, {cpus}; load at the beginning '
             f'{machine["load_before"]:.1f}. {settings["rounds"]} rounds, {settings["gap_ms"]:g} ms before each '
             f'launch; memory of {settings["alive"]} containers.')
    return f"""# Beside other runtimes

{textwrap.fill(facts, 110)}

A ratio is ours to theirs, the median of all rounds, with its 95 % confidence interval. Milliseconds say the
order of magnitude only.
"""


def runtimes_table(results):
    rows = [[name, each["version"], f'{each["bytes"] / 1e6:.2f}',
             f'{each["libraries"]} ({each["library_bytes"] / 1e6:.1f} MB)' if each["libraries"] else "none"]
            for name, each in results["runtimes"].items()]
    return table(["runtime", "version", "executable, MB", "shared libraries"], rows)


# --- goals ----------------------------------------------------------------------------------


def ratio_targets(results):
    peers = targets.peers(results)
    rows = [[target.label] + [goal_cell(results, target, peer, peers) for peer in targets.PEERS]
            for target in targets.RATIOS]
    rows = [row for row in rows if set(row[1:]) != {ABSENT}]
    who = [f"{peer} ({peers[peer]})" if peers.get(peer, peer) != peer else peer for peer in targets.PEERS]
    return "## Goals\n\n" + (table(["ours, to that of", *who], rows) if rows else "")


def goal_cell(results, target, peer, peers):
    measured = targets.find(results, target.view, target.operation, target.bundle)
    if not measured or peers.get(peer) not in measured["ratios"]:
        return ABSENT
    ratio = measured["ratios"][peers[peer]][target.measure]
    limit = target.limits.get(peer)
    if limit is None:
        return interval(ratio)
    return f"{interval(ratio)}, goal {limit:.2f}: {emphasis(targets.verdict(ratio, limit))}"


def interval(ratio):
    if ratio["low"] is None:
        return f'{ratio["median"]:.2f}'
    return f'{ratio["median"]:.2f} ({ratio["low"]:.2f}–{ratio["high"]:.2f})'


def emphasis(word):
    return f"**{word}**" if word == "not met" else word


def count_targets(results):
    rows = []
    for target in targets.COUNTS:
        value = targets.counted(results, target)
        if value is not None:
            rows.append(count_row(target.label, f"{value:.0f}", target.limit, target.unit, value <= target.limit))
    size = results["runtimes"][OURS]["bytes"] / 1e6
    limit = targets.EXECUTABLE_MB
    rows.append(count_row("executable", f"{size:.2f}", limit, "MB", size <= limit))
    return table(["", "ours", "goal", ""], rows)


def count_row(label, value, limit, unit, is_met):
    return [label, f"{value} {unit}".strip(), f"{limit} {unit}".strip(), emphasis("met" if is_met else "not met")]


# --- all figures ----------------------------------------------------------------------------


def times(view, measured, everybody):
    if not measured["timed"]:
        return ""
    rows = [[operation_name(each)] + [time_cell(each, name) for name in everybody] for each in measured["timed"]]
    return f"""## Times, cgroup {view}

Milliseconds, median (p90); ratio of wall time; ratio of CPU time.

""" + table(["", *everybody], rows)


def operation_name(each):
    return each["operation"] + (f', {each["bundle"]}' if each["bundle"] else "")


def time_cell(each, name):
    if name not in each["figures"]:
        return ABSENT
    wall = each["figures"][name]["wall_ms"]
    own = f'{wall["median"]:.2f} ({wall["p90"]:.2f})'
    if name == OURS:
        return own
    ratios = each["ratios"][name]
    return f'{own}; **{ratios["wall"]["median"]:.2f}**; {ratios["cpu"]["median"]:.2f}'


def counts(view, measured, everybody):
    rows = memory_rows(measured["timed"]) + call_rows(measured["counted"].get("calls", {}))
    for part, what in (("charged", "peak memory charged, kB"), ("limit", "smallest memory limit, kB")):
        rows += [(f"{what}, {case}", values) for case, values in measured["counted"].get(part, {}).items()]
    rows += alive_rows(measured["counted"].get("alive", {}))
    if not rows:
        return ""
    cells = [[label] + [number(values.get(name)) for name in everybody] for label, values in rows]
    return f"## Counts, cgroup {view}\n\n" + table(["", *everybody], cells)


def number(value):
    return ABSENT if value is None else f"{value:.0f}"


def memory_rows(timed):
    """Of the operations whose program ends with them."""
    rows = []
    for each in timed:
        if each["operation"] in ("run", "exec", "state"):
            rows.append((f"page faults, {operation_name(each)}", figures_of(each, "faults")))
        if each["operation"] in ("create", "state"):
            rows.append((f"peak memory of a process, kB, {operation_name(each)}", figures_of(each, "peak_kb")))
    return rows


def figures_of(each, figure):
    return {name: values[figure] for name, values in each["figures"].items()}


def call_rows(calls):
    labels = (("calls", "system calls"), ("execs", "execs"), ("starts", "processes and threads started"))
    return [(f"{label}, {case}", {name: values[key] for name, values in them.items()})
            for key, label in labels for case, them in calls.items()]


def alive_rows(alive):
    labels = (("pss_kb", "memory of a waiting container (PSS), kB"),
              ("charged_kb", "the same, charged to its cgroup, kB"))
    return [(label, {name: values[key] for name, values in alive.items() if key in values})
            for key, label in labels if alive]


def kinds(view, operations, everybody):
    if not operations:
        return ""
    rows = []
    for operation, them in operations.items():
        rows.append([f"**{operation}**"] + [number(sum(them[name].values()) if name in them else None)
                                            for name in everybody])
        rows += [[kind] + [number(them.get(name, {}).get(kind)) for name in everybody] for kind in sampled.ORDER]
    return f"""## Where the processor time goes, cgroup {view}

Microseconds of each launch, without the container's program; by samples.

""" + table(["", *everybody], rows)
