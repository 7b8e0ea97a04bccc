"""Memory: what it costs to save an answer, in a file and on a server, and to look through a hundred thousand sessions."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from stores import NOW, Server, answered, case, first, following

from assistant.store import open_store, sql
from assistant.store.codes import new_key
from assistant.store.migrate import Link
from assistant.store.protocol import Query, Save, stamp
from assistant.store.sqlite import SqliteStore
from tests.benchmarks.measure import PYTHON, Figure, beside, timed

SNAPSHOT = os.urandom(2000)
WRITERS = 50
SECONDS = 3
SESSIONS = 100_000
LONGEST = 50.0


def figures(folder: Path) -> Iterator[Figure]:
    """All of them."""
    yield from _autosave(folder)
    yield from _many_sessions(folder)
    yield from _server()


def _autosave(folder: Path) -> Iterator[Figure]:
    """Saving an answer beside appending its event and snapshot to a file; log and file grow alike."""
    store, key, places = open_store(folder / "autosave.db"), new_key(NOW), count(1)
    code = store.save(first(key, snapshot=SNAPSHOT))
    saved = answered("one of the answers")
    data = msgspec.json.encode(saved) + SNAPSHOT

    def save() -> None:
        store.save(following(key, next(places), saved, snapshot=SNAPSHOT, code=code))

    with (folder / "appended").open("ab", buffering=0) as file:

        def append() -> None:
            file.write(data)
            os.fdatasync(file.fileno())

        save(), append()
        took, floor = beside(save, append, 15, 200)
    store.close()
    yield Figure("autosave of an answer / fdatasync append of its bytes", took / floor, 1.3, took, floor)


def _many_sessions(folder: Path) -> Iterator[Figure]:
    path = folder / "many.db"
    store = SqliteStore(path)
    store._run(lambda link: _fill(link))
    last = store.sessions(Query(limit=1))[0]
    store.close()

    def opened(use: Callable[[SqliteStore], object]) -> float:
        def whole() -> None:
            store = SqliteStore(path)
            use(store)
            store.close()

        return statistics.median(timed(whole) for _ in range(9))

    asked: dict[str, Callable[[SqliteStore], object]] = {
        "list the open ones": lambda store: store.sessions(Query(states=("open", "later"))),
        "list all": lambda store: store.sessions(Query()),
        "search a word of one session": lambda store: store.sessions(Query(words=("order77777",))),
        "search a word of every session": lambda store: store.sessions(Query(words=("webex",))),
        "search a word of one in fifty": lambda store: store.sessions(Query(words=("team7",), exact=True)),
        "search a word of the oldest 5,000 only": lambda store: store.sessions(Query(words=("legacy",))),
        "search cases, a word of every session": lambda store: store.cases(Query(words=("webex",), states=("draft",))),
        "find by code and load": lambda store: store.load(store.find(last.code, "", NOW)),
    }  # fmt: skip
    for name, use in asked.items():
        took = opened(use)
        yield Figure(f"{SESSIONS:,} sessions: open, {name}, in 50 ms", took / LONGEST, 1.0, took, LONGEST)


def _fill(link: Link) -> None:
    for number in range(SESSIONS):
        sql._save(link, _session(number))


def _session(number: int) -> Save:
    moment = NOW + timedelta(minutes=number)
    key = new_key(moment)
    people = f"team{number % 50}", f"person{number % 2000}"
    terms = frozenset({"webex", "change", f"order{number}", *people, "legacy" if number < 5000 else "new"})
    row = case(key, subject=f"Case {number}", body=SNAPSHOT[:500], changed=stamp(moment))
    return first(
        key, *(answered(f"{place}") for place in range(6)), changed=stamp(moment), snapshot=SNAPSHOT, terms=terms, pack=None,
        cases=(row,) if number % 3 == 0 else (), state=("open", "later", "ended", "ended")[number % 4], at="Which message?",
    )  # fmt: skip


_WRITER = """
import sys, threading, time
sys.path[:0] = [{tests!r}]
from msgspec.structs import replace
from stores import *
threads, seconds = int(sys.argv[2]), float(sys.argv[3])
stores = [open_store(sys.argv[1]) for _ in range(threads)]
done = [0] * threads
def write(number):
    store, key = stores[number], new_key(NOW)
    code = store.save(first(key))
    change = following(key, 1, answered("one of the answers"), snapshot=b"s" * 2000, code=code)
    place, end = 1, begin + seconds
    while time.time() < end:
        store.save(replace(change, expected=place))
        place += 1
    done[number] = place - 1
print("ready", flush=True)
begin = float(sys.stdin.readline())
time.sleep(max(0, begin - time.time()))
workers = [threading.Thread(target=write, args=(number,)) for number in range(threads)]
for worker in workers: worker.start()
for worker in workers: worker.join()
print(sum(done))
"""


def _server() -> Iterator[Figure]:
    """Answers saved by fifty writers beside the inserts of as many clients of `pgbench`, by turns on one server."""
    server = Server()
    try:
        psql = [str(server.programs / "psql"), server.uri, "-qc"]
        subprocess.run([*psql, "CREATE TABLE floor (id BIGSERIAL PRIMARY KEY, event TEXT, snapshot BYTEA)"], check=True)
        open_store(server.uri).close()
        turns = [(_saves(server.uri), _inserts(server)) for _ in range(5)]
        took, floor = (statistics.median(rates) for rates in zip(*turns, strict=True))
    finally:
        server.stop()
    yield Figure("pgbench single inserts / 50 writers on PostgreSQL", floor / took, 5, took, floor, "a second")


def _saves(where: str, processes: int = 5) -> float:
    """Answers saved a second."""
    code = _WRITER.format(tests=str(Path(__file__).parents[1]))
    writers = [
        subprocess.Popen(
            [PYTHON, "-c", code, where, str(WRITERS // processes), str(SECONDS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(processes)
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    begin = f"{time.time() + 0.3}\n"
    return sum(int(writer.communicate(begin)[0]) for writer in writers) / SECONDS


def _inserts(server: Server) -> float:
    """Inserts a second of `pgbench`, with the bytes of an answer."""
    script = server.folder / "insert.sql"
    event = msgspec.json.encode(answered("one of the answers")).decode()
    script.write_text(f"INSERT INTO floor (event, snapshot) VALUES ('{event}', '{'s' * 2000}');\n")
    options = ["-n", "-c", str(WRITERS), "-j", "2", "-T", str(SECONDS), "-f", str(script)]
    command = [str(server.programs / "pgbench"), *options, server.uri]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    assert rate is not None, done.stdout
    return float(rate[1])
