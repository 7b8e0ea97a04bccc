"""The text of a rule: Python's parser makes a tree of it, and the slips of those who know other languages are written anew.

Nothing is run. What the tree may hold is `rules`.
"""

from __future__ import annotations

import ast
import re
import warnings

_ADVISED = re.compile(r"\\|\d[A-Za-z_]")


def parse(source: str) -> ast.expr | None:
    """The tree of a rule, or nothing where its text is none of Python's expressions."""
    try:
        if not _ADVISED.search(source):
            return ast.parse(source, mode="eval").body
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on Python (odd escapes, `1if`) is no advice on rules
            return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


_REWRITES = (
    (re.compile(r" *&& *"), " and "), (re.compile(r" *\|\| *"), " or "),
    (re.compile(r"<>"), "!="), (re.compile(r"=>"), ">="), (re.compile(r"=<"), "<="),
    (re.compile(r"(?<![=!<>])=(?!=)"), "=="), (re.compile(r"\bis\s+not\b", re.I), "!="), (re.compile(r"\bis\b", re.I), "=="),
    (re.compile(r"\bAND\b", re.I), "and"), (re.compile(r"\bOR\b", re.I), "or"), (re.compile(r"\bNOT\b", re.I), "not"),
    (re.compile(r"\bIN\b", re.I), "in"), (re.compile(r"!(?!=)"), "not "),
    (re.compile(r"\bTrue\b"), "true"), (re.compile(r"\bFalse\b"), "false"), (re.compile(r"\s+"), " "),
)  # fmt: skip


def rewritten_rule(source: str) -> str:
    """The rule as it should be written, where that can be told, else ""."""
    parts = re.split(r"('[^']*'|\"[^\"]*\")", re.sub("[‘’]", "'", re.sub("[“”]", '"', source)))
    for number in range(0, len(parts), 2):  # what stands in quotes stays as it is
        for pattern, replacement in _REWRITES:
            parts[number] = pattern.sub(replacement, parts[number])
    rewritten = "".join(parts).strip()
    return rewritten if rewritten != source and parse(rewritten) is not None else ""
