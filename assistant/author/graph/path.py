"""The way that a session took, as nodes and edges of a picture. Read off its walk; nothing is walked again.

A walk notes where it asked, tried and told something, and what it decided. Steps at which nothing happened are filled
in from the picture: between two places that are noted, the shortest way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from assistant.author.graph.picture import Edge, Graph
from assistant.engine import Session
from assistant.engine.where import Spot, read_place


class _Mark(NamedTuple):
    """A node that the walk was at. `visit` tells one time of being there from another; "" where that is not known."""

    node: str
    visit: str = ""


def path_of(graph: Graph, session: Session) -> frozenset[str]:
    """The nodes and edges of a picture that a session went through, by their ids.

    Args:
        graph: the picture of the flow that the session is held on, opened or not.
        session: the conversation.
    """
    nodes = {node.id for node in graph.nodes}
    ways: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        ways.setdefault(edge.source, []).append(edge)
    first = _Mark(graph.nodes[0].id) if graph.nodes else None
    met: set[str] = set()
    at: _Mark | None = None
    for mark in _marks(session, nodes):
        if at is None and first is not None and mark.node != first.node:
            met.update(_between(ways, first.node, mark.node, was_met=False))
        elif at is not None and at.node.startswith(f"{mark.node}/"):
            continue  # what a `run` decided when its flow came back, and the picture shows where to
        elif at is not None and (at.node != mark.node or (at.visit and mark.visit and at.visit != mark.visit)):
            met.update(_between(ways, at.node, mark.node, was_met=True))
        elif at is not None and not mark.visit:
            mark = at
        met.add(mark.node)
        at = mark
    return frozenset(met)


def _marks(session: Session, nodes: set[str]) -> Iterator[_Mark]:
    """The nodes that the walk notes, in its order."""
    state = session.state
    for one in state.passed:
        if not one.given:
            for decision in one.because:
                yield from _mark(decision.step, nodes, decided=True)
            yield from _mark(one.task.place, nodes)
    for decision in state.because:
        yield from _mark(decision.step, nodes, decided=True)
    frame = state.frames[-1]
    if state.waiting:
        yield from _mark(state.waiting[0].place, nodes)
    elif frame.outcome:
        yield from _mark(frame.prefix + frame.outcome, nodes)


def _mark(place: str, nodes: set[str], *, decided: bool = False) -> Iterator[_Mark]:
    """The node of a place: its own, a shared outcome's, or the folded step in which it stands."""
    spot = read_place(place)
    if spot is None:
        return
    ids = [segment.id for segment in spot.segments]
    for length in range(len(ids), 0, -1):
        for node in ("/".join(ids[:length]), "/".join([*ids[: length - 1], ids[-1]]), ids[-1] if length == len(ids) else ""):
            if node in nodes:
                yield _Mark(node, "" if decided else _visit(spot, node.count("/") + 1))
                return


def _visit(spot: Spot, length: int) -> str:
    return "/".join(str(max(1, segment.visit)) for segment in spot.segments[:length])


def _between(ways: dict[str, list[Edge]], start: str, end: str, *, was_met: bool) -> set[str]:
    """The shortest way from one node to another: what is met on it, and its edges. A step with a rule that nothing was
    noted of was skipped, and one that was met was not; where no such way is found, any is taken."""

    def strictly(node: str) -> list[Edge]:
        edges = ways.get(node, [])
        skips = [edge for edge in edges if edge.kind == "skip"]
        if node == start and was_met:
            return [edge for edge in edges if edge.kind != "skip"]
        return skips or edges

    return _shortest(strictly, start, end) or _shortest(lambda node: ways.get(node, []), start, end)


def _shortest(ways: Callable[[str], list[Edge]], start: str, end: str) -> set[str]:
    came: dict[str, Edge] = {}
    pending = deque([start])
    while pending and end not in came:
        node = pending.popleft()
        for edge in ways(node):
            if edge.target not in came:
                came[edge.target] = edge
                pending.append(edge.target)
    met: set[str] = set()
    node = end
    while node in came:
        edge = came[node]
        met.add(edge.id)
        node = edge.source
        if node == start:
            return met
        if edge.kind != "skip":
            met.add(node)
    return set()
