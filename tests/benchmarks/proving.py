"""Proofs: how long they take, and how many states a second are explored. Limits are seconds, since nothing does the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from assistant.author.proofs import Proofs, prove
from assistant.flow.load import compile_sources, load
from tests.benchmarks.measure import Figure
from tests.benchmarks.packs import pack

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, FEW_SECONDS = 60, 10


def figures(folder: Path) -> Iterator[Figure]:
    """All of them."""
    many = load(pack(folder / "proofs", 1000)).pack
    assert many is not None
    yield from _told("proofs of 1,000 flows of 20 steps", prove(many, NOW), MINUTE)
    wide = compile_sources({"wide.yaml": _wide().encode()}, "wide").pack
    assert wide is not None
    yield from _told("proofs of 200 steps over 30 yes-no facts, each read five times", prove(wide, NOW), FEW_SECONDS)


def _told(name: str, found: Proofs, limit: int) -> Iterator[Figure]:
    assert not found.unproven
    label = f"{name}: {found.states} states, {found.states / found.seconds:,.0f} a second"
    yield Figure(label, found.seconds / limit, 1, found.seconds, limit, "s")


def _wide() -> str:
    names = [f"f{number}" for number in range(30)]
    facts = "".join(f'  {name}: {{ask: "Is {name}?"}}\n' for name in names)
    asks = "".join(f"  a{number}: {{ask: {name}}}\n" for number, name in enumerate(names))
    tries = "".join(
        f"  t{turn}-{number}: {{when: {name}, try: Do it., then: {{worked: done}}}}\n"
        for turn in range(5) for number, name in enumerate(names)
    )  # fmt: skip
    ends = "outcomes:\n  done: {kind: solved, title: Done}\n  other: {kind: action, title: Ask}\n"
    return f"title: Wide\nfacts:\n{facts}steps:\n{asks}{tries}  last: {{then: other}}\n{ends}"
