"""The store on a PostgreSQL server, or on a database that speaks like one: connecting, and sending again what got lost.

What is written there is `store.sql`'s. Nothing is needed of the server but tables and transactions; a transaction that
was refused because of others (40001, 40P01), or that a lost connection left open, is sent again.
"""

from __future__ import annotations

import contextlib
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from assistant.store import migrate
from assistant.store.migrate import Link, Raced, Rows
from assistant.store.protocol import StoreError
from assistant.store.sql import SqlStore

try:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict
except ImportError as error:
    raise StoreError("store.no_psycopg") from error

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds to try again, where a connection was lost or others are in the way."""

QUIET = 30.0
"""Seconds for which a server that did not answer counts as away, once somebody has waited for it in vain."""

_LONG = 0.5
"""Seconds of waiting in vain that nobody is asked for twice."""

_SETTINGS: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "application_name": "assistant"}
_HAS_META = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'"
_IN_THE_WAY = (
    "40001", "40P01",  # refused because of others
    "23505", "42P07",  # somebody else made the row, or the table, at the same moment
)  # fmt: skip
_AWAY = ("57P01", "57P02", "57P03", "53300")  # shut down, crashed, starting, too many connections
_FULL = ("53100",)
_READ_ONLY = ("25006",)

_silent: dict[str, tuple[float, StoreError]] = {}
"""Servers that did not answer, by their settings: until when nobody waits for them, and what is told. A store that could
not be opened is thrown away, so that it can't know.
"""

_TYPES = {"TEXT": 'TEXT COLLATE "C"', "INTEGER": "BIGINT", "BLOB": "BYTEA", ") WITHOUT ROWID": ")"}
_TYPE = re.compile(r"\bTEXT\b|\bINTEGER\b|\bBLOB\b|\) WITHOUT ROWID\b")


class PostgresStore(SqlStore):
    """A `Store` on a server.

    Args:
        where: a connection string, `postgresql://…`.
        patience: seconds to try again.

    Raises:
        StoreError: the server can't be reached or used.
    """

    def __init__(self, where: str, patience: float = PATIENCE) -> None:
        try:
            self._settings = {**_SETTINGS, **conninfo_to_dict(where)}
        except psycopg.Error as error:
            raise StoreError("store.failed", reason=_first_line(error)) from error
        self._name = str(self._settings.get("dbname", "PostgreSQL"))
        self._patience = patience
        self._address = repr(sorted(self._settings.items()))
        self._lock = threading.RLock()
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        try:
            if not self._run(lambda link: migrate.is_current(link, _HAS_META, self._name), reads=True):
                self._run(lambda link: migrate.migrate(link, _HAS_META, self._name, _own_types))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._connection is not None:
                with contextlib.suppress(psycopg.Error):
                    self._connection.close()
                self._connection = None

    def _run(self, work: Callable[[Link], T], *, reads: bool = False) -> T:
        with self._lock:
            start, lost = time.monotonic(), self._connection is None
            while True:
                try:
                    return self._once(work, reads)
                except Raced:
                    failed = StoreError("store.locked", is_passing=True, name=self._name)
                except psycopg.Error as error:
                    failed = _translated(error, self._name)
                    if failed.code == "store.away":
                        self.close()
                        if lost:  # there was none before: the server is known to be away, and nobody is kept waiting
                            raise failed from error
                    elif error.sqlstate not in _IN_THE_WAY:
                        raise failed from error
                if time.monotonic() - start > self._patience:
                    raise failed
                time.sleep(random.uniform(0.001, 0.02))

    def _once(self, work: Callable[[Link], T], reads: bool) -> T:
        if self._connection is None:
            self._connection = self._connected()
        connection = self._connection
        if connection.read_only is not reads:  # what only reads, reads all as of one moment
            connection.read_only = reads
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ if reads else None
        try:
            result = work(_Link(connection))
            connection.commit()
        except BaseException:
            with contextlib.suppress(psycopg.Error):
                connection.rollback()
            raise
        return result

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        begin = time.monotonic()
        until, told = _silent.get(self._address, (0.0, None))
        if told is not None and begin < until:
            raise StoreError(told.code, is_passing=told.is_passing, **told.arguments)
        try:
            connection = psycopg.connect(**self._settings)
        except psycopg.Error as error:
            end = time.monotonic()
            if end - begin > _LONG:
                _silent[self._address] = (end + QUIET, _translated(error, self._name))
            raise
        _silent.pop(self._address, None)
        return connection


class _Link:
    """A connection that is spoken to as all others are."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        return self._connection.execute(_own_places(sql), _storable(values))

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_own_places(sql), [_storable(row) for row in rows])


@lru_cache(maxsize=256)
def _own_places(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


def _own_types(ddl: str) -> str:
    return _TYPE.sub(lambda found: _TYPES[found[0]], ddl)


def _storable(values: Sequence[Any]) -> list[Any]:
    """PostgreSQL's texts hold no NUL; the symbol for it stands in. (Logs are JSON, where it is escaped anyway.)"""
    return [value.replace("\0", "\N{SYMBOL FOR NULL}") if isinstance(value, str) else value for value in values]


def _translated(error: psycopg.Error, name: str) -> StoreError:
    state, reason = error.sqlstate or "", _first_line(error)
    if state in _FULL:
        return StoreError("store.full", is_passing=True, name=name)
    if state in _READ_ONLY:
        return StoreError("store.read_only", is_passing=True, name=name)
    is_lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not state
    if is_lost or state in _AWAY or state.startswith("08"):
        return StoreError("store.away", is_passing=True, reason=reason)
    return StoreError("store.failed", is_passing=state in _IN_THE_WAY, reason=reason)


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
