"""Packs to measure with: any number of flows of twenty steps, alike but for their names."""

from __future__ import annotations

from pathlib import Path

_STEP = """
  step-{n}:
    ask: fact_{n}
    then: {{no: stop}}
"""
_TRY = """
  step-{n}:
    when: fact_{before} and known(fact_1)
    try: |
      1. Open **Settings** number {n}.
      2. Click **Save**, then look again.
    label: Tried setting {n}
    then: {{worked: done, else: next}}
"""


def flow(number: int, steps: int = 20) -> str:
    """One flow: questions and attempts by turns, each with its way on."""
    facts = "\n".join(
        f'  fact_{n}: {{ask: "Is part {n} of flow {number} plugged in?", help: Look at the back.}}'
        for n in range(1, steps + 1) if n % 2
    )  # fmt: skip
    body = "".join((_STEP if n % 2 else _TRY).format(n=n, before=n - 1) for n in range(1, steps + 1))
    return (
        f"title: Flow number {number}\nsummary: What to do about number {number}.\n"
        f"phrases: [number {number} is broken, help with {number}]\nfacts:\n{facts}\nsteps:{body}"
        "  last:\n    then: stop\noutcomes:\n  done: {kind: solved, title: It works again}\n"
        "  stop: {kind: action, title: Ask the desk, tell: Call the help desk.}\n"
    )


def pack(folder: Path, flows: int, steps: int = 20) -> Path:
    """Write a pack of `flows` flows into `folder`. Each has facts of its own."""
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text("title: Many flows\nstart: flow-1\notherwise: flow-1\n")
    for number in range(1, flows + 1):
        text = flow(number, steps).replace("fact_", f"fact_{number}_")
        (folder / f"flow-{number}.yaml").write_text(text)
    return folder
