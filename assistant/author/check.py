"""Packs that were checked: every problem of their load, of the proofs and worth advice, with its place as it can be opened
from where the user stands, and the line that it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from assistant.author.advice import advise
from assistant.author.proofs import LONGEST_WAY, REPLACED, prove
from assistant.flow.files import pack_root
from assistant.flow.load import load
from assistant.flow.problem import Problem, Severity
from assistant.progress import Progress, nobody
from assistant.words import say
from assistant.words.formats import clean

_COUNTS: tuple[tuple[Severity, str], ...] = (
    ("error", "cli.errors"), ("warning", "cli.warnings"), ("hint", "cli.hints"),
)  # fmt: skip
_GITHUB: dict[Severity, str] = {"error": "error", "warning": "warning", "hint": "notice"}
_SHOWN = 140
"""So much of a long line is shown around the place."""


class Found(NamedTuple):
    """A problem, the path of its file as it can be opened, and the line that it is about ("" where there is none)."""

    path: str
    problem: Problem
    line: str


class Checked(NamedTuple):
    """What came of a check: how many packs and flows it met, the problems by file, line and column, how many states were
    explored in how many seconds, and of what nothing is proved.
    """

    packs: int
    flows: int
    problems: Sequence[Found]
    states: int = 0
    seconds: float = 0.0
    unproven: tuple[str, ...] = ()
    is_proved: bool = False

    def count(self, severity: Severity) -> int:
        """How many problems are of a severity."""
        return sum(found.problem.severity == severity for found in self.problems)

    def as_lines(self) -> Iterator[str]:
        """Each problem with its line, marked, and its mend; then how many there are, and what was proved."""
        for path, problem, line in self.problems:
            severity = say(f"cli.severity_{problem.severity}")
            yield f"{path}:{problem.line}:{problem.column}: {severity} {problem.code}: {problem.message}"
            yield from _marked(problem, line)
            yield from (f"    {fix}" for fix in problem.fix.splitlines())
        counts = ", ".join(say(code, count=count) for severity, code in _COUNTS if (count := self.count(severity)))
        yield say("cli.checked", counts=counts) if counts else say("cli.checked_clean", count=self.flows)
        if self.is_proved:
            yield say("cli.proved", states=self.states, seconds=f"{self.seconds:.1f}")
        for name in self.unproven:
            yield say("cli.unproven", name=name)

    def as_github(self) -> Iterator[str]:
        """Each problem as an annotation of GitHub's."""
        for path, problem, _ in self.problems:
            place = f"file={_escaped(path)},line={problem.line},col={problem.column},title={problem.code}"
            yield f"::{_GITHUB[problem.severity]} {place}::{_escaped(problem.message + ' ' + problem.fix, in_text=True)}"

    def as_object(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "flows": self.flows,
            "states": self.states,
            "seconds": round(self.seconds, 3),
            "unproven": list(self.unproven),
            "problems": [
                {
                    "code": problem.code, "severity": problem.severity, "path": path, "line": problem.line,
                    "column": problem.column, "message": problem.message, "fix": problem.fix,
                }
                for path, problem, _ in self.problems
            ],
        }  # fmt: skip


def check(
    roots: Iterable[Path], now: datetime, *, proofs: bool = True, longest: int = LONGEST_WAY,
    progress: Progress = nobody,
) -> Checked:  # fmt: skip
    """Load packs and gather their problems.

    Args:
        roots: the folders of packs, or flow files without a pack.
        now: the moment at which examples are held; also the day for sources.
        proofs: whether to prove what can be proved, too.
        longest: with how many questions a way is called long.
        progress: called with how many flows are proved, and of how many.
    """
    begun = perf_counter()
    packs = flows = states = 0
    problems: list[Found] = []
    unproven: list[str] = []
    for root in dict.fromkeys(roots):
        loaded = load(root)
        packs += 1
        found = list(loaded.problems)
        if loaded.pack is not None:
            flows += len(loaded.pack.flows)
            if proofs:
                proved = prove(loaded.pack, now, longest=longest, progress=progress)
                found = [problem for problem in found if problem.code not in REPLACED or problem.severity == "error"]
                found += [*proved.problems, *advise(loaded.pack, now.date())]
                states += proved.states
                unproven += proved.unproven
        lines = _Lines(root)
        problems += [Found(_shown(root, one.path), one, lines.line(one)) for one in found]
    problems.sort(key=lambda one: (one.path, one.problem.line, one.problem.column, one.problem.code))
    return Checked(packs, flows, problems, states, perf_counter() - begun, tuple(unproven), proofs and flows > 0)


def roots_of(path: Path, packs_in: Callable[[Path], list[Path]]) -> list[Path]:
    """The packs that a path means: one, or all in a folder of packs."""
    return (packs_in(path) or [path]) if path.is_dir() else [pack_root(path)]


class _Lines:
    """The lines of a pack's files, each file read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files: dict[str, list[str]] = {}

    def line(self, problem: Problem) -> str:
        if problem.path not in self.files:
            file = self.root / problem.path if self.root.is_dir() else self.root
            try:
                self.files[problem.path] = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            except (OSError, ValueError):
                self.files[problem.path] = []
        lines = self.files[problem.path]
        return lines[problem.line - 1] if problem.line <= len(lines) else ""


def _marked(problem: Problem, line: str) -> Iterator[str]:
    """The line with a mark below the place."""
    if not line.strip():
        return
    at = min(problem.column - 1, len(line))
    begin = max(0, at - _SHOWN // 2) if len(line) > _SHOWN else 0
    shown = clean(line[begin : begin + _SHOWN].replace("\t", " "))
    number = str(problem.line)
    yield f"    {number} | {shown}"
    yield f"    {' ' * len(number)} | {' ' * (at - begin)}^"


def _shown(root: Path, inside: str) -> str:
    path = root / inside if root.is_dir() else root
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _escaped(text: str, *, in_text: bool = False) -> str:
    """As GitHub's annotations want it: no line breaks, and in properties no commas and colons."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text if in_text else text.replace(":", "%3A").replace(",", "%2C")
