"""Files that a person is given: a case in one of its forms, a session to go on with elsewhere. Never over anything that is
there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

SESSION = ".assistant"
"""What the name of a file with a session ends in (`desk.handing`)."""
SAVED_AS = (".md", ".txt", ".json", ".eml", ".zip")


class UnknownKind(ValueError):
    """A file name that ends in none of `SAVED_AS`."""


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
