"""All sessions that can be gone on with, and on request those that ended: found by words, and picked to go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from assistant.desk import sessions
from assistant.desk.resuming import open_sessions
from assistant.store.codes import shown
from assistant.tui.bars import Said
from assistant.tui.choices import Row
from assistant.tui.listing import Listing
from assistant.tui.offered import row
from assistant.tui.returning import by_key

if TYPE_CHECKING:
    from assistant.store.protocol import Summary

_OPEN = "open"


class Sessions(Listing):
    """The list of sessions."""

    name_of_all = "tui.sessions"
    hint = "tui.search_sessions"
    none_code = "sessions.none"
    kinds: ClassVar[tuple[tuple[str, str], ...]] = (
        (_OPEN, "tui.sessions_open"), ("ended", "tui.sessions_ended"), ("", "tui.all"),
    )  # fmt: skip

    def rows(self, words: str) -> Sequence[Row]:
        """Those spoken in last first."""
        return [row(one, "", self.assistant.clock(), self.language, more=_more(one)) for one in self._found(words)]

    def _found(self, words: str) -> list[Summary]:
        if self.kind == _OPEN:
            return open_sessions(self.memory, words=words)
        return sessions.listed(self.memory, state=self.kind, words=words)

    def pick(self, row: Row) -> None:
        """Go on with it."""
        self.query_one(Said).say(by_key(self.assistant, row.value), wrong=True)


def _more(summary: Summary) -> str:
    return f"{shown(summary.code)} · {summary.by}"
