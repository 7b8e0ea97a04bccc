"""Copying: what the terminal may have been asked to do, the system's clipboard, and a file where neither works.

Each fails somewhere, so each says honestly what it did. The terminal itself is asked by the face that owns it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.words import say

_WITHOUT_OSC52 = ("linux", "dumb", "vt")
"""Terminals, by the beginning of TERM, that know nothing of a clipboard."""


class Copied(NamedTuple):
    """Where a text went: the terminal's clipboard (asked, not confirmed), the system's (confirmed), or a file."""

    how: Literal["terminal", "system", "file", "nowhere"]
    file: str = ""


def may_take_osc52() -> bool:
    """Whether asking the terminal for its clipboard makes sense at all."""
    return not os.environ.get("TERM", "dumb").startswith(_WITHOUT_OSC52)


def copy_beside(text: str, *, by_terminal: bool) -> Copied:
    """Put a text on the system's clipboard where there is one; where neither that nor the terminal can, into a file.

    Args:
        text: what to copy.
        by_terminal: whether the terminal was asked already.
    """
    try:
        import pyperclip  # type: ignore[import-not-found, import-untyped, unused-ignore]

        pyperclip.copy(text)
    except Exception:  # not installed, or no clipboard that it can reach: it raises errors of its own for each
        return Copied("terminal") if by_terminal else _into_file(text)
    return Copied("system")


def _into_file(text: str) -> Copied:
    try:
        handle, name = tempfile.mkstemp(prefix="assistant-", suffix=".txt", dir=Path.cwd())
    except OSError:
        try:
            handle, name = tempfile.mkstemp(prefix="assistant-", suffix=".txt")
        except OSError:
            return Copied("nowhere")
    with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
    return Copied("file", name)


def copied_words(copied: Copied, language: str) -> str:
    """What was done, in words."""
    return say(f"copied.{copied.how}", language, file=copied.file)
