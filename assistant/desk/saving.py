"""Files that a person is given: a case in one of its forms, a session to go on with elsewhere. Never over anything that is
there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

from assistant.words.formats import clean

SESSION = ".assistant"
"""What the name of a file with a session ends in (`desk.handing`)."""
SAVED_AS = (".md", ".txt", ".json", ".eml", ".zip")


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class UnknownKind(ValueError):
    """A file name that ends in none of `SAVED_AS`."""


def path_typed(text: str) -> Path:
    """The path that somebody typed or pasted to save to, without what no file should be called: controls of the terminal
    and marks that turn the reading direction."""
    return Path(os.path.expanduser(_CONTROLS.sub("", clean(text))))


def write_new(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write a new file, readable by its owner only, whole or not at all.

    Raises:
        OSError: the file is there already, or cannot be written.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file)
    except BaseException:  # half a file is worse than none
        path.unlink(missing_ok=True)
        raise
