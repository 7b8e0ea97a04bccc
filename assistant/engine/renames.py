"""What one version of a pack calls otherwise than another, by the `was` of the newer one: names, values and places.

Only a `was` that the older version did not have yet tells of it: one that stood there already is about a version before.
Knows nothing of answers and logs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from assistant.engine.events import UNSURE, Answer, Written
from assistant.engine.where import GIVEN, Segment, Spot, items_at, read_place
from assistant.flow.model import Choice, Fact, Flow, Outcome, Pack, Step

_Thing = Flow | Step | Outcome | Fact | Choice


class _Names:
    """The names of one kind of things in the older and the newer version."""

    def __init__(self, before: Mapping[str, _Thing], after: Mapping[str, _Thing]) -> None:
        self.before = before
        self.after = after
        self.renamed: dict[str, str] = {}
        for name, thing in after.items():
            known = before[name].was if name in before else ()
            for old in thing.was:
                if old not in known:
                    self.renamed.setdefault(old, name)

    def now(self, name: str) -> str | None:
        """What a name of the older version is called in the newer one, or nothing if it is gone."""
        return self.renamed.get(name) or (name if name in self.after else None)


class Renames:
    """How what was said on one version of a pack reads on another.

    Attributes:
        flow: the new id of the flow that the conversation began with.

    Raises:
        KeyError: the newer version has no such flow any more.
    """

    def __init__(self, before: Pack, after: Pack, flow: str) -> None:
        self.before = before
        self.after = after
        self._began = flow
        now = _Names(before.flows, after.flows).now(flow)
        if now is None:
            raise KeyError(flow)
        self.flow = now
        self._facts = _Names(before.facts, after.facts)
        self._choices: dict[str, _Names] = {}
        self._steps: dict[tuple[str, str], dict[str, str]] = {}

    def answer(self, answer: Answer) -> Answer:
        """An answer as it reads now, and where."""
        spot = read_place(answer.place)
        items = self._items(spot) if spot is not None and spot.items == answer.items else answer.items
        place = self.place(answer.place, answer.fact)
        return Answer(place, self.value(answer.fact, answer.value), self.fact(answer.fact), items)

    def fact(self, name: str) -> str:
        """What a fact is called now; one that is gone keeps its name."""
        return self._facts.now(name) or name

    def value(self, fact: str, value: Written) -> Written:
        """A written answer to a fact, by the older version's name, with the choices as they are called now."""
        if fact not in self._choices:
            before, after = self.before.facts.get(fact), self.after.facts.get(self.fact(fact))
            self._choices[fact] = _Names(_choices_of(before), _choices_of(after))
        names = self._choices[fact]
        if isinstance(value, tuple):
            return tuple(dict.fromkeys(names.now(one) or one for one in value))
        return value if value == UNSURE else names.now(value) or value

    def outcome(self, flow: str, name: str) -> str:
        """What an outcome that was reached in a flow of the older version is called now."""
        now = _Names(self.before.flows, self.after.flows).now(flow)
        return (self._outcomes(flow, now).now(name) if now is not None else None) or name

    def place(self, place: str, fact: str = "") -> str:
        """Where a place is now: its steps, outcome, items and fields as they are called now.

        Args:
            place: a place of the older version.
            fact: what is asked there, by the older version's name.

        Returns:
            The place as it was where it leads nowhere any more.
        """
        spot = read_place(place)
        now = self._spot(spot, fact) if spot is not None else None
        return place if now is None else str(now)

    def _spot(self, spot: Spot, fact: str) -> Spot | None:
        field = self.fact(spot.field) if spot.field else ""
        if spot.segments == (Segment(GIVEN),) and GIVEN not in self.before.flows[self._began].steps:
            return msgspec.structs.replace(spot, field=field)
        items = iter(self._items(spot))
        segments: list[Segment] = []
        for flow, now, segment in self._path(spot):
            name = self._step(flow, now, segment.id) if now else None
            if name is None:
                return None
            segments.append(Segment(name, segment.visit, next(items) if segment.item is not None else None))
        step = self.after.flows[now].steps.get(segments[-1].id)
        asked = self.fact(fact)
        if step is not None and asked in step.facts:  # a question alone may have become one of a form, and the reverse
            field = asked if step.is_form else ""
        return Spot(tuple(segments), field, spot.again)

    def _path(self, spot: Spot) -> Iterator[tuple[str, str, Segment]]:
        """For each segment, the flow that it stands in: in the older version, and in the newer one ("" where in none)."""
        flow, now = self._began, self.flow
        for segment in spot.segments:
            yield flow, now, segment
            name = self._step(flow, now, segment.id) if now else None
            flow = _run(self.before, flow, segment.id)
            now = _run(self.after, now, name or "")

    def _items(self, spot: Spot) -> tuple[str, ...]:
        """The items around a place, as they are called now."""
        return tuple(str(self.value(fact, item)) for fact, item in items_at(self.before, self._began, spot))

    def _step(self, flow: str, now: str, name: str) -> str | None:
        """What a step or outcome of a flow is called in the flow that it is now."""
        if (flow, now) not in self._steps:
            self._steps[flow, now] = self._matched(flow, now)
        old = self.before.flows.get(flow)
        if old is not None and name not in old.steps and self.before.outcome(flow, name) is not None:
            return self._outcomes(flow, now).now(name)
        return self._steps[flow, now].get(name)

    def _matched(self, flow: str, now: str) -> dict[str, str]:
        """The steps of a flow that are in the newer version too, by their older names."""
        old = self.before.flows[flow].steps if flow in self.before.flows else {}
        new = self.after.flows[now].steps
        names = _Names(old, new)
        found = {name: to for name in (*old, *new, *names.renamed) if (to := names.now(name)) is not None}
        taken = {found.get(name) for name in old}
        fresh = [name for name in new if name not in old and name not in taken]
        for name, step in old.items():
            if name in found:
                continue
            for other in fresh:
                is_same_try = step.verb == new[other].verb == "try" and step.text == new[other].text
                is_named_as_its_fact = step.facts == (name,) and new[other].facts == (other,) and self.fact(name) == other
                if is_same_try or is_named_as_its_fact:
                    found[name] = other
                    fresh.remove(other)
                    break
        return found

    def _outcomes(self, flow: str, now: str) -> _Names:
        before = self.before.flows[flow].outcomes if flow in self.before.flows else {}
        return _Names(self.before.outcomes | before, self.after.outcomes | self.after.flows[now].outcomes)


def _choices_of(fact: Fact | None) -> dict[str, Choice]:
    return {choice.value: choice for choice in fact.choices} if fact is not None else {}


def _run(pack: Pack, flow: str, step: str) -> str:
    """The flow that a step runs; "" where there is none."""
    found = pack.flows[flow].steps.get(step) if flow in pack.flows else None
    return found.run if found is not None and found.run in pack.flows else ""
