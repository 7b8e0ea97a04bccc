"""The log of a conversation: events that are only ever appended.

The log is the truth; everything else (where the person stands, what is known, the trail) is derived from it by
`engine.walk`. Values stand here as they are written in answer files (`yes`, `50.00`, `2026-11-22`, a list of values,
`unsure`), so that a log can be read on another version of the flow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

Written = str | tuple[str, ...]
"""An answer as it is written: one word or text, or several."""

UNSURE = "unsure"
SEEN = "seen"
"""What the log holds when a `tell` was read."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that happened. `time` knows its offset from UTC; `by` is who did it ("customer" until handed over)."""

    time: datetime
    by: str = ""

    @property
    def day(self) -> date:
        """The local day on which it happened."""
        return self.time.date()


class Answer(msgspec.Struct, frozen=True):
    """What was answered at one place. `fact` is empty for a `try` or `tell`; `items` are those of the `each` around."""

    place: str
    value: Written
    fact: str = ""
    items: tuple[str, ...] = ()


class Started(Event, frozen=True, tag="started"):
    """A conversation began, with facts that somebody gave before the first question."""

    flow: str
    digest: str
    audience: str
    language: str
    given: tuple[Answer, ...] = ()


class Answered(Event, frozen=True, tag="answered"):
    """A question, or all fields of a form, was answered."""

    answers: tuple[Answer, ...]


class Changed(Event, frozen=True, tag="changed"):
    """An earlier answer was changed."""

    answers: tuple[Answer, ...]


class TakenBack(Event, frozen=True, tag="taken_back"):
    """The last answer in walk order was taken back: each place, with what was answered there."""

    answers: tuple[Answer, ...]


class Noted(Event, frozen=True, tag="noted"):
    """Somebody wrote a note beside the conversation."""

    text: str


class Late(Event, frozen=True, tag="late"):
    """Answers that came too late, since somebody else had gone on meanwhile: not in force, only offered at their places."""

    answers: tuple[Answer, ...]


class Attached(Event, frozen=True, tag="attached"):
    """A file was given: in an answer that has its name, or `beside` the conversation."""

    name: str
    digest: str
    size: int
    media_type: str
    beside: bool = False


class Resumed(Event, frozen=True, tag="resumed"):
    """The conversation went on after a pause: what is shown from here on uses this day.

    `declined` is the digest of a newer version of the pack that the person did not want to go over to.
    """

    declined: str = ""


class Renamed(msgspec.Struct, frozen=True):
    """What stood at the place `before` stands at `answer.place` from here on, and reads as `answer`.

    `late` tells that it is the answer that came too late to that place.
    """

    before: str
    answer: Answer
    late: bool = False


class Moved(Event, frozen=True, tag="moved"):
    """The conversation went over to another version of its pack.

    `renamed` holds what that version calls otherwise, all at once, so that the log is read without the version before.
    `flow` is the new id of the flow that the conversation began with, "" where it stayed.
    """

    digest: str
    flow: str = ""
    renamed: tuple[Renamed, ...] = ()


class HandedOver(Event, frozen=True, tag="handed_over"):
    """Another audience looks at it from here on. With `walks`, the way through the flow is that audience's too, from the
    start; else it stays as it was.
    """

    audience: str
    walks: bool = False


class LanguageChosen(Event, frozen=True, tag="language"):
    """The language of what is shown changed."""

    language: str


class Ended(Event, frozen=True, tag="ended"):
    """The ending was reached; with `solved`, the person said whether it solved the problem."""

    outcome: str
    solved: bool | None = None


class Filed(Event, frozen=True, tag="filed"):
    """The case was filed; `number` is what the portal gave."""

    portal: str
    number: str = ""


LogEvent = (
    Started | Answered | Changed | TakenBack | Late | Noted | Attached | Resumed | Moved | HandedOver | LanguageChosen
    | Ended | Filed
)  # fmt: skip


def facts_said(log: Iterable[LogEvent]) -> frozenset[str]:
    """The facts that something in a log answers, in force or not."""
    found: set[str] = set()
    for event in log:
        if isinstance(event, Started):
            found.update(one.fact for one in event.given)
        elif isinstance(event, Answered | Changed | TakenBack | Late):
            found.update(one.fact for one in event.answers)
        elif isinstance(event, Moved):
            found.update(one.answer.fact for one in event.renamed)
    return frozenset(found - {""})
