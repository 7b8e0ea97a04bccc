"""What is put on the log of a conversation without moving it: who looks at it, in which language, notes, files, late
answers, and what became of its ending. The walk stays as it is, so nothing is folded anew.
"""

from __future__ import annotations

from datetime import datetime

from assistant.engine.events import (
    Answer,
    Attached,
    Ended,
    Filed,
    HandedOver,
    LanguageChosen,
    Late,
    LogEvent,
    Noted,
)  # fmt: skip
from assistant.engine.session import Session


def hand_over(session: Session, audience: str, *, now: datetime, by: str = "") -> Session:
    """Show it to another audience. The way through the flow stays as it began."""
    return _beside(session, HandedOver(time=now, by=by, audience=audience))


def choose_language(session: Session, language: str, *, now: datetime, by: str = "") -> Session:
    """Hold it in another language from here on."""
    return _beside(session, LanguageChosen(time=now, by=by, language=language))


def note(session: Session, text: str, *, now: datetime, by: str = "") -> Session:
    """Write a note beside the conversation."""
    return _beside(session, Noted(time=now, by=by, text=text))


def attach(
    session: Session, *, name: str, digest: str, size: int, media_type: str, beside: bool, now: datetime, by: str = ""
) -> Session:
    """Put down that a file was given.

    Args:
        session: the conversation.
        name: what the file is called in it.
        digest: the SHA-256 of its content.
        size: in bytes.
        media_type: what it is.
        beside: whether it was given beside the conversation; else it belongs to the answer that names it.
        now: the time.
        by: who gave it.
    """
    event = Attached(time=now, by=by, name=name, digest=digest, size=size, media_type=media_type, beside=beside)
    return _beside(session, event)


def late(session: Session, answers: tuple[Answer, ...], *, now: datetime, by: str = "") -> Session:
    """Keep answers that came too late, since somebody else had gone on: out of force, offered where they were meant.

    Args:
        session: the conversation, as the other one left it.
        answers: what was answered, as the log would have held it.
        now: the time.
        by: who answered.
    """
    return _beside(session, Late(time=now, by=by, answers=answers))


def end(session: Session, *, now: datetime, by: str = "", solved: bool | None = None) -> Session:
    """Put down that the ending was reached.

    Args:
        session: the conversation.
        now: the time.
        by: who reached it.
        solved: whether it solved the problem, where somebody said so.

    Raises:
        ValueError: none is reached yet.
    """
    outcome = session.state.outcome(session.pack)
    if not session.ended or outcome is None:
        raise ValueError("only a conversation that has ended can be closed")
    return _beside(session, Ended(time=now, by=by, outcome=outcome.id, solved=solved))


def file(session: Session, *, portal: str, number: str, now: datetime, by: str = "") -> Session:
    """Put down that the case was filed.

    Args:
        session: the conversation.
        portal: where.
        number: what the portal gave, or "".
        now: the time.
        by: who filed it.
    """
    return _beside(session, Filed(time=now, by=by, portal=portal, number=number))


def _beside(session: Session, event: LogEvent) -> Session:
    book = session.book.add(len(session.log), event) if isinstance(event, Late) else session.book
    return Session(session.pack, (*session.log, event), book, session.state)
