"""Patterns of text answers: the subset of regular expressions that can't be made slow.

A pattern matches the whole text, without regard to case. Backtracking engines take exponential time on a repeated group
that can match the same text in two ways, and quadratic time on two neighbouring open-ended repeats; back references and
look-around can't be judged at all. All of these are refused when a flow is loaded.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any

MAX_LENGTH = 500
MAX_TEXT = 10_000


def dangerous(pattern: str) -> str:
    """Why a pattern is refused, or "" where it is fine."""
    if len(pattern) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} characters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = re._parser.parse(pattern, re.IGNORECASE)  # type: ignore[attr-defined]
            re.compile(pattern, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        return f"it can't be read ({error})"
    return _judge(tree, inside_repeat=False)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is what the pattern describes."""
    return len(text) <= MAX_TEXT and _compiled(pattern).fullmatch(text) is not None


def _judge(tree: Any, inside_repeat: bool) -> str:
    open_ended = 0
    for operation, argument in tree:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, high, inner = argument
            if high > 1 and inside_repeat:
                return "it repeats what is already repeated"
            if high > 1000:
                open_ended += 1
            if high > 1 and (reason := _judge(inner, inside_repeat=True)):
                return reason
            if high <= 1 and (reason := _judge(inner, inside_repeat)):
                return reason
        elif name == "SUBPATTERN":
            if reason := _judge(argument[-1], inside_repeat):
                return reason
            open_ended += _has_open_repeat(argument[-1])
        elif name == "BRANCH":
            if inside_repeat:
                return "it repeats a choice between patterns"
            for branch in argument[1]:
                if reason := _judge(branch, inside_repeat):
                    return reason
        elif name not in ("LITERAL", "NOT_LITERAL", "IN", "ANY", "AT", "CATEGORY", "RANGE"):
            return "it looks back, ahead or at an earlier group"
    return "it has more than two parts of any length" if open_ended > 2 else ""


def _has_open_repeat(tree: Any) -> int:
    return sum(
        1 for operation, argument in tree if str(operation) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > 1000
    )
