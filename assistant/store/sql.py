"""The store in SQL, the same for every database: what is read and written, and in which transaction.

How a database is reached, what its errors mean and when to try again is its back end's; nothing here knows which it is.
"""

from __future__ import annotations

import math
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar, get_args

import msgspec

from assistant.engine.events import LogEvent
from assistant.store.codes import FREE_TRIES, WINDOW, new_code, pause, read_code, shown
from assistant.store.migrate import Link, Raced
from assistant.store.protocol import (
    NO_TIME,
    CaseRow,
    CaseState,
    Conflict,
    PackSources,
    Query,
    Save,
    SessionState,
    Stored,
    StoreError,
    Summary,
    WrongCode,
    check_times,
    is_day,
    is_stamp,
    moment,
    stamp,
)
from assistant.store.search import Listing, listed

T = TypeVar("T")

_SUMMARY = Summary.__struct_fields__
_CASE = CaseRow.__struct_fields__
_SESSIONS = Listing("sessions", "id", _SUMMARY, ("changed", "id"), get_args(SessionState))
_CASES = Listing("cases", "session", _CASE, ("changed", "session", "number"), get_args(CaseState))
_OF_A_SESSION = ("events", "session_packs", "cases", "files", "codes", "terms")
_PURGED_AT_ONCE = 200
"""Sessions that one transaction removes, so that nobody waits long for its end."""


def _columns(names: Iterable[str], form: str = '"{0}"') -> str:
    return ", ".join(form.format(name) for name in names)


_SESSION_READ = f"SELECT {_columns(_SUMMARY)}, seq, snapshot FROM sessions WHERE id = ?"
_SESSION_MADE = (
    f"INSERT INTO sessions ({_columns(_SUMMARY)}, seq, snapshot) VALUES ({_columns(_SUMMARY, '?')}, ?, ?)"
    " ON CONFLICT (id) DO NOTHING"
)
_SESSION_WRITTEN = (
    "UPDATE sessions SET " + _columns(_SUMMARY, '"{0}" = ?') + ", seq = ?, snapshot = ?"
    ' WHERE id = ? AND seq = ? AND "code" = ? AND "pack" = ?'
)
_CASES_READ = f"SELECT {_columns(_CASE)} FROM cases WHERE session = ? ORDER BY number"
_CASE_WRITTEN = (
    f"INSERT INTO cases ({_columns(_CASE)}) VALUES ({_columns(_CASE, '?')}) ON CONFLICT (session, number) DO UPDATE SET "
    + _columns(_CASE[2:], '"{0}" = excluded."{0}"')
)
_PACK_WRITTEN = (  # its row is locked even where it stays as it is, so that no purge beside takes it away
    "INSERT INTO packs (digest, id, sources) VALUES (?, ?, ?)"
    " ON CONFLICT (digest) DO UPDATE SET id = excluded.id WHERE packs.id <> excluded.id"
)
_CODE_READ = "SELECT session FROM codes WHERE code = ? AND EXISTS (SELECT 1 FROM sessions WHERE id = codes.session)"
_WRONG_CODE_COUNTED = (
    "INSERT INTO wrong_codes (asker, at, times) VALUES (?, ?, 1)"
    " ON CONFLICT (asker, at) DO UPDATE SET times = wrong_codes.times + 1"
)
_REFERRED_TO = "EXISTS (SELECT 1 FROM session_packs WHERE session_packs.digest = packs.digest)"

_log = msgspec.json.Decoder(tuple[LogEvent, ...])


class SqlStore(ABC):
    """A `Store` in a database. A back end says how a transaction is run."""

    @abstractmethod
    def _run(self, work: Callable[[Link], T], *, reads: bool = False) -> T:
        """Do some work in one transaction, and again where it was in somebody's way.

        Args:
            work: what to do; it may be called several times.
            reads: it only reads, all of it as of one moment.

        Raises:
            StoreError: the database can't.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the file or the connection."""

    def save(self, change: Save) -> str:
        """Write one change to a session; see `Store.save`."""
        check_times(change)
        return self._run(lambda link: _save(link, change))

    def load(self, session: str) -> Stored | None:
        """A session by its key."""
        return self._run(lambda link: _load(link, session), reads=True)

    def find(self, code: str, asker: str, now: datetime) -> str:
        """The key of the session with a code; see `Store.find`."""
        try:
            found, wait = self._run(lambda link: _find(link, code, asker, now))
        except StoreError as error:
            if error.code != "store.read_only":
                raise
            found, wait = self._run(lambda link: _find(link, code, asker, now, counts=False), reads=True)
        if not found:
            raise WrongCode(wait)
        return found

    def sessions(self, query: Query) -> list[Summary]:
        """Sessions for a list."""
        return [_summary(row) for row in self._run(lambda link: listed(link, _SESSIONS, query), reads=True)]

    def cases(self, query: Query) -> list[CaseRow]:
        """Cases for a list, with their bodies."""
        return [_case(row) for row in self._run(lambda link: listed(link, _CASES, query), reads=True)]

    def pack(self, digest: str) -> PackSources | None:
        """The sources of a pack that some session is, or was, held on."""
        row = self._row("SELECT id, sources FROM packs WHERE digest = ?", digest)
        if row is None:
            return None
        try:
            return PackSources(digest, row[0], msgspec.msgpack.decode(zlib.decompress(row[1]), type=dict[str, bytes]))
        except (zlib.error, msgspec.MsgspecError) as error:
            raise StoreError("store.unreadable", name=row[0]) from error

    def file(self, session: str, digest: str) -> bytes | None:
        """The content of a file that was given in a session."""
        row = self._row("SELECT data FROM files WHERE session = ? AND digest = ?", session, digest)
        return None if row is None else bytes(row[0])

    def purge(self, sessions: Iterable[str]) -> int:
        """Remove sessions for good, with all that only they needed; how many there were."""
        wanted, removed = sorted(set(sessions)), 0
        while wanted:
            some, wanted = wanted[:_PURGED_AT_ONCE], wanted[_PURGED_AT_ONCE:]
            removed += self._run(lambda link, some=some: _purge(link, some))  # type: ignore[misc]
        return removed

    def _row(self, sql: str, *values: str) -> Any:
        return self._run(lambda link: link.execute(sql, values).fetchone(), reads=True)


def _save(link: Link, change: Save) -> str:
    summary, events = change.summary, [msgspec.json.encode(event).decode() for event in change.events]
    is_as_known = bool(change.expected and summary.code) and _go_on(
        link, change, change.expected, summary.code, summary.pack
    )
    here, code = (0, summary.code) if is_as_known else _meet(link, change, events)
    if here > len(events):
        return code  # all of it arrived before, and somebody has gone on from there
    fresh = [(summary.id, change.expected + place, event) for place, event in enumerate(events) if place >= here]
    _many(link, "INSERT INTO events (session, seq, event) VALUES (?, ?, ?)", fresh)
    _write_beside(link, change, code)
    if not is_as_known or change.pack is not None:
        _keep_packs(link, change)
    return code


def _go_on(link: Link, change: Save, seq: int, code: str, pack: str) -> bool:
    """Write a session's row, if it is as somebody has seen it. That spares most saves a question."""
    values = (change.expected + len(change.events), change.snapshot, change.summary.id, seq, code, pack)
    return link.execute(_SESSION_WRITTEN, (*_summary_values(change.summary, code), *values)).rowcount > 0


def _meet(link: Link, change: Save, events: list[str]) -> tuple[int, str]:
    """Write the row of a session that may be new, or where the events may have arrived already.

    Returns:
        How many of the events are there, more than all of them where nothing is left to be written; and the code.
    """
    row = link.execute('SELECT seq, "code", "pack", "changed" FROM sessions WHERE id = ?', (change.summary.id,)).fetchone()
    if row is None:
        if link.execute("SELECT 1 FROM purged WHERE session = ?", (change.summary.id,)).fetchone() is not None:
            raise StoreError("store.purged")
        if change.expected:
            raise Conflict
        return 0, _make(link, change)
    seq, code, pack, changed = row
    here = seq - change.expected
    if here and not _are_stored(link, change, events, here):
        raise Conflict
    if here > len(events) or (here and here == len(events) and changed > change.summary.changed):
        return len(events) + 1, code
    if not _go_on(link, change, seq, code, pack):
        raise Raced
    return here, code


def _are_stored(link: Link, change: Save, events: list[str], here: int) -> bool:
    """Whether the `here` events behind the expected ones are those of the change, as far as it goes."""
    if here < 0 or not events:
        return False
    sql = "SELECT event FROM events WHERE session = ? AND seq >= ? AND seq < ? ORDER BY seq"
    rows = link.execute(sql, (change.summary.id, change.expected, change.expected + len(events))).fetchall()
    return [event for (event,) in rows] == events[:here]


def _make(link: Link, change: Save) -> str:
    """Begin a session: find a code that is free, the wanted one if it is, and write the session's row."""
    key, code = change.summary.id, read_code(change.summary.code) or new_code()
    free = "INSERT INTO codes (code, session) VALUES (?, ?) ON CONFLICT (code) DO NOTHING"
    while link.execute(free, (code, key)).rowcount == 0:
        code = new_code()
    values = (*_summary_values(change.summary, code), len(change.events), change.snapshot)
    if link.execute(_SESSION_MADE, values).rowcount == 0:
        raise Raced
    return code


def _write_beside(link: Link, change: Save, code: str) -> None:
    """What belongs to the session beside its row and its log; whatever stands there already stays or is written over."""
    key = change.summary.id
    files = [(key, file.digest, file.data) for file in change.files]
    _many(link, "INSERT INTO files (session, digest, data) VALUES (?, ?, ?) ON CONFLICT (session, digest) DO NOTHING", files)
    for case in change.cases:
        row = msgspec.structs.replace(case, session=key, code=code)
        link.execute(_CASE_WRITTEN, msgspec.structs.astuple(row))
    _many(link, "DELETE FROM terms WHERE session = ? AND term = ?", [(key, term) for term in sorted(change.gone)])
    terms = [(key, term) for term in sorted(change.terms)]
    _many(link, "INSERT INTO terms (session, term) VALUES (?, ?) ON CONFLICT (session, term) DO NOTHING", terms)


def _keep_packs(link: Link, change: Save) -> None:
    key, packs = change.summary.id, {change.summary.pack, *((change.pack.digest,) if change.pack else ())}
    held_on = "INSERT INTO session_packs (session, digest) VALUES (?, ?) ON CONFLICT (session, digest) DO NOTHING"
    _many(link, held_on, [(key, digest) for digest in sorted(packs)])
    if change.pack is not None:  # last, since others who begin on this pack wait from here on
        sources = zlib.compress(msgspec.msgpack.encode(change.pack.files))
        link.execute(_PACK_WRITTEN, (change.pack.digest, change.pack.id, sources))


def _many(link: Link, sql: str, rows: list[tuple[Any, ...]]) -> None:
    if len(rows) == 1:
        link.execute(sql, rows[0])
    elif rows:
        link.executemany(sql, rows)


def _load(link: Link, session: str) -> Stored | None:
    row = link.execute(_SESSION_READ, (session,)).fetchone()
    if row is None:
        return None
    events = link.execute("SELECT seq, event FROM events WHERE session = ? ORDER BY seq", (session,)).fetchall()
    cases = link.execute(_CASES_READ, (session,)).fetchall()
    terms = link.execute("SELECT term FROM terms WHERE session = ?", (session,)).fetchall()
    summary = _summary(row)
    *_, length, snapshot = row
    is_whole = events and length == len(events) and [seq for seq, _ in events] == list(range(length))
    try:
        log = _log.decode(f"[{','.join(event for _, event in events)}]")
    except (msgspec.MsgspecError, TypeError) as error:  # a text that is none any more
        raise StoreError("store.unreadable", name=shown(summary.code)) from error
    if not is_whole:
        raise StoreError("store.unreadable", name=shown(summary.code))
    return Stored(
        summary=summary,
        events=log,
        snapshot=_bytes(snapshot),
        cases=tuple(_case(row) for row in cases),
        terms=frozenset(term for (term,) in terms),
    )


def _find(link: Link, code: str, asker: str, now: datetime, *, counts: bool = True) -> tuple[str, int]:
    """The key of a session or "", and how long to wait before the next code is looked up. Without counting it only reads."""
    since = stamp(now - WINDOW)
    counted = "SELECT sum(times), max(at) FROM wrong_codes WHERE asker = ? AND at > ?"
    times, last = link.execute(counted, (asker, since)).fetchone()
    wrong = int(times or 0)
    if wrong >= FREE_TRIES:
        wait = pause(wrong) - (now - moment(_time(last))).total_seconds()
        if wait > 0:
            return "", math.ceil(wait)
    row = link.execute(_CODE_READ, (code,)).fetchone()
    if row is not None:
        if wrong and counts:
            link.execute("DELETE FROM wrong_codes WHERE asker = ?", (asker,))
        return row[0], 0
    if counts:
        link.execute("DELETE FROM wrong_codes WHERE at <= ?", (since,))
        link.execute(_WRONG_CODE_COUNTED, (asker, stamp(now)))
    return "", pause(wrong + 1)


def _purge(link: Link, sessions: list[str]) -> int:
    keys, digests, removed = [(session,) for session in sessions], set(), 0
    for key in keys:
        digests.update(link.execute("SELECT digest FROM session_packs WHERE session = ?", key).fetchall())
        removed += link.execute("DELETE FROM sessions WHERE id = ?", key).rowcount
    for table in _OF_A_SESSION:
        link.executemany(f"DELETE FROM {table} WHERE session = ?", keys)
    link.executemany("INSERT INTO purged (session) VALUES (?) ON CONFLICT (session) DO NOTHING", keys)
    for digest in sorted(digests):  # locked first: a session that begins on it now either is seen here, or writes it anew
        if link.execute(f"UPDATE packs SET id = id WHERE digest = ? AND NOT {_REFERRED_TO}", digest).rowcount:
            link.execute(f"DELETE FROM packs WHERE digest = ? AND NOT {_REFERRED_TO}", digest)
    return removed


def _summary_values(summary: Summary, code: str) -> tuple[Any, ...]:
    return msgspec.structs.astuple(msgspec.structs.replace(summary, code=code))


def _summary(row: Sequence[Any]) -> Summary:
    """A damaged row breaks no list: what is no text is empty, and what is no time is one that stands for none."""
    given = {name: _text(value) for name, value in zip(_SUMMARY, row, strict=False)}
    times = {name: _time(given[name]) for name in ("started", "changed")}
    days = {"come_back": given["come_back"] if is_day(given["come_back"]) else ""}
    return Summary(**{**given, **times, **days})  # type: ignore[arg-type]


def _case(row: Sequence[Any]) -> CaseRow:
    given = dict(zip(_CASE, row, strict=True))
    texts = {name: _text(value) for name, value in given.items() if name not in ("number", "body")}
    times = {"changed": _time(texts["changed"]), "filed": texts["filed"] and _time(texts["filed"])}
    return CaseRow(**{**texts, **times, "number": given["number"], "body": _bytes(given["body"])})


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: object) -> str:
    return value if isinstance(value, str) and is_stamp(value) else NO_TIME


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b""
