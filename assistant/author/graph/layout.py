"""Where everything of a picture stands on a page: steps in one column from top to bottom, endings in a second beside it.

A step that goes on to the one below it has a straight line; lines to endings run on the right, those to other steps on
the left, all to one target in one lane. No node covers another, no line a node, and no label stands on either. Pure
geometry, in pixels; what it looks like is for `svg`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import Literal, NamedTuple

from assistant.author.graph.lanes import Bundle, arrival, lanes, stacked
from assistant.author.graph.lettering import width, wrapped
from assistant.author.graph.look import caption, condition, words_of
from assistant.author.graph.picture import Edge, Graph, Node

Point = tuple[float, float]
Style = Literal["caption", "name", "when", "words", "remark", "label"]

SIZES: dict[Style, float] = {"caption": 11, "name": 11, "when": 12, "words": 14, "remark": 12, "label": 12}
LEADING: dict[Style, float] = {"caption": 17, "name": 17, "when": 16, "words": 19, "remark": 16, "label": 15}

STEP_WIDTH, END_WIDTH, BACK_WIDTH = 340.0, 290.0, 250.0
INSET = 20.0
GAP, GAP_OF_ENDS = 34.0, 20.0
MARGIN = 28.0
HEAD = 64.0
LANE = 13.0
SKIP_LANE = 15.0
LABEL_WIDTH = 190.0
_BOLD = 1.08
_MOST_LINES: dict[Style, int] = {"caption": 1, "name": 1, "when": 4, "words": 5, "remark": 4, "label": 5}


class Line(NamedTuple):
    """A line of words. `x` is where it begins, or where it ends if `ends`; `y` is its base line."""

    words: str
    style: Style
    x: float
    y: float
    ends: bool = False

    @property
    def box(self) -> Box:
        """The room that it takes."""
        size = SIZES[self.style]
        wide = width(self.words, size)
        return Box(self.x - wide if self.ends else self.x, self.y - size, wide, size * 1.25)


class Box(NamedTuple):
    """A rectangle, by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.height / 2

    def covers(self, other: Box) -> bool:
        """Whether two share any room."""
        across = self.x < other.right and other.x < self.right
        return across and self.y < other.bottom and other.y < self.bottom


class Placed(NamedTuple):
    """A node on the page, with its lines."""

    node: Node
    box: Box
    lines: tuple[Line, ...]


class Wire(NamedTuple):
    """An edge on the page: its corners, the last of which touches the target, and the lines of its label."""

    edge: Edge
    points: tuple[Point, ...]
    label: tuple[Line, ...] = ()


class Layout(NamedTuple):
    """A whole page. `frames` are drawn around flows that are opened, the outermost first."""

    width: float
    height: float
    placed: dict[str, Placed]
    wires: tuple[Wire, ...]
    frames: tuple[Box, ...]


def lay_out(graph: Graph) -> Layout:
    """A page for a picture."""
    return _Page(graph).layout()


class _Port(NamedTuple):
    """Where an edge leaves a step: its height, and its label in lines."""

    edge: Edge
    y: float
    label: tuple[str, ...]


class _Sides(NamedTuple):
    """What leaves a step: to endings on the right, to other steps on the left; and what arrives on the left."""

    right: tuple[Edge, ...]
    left: tuple[Edge, ...]
    entered: bool
    skipped_to: bool
    skips: bool


class _Page:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.steps = [node for node in graph.nodes if not node.is_end]
        self.ends = {node.id: node for node in graph.nodes if node.is_end}
        self.rank = {node.id: rank for rank, node in enumerate(self.steps)}
        self.groups = _groups(self.steps)
        self.pad = 24.0 + 10.0 * max((depth for _, depth, _ in self.groups), default=0)
        self.placed: dict[str, Placed] = {}
        self.wires: list[Wire] = []
        self.right_ports: list[_Port] = []
        self.left_ports: list[_Port] = []
        self.entries: dict[str, float] = {}

    def layout(self) -> Layout:
        straight = {edge.source: edge for edge in self.graph.edges if self.is_below(edge) and edge.kind != "skip"}
        skips = {edge.source: edge for edge in self.graph.edges if self.is_below(edge) and edge.kind == "skip"}
        beside = [edge for edge in self.graph.edges if not self.is_below(edge)]
        self.place_steps(straight, skips, beside)
        self.wire_right()
        self.wire_left()
        bottom = max((one.box.bottom for one in self.placed.values()), default=HEAD)
        return self.shifted(bottom + MARGIN)

    def is_below(self, edge: Edge) -> bool:
        """Whether an edge leads to the step that stands right below."""
        return self.rank.get(edge.target, -1) == self.rank[edge.source] + 1

    # Steps -----------------------------------------------------------------------------------------------------------

    def place_steps(self, straight: dict[str, Edge], skips: dict[str, Edge], beside: list[Edge]) -> None:
        right: dict[str, list[Edge]] = {}
        left: dict[str, list[Edge]] = {}
        for edge in beside:
            (right if edge.target in self.ends else left).setdefault(edge.source, []).append(edge)
        entered = {edge.target for edges in left.values() for edge in edges}
        skipped_to = {edge.target for edge in skips.values()}
        y = HEAD + self.edges_between("", self.steps[0].id if self.steps else "")
        for node, after in zip(self.steps, [*self.steps[1:], None], strict=False):
            sides = _Sides(
                tuple(right.get(node.id, ())), tuple(left.get(node.id, ())), node.id in entered, node.id in skipped_to,
                node.id in skips,
            )  # fmt: skip
            box = self.place_step(node, sides, y)
            y = box.bottom + GAP
            if after is not None:
                y += self.edges_between(node.id, after.id)
            on = straight.get(node.id)
            if on is not None:
                label = _lines_of(on, STEP_WIDTH / 2 - 20)
                y += len(label) * LEADING["label"]
                lines = _label(label, box.x + box.width / 2 + 10, box.bottom + GAP / 2 + len(label) * LEADING["label"])
                middle = box.x + box.width / 2
                self.wires.append(Wire(on, ((middle, box.bottom), (middle, y)), lines))
        for source, edge in skips.items():
            out, into = self.placed[source].box, self.placed[edge.target].box
            x, leave, arrive = -SKIP_LANE, out.bottom - 14, into.y + 14
            self.wires.append(Wire(edge, ((out.x, leave), (x, leave), (x, arrive), (into.x, arrive))))

    def edges_between(self, above: str, below: str) -> float:
        """The room for the edges of frames between two steps."""
        crossed = [members for _, _, members in self.groups if (above in members) != (below in members)]
        return 24.0 * len(crossed)

    def place_step(self, node: Node, sides: _Sides, y: float) -> Box:
        wide = BACK_WIDTH if node.kind == "exit" else STEP_WIDTH
        x = (STEP_WIDTH - wide) / 2
        right = [_lines_of(edge, LABEL_WIDTH) for edge in sides.right]
        left = [_lines_of(edge, LABEL_WIDTH) for edge in sides.left]
        room_left = sum(map(_slot, left)) + (18 if sides.entered else 0) + 18 * sides.skipped_to + 18 * sides.skips
        room = max(sum(map(_slot, right)), room_left) + 16
        placed = _placed(self.graph, node, Box(x, y, wide, 0), room)
        self.placed[node.id] = placed
        box = placed.box
        at = box.middle - sum(map(_slot, right)) / 2
        for edge, label in zip(sides.right, right, strict=True):
            at += _slot(label)
            self.right_ports.append(_Port(edge, at - 6, label))
        free = box.height - room_left
        at = box.y + (18 if sides.skipped_to else 0) + free / 2
        if sides.entered:
            at += 18
            self.entries[node.id] = at - 7
        for edge, label in zip(sides.left, left, strict=True):
            at += _slot(label)
            self.left_ports.append(_Port(edge, at - 6, label))
        return box

    # Lines to endings ------------------------------------------------------------------------------------------------

    def wire_right(self) -> None:
        by_target: dict[str, list[_Port]] = {}
        for port in self.right_ports:
            by_target.setdefault(port.edge.target, []).append(port)
        gutter = STEP_WIDTH + self.pad + 8
        inner = gutter + max((_widest(port.label) for port in self.right_ports), default=0.0) + 14
        order = sorted(by_target, key=lambda target: median_low(port.y for port in by_target[target]))
        sized = {target: _placed(self.graph, self.ends[target], Box(0, 0, END_WIDTH, 0)).box.height for target in order}
        wanted = [median_low(port.y for port in by_target[target]) for target in order]
        edges = stacked(wanted, [sized[target] for target in order], GAP_OF_ENDS, HEAD)
        bundles = []
        for target, edge in zip(order, edges, strict=True):
            own = [port.y for port in by_target[target]]
            others = [port.y for port in self.right_ports if port.edge.target != target]
            arrive = arrival(edge + 16, edge + sized[target] - 16, own, others)
            bundles.append(Bundle(target, tuple(own), arrive, beyond=True))
        found = lanes(bundles)
        column = inner + (max(found.values(), default=-1) + 1) * LANE + 20
        for bundle, edge in zip(bundles, edges, strict=True):
            box = Box(column, edge, END_WIDTH, 0)
            self.placed[bundle.target] = _placed(self.graph, self.ends[bundle.target], box)
            x = inner + found.get(bundle.target, 0) * LANE
            for port in by_target[bundle.target]:
                out = self.placed[port.edge.source].box
                points = ((out.right, port.y), (x, port.y), (x, bundle.arrive), (column, bundle.arrive))
                self.wires.append(Wire(port.edge, _tidied(points), _label(port.label, gutter, port.y - 5)))

    # Lines to other steps --------------------------------------------------------------------------------------------

    def wire_left(self) -> None:
        by_target: dict[str, list[_Port]] = {}
        for port in self.left_ports:
            by_target.setdefault(port.edge.target, []).append(port)
        gutter = -self.pad - 8
        inner = gutter - max((_widest(port.label) for port in self.left_ports), default=0.0) - 14
        bundles = [
            Bundle(target, tuple(port.y for port in ports), self.entries[target], beyond=False)
            for target, ports in by_target.items()
        ]
        found = lanes(bundles)
        for bundle in bundles:
            x = inner - found[bundle.target] * LANE
            into = self.placed[bundle.target].box
            for port in by_target[bundle.target]:
                out = self.placed[port.edge.source].box
                points = ((out.x, port.y), (x, port.y), (x, bundle.arrive), (into.x, bundle.arrive))
                self.wires.append(Wire(port.edge, points, _label(port.label, gutter, port.y - 5, ends=True)))

    # The page --------------------------------------------------------------------------------------------------------

    def shifted(self, height: float) -> Layout:
        """Everything moved so that it begins at the margin."""
        frames = tuple(self.frame(depth, members) for _, depth, members in self.groups)
        boxes = [
            *(one.box for one in self.placed.values()),
            *frames,
            *(line.box for wire in self.wires for line in wire.label),
        ]
        corners = [x for wire in self.wires for x, _ in wire.points]
        least = min([*(box.x for box in boxes), *corners], default=0.0)
        most = max([*(box.right for box in boxes), *corners, width(self.graph.title, 20 * _BOLD) + least], default=0.0)
        by = MARGIN - least
        placed = {
            name: Placed(one.node, one.box._replace(x=one.box.x + by), _moved(one.lines, by))
            for name, one in self.placed.items()
        }
        wires = tuple(
            Wire(wire.edge, tuple((x + by, y) for x, y in wire.points), _moved(wire.label, by)) for wire in self.wires
        )
        moved = tuple(frame._replace(x=frame.x + by) for frame in frames)
        return Layout(most - least + 2 * MARGIN, height, placed, wires, moved)

    def frame(self, depth: int, members: frozenset[str]) -> Box:
        """The frame of an opened flow; the deeper it stands, the narrower."""
        boxes = [self.placed[node].box for node in members]
        aside = self.pad - 10.0 * (depth - 1)
        inside = max((inner for _, inner, others in self.groups if others <= members), default=depth) - depth
        top, bottom = min(box.y for box in boxes), max(box.bottom for box in boxes)
        over = 13.0 + 12.0 * inside
        return Box(-aside, top - over, STEP_WIDTH + 2 * aside, bottom - top + 2 * over)


def _groups(steps: Sequence[Node]) -> list[tuple[str, int, frozenset[str]]]:
    """The opened flows: the step in whose place each stands, how deep, and all nodes inside it."""
    names = dict.fromkeys(node.group for node in steps if node.group)
    return [
        (name, name.count("/") + 1, frozenset(one.id for one in steps if f"{one.group}/".startswith(f"{name}/")))
        for name in names
    ]


def _lines_of(edge: Edge, limit: float) -> tuple[str, ...]:
    return wrapped(words_of(edge), SIZES["label"], limit, _MOST_LINES["label"])


def _slot(label: tuple[str, ...]) -> float:
    """The room that a port takes of its step's height."""
    return max(20.0, len(label) * LEADING["label"] + 12)


def _widest(label: Iterable[str]) -> float:
    return max((width(line, SIZES["label"]) for line in label), default=0.0)


def _label(label: tuple[str, ...], x: float, last: float, *, ends: bool = False) -> tuple[Line, ...]:
    """The lines of a label, the last of which stands at `last`."""
    top = last - (len(label) - 1) * LEADING["label"]
    return tuple(Line(line, "label", x, top + at * LEADING["label"], ends) for at, line in enumerate(label))


def _placed(graph: Graph, node: Node, at: Box, least: float = 0.0) -> Placed:
    """A node with its lines, as high as they need, but at least so high."""
    room = at.width - 2 * INSET
    head, name = caption(graph, node), wrapped(node.name, SIZES["name"], room * 0.6, 1)
    parts: list[tuple[Style, str]] = [("when", condition(graph, node)), ("words", node.title)]
    parts += [("remark", remark) for remark in node.remarks]
    told = node.kind == "tell"  # what is told is a text, and only its beginning is needed to know it
    rows = [
        (style, line)
        for style, words in parts
        for line in wrapped(words, SIZES[style] * _BOLD, room, 3 if told and style == "words" else _MOST_LINES[style])
    ]
    tall = LEADING["caption"] + sum(LEADING[style] for style, _ in rows)
    height = max(tall + 18, least)
    y = at.y + (height - tall) / 2 + SIZES["caption"]
    lines = [Line(head, "caption", at.x + INSET, y)]
    lines += [Line(one, "name", at.right - INSET, y, ends=True) for one in name]
    y += LEADING["caption"] - SIZES["caption"]
    for style, words in rows:
        lines.append(Line(words, style, at.x + INSET, y + SIZES[style]))
        y += LEADING[style]
    return Placed(node, at._replace(height=height), tuple(lines))


def _tidied(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Corners without those that are none."""
    if len({y for _, y in points}) == 1:
        return points[0], points[-1]
    return points


def _moved(lines: tuple[Line, ...], by: float) -> tuple[Line, ...]:
    return tuple(line._replace(x=line.x + by) for line in lines)
