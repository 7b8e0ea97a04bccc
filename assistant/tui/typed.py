"""A session's code, or the file that holds one, in what is typed on Home. Words about a problem are neither."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.store.codes import read_code, shown
from assistant.words import say

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp


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
    from assistant.desk.returning import meant
    from assistant.tui.returning import by_code, from_file

    session = meant(typed)
    if session is None:
        return None
    return from_file(app, session) if isinstance(session, Path) else by_code(app, session)
