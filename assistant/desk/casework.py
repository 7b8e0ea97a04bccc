"""Work on a case that is kept: filing it, notes, attachments, closing, exporting, without holding its conversation.

Each verb is one transaction on the case's session, so that whoever holds the conversation learns of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from assistant.desk import cases
from assistant.desk.conversation import AlreadyFiled, local_now
from assistant.desk.files import Files
from assistant.desk.summary import by_term, terms_of
from assistant.desk.who import own_name
from assistant.engine.events import Attached, Filed, LogEvent, Noted
from assistant.store.codes import shown
from assistant.store.protocol import CaseRow, Conflict, Save, Stored, StoredFile, stamp

if TYPE_CHECKING:
    from assistant.desk.memory import Memory

_TRIES = 20


class NoCase(Exception):
    """The session has no such case."""


class CaseWork:
    """One kept case.

    Attributes:
        row: the case as it is kept.
        code: what its session is called.
    """

    def __init__(self, memory: Memory, stored: Stored, number: int = 0, clock: Callable[[], datetime] = local_now) -> None:
        """Take a case up.

        Args:
            memory: the store.
            stored: the session.
            number: which of its cases; the last if left out.
            clock: tells the time.

        Raises:
            NoCase: there is none.
        """
        self._memory = memory
        self._stored = stored
        self._clock = clock
        self.row = _row(stored, number)
        self.code = shown(stored.summary.code)

    @property
    def name(self) -> str:
        """What the case is called."""
        return cases.name_of(self.row, self.code)

    @property
    def text(self) -> str:
        """What it says, as Markdown."""
        return cases.text_of(self.row)

    @property
    def attachments(self) -> tuple[str, ...]:
        """The names of the files that go with it."""
        body = cases.body_of(self.row)
        return body.case.attachments if body is not None else ()

    def file(self, number: str = "", note: str = "", *, again: bool = False) -> None:
        """Say that it was filed: its text stays as it is.

        Args:
            number: what the portal gave, if anything.
            note: a word about it.
            again: though it is filed already.

        Raises:
            AlreadyFiled: it is, and `again` was not said.
            StoreError: the store fails. So may all verbs.
        """
        if self.row.filed and not again:
            raise AlreadyFiled(self.row)
        now, by, number = self._clock(), own_name(), number.strip()
        filed = cases.filed(self.row, reference=number, note=note.strip(), now=now, by=by)
        self._write(Filed(time=now, by=by, portal=filed.portal, number=number), filed)

    def note(self, text: str) -> None:
        """Write a note to it."""
        now, by, text = self._clock(), own_name(), text.strip()
        self._write(Noted(time=now, by=by, text=text), cases.noted(self.row, now=now, by=by, note=text))

    def close(self) -> None:
        """Say that nothing more is to be done about it."""
        now, by = self._clock(), own_name()
        self._write(None, cases.noted(self.row, now=now, by=by, state="closed"))

    def reopen(self) -> None:
        """Take back that it was closed."""
        now, by = self._clock(), own_name()
        self._write(None, cases.noted(self.row, now=now, by=by, state="filed" if self.row.filed else "draft"))

    def attach(self, path: str) -> str:
        """Give one more file; its name.

        Raises:
            Refused: it can't be taken.
        """
        now, by = self._clock(), own_name()
        files = Files()
        try:
            attached = [event for event in self._stored.events if isinstance(event, Attached)]
            files.restore(attached, lambda digest: None)
            given = files.take_beside(path)
            with given.open() as file:
                data = file.read()
        finally:
            files.close()
        event = Attached(
            time=now, by=by, name=given.name, digest=given.digest, size=given.size, media_type=given.media_type, beside=True
        )
        self._write(event, cases.enclosed(self.row, given.name), StoredFile(given.digest, data))
        return given.name

    def export(self, path: Path) -> None:
        """Write it to a new file, with what is attached.

        Raises:
            UnknownKind: a name that ends in none of `SAVED_AS`.
            OSError: the file is there already, or cannot be written.
        """
        attached = [event for event in self._stored.events if isinstance(event, Attached)]
        cases.write(self.row, attached, self._memory, path, self._clock())

    def _write(self, event: LogEvent | None, row: CaseRow, *files: StoredFile) -> None:
        for _ in range(_TRIES):
            stored = self._stored
            now, by = self._clock(), own_name()
            summary = msgspec.structs.replace(stored.summary, changed=stamp(now), by=by)
            found = {term for text in (row.reference, row.note) for term in terms_of(text)} | {by_term(by)}
            save = Save(
                summary=summary, expected=len(stored.events), events=(event,) if event is not None else (),
                snapshot=stored.snapshot, files=files, cases=(row,), terms=frozenset(found) - stored.terms,
            )  # fmt: skip
            try:
                self._memory.store().save(save)
            except Conflict:  # somebody speaks in the session: what they said stays, this comes after it
                self._read_again()
                continue
            self._read_again()
            return

    def _read_again(self) -> None:
        stored = self._memory.store().load(self._stored.summary.id)
        if stored is None:
            raise NoCase
        self._stored, self.row = stored, _row(stored, self.row.number)


def _row(stored: Stored, number: int) -> CaseRow:
    found = [row for row in stored.cases if number in (0, row.number)]
    if not found:
        raise NoCase
    return found[-1]
