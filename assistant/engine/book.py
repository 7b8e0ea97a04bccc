"""The answers of a log that are in force, by place and by fact. Knows nothing of flows: which of them serve is decided
while walking (`engine.walk`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from assistant.engine.events import Answer, Answered, Changed, Event, LogEvent, Started, TakenBack, Written


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
        facts: for each fact and item, the places that hold an answer, oldest first.
    """

    __slots__ = ("facts", "places", "taken_back")

    def __init__(
        self,
        places: dict[str, Entry],
        taken_back: dict[str, Written],
        facts: dict[tuple[str, tuple[str, ...]], tuple[str, ...]],
    ) -> None:
        self.places = places
        self.taken_back = taken_back
        self.facts = facts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Book):
            return NotImplemented
        return (self.places, self.taken_back, self.facts) == (other.places, other.taken_back, other.facts)

    __hash__ = None  # type: ignore[assignment]  # what it holds are mappings

    @classmethod
    def of(cls, log: Iterable[LogEvent]) -> Book:
        """The book of a whole log."""
        book = cls({}, {}, {})
        for seq, event in enumerate(log):
            book._put(seq, event)
        return book

    def add(self, seq: int, event: LogEvent) -> Book:
        """The book after one more event."""
        book = Book(dict(self.places), dict(self.taken_back), dict(self.facts))
        book._put(seq, event)
        return book

    def others(self, fact: str, items: tuple[str, ...], place: str) -> list[Entry]:
        """Answers for a fact and item that stand at other places, newest first."""
        places = self.facts.get((fact, items), ())
        return sorted((self.places[other] for other in places if other != place), key=lambda entry: -entry.seq)

    def _put(self, seq: int, event: LogEvent) -> None:
        if isinstance(event, Answered | Changed):
            for answer in event.answers:
                before = self.places.get(answer.place)
                known_since = before.since if before is not None else 0
                self._answer(answer, seq, event, known_since if isinstance(event, Changed) else seq)
        elif isinstance(event, TakenBack):
            for answer in event.answers:
                self._take_back(answer)
        elif isinstance(event, Started):
            for answer in event.given:
                self._answer(answer, seq, event, seq)

    def _answer(self, answer: Answer, seq: int, event: Event, since: int) -> None:
        self._forget(answer.place)
        self.taken_back.pop(answer.place, None)
        self.places[answer.place] = Entry(
            answer.place, answer.value, answer.fact, answer.items, seq, event.time, event.by, since
        )
        if answer.fact:
            key = (answer.fact, answer.items)
            self.facts[key] = (*self.facts.get(key, ()), answer.place)

    def _take_back(self, answer: Answer) -> None:
        self._forget(answer.place)
        self.taken_back[answer.place] = answer.value

    def _forget(self, place: str) -> None:
        entry = self.places.pop(place, None)
        if entry is not None and entry.fact:
            key = (entry.fact, entry.items)
            self.facts[key] = tuple(other for other in self.facts[key] if other != place)
