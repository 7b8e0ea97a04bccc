"""What came of tests, told to people and to programs: each failure with its place, and the conversation that led to it.

Written for those who write flows and have never seen a program: no traceback, no code, the words of the conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from assistant.author.coverage import Group, Spot, reached
from assistant.author.spots import Coverage, coverage
from assistant.author.suites import Suite
from assistant.author.testing import Verdict, run_test
from assistant.engine.prompt import Ending, TrailEntry
from assistant.engine.record import entry as told
from assistant.engine.result import as_json
from assistant.engine.wording import MASK, heading
from assistant.flow.problem import Problem
from assistant.words import say

_WIDEST = 34
"""How far the names of a conversation are lined up."""


class Report(NamedTuple):
    """What came of all tests."""

    verdicts: tuple[Verdict, ...]
    problems: tuple[Problem, ...]
    covered: Coverage | None

    @property
    def failed(self) -> int:
        """How many tests did not pass."""
        return sum(not verdict.passed for verdict in self.verdicts)

    @property
    def is_clean(self) -> bool:
        """Whether every test passed, and no file has an error."""
        return not self.failed and not any(problem.severity == "error" for problem in self.problems)

    def as_lines(self, seconds: float) -> Iterator[str]:
        """All of it for a reader; a few words where all is well.

        Args:
            seconds: how long it took.
        """
        for problem in self.problems:
            yield str(problem)
            yield f"    {problem.fix}"
        for verdict in self.verdicts:
            if not verdict.passed:
                yield say("test.failed", name=verdict.test.name)
                yield from failure_lines(verdict)
                yield ""
        if self.covered is not None:
            yield from _coverage_lines(self.covered)
        count = len(self.verdicts)
        if self.failed:
            yield say("test.some_failed", count=count, failed=self.failed, seconds=f"{seconds:.1f}")
        elif not self.is_clean:
            yield say("test.files_with_problems", count=len({problem.path for problem in self.problems}))
        else:
            yield say("test.all_passed", count=count, seconds=f"{seconds:.1f}")

    def as_object(self, seconds: float) -> dict[str, Any]:
        """All of it as plain data. Arguments as for `as_lines`."""
        return {
            "tests": len(self.verdicts),
            "failed": self.failed,
            "seconds": round(seconds, 3),
            "results": [_as_object(verdict) for verdict in self.verdicts],
            "problems": [
                {
                    "code": problem.code, "severity": problem.severity, "path": problem.path, "line": problem.line,
                    "column": problem.column, "message": problem.message, "fix": problem.fix,
                }
                for problem in self.problems
            ],
            "coverage": _coverage_object(self.covered) if self.covered is not None else None,
        }  # fmt: skip


def run_tests(suites: Sequence[Suite], now: datetime, *, with_coverage: bool = False) -> Report:
    """Run all tests.

    Args:
        suites: the tests, pack by pack.
        now: the moment of every event, for tests that name no day.
        with_coverage: whether to tell what they reach.
    """
    verdicts: list[Verdict] = []
    found: list[tuple[Suite, frozenset[Spot]]] = []
    for suite in suites:
        pack = suite.pack
        if pack is None:
            continue
        held = [run_test(pack, file, test, now) for file in suite.files for test in file.tests]
        verdicts.extend(held)
        if with_coverage:
            spots = [reached(pack, one.result.session) for one in held if one.result.session is not None]
            found.append((suite, frozenset[Spot]().union(*spots)))
    problems = tuple(problem for suite in suites for problem in suite.problems)
    return Report(tuple(verdicts), problems, coverage(found) if with_coverage else None)


def failure_lines(verdict: Verdict) -> Iterator[str]:
    """A test that failed: what came otherwise, each with its place, and the conversation."""
    for one in verdict.differences:
        yield f"{verdict.file.path}:{one.at[0]}:{one.at[1]}: {one.sentence}"
    said = list(_said(verdict))
    if said:
        yield "  " + say("test.conversation")
        width = min(max(len(name) for name, _ in said), _WIDEST)
        yield from (f"    {name.ljust(width)}  {words}" for name, words in said)


def _said(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """The conversation: what can be written in a test, and the words that a person saw."""
    session, language = verdict.result.session, verdict.result.language
    if session is None:
        return
    for entry in session.trail:
        name = entry.place if entry.kind == "tell" else f"{entry.fact or entry.place}: {_value(entry)}"
        words = told(entry.question, MASK if entry.sensitive else entry.label, language)
        if entry.given or entry.kept:
            words = say("trail.given" if entry.given else "trail.kept", language, answer=words)
        yield name, entry.question if entry.kind == "tell" else words
    prompt = session.prompt
    if isinstance(prompt, Ending):
        yield "", say("test.ended", title=prompt.title or prompt.kind, name=prompt.outcome)
    elif heading(prompt):
        yield "", say("test.stands_at", question=heading(prompt))


def _value(entry: TrailEntry) -> str:
    if entry.sensitive:
        return MASK
    return entry.value if isinstance(entry.value, str) else ", ".join(entry.value) or "none"


def _as_object(verdict: Verdict) -> dict[str, Any]:
    held = as_json(verdict.result)
    return {
        "name": verdict.test.name,
        "flow": verdict.file.flow,
        "path": verdict.file.path,
        "line": verdict.test.at[0],
        "passed": verdict.passed,
        "failures": [
            {"code": one.code, "line": one.at[0], "column": one.at[1], "message": one.sentence}
            for one in verdict.differences
        ],
        "conversation": None if verdict.passed else {key: held[key] for key in ("status", "at", "outcome", "kind", "trail")},
    }


_GROUPS: tuple[tuple[Group, str], ...] = (
    ("steps", "coverage.steps"), ("branches", "coverage.branches"), ("choices", "coverage.choices"),
    ("outcomes", "coverage.outcomes"),
)  # fmt: skip


def _coverage_lines(covered: Coverage) -> Iterator[str]:
    for one in covered.worth_telling():
        yield f"{one.path}:{one.line}:{one.column}: {one.sentence}"
    width = max((len(one.flow) for one in covered.flows), default=0)
    for flow in covered.flows:
        groups = [(code, flow.reached[group], flow.spots[group]) for group, code in _GROUPS if flow.spots[group]]
        parts = ", ".join(say(code, reached=reached, count=spots) for code, reached, spots in groups)
        yield f"{flow.flow.ljust(width)}  {_percent(flow.percent):>5} %  {parts}"
    reached, spots = covered.counts
    yield say("coverage.all", percent=_percent(covered.percent), reached=reached, count=spots)


def _percent(number: float) -> str:
    return f"{number:g}"


def _coverage_object(covered: Coverage) -> dict[str, Any]:
    reached, spots = covered.counts
    return {
        "percent": covered.percent,
        "reached": reached,
        "spots": spots,
        "flows": [
            {
                "flow": flow.flow,
                "percent": flow.percent,
                **{group: {"reached": flow.reached[group], "spots": count} for group, count in flow.spots.items()},
            }
            for flow in covered.flows
        ],
        "missing": [
            {**one.spot._asdict(), "path": one.path, "line": one.line, "column": one.column, "message": one.sentence}
            for one in covered.missing
        ],
    }
