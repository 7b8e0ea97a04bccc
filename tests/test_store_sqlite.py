"""The store in a file: who may read it, what happens when it is damaged, full, read-only or in use, what a purge leaves."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from stores import NOW, PACK, answered, began, case, first, following, noted

from assistant.store import migrate, open_store
from assistant.store.codes import new_key, shown
from assistant.store.migrate import Link
from assistant.store.protocol import Conflict, Query, StoredFile, StoreError
from assistant.store.sqlite import SqliteStore

KEY = "01a20320-a200-743f-a5a9-aed2f835073e"
SECRET = "zebra-crossing"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "assistant" / "sessions.db"


@pytest.fixture
def store(file: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(file, patience=5)
    yield opened
    opened.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refused(call: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as told:
        call()
    return told.value


def names(file: Path) -> list[str]:
    return sorted(one.name for one in file.parent.iterdir())


# Settings


def test_only_the_owner_may_read_what_is_made(store: SqliteStore, file: Path) -> None:
    began(store)
    assert names(file) == ["sessions.db", "sessions.db-shm", "sessions.db-wal"]
    assert [mode(one) for one in file.parent.iterdir()] == [0o600] * 3
    assert mode(file.parent) == 0o700


def test_a_file_that_others_may_read_is_closed_to_them(file: Path) -> None:
    open_store(file).close()
    file.chmod(0o644)
    open_store(file).close()
    assert mode(file) == 0o600


def test_what_is_acknowledged_is_on_the_disk(store: SqliteStore) -> None:
    connection = store._connection
    assert connection is not None
    asked = ("journal_mode", "synchronous", "secure_delete")
    assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in asked] == ["wal", 2, 1]


def test_the_migrations_are_part_of_the_package() -> None:
    assert [script.name for script in migrate._scripts()] == ["0001.sql"]


# Migrations


def test_a_database_is_brought_up_to_date_once(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(file)
    store.save(first(KEY))
    store.close()
    newer = tmp_path / "migrations"
    newer.mkdir()
    (newer / "0001.sql").write_bytes((migrate.FOLDER / "0001.sql").read_bytes())
    (newer / "0002.sql").write_text("CREATE TABLE more (a TEXT);\nINSERT INTO more (a) VALUES ('once');\n")
    monkeypatch.setattr(migrate, "FOLDER", newer)
    for _ in range(2):
        store = open_store(file)
        assert store.load(KEY) is not None
        store.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT a FROM more").fetchall() == [("once",)]
        assert connection.execute("SELECT value FROM meta").fetchall() == [("2",)]
    connection.close()


def test_a_migration_that_fails_leaves_everything_as_it_was(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(file).close()
    newer = tmp_path / "migrations"
    newer.mkdir()
    (newer / "0001.sql").write_text("")
    (newer / "0002.sql").write_text("CREATE TABLE more (a TEXT); DROP TABLE nowhere;")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "FOLDER", newer)
        assert refused(lambda: open_store(file)).code == "store.failed"
    store = open_store(file)
    began(store)
    store.close()
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT value FROM meta").fetchall() == [("1",)]
    connection.close()


def test_a_newer_programs_database_is_refused_and_left_as_it_is(file: Path) -> None:
    open_store(file).close()
    connection = sqlite3.connect(file)
    connection.execute("UPDATE meta SET value = '99'")
    connection.commit()
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    file.chmod(0o640)
    before, status = file.read_bytes(), file.stat()
    error = refused(lambda: open_store(file))
    assert (error.code, error.is_passing, error.arguments) == ("store.newer", False, {"name": "sessions.db"})
    assert file.read_bytes() == before
    assert (file.stat().st_mtime_ns, file.stat().st_mode) == (status.st_mtime_ns, status.st_mode)
    assert names(file) == ["sessions.db"]


# Damage


def test_a_file_that_is_no_database_is_set_aside_and_a_new_one_begun(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"This was never a database. " * 500)
    store = SqliteStore(file)
    assert store.set_aside is not None
    assert store.set_aside.name.startswith("sessions.db.damaged-")
    assert store.set_aside.read_bytes() == b"This was never a database. " * 500
    began(store)
    assert len(store.sessions(Query())) == 1
    store.close()
    again = SqliteStore(file)
    assert again.set_aside is None
    assert len(again.sessions(Query())) == 1
    again.close()


def test_what_was_set_aside_before_is_never_written_over(file: Path) -> None:
    file.parent.mkdir()
    for number in range(4):
        file.write_bytes(f"no database {number} ".encode() * 500)
        SqliteStore(file).close()
    kept = sorted(
        one.read_bytes()[:13] for one in file.parent.glob("*.damaged-*") if not one.name.endswith(("-wal", "-shm"))
    )
    assert kept == [f"no database {number}".encode() for number in range(4)]


def damage(file: Path) -> None:
    """Write over every page but the first and those that opening reads."""
    connection = sqlite3.connect(file)
    spared = {1, *(page for (page,) in connection.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'meta'"))}
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with file.open("r+b") as out:
        for page in range(1, file.stat().st_size // size + 1):
            if page not in spared:
                out.seek((page - 1) * size)
                out.write(b"\xa5" * size)


@pytest.mark.parametrize(
    "use",
    [
        lambda store: store.save(following(KEY, 1, answered("x"))), lambda store: store.load(KEY),
        lambda store: store.sessions(Query()), lambda store: store.purge([KEY]),
    ],
    ids=["save", "load", "list", "purge"],
)  # fmt: skip
def test_damage_that_shows_later_is_told_and_everything_can_be_sent_again(file: Path, use: Callable[..., object]) -> None:
    store = SqliteStore(file)
    store.save(first(KEY))
    store.close()
    damage(file)
    damaged = file.read_bytes()
    store = SqliteStore(file)
    error = refused(lambda: use(store))
    assert (error.code, error.is_passing) == ("store.damaged", True)
    assert store.set_aside is not None
    assert error.arguments == {"name": store.set_aside.name}
    assert store.set_aside.read_bytes() == damaged
    with pytest.raises(Conflict):  # the new file knows nothing of it, so it is sent whole
        store.save(following(KEY, 1, answered("x")))
    store.save(first(KEY, answered("x")))
    assert store.load(KEY) is not None
    store.close()


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_damaged_is_told_and_never_breaks_the_program(file: Path, seed: int) -> None:
    store, chance = SqliteStore(file), random.Random(seed)
    rows = {"cases": (case(KEY, subject="дом"),), "files": (StoredFile("f1", b"x" * 300),), "terms": frozenset({"order"})}
    keys = [began(store, answered("дом" * 30), snapshot=b"s" * 900, **rows) for _ in range(25)]
    store.close()
    data = bytearray(file.read_bytes())
    if seed % 3 == 0:
        del data[chance.randrange(len(data)) :]
    for _ in range((0, 30, 600)[seed % 3]):
        data[chance.randrange(len(data))] = chance.randrange(256)
    file.write_bytes(data)
    told = set()
    uses: list[Callable[[], object]] = [
        *(partial(store.load, key) for key in keys), lambda: store.sessions(Query()), lambda: store.pack(PACK.digest),
        lambda: store.cases(Query(words=("o",))), lambda: store.file(keys[0], "f1"),
        lambda: store.save(following(keys[1], 2, noted("x"))), lambda: store.purge(keys[2:4]),
    ]  # fmt: skip
    for use in uses:
        try:
            use()
        except Conflict:
            pass
        except StoreError as error:
            told.add(error.code)
    store.close()
    assert told <= {"store.damaged", "store.unreadable", "store.failed"}
    assert "store.damaged" not in told or store.set_aside is not None


def test_a_log_with_one_damaged_event_is_unreadable_and_the_others_are_not(store: SqliteStore) -> None:
    code, other = store.save(first(KEY)), began(store)
    assert store._connection is not None
    store._connection.execute("UPDATE events SET event = '{' WHERE session = ?", (KEY,))
    error = refused(lambda: store.load(KEY))
    assert (error.code, error.is_passing, error.arguments) == ("store.unreadable", False, {"name": shown(code)})
    assert store.load(other) is not None
    store._connection.execute("UPDATE packs SET sources = x'00'")
    assert refused(lambda: store.pack(PACK.digest)).code == "store.unreadable"


def test_of_two_programs_on_a_damaged_file_both_go_on_in_the_same_new_one(file: Path) -> None:
    SqliteStore(file).close()
    damage(file)
    one, two = SqliteStore(file), SqliteStore(file)
    assert refused(lambda: began(one)).code == "store.damaged"
    first_key = began(one)
    second_key = began(two)
    assert {summary.id for summary in one.sessions(Query())} == {first_key, second_key}
    assert len([name for name in names(file) if "damaged" in name and not name.endswith(("-wal", "-shm"))]) == 1
    one.close()
    two.close()


def test_who_finds_the_damage_second_does_not_set_the_new_file_aside(file: Path) -> None:
    store = SqliteStore(file)
    store.save(first(KEY))
    store.close()
    damage(file)
    one, two, begun = SqliteStore(file), SqliteStore(file), []

    def work(link: Link) -> object:
        if not begun:
            refused(lambda: one.load(KEY))
            begun.append(began(one))
        return link.execute("SELECT snapshot FROM sessions").fetchall()

    assert two._run(work, reads=True) == [(b"",)]
    assert two.set_aside is None
    assert [summary.id for summary in two.sessions(Query())] == begun
    one.close()
    two.close()


def test_a_file_that_was_removed_while_it_was_open_is_made_anew(store: SqliteStore, file: Path) -> None:
    began(store)
    for one in file.parent.iterdir():
        one.unlink()
    key = began(store)
    other = SqliteStore(file)
    assert [one.id for one in other.sessions(Query())] == [key]
    other.close()


# No room, no right, no lock


def test_a_full_disk_is_told_and_what_was_there_stays(store: SqliteStore) -> None:
    store.save(first(KEY))
    connection = store._connection
    assert connection is not None
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    big = following(KEY, 1, noted("x" * 200_000))
    error = refused(lambda: store.save(big))
    assert (error.code, error.is_passing, error.arguments) == ("store.full", True, {"name": "sessions.db"})
    stored = store.load(KEY)
    assert stored is not None
    assert len(stored.events) == 1
    connection.execute("PRAGMA max_page_count = 1000000")
    store.save(big)
    assert store.load(KEY).events == (*stored.events, *big.events)  # type: ignore[union-attr]


CHILD = """
import json, os, resource, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from stores import *
from assistant.store.protocol import StoreError
from assistant.store.sqlite import SqliteStore
file, told = Path(sys.argv[1]), []
def attempt(call):
    try:
        call()
        told.append("done")
    except StoreError as error:
        told.append([error.code, error.is_passing])
{body}
print(json.dumps(told))
"""


def child(file: Path, body: str) -> object:
    """What a process of its own is told."""
    code = CHILD.format(tests=str(Path(__file__).parent), body=body)
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_write_that_the_system_cuts_off_loses_nothing_that_was_acknowledged(file: Path) -> None:
    body = """
store = SqliteStore(file)
store.save(first("k"))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
attempt(lambda: store.save(following("k", 1, noted("x" * 400_000))))
attempt(lambda: store.load("k").events[0])
attempt(lambda: store.save(following("k", 1, noted("small"))))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
attempt(lambda: store.save(following("k", 2, noted("x" * 400_000))))
"""
    assert child(file, body) == [["store.full", True], "done", "done", "done"]
    store = SqliteStore(file)
    assert store.load("k").events == (first("k").events[0], noted("small"), noted("x" * 400_000))  # type: ignore[union-attr]
    store.close()


# The superuser may write anywhere, so these become somebody else; and nobody else reaches the folders that pytest makes.
NOBODY = """
os.umask(0)
os.chmod(file.parent, 0o755)
{before}
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
{after}
"""


def test_a_folder_that_may_not_be_written_to_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sessions.db"
        body = NOBODY.format(before="os.chmod(file.parent, 0o555)", after="attempt(lambda: SqliteStore(file))")
        assert child(file, body) == [["store.read_only", True]]
        os.chmod(folder, 0o755)
        assert os.listdir(folder) == []


def test_a_file_that_may_not_be_written_to_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = "SqliteStore(file).close(); os.chmod(file, 0o444); os.chmod(file.parent, 0o555)"
        body = NOBODY.format(before=before, after="attempt(lambda: SqliteStore(file))")
        assert child(Path(folder) / "sessions.db", body) == [["store.read_only", True]]
        os.chmod(folder, 0o755)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    error = refused(lambda: open_store(tmp_path / "file" / "sessions.db"))
    assert error.code == "store.failed"
    assert str(tmp_path / "file") in error.arguments["reason"]
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    assert refused(lambda: open_store(tmp_path)).code == "store.failed"


def test_a_locked_file_is_waited_for_and_then_told(file: Path) -> None:
    store = SqliteStore(file, patience=0.3)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begin = time.monotonic()
    error = refused(lambda: began(store))
    assert (error.code, error.is_passing, error.arguments) == ("store.locked", True, {"name": "sessions.db"})
    assert 0.25 < time.monotonic() - begin < 5
    other.execute("ROLLBACK")
    began(store)
    other.close()
    store.close()


# Purging


def traces(file: Path) -> list[str]:
    """The files beside the database, itself included, that hold the secret."""
    return [one.name for one in file.parent.iterdir() if SECRET.encode() in one.read_bytes()]


def test_a_purge_leaves_no_byte_of_the_text(store: SqliteStore, file: Path) -> None:
    doomed = []
    for number in range(300):
        key, text = new_key(NOW), SECRET if number % 3 else "kept"
        size = number * 37 % 3000
        store.save(
            first(
                key, noted(f"{text} " * (1 + size // 20)), snapshot=f"{text} {number} ".encode() * (1 + size // 10), at=text,
                cases=(case(key, subject=text, body=text.encode() * size),),
                terms=frozenset({text, *(f"{text}{number}-{one}" for one in range(12))}),
                files=(StoredFile(text, text.encode() * 500),), pack=PACK,
            )
        )  # fmt: skip
        store.save(following(key, 2, answered(f"{text}{number}"), at=f"{text} again"))
        if number % 3:
            doomed.append(key)
    assert traces(file)
    assert store.purge(doomed) == len(doomed)
    assert traces(file) == []
    assert len(store.sessions(Query(words=("kept",), limit=500))) == 100


def test_a_purge_waits_for_those_who_still_read(store: SqliteStore, file: Path) -> None:
    store.save(first(KEY, noted(SECRET)))
    reader = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sessions").fetchone()
    ending = threading.Timer(0.5, reader.close)
    ending.start()
    assert store.purge([KEY]) == 1
    ending.join()
    assert traces(file) == []
