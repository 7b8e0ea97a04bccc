"""How much is left: an honest range of questions, never a guess.

The least and the most are found over every way that the flow still has from here. What is known makes the range
narrower: a settled fact is asked no more and decides its `then`, and a rule over settled facts decides its step. Where a
loop can go round, the most is open. Questions and attempts count; what is only told does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from assistant.engine.prompt import Range
from assistant.engine.walk import Frame, Task
from assistant.flow.expression import Call, Rule, Special
from assistant.flow.model import NEXT, Fact, Flow, Step
from assistant.flow.reads import facts_read, nodes

if TYPE_CHECKING:
    from assistant.engine.session import Session

_OPEN = 10**6
"""Stands for "no upper limit" while adding up."""

_MOVING = ("result", "visits", "days_until", "age")


class _Span(NamedTuple):
    least: int
    most: int

    def plus(self, other: _Span) -> _Span:
        return _Span(self.least + other.least, min(_OPEN, self.most + other.most))

    def either(self, other: _Span) -> _Span:
        return _Span(min(self.least, other.least), max(self.most, other.most))


_NONE = _Span(0, 0)
_Ends = dict[str, _Span]
"""Ways to go on: a step or an outcome, with what it costs to get there."""


def left(session: Session) -> Range:
    """How many questions are left, the one that stands included: at least and at most (`None` where that is open)."""
    if not session.state.waiting:
        return Range(0, 0)
    count = _Count(session)
    total: _Ends = {}
    for depth, frame in enumerate(reversed(session.state.frames)):
        total = count.rest(frame) if depth == 0 else count.returned(frame, total)
    spans = list(total.values())
    whole = spans[0]
    for span in spans[1:]:
        whole = whole.either(span)
    return Range(whole.least, None if whole.most >= _OPEN else whole.most)


def _merge(ends: _Ends, more: _Ends) -> _Ends:
    merged = dict(ends)
    for name, span in more.items():
        merged[name] = merged[name].either(span) if name in merged else span
    return merged


class _Count:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.pack = session.pack
        self.known = session.known
        self.audience = session.started.audience
        self.settled = {fact for fact, items in session.state.settled if not items}
        self.stored = {fact for (fact, _), places in session.book.facts.items() if places}
        self.tried = {place.rpartition("/")[2].partition("#")[0].partition("[")[0] for place in session.book.places}
        self.once, self.again = _how_asked(self.pack.flows)
        self.tables: dict[str, dict[str, _Ends]] = {}

    def rest(self, frame: Frame) -> _Ends:
        """The ways out of the flow that is being walked, from what is asked now."""
        waiting = self.session.state.waiting
        cost = _NONE
        for task in frame.tasks:
            cost = cost.plus(self.task_span(task, now=task in waiting))
        if frame.outcome:
            return {frame.outcome: cost}
        step = frame.flow.steps[frame.step]
        return self.follow(frame.flow, dict.fromkeys(self.targets(step), cost), step)

    def returned(self, frame: Frame, inner: _Ends) -> _Ends:
        """The ways out of a flow that runs the one below it, by the ways out of that one."""
        step = frame.flow.steps[frame.step]
        more = len(frame.tasks) - 1
        if more:
            most = max((span.most for span in self.ends(step.run).values()), default=0)
            inner = {name: span.plus(_Span(0, min(_OPEN, most * more))) for name, span in inner.items()}
        back, ended = self.caught(step, inner)
        return _merge(ended, self.follow(frame.flow, back, step))

    def task_span(self, task: Task, *, now: bool) -> _Span:
        if task.kind == "run":
            step = self.session.state.frames[-1].flow.steps[task.place.rpartition("/")[2].partition("[")[0]]
            most = max((span.most for span in self.ends(step.run).values()), default=0)
            return _Span(0, most)
        if task.kind == "tell":
            return _NONE
        again = task.kind == "ask" and not task.second and self.pack.facts[task.fact].unsure_tell is not None
        return _Span(int(now), 2 if again else 1)

    def fact_span(self, fact: Fact, again: bool) -> _Span:
        if fact.audience and fact.audience != self.audience:
            return _NONE
        if fact.name in self.settled and not again:
            return _NONE
        sure = fact.name in self.once and fact.name not in self.stored
        return _Span(int(sure), 2 if fact.unsure_tell is not None else 1)

    def step_span(self, step: Step) -> _Span:
        """What doing a step costs, once it is entered (a `run` apart)."""
        span = _NONE
        if step.verb == "try":
            span = _Span(int(step.id not in self.tried), 1)
        for name in step.facts:
            span = span.plus(self.fact_span(self.pack.facts[name], step.again))
        return self.per_item(step, span)

    def per_item(self, step: Step, span: _Span) -> _Span:
        if not step.each:
            return span
        chosen = self.known.get(step.each)
        items = len(chosen) if isinstance(chosen, tuple) and step.each not in self.again else -1
        if items >= 0 and step.each in self.settled:
            return _Span(span.least * items if step.verb == "try" else 0, min(_OPEN, span.most * items))
        return _Span(0, min(_OPEN, span.most * len(self.pack.facts[step.each].choices)))

    def decided(self, rule: Rule) -> bool | None:
        """Whether a rule holds, where that can't change any more: all it reads is settled and nothing in it moves."""
        read = facts_read(rule, self.pack.facts)
        rules = [rule, *(value for name in read if (value := self.pack.facts[name].value) is not None)]
        asked = {name for name in read if self.pack.facts[name].value is None}
        if not asked <= self.settled - self.again or any(map(_moves, rules)):
            return None
        return rule.holds(self.known)

    def targets(self, step: Step) -> list[str]:
        """Where a step's `then` can lead, by what is known."""
        answer = self.known_answer(step)
        if answer in dict(step.then.answers):
            return [dict(step.then.answers)[answer or ""]]
        found = [target for _, target in step.then.answers] if answer is None else []
        for row in step.then.rows:
            held = self.decided(row.when)
            if held is not False:
                found.append(row.target)
            if held:
                return found
        return [*found, step.then.otherwise]

    def known_answer(self, step: Step) -> str | None:
        """The answer by which a `then` goes, where its fact is settled; `None` where that is open."""
        if step.verb != "ask" or len(step.facts) != 1 or step.facts[0] not in self.settled - self.again:
            return None
        value = self.known.get(step.facts[0])
        if isinstance(value, tuple):
            return None
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "unsure" if value is None else str(value)

    def caught(self, step: Step, inner: _Ends) -> tuple[_Ends, _Ends]:
        """The ways out of a flow that is run: those that come back, by where they lead, and those that end it all."""
        answers = dict(step.then.answers)
        back: _Ends = {}
        ended: _Ends = {}
        for name, span in inner.items():
            outcome = self.pack.outcome(step.run, name)
            if name in answers and not step.each:
                back = _merge(back, {answers[name]: span})
            elif outcome is not None and outcome.kind != "exit":
                ended[name] = span
            else:
                rest = [*(row.target for row in step.then.rows), step.then.otherwise]
                back = _merge(back, dict.fromkeys(rest, span))
        return back, ended

    def ways(self, flow: Flow, step: Step) -> tuple[_Ends, _Ends]:
        """What entering a step can lead to: targets in its flow, and endings of the whole conversation."""
        held = self.decided(step.when) if step.when is not None else True
        skipped = held is False or bool(step.audience and step.audience != self.audience)
        on: _Ends = {NEXT: _NONE} if skipped or held is None else {}
        ended: _Ends = {}
        if skipped:
            return on, ended
        if step.at_most is not None:
            on = _merge(on, {step.at_most.otherwise: _NONE})
        if step.verb != "run":
            return _merge(on, dict.fromkeys(self.targets(step), self.step_span(step))), ended
        inner = self.ends(step.run)
        if step.each:
            most = max((span.most for span in inner.values()), default=0)
            around = self.per_item(step, _Span(0, most))
            inner = {name: _Span(0, around.most) for name in inner}
            on = _merge(on, dict.fromkeys(self.targets(step), around))  # nothing chosen: nothing is run
        back, ended = self.caught(step, inner)
        return _merge(on, back), ended

    def follow(self, flow: Flow, on: _Ends, step: Step) -> _Ends:
        """The ways out of a flow behind some targets."""
        ends: _Ends = {}
        table = self.table(flow)
        for target, cost in on.items():
            where = _below(flow, step) if target == NEXT else target
            reached = table[where] if where in flow.steps else {where: self.needs(flow, where)}
            ends = _merge(ends, {name: cost.plus(span) for name, span in reached.items()})
        return ends

    def needs(self, flow: Flow, name: str) -> _Span:
        outcome = self.pack.outcome(flow.id, name)
        span = _NONE
        for fact in (*outcome.needs, *outcome.wants) if outcome is not None else ():
            span = span.plus(self.fact_span(self.pack.facts[fact], False))
        return span

    def ends(self, flow_id: str) -> _Ends:
        """The ways out of a flow from its beginning."""
        flow = self.pack.flows[flow_id]
        return self.table(flow).get(next(iter(flow.steps), ""), {})

    def table(self, flow: Flow) -> dict[str, _Ends]:
        """For each step of a flow, the ways out from entering it. Found by going over the steps until nothing changes;
        what still grows after as many rounds as there are steps is in a loop, and open."""
        if flow.id in self.tables:
            return self.tables[flow.id]
        table: dict[str, _Ends] = {step_id: {} for step_id in flow.steps}
        self.tables[flow.id] = table
        ways = {step.id: self.ways(flow, step) for step in flow.steps.values()}
        for turn in range(2 * len(flow.steps) + 4):
            changed = False
            for step in reversed(flow.steps.values()):
                on, ended = ways[step.id]
                found = _merge(ended, self.follow(flow, on, step))
                before = table[step.id]
                if found != before:
                    if turn > len(flow.steps) + 1:
                        found = {
                            name: _Span(span.least, _OPEN) if span != before.get(name) else span
                            for name, span in found.items()
                        }
                    table[step.id] = found
                    changed = True
            if not changed:
                break
        return table


def _below(flow: Flow, step: Step) -> str:
    ids = list(flow.steps)
    where = ids.index(step.id) + 1
    return ids[where] if where < len(ids) else ""


def _moves(rule: Rule) -> bool:
    """Whether what a rule says can change though no fact does."""
    return any(
        isinstance(node, Special) or (isinstance(node, Call) and node.function in _MOVING)
        for node in nodes(rule.expression)
    )


def _how_asked(flows: dict[str, Flow]) -> tuple[set[str], set[str]]:
    """The facts that one place of all flows asks (only these are sure to be asked when it is met), and those that some
    step asks though they are known (what these are now need not stay)."""
    times: dict[str, int] = {}
    again: set[str] = set()
    for flow in flows.values():
        for step in flow.steps.values():
            for fact in step.facts:
                times[fact] = times.get(fact, 0) + (2 if step.each else 1)
            if step.again:
                again.update(step.facts)
        for outcome in flow.outcomes.values():
            for fact in (*outcome.needs, *outcome.wants):
                times[fact] = times.get(fact, 0) + 1
    return {fact for fact, count in times.items() if count == 1}, again
