"""The store on a real PostgreSQL server: what others do at the same moment, and a connection that is lost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from stores import NOW, PACK, answered, began, case, first, following, schema, server, started

from assistant.store import migrate, open_store, postgres, sql
from assistant.store.codes import new_key
from assistant.store.migrate import Link
from assistant.store.postgres import PostgresStore
from assistant.store.protocol import Conflict, Query, StoreError

KEY = "01a20320-a200-743f-a5a9-aed2f835073e"
SERIALIZABLE = "%20-c%20default_transaction_isolation%3Dserializable"


@pytest.fixture
def where() -> Iterator[str]:
    with schema() as found:
        yield found


@pytest.fixture
def stores(where: str) -> Iterator[Callable[..., PostgresStore]]:
    opened: list[PostgresStore] = []

    def make(more: str = "", **given: Any) -> PostgresStore:
        opened.append(PostgresStore(where + more, **given))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


def refused(call: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as told:
        call()
    return told.value


def count_states(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The states of all errors that the server answers with from here on."""
    seen: list[str | None] = []
    translated = postgres._translated

    def noticed(error: psycopg.Error, name: str) -> StoreError:
        seen.append(error.sqlstate)
        return translated(error, name)

    monkeypatch.setattr(postgres, "_translated", noticed)
    return seen


@pytest.mark.parametrize("isolation", ["", SERIALIZABLE], ids=["as-it-comes", "serializable"])
def test_whoever_is_overtaken_inside_a_transaction_begins_it_again(
    stores: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch, isolation: str
) -> None:
    mine, other = stores(isolation), stores()
    mine.save(first(KEY))
    seen, turns = count_states(monkeypatch), []

    def work(link: Link) -> str:
        link.execute("SELECT seq FROM sessions WHERE id = ?", (KEY,)).fetchall()
        if not turns:
            turns.append("overtaken")
            other.save(following(KEY, 1, answered("x")))
        return sql._save(link, following(KEY, 1, answered("x"), answered("y")))

    mine._run(work)
    stored = mine.load(KEY)
    assert stored is not None
    assert stored.events == (started(), answered("x"), answered("y"))
    assert seen == (["40001"] if isolation else [])


class Overtaken:
    """A link on which somebody else does something right after the session was looked up."""

    def __init__(self, link: Link, act: Callable[[], object]) -> None:
        self._link, self._act = link, act
        self.executemany = link.executemany

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        rows = self._link.execute(statement, values)
        if statement.startswith("SELECT seq"):
            self._act()
        return rows


def test_who_is_overtaken_between_reading_and_writing_reads_again(stores: Callable[..., PostgresStore]) -> None:
    mine, other, turns = stores(), stores(), []
    mine.save(first(KEY))

    def overtake() -> None:
        if not turns:
            other.save(following(KEY, 1, answered("x")))
        turns.append("read")

    with pytest.raises(Conflict):
        mine._run(lambda link: sql._save(Overtaken(link, overtake), following(KEY, 1, cases=(case(KEY),))))
    stored = mine.load(KEY)
    assert stored is not None
    assert (len(stored.events), stored.cases, len(turns)) == (2, (), 2)


def test_what_is_read_together_is_of_one_moment(stores: Callable[..., PostgresStore]) -> None:
    mine, other = stores(), stores()
    mine.save(first(KEY))

    def work(link: Link) -> list[Any]:
        before = link.execute("SELECT seq FROM sessions").fetchall()
        other.save(following(KEY, before[0][0], answered("x")))
        return [*before, link.execute("SELECT count(*) FROM events").fetchone()]

    assert mine._run(work, reads=True) == [(1,), (1,)]


def test_serialization_failures_of_many_writers_are_survived(
    stores: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = count_states(monkeypatch)
    writers = [stores(SERIALIZABLE) for _ in range(8)]

    def write(store: PostgresStore) -> list[tuple[str, int]]:
        kept = []
        for _ in range(3):
            key = began(store)
            for events in range(1, 6):
                store.save(following(key, events, answered(f"{events}"), terms=frozenset({"order", f"n{events}"})))
            kept.append((key, 6))
        return kept

    with ThreadPoolExecutor(len(writers)) as pool:
        kept = [one for some in pool.map(write, writers) for one in some]
    reader = stores()
    assert [(key, len(reader.load(key).events)) for key, _ in kept] == kept  # type: ignore[union-attr]
    assert "40001" in seen
    assert set(seen) <= {"40001", "40P01"}


def test_a_transaction_that_never_gets_through_is_told(stores: Callable[..., PostgresStore]) -> None:
    mine, other = stores(SERIALIZABLE, patience=0.2), stores()
    mine.save(first(KEY))
    turns: list[int] = []

    def work(link: Link) -> None:
        link.execute("SELECT seq FROM sessions WHERE id = ?", (KEY,)).fetchall()
        turns.append(len(turns))
        other.save(following(KEY, len(turns), answered(f"{len(turns)}")))
        link.execute("UPDATE sessions SET seq = 0 WHERE id = ?", (KEY,))

    error = refused(lambda: mine._run(work))
    assert (error.code, error.is_passing) == ("store.failed", True)
    assert len(turns) > 1


def test_two_deadlocked_writers_both_get_through(
    stores: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, barrier = count_states(monkeypatch), threading.Barrier(2)
    keys, turns = [new_key(NOW), new_key(NOW)], [0, 0]
    writers = [stores(), stores()]
    for key in keys:
        writers[0].save(first(key))

    def write(number: int) -> None:
        def work(link: Link) -> None:
            turns[number] += 1
            sql._save(link, following(keys[number], 1, answered(f"{number} own")))
            if turns[number] == 1:
                barrier.wait(10)
            link.execute("UPDATE sessions SET title = 'seen' WHERE id = ?", (keys[1 - number],))

        writers[number]._run(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    assert "40P01" in seen
    assert [len(writers[0].load(key).events) for key in keys] == [2, 2]  # type: ignore[union-attr]


def test_a_pack_that_somebody_begins_on_survives_a_purge_beside(stores: Callable[..., PostgresStore]) -> None:
    mine, other = stores(), stores()
    old = began(mine)
    purges: list[threading.Thread] = []

    def work(link: Link) -> str:
        code = sql._save(link, first(KEY))
        purges.append(threading.Thread(target=other.purge, args=([old],)))
        purges[-1].start()
        purges[-1].join(0.4)  # it has done what it can before this transaction ends
        return code

    mine._run(work)
    purges[0].join(10)
    assert mine.load(old) is None
    assert mine.pack(PACK.digest) == PACK


def test_a_pack_that_a_purge_is_about_to_remove_is_written_anew(stores: Callable[..., PostgresStore]) -> None:
    mine, other = stores(), stores()
    old = began(mine)
    begins: list[threading.Thread] = []

    def work(link: Link) -> int:
        removed = sql._purge(link, [old])
        begins.append(threading.Thread(target=other.save, args=(first(KEY),)))
        begins[-1].start()
        begins[-1].join(0.4)
        return removed

    assert mine._run(work) == 1
    begins[0].join(10)
    assert mine.load(KEY) is not None
    assert mine.pack(PACK.digest) == PACK


# A connection that is lost


def end_connections(where: str) -> None:
    with psycopg.connect(server().uri, autocommit=True) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'assistant' AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("moment", ["before", "inside"])
def test_a_lost_connection_is_made_again_and_the_save_sent_again(
    stores: Callable[..., PostgresStore], where: str, moment: str
) -> None:
    store, turns = stores(), []
    store.save(first(KEY))

    def work(link: Link) -> str:
        code = sql._save(link, following(KEY, 1, answered("x")))
        turns.append(code)
        if moment == "inside" and len(turns) == 1:
            end_connections(where)
        return code

    if moment == "before":
        end_connections(where)
    store._run(work)
    stored = store.load(KEY)
    assert stored is not None
    assert stored.events == (started(), answered("x"))


def test_a_commit_whose_answer_was_lost_is_no_conflict(
    stores: Callable[..., PostgresStore], where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, lost = stores(), []
    store.save(first(KEY))
    commit = psycopg.Connection.commit

    def losing(self: Any) -> None:
        commit(self)
        if not lost:
            lost.append("the answer")
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(psycopg.Connection, "commit", losing)
    store.save(following(KEY, 1, answered("x")))
    assert lost
    stored = store.load(KEY)
    assert stored is not None
    assert stored.events == (started(), answered("x"))


def test_a_server_that_is_away_is_told_at_once() -> None:
    begin = time.monotonic()
    error = refused(lambda: open_store("postgresql://nobody@/nothing?host=/nonexistent"))
    assert (error.code, error.is_passing) == ("store.away", True)
    assert "/nonexistent" in error.arguments["reason"]
    assert time.monotonic() - begin < 3


def test_who_knows_that_the_server_is_away_is_not_kept_waiting(
    stores: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stores(patience=0.3)
    store.save(first(KEY))
    monkeypatch.setitem(store._settings, "host", "/nonexistent")
    store.close()
    begin = time.monotonic()
    assert refused(lambda: store.load(KEY)).code == "store.away"
    assert time.monotonic() - begin < 0.25
    monkeypatch.undo()
    assert store.load(KEY) is not None


@pytest.fixture
def mute() -> Iterator[socket.socket]:
    """A server that lets everybody in and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_a_server_that_never_answers_is_waited_for_once(mute: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    where = f"postgresql://nobody@127.0.0.1:{mute.getsockname()[1]}/db?connect_timeout=2&sslmode=disable&gssencmode=disable"

    def waited() -> float:
        begin = time.monotonic()
        error = refused(lambda: open_store(where))
        assert (error.code, error.is_passing) == ("store.away", True)
        assert error.arguments["reason"]
        return time.monotonic() - begin

    assert 1 < waited() < 8
    assert max(waited() for _ in range(3)) < 0.5
    monkeypatch.setattr(postgres, "_silent", {at: (0.0, told) for at, (_, told) in postgres._silent.items()})
    assert waited() > 1  # after a while it is tried again


def test_a_store_whose_server_falls_silent_waits_for_it_once_and_finds_it_again(
    stores: Callable[..., PostgresStore], mute: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stores(patience=0.3)
    store.save(first(KEY))
    with monkeypatch.context() as patched:
        for name, value in {"host": "127.0.0.1", "port": mute.getsockname()[1], "connect_timeout": 2}.items():
            patched.setitem(store._settings, name, value)
        store.close()
        assert refused(lambda: store.load(KEY)).code == "store.away"
        begin = time.monotonic()
        assert refused(lambda: store.load(KEY)).code == "store.away"
        assert time.monotonic() - begin < 0.25
    monkeypatch.setattr(postgres.time, "monotonic", lambda now=time.monotonic: now() + postgres.QUIET + 1)
    assert store.load(KEY) is not None
    assert store._address not in postgres._silent


def test_another_programs_table_meta_is_left_alone(where: str) -> None:
    with psycopg.connect(where) as link:
        link.execute("CREATE TABLE meta (name TEXT, value TEXT)")
        link.execute("INSERT INTO meta VALUES ('schema', 'blue')")
    assert refused(lambda: open_store(where)).code == "store.not_ours"
    with psycopg.connect(where) as link:
        link.execute("DELETE FROM meta")
    assert refused(lambda: open_store(where)).code == "store.not_ours"


def test_a_setting_that_makes_no_sense_is_told() -> None:
    assert refused(lambda: open_store("postgresql://host?no_such_setting=1")).code == "store.failed"


def test_a_password_is_never_told() -> None:
    error = refused(lambda: open_store("postgresql://user:sesame@127.0.0.1:1/db"))
    assert "sesame" not in str(error.arguments)


# Opening


def test_many_that_open_a_new_database_at_once_all_find_their_tables(where: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: PostgresStore(where), range(8)))
    for store in opened:
        began(store)
    assert len(opened[0].sessions(Query())) == 8
    for store in opened:
        store.close()


def test_a_newer_programs_database_is_refused(stores: Callable[..., PostgresStore], where: str) -> None:
    stores()._run(lambda link: link.execute("UPDATE meta SET value = '99'"))
    assert refused(lambda: open_store(where)).code == "store.newer"


def test_many_that_bring_a_database_up_to_date_at_once_do_it_once(
    stores: Callable[..., PostgresStore], where: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stores()
    for script in ("0001.sql", "0002.sql"):
        (tmp_path / script).write_text("")
    (tmp_path / "0003.sql").write_text("CREATE TABLE more (a TEXT);\nINSERT INTO more (a) VALUES ('once');\n")
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    with ThreadPoolExecutor(6) as pool:
        for one in pool.map(lambda _: PostgresStore(where), range(6)):
            one.close()
    assert store._row("SELECT count(*) FROM more") == (1,)
    assert store._row("SELECT value FROM meta") == ("3",)


def test_terms_sort_by_code_point_whatever_the_servers_language(stores: Callable[..., PostgresStore]) -> None:
    asked = "SELECT collation_name FROM information_schema.columns WHERE table_name = 'terms' AND column_name = 'term'"
    assert stores()._row(asked) == ("C",)


def test_a_conflict_leaves_the_connection_usable(stores: Callable[..., PostgresStore]) -> None:
    store = stores()
    with pytest.raises(Conflict):
        store.save(following(KEY, 1, answered("x")))
    store.save(first(KEY))
    assert store.load(KEY) is not None


def test_without_psycopg_it_is_told_what_is_missing() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from assistant.store import open_store\n"
        "from assistant.store.protocol import StoreError\n"
        "try: open_store('postgresql://somewhere/db')\n"
        "except StoreError as error: print(error.code, error.is_passing)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["store.no_psycopg", "False"]


def test_nothing_but_a_server_needs_psycopg(tmp_path: Any) -> None:
    code = "import sys; from assistant.store import open_store; open_store(sys.argv[1]); assert 'psycopg' not in sys.modules"
    subprocess.run([sys.executable, "-c", code, os.fspath(tmp_path / "s.db")], check=True, timeout=60)
