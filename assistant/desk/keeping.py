"""Keeping one conversation: after every event the store holds it, before anything new is shown.

Where the store fails, the conversation goes on in memory and all that is missing is sent with the next event. What a
store does with it is the store's; where a conversation leads is the engine's.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from assistant.desk import summary
from assistant.desk.memory import Memory, trouble_words
from assistant.desk.packs import pack_kept
from assistant.engine.events import Answered, Attached, Changed
from assistant.store.codes import new_key, shown
from assistant.store.protocol import CaseRow, PackSources, Save, StoredFile, StoreError
from assistant.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assistant.engine import Session
    from assistant.flow.model import Pack
    from assistant.store.protocol import Stored


_REMOVED = "store.purged"


class Keeper:
    """What one conversation has in the store.

    Attributes:
        memory: the store.
        source: the pack's folder or file, from which its sources are kept too.
        key: the session's key; "" before it is kept for the first time.
        cases: its cases as they are kept.
        trouble: why the last save failed, or nothing.
    """

    def __init__(self, memory: Memory, source: Path | None, stored: Stored | None = None) -> None:
        self.memory = memory
        self.source = source
        self.key = stored.summary.id if stored is not None else ""
        self.cases: tuple[CaseRow, ...] = stored.cases if stored is not None else ()
        self.trouble: StoreError | None = None
        self._origin = stored.summary.origin if stored is not None else ""
        self._code = stored.summary.code if stored is not None else ""
        self._saved = len(stored.events) if stored is not None else 0
        self._terms = stored.terms if stored is not None else frozenset()
        self._pack = stored.summary.pack if stored is not None else ""
        self._news: list[str] = []

    def another(self) -> Keeper:
        """One for another conversation on the same pack."""
        return Keeper(self.memory, self.source)

    @property
    def code(self) -> str:
        """What the session is called over the phone, as it is shown; "" while it is not kept."""
        return shown(self._code) if self._code else ""

    @property
    def saved(self) -> int:
        """How many events are kept."""
        return self._saved

    def news(self) -> str:
        """What is to be told about keeping, once; "" for nothing."""
        told, self._news = " ".join(self._news), []
        return told

    def not_kept(self, session: Session) -> str:
        """What is to be said to somebody who leaves while not all is kept; "" where all is."""
        if self.trouble is None:
            return ""
        problem = trouble_words(self.trouble, session.language)
        if not self.code:
            return say("store.not_saved", session.language, problem=problem)
        count = sum(isinstance(event, Answered | Changed) for event in session.log[self.saved :])
        return say("store.saved_in_part", session.language, problem=problem, code=self.code, count=max(1, count))

    def keep(self, session: Session, content: Callable[[str], bytes | None], cases: tuple[CaseRow, ...] = ()) -> bool:
        """Write what happened since the last time.

        Args:
            session: the conversation as it is now.
            content: the content of a file that was given, by its digest.
            cases: cases to write with it.

        Returns:
            whether it is kept. If not, the next call sends it again; `news` tells.

        Raises:
            Conflict: somebody else went on with it; nothing was written.
        """
        was_in_trouble = self.trouble is not None
        if self.trouble is not None and self.trouble.code == _REMOVED:
            return False
        try:
            self._send(session, content, cases)
        except StoreError as error:
            if error.code == "store.damaged":  # a new file was begun: all of it is sent there
                self.begin_anew()
                with contextlib.suppress(StoreError):
                    self._send(session, content, cases)
                    self._tell_set_aside()
                    return True
            self._failed(error, was_in_trouble, session.language)
            return False
        self.trouble = None
        self._tell_set_aside()
        if was_in_trouble:
            self._news.append(say("store.saved_again", session.language))
        return True

    def _failed(self, error: StoreError, was_in_trouble: bool, language: str) -> None:
        self.trouble = error
        if error.code == _REMOVED:
            self._news.append(trouble_words(error, language))
        elif not was_in_trouble:
            self._news.append(say("store.goes_on", language, problem=trouble_words(error, language)))

    def _tell_set_aside(self) -> None:
        told = self.memory.set_aside()
        if told:
            self._news.append(told)

    def begin_anew(self) -> None:
        """Nothing of it is stored any more: the next save sends all."""
        self._saved, self._terms, self._pack = 0, frozenset(), ""

    def _send(self, session: Session, content: Callable[[str], bytes | None], cases: tuple[CaseRow, ...]) -> None:
        store = self.memory.store()
        key = self.key or new_key(session.started.time)
        events = session.log[self._saved :]
        found = summary.summary(session, key=key, code=self._code, origin=str(self.source or self._origin))
        drafts = tuple(msgspec.structs.replace(case, session=key) for case in cases)
        rows = {case.number: case for case in (*self.cases, *drafts)}
        terms = summary.terms(session, (self.code, *_said_of(rows.values()))) | summary.people(session)
        given = {event.digest for event in events if isinstance(event, Attached)}
        change = Save(
            summary=found,
            expected=self._saved,
            events=events,
            snapshot=summary.snapshot(session),
            pack=_sources(self.source, session) if found.pack != self._pack else None,
            files=tuple(StoredFile(digest, data) for digest in given if (data := content(digest)) is not None),
            cases=drafts,
            terms=terms - self._terms,
            gone=self._terms - terms,
        )
        self._code = store.save(change)
        self.key, self._saved, self._terms, self._pack = key, len(session.log), terms, found.pack
        written = {case.number: msgspec.structs.replace(case, code=self._code) for case in drafts}
        kept = {case.number: case for case in self.cases}
        self.cases = tuple(sorted({**kept, **written}.values(), key=lambda case: case.number))

    def theirs(self) -> Stored | None:
        """The session as somebody else left it.

        Raises:
            StoreError: it can't be read.
        """
        return self.memory.store().load(self.key)

    def pack_with(self, digest: str, flow: str) -> Pack:
        """The part of a kept pack that one of its flows can reach.

        Raises:
            KeyError: there is none.
            StoreError: the store fails.
        """
        return pack_kept(self.memory.store(), digest, flow)

    def take_over(self, stored: Stored) -> None:
        """Go on from what is stored."""
        self._saved, self._terms, self.cases = len(stored.events), stored.terms, stored.cases
        self._pack = stored.summary.pack


def _said_of(cases: Iterable[CaseRow]) -> tuple[str, ...]:
    return tuple(text for case in cases for text in (case.subject, case.reference, case.note) if text)


def _sources(source: Path | None, session: Session) -> PackSources | None:
    """The sources of the pack, if they still are what it was compiled from."""
    if source is None:
        return None
    from assistant.flow.files import digest_of, file_digest, source_files

    try:
        files = {name: file.read_bytes() for name, file in source_files(source).items()}
    except OSError:
        return None
    digest = digest_of({name: file_digest(data) for name, data in files.items()})
    return PackSources(digest, session.pack.id, files) if digest == session.pack.digest else None
