"""The short form of `proofs/fuzz.py`: damaged packs are proved, as far as they load, without a fault."""

from __future__ import annotations

from proofs.fuzz import run


def test_damaged_packs_are_proved_without_a_fault():
    made, loads, slowest = run(iter(range(40)))
    assert made == 40
    assert loads > 3
    assert slowest < 10
