"""The answers of a log that are in force, by place and by fact. Knows nothing of flows: which of them serve is decided
while walking (`engine.walk`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from assistant.engine.events import (
    Answer,
    Answered,
    Changed,
    Event,
    Late,
    LogEvent,
    Moved,
    Started,
    TakenBack,
    Written,
)  # fmt: skip


class Entry(NamedTuple):
    """An answer in force: what was answered where, when and by whom.

    `seq` is its event's place in the log, `since` that of the event with which the walk first went past the place: a
    change gives an answer a new `seq` only. (A kept answer that is changed was there before, nobody knows since when.)
    """

    place: str
    value: Written
    fact: str
    items: tuple[str, ...]
    seq: int
    time: datetime
    by: str
    since: int


class Book:
    """Answers in force. Never changed once made: `add` gives a new one.

    Attributes:
        places: the answer in force at each place.
        taken_back: what was answered at a place whose answer was taken back.
        late: what came too late to a place, as long as nothing newer was answered or taken back there.
        facts: for each fact and item, the places that hold an answer, oldest first.
        given: the places of the facts that were given before the first question, in their order.
    """

    __slots__ = ("facts", "given", "late", "places", "taken_back")

    def __init__(
        self,
        places: dict[str, Entry],
        taken_back: dict[str, Answer],
        late: dict[str, Answer],
        facts: dict[tuple[str, tuple[str, ...]], tuple[str, ...]],
        given: tuple[str, ...] = (),
    ) -> None:
        self.places = places
        self.taken_back = taken_back
        self.late = late
        self.facts = facts
        self.given = given

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Book):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]  # what it holds are mappings

    @classmethod
    def of(cls, log: Iterable[LogEvent]) -> Book:
        """The book of a whole log."""
        book = cls({}, {}, {}, {})
        for seq, event in enumerate(log):
            book._put(seq, event)
        return book

    def add(self, seq: int, event: LogEvent) -> Book:
        """The book after one more event."""
        book = Book(dict(self.places), dict(self.taken_back), dict(self.late), dict(self.facts), self.given)
        book._put(seq, event)
        return book

    def others(self, fact: str, items: tuple[str, ...], place: str) -> list[Entry]:
        """Answers for a fact and item that stand at other places, newest first."""
        places = self.facts.get((fact, items), ())
        return sorted((self.places[other] for other in places if other != place), key=lambda entry: -entry.seq)

    def default(self, place: str, fact: str) -> Written | None:
        """What to offer where a place is asked: the newest of what was said there to that fact ("" for a `try`)."""
        for said in (self.late.get(place), self.places.get(place), self.taken_back.get(place)):
            if said is not None and said.fact == fact:
                return said.value
        return None

    def _put(self, seq: int, event: LogEvent) -> None:
        if isinstance(event, Answered | Changed):
            for answer in event.answers:
                before = self.places.get(answer.place)
                known_since = before.since if before is not None else 0
                self._answer(answer, seq, event, known_since if isinstance(event, Changed) else seq)
        elif isinstance(event, TakenBack):
            for answer in event.answers:
                self._take_back(answer)
        elif isinstance(event, Late):
            self.late |= {answer.place: answer for answer in event.answers}
        elif isinstance(event, Moved):
            self._rename(event)
        elif isinstance(event, Started):
            for answer in event.given:
                self._answer(answer, seq, event, seq)
            self.given = tuple(answer.place for answer in event.given)

    def _answer(self, answer: Answer, seq: int, event: Event, since: int) -> None:
        self._forget(answer.place)
        self.taken_back.pop(answer.place, None)
        self.late.pop(answer.place, None)
        self.places[answer.place] = Entry(
            answer.place, answer.value, answer.fact, answer.items, seq, event.time, event.by, since
        )
        if answer.fact:
            key = (answer.fact, answer.items)
            self.facts[key] = (*self.facts.get(key, ()), answer.place)

    def _take_back(self, answer: Answer) -> None:
        self._forget(answer.place)
        self.late.pop(answer.place, None)
        self.taken_back[answer.place] = answer

    def _forget(self, place: str) -> None:
        entry = self.places.pop(place, None)
        if entry is not None and entry.fact:
            key = (entry.fact, entry.items)
            self.facts[key] = tuple(other for other in self.facts[key] if other != place)

    def _rename(self, event: Moved) -> None:
        """Another version of the pack calls things otherwise. All at once, since two names may have been swapped."""
        now = {one.before: one.answer for one in event.renamed if not one.late}
        came_late = {one.before: one.answer for one in event.renamed if one.late}
        entries = [_renamed(entry, now.get(entry.place)) for entry in self.places.values()]
        self.places = {entry.place: entry for entry in entries}
        self.taken_back = {one.place: one for one in (now.get(was.place, was) for was in self.taken_back.values())}
        self.late = {one.place: one for one in (came_late.get(was.place, was) for was in self.late.values())}
        self.given = tuple(now[place].place if place in now else place for place in self.given)
        self.facts = {}
        for entry in self.places.values():
            if entry.fact:
                key = (entry.fact, entry.items)
                self.facts[key] = (*self.facts.get(key, ()), entry.place)


def _renamed(entry: Entry, now: Answer | None) -> Entry:
    if now is None:
        return entry
    return entry._replace(place=now.place, value=now.value, fact=now.fact, items=now.items)
