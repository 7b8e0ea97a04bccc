"""A picture as an SVG that needs nothing else: no program, no font, no script, no other file. It brings its own ground and
follows the reader's choice of light or dark.

Whatever a flow says is written as text and never as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from assistant.author.graph.layout import MARGIN, SIZES, Box, Layout, Line, Placed, Point, Wire, lay_out
from assistant.author.graph.look import DARK, ENDS, LIGHT, Palette
from assistant.author.graph.picture import Graph, NodeKind
from assistant.words import say

_CORNER = 6.0
_FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def svg(graph: Graph, marked: frozenset[str] = frozenset()) -> str:
    """A picture as SVG.

    Args:
        graph: what is drawn.
        marked: ids of nodes and edges to draw more strongly.
    """
    page = lay_out(graph)
    wide, high = f"{page.width:.0f}", f"{page.height:.0f}"
    drawn = sorted(page.wires, key=lambda wire: wire.edge.id in marked)  # what is marked lies on top
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" role="img">',
        f"<title>{_text(graph.title)}</title>",
        f"<style>{_style()}</style>",
        f'<rect class="ground" width="{wide}" height="{high}"/>',
        f'<text class="title" x="{MARGIN:.0f}" y="40">{_text(graph.title)}</text>',
        *(_rectangle(frame, 10, "frame") for frame in page.frames),
        *(_wire(wire, page.placed[wire.edge.target].node.kind, wire.edge.id in marked) for wire in drawn),
        *(_node(graph, one, one.node.id in marked) for one in page.placed.values()),
        *(_line(line) for wire in page.wires for line in wire.label),
        *_legend(graph, page),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend(graph: Graph, page: Layout) -> Iterator[str]:
    """What a dashed line means, where there is one."""
    if any(edge.kind == "skip" for edge in graph.edges):
        x, y = page.width - MARGIN, 40.0
        words = say("drawing.skipped", graph.language)
        yield f'<path class="wire skip" d="M{x - 110:.0f} {y - 4:.0f}h36"/>'
        yield _line(Line(words, "remark", x - 66, y))


# Nodes -----------------------------------------------------------------------------------------------------------------


def _node(graph: Graph, placed: Placed, is_marked: bool) -> str:
    node = placed.node
    lines = list(placed.lines)
    if is_marked:
        lines[0] = lines[0]._replace(words=f"{lines[0].words} · {say('drawing.taken', graph.language)}")
    inside = "".join(map(_line, lines))
    tip = f"<title>{_text(' · '.join((node.title, *node.remarks)))}</title>"
    return f'<g class="{node.kind}{" marked" if is_marked else ""}">{tip}{_shape(placed)}{inside}</g>'


def _shape(placed: Placed) -> str:
    """The outline of a kind. On the left all are straight, where lines arrive."""
    box = placed.box
    x, y, right, bottom = box.x, box.y, box.right, box.bottom
    match placed.node.kind:
        case "ask":
            return _polygon((x + 12, y), (right - 12, y), (right, y + 12), (right, bottom - 12),
                            (right - 12, bottom), (x + 12, bottom), (x, bottom - 12), (x, y + 12))  # fmt: skip
        case "tell":
            return _rectangle(box, 16, "shape")
        case "run":
            bars = f'<path class="shape" d="M{x + 8:.1f} {y:.1f}V{bottom:.1f}M{right - 8:.1f} {y:.1f}V{bottom:.1f}"/>'
            return _rectangle(box, 0, "shape") + bars
        case "solved":
            return _rectangle(box, min(26.0, box.height / 2), "shape")
        case "action":
            return _polygon((x, y), (right - 16, y), (right, box.middle), (right - 16, bottom), (x, bottom))
        case "case":
            fold = f'<path class="shape" d="M{right - 16:.1f} {y:.1f}v16h16"/>'
            return _polygon((x, y), (right - 16, y), (right, y + 16), (right, bottom), (x, bottom)) + fold
        case "handoff":
            return _polygon((x, y), (right, y), (right - 14, box.middle), (right, bottom), (x, bottom))
        case "exit":
            inner = Box(x + 4, y + 4, box.width - 8, box.height - 8)
            return _rectangle(box, 10, "shape") + _rectangle(inner, 7, "shape")
        case "try" | "junction":
            return _rectangle(box, 0, "shape")


def _polygon(*points: Point) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="shape" points="{corners}"/>'


def _rectangle(box: Box, radius: float, kind: str) -> str:
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    return f'<rect class="{kind}" {place} rx="{radius:.1f}"/>'


# Lines -----------------------------------------------------------------------------------------------------------------


def _wire(wire: Wire, target: NodeKind, is_marked: bool) -> str:
    """A line with round corners and a tip where it arrives."""
    *_, before, last = wire.points
    dx, dy = _direction(before, last)
    stop = (last[0] - 7 * dx, last[1] - 7 * dy)
    points = (*wire.points[:-1], stop)
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for at in range(1, len(points) - 1):
        path += _bend(points[at - 1], points[at], points[at + 1])
    path += f"L{stop[0]:.1f} {stop[1]:.1f}"
    tip = (f"M{last[0]:.1f} {last[1]:.1f}L{stop[0] - dx - 4.5 * dy:.1f} {stop[1] - dy - 4.5 * dx:.1f}"
           f"L{stop[0] - dx + 4.5 * dy:.1f} {stop[1] - dy + 4.5 * dx:.1f}Z")  # fmt: skip
    kind = f"{'skip' if wire.edge.kind == 'skip' else 'way'} to-{target}{' marked' if is_marked else ''}"
    return f'<path class="wire {kind}" d="{path}"/><path class="tip {kind}" d="{tip}"/>'


def _bend(before: Point, corner: Point, after: Point) -> str:
    room = min(_CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
    into, out = _direction(before, corner), _direction(corner, after)
    start = (corner[0] - room * into[0], corner[1] - room * into[1])
    end = (corner[0] + room * out[0], corner[1] + room * out[1])
    return f"L{start[0]:.1f} {start[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {end[0]:.1f} {end[1]:.1f}"


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])  # all lines run straight across or straight down


def _direction(one: Point, other: Point) -> Point:
    length = _length(one, other)
    return ((other[0] - one[0]) / length, (other[1] - one[1]) / length) if length else (0.0, 0.0)


def _line(line: Line) -> str:
    anchor = ' text-anchor="end"' if line.ends else ""
    return f'<text class="{line.style}" x="{line.x:.1f}" y="{line.y:.1f}"{anchor}>{_text(line.words)}</text>'


def _text(words: str) -> str:
    """Words as XML text: nothing in them is markup, and what XML can't hold is left out."""
    return escape(_NO_XML.sub("", words), {'"': "&quot;", "'": "&#39;"})


# Colours ---------------------------------------------------------------------------------------------------------------


def _style() -> str:
    sizes = "".join(f".{style}{{font-size:{size:g}px}}" for style, size in SIZES.items())
    still = (
        f"text{{font-family:{_FONT}}}{sizes}"
        ".title{font-size:20px;font-weight:600}.words{font-weight:600}.caption{font-weight:600}.when{font-style:italic}"
        ".shape{stroke-width:1.5}.junction .shape{stroke-dasharray:5 4}.wire{fill:none;stroke-width:1.6}"
        ".skip.wire{stroke-dasharray:5 4}.frame{stroke-width:1.2;stroke-dasharray:2 4}"
        ".marked .shape,.wire.marked{stroke-width:4}"
    )
    return f"{still}{_colours(LIGHT)}@media (prefers-color-scheme:dark){{{_colours(DARK)}}}"


def _colours(palette: Palette) -> str:
    kinds = "".join(
        f".{kind} .shape{{fill:{palette.fill(kind)};stroke:{hue}}}.{kind} .caption{{fill:{hue}}}"
        for kind, hue in palette.hues.items()
    )
    ways = "".join(
        f".to-{kind}.wire{{stroke:{hue}}}.to-{kind}.tip{{fill:{hue}}}" for kind, hue in palette.hues.items() if kind in ENDS
    )
    return (
        f".ground{{fill:{palette.ground}}}.title,.words,.label{{fill:{palette.text}}}"
        f".name,.when,.remark{{fill:{palette.quiet}}}.frame{{fill:none;stroke:{palette.hues['run']}}}"
        f".wire{{stroke:{palette.quiet}}}.tip{{fill:{palette.quiet}}}{kinds}{ways}"
        f".marked .shape,.wire.marked{{stroke:{palette.marked}}}.tip.marked{{fill:{palette.marked}}}"
    )
