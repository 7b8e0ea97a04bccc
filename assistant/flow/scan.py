"""A first look over all flows of a pack, before any of them is read: who runs whom, which outcomes a flow can end in,
and which facts are asked once per item. Reads raw nodes, reports nothing: what is wrong in them is reported later.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingType

from assistant.flow.fields import SourceFile
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence


class Scan:
    """What the flows of a pack do to each other.

    Attributes:
        ends: for each flow, the outcomes that reach a flow that runs it: name to kind.
        per_item: for each fact that is asked per item, the facts that its `each` steps go over.
        plainly: the facts that are asked outside of an `each` too.
        run_per_item: the flows that are run once per item.
    """

    def __init__(self, flows: MappingType[str, tuple[SourceFile, Mapping]], shared: Mapping | None) -> None:
        self._steps = {flow: list(_steps(node)) for flow, (_, node) in flows.items()}
        self._kinds = {flow: _kinds(node.get("outcomes")) for flow, (_, node) in flows.items()}
        self._shared = _kinds(shared)
        self.ends: dict[str, dict[str, str]] = {flow: self._own_ends(flow) for flow in self._steps}
        self._find_ends()
        self.per_item: dict[str, set[str]] = {}
        self.plainly: set[str] = set()
        self.run_per_item: set[str] = set()
        self._find_items()

    def _own_ends(self, flow: str) -> dict[str, str]:
        ends = dict(self._kinds[flow])
        for step in self._steps[flow]:
            ends.update({name: self._shared[name] for name in _targets(step) if name in self._shared})
        return ends

    def _find_ends(self) -> None:
        """What the flows that are run end in, handed up until nothing more comes, however they run each other."""
        run_by: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for flow, steps in self._steps.items():
            for step in steps:
                if run := _word(step.get("run")):
                    caught = step.get("then")
                    names = frozenset(caught.keys if isinstance(caught, Mapping) else ())
                    run_by.setdefault(run, []).append((flow, names))
        pending = [flow for flow in self._steps if flow in run_by]
        while pending:
            flow = pending.pop()
            for above, caught_names in run_by.get(flow, ()):
                ends = self.ends[above]
                new = {
                    name: kind for name, kind in self.ends[flow].items()
                    if kind != "exit" and name not in caught_names and name not in ends
                }  # fmt: skip
                if new:
                    ends.update(new)
                    pending.append(above)

    def _find_items(self) -> None:
        pending: list[tuple[str, str]] = []
        for steps in self._steps.values():
            for step in steps:
                if around := _word(step.get("each")):
                    self._asked_per(step, around, pending)
        done: set[tuple[str, str]] = set()
        while pending:
            flow, around = pending.pop()
            if (flow, around) not in done:
                done.add((flow, around))
                self.run_per_item.add(flow)
                for step in self._steps.get(flow, ()):
                    if not _word(step.get("each")):  # else its items are its own
                        self._asked_per(step, around, pending)
        self._find_plainly()

    def _asked_per(self, step: Mapping, around: str, pending: list[tuple[str, str]]) -> None:
        for fact in _words(step.get("ask")):
            self.per_item.setdefault(fact, set()).add(around)
        if run := _word(step.get("run")):
            pending.append((run, around))

    def _find_plainly(self) -> None:
        """The facts of flows that are not (or not only) run once per item."""
        pending = [flow for flow in self._steps if flow not in self.run_per_item]
        done: set[str] = set()
        while pending:
            flow = pending.pop()
            if flow in done:
                continue
            done.add(flow)
            for step in self._steps.get(flow, ()):
                if not _word(step.get("each")):
                    self.plainly.update(_words(step.get("ask")))
                    pending.append(_word(step.get("run")))


def _steps(flow: Mapping) -> Iterator[Mapping]:
    """The steps of a flow; one that is named like a fact and says nothing else asks it."""
    steps = flow.get("steps")
    for key, step in steps.items() if isinstance(steps, Mapping) else ():
        if not isinstance(step, Mapping):
            step = Mapping(key.at)
        if not any(verb in step.values for verb in ("ask", "try", "tell", "run")):
            copy = Mapping(step.at)
            copy.keys, copy.values = {**step.keys, "ask": key}, {**step.values, "ask": key}
            step = copy
        yield step


def _targets(step: Mapping) -> Iterator[str]:
    then = step.get("then")
    limit = step.get("at_most")
    if isinstance(limit, Mapping):
        yield _word(limit.get("else"))
    if isinstance(then, Scalar):
        yield then.value
    elif isinstance(then, Mapping):
        yield from (_word(value) for value in then.values.values())
    elif isinstance(then, Sequence):
        for row in then.items:
            if isinstance(row, Mapping):
                yield from (_word(row.get(key)) for key in ("then", "else"))


def _kinds(outcomes: Node | None) -> dict[str, str]:
    if not isinstance(outcomes, Mapping):
        return {}
    return {name: _word(node.get("kind")) if isinstance(node, Mapping) else "" for name, node in outcomes.values.items()}


def _word(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) else ""


def _words(node: Node | None) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else [node]
    return tuple(item.value for item in items if isinstance(item, Scalar))
