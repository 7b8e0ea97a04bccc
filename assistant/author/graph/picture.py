"""What is drawn of a flow: its steps and outcomes as nodes, the ways between them as edges. Plain data, in words.

Where a node stands on a page, its shape and its colour are no concern here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import msgspec

from assistant.author.telling import Teller
from assistant.author.ways import Way, Ways
from assistant.flow.model import Flow, Outcome, OutcomeKind, Pack, Step
from assistant.words.formats import join

NodeKind = Literal["ask", "try", "tell", "run", "junction", "solved", "action", "case", "handoff", "exit"]
EdgeKind = Literal["answer", "rule", "else", "next", "skip", "limit", "end"]

MOST_OPENED = 400
"""So many steps are drawn in place of the steps that run them; flows beyond stay folded."""


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A step or an outcome.

    Attributes:
        id: its place in the walk, without visits and items: `inbox/spam`. A shared outcome is one node, of its own name.
        kind: what it is.
        name: how the file calls it.
        title: what it asks, says or is, on one line.
        number: where it stands: `7`, or `2.1` in a flow that is run; "" for an outcome.
        when: the rule for which it is met, in words; "" where it is always.
        remarks: what else is to be known, such as "at most 3 times".
        group: the `run` step in whose place it stands; "" in the flow itself.
        is_end: whether a conversation ends there.
    """

    id: str
    kind: NodeKind
    name: str
    title: str
    number: str = ""
    when: str = ""
    remarks: tuple[str, ...] = ()
    group: str = ""
    is_end: bool = False


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """A way from one node to another. `kind` is that of `ways.Way`; `words` are what takes it, none for falling through."""

    source: str
    target: str
    kind: EdgeKind
    words: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """What marks call it: of two nodes there is one edge that is taken, and one for being skipped."""
        return edge_id(self.source, self.target, skips=self.kind == "skip")


class Graph(msgspec.Struct, frozen=True):
    """A flow as nodes, in the order in which they are told, and edges. Outcomes stand last, as they are first led to."""

    title: str
    language: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def edge_id(source: str, target: str, *, skips: bool = False) -> str:
    """The name of the edge between two nodes."""
    return f"{source} {'skip' if skips else '>'} {target}"


def picture(pack: Pack, flow: str, opened: bool = False) -> Graph:
    """What is drawn of a flow.

    Args:
        pack: a pack that holds the flow and all that it runs.
        flow: the flow's id.
        opened: whether the flows that it runs are drawn in place; else each is one node.

    Raises:
        KeyError: the pack has no such flow.
    """
    drawer = _Drawer(pack, pack.flows[flow], opened)
    drawer.draw(_Frame(pack.flows[flow]))
    nodes = (*drawer.steps.values(), *drawer.outcomes.values())
    return Graph(drawer.teller.flow(flow), pack.language, nodes, tuple(drawer.edges.values()))


class _Frame(NamedTuple):
    """A flow that is drawn, and the step of another frame in whose place it stands."""

    flow: Flow
    prefix: str = ""
    numbers: str = ""
    above: _Frame | None = None
    step: Step | None = None

    @property
    def group(self) -> str:
        """The `run` step in whose place it stands."""
        return self.prefix.removesuffix("/")


class _Drawer:
    def __init__(self, pack: Pack, flow: Flow, opened: bool) -> None:
        self.pack = pack
        self.teller = Teller(pack)
        self.ways = Ways(self.teller)
        self.room = MOST_OPENED if opened else 0
        self.steps: dict[str, Node] = {}
        self.outcomes: dict[str, Node] = {}
        self.edges: dict[str, Edge] = {}

    def draw(self, frame: _Frame) -> None:
        """The steps of a frame, each with what it leads to; where a flow is opened, its steps below the one that runs it."""
        for number, step in enumerate(frame.flow.steps.values(), 1):
            node = self.node(frame, step, f"{frame.numbers}{number}")
            self.steps[node.id] = node
            inner = self.pack.flows.get(step.run) if step.verb == "run" else None
            opens = inner is not None and 0 < len(inner.steps) <= self.room
            for way in self.ways.of(frame.flow, step):
                if opens and way.kind not in ("skip", "limit"):
                    continue  # the nodes inside lead on
                self.lead(frame, node.id, way)
            if inner is not None and opens:
                self.room -= len(inner.steps)
                self.join(node.id, f"{node.id}/{next(iter(inner.steps))}", Way("next", ""))
                self.draw(_Frame(inner, f"{node.id}/", f"{node.number}.", frame, step))
        for name, node in list(self.outcomes.items()):
            if node.group == frame.group and not node.is_end:  # the ways back stand below the steps that they end
                self.steps[name] = self.outcomes.pop(name)

    def node(self, frame: _Frame, step: Step, number: str) -> Node:
        return Node(
            id=frame.prefix + step.id,
            kind=step.verb or "junction",
            name=step.id,
            title=self.teller.step(step),
            number=number,
            when=self.teller.rule(step.when, frame.flow.id) if step.when is not None else "",
            remarks=tuple(self.remarks(step)),
            group=frame.group,
        )

    def remarks(self, step: Step) -> Iterator[str]:
        if step.audience:
            yield self.teller.say("drawing.agent" if step.audience == "agent" else "drawing.customer")
        if step.each:
            yield self.teller.say("drawing.each", label=self.teller.fact(step.each))
        if step.at_most is not None:
            yield self.teller.say("drawing.at_most", count=step.at_most.times)

    def lead(self, frame: _Frame, source: str, way: Way) -> None:
        """Draw a way on from a node of a frame."""
        if way.target in frame.flow.steps:
            self.join(source, frame.prefix + way.target, way)
        elif way.kind == "end":
            step = frame.flow.steps[source.removeprefix(frame.prefix)]
            self.join(source, self.reached(frame, self.ways.ends(step.run)[way.target], f"{source}/"), way)
        else:
            outcome = self.pack.outcome(frame.flow.id, way.target)
            if outcome is not None:
                self.join(source, self.reached(frame, outcome, frame.prefix), way)

    def reached(self, frame: _Frame, outcome: Outcome, prefix: str) -> str:
        """The node of an outcome: where it ends the conversation, or the way back to the frame that goes on from there."""
        catcher = self.catcher(frame, outcome)
        if catcher is None:
            node_id = outcome.id if self.pack.outcomes.get(outcome.id) == outcome else prefix + outcome.id
            self.outcomes.setdefault(node_id, self.ending(node_id, outcome))
            return node_id
        node_id = frame.prefix + outcome.id
        if node_id not in self.outcomes:
            title = self.teller.outcome(outcome)
            self.outcomes[node_id] = Node(id=node_id, kind="exit", name=outcome.id, title=title, group=frame.group)
            above, step = catcher
            for way in self.ways.after(above.flow, step, outcome.id):
                self.lead(above, node_id, way)
        return node_id

    def catcher(self, frame: _Frame, outcome: Outcome) -> tuple[_Frame, Step] | None:
        """The frame above that an outcome leads back to, with the step that it comes back to."""
        while frame.above is not None and frame.step is not None:
            if outcome.kind == "exit" or outcome.id in dict(frame.step.then.answers):
                return frame.above, frame.step
            frame = frame.above
        return None

    def ending(self, node_id: str, outcome: Outcome) -> Node:
        asked = [self.teller.fact(name) for name in (*outcome.needs, *outcome.wants)]
        facts = join(asked, self.pack.language)
        kind: OutcomeKind = outcome.kind
        return Node(
            id=node_id,
            kind=kind,
            name=outcome.id,
            title=self.teller.outcome(outcome),
            remarks=(self.teller.say("drawing.asks", facts=facts),) if asked else (),
            is_end=True,
        )

    def join(self, source: str, target: str, way: Way) -> None:
        """Put an edge in; of two that differ only in what takes them, one is drawn."""
        edge = Edge(source=source, target=target, kind=way.kind, words=way.words if way.kind != "next" else ())
        other = self.edges.get(edge.id)
        if other is not None:
            falls = "next" in (edge.kind, other.kind)
            words = () if falls else (*other.words, *(word for word in edge.words if word not in other.words))
            edge = Edge(source=source, target=target, kind="next" if falls else other.kind, words=words)
        self.edges[edge.id] = edge
