"""Which facts are settled where a rule stands, judged from the shape of a flow; and the rules that slide without it.

`not x`, `!=` and `not in` over a fact that some walk never asks are unknown there, and an unknown rule does not hold: the
step is skipped in silence, where the author probably thought of everybody else. From the shape alone this is a hint; the
proofs will know which walks do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.flow.expression import Call, Compare, Expression, Logic, Not, Rule
from assistant.flow.model import Fact, Flow, Step
from assistant.flow.problem import Problems
from assistant.flow.reads import children, facts_in
from assistant.flow.ways import Graph

Facts = frozenset[str]


def check_settled(
    flow: Flow, flows: Mapping[str, Flow], facts: Mapping[str, Fact], graph: Graph, problems: Problems
) -> None:
    """Report, as hints, the rules of a flow's steps that slide where a fact was never asked."""
    settled = _settled(flow, flows, facts, graph)
    for step in flow.steps.values():
        before = settled.get(step.id)
        if before is None:  # nothing leads there, which is reported by itself
            continue
        after = before | _asked(step, flows, facts)
        rules = [(step.when, before)] if step.when is not None else []
        for rule, known in [*rules, *((row.when, after) for row in step.then.rows)]:
            name = next(_slides(rule.expression, known, facts), None)
            if name is not None:
                problems.report("F425", step.at.path, (rule.line, rule.column), None, name=name, rule=rule.source)


def _settled(flow: Flow, flows: Mapping[str, Flow], facts: Mapping[str, Fact], graph: Graph) -> dict[str, Facts]:
    """For each step that can be reached, the facts that every way to it has settled."""
    first = next(iter(flow.steps))
    # A flow that others run begins with whatever they have settled; what that is, is not judged here.
    start = frozenset() if flow.offered else frozenset(facts)
    found: dict[str, Facts] = {first: start}
    pending = [first]
    while pending:
        step = flow.steps[pending.pop()]
        before = found[step.id]
        after = before | _asked(step, flows, facts) | (_needed(step.when, facts) if step.when is not None else frozenset())
        for edge in graph.edges[step.id]:
            if edge.target not in flow.steps:
                continue
            reaches = before if edge.skips else after
            now = reaches if edge.target not in found else found[edge.target] & reaches
            if found.get(edge.target) != now:
                found[edge.target] = now
                pending.append(edge.target)
    return found


def _asked(step: Step, flows: Mapping[str, Flow], facts: Mapping[str, Fact]) -> Facts:
    """The facts that a step has settled once it is done; of a flow that it runs, all that are asked there."""
    if step.verb == "run":
        inner = flows.get(step.run)
        return frozenset(name for one in inner.steps.values() for name in one.facts) if inner is not None else frozenset()
    return frozenset(name for name in step.facts if not facts[name].audience) if not step.audience else frozenset()


def _needed(rule: Rule, facts: Mapping[str, Fact]) -> Facts:
    return needed(rule.expression, facts)


def needed(node: Expression, facts: Mapping[str, Fact]) -> Facts:
    """The facts that a rule cannot hold without."""
    if isinstance(node, Logic):
        sets = [needed(operand, facts) for operand in node.operands]
        return frozenset().union(*sets) if node.operation == "and" else frozenset.intersection(*sets)
    if isinstance(node, Not) and isinstance(node.operand, Call | Logic):
        return frozenset()
    if isinstance(node, Call) and node.function == "unsure":
        return frozenset()
    return facts_in(node, facts)


def _slides(node: Expression, known: Facts, facts: Mapping[str, Fact]) -> Iterator[str]:
    """The asked facts that stand under a negation and may be unknown there."""
    if isinstance(node, Logic):
        for operand in node.operands:
            yield from _slides(operand, known, facts)
            if node.operation == "and":  # what stands further left guards what follows
                known |= needed(operand, facts)
        return
    negated = isinstance(node, Not) or (isinstance(node, Compare) and node.operation in ("!=", "not in"))
    asks_whether = isinstance(node, Not) and isinstance(node.operand, Call) and node.operand.function in ("known", "unsure")
    if negated and not asks_whether:
        asked = {name for name in facts_in(node, facts) if name in facts and facts[name].value is None}
        yield from sorted(asked - known)
        return
    for child in children(node):
        yield from _slides(child, known, facts)
