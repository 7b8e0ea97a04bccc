"""How much is left: an honest range of questions, never a guess.

The least and the most are found over every way that the flow still has from here. What is known makes the range
narrower: a settled fact is asked no more and decides its `then`, and a rule over settled facts decides its step. Where a
loop can go round, the most is open. Questions and attempts count; what is only told does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from assistant.engine.prompt import Range
from assistant.engine.state import Frame, Task
from assistant.engine.where import flows_run, read_place
from assistant.flow.expression import Call, Rule, Special
from assistant.flow.model import NEXT, Fact, Flow, Pack, Step
from assistant.flow.reads import facts_read, nodes
from assistant.flow.ways import unnamed

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
_NEVER = "/"
"""The way that leads to no ending, since by what is known it goes round and round."""
_Ends = dict[str, _Span]
"""Ways to go on: a step or an outcome, with what it costs to get there. `/` stands before the outcome of a flow that was
run farther down, which ends the conversation unless somebody catches it by its name."""


def left(session: Session) -> Range:
    """How many questions are left, the one that stands included: at least and at most (`None` where that is open)."""
    if not session.state.waiting:
        return Range(0, 0)
    count = _Count(session)
    asked = sum(task.kind != "tell" for task in session.state.waiting)
    if any(one.kept and one.task.fact in count.again for one in session.state.passed):
        return Range(asked, None)  # what is asked again may come to serve an earlier place, and lead anywhere
    total: _Ends = {}
    for depth, frame in enumerate(reversed(session.state.frames)):
        total = count.rest(frame) if depth == 0 else count.returned(frame, total)
    if not total:
        return Range(asked, None)
    whole = _widest(total.values())
    return Range(asked if whole.least >= _OPEN else whole.least, None if whole.most >= _OPEN else whole.most)


def _widest(spans: Iterable[_Span]) -> _Span:
    found = list(spans)
    return _Span(min((span.least for span in found), default=0), max((span.most for span in found), default=0))


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
        self.audience = session.state.audience
        self.settled = {fact for fact, items in session.state.settled if not items}
        self.stored = {fact for (fact, _), places in session.book.facts.items() if places}
        spots = map(read_place, session.book.places)
        self.tried = {spot.segments[-1].id for spot in spots if spot is not None}
        self.once, self.again = _how_asked(self.pack, session.flow)
        unsaid = {task.fact for frame in session.state.frames for task in frame.tasks if task.second}
        per_item = {fact.name for fact in self.pack.facts.values() if fact.per_item}
        self.fixed = self.settled - self.again - unsaid - per_item
        """The facts of which nothing will be said any more."""
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
        if more:  # an item to come may end it all, or cost as much as one can
            ends = self.ends(step.run)
            other = _Span(0, min(_OPEN, _widest(ends.values()).most * more))
            here = _widest(inner.values())
            _, final = self.caught(step, ends)
            inner = {name: span.plus(other) for name, span in inner.items()} | {name: here.plus(other) for name in final}
        back, ended = self.caught(step, inner)
        return _merge(ended, self.follow(frame.flow, back, step))

    def task_span(self, task: Task, *, now: bool) -> _Span:
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
        if isinstance(chosen, tuple) and step.each in self.fixed:
            items = len(chosen)
            return _Span(span.least * items if step.verb == "try" else 0, min(_OPEN, span.most * items))
        return _Span(0, min(_OPEN, span.most * len(self.pack.facts[step.each].choices)))

    def decided(self, rule: Rule) -> bool | None:
        """Whether a rule holds, where that can't change any more: all it reads is settled and nothing in it moves."""
        read = facts_read(rule, self.pack.facts)
        rules = [rule, *(value for name in read if (value := self.pack.facts[name].value) is not None)]
        asked = {name for name in read if self.pack.facts[name].value is None}
        if not asked <= self.fixed or any(map(_moves, rules)):
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
        return [*found, step.then.otherwise] if answer or unnamed(step, self.pack.facts, {}) else found

    def known_answer(self, step: Step) -> str | None:
        """The answer by which a `then` goes, where its fact is settled; `None` where that is open."""
        if step.verb != "ask" or len(step.facts) != 1 or step.facts[0] not in self.fixed:
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
        for key, span in inner.items():
            name = key.removeprefix("/")
            outcome = self.pack.outcome(step.run, name)
            if name in answers:
                back = _merge(back, {answers[name]: span})
            elif key != name or outcome is None or outcome.kind != "exit":
                ended = _merge(ended, {f"/{name}": span})
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
            around = self.per_item(step, _Span(0, _widest(inner.values()).most))
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
            if not where:  # off the end, which is no ending
                continue
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
        """For each step of a flow, the ways out from entering it."""
        if flow.id in self.tables:
            return self.tables[flow.id]
        table: dict[str, _Ends] = {step_id: {} for step_id in flow.steps}
        self.tables[flow.id] = table
        ways = {step.id: self.ways(flow, step) for step in flow.steps.values()}
        self.fill(flow, table, ways)
        endless = [step_id for step_id, ends in table.items() if not ends]
        if endless:
            never: _Ends = {_NEVER: _Span(_OPEN, _OPEN)}
            self.fill(flow, table, ways | {step_id: ({}, never) for step_id in endless})
        return table

    def fill(self, flow: Flow, table: dict[str, _Ends], ways: dict[str, tuple[_Ends, _Ends]]) -> None:
        """Go over the steps until nothing changes; what still grows after as many rounds as there are steps is in a loop,
        and open."""
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
                return


def _below(flow: Flow, step: Step) -> str:
    ids = list(flow.steps)
    where = ids.index(step.id) + 1
    return ids[where] if where < len(ids) else ""


def _moves(rule: Rule) -> bool:
    """Whether what a rule says can change though no fact does."""
    return any(
        isinstance(node, Special) or (isinstance(node, Call) and node.function in _MOVING) for node in nodes(rule.expression)
    )


def _how_asked(pack: Pack, flow: str) -> tuple[set[str], set[str]]:
    """The facts that one place alone asks (only these are sure to be asked when it is met), and those that some step asks
    though they are known (what these are now need not stay)."""
    times: Counter[str] = Counter()
    again: set[str] = set()
    flows = [pack.flows[name] for name in flows_run(pack, flow)]
    often = _run_often(pack, flows)
    for one in flows:
        for step in one.steps.values():
            for fact in step.facts:
                times[fact] += 2 if step.each or one.id in often else 1
            if step.again:
                again.update(step.facts)
    outcomes = [outcome for one in flows for outcome in one.outcomes.values()] + list(pack.outcomes.values())
    times.update({fact for outcome in outcomes for fact in (*outcome.needs, *outcome.wants)})  # only one is reached
    times.update(fact for outcome in outcomes for fact in set(outcome.needs) & set(outcome.wants))
    return {fact for fact, count in times.items() if count == 1}, again


def _run_often(pack: Pack, flows: Iterable[Flow]) -> set[str]:
    """The flows that can be run more than once: by several steps, per item, or inside of one that is."""
    runs = [step for flow in flows for step in flow.steps.values() if step.run]
    times = Counter(step.run for step in runs)
    several = [step.run for step in runs if step.each or times[step.run] > 1]
    return {inner for flow in several for inner in flows_run(pack, flow)}
