"""Whole commands without a screen, beside a bare Textual app; and one flow of a thousand beside one of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import PYTHON, Figure, beside, command, until_shown
from tests.benchmarks.packs import pack
from tests.benchmarks.screen import BARE

ANSWERS = "change_reason: left\nonboarded: yes\n"


def figures(folder: Path) -> Iterator[Figure]:
    """Each command against the first paint of a bare Textual app."""
    bare = folder / "bare.py"
    bare.write_text(BARE)
    answers, same = folder / "answers.yaml", folder / "answers.json"
    answers.write_text(ANSWERS)
    same.write_text('{"change_reason": "left", "onboarded": "yes"}')
    assistant = [PYTHON, "-m", "assistant"]
    run = ["run", "change-provisioning-contact", "--answers"]
    for name, arguments in (
        ("--version", ["--version"]), ("list", ["list"]), ("run --answers, JSON", [*run, str(same), "--json"]),
        ("run --answers, YAML, in words", [*run, str(answers)]),
    ):  # fmt: skip
        whole = [*assistant, *arguments]
        command(whole)
        took, floor = beside(lambda whole=whole: command(whole), lambda: until_shown([PYTHON, str(bare)], "BareScreen"), 9)
        yield Figure(f"assistant {name} / bare Textual app", took / floor, 0.35, took, floor)
    many, single = pack(folder / "thousand", 1000), pack(folder / "single", 1)
    given = folder / "none.yaml"
    given.write_text("fact_1_1: no\n")
    thousand, one = ([*assistant, "run", str(root / "flow-1.yaml"), "--answers", str(given)] for root in (many, single))
    command(thousand)
    command(one)
    took, floor = beside(lambda: command(thousand), lambda: command(one), 9)
    yield Figure("open one flow of 1,000 / one of 1, whole command, cached", took / floor, 1.2, took, floor)
