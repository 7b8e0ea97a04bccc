"""The store in one SQLite file: how it is opened, shared by several processes, and set aside when it is damaged.

What is written in it is `store.sql`'s, and what may be opened at all `store.standing`'s. An answer is on the disk when its
transaction ends (write-ahead log, synchronous FULL), and a file that can't be read is renamed, never written over.
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from assistant.store import migrate, standing
from assistant.store.migrate import Link, Raced
from assistant.store.protocol import StoreError
from assistant.store.sql import SqlStore
from assistant.store.standing import DAMAGED, LOG, Identity

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds to wait for others who write to the same file, before it counts as locked."""

_HAS_META = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_NO_ROOM = (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)  # a quota is no ENOSPC
_WAL_KEPT = 4 * 1024 * 1024
"""Bytes that the write-ahead log may hold between times."""

_held: Counter[Identity] = Counter()
"""The files that this process has open. To close one that was only looked at would let go of the locks of all the others."""
_opening = threading.Lock()
"""Held while a file is looked at and opened, and while one is closed."""


class _Replaced(Exception):
    """The file was set aside by somebody else while it was written to."""


class SqliteStore(SqlStore):
    """A `Store` in a file, which is made where there is none.

    Args:
        path: the file.
        patience: seconds to wait for others. Once that was in vain nobody is kept waiting again, until it is open.
        is_own_place: only this program keeps anything there: nobody named the path.

    Attributes:
        set_aside: where a damaged file was moved to since the store was opened, if one was.

    Raises:
        StoreError: the file can't be used.
    """

    def __init__(self, path: Path, patience: float = PATIENCE, *, is_own_place: bool = False) -> None:
        self.path = path
        self.set_aside: Path | None = None
        self._patience = patience
        self._is_own_place = is_own_place
        self._gave_up = False
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: Identity | None = None
        self._log: Identity | None = None
        self._reads: str = ""
        with self._lock:
            self._patiently(self._opened)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock, _opening:
            with contextlib.suppress(OSError):
                self._put_log_aside()
            self._let_go()

    def put_aside(self) -> list[Path]:
        """Files beside this one that were put aside, since they were damaged or belonged to a file that was replaced.

        A purge does not reach what is in them.
        """
        return standing.all_aside(self.path)

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
            return self._patiently(lambda: self._once(work, begin, reads))

    def _once(self, work: Callable[[Link], T], begin: str, reads: bool) -> T:
        connection = self._opened(reads=reads)
        result = _wholly(connection, begin, lambda: work(connection))
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
                if code & 0xFF in DAMAGED:
                    self._begin_anew(error)
                elif code & 0xFF not in _BUSY or time.monotonic() > end:
                    self._gave_up = code & 0xFF in _BUSY
                    raise _sqlite_error(error, code, self.path) from error
            time.sleep(random.uniform(0.001, 0.01))

    def _begin_anew(self, error: Exception) -> None:
        """Set a damaged file aside. Whoever was working on it has to hear of it; somebody who opens one reads it off."""
        was_open = self._connection is not None
        self.close()
        if self._reads:
            raise StoreError("store.unreadable", name=self.path.name) from error
        if self._is_in_place():  # else somebody else was quicker, and there is a new one
            try:
                self.set_aside = standing.put_aside(self.path, "damaged")
            except OSError as problem:
                raise _os_error(problem, self.path) from error
            if was_open:
                raise StoreError("store.damaged", is_passing=True, name=self.set_aside.name) from error

    def _is_in_place(self) -> bool:
        return self._identity is not None and standing.identity_of(self.path) == self._identity

    def _opened(self, *, reads: bool = False) -> sqlite3.Connection:
        """The connection to the file that stands there now. One that may only be read is tried anew before each writing."""
        is_usable = not self._reads or (reads and "immutable" not in self._reads)
        if self._connection is not None and is_usable and self._is_in_place():
            return self._connection
        with _opening:
            self._put_log_aside()
            self._let_go()
            self._make()
            try:
                connection = self._connected("")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in _NOT_WRITABLE:
                    raise
                connection = self._connected(standing.to_read(self.path))
            if self._identity is None or not self._is_in_place():  # meanwhile; nobody knows which file this one is
                connection.close()
                raise _Replaced
            _held[self._identity] += 1
            self._connection = connection
            return connection

    def _put_log_aside(self) -> None:
        """Where the file was replaced and its log was not, SQLite would play that over the file that took its place."""
        wal, _ = standing.beside(self.path, LOG)
        if self._connection is None or self._log is None or self._is_in_place():
            return
        if standing.identity_of(wal) == self._log:
            standing.put_aside(self.path, "replaced", LOG)

    def _let_go(self) -> None:
        if self._connection is not None and self._identity is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
            _held[self._identity] -= 1

    def _make(self) -> None:
        """Look what stands at the path, refuse what is not ours, and make a file where there is none.

        Raises:
            StoreError: it is not ours.
        """
        wal, real = standing.beside(self.path, ("-wal", ""))
        has_log = standing.size_of(wal) > 0  # asked first: whoever makes a file now, makes its log after it
        identity = standing.identity_of(self.path)
        is_known = identity is not None and (identity == self._identity or _held[identity] > 0)
        if not is_known and not standing.is_ours(self.path, is_own_place=self._is_own_place):
            raise StoreError("store.not_ours", name=str(self.path))
        if has_log and not standing.size_of(self.path):  # SQLite would delete it
            standing.put_aside(self.path, "replaced", LOG)
        real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):  # what SQLite adds beside it gets the same mode
            os.close(os.open(real, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        self._identity = standing.identity_of(self.path)
        if self._identity is None:
            raise _Replaced

    def _connected(self, reads: str) -> sqlite3.Connection:
        """A connection to write, or to read only, under the address `reads`."""
        self._reads, self._log = reads, None
        if not reads and not os.access(self.path, os.W_OK):
            reads = self._reads = standing.to_read(self.path)
        connection = sqlite3.connect(
            reads or self.path, timeout=standing.AT_ONCE, isolation_level=None, check_same_thread=False, uri=bool(reads)
        )
        connection.text_factory = _text
        try:
            if reads:
                self._prepare_to_read(connection)
            else:
                self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare_to_read(self, connection: sqlite3.Connection) -> None:
        if not migrate.is_current(connection, _HAS_META, self.path.name):
            raise StoreError("store.read_only", is_passing=True, name=self.path.name)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Settings of the connection and the schema; a newer program's file is refused before anything is set."""
        is_current = migrate.is_current(connection, _HAS_META, self.path.name)
        if os.stat(self.path).st_mode & 0o077:
            for file in standing.beside(self.path, (*LOG, "")):
                with contextlib.suppress(OSError):
                    os.chmod(file, 0o600)
        if not is_current:  # the mark stands in the file itself, and in no log
            mark = f"PRAGMA application_id = {standing.APPLICATION_ID}"
            _wholly(connection, "BEGIN IMMEDIATE", lambda: connection.execute(mark))
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        for setting in ("synchronous = FULL", "secure_delete = ON", f"journal_size_limit = {_WAL_KEPT}"):
            connection.execute(f"PRAGMA {setting}").fetchall()
        if not is_current:
            _wholly(connection, "BEGIN IMMEDIATE", lambda: migrate.migrate(connection, _HAS_META, self.path.name, str))
        wal, _ = standing.beside(self.path, LOG)
        self._log = standing.identity_of(wal)


def _wholly(connection: sqlite3.Connection, begin: str, work: Callable[[], T]) -> T:
    """Do some work in one transaction."""
    connection.execute(begin)
    try:
        result = work()
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
    return result


def _text(data: bytes) -> str:
    """One damaged byte makes no list of sessions unreadable."""
    return data.decode(errors="replace")


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
