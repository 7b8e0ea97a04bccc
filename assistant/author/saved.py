"""A conversation that was held as a test of its flow: written as YAML, and put into a file of tests.

What it holds can be read again by `author.testfile`. Which conversation and which file is for others to say.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from assistant.engine.events import Written
from assistant.engine.names import Name, Slot, understand
from assistant.engine.prompt import Ending, TrailEntry
from assistant.engine.session import Session
from assistant.engine.wording import MASK
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence
from assistant.flow.problem import Problems
from assistant.flow.source import parse
from assistant.words import say

_PLAIN = re.compile(r"[\w./+(][\w.@/+() '’-]*")
"""Text that means itself in YAML wherever it stands."""
_INDENT = "  "


class NotAdded(Exception):
    """A file to which no test can be added."""

    def __init__(self, path: Path) -> None:
        super().__init__(say("saved_test.not_added", path=str(path)))


def as_test(session: Session, name: str) -> str:
    """A conversation as one test, ready to be put under `tests`.

    The answers are those in force, in the order in which they are asked. Sensitive ones are masked, which a comment says.

    Args:
        session: the conversation; of one that is not ended, a comment says where it waits.
        name: what the test is called.
    """
    return "\n".join(f"- {line}" if number == 0 else f"  {line}" for number, line in enumerate(_test(session, name))) + "\n"


def _test(session: Session, name: str) -> Iterator[str]:
    prompt, audience = session.prompt, session.state.audience
    yield f"name: {quoted(name)}"
    yield f"today: {session.log[-1].day.isoformat()}"
    if audience != "customer":
        yield f"audience: {audience}"
    if session.language != session.pack.language:
        yield f"lang: {quoted(session.language)}"
    given = [entry for entry in session.trail if entry.given]
    if given:
        yield "facts:"
        yield from (f"{_INDENT}{quoted(entry.fact)}: {_value(entry)}" for entry in given)
    answers = list(_answers(session))
    if answers:
        yield "answers:"
        yield from (f"{_INDENT}- {line}" for line in answers)
    if isinstance(prompt, Ending):
        yield "expect:"
        yield f"{_INDENT}outcome: {prompt.outcome}"
        yield f"{_INDENT}kind: {prompt.kind}"
    else:
        yield f"# {say('saved_test.open', place=prompt.place)}"


def _answers(session: Session) -> Iterator[str]:
    """A line for each answer; those to one question about several items, one after the other, are one line."""
    asked = [entry for entry in session.trail if entry.kind != "tell" and not entry.given]
    for (name, by_item), entries in groupby(asked, key=lambda entry: _named(session, entry)):
        if not by_item:
            yield from (f"{quoted(name)}: {_value(entry)}" for entry in entries)
            continue
        values = {entry.items[-1]: written(entry.value) for entry in entries}
        yield f"{quoted(name)}: {{{', '.join(f'{quoted(item)}: {value}' for item, value in values.items())}}}"


def _named(session: Session, entry: TrailEntry) -> tuple[str, bool]:
    """What an answer is called: its fact, else its step; the whole place where that means something else. And whether
    answers of that name stand by item."""
    short = entry.fact or entry.place.rpartition("/")[2].partition("#")[0].partition("[")[0]
    meant = understand(short, session.pack, session.flow)
    fits = isinstance(meant, Name) and meant.opens(Slot(entry.place, entry.fact)) is not None
    if not fits or len(entry.items) > 1 or (entry.items and entry.sensitive):
        return entry.place, False
    return short, bool(entry.items)


def _value(entry: TrailEntry) -> str:
    if entry.sensitive:
        return f'"{MASK}"  # {say("saved_test.masked")}'
    return written(entry.value)


def written(value: Written) -> str:
    """An answer as YAML has it, on one line."""
    if isinstance(value, str):
        return quoted(value)
    return f"[{', '.join(map(quoted, value))}]" if value else "none"


def quoted(text: str) -> str:
    """A text as YAML has it: as it is where that is read the same, else in quotes."""
    if _PLAIN.fullmatch(text) and not text.endswith(" "):
        return text
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign == "\n":
        return "\\n"
    if sign.isprintable() and sign != "\ufeff":
        return sign
    return f"\\U{ord(sign):08x}"


def add_test(path: Path, text: str) -> None:
    """Put a test at the end of a file of tests; all that stands there stays as it is. A missing file is made.

    Args:
        path: the file, `FLOW.test.yaml`.
        text: the test, as `as_test` writes it.

    Raises:
        NotAdded: it is no file of tests, or its tests stand in `[ ]`.
        OSError: it can't be read or written.
    """
    try:
        after = _with_test(path.read_bytes().decode("utf-8-sig") if path.exists() else "", text)
    except ValueError:
        raise NotAdded(path) from None
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(after.encode())
    if path.exists():
        shutil.copymode(path, new)
    os.replace(new, path)


def _with_test(before: str, text: str) -> str:
    if not before.strip():
        return "tests:\n" + _indented(text, _INDENT, "\n")
    newline = "\r\n" if "\r\n" in before else "\n"
    lines = before.splitlines(keepends=True)
    if not lines[-1].endswith("\n"):
        lines[-1] += newline
    root = _root(before)
    tests = root.get("tests")
    if tests is None or (isinstance(tests, Scalar) and tests.empty):
        where = len(lines) if tests is None else root.keys["tests"].at[0]
        head = f"{newline}tests:{newline}" if tests is None else ""
        lines.insert(where, head + _indented(text, _INDENT, newline))
    else:
        where, indent = _end_of(tests, root, lines)
        lines.insert(where, newline + _indented(text, indent, newline))
    after = "".join(lines)
    if len(_tests(_root(after))) != len(_tests(root)) + 1:
        raise ValueError
    return after


def _tests(root: Mapping) -> list[Node]:
    tests = root.get("tests")
    return tests.items if isinstance(tests, Sequence) else []


def _root(text: str) -> Mapping:
    root = parse(text, "", Problems())
    if not isinstance(root, Mapping):
        raise ValueError
    return root


def _end_of(tests: Node, root: Mapping, lines: list[str]) -> tuple[int, str]:
    """Below which line a list of tests ends, and how far its dashes stand from the margin."""
    if not isinstance(tests, Sequence) or not tests.items:
        raise ValueError
    first = lines[tests.items[0].at[0] - 1]
    indent = first[: len(first) - len(first.lstrip())]
    if not first.startswith(f"{indent}-"):
        raise ValueError
    below = [key.at[0] for key in root.keys.values() if key.at[0] > tests.items[0].at[0]]
    end = min(below) - 1 if below else len(lines)
    while not lines[end - 1].strip() or (below and lines[end - 1].startswith("#")):  # what stands above the next key
        end -= 1
    return end, indent


def _indented(text: str, indent: str, newline: str) -> str:
    return "".join(f"{indent}{line}{newline}" for line in text.splitlines())
