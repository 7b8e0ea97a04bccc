"""Paths while they are typed: how one goes on, and what is known of the files that are named so far.

It looks into folders and at sizes, and opens no file. Whether a file can be taken is said when it is given.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Sequence
from typing import NamedTuple

from assistant.desk.files import show_size
from assistant.desk.paths import named_in
from assistant.words import say
from assistant.words.formats import clean

_MOST_READ = 20_000
"""How many names of a folder are looked through; a folder may hold millions."""
_MOST_SHOWN, _MOST_NAMES = 3, 12
_LONGEST = 4096
_QUOTES = ("'", '"')


class Completed(NamedTuple):
    """A line that goes on as far as it is sure, and the names that it may go on with; a folder's ends with a stroke."""

    text: str
    names: tuple[str, ...] = ()


def complete(typed: str) -> Completed:
    """Go on with the last path in a line of several with commas between them.

    Folders come first. Names that begin with a dot are only looked for where a dot is typed. A path that stands in
    quotation marks stays in them.
    """
    last = _last(typed)
    if last is None:
        return Completed(typed)
    start, path = last
    folder, name = os.path.split(path)
    found = _names(os.path.expanduser(folder) or ".", name)
    if path == "~":
        return Completed(f"{typed}{os.sep}", ())
    if not found:
        return Completed(typed)
    common = found[0][: _shared(found)]
    if not common.startswith(name) and len(found) > 1:  # the same letters, large and small: which ones is not sure
        common = name
    head = path[: len(path) - len(name)]
    quote = typed[start - 1 : start] if start and typed[start - 1] in _QUOTES else ""
    end = quote if len(found) == 1 and not common.endswith(os.sep) else ""
    return Completed(f"{typed[:start]}{head}{common}{end}", tuple(found) if len(found) > 1 else ())


def names_in_line(names: Sequence[str]) -> str:
    """Names that a path may go on with, as many as one looks through."""
    return "  ".join(names[:_MOST_NAMES]) + ("  …" if len(names) > _MOST_NAMES else "")


def _shared(names: Sequence[str]) -> int:
    """How many letters all names begin with."""
    columns = zip(*names, strict=False)
    return next((at for at, signs in enumerate(columns) if len(set(signs)) > 1), min(map(len, names)))


def _last(typed: str) -> tuple[int, str] | None:
    """Where the last path begins, and the path; nothing where it is longer than any. One with commas in it is taken whole
    where there is something that begins so."""
    at = len(typed) - len(typed.lstrip())
    starts = [at, *(place + 1 for place, sign in enumerate(typed) if sign == ",")]
    for start in starts:
        start += len(typed[start:]) - len(typed[start:].lstrip())
        if typed[start : start + 1] in _QUOTES and typed.find(typed[start], start + 1) < 0:
            start += 1
        path = typed[start:]
        if len(path) < _LONGEST and ("," not in path or _names(*_split(path))):
            return start, path
    return None


def _split(path: str) -> tuple[str, str]:
    folder, name = os.path.split(path)
    return os.path.expanduser(folder) or ".", name


def _names(folder: str, beginning: str) -> list[str]:
    """The names in a folder that begin so, folders first; with the same large and small letters if there are any."""
    exact: list[tuple[bool, str]] = []
    alike: list[tuple[bool, str]] = []
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count >= _MOST_READ:
                    break
                name = entry.name
                if name != clean(name) or (name.startswith(".") and not beginning.startswith(".")):
                    continue
                if name.casefold().startswith(beginning.casefold()):
                    is_folder = _is_folder(entry)
                    row = (not is_folder, name + os.sep * is_folder)
                    alike.append(row)
                    if name.startswith(beginning):
                        exact.append(row)
    except (OSError, ValueError):
        return []
    return [name for _, name in sorted(exact or alike, key=lambda row: (row[0], row[1].casefold(), row[1]))]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def given_words(typed: str, language: str, names: Collection[str] = ()) -> list[str]:
    """The files that a line names, each with its size and kind: "invoice.pdf, 214 kB, PDF". What is not there is left out.

    Args:
        typed: the line.
        language: the reader's.
        names: files that were given before, by their names.
    """
    if len(typed) > _LONGEST or not typed.strip():
        return []
    found = []
    for one in named_in(typed.split(","), names, is_typed=True):
        words = "" if one.is_name else _described(one.text, language)
        if words:
            found.append(words)
    more = len(found) - _MOST_SHOWN
    return [*found[:_MOST_SHOWN], say("files.more", language, count=more)] if more > 0 else found


def _described(path: str, language: str) -> str:
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return ""
    if not stat.S_ISREG(about.st_mode):
        return ""
    name, size = clean(os.path.basename(path)), show_size(about.st_size, language)
    kind = os.path.splitext(name)[1].removeprefix(".").upper()
    if not kind:
        return say("files.given_no_kind", language, name=name, size=size)
    return say("files.given", language, name=name, size=size, kind=kind)
