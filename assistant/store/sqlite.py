"""The store in one SQLite file: how it is opened, shared by several processes, and set aside when it is damaged.

What is written in it is `store.sql`'s. An answer is on the disk when its transaction ends (write-ahead log, synchronous
FULL), and a file that can't be read is renamed, never written over.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from assistant.store import migrate
from assistant.store.migrate import Link, Raced
from assistant.store.protocol import StoreError
from assistant.store.sql import SqlStore

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds to wait for others who write to the same file, before it counts as locked."""

_AT_ONCE = 0.05
"""Seconds that SQLite itself waits for others, before it is asked again."""

_HAS_META = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)  # a quota is no ENOSPC
_WAL_KEPT = 4 * 1024 * 1024
"""Bytes that the write-ahead log may hold between times."""


class _Replaced(Exception):
    """The file was set aside by somebody else while it was written to."""


class SqliteStore(SqlStore):
    """A `Store` in a file, which is made where there is none.

    Args:
        path: the file.
        patience: seconds to wait for others. Once that was in vain nobody is kept waiting again, until it is open.

    Attributes:
        set_aside: where a damaged file was moved to since the store was opened, if one was.

    Raises:
        StoreError: the file can't be used.
    """

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self.set_aside: Path | None = None
        self._patience = patience
        self._gave_up = False
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        with self._lock:
            self._patiently(self._opened)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.close()
                self._connection = None

    def purge(self, sessions: Iterable[str]) -> int:
        """Remove sessions for good; see `Store.purge`. The file is written anew, and the write-ahead log emptied.

        What is deleted is overwritten, but where rows moved between pages SQLite leaves copies behind in the gaps.
        """
        wanted = list(sessions)
        removed = super().purge(wanted)
        if wanted:
            with self._lock:
                self._patiently(lambda: self._opened().execute("VACUUM").fetchall())
                self._patiently(self._empty_log)
        return removed

    def _empty_log(self) -> None:
        is_busy, _, _ = self._opened().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:  # somebody is still reading what stands in it
            raise Raced

    def _run(self, work: Callable[[Link], T], *, reads: bool = False) -> T:
        begin = "BEGIN" if reads else "BEGIN IMMEDIATE"
        with self._lock:
            return self._patiently(lambda: self._once(work, begin))

    def _once(self, work: Callable[[Link], T], begin: str) -> T:
        connection = self._opened()
        connection.execute(begin)
        try:
            result = work(connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
        if not self._is_in_place():
            raise _Replaced
        return result

    def _patiently(self, call: Callable[[], T]) -> T:
        """Call until nobody is in the way; tell what went wrong as a `StoreError`."""
        end = time.monotonic() + (0 if self._gave_up else self._patience)
        while True:
            try:
                result = call()
                self._gave_up = False
                return result
            except (_Replaced, Raced):
                if time.monotonic() > end:
                    raise StoreError("store.locked", is_passing=True, name=self.path.name) from None
            except OSError as error:
                raise _os_error(error, self.path) from error
            except UnicodeDecodeError as error:  # raised where SQLite tells which part of its schema is malformed
                self._begin_anew(error)
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", None)
                if code is None:  # a slip in this program
                    raise
                if code & 0xFF in _DAMAGED:
                    self._begin_anew(error)
                elif code & 0xFF not in _BUSY or time.monotonic() > end:
                    self._gave_up = code & 0xFF in _BUSY
                    raise _sqlite_error(error, code, self.path) from error
            time.sleep(random.uniform(0.001, 0.01))

    def _begin_anew(self, error: Exception) -> None:
        """Set a damaged file aside. Whoever was working on it has to hear of it; somebody who opens one reads it off."""
        was_open = self._connection is not None
        self.close()
        if self._is_in_place():  # else somebody else was quicker, and there is a new one
            self.set_aside = _set_aside(self.path)
            if was_open:
                raise StoreError("store.damaged", is_passing=True, name=self.set_aside.name) from error

    def _is_in_place(self) -> bool:
        try:
            status = os.stat(self.path)
        except OSError:
            return False
        return (status.st_dev, status.st_ino) == self._identity

    def _opened(self) -> sqlite3.Connection:
        """The connection to the file that stands there now."""
        if self._connection is not None and self._is_in_place():
            return self._connection
        self.close()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))  # what SQLite adds beside it gets the same mode
        status = os.stat(self.path)
        self._identity = (status.st_dev, status.st_ino)
        connection = sqlite3.connect(self.path, timeout=_AT_ONCE, isolation_level=None, check_same_thread=False)
        connection.text_factory = _text
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Settings of the connection and the schema; a newer program's file is refused before anything is set."""
        is_current = migrate.is_current(connection, _HAS_META, self.path.name)
        if os.stat(self.path).st_mode & 0o077:
            for file in _beside(self.path):
                with contextlib.suppress(OSError):
                    os.chmod(file, 0o600)
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        for setting in ("synchronous = FULL", "secure_delete = ON", f"journal_size_limit = {_WAL_KEPT}"):
            connection.execute(f"PRAGMA {setting}").fetchall()
        if not is_current:
            connection.execute("BEGIN IMMEDIATE")
            try:
                migrate.migrate(connection, _HAS_META, str)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")


def _text(data: bytes) -> str:
    """One damaged byte makes no list of sessions unreadable."""
    return data.decode(errors="replace")


def _beside(path: Path) -> list[Path]:
    """A database and the files that SQLite keeps beside it, the database last."""
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm", "")]


def _set_aside(path: Path) -> Path:
    """Rename a database, its log first, so that a new one never meets the old log."""
    name = f"{path.name}.damaged-{datetime.now():%Y%m%dT%H%M%S}"
    target, number = path.with_name(name), 1
    while any(file.exists() for file in _beside(target)):
        number += 1
        target = path.with_name(f"{name}-{number}")
    for file, aside in zip(_beside(path), _beside(target), strict=True):
        with contextlib.suppress(FileNotFoundError):
            os.rename(file, aside)
    return target


def _sqlite_error(error: sqlite3.Error, code: int, path: Path) -> StoreError:
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL or code in _NO_ROOM:
        return StoreError("store.full", is_passing=True, name=path.name)
    if primary in _BUSY:
        return StoreError("store.locked", is_passing=True, name=path.name)
    if primary in _NOT_WRITABLE:
        return StoreError("store.read_only", is_passing=True, name=path.name)
    return StoreError("store.failed", is_passing=primary == sqlite3.SQLITE_IOERR, reason=str(error))


def _os_error(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError("store.full", is_passing=True, name=path.name)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StoreError("store.read_only", is_passing=True, name=path.name)
    return StoreError("store.failed", reason=f"{path}: {error.strerror}")
