"""Going on with a session from the first prompt, whatever shows it: which session is meant by what was typed, what is said
of one that is open, and what is said where it can't be taken up. Finding and reopening it is `desk.resuming`'s.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from textwrap import shorten

from assistant.desk.memory import trouble_words
from assistant.desk.phrases import when_words
from assistant.desk.resuming import Gone, NoCode
from assistant.store.codes import read_code
from assistant.store.protocol import StoreError, Summary, WrongCode, moment
from assistant.words import say
from assistant.words.formats import show_date

_LONGEST = 50
"""Characters of what is asked, which may be a whole paragraph."""
_LIKE_ONE = re.compile(r"(?=.*\d)[^\W_]{4}-[^\W_]{4}|[A-Z]{4}-[A-Z]{4}|(?=.*[^\W\d_])(?=.*\d)[^\W_]{8}")
"""A code with a slip in it; an order number, or two words with a dash, is none."""

NotTakenUp = (NoCode, WrongCode, StoreError, OSError, Gone)
"""Why a session can't be taken up; `wrong_words` says it."""


def meant(typed: str) -> str | Path | None:
    """The session that is meant by what was typed: its code, with a slip or without, or the file that holds it; nothing
    where it is words."""
    if read_code(typed) is not None or _LIKE_ONE.fullmatch(typed):
        return typed
    from assistant.desk.handing import looks_like_one
    from assistant.desk.paths import named_in
    from assistant.desk.saving import SESSION

    file = next((Path(one.text) for one in named_in([typed], (), is_typed=True)), None)
    return file if file is not None and (looks_like_one(file) or file.suffix == SESSION) else None


def wrong_words(error: Exception, called: str, language: str) -> str:
    """What is said where a session can't be taken up, by one of `NotTakenUp`.

    Args:
        error: why.
        called: the code or the path that was typed.
        language: the reader's.
    """
    match error:
        case NoCode():
            return say("resume.no_code", language, code=called)
        case WrongCode() if error.wait:
            return say("resume.wait", language, count=error.wait)
        case WrongCode():
            return say("resume.wrong_code", language, code=called)
        case StoreError():
            return trouble_words(error, language)
        case OSError():
            return say("cli.unreadable", language, name=called, reason=error.strerror or type(error).__name__)
    return say("tui.gone", language)


def standing(summary: Summary, now: datetime, language: str) -> tuple[str, str]:
    """Where a session stands, in short: what is asked, and since when or until when."""
    if summary.come_back:
        when = say("ending.come_back", language, day=show_date(date.fromisoformat(summary.come_back), language))
    else:
        when = when_words(moment(summary.changed).astimezone(now.tzinfo), now, language)
    return shorten(summary.at, _LONGEST, placeholder=" …"), when
