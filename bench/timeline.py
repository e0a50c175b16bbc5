"""A trace of --trace as a picture: one lane for each process, a row for each depth, time from left to right."""
import json
import subprocess
import time
from xml.sax.saxutils import escape

from chart import text

WIDTH, LEFT, RIGHT, TOP = 860, 70, 20, 52
ROW, LANE_GAP, AXIS = 18, 16, 22
NARROWEST_LABEL = 5.6  # pixels of a letter

STYLE = """
text { font: 10px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px } .small { fill: #57606a } .lane { font-size: 12px }
.line { stroke: #d0d7de } rect { stroke: #ffffff; stroke-width: .5 }
.c0 { fill: #b6d4fe } .c1 { fill: #ffe2a0 } .c2 { fill: #c4e8cd } .end { stroke: #cf222e; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
 text { fill: #e6edf3 } .small { fill: #9198a1 } .line { stroke: #30363d } rect { stroke: #0d1117 }
 .c0 { fill: #1f4a86 } .c1 { fill: #6b4f0c } .c2 { fill: #1d5a2c } .end { stroke: #ff7b72 }
}"""


def take(bench):
    """The events of the run that took the median of all."""
    bundle, file = bench.bundles["minimal"], bench.stage.place / "trace.json"
    traces = []
    for _ in range(max(3, bench.options.rounds)):
        time.sleep(bench.options.gap_ms / 1000)
        words = bench.ours().run(bundle, bench.stage.new_name())
        subprocess.run([words[0], "--trace", file, *words[1:]], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL)
        traces.append(json.loads(file.read_text("utf-8"))["traceEvents"])
    traces.sort(key=lambda events: max(each.get("dur", 0) for each in events))
    return traces[len(traces) // 2]


def draw(events, title):
    """SVG of the events of a trace file."""
    lanes = {each["tid"]: each["args"]["name"] for each in events if each["ph"] == "M"}
    steps = [each for each in events if each["ph"] != "M"]
    begin = min(each["ts"] for each in steps)
    length = max(each["ts"] + each.get("dur", 0) for each in steps) - begin
    scale = (WIDTH - LEFT - RIGHT) / length
    body, y = [], TOP
    for thread, name in lanes.items():
        own = [each for each in steps if each["tid"] == thread]
        body.append(text(8, y + 12, name, "lane"))
        body += draw_lane(own, y, begin, scale)
        y += (1 + max(depths(own))) * ROW + LANE_GAP
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + AXIS}" width="{WIDTH}" '
        f'height="{y + AXIS}" role="img">',
        f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>", text(8, 20, title, "title"),
        text(8, 38, "microseconds; a red line is where a process became the container's program", "small"),
        *axis(length, scale, y), *body, "</svg>", ""])


def depths(steps):
    """How many steps each lies within, in the order of the steps."""
    found, around = [], []
    for each in steps:
        around = [end for end in around if end > each["ts"]]
        found.append(len(around))
        around.append(each["ts"] + each.get("dur", 0))
    return found


def draw_lane(steps, y, begin, scale):
    lines = []
    for index, (each, depth) in enumerate(zip(steps, depths(steps))):
        x, top = LEFT + (each["ts"] - begin) * scale, y + depth * ROW
        if each["ph"] == "i":
            lines.append(f'<line class="end" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + ROW}"/>')
            continue
        width = max(each["dur"] * scale, 0.5)
        lines.append(f'<rect class="c{index % 3}" x="{x:.1f}" y="{top}" width="{width:.1f}" height="{ROW - 2}">'
                     f'<title>{escape(each["name"])}: {each["dur"]:.0f} µs</title></rect>')
        label = f'{each["name"]} {each["dur"]:.0f}'
        if len(label) * NARROWEST_LABEL < width:
            lines.append(text(round(x + 3, 1), top + 11, label))
    return lines


def axis(length, scale, y):
    step = next(each for each in (50, 100, 200, 500, 1000, 2000, 5000, 10**9) if length / each <= 12)
    lines = []
    for at in range(0, int(length) + 1, step):
        x = round(LEFT + at * scale, 1)
        lines += [f'<line class="line" x1="{x}" x2="{x}" y1="{TOP - 6}" y2="{y}"/>',
                  text(x, y + 12, str(at), "small", "middle")]
    return lines
