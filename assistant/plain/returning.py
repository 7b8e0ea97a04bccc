"""Going on with a session from the first prompt: the last one, one of a list, by its code, or out of a file.

It reads and writes lines; how a session is found, and what is different in it, is the desk's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.desk import resuming
from assistant.desk.memory import trouble_words
from assistant.desk.offers import OFFERED
from assistant.desk.reading import numbers_words
from assistant.desk.returning import NotTakenUp, meant, standing, wrong_words
from assistant.plain.asides import command_in
from assistant.plain.leaving import Quit
from assistant.store.codes import shown
from assistant.store.protocol import StoreError
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.desk.resuming import Reopened
    from assistant.plain.lines import Lines
    from assistant.store.protocol import Stored, Summary


class Returning:
    """The sessions that can be gone on with, on two streams.

    Args:
        lines: where they are read and written.
        memory: the store that they are in.
        audience: who goes on.
        language: the reader's.
        clock: tells the time.
    """

    def __init__(
        self, lines: Lines, memory: Memory, audience: str, language: str, clock: Callable[[], datetime]
    ) -> None:  # fmt: skip
        self.lines = lines
        self.memory = memory
        self.audience = audience
        self.language = language
        self.clock = clock

    def offer(self) -> None:
        """Say which were left last, a line each."""
        found = self._open(OFFERED)
        if not found:
            return
        self._say("tui.go_on_where")
        for number, one in enumerate(found):
            self.lines.exactly(("- " if number else "r. ") + self._words(one))
        if len(found) > 1:
            self._say("home.all_open")
        self.lines.say()

    def last(self) -> Reopened | None:
        """The one that was left last."""
        found = self._open(1)
        if found:
            return self._by_key(found[0])
        self._say("home.none_open")
        return None

    def listed(self) -> Reopened | None:
        """One of all that are open, by its number; nothing where none is wanted.

        Raises:
            Quit: the person leaves.
        """
        found = self._open(resuming.OFFERED)
        if not found:
            self._say("home.none_open")
            return None
        for number, one in enumerate(found, 1):
            self.lines.exactly(f"{number}. {self._words(one)}")
        numbers = numbers_words(len(found), has_zero=False, language=self.language)
        while True:
            typed = self.lines.ask_on(say("prompt.session", self.language, numbers=numbers), self.language).rstrip(".")
            match command_in(typed, wants_text=False):
                case "quit":
                    raise Quit
                case "help":
                    self._say("help.session")
                case "back":
                    return None
                case _ if not typed:
                    return None
                case _ if typed.isdecimal() and 0 < int(typed[:6]) <= len(found):
                    return self._by_key(found[int(typed) - 1])
                case _:
                    self._say("talk.no_such_number", number=typed, numbers=numbers)

    def typed(self, typed: str) -> tuple[bool, Reopened | None]:
        """Whether what was typed is a code or a file, and the session that is meant, where it can be gone on with."""
        session = meant(typed) if typed else None
        if isinstance(session, Path):
            return True, self._from_file(session)
        if session is None:
            return False, None
        return True, self._taken_up(lambda: resuming.by_code(self.memory, session, self.clock()), typed)

    def _by_key(self, one: Summary) -> Reopened | None:
        return self._taken_up(lambda: resuming.by_key(self.memory, one.id))

    def _from_file(self, path: Path) -> Reopened | None:
        from assistant.desk import handing  # which reads flows, and zip archives: not for sessions that are here

        def brought() -> Stored:
            found = handing.bring_in(self.memory, path, self.clock())
            if found.parted:
                self._say("handing.parted", code=shown(found.stored.summary.code))
            return found.stored

        try:
            return self._taken_up(brought, str(path))
        except handing.NotASession as error:
            self._say(error.code, **error.arguments)
        return None

    def _taken_up(self, find: Callable[[], Stored], called: str = "") -> Reopened | None:
        """A session as it goes on; where it can't, it is said why."""
        try:
            return resuming.reopen(
                self.memory, find(), audience="agent" if self.audience == "agent" else "", clock=self.clock
            )  # fmt: skip
        except NotTakenUp as error:
            self.lines.say(wrong_words(error, called, self.language))
        except resuming.Unreadable as error:
            summary = error.stored.summary
            self._say("resume.unreadable", title=summary.title, code=shown(summary.code))
        return None

    def _open(self, most: int) -> list[Summary]:
        """Those that can be gone on with; what is amiss with the store is said."""
        try:
            found = resuming.open_sessions(self.memory, most, audience=self.audience)
        except StoreError as error:
            self.lines.say(trouble_words(error, self.language))
            return []
        if aside := self.memory.set_aside():
            self.lines.say(aside)
        return found

    def _words(self, one: Summary) -> str:
        at, when = standing(one, self.clock(), self.language)
        return say("home.session", self.language, title=one.title, at=at, when=when)

    def _say(self, code: str, /, **arguments: object) -> None:
        self.lines.say(say(code, self.language, **arguments))
