"""Random use: a file gives the same answers as the store in memory, whatever two people do, and can be read at any time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from stores import NOW, answered, at, case, following, noted, started

from assistant.store import open_store
from assistant.store.codes import ALPHABET, read_code
from assistant.store.memory import MemoryStore
from assistant.store.protocol import Conflict, PackSources, Query, Save, Store, StoredFile, StoreError, WrongCode

KEYS = [f"01a20320-a200-7000-8000-00000000000{number}" for number in range(4)]
CODES = [next(code for symbol in ALPHABET if (code := read_code(f"QF7K2M{digit}{symbol}"))) for digit in "2345"]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
keys = st.sampled_from(KEYS)
terms = st.frozensets(st.sampled_from(["o", "or", "order", "orange", "дом", "дол", "4711", "\U0010fffe"]), max_size=4)
blobs = st.binary(max_size=4)
minutes = st.integers(0, 6)
case_states = st.sampled_from(["draft", "filed", "closed"])
ids = st.sampled_from(["webex", "other"])
packs = st.sampled_from(["d1", "d2", "d3"])
events = st.lists(st.builds(answered, st.sampled_from("xyz")) | st.builds(noted, texts), max_size=3)
queries = st.builds(
    Query,
    states=st.sampled_from([(), ("open",), ("later", "ended"), ("draft", "filed"), ("closed",)]),
    words=st.lists(st.sampled_from(["", "o", "or", "order", "orange", "д", "дом", "4", "x"]), max_size=3).map(tuple),
    before=st.sampled_from(["", at(2), at(5)]), exact=st.booleans(), limit=st.integers(1, 5),
)  # fmt: skip


@st.composite
def saves(draw: st.DrawFn) -> Save:
    key, expected, digest = draw(keys), draw(st.integers(0, 4)), draw(packs)
    new = tuple(draw(events))
    return following(
        key, expected, *((started(),) if expected == 0 else ()), *new,
        cases=tuple(
            case(key, number, state=draw(case_states), subject=draw(texts), body=draw(blobs), changed=at(draw(minutes)))
            for number in draw(st.sets(st.integers(1, 3), max_size=2))
        ),
        files=tuple(StoredFile(name, draw(blobs)) for name in draw(st.sets(st.sampled_from("fg"), max_size=1))),
        terms=draw(terms), gone=draw(terms), snapshot=draw(blobs),
        pack=draw(st.none() | st.builds(PackSources, st.just(digest), ids, st.just({"main.yaml": digest.encode()}))),
        at=draw(texts), state=draw(st.sampled_from(["open", "later", "ended"])), changed=at(draw(minutes)),
        code=CODES[KEYS.index(key)],  # a random one would be another in each store
    )  # fmt: skip


class SameAnswers(RuleBasedStateMachine):
    """Everything is asked of both."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.memory: Store = MemoryStore()
        self.file = open_store(Path(self.folder.name) / "sessions.db")
        self.sent: list[Save] = []
        self.minutes = 0.0

    def both(self, ask: Callable[[Store], object]) -> None:
        assert _answer(ask, self.file) == _answer(ask, self.memory)

    @rule(save=saves(), fits=st.booleans())
    def save(self, save: Save, fits: bool) -> None:
        there = self.memory.load(save.summary.id)
        if fits and there is not None:
            save = following(
                save.summary.id, len(there.events), *save.events, cases=save.cases, files=save.files, terms=save.terms,
                gone=save.gone, snapshot=save.snapshot, pack=save.pack, at=save.summary.at, state=save.summary.state,
                changed=save.summary.changed, code=there.summary.code,
            )  # fmt: skip
        self.sent.append(save)
        self.both(lambda store: store.save(save))

    @rule(pick=st.integers(0, 99))
    def send_again(self, pick: int) -> None:
        if self.sent:
            self.both(lambda store: store.save(self.sent[pick % len(self.sent)]))

    @rule(chosen=st.frozensets(keys, max_size=2))
    def purge(self, chosen: frozenset[str]) -> None:
        self.both(lambda store: store.purge(chosen))

    @rule(query=queries)
    def ask(self, query: Query) -> None:
        self.both(lambda store: store.sessions(query))
        self.both(lambda store: store.cases(query))

    @rule(
        code=st.sampled_from([*CODES, "2222222X"]), asker=st.sampled_from(["", "a"]),
        minutes=st.sampled_from([0.0, 0.1, 0.6, 20.0, 61.0]), times=st.integers(1, 12),
    )  # fmt: skip
    def find(self, code: str, asker: str, minutes: float, times: int) -> None:
        self.minutes += minutes
        for _ in range(times):
            self.both(lambda store: store.find(code, asker, NOW + timedelta(minutes=self.minutes)))

    @rule()
    def open_again(self) -> None:
        self.file.close()
        self.file = open_store(Path(self.folder.name) / "sessions.db")

    @invariant()
    def all_is_the_same(self) -> None:
        for key in KEYS:
            self.both(lambda store, key=key: store.load(key))  # type: ignore[misc]
            for name in "fg":
                self.both(lambda store, key=key, name=name: store.file(key, name))  # type: ignore[misc]
        for digest in ("d1", "d2", "d3"):
            self.both(lambda store, digest=digest: store.pack(digest))  # type: ignore[misc]

    def teardown(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
            self.folder.cleanup()


def _answer(ask: Callable[[Store], object], store: Store) -> object:
    try:
        return ask(store)
    except (Conflict, StoreError):
        return "conflict"
    except WrongCode as wrong:
        return f"wrong, wait {wrong.wait}"


TestSameAnswers = SameAnswers.TestCase
TestSameAnswers.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
