"""Values to try for a fact that is open: numbers and days between limits, texts that fit a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from re import _parser as parser  # type: ignore[attr-defined]  # what a pattern is made of is nowhere else to be had
from typing import Any

from assistant.author.explore.know import Limits
from assistant.flow.model import Fact
from assistant.flow.pattern import matches

_DAYS = (0, -1, 1, -3, 3, -8, 8, -31, 31, -400, 400, -7_400, -14_700, -25_000)
"""Days from today that rules about days, months, years and ages tell apart."""
_NUMBERS = (1, 0, 2, 5, 10, 50, 100, 1_000, 100_000)
_LITERAL = re.compile(r" == '(.*)'$", re.S)
_TEXTS = ("example", "A-1234", "12345678")


def numbers(fact: Fact, limits: Limits, today: int) -> Iterator[Fraction]:
    """Values of a number, an amount or a date (as a day since the year 1), the most natural first."""
    step = Fraction(1)
    natural = [Fraction(today + day) for day in _DAYS] if fact.type == "date" else [Fraction(number) for number in _NUMBERS]
    edges: list[Fraction] = []
    if limits.low is not None:
        edges += [limits.low + step if limits.low_open else limits.low, limits.low + step, limits.low + step / 2]
    if limits.high is not None:
        edges += [limits.high - step if limits.high_open else limits.high, limits.high - step, limits.high - step / 2]
    if limits.low is not None and limits.high is not None:
        edges.append((limits.low + limits.high) / 2)
    if fact.type == "date":
        edges = [Fraction(whole) for edge in edges for whole in (ceil(edge), floor(edge))]
        natural = [day for day in natural if 0 < day < 3_000_000]
    yield from dict.fromkeys(value for value in (*natural, *edges) if limits.narrowed(Limits(value, value)).possible)


def texts(fact: Fact, decided: dict[str, bool], number: int, others: list[str]) -> Iterator[str]:
    """Texts, addresses and names of files.

    Args:
        fact: what is asked.
        decided: what the way says about it.
        number: the how-manieth answer it is, so that addresses differ.
        others: the answers before it.
    """
    same = [found[1] for key, held in decided.items() if held and (found := _LITERAL.search(key))]
    if fact.type == "email":
        yield from (*same, f"person{number}@example.com", *others)
        return
    if fact.type == "files":
        yield "picture.png"
        return
    tried = [*same, *([fact.example] if fact.example else []), *others, *_TEXTS]
    if fact.pattern:
        tried = [text for text in (*tried, *_sampled(fact.pattern)) if matches(fact.pattern, text)]
    yield from dict.fromkeys(text for text in tried if text)


def _sampled(pattern: str) -> Iterator[str]:
    """The shortest text of a pattern, as far as its parts are simple."""
    try:
        yield "".join(_part(str(name), argument) for name, argument in parser.parse(pattern))
    except (re.error, ValueError, KeyError, RecursionError):
        return


def _part(name: str, argument: Any) -> str:
    match name:
        case "LITERAL":
            return chr(argument)
        case "IN":
            return _one_of(argument)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, _, inside = argument
            return "".join(_part(str(one), more) for one, more in inside) * int(low)
        case "SUBPATTERN" | "ATOMIC_GROUP":
            return "".join(_part(str(one), more) for one, more in (argument[-1] if name == "SUBPATTERN" else argument))
        case "BRANCH":
            return "".join(_part(str(one), more) for one, more in argument[1][0])
        case "ANY" | "NOT_LITERAL":
            return "a" if argument != ord("a") else "b"
        case "AT":
            return ""
    raise ValueError(name)


def _one_of(members: Any) -> str:
    name, argument = str(members[0][0]), members[0][1]
    if name == "LITERAL":
        return chr(argument)
    if name == "RANGE":
        return chr(argument[0])
    if name == "CATEGORY":
        of_kind = {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}
        return str(of_kind[str(argument)])
    excluded = {more for one, more in members[1:] if str(one) == "LITERAL"}
    return next(sign for sign in "a1-_Z" if ord(sign) not in excluded)
