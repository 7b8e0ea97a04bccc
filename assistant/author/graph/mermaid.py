"""A picture as Mermaid text, which many wikis and code hosts draw. Labels are written so that nothing in them is read as
Mermaid, Markdown or HTML, whoever wrote the flow."""

from __future__ import annotations

import json
from collections.abc import Iterator

from assistant.author.graph.lettering import wrapped
from assistant.author.graph.look import LIGHT, MERMAID_SHAPES, caption, condition, words_of
from assistant.author.graph.picture import Graph, Node

_PLAIN = frozenset(" ,?!'()/·“”’…–—")
_LINE = 34.0
"""How wide a line of a label may be, in widths of a letter."""


def mermaid(graph: Graph, marked: frozenset[str] = frozenset()) -> str:
    """A picture as Mermaid.

    Args:
        graph: what is drawn.
        marked: ids of nodes and edges to draw more strongly.
    """
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["---", f"title: {json.dumps(graph.title, ensure_ascii=False)}", "---", "flowchart TD"]
    lines += _nodes(graph, names, "", "  ")
    for edge in graph.edges:
        arrow = "-.->" if edge.kind == "skip" else "-->"
        label = f'|"{_label([words_of(edge)])}"|' if edge.words else ""
        lines.append(f"  {names[edge.source]} {arrow}{label} {names[edge.target]}")
    for kind in MERMAID_SHAPES:
        hue = LIGHT.hues[kind]
        lines.append(f"  classDef {kind} fill:{LIGHT.fill(kind)},stroke:{hue},color:{LIGHT.text}")
    met = [names[node.id] for node in graph.nodes if node.id in marked]
    ways = [str(number) for number, edge in enumerate(graph.edges) if edge.id in marked]
    if met:
        lines.append(f"  classDef marked stroke:{LIGHT.marked},stroke-width:4px")
        lines.append(f"  class {','.join(met)} marked")
    if ways:
        lines.append(f"  linkStyle {','.join(ways)} stroke:{LIGHT.marked},stroke-width:4px")
    return "\n".join(lines) + "\n"


def _nodes(graph: Graph, names: dict[str, str], group: str, indent: str) -> Iterator[str]:
    """The nodes of one flow; one that is opened stands in a frame below the step that runs it."""
    groups = {node.group for node in graph.nodes}
    for node in graph.nodes:
        if node.group != group:
            continue
        begin, end = MERMAID_SHAPES[node.kind]
        yield f'{indent}{names[node.id]}{begin}"{_node_label(graph, node)}"{end}:::{node.kind}'
        if node.id in groups:
            yield f'{indent}subgraph {names[node.id]}_inside["{_label([node.title])}"]'
            yield from _nodes(graph, names, node.id, indent + "  ")
            yield f"{indent}end"


def _node_label(graph: Graph, node: Node) -> str:
    return _label([caption(graph, node), condition(graph, node), node.title, *node.remarks])


def _label(parts: list[str]) -> str:
    """Parts on lines of their own, each wrapped."""
    lines = [line for part in parts for line in wrapped(part, 1 / 0.64, _LINE, 6)]
    return "<br/>".join(map(_escaped, lines))


def _escaped(words: str) -> str:
    """Words in which every sign that could mean something is a number to Mermaid; a list or an icon can't begin either."""
    head = words[: len(words) - len(words.lstrip("0123456789"))]
    written = [
        sign if sign.isalnum() or (sign in _PLAIN and not (sign == ")" and at == len(head))) else f"#{ord(sign)};"
        for at, sign in enumerate(words.replace(":fa-", ":\u2060fa-"))
    ]
    return "".join(written)
