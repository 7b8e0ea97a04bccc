"""The ground that the terminal draws on, light or dark: how it is asked for, and what an answer means.

The question is OSC 11, which terminals answer with the colour; nothing waits for it. Taking the answer out of what is typed
is `parser`'s, and what becomes of it the app's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from textual.message import Message

QUESTION = "\x1b]11;?\x07"
ANSWER = "\x1b]11;"
"""How an answer begins."""
_LIGHT = 0.5

_COLOUR = r"(?i)rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})(?:/[0-9a-f]{1,4})?"
_HASH = r"(?i)#(?:([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})|([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))"


class Ground(Message):
    """The terminal told what it draws on."""

    def __init__(self, *, is_light: bool) -> None:
        super().__init__()
        self.is_light = is_light


def may_be_asked(environment: Mapping[str, str]) -> bool:
    """Whether a terminal is asked: not one that shows the question as text, or that keeps it from who could answer.

    Args:
        environment: of the process.
    """
    terminal = environment.get("TERM", "")
    if os.name == "nt" or environment.get("NO_COLOR") or terminal in ("", "dumb", "linux") or terminal.startswith("vt"):
        return False
    return bool(environment.get("TMUX")) or not (terminal.startswith("screen") or environment.get("STY"))


def is_light(colour: str) -> bool | None:
    """Whether a ground is light, by how bright it looks; nothing where the answer is none.

    Args:
        colour: as terminals write it, such as `rgb:fdfd/f6f6/e3e3` or `#fdf6e3`.
    """
    found = re.fullmatch(_COLOUR, colour) or re.fullmatch(_HASH, colour)
    if found is None:
        return None
    red, green, blue = (int(one, 16) / (16 ** len(one) - 1) for one in found.groups() if one)
    return bool(0.299 * red + 0.587 * green + 0.114 * blue > _LIGHT)
