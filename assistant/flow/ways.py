"""Where the steps of a flow lead, judged from its shape alone: steps nobody reaches, steps with no way on, ends that run
off the file, loops that ask nothing. What depends on answers and rules together is left to the proofs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from assistant.flow.model import NEXT, Fact, Flow, Outcome, Step
from assistant.flow.problem import Problems
from assistant.flow.scan import MAX_NESTED_RUNS

OFF_THE_END = "\0end"
"""Where a step leads that goes on below the last one."""

Ends = Mapping[str, Mapping[str, str]]


class Edge(NamedTuple):
    """One way on from a step. `certain` is false where a rule decides whether it is taken; `why` says what takes it."""

    target: str
    certain: bool
    why: str


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
                edges.append(Edge(target, edge.certain and not gated, edge.why))
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


def _ways(step: Step, facts: Mapping[str, Fact], ends: Ends) -> Iterator[Edge]:
    if step.when is not None:
        yield Edge(NEXT, False, "where its `when` does not hold")
    elif step.audience:
        yield Edge(NEXT, True, f"where the {'customer' if step.audience == 'agent' else 'agent'} skips it")
    if step.at_most is not None:
        yield Edge(step.at_most.otherwise, False, "after its `at_most`")
    for answer, target in step.then.answers:
        yield Edge(target, True, f"after `{answer}`")
    for row in step.then.rows:
        yield Edge(row.target, False, f"where `{row.when.source}` holds")
    left = unnamed(step, facts, ends)
    if left:
        yield Edge(step.then.otherwise, not step.then.rows, f"after {left}" if step.then.answers else "after it")


def unnamed(step: Step, facts: Mapping[str, Fact], ends: Ends) -> str:
    """What of a step goes on by `else` or to the step below, in words; "" where everything is named."""
    named = {answer for answer, _ in step.then.answers}
    if step.verb == "run":
        exits = [name for name, kind in ends.get(step.run, {}).items() if kind == "exit"]
        left = exits if step.each or step.then.rows else [name for name in exits if name not in named]
        return ", ".join(f"`{name}`" for name in left)
    if not named:
        return "any answer"
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
) -> None:
    """Report what the shape of a flow alone shows to be wrong."""
    if not flow.steps:
        problems.report("F413", flow.at.path, (flow.at.line, flow.at.column))
        return
    graph = Graph(flow, facts, ends)
    first = next(iter(flow.steps))
    reached = {first} | graph.reached(first)
    for step in flow.steps.values():
        if step.id not in reached:
            _report(problems, "F401", step, name=step.id)
        for edge in graph.edges[step.id]:
            if edge.target == OFF_THE_END:
                _report(problems, "F402", step, name=step.id, why=edge.why)
    for outcome in flow.outcomes.values():
        if outcome.id not in reached:
            at = (outcome.at.line, outcome.at.column)
            problems.report("F411", outcome.at.path, at, name=outcome.id)
    _check_ways_out(flow, graph, reached, flows, ends, problems)
    _check_loops(flow, graph, reached, problems)


def _report(problems: Problems, code: str, step: Step, **arguments: str) -> None:
    problems.report(code, step.at.path, (step.at.line, step.at.column), None, **arguments)


def _check_ways_out(
    flow: Flow, graph: Graph, reached: set[str], flows: Mapping[str, Flow], ends: Ends, problems: Problems
) -> None:
    """Steps from which no outcome can be reached, however one answers."""
    leads_out = {name for name in reached if name not in flow.steps}
    for step in flow.steps.values():
        named = {answer for answer, _ in step.then.answers}
        if step.verb == "run" and any(
            kind != "exit" and name not in named for name, kind in ends.get(step.run, {}).items()
        ):
            leads_out.add(step.id)
    grew = True
    while grew:
        grew = False
        for step_id, edges in graph.edges.items():
            if step_id not in leads_out and any(edge.target in leads_out for edge in edges):
                leads_out.add(step_id)
                grew = True
    for step in flow.steps.values():
        if step.id in reached and step.id not in leads_out:
            _report(problems, "F412", step, name=step.id)


def _check_loops(flow: Flow, graph: Graph, reached: set[str], problems: Problems) -> None:
    """Loops back to a question that is answered by then and so is not asked again."""
    for step in flow.steps.values():
        if step.verb != "ask" or step.again or step.each or step.id not in reached:
            continue
        after, surely_after = graph.reached(step.id), graph.reached(step.id, certain=True)
        back = [
            (source, edge)
            for source, edges in graph.edges.items()
            for edge in edges
            if edge.target == step.id and source in after
        ]
        if not back:
            continue
        source, edge = next(((s, e) for s, e in back if e.certain and s in surely_after), back[0])
        certain = edge.certain and source in surely_after and step.at_most is None
        at = flow.steps[source].at
        problems.report(
            "F407", at.path, (at.line, at.column), "error" if certain else "hint",
            source=source, name=step.id, why=edge.why, line=str(step.at.line),
        )  # fmt: skip


def check_runs(flows: Mapping[str, Flow], problems: Problems) -> None:
    """Flows that run themselves, directly or through others, or too deep: such a conversation need not end."""
    runs = {flow.id: {step.run for step in flow.steps.values() if step.run} for flow in flows.values()}

    def circle(flow: str, way: tuple[str, ...]) -> tuple[str, ...] | None:
        if flow in way:
            return (*way[way.index(flow) :], flow)
        if len(way) > MAX_NESTED_RUNS:
            return way
        for other in sorted(runs.get(flow, ())):
            if other not in done and (found := circle(other, (*way, flow))):
                return found
        done.add(flow)
        return None

    done: set[str] = set()
    for flow in flows.values():
        found = circle(flow.id, ()) if flow.id not in done else None
        if found:
            step = next(step for step in flows[found[0]].steps.values() if step.run == found[1])
            _report(problems, "F408", step, circle=" → ".join(found))
            done.update(found)
