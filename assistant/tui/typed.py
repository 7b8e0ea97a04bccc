"""A session's code, or the file that holds one, in what is typed on Home. Words about a problem are neither."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.store.codes import read_code, shown
from assistant.words import say

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

_LIKE_ONE = re.compile(r"(?=.*\d)[^\W_]{4}-[^\W_]{4}|[A-Z]{4}-[A-Z]{4}|(?=.*[^\W\d_])(?=.*\d)[^\W_]{8}")
"""A code with a slip in it; an order number, or two words with a dash, is none."""


def about(typed: str, language: str) -> str:
    """What Enter would do with a code, or with a file; "" for words. Nothing is looked up for it."""
    code = read_code(typed)
    if code is not None:
        return say("tui.code_fits", language, code=shown(code))
    if "." not in typed:  # most words need no more to be known, nor imported
        return ""
    from assistant.desk.saving import SESSION

    return say("tui.file_fits", language) if typed.rstrip("\"'").endswith(SESSION) else ""


def session_in(app: AssistantApp, typed: str) -> str | None:
    """Go on with the session that is meant.

    Args:
        app: where it is shown.
        typed: the line.

    Returns:
        what is wrong, in words; "" where it is shown; nothing where no session is meant.
    """
    from assistant.desk.handing import looks_like_one
    from assistant.desk.paths import named_in
    from assistant.desk.saving import SESSION
    from assistant.tui.returning import by_code, from_file

    if read_code(typed) is not None or _LIKE_ONE.fullmatch(typed):
        return by_code(app, typed)
    file = next((Path(one.text) for one in named_in([typed], (), is_typed=True)), None)
    if file is not None and (looks_like_one(file) or file.suffix == SESSION):
        return from_file(app, file)
    return None
