"""Bringing a database's schema up to date: numbered SQL, forward only, each database once.

A database that a newer program wrote is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from assistant.store.protocol import StoreError

FOLDER = Path(__file__).parent / "migrations"


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows were written."""

    def fetchone(self) -> Any:
        """The next row, or `None`."""

    def fetchall(self) -> list[Any]:
        """All rows."""


class Link(Protocol):
    """A connection inside a transaction. Values stand as `?` in the SQL."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each row."""


class Raced(Exception):
    """Somebody else was quicker: the transaction is to be begun again."""


def is_current(link: Link, has_meta: str, name: str) -> bool:
    """Whether a database needs no migration.

    Args:
        link: the database.
        has_meta: a query that gives a row where there is a table `meta`.
        name: what to call the database.

    Raises:
        StoreError: a newer program wrote it, or it is not ours.
    """
    found, newest = _version(link, has_meta, name), len(_scripts())
    if found > newest:
        raise StoreError("store.newer", name=name)
    return found == newest


def migrate(link: Link, has_meta: str, name: str, translate: Callable[[str], str]) -> None:
    """Run what is missing, inside the transaction that `link` is in.

    Args:
        link: the database.
        has_meta: a query that gives a row where there is a table `meta`.
        name: what to call the database.
        translate: makes the database's own DDL of a statement.

    Raises:
        StoreError: it is not ours.
    """
    found, scripts = _version(link, has_meta, name), _scripts()
    if 0 < found < len(scripts):
        moved = "UPDATE meta SET value = ? WHERE name = 'schema' AND value = ?"
        if link.execute(moved, (str(len(scripts)), str(found))).rowcount == 0:
            raise Raced
    for script in scripts[found:]:
        for statement in script.read_text(encoding="utf-8").split(";"):
            if statement.strip():
                link.execute(translate(statement))
    if found == 0:
        link.execute("INSERT INTO meta (name, value) VALUES ('schema', ?)", (str(len(scripts)),))


def _version(link: Link, has_meta: str, name: str) -> int:
    if link.execute(has_meta).fetchone() is None:
        return 0
    row = link.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    if row is None or not str(row[0]).isdecimal():
        raise StoreError("store.not_ours", name=name)
    return int(row[0])


def _scripts() -> list[Path]:
    return sorted(FOLDER.glob("*.sql"))
