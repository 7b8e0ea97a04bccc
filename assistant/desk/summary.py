"""What is kept of a session besides its log: how a list shows it, what it is found by, and what can be shown of it where
the log can't be folded any more. Pure: it reads a session and gives data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from assistant import __version__
from assistant.desk.phrases import answers_shown, label_of
from assistant.desk.who import CUSTOMER
from assistant.engine.events import Answered, Attached, Changed, Ended, LogEvent, Noted, Started, TakenBack
from assistant.engine.prompt import Ending
from assistant.engine.sensitive import is_sensitive
from assistant.engine.wording import heading
from assistant.flow.reads import facts_read
from assistant.store.protocol import SessionState, Summary, stamp

if TYPE_CHECKING:
    from assistant.engine import Session

_WORD = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"\S+")
_LONGEST = 64
_MOST_TERMS = 400
_SEARCHED = ("text", "email", "number", "money", "date")
"""Types of facts whose answers are searched by: what is picked from a list would find half of all sessions."""


class Line(msgspec.Struct, frozen=True):
    """An answer as a snapshot holds it; a sensitive one is masked."""

    question: str
    label: str
    by: str
    time: datetime


class Snapshot(msgspec.Struct, frozen=True):
    """What can be shown of a session without its flow."""

    at: str
    trail: tuple[Line, ...]


def summary(session: Session, *, key: str, code: str, origin: str) -> Summary:
    """How a list shows a session."""
    prompt, last = session.prompt, session.log[-1]
    ending = prompt if isinstance(prompt, Ending) else None
    comes_back = ending is not None and bool(ending.come_back) and not said_of_ending(session.log)
    state: SessionState = "open" if ending is None else "later" if comes_back else "ended"
    day = come_back_day(session) if ending is not None else ""
    return Summary(
        id=key, code=code, pack=session.pack.digest, pack_id=session.pack.id, origin=origin,
        flow=session.flow, title=session.pack.flows[session.flow].title,
        at=(ending.title or ending.outcome) if ending is not None else heading(prompt),
        state=state, outcome=ending.outcome if ending is not None else "", kind=ending.kind if ending is not None else "",
        audience=session.audience, language=session.language, by=last.by,
        started=stamp(session.started.time), changed=stamp(last.time), come_back=day, engine=__version__,
    )  # fmt: skip


def said_of_ending(log: tuple[LogEvent, ...]) -> bool | None:
    """What was said about the ending that stands: whether it solved the problem; nothing where nobody said."""
    for event in reversed(log):
        if isinstance(event, Ended) and event.solved is not None:
            return event.solved
        if isinstance(event, Started | Answered | Changed | TakenBack):
            return None
    return None


def come_back_day(session: Session) -> str:
    """The day to come back that an ending names, as an ISO date; "" where it names none, or one that must not be shown."""
    prompt = session.prompt
    outcome = session.pack.outcome(prompt.flow, prompt.outcome) if isinstance(prompt, Ending) else None
    rule = outcome.come_back if outcome is not None else None
    if rule is None or any(is_sensitive(session.pack, name) for name in facts_read(rule, session.pack.facts)):
        return ""
    day = rule.evaluate(session.known)
    return str(day) if day is not None else ""


def snapshot(session: Session) -> bytes:
    """What can be shown of a session without its flow."""
    prompt = session.prompt
    at = (prompt.title or prompt.outcome) if isinstance(prompt, Ending) else heading(prompt)
    lines = tuple(Line(one.question, label_of(one), one.by, one.time) for one in answers_shown(session.trail))
    return msgspec.json.encode(Snapshot(at, lines))


def read_snapshot(data: bytes) -> Snapshot:
    """A snapshot as it was kept; an empty one where another version of the program wrote it in another form."""
    try:
        return msgspec.json.decode(data, type=Snapshot)
    except msgspec.MsgspecError:
        return Snapshot("", ())


def terms(session: Session, more: Iterable[str] = ()) -> frozenset[str]:
    """What a session is found by: the words of its flow, of its ending, of notes, and what was typed.

    Args:
        session: any session. Sensitive answers are left out.
        more: other texts to be found by, such as the subject of its case.
    """
    found: dict[str, None] = {}
    for text in (*_texts(session), *more):
        for term in terms_of(text):
            found[term] = None
            if len(found) >= _MOST_TERMS:
                return frozenset(found)
    return frozenset(found)


def people(session: Session) -> frozenset[str]:
    """Those who spoke in it: as terms that no words are, and by their names."""
    names = {event.by for event in session.log if event.by}
    words = (term for name in names - {CUSTOMER} for term in terms_of(name))
    return frozenset({*map(by_term, names), *words})


def by_term(name: str) -> str:
    """The term that sessions of a person have."""
    return f"by:{' '.join(name.split()).casefold()}"[:_LONGEST]


def terms_of(text: str) -> Iterator[str]:
    """The terms of a text: its words, and what stands between blanks (an address, an order number) as a whole."""
    readable = text.encode("utf-8", "replace").decode()  # an argument may hold bytes that are no text
    for chunk in _CHUNK.findall(readable.casefold()):
        whole = chunk.strip(".,;:!?()[]{}<>\"'")
        if whole:
            yield whole[:_LONGEST]
        words = _WORD.findall(whole)
        if len(words) > 1:
            yield from (word[:_LONGEST] for word in words)


def _texts(session: Session) -> Iterator[str]:
    yield session.pack.flows[session.flow].title
    prompt = session.prompt
    if isinstance(prompt, Ending):
        yield prompt.title
    for entry in session.trail:
        fact = session.pack.facts.get(entry.fact)
        if fact is not None and fact.type in _SEARCHED and not entry.sensitive and isinstance(entry.value, str):
            yield entry.value
    for event in session.log:
        if isinstance(event, Noted):
            yield event.text
        elif isinstance(event, Attached) and event.beside:
            yield event.name
