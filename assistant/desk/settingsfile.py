"""The file of settings as text: its statements line by line, and changes of one statement that leave all other lines, with
their comments and their order, as they are.

Each statement is read by itself, so that one that is wrong costs no other. What may be set is no concern of this module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 500
"""Lines that one statement may have."""


class Statement(NamedTuple):
    """One statement: its lines (from 0, the last one excluded), the table that it stands in, and what it says. `data` is
    nothing where it can't be read."""

    start: int
    end: int
    table: tuple[str, ...]
    data: dict[str, object] | None
    is_header: bool = False


def lines_of(text: str) -> list[str]:
    """The lines of a text, with their ends."""
    return [line + "\n" for line in text.split("\n")[:-1]] + [line for line in text.split("\n")[-1:] if line]


def statements(lines: list[str]) -> Iterator[Statement]:
    """The statements of a file, in order."""
    table: tuple[str, ...] = ()
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        if not line or line.startswith("#"):
            number += 1
            continue
        is_header = line.startswith("[")
        end, data = _read(lines, number, is_header)
        if is_header and data is not None:
            table = _path(data)
        yield Statement(number, end, table, data, is_header)
        number = end


def leaves(data: Mapping[str, object], *before: str) -> Iterator[tuple[str, object]]:
    """Names with points between their parts, and values: `a.b = 1`, `"a.b" = 1` and `a = {b = 1}` say the same."""
    for name, value in data.items():
        if isinstance(value, dict):
            yield from leaves(value, *before, name)
        else:
            yield ".".join((*before, name)), value


def named(statement: Statement) -> dict[str, object]:
    """What a statement sets, by whole names."""
    return dict(leaves(statement.data or {}, *statement.table)) if not statement.is_header else {}


def put(text: str, name: str, value: object) -> str:
    """The text with one setting set to a value: its line is replaced, or a new one is added where it belongs."""
    return _changed(text, name, value)


def take_out(text: str, name: str) -> str:
    """The text without one setting."""
    return _changed(text, name, None)


def literal(value: object) -> str:
    """A value as it stands in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(literal(one) for one in value)}]"
    return json.dumps(str(value), ensure_ascii=False)


def _read(lines: list[str], start: int, is_header: bool) -> tuple[int, dict[str, object] | None]:
    """Where the statement that begins on a line ends, and what it says."""
    import tomllib

    text = ""
    may_go_on = not is_header and any(sign in lines[start] for sign in ("[", "{", '"""', "'''"))
    for end in range(start + 1, (min(start + _LONGEST, len(lines)) if may_go_on else start + 1) + 1):
        text += lines[end - 1]
        try:
            return end, tomllib.loads(text)
        except (ValueError, RecursionError):
            continue
    return start + 1, None


def _path(header: object) -> tuple[str, ...]:
    """The name of the table that a header begins."""
    while isinstance(header, list):
        header = header[0]
    return next(((name, *_path(inner)) for name, inner in header.items()), ()) if isinstance(header, dict) else ()


def _changed(text: str, name: str, value: object) -> str:
    lines = lines_of(text)
    found = list(statements(lines))
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    has = [one for one in found if name in named(one)]
    for one in reversed(has):  # from below, so that the numbers of the lines above stay right
        others = {other: old for other, old in named(one).items() if other != name}
        keeps = {**others, name: value} if value is not None and one is has[0] else others
        comment = _comment(lines[one.start : one.end]) if keeps else ""
        lines[one.start : one.end] = [_written(one, keeps) + comment + ending] if keeps else []
    if not has and value is not None:
        _insert(lines, found, name, value, ending)
    return "".join(lines)


def _written(statement: Statement, values: Mapping[str, object]) -> str:
    """A statement that sets these, in the table that it stands in."""
    first = next(iter(values))
    if len(values) == 1:
        return f"{_key(first, statement.table)} = {literal(values[first])}"
    top = (*statement.table, *list(statement.data or {})[:1])
    inner = ", ".join(f"{_key(name, top)} = {literal(value)}" for name, value in values.items())
    return f"{_key('.'.join(top), statement.table)} = {{ {inner} }}"


def _key(name: str, table: tuple[str, ...]) -> str:
    """The name of a setting as it is written in a table."""
    inside = name.removeprefix(".".join(table) + ".") if table else name
    if table:
        return inside if _BARE.fullmatch(inside) else literal(inside)
    first, point, rest = inside.partition(".")
    return f"{first}.{literal(rest)}" if point else first


def _comment(lines: list[str]) -> str:
    """The comment at the end of a statement of one line, with the space before it."""
    import tomllib

    if len(lines) != 1:
        return ""
    line = lines[0].rstrip("\r\n")
    for place in (number for number, sign in enumerate(line) if sign == "#"):
        try:
            tomllib.loads(line[:place])
        except ValueError:
            continue
        before = line[:place]
        return before[len(before.rstrip()) :] + line[place:]
    return ""


def _insert(lines: list[str], found: list[Statement], name: str, value: object, ending: str) -> None:
    """Add a line: below the last one of its table; a table that is missing is begun at the end."""
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += ending
    group, point, _ = name.partition(".")
    table = (group,) if point else ()
    same = [one for one in found if one.table == table]
    beside = [one for one in found if point and not one.table and group in (one.data or {})]
    if beside:  # `keys.a = 1` or `keys = {a = 1}`: such a table can't be begun a second time
        values = {other: old for one in beside for other, old in named(one).items()}
        for one in reversed(beside):
            lines[one.start : one.end] = []
        inner = ", ".join(f"{_key(other, table)} = {literal(old)}" for other, old in {**values, name: value}.items())
        lines.insert(beside[0].start, f"{group} = {{ {inner} }}{ending}")
        return
    if point and not same:
        lines += [*([ending] if lines else []), f"[{group}]{ending}"]
    first = min((one.start for one in found if one.is_header), default=len(lines))
    at = same[-1].end if same else len(lines) if point else first
    lines.insert(at, f"{_key(name, table)} = {literal(value)}{ending}")
