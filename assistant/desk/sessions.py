"""Kept sessions from outside: lists, one with all that was said, exports, and removing them for good.

Whatever is sensitive is masked here unless the caller asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from assistant.desk import cases
from assistant.desk.memory import Memory
from assistant.desk.phrases import answers_shown, label_of
from assistant.desk.resuming import Unreadable, as_held
from assistant.desk.summary import Line, by_term, read_snapshot, terms_of
from assistant.desk.who import CUSTOMER
from assistant.engine.events import Late, Noted, Written
from assistant.engine.sensitive import is_sensitive
from assistant.engine.wording import MASK
from assistant.progress import Progress, nobody
from assistant.store.codes import shown
from assistant.store.protocol import Query, Stored, Summary, moment, stamp
from assistant.words import say
from assistant.words.formats import show_date, show_time

if TYPE_CHECKING:
    from assistant.engine import Session

_AT_ONCE = 500


class Entry(NamedTuple):
    """An answer of a session as it is shown from outside."""

    question: str
    label: str
    by: str
    time: datetime
    place: str = ""
    value: object = None


def listed(memory: Memory, *, state: str = "", words: str = "", limit: int = 50) -> list[Summary]:
    """Sessions, those spoken in last first.

    Args:
        memory: the store.
        state: "open", "later" or "ended"; "" for all.
        words: beginnings of words that all must be found.
        limit: at most so many.

    Raises:
        StoreError: the store fails.
    """
    query = Query(states=(state,) if state else (), words=tuple(dict.fromkeys(terms_of(words))), limit=limit)
    return memory.store().sessions(query)


def line_of(summary: Summary, language: str = "en") -> str:
    """A session in one line: what it is about, where it stands, since when."""
    when = show_time(moment(summary.changed).astimezone(), language)
    if summary.state == "open":
        return say("sessions.open", language, title=summary.title, at=summary.at, when=when)
    if summary.come_back:
        day = show_date(date.fromisoformat(summary.come_back), language)
        return say("sessions.later", language, title=summary.title, at=summary.at, day=day)
    return say("sessions.ended", language, title=summary.title, at=summary.at, when=when)


def as_object(summary: Summary) -> dict[str, object]:
    """A session for `--json`."""
    return {
        "code": shown(summary.code), "flow": summary.flow, "title": summary.title, "pack": summary.pack_id,
        "digest": summary.pack, "state": summary.state, "at": summary.at, "outcome": summary.outcome, "kind": summary.kind,
        "audience": summary.audience, "by": summary.by, "started": summary.started, "changed": summary.changed,
        "come_back": summary.come_back,
    }  # fmt: skip


class Whole(NamedTuple):
    """A session with all that was said. `session` is nothing where its flow can't be read any more."""

    stored: Stored
    session: Session | None
    trail: tuple[Entry, ...]
    notes: tuple[Noted, ...]
    late: tuple[Entry, ...] = ()
    """Answers that came too late, since somebody else had gone on: kept beside the others."""


def whole(memory: Memory, stored: Stored, *, sensitive: bool = False) -> Whole:
    """A session with its full trail.

    Args:
        memory: the store.
        stored: the session.
        sensitive: whether answers that must not be shown are.

    Raises:
        StoreError: the store fails.
    """
    notes = tuple(event for event in stored.events if isinstance(event, Noted))
    try:
        session = as_held(memory, stored)
    except Unreadable:
        lines: tuple[Line, ...] = read_snapshot(stored.snapshot).trail
        return Whole(stored, None, tuple(Entry(one.question, one.label, one.by, one.time) for one in lines), notes)
    trail = tuple(
        Entry(
            one.question, one.label if sensitive else label_of(one), one.by, one.time, one.place,
            one.value if sensitive or not one.sensitive else MASK,
        )
        for one in answers_shown(session.trail)
    )  # fmt: skip
    late = tuple(
        Entry(one.place, value, event.by, event.time, one.place, value)
        for event in stored.events if isinstance(event, Late)
        for one in event.answers
        if (value := MASK if not sensitive and is_sensitive(session.pack, one.fact) else _written(one.value)) is not None
    )  # fmt: skip
    return Whole(stored, session, trail, notes, late)


def _written(value: Written) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def whole_object(found: Whole) -> dict[str, object]:
    """A session with its trail, notes and cases for `--json` and JSON Lines."""
    code = shown(found.stored.summary.code)
    return {
        **as_object(found.stored.summary),
        "trail": [
            {
                "place": one.place, "question": one.question, "value": one.value, "label": one.label, "by": one.by,
                "time": one.time.isoformat(),
            }
            for one in found.trail
        ],
        "notes": [{"text": one.text, "by": one.by, "time": one.time.isoformat()} for one in found.notes],
        "late": [
            {"place": one.place, "value": one.value, "by": one.by, "time": one.time.isoformat()} for one in found.late
        ],
        "cases": [cases.as_object(row, code) for row in found.stored.cases],
    }  # fmt: skip


def whole_text(found: Whole, language: str = "en") -> str:
    """A session with its trail, notes and cases as Markdown."""
    summary = found.stored.summary
    code = shown(summary.code)
    parts = [f"# {summary.title}", f"{code}. {line_of(summary, language)}"]
    if found.trail:
        parts.append("\n".join(_trail_line(one, language) for one in found.trail))
    if found.late:
        late = "\n".join(_trail_line(one, language) for one in found.late)
        parts.append(f"## {say('sessions.late', language)}\n\n{late}")
    if found.notes:
        told = (f"- {one.text} ({one.by}, {show_time(one.time, language)})" for one in found.notes)
        parts.append("\n".join((f"## {say('record.notes', language)}", "", *told)))
    if found.stored.cases:
        told = (f"- {cases.line_of(row, code, language)}" for row in found.stored.cases)
        parts.append("\n".join((f"## {say('cases.title', language)}", "", *told)))
    if found.session is None:
        parts.append(say("sessions.unreadable", language))
    return "\n\n".join(parts) + "\n"


def _trail_line(one: Entry, language: str) -> str:
    return say(
        "sessions.answer", language, question=one.question, label=one.label, by=one.by, when=show_time(one.time, language)
    )


def every(memory: Memory, progress: Progress = nobody) -> Iterator[Stored]:
    """All sessions of a store, those spoken in last first.

    Args:
        memory: the store.
        progress: told how many are done, and of how many.

    Raises:
        StoreError: the store fails.
    """
    found = list(_all(memory, Query(limit=_AT_ONCE)))
    for count, summary in enumerate(found, 1):
        stored = memory.store().load(summary.id)
        if stored is not None:
            yield stored
        progress(count, len(found))


def to_purge(
    memory: Memory, progress: Progress = nobody, *, before: datetime | None = None, person: str = ""
) -> list[Summary]:
    """The sessions that a purge would remove.

    Args:
        memory: the store.
        progress: told how many sessions are read, and of how many, where they have to be.
        before: only those that nobody has spoken in since.
        person: only those of a person: held by somebody of that name, or with that address or name in an answer.

    Raises:
        StoreError: the store fails.
    """
    limit = stamp(before) if before is not None else ""
    if not person:
        return list(_all(memory, Query(before=limit, limit=_AT_ONCE)))
    wanted = frozenset(terms_of(person))
    if not wanted:
        return []
    found: dict[str, Summary] = {}
    if person.strip().casefold() != CUSTOMER:  # which is everybody's name
        for one in _all(memory, Query(before=limit, words=(by_term(person),), exact=True, limit=_AT_ONCE)):
            found[one.id] = one
    there = list(_all(memory, Query(before=limit, limit=_AT_ONCE)))
    for count, one in enumerate(there, 1):  # what is sensitive is not searched by: so all are read
        stored = memory.store().load(one.id) if one.id not in found else None
        if stored is not None and (wanted <= stored.terms or any(wanted <= said for said in _said(stored))):
            found[one.id] = one
        progress(count, len(there))
    return list(found.values())


def _said(stored: Stored) -> Iterator[frozenset[str]]:
    """The terms of each answer of a session, in force or not."""
    for event in stored.events:
        for answer in (*getattr(event, "answers", ()), *getattr(event, "given", ())):
            values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
            yield from (frozenset(terms_of(value)) for value in values)


def _all(memory: Memory, query: Query) -> Iterator[Summary]:
    """Every session of a query, a page after the other."""
    import msgspec

    seen: set[str] = set()
    while True:
        page = memory.store().sessions(query)
        fresh = [one for one in page if one.id not in seen]
        yield from fresh
        seen.update(one.id for one in fresh)
        if not fresh or len(page) < query.limit:
            return
        query = msgspec.structs.replace(query, before=_just_after(page[-1].changed))


def _just_after(changed: str) -> str:
    """The next moment: sessions of the same microsecond as the last one of a page are on the next page too."""
    return stamp(moment(changed) + timedelta(microseconds=1))
