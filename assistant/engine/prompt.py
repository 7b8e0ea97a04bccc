"""What a face shows: one prompt at a time, in words, for one audience.

A prompt says everything a face needs and nothing about how it looks. Texts are blocks (`flow.text`) with all values put
in. Faces hold no flow logic: they show this and send back an answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from assistant.engine.events import Written
from assistant.flow.model import FactType, Link, OutcomeKind
from assistant.flow.text import Blocks


class Option(msgspec.Struct, frozen=True):
    """One answer that can be picked. `value` is what is sent back."""

    value: str
    label: str
    help: Blocks = ()
    note: Blocks = ()


class Kept(msgspec.Struct, frozen=True):
    """An earlier answer that served here without being asked again."""

    place: str
    question: str
    label: str


class Letter(msgspec.Struct, frozen=True):
    """A message that is ready to be sent by the person: nothing sends it for them."""

    to: str
    subject: str
    body: Blocks


class Wait(msgspec.Struct, frozen=True):
    """A time to let pass before answering; it can be cut short."""

    seconds: int
    since: datetime


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A fact is asked.

    Attributes:
        place: what an answer is keyed by.
        options: what can be picked, `yes`/`no` too. Without "none of these" and "not sure", which come last.
        none: the label of "none of these", or "".
        unsure: whether "not sure" (the answer `unsure`) is offered.
        optional: may be left empty (an empty answer).
        told: what is said before the question is asked once more after "not sure".
        default: the answer that was here before, to be offered again.
        low, high: the limits of a number, amount or date (written), or of how many may be picked; "" where there is none.
        unit: the currency of an amount, such as "EUR"; "" for all else.
        item: the label of the `each` item it is about, or "".
    """

    place: str
    fact: str
    type: FactType
    text: Blocks
    label: str = ""
    many: bool = False
    options: tuple[Option, ...] = ()
    none: str = ""
    unsure: bool = False
    optional: bool = False
    sensitive: bool = False
    told: Blocks = ()
    help: Blocks = ()
    why: Blocks = ()
    note: Blocks = ()
    example: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    item: str = ""
    default: Written | None = None
    kept: tuple[Kept, ...] = ()


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """Several facts are asked at once; the answer is a mapping of facts to answers."""

    place: str
    fields: tuple[Question, ...]
    note: Blocks = ()
    item: str = ""
    kept: tuple[Kept, ...] = ()


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """An instruction; the answer is how it went (`worked`, `failed`, `skipped` or one of the author's)."""

    place: str
    text: Blocks
    options: tuple[Option, ...]
    label: str = ""
    note: Blocks = ()
    wait: Wait | None = None
    item: str = ""
    default: Written | None = None
    kept: tuple[Kept, ...] = ()


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something is said; the answer is `seen`."""

    place: str
    text: Blocks
    letter: Letter | None = None
    note: Blocks = ()
    wait: Wait | None = None
    item: str = ""
    kept: tuple[Kept, ...] = ()


WITH_CASE = ("case", "handoff")
"""Kinds of endings with a case, or a record that is the same, to hand on."""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. `place` is the outcome's; nothing is asked any more."""

    place: str
    flow: str
    outcome: str
    kind: OutcomeKind
    title: str
    text: Blocks = ()
    links: tuple[Link, ...] = ()
    letter: Letter | None = None
    note: Blocks = ()
    to: str = ""
    hours: str = ""
    related: tuple[tuple[str, str], ...] = ()
    """Flows that are offered afterwards: id and title."""
    come_back: str = ""
    """The day to come back, in words."""
    kept: tuple[Kept, ...] = ()


class Stuck(msgspec.Struct, frozen=True, kw_only=True):
    """The flow itself is at fault and leads nowhere from here. What was said is kept and can be written into a case."""

    place: str
    code: Literal["circle", "off-the-end", "missing-flow", "missing-target"]
    kept: tuple[Kept, ...] = ()


Prompt = Question | Form | Attempt | Notice | Ending | Stuck


class TrailEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was asked or tried, as it was answered.

    `value` is the answer as written, `label` in words (both whole even where `sensitive`: faces mask it). `kept` marks
    an answer from another place that served here, `given` a fact that was given before the first question.
    """

    place: str
    kind: Literal["ask", "try", "tell"]
    question: str
    value: Written
    label: str
    name: str = ""
    """What is asked or tried in a word or two, where the author gave one; else the question."""
    fact: str = ""
    items: tuple[str, ...] = ()
    sensitive: bool = False
    kept: bool = False
    given: bool = False
    time: datetime
    by: str = ""


class Range(msgspec.Struct, frozen=True):
    """How many questions are left, at least and at most; `most` is `None` where a loop makes it open."""

    least: int
    most: int | None


class Reason(msgspec.Struct, frozen=True):
    """One reason why the conversation is where it is.

    `rule` is the author's rule as written, or ""; `answers` are the trail entries that it read or that led here.
    """

    kind: Literal["answered", "rule", "else", "limit"]
    step: str
    rule: str
    answers: tuple[TrailEntry, ...]
