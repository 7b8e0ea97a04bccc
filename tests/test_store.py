"""What every store promises, on each of them: in memory, in a SQLite file, on a real PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from stores import KINDS, NOW, PACK, Place, answered, at, began, case, first, following, noted, place, started, summary

from assistant.store.codes import new_code, new_key, read_code
from assistant.store.protocol import Conflict, PackSources, Query, Store, StoredFile, StoreError, WrongCode

KEY = "01a20320-a200-743f-a5a9-aed2f835073e"
WORDS = "Grüße, дом, 漢字, “x” 👍 e\u0301 ' \" \\ % ? \n\t {} \x7f"


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with place(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def store(where: Place) -> Store:
    return where.open()


# Saving and loading


def test_a_session_is_read_back_as_it_was_saved(store: Store, where: Place) -> None:
    row = case(KEY, portal="Hub", note=WORDS, body=b"\0\xff")
    fields = {
        "at": WORDS, "state": "later", "outcome": "wait", "kind": "action", "audience": "agent", "language": "pt-BR",
        "by": "agent", "come_back": "2026-12-02", "engine": "0.1", "origin": "/packs/webex",
    }  # fmt: skip
    terms = frozenset({"дом", "order"})
    given = first(KEY, answered(WORDS), noted("a\0b"), snapshot=b"\0snap\xff", cases=(row,), terms=terms, **fields)
    code = store.save(given)
    read = where.open().load(KEY)
    assert read is not None
    assert read.summary == summary(KEY, code=code, **fields)
    assert read.events == given.events
    assert read.snapshot == given.snapshot
    assert read.terms == terms
    assert read.cases == (case(KEY, code=code, portal="Hub", note=WORDS, body=b"\0\xff"),)


def test_what_follows_is_appended_and_the_last_summary_and_snapshot_stand(store: Store) -> None:
    store.save(first(KEY, snapshot=b"one", at="Reason"))
    store.save(following(KEY, 1, answered("x"), answered("y"), snapshot=b"two", at="Access", changed=at(1)))
    read = store.load(KEY)
    assert read is not None
    assert read.events == (started(), answered("x"), answered("y"))
    assert (read.snapshot, read.summary.at, read.summary.changed) == (b"two", "Access", at(1))


def test_an_unknown_session_is_none(store: Store) -> None:
    assert store.load(KEY) is None
    assert store.pack("d1") is None
    assert store.file(KEY, "f1") is None


def test_a_save_may_bring_no_event(store: Store) -> None:
    store.save(first(KEY))
    store.save(following(KEY, 1, cases=(case(KEY, state="closed"),)))
    read = store.load(KEY)
    assert read is not None
    assert len(read.events) == 1
    assert [row.state for row in read.cases] == ["closed"]


# Two people


def test_who_expects_other_events_is_told_and_writes_nothing(store: Store) -> None:
    store.save(first(KEY))
    store.save(following(KEY, 1, answered("first"), at="first"))
    late = following(
        KEY, 1, answered("late"), at="late", cases=(case(KEY),), terms=frozenset({"late"}),
        files=(StoredFile("f1", b"late"),), pack=PackSources("d2", "webex", {}),
    )  # fmt: skip
    with pytest.raises(Conflict):
        store.save(late)
    read = store.load(KEY)
    assert read is not None
    assert (read.events, read.summary.at) == ((started(), answered("first")), "first")
    assert (read.cases, read.terms, store.file(KEY, "f1"), store.pack("d2")) == ((), frozenset(), None, None)


@pytest.mark.parametrize("expected", [0, 2, 7])
def test_a_save_without_events_needs_the_right_place_too(store: Store, expected: int) -> None:
    store.save(first(KEY))
    with pytest.raises(Conflict):
        store.save(following(KEY, expected))


def test_a_session_that_the_store_does_not_have_must_be_sent_from_its_start(store: Store) -> None:
    with pytest.raises(Conflict):
        store.save(following(KEY, 1, answered("x")))
    assert store.load(KEY) is None
    assert store.sessions(Query()) == []


def test_the_same_save_may_arrive_twice(store: Store) -> None:
    begin, go_on = first(KEY, terms=frozenset({"a"})), following(KEY, 1, answered("x"), at="x")
    code = store.save(begin)
    assert store.save(begin) == code
    store.save(go_on)
    assert store.save(go_on) == code
    read = store.load(KEY)
    assert read is not None
    assert (read.events, read.summary.at) == ((started(), answered("x")), "x")


def test_what_is_sent_again_late_is_no_conflict_and_takes_nothing_back(store: Store) -> None:
    begin, go_on = first(KEY, at="start"), following(KEY, 1, answered("x"), at="x", changed=at(1))
    code = store.save(begin)
    store.save(go_on)
    store.save(following(KEY, 2, answered("y"), at="y", changed=at(2)))
    assert [store.save(begin), store.save(go_on)] == [code, code]
    read = store.load(KEY)
    assert read is not None
    assert (len(read.events), read.summary.at) == (3, "y")


def test_a_case_that_was_closed_meanwhile_is_not_opened_by_what_is_sent_again(store: Store) -> None:
    store.save(first(KEY))
    go_on = following(KEY, 1, answered("x"), cases=(case(KEY),), changed=at(1))
    store.save(go_on)
    store.save(following(KEY, 2, cases=(case(KEY, state="closed"),), changed=at(2)))
    store.save(go_on)
    read = store.load(KEY)
    assert read is not None
    assert [row.state for row in read.cases] == ["closed"]


def test_of_events_sent_again_with_new_ones_behind_only_the_new_ones_are_appended(store: Store) -> None:
    store.save(first(KEY))
    store.save(following(KEY, 1, answered("x")))
    store.save(following(KEY, 1, answered("x"), answered("y"), at="y"))
    read = store.load(KEY)
    assert read is not None
    assert (read.events, read.summary.at) == ((started(), answered("x"), answered("y")), "y")


def test_events_that_only_begin_alike_are_a_conflict(store: Store) -> None:
    store.save(first(KEY))
    store.save(following(KEY, 1, answered("x"), answered("y")))
    with pytest.raises(Conflict):
        store.save(following(KEY, 1, answered("x"), answered("z"), answered("w")))


def test_of_many_at_once_on_one_session_each_is_kept_or_told(where: Place) -> None:
    code = where.open().save(first(KEY))
    stores = [where.open() for _ in range(6)]

    def write(number: int) -> int:
        kept = 0
        for turn in range(10):
            events = len(stores[number].load(KEY).events)  # type: ignore[union-attr]
            try:
                assert stores[number].save(following(KEY, events, answered(f"{number} {turn}"))) == code
                kept += 1
            except Conflict:
                pass
        return kept

    if where.where is None:
        kept = sum(map(write, range(6)))
    else:
        with ThreadPoolExecutor(6) as pool:
            kept = sum(pool.map(write, range(6)))
    read = stores[0].load(KEY)
    assert read is not None
    assert len(read.events) == kept + 1
    assert len(set(map(repr, read.events))) == kept + 1


@pytest.mark.parametrize(
    "given",
    [
        {"changed": "not a time"}, {"started": "2026-11-22"}, {"changed": "9999-12-31T23:59:59.000000Z"},
        {"come_back": "xx"}, {"come_back": "20261202"}, {"cases": (case(KEY, changed="soon"),)},
        {"cases": (case(KEY, filed="yesterday"),)},
    ],
    ids=str,
)  # fmt: skip
def test_a_time_that_is_none_is_not_saved(store: Store, given: dict[str, Any]) -> None:
    with pytest.raises(StoreError) as refused:
        store.save(first(KEY, **given))
    assert (refused.value.code, refused.value.is_passing) == ("store.no_time", False)
    assert store.load(KEY) is None


# Codes


def test_a_new_session_gets_a_code_of_its_own_and_keeps_it(store: Store) -> None:
    one, two = (store.save(first()) for _ in range(2))
    assert read_code(one) == one
    assert one != two
    store.save(first(KEY, code="QF7K2M9H"))
    assert store.save(following(KEY, 1, answered("x"), code=one)) == "QF7K2M9H"
    read = store.load(KEY)
    assert read is not None
    assert read.summary.code == "QF7K2M9H"


def test_a_code_that_is_wanted_is_given_where_it_is_free(store: Store) -> None:
    assert store.save(first(code="QF7K2M9H")) == "QF7K2M9H"
    assert store.save(first(code="QF7K2M9H")) != "QF7K2M9H"
    assert read_code(store.save(first(code="no code"))) is not None


def test_a_purge_frees_the_code(store: Store) -> None:
    store.save(first(KEY, code="QF7K2M9H"))
    store.purge([KEY])
    with pytest.raises(WrongCode):
        store.find("QF7K2M9H", "", NOW)
    assert store.save(first(code="QF7K2M9H")) == "QF7K2M9H"


def test_a_session_is_found_by_its_code(store: Store) -> None:
    code = store.save(first(KEY))
    began(store)
    assert store.find(code, "desk 1", NOW) == KEY


def wrong(store: Store, asker: str, minutes: float) -> int:
    """Ask for a code that nobody has; how many seconds there are to wait."""
    with pytest.raises(WrongCode) as refused:
        store.find(new_code(), asker, NOW + timedelta(minutes=minutes))
    return refused.value.wait


def test_ten_wrong_codes_make_the_asker_wait_and_nobody_else(store: Store) -> None:
    code = store.save(first(KEY))
    assert [wrong(store, "a", 0) for _ in range(10)] == [0] * 9 + [30]
    with pytest.raises(WrongCode) as refused:  # not even a right code is looked up
        store.find(code, "a", NOW + timedelta(seconds=10))
    assert refused.value.wait == 20
    assert store.find(code, "b", NOW) == KEY
    assert store.find(code, "a", NOW + timedelta(seconds=30)) == KEY


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(store: Store) -> None:
    for _ in range(9):
        wrong(store, "", 0)
    waits, minute = [], 0.0
    for _ in range(7):
        waits.append(wrong(store, "", minute))
        minute += waits[-1] / 60
    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_a_right_code_clears_the_count_and_so_does_an_hour(store: Store) -> None:
    code = store.save(first(KEY))
    for _ in range(9):
        wrong(store, "a", 0)
        wrong(store, "b", 0)
    store.find(code, "a", NOW)
    assert wrong(store, "a", 1) == 0
    assert wrong(store, "b", 61) == 0


def test_the_count_is_the_stores_and_not_the_programs(where: Place) -> None:
    for _ in range(9):
        wrong(where.open(), "a", 0)
    assert wrong(where.open(), "a", 0) == 30


# Packs, files and cases


def test_the_sources_of_every_pack_that_a_session_was_held_on_are_kept(store: Store) -> None:
    newer = PackSources("d2", "webex", {"pack.yaml": b"title: Newer\n"})
    store.save(first(KEY))
    store.save(following(KEY, 1, answered("x"), pack=newer))
    assert (store.pack("d1"), store.pack("d2")) == (PACK, newer)


def test_a_pack_goes_with_the_last_session_that_was_held_on_it(store: Store) -> None:
    other = began(store)
    store.save(first(KEY))
    store.purge([KEY])
    assert store.pack("d1") == PACK
    store.purge([other])
    assert store.pack("d1") is None
    began(store)
    assert store.pack("d1") == PACK


def test_a_session_refers_to_its_pack_though_another_brought_it(store: Store) -> None:
    bringer = began(store)
    store.save(first(KEY, pack=None))
    store.purge([bringer])
    assert store.pack("d1") == PACK


def test_a_file_belongs_to_its_session(store: Store) -> None:
    other = began(store, files=(StoredFile("f1", b"same"),))
    store.save(first(KEY, files=(StoredFile("f1", b"same"), StoredFile("f2", b"\0\xff" * 70_000))))
    assert store.file(KEY, "f2") == b"\0\xff" * 70_000
    assert store.file(other, "f2") is None
    store.purge([KEY])
    assert (store.file(KEY, "f1"), store.file(other, "f1")) == (None, b"same")


def test_a_case_is_written_over_by_its_number(store: Store) -> None:
    code = store.save(first(KEY, cases=(case(KEY, 2), case(KEY, 1))))
    filed = case(KEY, 2, state="filed", reference="CS-1", filed=at(3), by="agent", changed=at(3), body=b"{}", subject="New")
    store.save(following(KEY, 1, cases=(filed,)))
    read = store.load(KEY)
    assert read is not None
    assert [row.number for row in read.cases] == [1, 2]
    assert read.cases[1] == case(
        KEY, 2, code=code, state="filed", reference="CS-1", filed=at(3), by="agent", changed=at(3), body=b"{}", subject="New"
    )


# Lists


def test_the_last_changed_comes_first(store: Store) -> None:
    keys = [began(store, changed=at(minute), state=state) for minute, state in ((2, "open"), (9, "ended"), (5, "later"))]
    assert [one.id for one in store.sessions(Query())] == [keys[1], keys[2], keys[0]]
    assert [one.id for one in store.sessions(Query(limit=2))] == [keys[1], keys[2]]
    assert [one.id for one in store.sessions(Query(before=at(5)))] == [keys[0]]
    assert [one.id for one in store.sessions(Query(states=("open", "later")))] == [keys[2], keys[0]]
    assert store.sessions(Query(states=("filed",))) == []


def test_a_list_shows_each_session_as_it_is_now(store: Store) -> None:
    code = store.save(first(KEY, at="start"))
    store.save(following(KEY, 1, answered("x"), at="now", state="ended", changed=at(1)))
    assert store.sessions(Query()) == [summary(KEY, code=code, at="now", state="ended", changed=at(1))]


def found(store: Store, *words: str, **asked: object) -> list[str]:
    return [one.at for one in store.sessions(Query(words=words, **asked))]  # type: ignore[arg-type]


def test_a_session_is_found_by_the_beginnings_of_all_words(store: Store) -> None:
    for name, terms in {"one": {"order", "4711", "дом"}, "two": {"order", "orange"}, "three": {"ord", "ordé"}}.items():
        began(store, terms=frozenset(terms), at=name, changed=at(len(name)))
    assert sorted(found(store, "ord")) == ["one", "three", "two"]
    assert sorted(found(store, "ora")) == ["two"]
    assert found(store, "or", "47") == ["one"]
    assert found(store, "д") == ["one"]
    assert found(store, "4711", "orange") == []
    assert found(store, "rder") == []
    assert found(store, "ordé") == ["three"]
    assert found(store, "%") == found(store, "_") == []


def test_exact_words_are_whole_terms(store: Store) -> None:
    began(store, terms=frozenset({"order"}), at="order")
    began(store, terms=frozenset({"ord", "x"}), at="ord")
    assert found(store, "ord", exact=True) == ["ord"]
    assert found(store, "ord", "x", exact=True) == ["ord"]
    assert found(store, "ord", "y", exact=True) == []


def test_words_states_and_time_narrow_together(store: Store) -> None:
    for minute in range(6):
        state = "open" if minute % 2 else "ended"
        began(store, terms=frozenset({"order", f"n{minute}"}), at=f"{minute}", state=state, changed=at(minute))
    assert found(store, "order", states=("open",)) == ["5", "3", "1"]
    assert found(store, "order", before=at(3)) == ["2", "1", "0"]
    assert found(store, "order", limit=2) == ["5", "4"]
    assert found(store, "n", "order", states=("ended",), before=at(4), limit=1) == ["2"]


def test_common_words_and_rare_ones_find_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for minute in range(12):
        state = ("open", "later", "ended")[minute % 3]
        began(store, terms=frozenset({"order", f"n{minute}"}), at=f"{minute}", state=state, changed=at(minute))
    asked: list[dict[str, object]] = [
        {}, {"limit": 5}, {"states": ("open", "later"), "before": at(8)}, {"states": ("later",), "limit": 1}
    ]  # fmt: skip
    looked_up = [found(store, *words, **more) for words in (("or",), ("or", "n1")) for more in asked]
    monkeypatch.setattr("assistant.store.search.FEW", 1)
    assert [found(store, *words, **more) for words in (("or",), ("or", "n1")) for more in asked] == looked_up
    assert looked_up[1] == ["11", "10", "9", "8", "7"]


def test_terms_that_are_gone_find_nothing_any_more(store: Store) -> None:
    store.save(first(KEY, terms=frozenset({"old", "kept"}), at="x"))
    store.save(following(KEY, 1, terms=frozenset({"new", "kept"}), gone=frozenset({"old", "never"}), at="x"))
    assert [found(store, word) for word in ("old", "kept", "new")] == [[], ["x"], ["x"]]
    read = store.load(KEY)
    assert read is not None
    assert read.terms == {"kept", "new"}


def test_cases_are_listed_with_their_bodies(store: Store) -> None:
    key = new_key(NOW)
    code = store.save(first(key, cases=(case(key, 1, body=b"one", changed=at(5)), case(key, 2, body=b"two", state="filed"))))
    began(store)
    assert store.cases(Query()) == [
        case(key, 1, code=code, body=b"one", changed=at(5)), case(key, 2, code=code, body=b"two", state="filed")
    ]  # fmt: skip
    assert [row.number for row in store.cases(Query(states=("filed", "closed")))] == [2]
    assert [row.number for row in store.cases(Query(before=at(5)))] == [2]
    assert [row.number for row in store.cases(Query(limit=1))] == [1]


@pytest.mark.parametrize("few", [0, 10_000])
def test_cases_are_found_by_what_their_session_is_found_by(store: Store, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("assistant.store.search.FEW", few)
    for number in range(4):
        key = new_key(NOW)
        row = case(key, state="draft" if number % 2 else "filed", changed=at(number), subject=f"{number}")
        store.save(first(key, cases=(row,), terms=frozenset({"order", f"n{number}"})))
    assert [row.subject for row in store.cases(Query(words=("ord",)))] == ["3", "2", "1", "0"]
    assert [row.subject for row in store.cases(Query(words=("ord", "n2")))] == ["2"]
    assert [row.subject for row in store.cases(Query(words=("order",), exact=True, states=("filed",)))] == ["2", "0"]
    assert store.cases(Query(words=("orde",), exact=True)) == []


# Purging


def test_a_purge_removes_all_of_a_session_and_nothing_of_others(store: Store) -> None:
    for key in (KEY, other := new_key(NOW)):
        files = (StoredFile("f1", b"x"),)
        store.save(first(key, answered("x"), cases=(case(key),), files=files, terms=frozenset({"order"}), at=key))
    assert store.purge([KEY, new_key(NOW), KEY]) == 1
    assert store.load(KEY) is None
    assert store.file(KEY, "f1") is None
    assert found(store, "order") == [other]
    assert [row.session for row in store.cases(Query())] == [other]
    assert store.load(other) is not None
    assert store.purge([]) == 0


def test_many_are_purged_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.store.sql._PURGED_AT_ONCE", 3)
    keys = [began(store) for _ in range(8)]
    assert store.purge(keys[:7]) == 7
    assert [one.id for one in store.sessions(Query())] == keys[7:]
    assert store.pack("d1") == PACK


def test_after_a_purge_nobody_who_still_holds_the_session_brings_it_back(store: Store) -> None:
    store.save(first(KEY, answered("x")))
    store.purge([KEY])
    for change in (following(KEY, 2, answered("y")), first(KEY, answered("x"), answered("y"))):
        with pytest.raises(StoreError) as refused:
            store.save(change)
        assert (refused.value.code, refused.value.is_passing) == ("store.purged", False)
    assert store.load(KEY) is None


def test_every_field_of_a_summary_and_of_a_case_has_its_column(store: Store) -> None:
    given = summary(KEY)
    texts = {name: f"<{name}>" for name in get_type_hints(type(given)) if name not in ("id", "code", "state", "pack")}
    texts |= {"started": at(1), "changed": at(2), "come_back": "2026-12-02"}
    store.save(first(KEY, state="later", **texts))
    read = store.load(KEY)
    assert read is not None
    assert {name: getattr(read.summary, name) for name in texts} == texts
