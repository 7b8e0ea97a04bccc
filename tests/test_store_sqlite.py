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

from assistant.store import migrate, open_store, standing
from assistant.store.codes import new_key, shown
from assistant.store.migrate import Link
from assistant.store.protocol import NO_TIME, Conflict, Query, StoredFile, StoreError, WrongCode
from assistant.store.sqlite import SqliteStore

KEY = "01a20320-a200-743f-a5a9-aed2f835073e"
SECRET = "zebra-crossing"
GARBAGE = b"\0This can not be read. \xff" * 500


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
    assert [script.name for script in migrate._scripts()] == ["0001.sql", "0002.sql"]


# Migrations


def test_a_database_is_brought_up_to_date_once(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(file)
    store.save(first(KEY))
    store.close()
    newer = tmp_path / "migrations"
    newer.mkdir()
    for script in migrate._scripts():
        (newer / script.name).write_bytes((migrate.FOLDER / script.name).read_bytes())
    (newer / "0003.sql").write_text("CREATE TABLE more (a TEXT);\nINSERT INTO more (a) VALUES ('once');\n")
    monkeypatch.setattr(migrate, "FOLDER", newer)
    for _ in range(2):
        store = open_store(file)
        assert store.load(KEY) is not None
        store.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT a FROM more").fetchall() == [("once",)]
        assert connection.execute("SELECT value FROM meta").fetchall() == [("3",)]
    connection.close()


def test_a_migration_that_fails_leaves_everything_as_it_was(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(file).close()
    newer = tmp_path / "migrations"
    newer.mkdir()
    for script in migrate._scripts():
        (newer / script.name).write_text("")
    (newer / "0003.sql").write_text("CREATE TABLE more (a TEXT); DROP TABLE nowhere;")
    with monkeypatch.context() as patched:
        patched.setattr(migrate, "FOLDER", newer)
        assert refused(lambda: open_store(file)).code == "store.failed"
    store = open_store(file)
    began(store)
    store.close()
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT value FROM meta").fetchall() == [("2",)]
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


def test_a_file_that_can_not_be_read_is_set_aside_and_a_new_one_begun(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(GARBAGE)
    store = SqliteStore(file)
    assert store.set_aside is not None
    assert store.set_aside.name.startswith("sessions.db.damaged-")
    assert store.set_aside.read_bytes() == GARBAGE
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
        file.write_bytes(f"no database {number}\0".encode() * 500)
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


# A file that was replaced


def backed_up(file: Path) -> Path:
    """A copy as a backup makes one: one whole file."""
    backup = file.with_name("backup.db.copy")
    connection = sqlite3.connect(file)
    connection.execute("VACUUM INTO ?", (str(backup),))
    connection.close()
    return backup


def test_a_backup_that_is_put_back_while_the_file_is_open_is_what_counts(store: SqliteStore, file: Path) -> None:
    kept = [began(store, noted("x" * 3000)) for _ in range(20)]
    backup = backed_up(file)
    store.purge(kept[:10])
    store.save(first(KEY, noted("y" * 3000)))
    log = file.with_name("sessions.db-wal").read_bytes()
    assert log
    backup.rename(file)
    with pytest.raises(Conflict):  # the backup knows nothing of it, so it is sent whole
        store.save(following(KEY, 2, answered("x")))
    store.save(first(KEY, noted("y" * 3000), answered("x")))
    other = SqliteStore(file)
    assert {one.id for one in other.sessions(Query())} == {*kept, KEY}
    assert all(other.load(key) is not None for key in kept)
    other.close()
    aside = store.put_aside()
    assert [one.name[-4:] for one in aside] == ["-shm", "-wal"]
    assert all(one.name.startswith("sessions.db.replaced-") for one in aside)
    assert aside[1].read_bytes() == log
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def test_of_two_programs_only_the_first_puts_the_old_log_aside(file: Path) -> None:
    one, two = SqliteStore(file), SqliteStore(file)
    kept = began(one)
    backup = backed_up(file)
    began(two)
    backup.rename(file)
    keys = {kept, began(one), began(two), began(one)}
    assert {summary.id for summary in one.sessions(Query())} == keys
    one.close()
    two.close()
    again = SqliteStore(file)
    assert {summary.id for summary in again.sessions(Query())} == keys
    assert len(again.put_aside()) == 2
    again.close()


def test_who_lets_go_of_a_file_that_was_replaced_leaves_no_log_for_the_next(store: SqliteStore, file: Path) -> None:
    kept = began(store)
    backup = backed_up(file)
    began(store)
    backup.rename(file)
    store.close()
    again = SqliteStore(file)
    assert [summary.id for summary in again.sessions(Query())] == [kept]
    again.close()


def test_a_log_whose_file_is_gone_is_kept_beside_the_new_file(store: SqliteStore, file: Path) -> None:
    began(store)
    log = file.with_name("sessions.db-wal").read_bytes()
    copied = {one: one.read_bytes() for one in (file.with_name("sessions.db-wal"),)}
    store.close()
    file.unlink()
    for one, data in copied.items():
        one.write_bytes(data)
    again = SqliteStore(file)
    assert again.sessions(Query()) == []
    assert [one.read_bytes() for one in again.put_aside()] == [log]
    again.close()


def test_a_link_to_the_file_stays_and_what_is_set_aside_is_the_file(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(file)
    SqliteStore(link).close()
    damage(file)
    store = SqliteStore(link)
    refused(lambda: began(store))
    began(store)
    assert link.is_symlink()
    assert [one.parent for one in store.put_aside()] == [file.parent] * len(store.put_aside())
    assert len(store.sessions(Query())) == 1
    store.close()


def test_what_was_set_aside_is_found_with_its_logs(store: SqliteStore, file: Path) -> None:
    assert store.put_aside() == []
    (file.parent / "sessions.db.damaged-20261122T120000").write_bytes(b"x")
    (file.parent / "sessions.db.damaged-20261122T120000-wal").write_bytes(b"x")
    (file.parent / "sessions.db.damaged").write_bytes(b"x")
    assert [one.name for one in store.put_aside()] == [
        "sessions.db.damaged-20261122T120000", "sessions.db.damaged-20261122T120000-wal"
    ]  # fmt: skip


# What is not ours


def foreign(file: Path, *statements: str) -> None:
    """Another program's database."""
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


META = "CREATE TABLE meta (name TEXT, value TEXT)"
OTHERS: dict[str, Callable[[Path], object]] = {
    "text": lambda file: file.write_text("Dear Sir or Madam,\n" * 900),
    "text in another language": lambda file: file.write_text("ж" * 4095 + "漢字" * 9000),
    "database": lambda file: foreign(file, "CREATE TABLE notes (text TEXT)"),
    "database with a log": lambda file: foreign(file, "PRAGMA journal_mode = WAL", "CREATE TABLE notes (text TEXT)"),
    "empty database with a mark": lambda file: foreign(file, "PRAGMA application_id = 5"),
    "meta without a number": lambda file: foreign(file, META, "INSERT INTO meta VALUES ('schema', 'blue')"),
    "meta with a number": lambda file: foreign(file, META, "INSERT INTO meta VALUES ('schema', '1')"),
    "meta with other columns": lambda file: foreign(file, "CREATE TABLE meta (a)", *(
        f"CREATE TABLE {name} (a)" for name in ("sessions", "events"))),
    "damaged": lambda file: file.write_bytes(b"SQLite format 3\0" + b"\xa5" * 8192),
    "photo": lambda file: file.with_suffix(".jpg").write_bytes(GARBAGE),
}  # fmt: skip


@pytest.mark.parametrize("make", OTHERS.values(), ids=OTHERS)
def test_what_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "notes.db")
    (file,) = tmp_path.iterdir()
    file.chmod(0o644)
    before, status = file.read_bytes(), file.stat()
    error = refused(lambda: open_store(file))
    assert (error.code, error.is_passing, error.arguments) == ("store.not_ours", False, {"name": str(file)})
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == before
    assert (file.stat().st_mode, file.stat().st_mtime_ns, file.stat().st_ino) == (
        status.st_mode, status.st_mtime_ns, status.st_ino
    )  # fmt: skip


def test_another_programs_database_that_is_open_just_now_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    other = sqlite3.connect(file)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("CREATE TABLE notes (text TEXT)")
    other.commit()  # stands in the log only
    before = {one: one.read_bytes() for one in tmp_path.iterdir() if not one.name.endswith("-shm")}
    assert refused(lambda: open_store(file)).code == "store.not_ours"
    assert {one: one.read_bytes() for one in tmp_path.iterdir() if not one.name.endswith("-shm")} == before
    assert len(list(tmp_path.iterdir())) == 3
    other.close()


@pytest.mark.parametrize("minor", [3, 7, 5], ids=["null", "full", "zero"])
def test_a_device_is_refused_and_nothing_is_made_beside_it(tmp_path: Path, minor: int) -> None:
    device = tmp_path / "device.db"  # never the real one: where this fails, the whole machine would miss it
    try:
        os.mknod(device, stat.S_IFCHR | 0o600, os.makedev(1, minor))
    except PermissionError:
        pytest.skip("only the superuser makes devices")
    device.chmod(0o666)
    assert refused(lambda: open_store(device)).code == "store.not_ours"
    assert (mode(device), os.listdir(tmp_path)) == (0o666, ["device.db"])


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    assert refused(lambda: open_store(tmp_path / "pipe.db")).code == "store.not_ours"
    assert os.listdir(tmp_path) == ["pipe.db"]


def test_what_we_make_is_marked_from_its_first_page_on(store: SqliteStore, file: Path) -> None:
    assert file.read_bytes()[68:72] == standing.APPLICATION_ID.to_bytes(4)
    store.save(first(KEY))
    store.purge([KEY])
    assert file.read_bytes()[68:72] == standing.APPLICATION_ID.to_bytes(4)


def test_a_file_without_the_mark_but_with_our_tables_is_ours(store: SqliteStore, file: Path) -> None:
    store.save(first(KEY))
    store.close()
    foreign(file, "PRAGMA application_id = 0")
    again = SqliteStore(file)
    assert again.load(KEY) is not None
    again.close()


@pytest.mark.parametrize("data", [b"", None], ids=["no-bytes", "no-tables"])
def test_an_empty_file_is_taken(tmp_path: Path, data: bytes | None) -> None:
    file = tmp_path / "mine"
    if data is None:
        foreign(file, "CREATE TABLE a (a)", "DROP TABLE a")
    else:
        file.write_bytes(data)
    store = SqliteStore(file)
    began(store)
    store.close()


def test_a_damaged_file_of_ours_is_set_aside_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine"
    SqliteStore(file).close()
    data = file.read_bytes()
    for damaged in (data[:5000], b"\xa5" * 16 + data[16:], data[:100] + b"\xa5" * (len(data) - 100)):
        for one in tmp_path.iterdir():
            one.unlink()
        file.write_bytes(damaged)
        store = SqliteStore(file)
        assert store.set_aside is not None
        assert store.set_aside.read_bytes() == damaged
        store.close()


def test_in_our_own_place_a_damaged_database_without_a_mark_was_ours(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    OTHERS["damaged"](file)
    assert refused(lambda: open_store(file)).code == "store.not_ours"
    store = open_store(file, is_own_place=True)
    assert len(list(tmp_path.glob("sessions.db.damaged-*"))) == 1
    store.close()
    for one in tmp_path.iterdir():
        one.unlink()
    file.write_text("a letter")
    assert refused(lambda: open_store(file, is_own_place=True)).code == "store.not_ours"


def test_a_text_that_is_written_over_the_open_file_is_set_aside(store: SqliteStore, file: Path) -> None:
    began(store)
    for one in file.parent.iterdir():
        one.write_bytes(b"no database at all" * 500)
    assert refused(lambda: began(store)).code == "store.damaged"
    began(store)
    assert store.set_aside is not None
    assert store.set_aside.read_bytes() == b"no database at all" * 500


def test_looking_at_a_file_does_not_let_go_of_the_locks_on_it(file: Path) -> None:
    one = SqliteStore(file)
    began(one)
    SqliteStore(file).close()
    other = subprocess.run(
        [sys.executable, "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM meta')\n"
         "c.close()", str(file)], check=True, timeout=60,
    )  # fmt: skip
    assert other.returncode == 0
    assert names(file) == ["sessions.db", "sessions.db-shm", "sessions.db-wal"]  # the last one would have removed them
    one.close()


# Damaged rows


def rows(store: SqliteStore, *statements: str) -> None:
    assert store._connection is not None
    for statement in statements:
        store._connection.execute(statement)


@pytest.mark.parametrize("lost", ["1 = 1", "seq = 0", "seq = 1", "seq = 2"])
def test_a_session_that_lost_events_is_unreadable(store: SqliteStore, lost: str) -> None:
    code = store.save(first(KEY, answered("x"), answered("y")))
    rows(store, f"DELETE FROM events WHERE {lost}")
    error = refused(lambda: store.load(KEY))
    assert (error.code, error.is_passing, error.arguments) == ("store.unreadable", False, {"name": shown(code)})
    assert [one.id for one in store.sessions(Query())] == [KEY]


def test_a_code_whose_session_is_gone_is_a_wrong_code(store: SqliteStore) -> None:
    code = store.save(first(KEY))
    rows(store, "DELETE FROM sessions")
    with pytest.raises(WrongCode):
        store.find(code, "", NOW)


def test_a_row_with_times_that_are_none_breaks_no_list(store: SqliteStore) -> None:
    store.save(first(KEY, cases=(case(KEY, filed=NO_TIME.replace("1970", "2026")),)))
    rows(
        store,
        "UPDATE sessions SET changed = 'soon', started = x'ff', come_back = 'xx', title = x'00', snapshot = 'text'",
        "UPDATE cases SET changed = 'soon', filed = 'late', note = 7, body = 'text'",
    )
    (listed,) = store.sessions(Query())
    assert (listed.changed, listed.started, listed.come_back, listed.title) == (NO_TIME, NO_TIME, "", "")
    (row,) = store.cases(Query())
    assert (row.changed, row.filed, row.body, row.number) == (NO_TIME, NO_TIME, b"", 1)
    stored = store.load(KEY)
    assert stored is not None
    assert (stored.summary, stored.snapshot) == (listed, b"")


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


READING = """
from assistant.store.protocol import Query, WrongCode
store = SqliteStore(file)
def wrong():
    try:
        store.find("2222222X", "a", NOW)
    except WrongCode as error:
        assert error.wait == 0
def reading():
    assert len(store.load("k").events) == events
    assert [one.id for one in store.sessions(Query())] == ["k"]
    assert store.find(code, "a", NOW) == "k"
    for _ in range(12):
        wrong()
attempt(reading)
attempt(lambda: store.save(following("k", events, noted("x"))))
attempt(reading)
"""


@pytest.mark.parametrize("folder_too", [False, True], ids=["file", "folder-too"])
@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open-elsewhere"])
def test_what_may_not_be_written_to_is_read_all_the_same(folder_too: bool, is_open: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = (
            "kept = SqliteStore(file); code = kept.save(first('k')); events = 2\nkept.save(following('k', 1, noted('x')))\n"
        )
        before += "" if is_open else "kept.close()\n"
        before += "for one in file.parent.iterdir(): os.chmod(one, 0o444)\n"
        before += "os.chmod(file.parent, 0o555)" if folder_too else "os.chmod(file.parent, 0o777)"
        files = ["sessions.db", "sessions.db-shm", "sessions.db-wal"] if is_open else ["sessions.db"]
        body = NOBODY.format(before=before, after=READING + "told.append(sorted(os.listdir(file.parent)))\n")
        body += "sys.stdout.write(json.dumps(told)); sys.stdout.flush(); os._exit(0)\n"
        assert child(Path(folder) / "sessions.db", body) == ["done", ["store.read_only", True], "done", files]
        os.chmod(folder, 0o755)


def test_a_folder_that_may_not_be_written_to_still_lets_its_file_be_read() -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = "kept = SqliteStore(file); code = kept.save(first('k')); kept.close(); events = 1\n"
        before += "os.chmod(file, 0o666); os.chmod(file.parent, 0o555)"
        body = NOBODY.format(before=before, after=READING)
        assert child(Path(folder) / "sessions.db", body) == ["done", ["store.read_only", True], "done"]
        os.chmod(folder, 0o755)


def test_who_only_reads_sees_what_others_write(store: SqliteStore, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {began(store)}
    store.close()
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        reader = SqliteStore(file)
        assert {one.id for one in reader.sessions(Query())} == keys
        assert names(file) == ["sessions.db"]
    for _ in range(2):
        keys |= {began(store, noted("x" * 9000)) for _ in range(20)}
        store.close()
        assert {one.id for one in reader.sessions(Query())} == keys
    reader.close()


def test_once_it_may_be_written_to_again_it_is() -> None:
    with tempfile.TemporaryDirectory() as folder:
        before = "SqliteStore(file).close(); os.chown(file, 65534, 65534); os.chown(file.parent, 65534, 65534)"
        after = "os.chmod(file, 0o444)\nstore = SqliteStore(file)\nattempt(lambda: store.save(first('k')))\n"
        after += "os.chmod(file, 0o600)\nattempt(lambda: store.save(first('k')))"
        body = NOBODY.format(before=before if os.getuid() == 0 else "SqliteStore(file).close()", after=after)
        assert child(Path(folder) / "sessions.db", body) == [["store.read_only", True], "done"]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    error = refused(lambda: open_store(tmp_path / "file" / "sessions.db"))
    assert error.code == "store.failed"
    assert str(tmp_path / "file") in error.arguments["reason"]
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, "/", "/.."):
        assert refused(lambda where=folder: open_store(where)).code == "store.not_ours"


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
