"""Problems: what is wrong with a flow, as data.

A problem is a code, a place and arguments. What a code means, how it is mended, and an example that fails and one that
passes stand in one file each (`problems/F201.md`), from which the sentences, the tests and the reference page are made.
The files are read only when there is a problem to tell.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

import msgspec

Severity = Literal["error", "warning", "hint"]


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


class Problems:
    """Collects problems while one pack is read. Two reports of one code at one place are one problem."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str], Problem] = {}

    def report(
        self, code: str, path: str, at: tuple[int, int], severity: Severity | None = None, /, **arguments: str
    ) -> None:
        """Put down one problem at (line, column) of `path`."""
        line, column = at
        problem = Problem(code, path, line, column, severity or entry(code).severity, arguments)
        self._found.setdefault((path, line, column, code), problem)

    def all(self) -> tuple[Problem, ...]:
        """Every problem, in the order of the files."""
        return tuple(sorted(self._found.values(), key=lambda problem: (problem.path, problem.line, problem.column)))

    @property
    def has_errors(self) -> bool:
        """Whether one of them keeps the pack from being used."""
        return any(problem.severity == "error" for problem in self._found.values())


def near(name: str, names: Iterable[str]) -> str:
    """A clause that names what was probably meant, or "": ` Did you mean "closed"? (awaiting, closed, other)`."""
    candidates = sorted(set(names))
    close = difflib.get_close_matches(name.casefold(), [candidate.casefold() for candidate in candidates], 1, 0.6)
    listed = ", ".join(candidates[:8]) + (", …" if len(candidates) > 8 else "")
    if close:
        meant = next(candidate for candidate in candidates if candidate.casefold() == close[0])
        return f" Did you mean `{meant}`?" + (f" ({listed})" if 1 < len(candidates) <= 8 else "")
    return f" There is: {listed}." if candidates else ""


def codes() -> list[str]:
    """Every code of the catalogue, in order."""
    files = resources.files("assistant.flow").joinpath("problems").iterdir()
    return sorted(file.name.removesuffix(".md") for file in files if file.name.endswith(".md"))


@cache
def entry(code: str) -> Entry:
    """The catalogue's entry for a code.

    Raises:
        KeyError: no such code.
    """
    file = resources.files("assistant.flow").joinpath("problems", f"{code}.md")
    try:
        text = file.read_text(encoding="utf-8")
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


def _put_in(template: str, arguments: dict[str, str]) -> str:
    """`{name}` replaced by the argument of that name; nothing else in either is interpreted."""
    for name, value in arguments.items():
        template = template.replace("{" + name + "}", value.replace("{", "{\u200b") if "{" in value else value)
    return template.replace("\u200b", "")
