"""What a store keeps, as plain frozen data, and what it is asked for. Every back end means the same by it.

Times are texts in UTC that sort as they pass (`stamp`). Keys of sessions are UUIDv7 (`store.codes`). A store neither reads
the clock nor decides what belongs in a list: that is the desk's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal, Protocol

import msgspec

from assistant.engine.events import LogEvent

SessionState = Literal["open", "later", "ended"]
"""`open`: something is asked. `later`: it ended with a day to come back. `ended`: any other ending."""

CaseState = Literal["draft", "filed", "closed"]


class StoreError(Exception):
    """The store can't do what it was asked for. `code` and `arguments` make a sentence (`words`).

    Attributes:
        is_passing: whether trying again later may help (a full disk, a locked file, a server that is away).
    """

    def __init__(self, code: str, *, is_passing: bool = False, **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments
        self.is_passing = is_passing


class Conflict(Exception):
    """Somebody else wrote to the session first: it holds other events than were expected. Nothing was written."""


class WrongCode(Exception):
    """No session has this code. `wait` is how many seconds this asker has to let pass before the next one is looked up."""

    def __init__(self, wait: int = 0) -> None:
        super().__init__(wait)
        self.wait = wait


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A session as a list shows it. Nothing in it is sensitive.

    Attributes:
        id: its key, a UUIDv7.
        code: what it is called over the phone; "" before it is saved for the first time.
        pack: the digest of the pack that it is held on; `pack_id` and `origin` (a path, or "") tell where that pack was.
        flow, title: the flow, by id and in words.
        at: what is asked now, or what it ended with, in words.
        outcome, kind: of the ending; "" while it is open.
        audience, language: as they are now.
        by: who spoke last.
        started, changed: `stamp`s.
        come_back: an ISO date, or "".
        engine: the version of the engine that made the snapshot.
    """

    id: str
    code: str = ""
    pack: str
    pack_id: str
    origin: str = ""
    flow: str
    title: str
    at: str = ""
    state: SessionState = "open"
    outcome: str = ""
    kind: str = ""
    audience: str = "customer"
    language: str = "en"
    by: str = ""
    started: str
    changed: str
    come_back: str = ""
    engine: str = ""


class PackSources(msgspec.Struct, frozen=True):
    """The source files of a pack, by their path inside it; `digest` names them all (`flow.files.digest_of`)."""

    digest: str
    id: str
    files: dict[str, bytes]


class StoredFile(msgspec.Struct, frozen=True):
    """The content of a file that was given, by its SHA-256. Its name and type stand in the log."""

    digest: str
    data: bytes


class CaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """A case of a session: a draft until somebody files it, frozen from then on.

    Attributes:
        session, number: its key; the cases of a session are counted from 1.
        code: the session's.
        subject, portal: of the case, the portal by its title ("" where it has none).
        reference: the number that the portal gave, or "".
        note: what was noted about the filing.
        body: the case as JSON, as it stood when it was saved (for a draft) or filed.
        changed, filed, by: when it was saved last, when it was filed ("" for a draft) and by whom.
    """

    session: str
    number: int
    code: str = ""
    state: CaseState = "draft"
    subject: str
    portal: str = ""
    reference: str = ""
    note: str = ""
    body: bytes = b""
    changed: str
    filed: str = ""
    by: str = ""


class Save(msgspec.Struct, frozen=True, kw_only=True):
    """One transaction on one session.

    Attributes:
        summary: the session after it. For a new one, `code` may hold a code that is wanted.
        expected: how many events are stored before it; 0 makes the session.
        events: what happened since, in order; may be empty (a case was closed).
        snapshot: what can be shown where the log can't be folded any more; opaque here.
        pack: the sources of `summary.pack`, where the store may not have them yet.
        files: files that were given with it.
        cases: cases to write or to write over.
        terms, gone: what the session is to be found by from now on, and what no longer.
    """

    summary: Summary
    expected: int
    events: tuple[LogEvent, ...] = ()
    snapshot: bytes = b""
    pack: PackSources | None = None
    files: tuple[StoredFile, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    terms: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it was read back. `terms` are all that it is found by, `cases` its cases by number."""

    summary: Summary
    events: tuple[LogEvent, ...]
    snapshot: bytes
    cases: tuple[CaseRow, ...]
    terms: frozenset[str]


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions or cases are wanted, those changed last first.

    Attributes:
        states: only these; all if left out.
        words: beginnings of terms (already in the form of terms); all of them must be found.
        before: only what was changed before this `stamp`.
        exact: the words are whole terms.
        limit: at most so many.
    """

    states: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    before: str = ""
    exact: bool = False
    limit: int = 50


class Store(Protocol):
    """Everything raises `StoreError` where the store itself fails."""

    def save(self, change: Save) -> str:
        """Write one change to a session, whole and for good, and return the session's code.

        The events that are stored already, at the same places, are no conflict: a save may be sent again where nobody
        knows whether it arrived.

        Raises:
            Conflict: the session holds other events than were expected.
            StoreError: also where some time in it is none.
        """

    def load(self, session: str) -> Stored | None:
        """A session by its key."""

    def find(self, code: str, asker: str, now: datetime) -> str:
        """The key of the session with a code (as `codes.read_code` gives it).

        Args:
            code: the code.
            asker: who asks; ten wrong codes within an hour make this one wait.
            now: the time.

        Raises:
            WrongCode: there is none, or this asker has to wait.
        """

    def sessions(self, query: Query) -> list[Summary]:
        """Sessions for a list."""

    def cases(self, query: Query) -> list[CaseRow]:
        """Cases for a list, with their bodies."""

    def pack(self, digest: str) -> PackSources | None:
        """The sources of a pack that some session is, or was, held on."""

    def file(self, session: str, digest: str) -> bytes | None:
        """The content of a file that was given in a session."""

    def purge(self, sessions: Iterable[str]) -> int:
        """Remove sessions for good, with all that only they needed; how many there were. Only their keys are remembered, so
        that nobody who still holds one brings it back: saving it raises `StoreError` ("store.purged").
        """

    def close(self) -> None:
        """Let go of the file or the connection."""


NO_TIME = "1970-01-01T00:00:00.000000Z"
"""Stands for a time that can't be read."""


def stamp(moment: datetime) -> str:
    """A moment as a text that sorts: UTC, microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    """The moment of a `stamp`."""
    return datetime.fromisoformat(text)


def is_stamp(text: object) -> bool:
    """Whether a text is a `stamp`, of a year that every time zone can show."""
    try:
        return isinstance(text, str) and 1 < (read := moment(text)).year < 9999 and stamp(read) == text
    except ValueError:
        return False


def is_day(text: object) -> bool:
    """Whether a text is an ISO date."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_times(change: Save) -> None:
    """Refuse what would break every list that it stands in.

    Raises:
        StoreError: some time in it is none.
    """
    summary = change.summary
    stamps = [summary.started, summary.changed]
    for case in change.cases:
        stamps += [case.changed, case.filed] if case.filed else [case.changed]
    for text in stamps:
        if not is_stamp(text):
            raise StoreError("store.no_time", text=text)
    if summary.come_back and not is_day(summary.come_back):
        raise StoreError("store.no_time", text=summary.come_back)
