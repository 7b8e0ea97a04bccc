"""Loading, checking, walking, rules, texts and memory, each beside what does the least of the same work."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from assistant import engine
from assistant.engine.present import Filler
from assistant.flow import cache
from assistant.flow.load import compile_sources, load
from assistant.flow.model import Pack
from assistant.flow.source import _PARSER
from assistant.flow.text import plain
from tests.benchmarks.measure import Figure, beside
from tests.benchmarks.packs import pack

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def figures(folder: Path) -> Iterator[Figure]:
    """All of them."""
    yield from _loading(folder)
    yield from _walking()
    yield from _rules()


def _loading(folder: Path) -> Iterator[Figure]:
    root = pack(folder / "load", 1000)
    texts = [file.read_text() for file in sorted(root.glob("*.yaml"))]

    def floor() -> None:
        for text in texts:
            parser = _PARSER(text)
            parser.raw_parse()
            parser.dispose()

    took, least = beside(lambda: load(root), floor, 3)
    yield Figure("load 1,000 flows of 20 steps with positions / raw_parse", took / least, 12, took, least)
    yield Figure("check of 1,000 flows without proofs / raw_parse", took / least, 16, took, least)
    cache.open_index(root)
    took, least = beside(lambda: cache.open_index(root), floor, 5)
    yield Figure("the index of 1,000 flows from the cache / raw_parse", took / least, 0.75, took, least)


def _line(questions: int) -> Pack:
    steps = "".join(f"  s{n}:\n    ask: f{n}\n" for n in range(questions))
    facts = "".join(f'  f{n}: {{ask: "Is {n} on?"}}\n' for n in range(questions))
    end = "  end:\n    then: done\noutcomes:\n  done: {kind: solved, title: Done}\n"
    text = f"title: Line\nfacts:\n{facts}steps:\n{steps}{end}"
    loaded = compile_sources({"line.yaml": text.encode()}, "line")
    assert loaded.pack is not None, loaded.problems
    return loaded.pack


def _walk(compiled: Pack, answers: int) -> engine.Session:
    session = engine.start(compiled, "line", now=NOW)
    for _ in range(answers):
        session = engine.answer(session, "yes", now=NOW)
    return session


def _walking() -> Iterator[Figure]:
    ten = _line(10)
    try:
        from transitions import Machine
    except ImportError:
        print("a ten-question walk / the same in transitions: not measured, since `transitions` is not installed")
    else:
        states = [f"s{n}" for n in range(11)]
        moves = [{"trigger": "yes", "source": f"s{n}", "dest": f"s{n + 1}", "after": "keep"} for n in range(10)]

        class Talk:
            """A model that keeps its answers, as a session does."""

            def __init__(self) -> None:
                self.answers: list[str] = []

            def keep(self) -> None:
                self.answers.append(self.state)  # type: ignore[attr-defined]

        def machine() -> None:
            walked = Talk()
            Machine(walked, states=states, transitions=moves, initial="s0")
            for _ in range(10):
                walked.yes()  # type: ignore[attr-defined]

        took, floor = beside(lambda: _walk(ten, 10), machine, 15, 5)
        yield Figure("a ten-question walk / the same in transitions", took / floor, 0.1, took, floor)
    long = _line(110)
    at_10, at_100 = _walk(long, 10), _walk(long, 100)
    took, floor = beside(
        lambda: engine.answer(at_100, "yes", now=NOW), lambda: engine.answer(at_10, "yes", now=NOW), 15, 200
    )
    yield Figure("an answer at step 100 / at step 10", took / floor, 1.5, took, floor)
    _walk(ten, 10)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    sessions = [_walk(ten, 10) for _ in range(100)]
    size = (tracemalloc.get_traced_memory()[0] - before) / 100 / 1024
    tracemalloc.stop()
    yield Figure(f"memory of a live session of ten answers ({len(sessions)} held)", size / 8, 1.0, size, 8.0, "KB")


def _rules() -> Iterator[Figure]:
    text = """
title: Rules
facts:
  a: {ask: "A?", choices: {x: X, y: Y}}
  b: {ask: "B?", type: number}
steps:
  a: {}
  b: {}
  say:
    when: a == 'x' and b > 3
    tell: You chose {{ a }} and typed {{ b }} today.
  end:
    then: done
outcomes:
  done: {kind: solved, title: Done}
"""
    loaded = compile_sources({"rules.yaml": text.encode()}, "rules")
    assert loaded.pack is not None, loaded.problems
    session = engine.start(loaded.pack, "rules", now=NOW)
    for value in ("x", "5"):
        session = engine.answer(session, value, now=NOW)
    step = loaded.pack.flows["rules"].steps["say"]
    assert step.when is not None
    rule, known = step.when.evaluate, session.known
    values = {"a": "x", "b": 5}
    native: Callable[[], bool] = lambda: values["a"] == "x" and values["b"] > 3  # noqa: E731
    took, floor = beside(lambda: rule(known), native, 15, 20_000)
    yield Figure("a rule / the same Python lambda", took / floor, 6, took * 1e6, floor * 1e6, "ns")
    filler = Filler(session, session.known)
    took, floor = beside(
        lambda: plain(filler.blocks(step.text)), lambda: f"You chose {values['a']} and typed {values['b']} today.", 15, 5_000
    )
    yield Figure("a text / the same f-string", took / floor, 6, took * 1e6, floor * 1e6, "ns")
