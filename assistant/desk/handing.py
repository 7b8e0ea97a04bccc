"""A session as one file, to go on with it on another machine: its log, the sources of its pack and the files given.

Every part is named with its digest and checked when the file is read. Nothing in it is ever unpacked to a disk or run.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from errno import ENOENT
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec

from assistant import __version__
from assistant.desk import summary
from assistant.desk.files import MOST_BYTES, MOST_BYTES_IN_ALL
from assistant.desk.saving import SESSION, write_new
from assistant.engine.events import Answer, Answered, Attached, Changed, Late, LogEvent, Moved, Started, TakenBack
from assistant.engine.sensitive import is_sensitive
from assistant.engine.session import replay
from assistant.flow.files import digest_of, file_digest
from assistant.flow.load import compile_sources
from assistant.progress import Progress, nobody
from assistant.store.codes import new_key, shown
from assistant.store.protocol import CaseRow, Conflict, PackSources, Save, Stored, StoredFile, Summary, moment
from assistant.words import is_language, say

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.flow.model import Pack
    from assistant.store.protocol import Store

FORMAT = 1
_MOST_PACK = 50_000_000
_MOST_LOG = 20_000_000
_MOST_PARTS = 20_000
_KEY = 36
"""Characters of a key."""
_CARRYING = (Answered, Changed, TakenBack, Late)


class NotASession(Exception):
    """A file that holds no session, or a damaged one. `code` and `arguments` make the sentence."""

    def __init__(self, code: str, **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments


class _Head(msgspec.Struct, frozen=True):
    """What stands first in the file: what it is, and the digest of every other part."""

    format: int
    program: str
    summary: Summary
    parts: dict[str, str]


def export(
    memory: Memory, stored: Stored, path: Path, progress: Progress = nobody, *,
    sensitive: bool = False, pack: Pack | None = None,
) -> int:  # fmt: skip
    """Write a session to a new file.

    Args:
        memory: the store that it is in.
        stored: the session.
        path: the file to make.
        progress: told how many bytes are written, and of how many.
        sensitive: whether answers that must not be shown go along; else they are left out, to be asked again.
        pack: the pack that it is held on, to tell which answers are sensitive; without one all text is taken for it.

    Returns:
        how many answers were left out.

    Raises:
        OSError: the file is there already, or cannot be written.
        StoreError: the store fails.
    """
    store = memory.store()
    events, left_out = (stored.events, 0) if sensitive else _without_sensitive(stored.events, pack)
    parts = dict(_parts(store, stored, events, whole=left_out == 0))
    head = _Head(FORMAT, __version__, stored.summary, {name: file_digest(data) for name, data in parts.items()})

    def write(file: IO[bytes]) -> None:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("session.json", msgspec.json.encode(head))
            done, whole = 0, sum(map(len, parts.values()))
            for name, data in parts.items():
                archive.writestr(name, data)
                done += len(data)
                progress(done, whole)

    write_new(path, write)
    return left_out


def _parts(store: Store, stored: Stored, events: tuple[LogEvent, ...], *, whole: bool) -> Iterator[tuple[str, bytes]]:
    yield "events.jsonl", b"".join(msgspec.json.encode(event) + b"\n" for event in events)
    if whole:  # cases, as they are kept, hold what is sensitive in full
        yield "cases.jsonl", b"".join(msgspec.json.encode(case) + b"\n" for case in stored.cases)
    yield "snapshot.json", stored.snapshot
    sources = store.pack(stored.summary.pack)
    for name, data in (sources.files if sources is not None else {}).items():
        yield f"pack/{name}", data
    for digest in dict.fromkeys(event.digest for event in events if isinstance(event, Attached)):
        content = store.file(stored.summary.id, digest)
        if content is not None:
            yield f"files/{digest}", content


def _without_sensitive(events: tuple[LogEvent, ...], pack: Pack | None) -> tuple[tuple[LogEvent, ...], int]:
    left_out = 0
    private = _private_files(events, pack)

    def fit(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
        nonlocal left_out
        kept = tuple(one for one in answers if not one.fact or (pack is not None and not is_sensitive(pack, one.fact)))
        left_out += len(answers) - len(kept)
        return kept

    found: list[LogEvent] = []
    for event in events:
        if isinstance(event, Started):
            found.append(msgspec.structs.replace(event, given=fit(event.given)))
        elif isinstance(event, _CARRYING):
            found.append(msgspec.structs.replace(event, answers=fit(event.answers)))
        elif isinstance(event, Moved):
            renamed = tuple(one for one in event.renamed if fit((one.answer,)))
            found.append(msgspec.structs.replace(event, renamed=renamed))
        elif not (isinstance(event, Attached) and event.name in private):
            found.append(event)
    return tuple(found), left_out


def _private_files(events: tuple[LogEvent, ...], pack: Pack | None) -> frozenset[str]:
    """The names of files that were given in answers which must not be shown."""
    answers = (
        one for event in events
        for one in (*getattr(event, "answers", ()), *getattr(event, "given", ()))
    )  # fmt: skip
    values = (one.value for one in answers if one.fact and (pack is None or is_sensitive(pack, one.fact)))
    return frozenset(name for value in values if isinstance(value, tuple) for name in value)


def looks_like_one(path: Path) -> bool:
    """Whether a path is a file of this kind, by its name and its first bytes."""
    try:
        with path.open("rb") as file:
            return path.is_file() and file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


class Brought(NamedTuple):
    """A session that came out of a file; `parted` where the store had gone on with it in another way, so that it is a
    session of its own now."""

    stored: Stored
    parted: bool


def bring_in(memory: Memory, path: Path, now: datetime, progress: Progress = nobody) -> Brought:
    """Read a session from a file into the store.

    Args:
        memory: the store.
        path: the file.
        now: the time, for a new key where the store has gone on with the session in another way.
        progress: told how many bytes are read, and of how many.

    Returns:
        the session as it is in the store now. What is there already is kept: the longer of two logs that begin alike, and
        a session of its own where they differ.

    Raises:
        NotASession: the file is none, or a damaged one.
        OSError: it can't be read.
        StoreError: the store fails.
    """
    if not path.is_file():  # a pipe would be waited for
        if path.exists():
            raise NotASession("handing.no_session", name=str(path), reason=say("handing.no_file"))
        raise FileNotFoundError(ENOENT, os.strerror(ENOENT), str(path))
    try:
        with zipfile.ZipFile(path) as archive:
            change = _checked(_read(archive, progress))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotASession("handing.no_session", name=str(path), reason=str(error)) from None
    except (msgspec.MsgspecError, LookupError, ValueError, TypeError, AssertionError, RecursionError, OverflowError):
        raise NotASession("handing.damaged", name=str(path)) from None
    except NotASession as error:
        raise NotASession(error.code, name=str(path), **error.arguments) from None
    found = _stored(memory.store(), change, now)
    return Brought(found, found.summary.id != change.summary.id)


def _read(archive: zipfile.ZipFile, progress: Progress) -> Save:
    head = msgspec.json.decode(_part(archive, "session.json", _MOST_LOG), type=_Head)
    if head.format > FORMAT:
        raise NotASession("handing.newer", program=head.program)
    if len(head.parts) > _MOST_PARTS:
        raise NotASession("handing.damaged")
    parts: dict[str, bytes] = {}
    done, whole = 0, sum(part.file_size for part in archive.infolist())
    room = {"files": MOST_BYTES_IN_ALL, "pack": _MOST_PACK, "": _MOST_LOG}
    for name, digest in head.parts.items():
        folder = name.partition("/")[0] if "/" in name else ""
        if folder not in room:
            raise NotASession("handing.damaged")
        data = _part(archive, name, min(room[folder], MOST_BYTES if folder == "files" else room[folder]))
        if file_digest(data) != digest:
            raise NotASession("handing.damaged")
        room[folder] -= len(data)
        parts[name] = data
        done += len(data)
        progress(min(done, whole), whole)
    events = tuple(msgspec.json.decode(line, type=LogEvent) for line in parts["events.jsonl"].splitlines())
    if not events or not isinstance(events[0], Started):
        raise NotASession("handing.damaged")
    cases = tuple(msgspec.json.decode(line, type=CaseRow) for line in parts.get("cases.jsonl", b"").splitlines())
    files = {name.removeprefix("pack/"): data for name, data in parts.items() if name.startswith("pack/")}
    given = {name.removeprefix("files/"): data for name, data in parts.items() if name.startswith("files/")}
    pack = PackSources(head.summary.pack, head.summary.pack_id, files)
    if files and digest_of({name: file_digest(data) for name, data in files.items()}) != head.summary.pack:
        raise NotASession("handing.damaged")
    if any(file_digest(data) != digest for digest, data in given.items()):
        raise NotASession("handing.damaged")
    return Save(
        summary=msgspec.structs.replace(head.summary, origin=""), expected=0, events=events,
        snapshot=parts.get("snapshot.json", b""), pack=pack if files else None,
        files=tuple(StoredFile(digest, data) for digest, data in given.items()), cases=cases,
    )  # fmt: skip


def _checked(change: Save) -> Save:
    """The session folded anew over its own pack: nothing that its head says of it is believed, but its key and code.

    Raises:
        ValueError: the key is none, or a time is not whole.
        NotASession: its pack can't be read.
    """
    UUID(change.summary.id)
    if len(change.summary.id) != _KEY or any(event.time.tzinfo is None for event in change.events):
        raise ValueError
    for row in change.cases:
        moment(row.changed)
        if row.number < 1 or (row.filed and not moment(row.filed)):
            raise ValueError
    sources = change.pack
    pack = compile_sources(sources.files, sources.id).pack if sources is not None else None
    if pack is None:
        raise NotASession("handing.no_pack")
    session = replay(pack, change.events)
    if session.audience not in ("customer", "agent") or not is_language(session.language):
        raise ValueError
    told = summary.summary(session, key=change.summary.id, code=change.summary.code, origin="")
    cases = tuple(msgspec.structs.replace(row, session=told.id) for row in change.cases)
    words = (text for row in cases for text in (row.subject, row.reference, row.note))
    terms = summary.terms(session, words) | summary.people(session)
    return msgspec.structs.replace(change, summary=told, snapshot=summary.snapshot(session), terms=terms, cases=cases)


def _part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One part, which is read only as far as it may be large: what an archive says of sizes may be wrong."""
    with archive.open(name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise NotASession("handing.too_large")
    return data


def _stored(store: Store, change: Save, now: datetime) -> Stored:
    key, whole = change.summary.id, change
    there = store.load(key)
    if there is not None:
        common = min(len(there.events), len(change.events))
        if there.events[:common] != change.events[:common]:
            key = new_key(now)  # they have parted: it becomes a session of its own
            change = _renamed(change, key)
        elif len(change.events) <= len(there.events):
            return there
        else:
            events = change.events[len(there.events) :]
            told = msgspec.structs.replace(change.summary, code=there.summary.code, origin=there.summary.origin)
            change = msgspec.structs.replace(change, summary=told, expected=len(there.events), events=events)
    try:
        store.save(change)
    except Conflict:  # somebody goes on with it just now
        return _stored(store, whole, now)
    found = store.load(key)
    assert found is not None
    return found


def _renamed(change: Save, key: str) -> Save:
    told = msgspec.structs.replace(change.summary, id=key, code="")
    cases = tuple(msgspec.structs.replace(case, session=key) for case in change.cases)
    return msgspec.structs.replace(change, summary=told, cases=cases)


def file_name(stored: Stored) -> str:
    """A file name to offer."""
    return f"{shown(stored.summary.code)}{SESSION}"
