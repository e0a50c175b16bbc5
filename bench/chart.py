"""The chart for README: how many times as long as we the others take. SVG by hand, readable in light and dark."""
from xml.sax.saxutils import escape

from contenders import FLOOR, OURS
from targets import find

SHOWN = (("run", "minimal", "v1"), ("run", "minimal", "v2"), ("run", "docker-like", ""),
         ("create", "minimal", ""), ("exec", "minimal", ""), ("state", "minimal", ""),
         ("run, 8 in parallel", "minimal", ""))
WIDTH, LEFT, RIGHT = 760, 190, 110
BAR, BAR_GAP, GROUP_GAP, TOP = 13, 3, 14, 52
LARGEST = 12  # times; longer bars are cut

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px } .small { font-size: 11px; fill: #57606a }
.line { stroke: #8c959f; stroke-dasharray: 2 3 }
.c0 { fill: #0969da } .c1 { fill: #9a6700 } .c2 { fill: #bf8700 } .c3 { fill: #8250df } .c4 { fill: #1a7f37 }
@media (prefers-color-scheme: dark) {
 text { fill: #e6edf3 } .small { fill: #9198a1 } .line { stroke: #6e7681 }
 .c0 { fill: #4493f8 } .c1 { fill: #bb8009 } .c2 { fill: #e3b341 } .c3 { fill: #ab7df8 } .c4 { fill: #3fb950 }
}"""


def draw(results):
    shown = [(find(results, view, operation, bundle), view) for operation, bundle, view in SHOWN]
    groups = [(label(each, view), bars(each, results)) for each, view in shown if each]
    body, y = [], TOP
    for name, them in groups:
        body += draw_group(name, them, y)
        y += len(them) * (BAR + BAR_GAP) + GROUP_GAP
    one = x_of(1)
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img">',
        "<title>Time of other runtimes as a multiple of ours</title>", f"<style>{STYLE}</style>",
        text(8, 20, "Time taken, as a multiple of ours (shorter is faster)", "title"),
        text(8, 38, "median of interleaved rounds; in brackets milliseconds, which depend on the machine", "small"),
        f'<line class="line" x1="{one}" x2="{one}" y1="{TOP - 6}" y2="{y - GROUP_GAP}"/>', *body, "</svg>", ""])


def label(each, view):
    return ", ".join(part for part in (each["operation"], each["bundle"], view) if part)


def bars(each, results):
    """(name, times ours, milliseconds, colour) of everybody."""
    names = [OURS] + [name for name in results["runtimes"] if name != OURS] + [FLOOR]
    colours = {name: "c4" if name == FLOOR else f"c{min(index, 3)}" for index, name in enumerate(names)}
    return [(name, 1 if name == OURS else 1 / each["ratios"][name]["wall"]["median"],
             each["figures"][name]["wall_ms"]["median"], colours[name]) for name in names if name in each["figures"]]


def x_of(times):
    return round(LEFT + 70 + min(times, LARGEST) / LARGEST * (WIDTH - LEFT - 70 - RIGHT), 1)


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def draw_group(name, them, y):
    lines = [text(8, y + BAR - 2, name)]
    for runtime, times, milliseconds, colour in them:
        end = x_of(times)
        begin = x_of(0)
        lines += [text(begin - 6, y + BAR - 2, runtime, "small", "end"),
                  f'<rect class="{colour}" x="{begin}" y="{y}" width="{end - begin:.1f}" height="{BAR}" rx="2"/>',
                  text(end + 5, y + BAR - 2, f"{times:.1f} × ({milliseconds:.1f})", "small")]
        y += BAR + BAR_GAP
    return lines
