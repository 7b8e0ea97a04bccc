"""Patterns of text answers: the regular expressions that can't be made slow.

A pattern matches the whole text, without regard to case. Python's engine tries one way after the other, and some
patterns offer more ways than anybody can wait for: `(a+)+`, `(a|aa)+`, or four times `.*`. So the work that the worst text
could make is reckoned here when a flow is loaded, and a pattern that could make too much is refused. Back references and
look-around can't be judged and are refused too.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple

MAX_LENGTH = 500
MAX_TEXT = 1_000
"""Longer answers fit no pattern: what a pattern describes is a number, a code or a name."""
_MAX_WORK = 2_500_000
_LIMIT = _MAX_WORK + 1
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_GROUPS = ("SUBPATTERN", "ATOMIC_GROUP")
_TOO_SLOW = "some answers would take a computer too long"

# A set of characters is a number with a bit for each of ASCII, and one more for all the others together.
_OTHERS = 1 << 128
_ASCII = _OTHERS - 1
_ALL = _OTHERS | _ASCII
_LIKE_ASCII = sum(1 << ord(letter) for letter in "iksIKS")
"""Letters that match one beyond ASCII where case is ignored (the sign of Kelvin is a `k`)."""
_CATEGORIES = {
    "DIGIT": sum(1 << code for code in range(128) if chr(code).isdigit()),
    "SPACE": sum(1 << code for code in range(128) if chr(code).isspace()),
    "WORD": sum(1 << code for code in range(128) if chr(code).isalnum() or chr(code) == "_"),
}


class _Refused(Exception):
    """The pattern holds something that can't be judged."""


class _Cost(NamedTuple):
    """In how many ways a part of a pattern can match from one place, and how many steps this takes at worst."""

    ways: int
    work: int


def dangerous(pattern: str) -> str:
    """Why a pattern is refused, or "" where it is fine."""
    if len(pattern) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = re._parser.parse(pattern, re.IGNORECASE)  # type: ignore[attr-defined]
            re.compile(pattern, re.IGNORECASE)
        cost = _sequence(tree, follow=0)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        return f"it can't be read ({error})"
    except _Refused:
        return "it looks back, ahead or at an earlier group"
    return _TOO_SLOW if cost.work > _MAX_WORK else ""


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is what the pattern describes."""
    return len(text) <= MAX_TEXT and _compiled(pattern).fullmatch(text) is not None


def _sequence(tree: Any, follow: int) -> _Cost:
    """Parts one after the other; `follow` is what can come after the last."""
    costs = []
    for operation, argument in reversed(list(tree)):
        cost = _part(str(operation), argument, follow)
        first, empty = _begin(str(operation), argument)
        follow = first | (follow if empty else 0)
        costs.append(cost)
    ways, work = 1, 0
    for cost in reversed(costs):
        work = min(work + ways * cost.work, _LIMIT)
        ways = min(ways * cost.ways, _LIMIT)
    return _Cost(ways, max(work, ways))


def _part(name: str, argument: Any, follow: int) -> _Cost:
    if name in _REPEATS:
        low, high, inner = argument
        return _repeat(low, high, inner, follow)
    if name in _GROUPS:
        return _sequence(_inside(name, argument), follow)
    if name == "BRANCH":
        costs = [_sequence(branch, follow) for branch in argument[1]]
        begun, apart = 0, True
        for branch in argument[1]:
            first, empty = _beginning(branch)
            first |= follow if empty else 0
            apart = apart and not first & begun
            begun |= first
        ways = max(cost.ways for cost in costs) if apart else sum(cost.ways for cost in costs)
        return _Cost(ways, sum(cost.work for cost in costs))
    return _Cost(1, 1)


def _repeat(low: int, high: int, tree: Any, follow: int) -> _Cost:
    low, high = min(int(low), MAX_TEXT), min(int(high), MAX_TEXT)
    first, empty = _beginning(tree)
    # After one round comes the next one, or what follows all of them.
    once = _sequence(tree, follow | (first if high > 1 else 0))
    apart = low == high or not (first & follow or empty)
    ways = 1 if apart else high - low + 1
    for _ in range(high if once.ways > 1 else 0):
        ways = min(ways * once.ways, _LIMIT)
        if ways == _LIMIT:
            break
    return _Cost(ways, min(max(high, 1) * once.work, _LIMIT))


def _beginning(tree: Any) -> tuple[int, bool]:
    """The characters that parts one after the other can begin with, and whether they can match nothing at all."""
    found = 0
    for operation, argument in tree:
        first, empty = _begin(str(operation), argument)
        found |= first
        if not empty:
            return found, False
    return found, True


def _begin(name: str, argument: Any) -> tuple[int, bool]:
    if name in _REPEATS:
        first, empty = _beginning(argument[2])
        return first, empty or int(argument[0]) == 0
    if name in _GROUPS:
        return _beginning(_inside(name, argument))
    if name == "BRANCH":
        each = [_beginning(branch) for branch in argument[1]]
        return reduce(or_, (first for first, _ in each)), any(empty for _, empty in each)
    if name == "AT":
        return 0, True
    return _characters(name, argument), False


def _inside(name: str, argument: Any) -> Any:
    return argument[-1] if name == "SUBPATTERN" else argument


def _characters(name: str, argument: Any) -> int:
    """The characters that a part matches which takes exactly one; some more at most, never less."""
    if name == "LITERAL":
        return _range(argument, argument)
    if name == "NOT_LITERAL":
        return _ALL & ~(_range(argument, argument) if argument < 128 else 0)
    if name == "ANY":
        return _ALL
    if name != "IN":
        raise _Refused
    found = left_out = 0
    negated = False
    for kind, value in argument:
        if str(kind) == "NEGATE":
            negated = True
        elif str(kind) == "CATEGORY":
            category = str(value).removeprefix("CATEGORY_")
            in_ascii = _CATEGORIES[category.removeprefix("NOT_")]
            in_ascii ^= _ASCII if category.startswith("NOT_") else 0
            found |= in_ascii | _OTHERS
            left_out |= in_ascii
        else:
            low, high = (value, value) if str(kind) == "LITERAL" else value
            found |= _range(low, high)
            left_out |= _range(low, min(high, 127)) if low < 128 else 0
    return _ALL & ~left_out if negated else found


def _range(low: int, high: int) -> int:
    """The characters from one code to another, with those that are the same where case is ignored."""
    found = _OTHERS | _LIKE_ASCII if high > 127 else 0
    for code in range(low, min(high, 127) + 1):
        found |= 1 << code | 1 << ord(chr(code).lower()) | 1 << ord(chr(code).upper())
    return found
