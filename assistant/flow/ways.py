"""Where the steps of a flow lead, judged from its shape alone: steps nobody reaches, steps with no way on, ends that run
off the file, loops that ask nothing. What depends on answers and rules together is left to the proofs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from assistant.flow.model import NEXT, UNKNOWN, Fact, Flow, Outcome, Step
from assistant.flow.problem import Problems

MAX_NESTED_RUNS = 20
"""How deep flows may run flows. Nobody follows more, and it keeps every walk finite."""

OFF_THE_END = "\0end"
"""Where a step leads that goes on below the last one."""

Ends = Mapping[str, Mapping[str, str]]


class Edge(NamedTuple):
    """One way on from a step. `certain` is false where a rule decides whether it is taken; `why` says what takes it;
    `skips` tells that nothing of the step is done on it."""

    target: str
    certain: bool
    why: str
    skips: bool = False


class Graph:
    """The steps of a flow and what leads where, from shape alone."""

    def __init__(self, flow: Flow, facts: Mapping[str, Fact], ends: Ends) -> None:
        self.flow = flow
        ids = list(flow.steps)
        below = dict(zip(ids, [*ids[1:], OFF_THE_END], strict=True))
        self.edges: dict[str, list[Edge]] = {}
        for step in flow.steps.values():
            edges = []
            for edge in _ways(step, facts, ends):
                target = below[step.id] if edge.target == NEXT else edge.target
                gated = target in flow.steps and flow.steps[target].when is not None
                edges.append(edge._replace(target=target, certain=edge.certain and not gated))
            self.edges[step.id] = edges

    def reached(self, start: str, *, certain: bool = False) -> set[str]:
        """Everything that can follow `start`, by ways that no rule decides if `certain`."""
        found: set[str] = set()
        pending = [start]
        while pending:
            for edge in self.edges.get(pending.pop(), ()):
                if edge.target not in found and (edge.certain or not certain):
                    found.add(edge.target)
                    pending.append(edge.target)
        return found

    def after(self, step: str, *, certain: bool) -> Iterator[str]:
        """The steps that can follow one at once, by ways that no rule decides if `certain`."""
        return (edge.target for edge in self.edges[step] if edge.target in self.edges and (edge.certain or not certain))


def _ways(step: Step, facts: Mapping[str, Fact], ends: Ends) -> Iterator[Edge]:
    if step.when is not None:
        yield Edge(NEXT, False, "where its `when` does not hold", skips=True)
    elif step.audience:
        yield Edge(NEXT, True, f"where the {'customer' if step.audience == 'agent' else 'agent'} skips it", skips=True)
    if step.at_most is not None:
        yield Edge(step.at_most.otherwise, False, "after its `at_most`")
    asked = facts[step.facts[0]].choices if step.facts else ()
    gated = {choice.value for choice in asked if choice.when is not None}
    for answer, target in step.then.answers:
        yield Edge(target, answer not in gated, f"after `{answer}`")
    for row in step.then.rows:
        yield Edge(row.target, False, f"where `{row.when.source}` holds")
    left = unnamed(step, facts, ends)
    if left or step.then.otherwise == UNKNOWN:
        yield Edge(step.then.otherwise, not step.then.rows, f"after {left}" if step.then.answers else "after it")


def unnamed(step: Step, facts: Mapping[str, Fact], ends: Ends) -> str:
    """What of a step goes on by `else` or to the step below, in words; "" where everything is named."""
    named = {answer for answer, _ in step.then.answers}
    if step.verb == "run" and not step.each:
        exits = [name for name, kind in ends.get(step.run, {}).items() if kind == "exit"]
        left = exits if step.then.rows else [name for name in exits if name not in named]
        return ", ".join(f"`{name}`" for name in left)
    if not named:
        return "any answer"
    if step.verb != "try" and not step.facts:
        return ""
    if step.verb == "try":
        possible = ["worked", "failed", "skipped", *step.also]
    else:
        fact = facts[step.facts[0]]
        if fact.audience:
            return "no answer at all (it is not asked of everybody)"
        possible = ["yes", "no"] if fact.type == "yes-no" else [choice.value for choice in fact.choices]
        possible += ["unsure"] if fact.unsure else []
        possible += ["none"] if fact.many else []
    return ", ".join(f"`{name}`" for name in possible if name not in named)


def check_flow(
    flow: Flow,
    flows: Mapping[str, Flow],
    facts: Mapping[str, Fact],
    shared: Mapping[str, Outcome],
    ends: Ends,
    problems: Problems,
) -> Graph | None:
    """Report what the shape of a flow alone shows to be wrong. Returns that shape, where there is any."""
    if not flow.steps:
        return None
    graph = Graph(flow, facts, ends)
    first = next(iter(flow.steps))
    reached = {first} | graph.reached(first)
    for step in flow.steps.values():
        for edge in graph.edges[step.id]:
            if edge.target == OFF_THE_END:
                _report(problems, "F402", step, name=step.id, why=edge.why)
    if UNKNOWN not in reached:  # else it may be what the misspelled target leads to
        for step in flow.steps.values():
            if step.id not in reached:
                _report(problems, "F401", step, name=step.id)
        for outcome in flow.outcomes.values():
            if outcome.id not in reached:
                at = (outcome.at.line, outcome.at.column)
                problems.report("F411", outcome.at.path, at, name=outcome.id)
    _check_ways_out(flow, graph, reached, ends, problems)
    _check_loops(flow, graph, reached, problems)
    return graph


def _report(problems: Problems, code: str, step: Step, **arguments: str) -> None:
    problems.report(code, step.at.path, (step.at.line, step.at.column), None, **arguments)


def _check_ways_out(flow: Flow, graph: Graph, reached: set[str], ends: Ends, problems: Problems) -> None:
    """Steps from which no outcome can be reached, however one answers."""
    before: dict[str, list[str]] = {}
    for step_id, edges in graph.edges.items():
        for edge in edges:
            before.setdefault(edge.target, []).append(step_id)
    pending = [name for name in reached if name not in flow.steps]
    for step in flow.steps.values():
        named = {answer for answer, _ in step.then.answers}
        if step.verb == "run" and any(kind != "exit" and name not in named for name, kind in ends.get(step.run, {}).items()):
            pending.append(step.id)
    leads_out = set(pending)
    while pending:
        for step_id in before.get(pending.pop(), ()):
            if step_id not in leads_out:
                leads_out.add(step_id)
                pending.append(step_id)
    for step in flow.steps.values():
        if step.id in reached and step.id not in leads_out:
            _report(problems, "F412", step, name=step.id)


class _Way(NamedTuple):
    """A way back to a question: from which step, by which edge, to which one; `up` tells that it leads up in the file."""

    source: Step
    edge: Edge
    target: Step
    up: bool
    certain: bool


def _check_loops(flow: Flow, graph: Graph, reached: set[str], problems: Problems) -> None:
    """Loops back to a question that is answered by then and so is not asked again: one report for each way up."""
    number = {name: index for index, name in enumerate(flow.steps)}
    if not any(number[target] <= at for name, at in number.items() for target in graph.after(name, certain=False)):
        return  # nothing leads up, so nothing goes round
    loops, surely = _loops(graph, certain=False), _loops(graph, certain=True)
    ways: dict[int, list[_Way]] = {}
    for source, edges in graph.edges.items():
        for edge in edges:
            target = flow.steps.get(edge.target)
            if target is None or source not in reached or loops.get(source, -1) != loops.get(target.id):
                continue
            if target.verb == "ask" and not target.again and not target.each:
                certain = edge.certain and target.at_most is None and surely.get(source, -1) == surely.get(target.id)
                up = number[target.id] <= number[source]
                ways.setdefault(loops[source], []).append(_Way(flow.steps[source], edge, target, up, certain))
    for found in ways.values():
        told: set[str] = set()
        for way in sorted([way for way in found if way.up] or found[:1], key=lambda way: not way.certain):
            if way.target.id not in told:
                told.add(way.target.id)
                at = way.source.at
                problems.report(
                    "F407", at.path, (at.line, at.column), "error" if way.certain else "hint",
                    source=way.source.id, name=way.target.id, why=way.edge.why, line=str(way.target.at.line),
                )  # fmt: skip


def _loops(graph: Graph, *, certain: bool) -> dict[str, int]:
    """The steps that can be met again, each with the number of its loop: two of one number lead to each other.

    Tarjan's strongly connected components, without recursion, since a file can hold many thousand steps.
    """
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_steps: list[str] = []
    found: dict[str, int] = {}
    closed: set[str] = set()
    for start in graph.edges:
        pending = [] if start in order else [(start, graph.after(start, certain=certain))]
        while pending:
            name, targets = pending[-1]
            if name not in order:
                order[name] = low[name] = len(order)
                open_steps.append(name)
            target = next(targets, None)
            if target is not None:
                if target not in order:
                    pending.append((target, graph.after(target, certain=certain)))
                elif target not in closed:
                    low[name] = min(low[name], order[target])
                continue
            pending.pop()
            if pending:
                low[pending[-1][0]] = min(low[pending[-1][0]], low[name])
            if low[name] == order[name]:
                loop = [open_steps.pop()]
                while loop[-1] != name:
                    loop.append(open_steps.pop())
                closed.update(loop)
                if len(loop) > 1 or name in graph.after(name, certain=certain):
                    found.update(dict.fromkeys(loop, order[name]))
    return found


def check_runs(flows: Mapping[str, Flow], problems: Problems) -> None:
    """Flows that run themselves, directly or through others, or too deep: such a conversation need not end."""
    runs = {flow.id: sorted({step.run for step in flow.steps.values() if step.run in flows}) for flow in flows.values()}
    depth = _depths(runs)
    done: set[str] = set()
    for flow in flows:
        if flow not in depth:
            way = [flow]
            while way[-1] not in done and way[-1] not in way[:-1]:
                way.append(next(other for other in runs[way[-1]] if other not in depth))
            if way[-1] not in done:
                _report_runs(flows, way[way.index(way[-1]) :], problems)
            done.update(way)
        elif depth[flow] == MAX_NESTED_RUNS + 1:
            way = [flow]
            while runs[way[-1]]:
                way.append(max(runs[way[-1]], key=depth.__getitem__))
            _report_runs(flows, way, problems)


def _depths(runs: Mapping[str, list[str]]) -> dict[str, int]:
    """How deep the runs below each flow go; a flow in a circle, or above one, has no depth."""
    run_by: dict[str, list[str]] = {}
    for flow, others in runs.items():
        for other in others:
            run_by.setdefault(other, []).append(flow)
    open_runs = {flow: len(others) for flow, others in runs.items()}
    depth: dict[str, int] = {}
    pending = [flow for flow, count in open_runs.items() if not count]
    while pending:
        flow = pending.pop()
        depth[flow] = max((depth[other] + 1 for other in runs[flow]), default=0)
        for above in run_by.get(flow, ()):
            open_runs[above] -= 1
            if not open_runs[above]:
                pending.append(above)
    return depth


def _report_runs(flows: Mapping[str, Flow], way: list[str], problems: Problems) -> None:
    step = next(step for step in flows[way[0]].steps.values() if step.run == way[1])
    _report(problems, "F408", step, circle=" → ".join(way))
