"""The sessions that can be gone on with, as Home offers them and as lists show them. They are read in a thread of their own,
so that a store that is slow or away keeps nobody waiting.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from assistant.tui.choices import Row
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.store.protocol import Summary


class Listed(Message):
    """The sessions were read; `trouble` tells in words what was amiss with the store, or why they can't be."""

    def __init__(self, sessions: list[Summary], trouble: str = "") -> None:
        super().__init__()
        self.sessions = sessions
        self.trouble = trouble


def read_beside(memory: Memory, most: int, language: str, audience: str, reader: Widget) -> None:
    """Read the sessions that are open beside what goes on; `reader` is sent `Listed`."""
    threading.Thread(target=_read, args=(memory.apart(), most, language, audience, reader, memory), daemon=True).start()


def _read(memory: Memory, most: int, language: str, audience: str, reader: Widget, owner: Memory) -> None:
    from assistant.desk.memory import trouble_words
    from assistant.desk.resuming import open_sessions
    from assistant.store.protocol import StoreError

    try:
        found = Listed(open_sessions(memory, most, audience=audience), memory.set_aside())
    except StoreError as error:
        found = Listed([], trouble_words(error, language))
    finally:
        if memory is not owner:
            memory.close()
    reader.post_message(found)


def row(summary: Summary, key: str, now: datetime, language: str, *, is_short: bool = False, more: str = "") -> Row:
    """A session as a row: what it is about, and under it what is asked and since when; `is_short` in one line."""
    from assistant.desk.returning import standing

    if is_short:
        return Row(key, say("tui.go_on_short", language, title=summary.title), summary.id)
    at, when = standing(summary, now, language)
    return Row(key, summary.title, summary.id, " · ".join(filter(None, (at, when, more))))
