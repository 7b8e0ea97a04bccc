"""The description that writes itself: what is known, what is not, what was tried, and where it stopped.

It fills `{{ record }}` in messages and hand-offs and is the heart of a case's notes. Everything in it comes from the
session; nothing is asked, sent or stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from assistant.engine.events import UNSURE, Written
from assistant.engine.prompt import TrailEntry
from assistant.engine.sensitive import is_sensitive
from assistant.engine.where import items_at, node_at, read_place
from assistant.engine.wording import MASK, show, written
from assistant.flow.expression import Items, Known, Value
from assistant.flow.model import TRY_ANSWERS, Pack, Step
from assistant.flow.text import Block, Blocks, Listing, Paragraph, Span, Text, fill, line, plain_text
from assistant.words import say
from assistant.words.formats import show_time

if TYPE_CHECKING:
    from assistant.engine.session import Session

_QUESTION_MARKS = ("?", "？", "؟", "…")


class KnownFact(msgspec.Struct, frozen=True):
    """A fact that was answered or given: what it is called, its value as written, and the value in words.

    `label` names the item too where it was asked for each of several.
    """

    fact: str
    label: str
    value: Written
    text: str


class UnknownFact(msgspec.Struct, frozen=True):
    """A fact to which "not sure" was the answer."""

    fact: str
    label: str


class Tried(msgspec.Struct, frozen=True):
    """Something that was tried: where, what it is called, how it went (as written and in words)."""

    place: str
    step: str
    label: str
    result: str
    text: str


class Recorded(msgspec.Struct, frozen=True):
    """What a session holds, in the order of the walk."""

    known: tuple[KnownFact, ...]
    not_known: tuple[UnknownFact, ...]
    tried: tuple[Tried, ...]


def record(session: Session, *, language: str, stopped: str, now: datetime | None = None) -> Blocks:
    """The blocks that `{{ record }}` stands for. `sensitive` values are masked: a message is no case.

    Args:
        session: what is told of. Its prompt is not read, so that a prompt may hold a record.
        language: the reader's.
        stopped: where it stopped, in words; left out if empty.
        now: when it is written, to be said at its end; left out if nothing.
    """
    found = recorded(session, language)
    blocks = list(record_blocks(found, language, stopped))
    if now is not None:
        blocks.append(paragraph(say("record.written_on", language, time=show_time(now, language))))
    return tuple(blocks)


def record_blocks(found: Recorded, language: str, stopped: str) -> Iterator[Block]:
    """What was found as blocks: a heading and a list for each kind that there is something of."""
    if found.known:
        yield heading(say("record.known", language))
        yield listing(*(entry(known.label, known.text, language) for known in found.known))
    if found.not_known:
        yield heading(say("record.not_known", language))
        yield listing(*(unknown.label for unknown in found.not_known))
    yield heading(say("record.tried", language))
    if found.tried:
        yield listing(*(entry(tried.label, tried.text, language) for tried in found.tried))
    else:
        yield paragraph(say("record.nothing_tried", language))
    if stopped:
        yield heading(say("record.stopped", language))
        yield paragraph(stopped)


def recorded(session: Session, language: str, *, full: bool = False) -> Recorded:
    """What a session holds.

    Args:
        session: ended or halfway.
        language: the reader's.
        full: whether `sensitive` values stand in it; else they are masked.
    """
    answers: dict[tuple[str, Items], TrailEntry] = {}
    for asked in session.trail:
        if asked.kind == "ask":
            answers.pop((asked.fact, asked.items), None)  # a later answer counts, and stands where it was given
            answers[asked.fact, asked.items] = asked
    known: list[KnownFact] = []
    not_known: list[UnknownFact] = []
    for (fact, items), asked in answers.items():
        label = _fact_label(session, asked, language, full=full)
        value = _value(session, fact, items)
        if value is not None:
            masked = not full and is_sensitive(session.pack, fact)
            text = MASK if masked else show(session.pack, fact, value, language)
            known.append(KnownFact(fact, label, MASK if masked else written(value), text))
        elif asked.value == UNSURE:  # what was left empty is neither known nor in doubt
            not_known.append(UnknownFact(fact, label))
    tried = [_tried(session, asked, language, full=full) for asked in session.trail if asked.kind == "try"]
    return Recorded(tuple(known), tuple(not_known), tuple(tried))


def shower(pack: Pack, known: Known, language: str, *, full: bool, item: str = "") -> Callable[[str], str]:
    """A function from a placeholder's name to the words that stand for it.

    Args:
        pack: where the facts are defined.
        known: what is known.
        language: the reader's.
        full: whether `sensitive` values are shown; else they are masked.
        item: the label of the item that it is about, for `{{ item }}`.
    """

    def words(name: str) -> str:
        if name == "item":
            return item
        entries = known.entries.get(name)
        of_items = entries if entries and name not in known.facts else None
        value = known.get(name)
        if not full and (value is not None or of_items) and is_sensitive(pack, name):
            return MASK
        if of_items:  # all answers of a fact that was asked for each item
            return ", ".join(show(pack, name, one, language) for one in of_items.values())
        return show(pack, name, value, language)

    return words


def item_label(session: Session, place: str, language: str) -> str:
    """The labels of the items that a place is about, outermost first; "" where it is about none."""
    spot = read_place(place)
    around = items_at(session.pack, session.flow, spot) if spot is not None else ()
    return ", ".join(show(session.pack, fact, value, language) for fact, value in around)


def paragraph(text: str) -> Paragraph:
    """Text as one paragraph in which nothing is interpreted; its line ends stay."""
    return Paragraph(_spans(text))


def heading(text: str) -> Paragraph:
    """Text as a heading: a paragraph of bold words."""
    return Paragraph((Span(text, bold=True),))


def listing(*items: str) -> Listing:
    """Texts as a plain list."""
    return Listing(tuple((paragraph(item),) for item in items))


def entry(label: str, text: str, language: str) -> str:
    """A label with what stands behind it: "Order number: 4711", but "Does it print? Yes"."""
    if label.endswith(_QUESTION_MARKS):
        return say("record.answered", language, label=label, text=text)
    return say("record.entry", language, label=label.rstrip(".:") or label, text=text)


def _spans(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    for part in text.split("\n"):
        if spans:
            spans.append(Span("", "break"))
        spans.append(Span(part))
    return tuple(spans)


def _value(session: Session, fact: str, items: Items) -> Value | None:
    if items:
        return session.known.entries.get(fact, {}).get(items)
    return session.known.facts.get(fact)


def _fact_label(session: Session, asked: TrailEntry, language: str, *, full: bool) -> str:
    fact = session.pack.facts.get(asked.fact)
    if fact is None:
        return asked.question
    return _label(session, plain_text(fact.label) if fact.label else fact.ask, asked, language, full=full)


def _tried(session: Session, asked: TrailEntry, language: str, *, full: bool) -> Tried:
    spot = read_place(asked.place)
    node = node_at(session.pack, session.flow, spot) if spot is not None else None
    step = node if isinstance(node, Step) else None
    result = str(asked.value)
    if step is not None and result in step.also:
        text = step.also[result]
    else:
        text = say(f"tried.{result}", language) if result in TRY_ANSWERS else asked.label
    label = _label(session, (step.label or step.text) if step is not None else None, asked, language, full=full)
    return Tried(asked.place, step.id if step is not None else "", label, result, text)


def _label(session: Session, text: Text | None, asked: TrailEntry, language: str, *, full: bool) -> str:
    """A label with its placeholders filled, and with the item in brackets unless it names it."""
    item = item_label(session, asked.place, language)
    show_words = shower(session.pack, session.known, language, full=full, item=item)
    words = line(fill(text, session.known, show_words)) or asked.question
    names_item = text is not None and "item" in text.facts()
    return words if not item or names_item else say("record.item", language, label=words, item=item)
