"""What stands at the path of a store before SQLite opens it: nothing yet, a store, or what is not ours; and putting aside.

Looking makes, renames and changes nothing. What is in a store is not known here.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

APPLICATION_ID = 0x1D53A55E
"""Stands in the header of every file that this program makes."""

AT_ONCE = 0.05
"""Seconds that SQLite itself waits for others, before it is asked again."""

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

LOG = ("-wal", "-shm")
"""What SQLite keeps beside a database. It plays it over whatever file it finds in the database's place."""

Identity = tuple[int, int]
"""A file, whatever it is called."""

_MAGIC = b"SQLite format 3\0"
_ID_AT = slice(68, 72)
_HEAD = 8192
_ENDINGS = (".db", ".sqlite")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r"))
_OURS = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('meta', 'sessions', 'events')"
_ASIDE = ("damaged", "replaced")


def is_ours(path: Path, *, is_own_place: bool) -> bool:
    """Whether a store may be opened at a path, and a damaged file there be put aside.

    That is so where nothing stands there, or an empty file; a store; or what can't be read but can have been a store. It
    opens and closes the file, which lets go of all locks that this process holds on it.

    Args:
        path: where.
        is_own_place: only this program keeps anything there.

    Raises:
        OSError, sqlite3.Error: it can't be told.
    """
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return True
    if not stat.S_ISREG(status.st_mode):
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head or head[_ID_AT] == APPLICATION_ID.to_bytes(4):
        return True
    if head.startswith(_MAGIC):
        return _holds_ours(path, otherwise=is_own_place)
    return (is_own_place or path.suffix in _ENDINGS) and not _is_text(head)


def to_read(path: Path) -> str:
    """The address under which SQLite only reads a database. Where nobody has it open, nothing is made beside it either."""
    wal, shm = (file.exists() for file in beside(path, LOG))
    return f"{path.absolute().as_uri()}?{'mode=ro' if wal or shm else 'immutable=1'}"


def identity_of(path: Path) -> Identity | None:
    """Which file stands at a path, if one does."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def size_of(path: Path) -> int:
    """How long a file is; 0 where there is none."""
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0


def beside(path: Path, endings: Iterable[str]) -> list[Path]:
    """A database's files by their endings. SQLite keeps them where the file really is, whatever leads to it."""
    real = os.path.realpath(path)  # of which `/` has no name
    return [Path(real + ending) for ending in endings]


def put_aside(path: Path, why: str, endings: tuple[str, ...] = (*LOG, "")) -> Path:
    """Rename a database, its log first, so that a new one never meets the old log.

    Args:
        path: the database.
        why: stands in the new name: "damaged" or "replaced".
        endings: which of its files.

    Returns:
        the new name of the database.

    Raises:
        OSError: it can't be renamed.
    """
    (real,) = beside(path, ("",))
    name = f"{real.name}.{why}-{datetime.now():%Y%m%dT%H%M%S}"
    target, number = real.with_name(name), 1
    while any(file.exists() for file in beside(target, (*LOG, ""))):
        number += 1
        target = real.with_name(f"{name}-{number}")
    for file, aside in zip(beside(real, endings), beside(target, endings), strict=True):
        with suppress(FileNotFoundError):
            os.rename(file, aside)
    return target


def all_aside(path: Path) -> list[Path]:
    """All that was put aside beside a database, the logs too."""
    (real,) = beside(path, ("",))
    beginnings = tuple(f"{real.name}.{why}-" for why in _ASIDE)
    try:
        return sorted(file for file in real.parent.iterdir() if file.name.startswith(beginnings))
    except FileNotFoundError:
        return []


def _holds_ours(path: Path, *, otherwise: bool) -> bool:
    """Whether a database without our mark has our tables, or none of anybody; `otherwise` where that can't be read."""
    with closing(sqlite3.connect(to_read(path), uri=True, timeout=AT_ONCE)) as probe:
        probe.text_factory = bytes
        try:
            if probe.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                return bool(probe.execute("PRAGMA application_id").fetchone()[0] == 0)
            if probe.execute(_OURS).fetchone()[0] < 3:
                return False
            row = probe.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in DAMAGED:
                return otherwise
            if code == sqlite3.SQLITE_ERROR:  # its tables have other columns
                return False
            raise
    return row is not None and isinstance(row[0], bytes) and row[0].isdigit()


def _is_text(head: bytes) -> bool:
    if len(head) == _HEAD:  # a letter may be cut in two
        head = head[: -next((end for end in range(1, 5) if head[-end] & 0xC0 != 0x80), 1)]
    try:
        head.decode()
    except UnicodeDecodeError:
        return False
    return not any(control in head for control in _CONTROLS)
