"""How much room words take, without any font at hand: an estimate on the wide side, and lines broken to fit.

Every reader's machine has other fonts, so what fits here fits with the widest of the common ones (DejaVu Sans, Verdana).
"""

from __future__ import annotations

import unicodedata

_NARROW = frozenset("iljtfrI.,:;!'|()[]{}/\\ ·“”‘’`-")
_WIDE = frozenset("mwMW@%…—→")


def width(words: str, size: float) -> float:
    """How wide words are at a size, in the same unit."""
    return size * sum(map(_em, words))


def _em(sign: str) -> float:
    if sign in _NARROW:
        return 0.4
    if sign in _WIDE:
        return 1.0
    if sign.isascii():
        return 0.74 if sign.isupper() else 0.64
    if unicodedata.combining(sign):
        return 0.0
    return 1.05 if unicodedata.east_asian_width(sign) in ("W", "F") else 0.78


def wrapped(words: str, size: float, limit: float, most: int) -> tuple[str, ...]:
    """Words in lines that are no wider than `limit`; after `most` lines the rest is cut off, with a mark."""
    lines: list[str] = []
    line = ""
    for word in words.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size) <= limit:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size) > limit and len(lines) <= most:
            head = _fitting(word, size, limit)
            lines.append(head)
            word = word[len(head) :]
        line = word
        if len(lines) > most:
            break
    if line:
        lines.append(line)
    if len(lines) > most:
        last = lines[most - 1]
        while last and width(last + "…", size) > limit:
            last = last.rpartition(" ")[0] or last[:-1]
        lines = [*lines[: most - 1], last.rstrip(" ,.;:") + "…"]
    return tuple(lines)


def _fitting(word: str, size: float, limit: float) -> str:
    """As much of a word's beginning as fits; at least one sign."""
    used = 0.0
    for at, sign in enumerate(word):
        used += size * _em(sign)
        if used > limit:
            return word[: max(1, at)]
    return word
