"""Cases: a draft as long as nobody files it, frozen from then on. What a case says is `case`'s; where it is kept, `store`'s.

Nothing is ever sent: a person files a case in its portal and tells the number that it got there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from textwrap import shorten
from typing import IO, TYPE_CHECKING

import msgspec

from assistant.case import Case, as_json, as_markdown, subject
from assistant.case.parcel import Attached as Enclosed
from assistant.case.parcel import Parcel
from assistant.case.parcel import write as write_parcel
from assistant.desk.saving import SAVED_AS, UnknownKind, write_new
from assistant.engine.events import Answered, Attached, Changed, Filed, LogEvent, TakenBack
from assistant.engine.prompt import WITH_CASE, Ending, Letter
from assistant.store.protocol import CaseRow, CaseState, Query, moment, stamp
from assistant.words import say
from assistant.words.formats import show_time

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.engine import Session

_NO_CASE = -1
_SHORT = 200
"""Characters of a note in a list."""
STATES: tuple[CaseState, ...] = ("draft", "filed", "closed")


class Body(msgspec.Struct, frozen=True):
    """A case as it is kept: whole, with the words in which it is shown."""

    case: Case
    letter: Letter | None
    language: str
    text: str


class _Shown(msgspec.Struct, frozen=True):
    """The part of a kept case that every version of the program can read."""

    text: str = ""


def body_of(row: CaseRow) -> Body | None:
    """A kept case; nothing where another version of the program kept it in another form."""
    try:
        return msgspec.json.decode(row.body, type=Body)
    except msgspec.MsgspecError:
        return None


def text_of(row: CaseRow) -> str:
    """A kept case as Markdown."""
    try:
        return msgspec.json.decode(row.body, type=_Shown).text
    except msgspec.MsgspecError:
        return ""


def name_of(row: CaseRow, code: str) -> str:
    """What a case is called: the code of its session, and its number where it is not the first."""
    return code if row.number == 1 else f"{code}/{row.number}"


def read_name(typed: str) -> tuple[str, int]:
    """The code that a case's name begins with, and its number; 0 where none is told, -1 where what is told is none."""
    code, slash, number = typed.partition("/")
    if not slash:
        return code, 0
    return code, int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else _NO_CASE


def drafts(session: Session, kept: tuple[CaseRow, ...], case: Case, now: datetime) -> tuple[CaseRow, ...]:
    """What is to be written of a session's cases, when it has changed.

    At an ending that calls for a case there is a draft, kept up to date; a new one beside one that was filed, where an
    answer changed since. Elsewhere a draft goes on as what it would be by now, as long as the session is not over.
    """
    last = kept[-1] if kept else None
    ending = session.prompt if isinstance(session.prompt, Ending) else None
    calls = ending is not None and ending.kind in WITH_CASE
    if last is not None and last.filed:
        if not (calls and _changed_since_filed(session.log)):
            return ()
        last = None
    if last is None and not calls:
        return ()
    state: CaseState = "draft" if calls or ending is None else "closed"
    return (row(session, case, kept if last is None else kept[:-1], state=state, now=now, before=last),)


def row(
    session: Session, case: Case, others: tuple[CaseRow, ...], *, now: datetime, state: CaseState = "draft",
    before: CaseRow | None = None,
) -> CaseRow:  # fmt: skip
    """A case as it is to be written: beside the others of its session, or in the place of a draft."""
    letter = getattr(session.prompt, "letter", None)
    body = Body(case, letter, session.language, as_markdown(case, session.language, letter=letter))
    return CaseRow(
        session=before.session if before is not None else "",
        number=(others[-1].number if others else 0) + 1,
        state=state,
        subject=subject(session, full=False),
        portal=case.portal.title if case.portal is not None else "",
        note=before.note if before is not None else "",
        body=msgspec.json.encode(body),
        changed=stamp(now),
        by=session.log[-1].by,
    )


def _changed_since_filed(log: tuple[LogEvent, ...]) -> bool:
    """Whether an answer was given, changed or taken back after the case was filed last."""
    for event in reversed(log):
        if isinstance(event, Filed):
            return False
        if isinstance(event, Answered | Changed | TakenBack):
            return True
    return False


def filed(row: CaseRow, *, reference: str, note: str, now: datetime, by: str) -> CaseRow:
    """A case as it was filed: its text stays as it is now."""
    return msgspec.structs.replace(
        row,
        state="filed",
        reference=" ".join(reference.split()),
        note=note or row.note,
        filed=stamp(now),
        changed=stamp(now),
        by=by,
    )


def noted(row: CaseRow, *, now: datetime, by: str, note: str = "", state: CaseState | None = None) -> CaseRow:
    """A case with a note put to it, or in another state."""
    whole = "\n".join(filter(None, (row.note, note)))
    return msgspec.structs.replace(row, note=whole, state=state or row.state, changed=stamp(now), by=by)


def enclosed(row: CaseRow, name: str) -> CaseRow:
    """A case with one more attachment; its text stays as it was filed."""
    body = body_of(row)
    if body is None or name in body.case.attachments:
        return row
    case = msgspec.structs.replace(body.case, attachments=(*body.case.attachments, name))
    return msgspec.structs.replace(row, body=msgspec.json.encode(msgspec.structs.replace(body, case=case)))


def listed(memory: Memory, *, state: str = "", words: str = "", limit: int = 50) -> list[CaseRow]:
    """Cases, those changed last first.

    Args:
        memory: the store.
        state: only those in this state.
        words: beginnings of words that all must be found in the session: an order, an address, any text.
        limit: at most so many.

    Raises:
        StoreError: the store fails.
    """
    from assistant.desk.summary import terms_of

    query = Query(states=(state,) if state else (), words=tuple(dict.fromkeys(terms_of(words))), limit=limit)
    return memory.store().cases(query)


def write(row: CaseRow, attached: Iterable[Attached], memory: Memory, path: Path, now: datetime) -> None:
    """Write a kept case to a new file, in the way that the name's ending tells, with the files that were given.

    Raises:
        UnknownKind: another ending, or the case was kept by another version of the program and can only be Markdown.
        OSError: the file is there already, or cannot be written.
    """
    ending, body = path.suffix.lower(), body_of(row)
    if ending not in SAVED_AS or (body is None and ending != ".md"):
        raise UnknownKind(ending)
    if body is None:
        text = text_of(row)
        write_new(path, lambda file: _written(file, text))
        return
    given = {one.name: one for one in attached}
    files = tuple(
        Enclosed(one.name, one.media_type, _opener(memory, row.session, one.digest))
        for name in body.case.attachments
        if (one := given.get(name)) is not None
    )
    parcel = Parcel(body.case, body.letter, files, body.language, now, has_message=True)
    write_new(path, lambda file: write_parcel(parcel, ending, file))


def _written(file: IO[bytes], text: str) -> None:
    file.write(text.encode())


def _opener(memory: Memory, session: str, digest: str) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        data = memory.store().file(session, digest)
        if data is None:
            raise FileNotFoundError(digest)
        return BytesIO(data)

    return opened


def line_of(row: CaseRow, code: str, language: str = "en") -> str:
    """A case in one line."""
    state = say(f"cases.{row.state}", language)
    number = say("cases.number", language, number=row.reference) if row.reference else ""
    note = shorten(row.note.replace("\n", "; "), _SHORT, placeholder=" …")
    return ". ".join(filter(None, (f"{name_of(row, code)} · {state}", row.subject, row.portal, number, note)))


def already_filed(row: CaseRow, language: str = "en") -> str:
    """That a case was filed already: when, and with which number."""
    when = show_time(moment(row.filed).astimezone(), language)
    return say("cases.already", language, when=when, number=row.reference or say("cases.no_number", language))


def as_object(row: CaseRow, code: str, *, whole: bool = False) -> dict[str, object]:
    """A case for `--json`; with `whole`, what it says too."""
    found: dict[str, object] = {
        "case": name_of(row, code), "state": row.state, "subject": row.subject, "portal": row.portal,
        "number": row.reference, "note": row.note, "changed": row.changed, "filed": row.filed, "by": row.by,
    }  # fmt: skip
    body = body_of(row) if whole else None
    if body is not None:
        found["content"] = as_json(body.case)
    return found
