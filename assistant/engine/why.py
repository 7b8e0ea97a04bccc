"""Why a conversation is where it is: the answers and rules that led to a place, read off the walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.engine.answers import Refused
from assistant.engine.prompt import Reason, TrailEntry
from assistant.engine.state import Decision
from assistant.flow.problem import near
from assistant.flow.reads import facts_read

if TYPE_CHECKING:
    from assistant.engine.session import Session


def why(session: Session, place: str = "") -> tuple[Reason, ...]:
    """The reasons that led to a place, those nearest to it last.

    Args:
        session: the conversation.
        place: a place of its trail; "" for what is asked now, or the ending.

    Raises:
        Refused: the place is not in the trail.
    """
    passed = session.state.passed
    if not place:
        return _reasons(session, session.state.because, len(passed))
    for index, one in enumerate(passed):
        if one.task.place == place:
            return _reasons(session, one.because, index)
    places = [one.task.place for one in passed]
    raise Refused("unknown_place", place=place, name=place, near=near(place, places))


def _reasons(session: Session, decisions: tuple[Decision, ...], before: int) -> tuple[Reason, ...]:
    trail = session.trail[:before]
    reasons = []
    for decision in decisions:
        source = decision.rule.source if decision.rule is not None else ""
        reasons.append(Reason(decision.kind, decision.step, source, _answers(session, decision, trail)))
    return tuple(reasons)


def _answers(session: Session, decision: Decision, trail: tuple[TrailEntry, ...]) -> tuple[TrailEntry, ...]:
    if decision.rule is not None:
        read = facts_read(decision.rule, session.pack.facts)
        latest = {entry.fact: entry for entry in trail if entry.fact in read}
        return tuple(entry for entry in trail if latest.get(entry.fact) is entry)
    step_id = decision.step.rpartition("/")[2]
    for index in range(len(trail) - 1, -1, -1):
        one = session.state.passed[index]
        inside = one.task.place.startswith(f"{decision.step}/") or one.task.place == decision.step
        if inside or (one.step == step_id and _prefix(one.task.place) == _prefix(decision.step)):
            return (trail[index],)
    flow_step = session.state.frames[-1].flow.steps.get(step_id)
    facts = flow_step.facts if flow_step is not None else ()
    return tuple(entry for entry in trail if entry.fact in facts)


def _prefix(place: str) -> str:
    return place.rpartition("/")[0]
