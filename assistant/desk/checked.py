"""Packs that were checked: every problem of them, with its place as it can be opened from where the user stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.desk.packs import at_hand, packs_in
from assistant.flow.load import load, pack_root
from assistant.flow.problem import Problem, Severity
from assistant.words import say

_COUNTS: tuple[tuple[Severity, str], ...] = (
    ("error", "cli.errors"), ("warning", "cli.warnings"), ("hint", "cli.hints"),
)  # fmt: skip


class Checked(NamedTuple):
    """What came of a check: how many packs and flows it met, and the problems by file, line and column."""

    packs: int
    flows: int
    problems: Sequence[tuple[str, Problem]]

    def count(self, severity: Severity) -> int:
        """How many problems are of a severity."""
        return sum(problem.severity == severity for _, problem in self.problems)

    def as_lines(self) -> Iterator[str]:
        """Each problem with its mend below it, and how many there are."""
        for path, problem in self.problems:
            yield f"{path}:{problem.line}:{problem.column}: {problem.code} {problem.message}"
            yield from (f"    {line}" for line in problem.fix.splitlines())
        counts = ", ".join(say(code, count=count) for severity, code in _COUNTS if (count := self.count(severity)))
        yield say("cli.checked", counts=counts) if counts else say("cli.checked_clean", count=self.flows)

    def as_object(self) -> dict[str, Any]:
        """All of it as plain data."""
        return {
            "flows": self.flows,
            "problems": [
                {
                    "code": problem.code, "severity": problem.severity, "path": path, "line": problem.line,
                    "column": problem.column, "message": problem.message, "fix": problem.fix,
                }
                for path, problem in self.problems
            ],
        }  # fmt: skip


def check(paths: Iterable[Path]) -> Checked:
    """Load packs and flow files, or all packs at hand where none is named, and gather their problems."""
    named = [root for path in paths for root in _roots(path)]
    loaded = {root: load(root) for root in dict.fromkeys(named or at_hand())}
    problems = [(_shown(root, problem.path), problem) for root, one in loaded.items() for problem in one.problems]
    problems.sort(key=lambda pair: (pair[0], pair[1].line, pair[1].column))
    flows = sum(len(one.pack.flows) for one in loaded.values() if one.pack is not None)
    return Checked(len(loaded), flows, problems)


def _roots(path: Path) -> list[Path]:
    """The packs that a path means: one, or all in a folder of packs."""
    return (packs_in(path) or [path]) if path.is_dir() else [pack_root(path)]


def _shown(root: Path, inside: str) -> str:
    path = root / inside if root.is_dir() else root
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
