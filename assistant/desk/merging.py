"""Two people on one session: the later one goes on from where the first one left it, and neither's answers are lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from assistant import engine
from assistant.desk.packs import pack_kept
from assistant.engine.events import (
    Answered,
    Attached,
    Changed,
    Ended,
    Filed,
    HandedOver,
    LanguageChosen,
    Moved,
    Noted,
    TakenBack,
    facts_said,
)
from assistant.store.protocol import CaseRow, Conflict, StoreError

if TYPE_CHECKING:
    from assistant.desk.keeping import Keeper
    from assistant.engine import Session
    from assistant.engine.events import LogEvent

_STEERING = (Answered, Changed, TakenBack, Moved)
"""Events that lead a conversation elsewhere."""
_TRIES = 20
"""How often somebody else may be quicker once more."""


class Merged(NamedTuple):
    """A session in which both have spoken: who went on meanwhile, and where its pack lies now."""

    session: Session
    by: str
    source: Path | None
    is_apart: bool
    """Nothing that was said here met anything that they said."""


def merged(
    keeper: Keeper, ours: Session, content: Callable[[str], bytes | None], filed: tuple[CaseRow, ...] = (), *,
    now: datetime, by: str,
) -> Merged | None:  # fmt: skip
    """Put what happened here beside what somebody else did, and keep it.

    Args:
        keeper: of the conversation; it goes on from what is stored.
        ours: the session with what could not be kept.
        content: the content of a file that was given here.
        filed: cases that were filed here: they stay filed, as they were seen.
        now, by: as for every event.

    Returns:
        both in one session; nothing where the store failed, or does not hold the session any more: then ours is kept as
        it is, now or with the next save.
    """
    since = ours.log[keeper.saved :]
    for _ in range(_TRIES):
        try:
            stored = keeper.theirs()
            if stored is None:
                keeper.begin_anew()
                keeper.keep(ours, content)
                return None
            if stored.events == ours.log[: len(stored.events)]:  # an older copy of the store was put in its place
                keeper.take_over(stored)
                keeper.keep(ours, content, filed)
                return None
            summary = stored.summary
            pack = pack_kept(keeper.memory.store(), summary.pack, summary.flow, ours.pack, facts_said(stored.events))
            theirs = engine.replay(pack, stored.events)
        except StoreError:
            return None
        is_apart = _are_apart(stored.events[keeper.saved :], since)
        session = engine.replay(pack, (*stored.events, *since)) if is_apart else _beside(theirs, since, now, by)
        keeper.take_over(stored)
        try:
            keeper.keep(session, content, _beside_theirs(filed, stored.cases))
        except Conflict:
            continue
        return Merged(session, stored.summary.by, keeper.source, is_apart)
    return None


def _are_apart(theirs: tuple[LogEvent, ...], ours: tuple[LogEvent, ...]) -> bool:
    """Whether they only looked, or wrote a note: then what was said here simply comes after it. Two who file are told."""
    both_filed = all(any(isinstance(event, Filed) for event in events) for events in (theirs, ours))
    return not both_filed and not any(isinstance(event, _STEERING) for event in theirs)


def _beside_theirs(filed: tuple[CaseRow, ...], theirs: tuple[CaseRow, ...]) -> tuple[CaseRow, ...]:
    """Cases that were filed here; one that somebody else has filed meanwhile stays beside it."""
    taken = {row.number for row in theirs if row.filed}
    free = max((row.number for row in theirs), default=0) + 1
    return tuple(msgspec.structs.replace(row, number=free) if row.number in taken else row for row in filed if row.filed)


def _beside(session: Session, since: tuple[LogEvent, ...], now: datetime, by: str) -> Session:
    """A session with the events of somebody who did not know all of it: answers stay out of force."""
    for event in since:
        match event:
            case Answered() | Changed():
                session = engine.late(session, event.answers, now=now, by=by)
            case Noted():
                session = engine.note(session, event.text, now=now, by=by)
            case Attached():
                session = engine.attach(
                    session, name=event.name, digest=event.digest, size=event.size, media_type=event.media_type,
                    beside=event.beside, now=now, by=by,
                )  # fmt: skip
            case Filed():
                session = engine.file(session, portal=event.portal, number=event.number, now=now, by=by)
            case Ended() if session.ended and session.state.outcome(session.pack).id == event.outcome:  # type: ignore[union-attr]
                session = engine.end(session, now=now, by=by, solved=event.solved)
            case HandedOver():
                session = engine.hand_over(session, event.audience, now=now, by=by)
            case LanguageChosen():
                session = engine.choose_language(session, event.language, now=now, by=by)
    return session
