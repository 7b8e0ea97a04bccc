"""What a conversation reaches of a flow: its steps, the ways that leave them, its choices and its outcomes.

Functions from flows and sessions to spots; where a spot stands in its file is `author.spots`, which sessions there are is
nobody's business here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from assistant.engine import replay
from assistant.engine.events import UNSURE, Changed, Resumed, TakenBack
from assistant.engine.session import Session
from assistant.engine.trace import trace
from assistant.engine.where import flows_run
from assistant.flow.model import TRY_ANSWERS, Fact, Flow, Outcome, Pack, Step

SpotKind = Literal["step", "skip", "limit", "answer", "row", "else", "result", "choice", "outcome"]
Group = Literal["steps", "branches", "choices", "outcomes"]

GROUPS: Mapping[SpotKind, Group] = {
    "step": "steps", "skip": "branches", "limit": "branches", "answer": "branches", "row": "branches", "else": "branches",
    "result": "choices", "choice": "choices", "outcome": "outcomes",
}  # fmt: skip


class Spot(NamedTuple):
    """Something of a flow that a conversation can reach.

    Attributes:
        kind: a `step` is entered, or passed over since its `when` did not hold (`skip`), or met too often (`limit`); it is
            left by an `answer` or a `row` of its `then`, or for want of either (`else`); a try has a `result`; a fact is
            answered by a `choice`; an `outcome` is reached.
        flow: the flow's id.
        name: the step, the fact or the outcome.
        detail: the answer, result or choice; of a row its number from 0.
    """

    kind: SpotKind
    flow: str
    name: str
    detail: str = ""

    @property
    def group(self) -> Group:
        """What it is counted among."""
        return GROUPS[self.kind]


def all_spots(pack: Pack, flow: str) -> frozenset[Spot]:
    """Everything that conversations can reach of one flow; what they reach of flows that it runs is not among it.

    The rows of a table are too many to be reached one by one: of such a fact, only "none" and "not sure" count. Of what an
    outcome needs, the choices count where no step asks it, since it is mostly known by then.
    """
    return frozenset(_spots(pack, pack.flows[flow]))


def reached(pack: Pack, session: Session) -> frozenset[Spot]:
    """What a conversation reaches, in its flow and in those that it runs; before an answer was changed or taken back, too.

    Args:
        pack: the pack to walk over: that of the session, or another version.
        session: a conversation, ended or not.

    Raises:
        KeyError: the pack does not hold the flow that the session began with.
    """
    own = session if session.pack is pack else replay(pack, session.log)
    turns = [number for number, event in enumerate(session.log) if isinstance(event, Changed | TakenBack | Resumed)]
    before = [replay(pack, session.log[:number]) for number in turns]
    return frozenset(spot for one in (*before, own) for spot in _reached(one))


def percent(reached: int, spots: int) -> float:
    """How much is reached, in percent with one decimal; never rounded up to all of it."""
    return 100.0 if reached >= spots else int(1000 * reached / spots) / 10


def by_group(spots: Iterable[Spot]) -> dict[Group, int]:
    """How many spots there are of each group."""
    counts: dict[Group, int] = dict.fromkeys(GROUPS.values(), 0)
    for spot in spots:
        counts[spot.group] += 1
    return counts


def _reached(session: Session) -> Iterator[Spot]:
    for move in trace(session):
        yield Spot(move.kind, move.flow, move.name, move.detail)
    for one in session.state.passed:
        if one.task.kind == "try":
            yield Spot("result", one.flow, one.step, str(one.value))
        elif one.task.kind == "ask" and not one.given:
            value = one.entry.value
            for word in (value,) if isinstance(value, str) else value or ("none",):
                yield Spot("choice", one.flow, one.task.fact, word)


def _spots(pack: Pack, flow: Flow) -> Iterator[Spot]:
    for step in flow.steps.values():
        yield Spot("step", flow.id, step.id)
        for kind, detail in _ways(pack, step):
            yield Spot(kind, flow.id, step.id, detail)
        if step.verb == "try":
            for result in (*TRY_ANSWERS, *step.also):
                yield Spot("result", flow.id, step.id, result)
        for fact in step.facts:
            yield from _choices(flow, pack.facts[fact])
    asked = {fact for run in flows_run(pack, flow.id) for step in pack.flows[run].steps.values() for fact in step.facts}
    for outcome in _outcomes(pack, flow):
        yield Spot("outcome", flow.id, outcome.id)
        for fact in (*outcome.needs, *outcome.wants):
            if fact not in asked:
                yield from _choices(flow, pack.facts[fact])


def _ways(pack: Pack, step: Step) -> Iterator[tuple[SpotKind, str]]:
    """The ways past and out of a step, where there is more than one."""
    if step.when is not None:
        yield "skip", ""
    if step.at_most is not None:
        yield "limit", ""
    for answer, _ in step.then.answers:
        yield "answer", answer
    for number in range(len(step.then.rows)):
        yield "row", str(number)
    if step.then.rows or (step.then.answers and _falls_through(pack, step)):
        yield "else", ""


def _falls_through(pack: Pack, step: Step) -> bool:
    """Whether there is an answer that `then` does not name."""
    named = {answer for answer, _ in step.then.answers}
    if step.verb == "run":
        return any(end.kind == "exit" and end.id not in named for end in _outcomes(pack, pack.flows[step.run]))
    if step.verb == "try":
        return not named.issuperset((*TRY_ANSWERS, *step.also))
    fact = pack.facts[step.facts[0]]
    return bool(fact.audience) or not named.issuperset(_values(fact))


def _outcomes(pack: Pack, flow: Flow) -> list[Outcome]:
    """The outcomes of a flow: its own, and the shared ones that its steps lead to."""
    shared: dict[str, Outcome] = {}
    for step in flow.steps.values():
        limit = (step.at_most.otherwise,) if step.at_most is not None else ()
        then = step.then
        for target in (*limit, *(to for _, to in then.answers), *(row.target for row in then.rows), then.otherwise):
            if target in pack.outcomes and target not in flow.steps:
                shared[target] = pack.outcomes[target]
    return [*flow.outcomes.values(), *(one for name, one in shared.items() if name not in flow.outcomes)]


def _choices(flow: Flow, fact: Fact) -> Iterator[Spot]:
    from_table = {choice.value for choice in fact.choices} if fact.table else ()
    for value in _values(fact):
        if value not in from_table:
            yield Spot("choice", flow.id, fact.name, value)


def _values(fact: Fact) -> Iterator[str]:
    """Everything that can be picked as an answer."""
    yield from ("yes", "no") if fact.type == "yes-no" else (choice.value for choice in fact.choices)
    if fact.none:
        yield "none"
    if fact.unsure:
        yield UNSURE
