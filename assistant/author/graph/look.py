"""How kinds look in every picture: a shape and a colour each, for light and dark, all text at least 4.5:1 on its ground.

A kind is told by its word, its shape and its colour, never by the colour alone.
"""

from __future__ import annotations

from typing import NamedTuple

from assistant.author.graph.picture import Edge, Graph, Node, NodeKind
from assistant.words import say


class Palette(NamedTuple):
    """The colours of a picture: its ground, its text, and one hue a kind."""

    ground: str
    panel: str
    hairline: str
    text: str
    quiet: str
    marked: str
    hues: dict[NodeKind, str]

    def fill(self, kind: NodeKind) -> str:
        """What a node of a kind is filled with: its hue, thinned out with the ground."""
        return mixed(self.hues[kind], self.ground, 0.10 if kind in ENDS else 0.06)


ENDS: frozenset[NodeKind] = frozenset(("solved", "action", "case", "handoff", "exit"))
"""The kinds of outcomes: they are filled more strongly than steps."""

LIGHT = Palette(
    "#fbfaf7", "#f1efe9", "#d9d5cb", "#1d232b", "#57616c", "#b3261e",
    {
        "ask": "#0b5cad", "try": "#8a5a00", "tell": "#57616c", "run": "#6a3d9a", "junction": "#57616c",
        "solved": "#1a6e3d", "action": "#006a70", "case": "#a02c68", "handoff": "#9a4310", "exit": "#57616c",
    },
)  # fmt: skip
DARK = Palette(
    "#12161c", "#1b222b", "#3a4654", "#e6ebf0", "#9aa7b4", "#ff9a8b",
    {
        "ask": "#7cc4ff", "try": "#f0c674", "tell": "#9aa7b4", "run": "#c9adff", "junction": "#9aa7b4",
        "solved": "#7fd1a0", "action": "#6fd6d6", "case": "#ff9fc8", "handoff": "#ffb488", "exit": "#9aa7b4",
    },
)  # fmt: skip

DOT_SHAPES: dict[NodeKind, str] = {
    "ask": "hexagon", "try": "box", "tell": "box", "run": "component", "junction": "diamond",
    "solved": "ellipse", "action": "cds", "case": "folder", "handoff": "parallelogram", "exit": "doubleoctagon",
}  # fmt: skip
MERMAID_SHAPES: dict[NodeKind, tuple[str, str]] = {
    "ask": ("{{", "}}"), "try": ("[", "]"), "tell": ("(", ")"), "run": ("[[", "]]"), "junction": ("{", "}"),
    "solved": ("([", "])"), "action": ("[/", "\\]"), "case": ("[(", ")]"), "handoff": ("[/", "/]"), "exit": ("((", "))"),
}  # fmt: skip


def caption(graph: Graph, node: Node) -> str:
    """What stands above a node's title: its number and what it is."""
    kind = say(f"kind.{node.kind}", graph.language)
    return f"{node.number} · {kind}" if node.number else kind


def condition(graph: Graph, node: Node) -> str:
    """For which rule a step is met; "" where it is always."""
    return say("drawing.when", graph.language, rule=node.when) if node.when else ""


def words_of(edge: Edge) -> str:
    """What takes an edge."""
    return " / ".join(edge.words)


def mixed(one: str, other: str, share: float) -> str:
    """A colour with so large a share of `one`, the rest being `other`."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(share * first + (1 - share) * second):02x}" for first, second in pairs)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))
