"""The short form of `proofs/mutations.py`: a few breaks of a shipped flow, and that none of them goes unnoticed."""

from __future__ import annotations

from collections import Counter

import pytest
from proofs.mutations import FLOWS, STRUCTURAL, came, measure, mutants, told, trees, walks, written


def test_breaks_of_names_targets_types_and_outcomes_are_found_by_check():
    tally = measure(["fix-ccw-editing"], most=7)
    assert sum(tally.made[sort] for sort in STRUCTURAL) >= 2
    assert all(tally.by_check[sort] == tally.made[sort] for sort in STRUCTURAL)
    assert tally.found == tally.felt


@pytest.fixture
def pack_and_problems(tmp_path):
    return told(written(tmp_path, trees(FLOWS), {}))


def test_the_shipped_pack_written_anew_is_sound(pack_and_problems):
    pack, problems = pack_and_problems
    assert pack is not None
    assert problems == Counter()


def test_every_break_is_one(pack_and_problems):
    files = trees(FLOWS)
    for mutant in mutants(files, "fix-ccw-editing"):
        assert any(str(files[name]) != str(tree) for name, tree in mutant.files.items()), mutant.what


def test_a_walk_on_the_sound_pack_comes_to_the_same_twice(pack_and_problems):
    pack, _ = pack_and_problems
    for walk in walks(pack, "fix-ccw-editing"):
        assert came(pack, walk) == came(pack, walk) is not None
