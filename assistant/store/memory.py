"""A store that forgets: the same answers as the others give, out of plain dictionaries, for as long as it is open."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from assistant.store.codes import FREE_TRIES, WINDOW, new_code, pause, read_code
from assistant.store.protocol import (
    CaseRow,
    Conflict,
    PackSources,
    Query,
    Save,
    Stored,
    StoreError,
    Summary,
    WrongCode,
    check_times,
)
from assistant.store.search import HIGHEST

Row = TypeVar("Row", Summary, CaseRow)


class MemoryStore:
    """A `Store` in memory."""

    def __init__(self) -> None:
        self._sessions: dict[str, Stored] = {}
        self._codes: dict[str, str] = {}
        self._packs: dict[str, PackSources] = {}
        self._held_on: dict[str, set[str]] = {}
        self._files: dict[tuple[str, str], bytes] = {}
        self._wrong: dict[str, list[datetime]] = {}
        self._purged: set[str] = set()

    def save(self, change: Save) -> str:
        """Write one change to a session; see `Store.save`."""
        check_times(change)
        key, events = change.summary.id, change.events
        before = self._sessions.get(key)
        if before is None:
            if key in self._purged:
                raise StoreError("store.purged")
            if change.expected:
                raise Conflict
            code = read_code(change.summary.code) or new_code()
            while code in self._codes:
                code = new_code()
            self._codes[code] = key
            log, terms, by_number = events, change.terms, dict[int, CaseRow]()
        else:
            log, code = before.events, before.summary.code
            here = len(log) - change.expected
            if here < 0 or (here and (not events or log[change.expected :][: len(events)] != events[:here])):
                raise Conflict
            last = before.summary.changed
            if here and (here > len(events) or (here == len(events) and last > change.summary.changed)):
                return code
            log, terms = log + events[here:], (before.terms - change.gone) | change.terms
            by_number = {case.number: case for case in before.cases}
        by_number |= {case.number: msgspec.structs.replace(case, session=key, code=code) for case in change.cases}
        self._sessions[key] = Stored(
            summary=msgspec.structs.replace(change.summary, code=code), events=log, snapshot=change.snapshot,
            cases=tuple(by_number[number] for number in sorted(by_number)), terms=terms,
        )  # fmt: skip
        self._keep_beside(change)
        return code

    def _keep_beside(self, change: Save) -> None:
        for file in change.files:
            self._files.setdefault((change.summary.id, file.digest), file.data)
        held_on = self._held_on.setdefault(change.summary.id, set())
        held_on.add(change.summary.pack)
        if change.pack is not None:
            held_on.add(change.pack.digest)
            kept = self._packs.setdefault(change.pack.digest, change.pack)
            self._packs[change.pack.digest] = msgspec.structs.replace(kept, id=change.pack.id)

    def load(self, session: str) -> Stored | None:
        """A session by its key."""
        return self._sessions.get(session)

    def find(self, code: str, asker: str, now: datetime) -> str:
        """The key of the session with a code; see `Store.find`."""
        wrong = [moment for moment in self._wrong.get(asker, ()) if moment > now - WINDOW]
        if len(wrong) >= FREE_TRIES:
            wait = pause(len(wrong)) - (now - max(wrong)).total_seconds()
            if wait > 0:
                raise WrongCode(math.ceil(wait))
        if code in self._codes:
            self._wrong.pop(asker, None)
            return self._codes[code]
        self._wrong[asker] = [*wrong, now]
        raise WrongCode(pause(len(wrong) + 1))

    def sessions(self, query: Query) -> list[Summary]:
        """Sessions for a list."""
        found = [one.summary for one in self._sessions.values() if _has_words(one, query)]
        return _listed(found, query, lambda summary: (summary.changed, summary.id))

    def cases(self, query: Query) -> list[CaseRow]:
        """Cases for a list, with their bodies."""
        found = [case for one in self._sessions.values() if _has_words(one, query) for case in one.cases]
        return _listed(found, query, lambda case: (case.changed, case.session, case.number))

    def pack(self, digest: str) -> PackSources | None:
        """The sources of a pack that some session is, or was, held on."""
        return self._packs.get(digest)

    def file(self, session: str, digest: str) -> bytes | None:
        """The content of a file that was given in a session."""
        return self._files.get((session, digest))

    def purge(self, sessions: Iterable[str]) -> int:
        """Remove sessions for good, with all that only they needed; how many there were."""
        sessions = set(sessions)
        self._purged |= sessions
        gone = [stored for key in sessions if (stored := self._sessions.pop(key, None)) is not None]
        for stored in gone:
            del self._codes[stored.summary.code]
            del self._held_on[stored.summary.id]
        self._files = {key: data for key, data in self._files.items() if key[0] in self._sessions}
        needed = set().union(*self._held_on.values())
        self._packs = {digest: pack for digest, pack in self._packs.items() if digest in needed}
        return len(gone)

    def close(self) -> None:
        """Nothing to let go of."""


def _has_words(stored: Stored, query: Query) -> bool:
    if query.exact:
        return stored.terms.issuperset(query.words)
    return all(any(word <= term < word + HIGHEST for term in stored.terms) for word in query.words)


def _listed(rows: list[Row], query: Query, order: Callable[[Row], tuple[str | int, ...]]) -> list[Row]:
    wanted = [
        row for row in rows
        if (not query.states or row.state in query.states) and (not query.before or row.changed < query.before)
    ]  # fmt: skip
    return sorted(wanted, key=order, reverse=True)[: query.limit]
