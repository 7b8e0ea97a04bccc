"""A picture in the language of Graphviz, for those who draw with it. Labels are plain strings, never its HTML."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.author.graph.lettering import wrapped
from assistant.author.graph.look import DOT_SHAPES, LIGHT, caption, condition, words_of
from assistant.author.graph.picture import Edge, Graph, Node

_LINE = 34.0
"""How wide a line of a label may be, in widths of a letter."""


def dot(graph: Graph, marked: frozenset[str] = frozenset()) -> str:
    """A picture as DOT.

    Args:
        graph: what is drawn.
        marked: ids of nodes and edges to draw more strongly.
    """
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = [
        "digraph flow {",
        f"  graph [label={_quoted([graph.title])}, labelloc=t, rankdir=TB, bgcolor={_quoted([LIGHT.ground])}, "
        f'fontcolor={_quoted([LIGHT.text])}, fontname="sans-serif", fontsize=18];',
        f'  node [fontname="sans-serif", fontsize=12, style=filled, fontcolor={_quoted([LIGHT.text])}];',
        f'  edge [fontname="sans-serif", fontsize=11, color={_quoted([LIGHT.quiet])}, fontcolor={_quoted([LIGHT.text])}];',
        *_nodes(graph, names, marked, "", "  "),
        *(f"  {names[edge.source]} -> {names[edge.target]} {_edge(edge, marked)};" for edge in graph.edges),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _nodes(graph: Graph, names: dict[str, str], marked: frozenset[str], group: str, indent: str) -> Iterator[str]:
    """The nodes of one flow; one that is opened stands in a frame below the step that runs it."""
    groups = {node.group for node in graph.nodes}
    for node in graph.nodes:
        if node.group != group:
            continue
        yield f"{indent}{names[node.id]} {_node(graph, node, marked)};"
        if node.id in groups:
            yield f"{indent}subgraph cluster_{names[node.id]} {{"
            yield f"{indent}  graph [label={_quoted([node.title])}, fontsize=13, color={_quoted([LIGHT.hues['run']])}];"
            yield from _nodes(graph, names, marked, node.id, indent + "  ")
            yield f"{indent}}}"


def _node(graph: Graph, node: Node, marked: frozenset[str]) -> str:
    label = _quoted([caption(graph, node), condition(graph, node), node.title, *node.remarks])
    hue = LIGHT.marked if node.id in marked else LIGHT.hues[node.kind]
    pen = 4 if node.id in marked else 1
    style = ', style="filled,rounded"' if node.kind == "tell" else ""
    return (
        f"[label={label}, shape={DOT_SHAPES[node.kind]}{style}, fillcolor={_quoted([LIGHT.fill(node.kind)])}, "
        f"color={_quoted([hue])}, penwidth={pen}]"
    )


def _edge(edge: Edge, marked: frozenset[str]) -> str:
    parts = [f"label={_quoted([words_of(edge)])}"] if edge.words else []
    if edge.kind == "skip":
        parts.append("style=dashed")
    if edge.kind in ("next", "skip"):
        parts.append("weight=8")
    if edge.id in marked:
        parts += [f"color={_quoted([LIGHT.marked])}", "penwidth=4"]
    return f"[{', '.join(parts)}]"


def _quoted(parts: list[str]) -> str:
    """Parts as one string, each on lines of its own; a backslash, a quote or an entity in them is just that."""
    lines = [line for part in parts for line in wrapped(part, 1 / 0.64, _LINE, 6)]
    escaped = [line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in lines]
    return '"' + "\\n".join(escaped) + '"'
