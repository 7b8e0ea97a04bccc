"""The sessions that can be gone on with, as Home offers them and as lists show them. They are read in a thread of their own,
so that a store that is slow or away keeps nobody waiting.
"""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from textwrap import shorten
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from assistant.tui.choices import Row
from assistant.words import say
from assistant.words.formats import show_date

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.store.protocol import Summary

_LONGEST = 50
"""Characters of what is asked, which may be a whole paragraph."""


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
    from assistant.store.protocol import moment

    if summary.come_back:
        when = say("ending.come_back", language, day=show_date(date.fromisoformat(summary.come_back), language))
    else:
        when = when_words(moment(summary.changed).astimezone(now.tzinfo), now, language)
    if is_short:
        return Row(key, say("tui.go_on_short", language, title=summary.title), summary.id)
    help_ = " · ".join(filter(None, (shorten(summary.at, _LONGEST, placeholder=" …"), when, more)))
    return Row(key, summary.title, summary.id, help_)


def when_words(then: datetime, now: datetime, language: str) -> str:
    """When something was, as one says it: today and yesterday with the time, else the day."""
    for day, code in ((now.date(), "tui.today"), (now.date() - timedelta(days=1), "tui.yesterday")):
        if then.date() == day:
            return say(code, language, time=f"{then:%H:%M}")
    return show_date(then.date(), language)
