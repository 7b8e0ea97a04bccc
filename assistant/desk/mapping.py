"""A flow as a map with "you are here": its steps in the file's order, with what was passed, what was skipped and where each
leads. A flow that is being run is opened in place. Pure: it reads a session and gives lines to draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import shorten
from typing import TYPE_CHECKING, Literal, NamedTuple

from assistant.flow.expression import Known
from assistant.flow.model import NEXT, Flow, Outcome, Pack, Step
from assistant.flow.text import Text, fill, line
from assistant.words import say

if TYPE_CHECKING:
    from assistant.engine import Session

_LONGEST = 72

StopState = Literal["passed", "here", "ahead", "skipped"]


class Stop(NamedTuple):
    """A step or an outcome on the map.

    Attributes:
        depth: how many flows run around it.
        name: what it asks, tries or says, in a line.
        state: whether it was passed, is where one stands, may come, or was left out.
        ways: what leaves the line: the answer, and where it leads.
        is_outcome: whether it is an outcome.
    """

    depth: int
    name: str
    state: StopState
    ways: tuple[tuple[str, str], ...] = ()
    is_outcome: bool = False


def stops(session: Session) -> list[Stop]:
    """The map of a conversation."""
    return list(_of_flow(session, session.pack.flows[session.flow], 0))


def _of_flow(session: Session, flow: Flow, depth: int) -> Iterator[Stop]:
    frames = session.state.frames
    frame = frames[depth] if depth < len(frames) and frames[depth].flow.id == flow.id else None
    passed = {one.step for one in session.state.passed if one.flow == flow.id and not one.given}
    here = frame.step if frame is not None and not frame.outcome else ""
    outcome = frame.outcome if frame is not None else ""
    met = list(flow.steps)
    where = met.index(here) if here in met else len(met)
    for number, step in enumerate(flow.steps.values()):
        state: StopState = "passed" if step.id in passed else "ahead"
        if step.id == here:
            state = "here" if depth == len(frames) - 1 else "passed"
        elif state == "ahead" and (number < where or outcome):
            state = "passed" if step.run and _was_run(session, step) else "skipped"
        yield Stop(depth, _name(session.pack, step), state, tuple(_ways(session.pack, flow, step)))
        if step.id == here and step.run and depth + 1 < len(frames):
            yield from _of_flow(session, frames[depth + 1].flow, depth + 1)
    for one in _outcomes(session.pack, flow):
        yield Stop(depth, _title(session.pack, one), "here" if one.id == outcome else "ahead", is_outcome=True)


def _was_run(session: Session, step: Step) -> bool:
    return any(one.flow == step.run for one in session.state.passed)


def _outcomes(pack: Pack, flow: Flow) -> Iterator[Outcome]:
    """Every outcome that a flow leads to, in the order in which it is named."""
    named = dict.fromkeys(target for step in flow.steps.values() for target in step.targets)
    for name in named:
        outcome = pack.outcome(flow.id, name) if name not in flow.steps and name != NEXT else None
        if outcome is not None:
            yield outcome


def _ways(pack: Pack, flow: Flow, step: Step) -> Iterator[tuple[str, str]]:
    for answer, target in step.then.answers:
        yield _answer(pack, step, answer), _where(pack, flow, target)
    for row in step.then.rows:
        yield row.when.source, _where(pack, flow, row.target)
    if step.then.otherwise != NEXT:
        yield "", _where(pack, flow, step.then.otherwise)


def _answer(pack: Pack, step: Step, answer: str) -> str:
    fact = pack.facts.get(step.facts[0]) if step.facts else None
    labels = {choice.value: choice.label for choice in fact.choices} if fact is not None else {}
    known = ("yes", "no", "unsure", "worked", "failed", "skipped")
    return labels.get(answer) or step.also.get(answer) or (say(f"answer.{answer}") if answer in known else answer)


def _where(pack: Pack, flow: Flow, target: str) -> str:
    if target in flow.steps:
        return _name(pack, flow.steps[target])
    outcome = pack.outcome(flow.id, target)
    return _title(pack, outcome) if outcome is not None else target


def _name(pack: Pack, step: Step) -> str:
    """What a step is about, in a line, with the names of facts where values will stand."""
    if step.run:
        return pack.titles.get(step.run) or step.run
    if step.label is not None:
        return _words(pack, step.label) or step.id
    fact = pack.facts.get(step.facts[0]) if step.facts else None
    text = fact.ask if fact is not None else step.text
    return (fact.label if fact is not None and fact.label else _words(pack, text)) or step.id


def _title(pack: Pack, outcome: Outcome) -> str:
    return _words(pack, outcome.title) or outcome.id


def _words(pack: Pack, text: Text | None) -> str:
    """The first block of a text in a line; dots stand where values will."""
    always = Text(tuple(part for part in text.parts if part.when is None)[:1]) if text is not None else None
    return shorten(line(fill(always, Known(date.min), lambda name: "…")[:1]), _LONGEST, placeholder=" …")
