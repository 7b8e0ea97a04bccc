"""Problems: what is wrong with a flow, as data.

A problem is a code, a place and arguments. What a code means, how it is mended, and an example that fails and one that
passes stand in one file each (`problems/F201.md`), from which the sentences, the tests and the reference page are made.
The files are read only when there is a problem to tell.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

_CATALOGUE = Path(__file__).with_name("problems")

Severity = Literal["error", "warning", "hint"]

_FEW = 8
_SIDE = 50
_ALIKE = 0.6
_LONGEST_ARGUMENT = 500
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What would break the line of a problem, or play tricks on a screen."""


class Entry(NamedTuple):
    """One code of the catalogue, as its file tells it. `fails` and `passes` are examples."""

    code: str
    title: str
    severity: Severity
    says: str
    fix: str
    meaning: str
    fails: str
    passes: str


class Problem(msgspec.Struct, frozen=True):
    """Something wrong at a place of a source file; line and column count from 1.

    `arguments` go into the sentence of the code. `severity` may be milder than the catalogue's where less is certain.
    """

    code: str
    path: str
    line: int
    column: int
    severity: Severity
    arguments: dict[str, str] = {}

    @property
    def message(self) -> str:
        """What is wrong, in a sentence."""
        return _put_in(entry(self.code).says, self.arguments)

    @property
    def fix(self) -> str:
        """What to do about it."""
        return _put_in(entry(self.code).fix, self.arguments)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}"


class LoadError(Exception):
    """A pack that can't be used. `problems` says why, all of it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Problems:
    """Collects problems while one pack is read. Two reports of one code at one place are one problem."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str], Problem] = {}

    def report(
        self, code: str, path: str, at: tuple[int, int], severity: Severity | None = None, /, **arguments: str
    ) -> None:
        """Put down one problem at (line, column) of `path`."""
        line, column = at
        tidied = {name: _tidy(value) for name, value in arguments.items()}
        problem = Problem(code, path, line, column, severity or entry(code).severity, tidied)
        self._found.setdefault((path, line, column, code), problem)

    def all(self) -> tuple[Problem, ...]:
        """Every problem, in the order of the files."""
        return tuple(sorted(self._found.values(), key=lambda problem: (problem.path, problem.line, problem.column)))

    @property
    def has_errors(self) -> bool:
        """Whether one of them keeps the pack from being used."""
        return any(problem.severity == "error" for problem in self._found.values())


def near(name: str, names: Iterable[str]) -> str:
    """A clause that names what was probably meant, or "": ` Did you mean `closed`? (awaiting, closed, other)`."""
    ordered, by_end = _ordered(frozenset(names))
    if not ordered:
        return ""
    few = len(ordered) <= _FEW
    meant = _nearest(name, _neighbours(name, ordered, by_end))
    if meant:
        return f" Did you mean `{meant}`?" + (f" ({', '.join(ordered)})" if few and len(ordered) > 1 else "")
    return f" There is: {', '.join(ordered[:_FEW])}{'' if few else ', …'}."


@lru_cache(maxsize=8)
def _ordered(names: frozenset[str]) -> tuple[list[str], list[str]]:
    """Names in order, and in the order of how they end."""
    return sorted(names), sorted(names, key=lambda name: name[::-1])


def _neighbours(name: str, ordered: list[str], by_end: list[str]) -> list[str]:
    """The names worth comparing: of very many, those that begin or end most alike."""
    if len(ordered) <= 2 * _SIDE:
        return ordered
    begins = bisect(ordered, name)
    ends = bisect(by_end, name[::-1], key=lambda other: other[::-1])
    return [*ordered[max(0, begins - _SIDE) : begins + _SIDE], *by_end[max(0, ends - _SIDE) : ends + _SIDE]]


def _nearest(name: str, names: list[str]) -> str:
    """The name most like another, or "" where none is; of two alike, the one that begins alike for longer."""
    import difflib  # only mistakes need it

    wanted = name.casefold()
    matcher = difflib.SequenceMatcher(None, "", wanted)
    best, nearest = (_ALIKE, -1), ""
    for candidate in names:
        folded = candidate.casefold()
        matcher.set_seq1(folded)
        if matcher.real_quick_ratio() < best[0] or matcher.quick_ratio() < best[0]:
            continue
        begin = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(folded, wanted, strict=False)))
        if (matcher.ratio(), begin) > best:
            best, nearest = (matcher.ratio(), begin), candidate
    return nearest


def codes() -> list[str]:
    """Every code of the catalogue, in order."""
    return sorted(file.stem for file in _CATALOGUE.glob("*.md"))


@cache
def entry(code: str) -> Entry:
    """The catalogue's entry for a code.

    Raises:
        KeyError: no such code.
    """
    try:
        text = (_CATALOGUE / f"{code}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyError(code) from None
    head, _, body = text.partition("\n\n")
    lines = head.splitlines()
    title = lines[0].removeprefix(f"# {code}").strip(" ·")
    fields = dict(line.split(": ", 1) for line in lines[1:])
    meaning, _, examples = body.partition("## Fails")
    fails, _, passes = examples.partition("## Passes")
    return Entry(
        code, title, fields["severity"], fields["says"], fields["fix"],  # type: ignore[arg-type]
        meaning.strip(), _fenced(fails), _fenced(passes),
    )  # fmt: skip


def _fenced(text: str) -> str:
    """The inside of the first fenced block."""
    return text.split("```yaml\n", 1)[1].split("```", 1)[0] if "```yaml\n" in text else ""


def _tidy(value: str) -> str:
    """What came from a file, as it can stand in a sentence: on one line, and not without end."""
    if len(value) > _LONGEST_ARGUMENT:
        value = value[: _LONGEST_ARGUMENT - 1] + "…"
    return _UNSEEN.sub(" ", value)


def _put_in(template: str, arguments: dict[str, str]) -> str:
    """`{name}` replaced by the argument of that name; nothing else in either is interpreted."""
    for name, value in arguments.items():
        template = template.replace("{" + name + "}", value.replace("{", "{\u200b") if "{" in value else value)
    return template.replace("\u200b", "")
