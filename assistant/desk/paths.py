"""Paths in what a person typed: several with commas between them, in quotation marks, as a URL, or dragged into the
terminal. It looks whether something is there, and opens nothing.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from assistant.engine import Refused
from assistant.engine.answers import MAX_TEXT

_MOST_COMMAS = 8
"""A path with more commas in it is found only when it is given by itself."""
_LONGEST = 4096


class Read(NamedTuple):
    """A path, or the name of a file that was given before."""

    text: str
    is_name: bool = False


def parts_of(value: object) -> list[str]:
    """What stands between commas; nothing for an empty answer."""
    if value is None or isinstance(value, str):
        if value is not None and len(value) > MAX_TEXT:
            raise Refused("too_long", max=str(MAX_TEXT))
        parts = (value or "").split(",")
    else:
        parts = [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]
    return parts if any(part.strip() for part in parts) else []


def named_in(parts: Sequence[str], names: Collection[str], *, is_typed: bool) -> Iterator[Read]:
    """What the parts name, one file after the other; as many parts as make up an existing path are one.

    Args:
        parts: what stands between commas.
        names: the names of files that were given before.
        is_typed: whether the commas stood as typed; else blanks may be missing behind them.
    """
    at = 0
    while at < len(parts):
        most = min(len(parts), at + _MOST_COMMAS + 1)
        ends = [len(parts)] * (at == 0 and most < len(parts)) + list(range(most, at, -1))
        joined = [(comma.join(parts[at:end]), end) for end in ends for comma in ((",",) if is_typed else (",", ", "))]
        for text, end in joined:
            found = _existing(text.strip(), names, is_typed=is_typed)
            if found:
                yield from found
                at = end
                break
        else:
            is_blank = not parts[at].strip()
            text, at = _missing(parts, at)
            if not is_blank:
                yield Read(text)


def _existing(text: str, names: Collection[str], *, is_typed: bool) -> tuple[Read, ...]:
    """The file or files that a text names; nothing where any of them is not there."""
    is_name = text in names
    if not text or (is_name and not is_typed):
        return (Read(text, is_name=True),) if text else ()
    if len(text) > _LONGEST:
        return ()
    for paths in _readings(text):
        if paths and all(map(_is_there, paths)):
            return tuple(map(Read, paths))
    return (Read(text, is_name=True),) if is_name else ()


def _readings(text: str) -> Iterator[list[str]]:
    """The paths that a text may stand for: as it is, as a URL, and as a shell would read it."""
    yield [os.path.expanduser(text)]
    if text.casefold().startswith("file:"):
        yield [_from_url(text)]
    elif any(mark in text for mark in "'\"\\"):
        import shlex

        with suppress(ValueError):  # a quotation mark without its other half
            yield [_from_url(word) if word.casefold().startswith("file:") else os.path.expanduser(word)
                   for word in shlex.split(text)]  # fmt: skip


def _from_url(url: str) -> str:
    """The path of a `file:` URL; of another host's there is none here."""
    from urllib.parse import unquote

    rest = url[len("file:") :]
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if host.casefold() not in ("", "localhost"):
            return url
        rest = slash + path
    return unquote(rest, errors="surrogateescape")


def _is_there(path: str) -> bool:
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def _missing(parts: Sequence[str], at: int) -> tuple[str, int]:
    """Where nothing is found: the path that was probably meant, and the part behind it."""
    text, end = parts[at].strip(), at + 1
    quote = text[:1]
    if quote in ("'", '"') and not (len(text) > 1 and text.endswith(quote)):
        closed = next((n for n in range(end, len(parts)) if parts[n].strip().endswith(quote)), None)
        if closed is not None:
            text, end = ",".join(parts[at : closed + 1]).strip(), closed + 1
    readings = list(_readings(text)) if len(text) <= _LONGEST else []
    for paths in reversed(readings):
        if len(paths) == 1:
            return paths[0] or text, end
        for path in paths:
            if not _is_there(path):
                return path, end
    return text, end
