"""A script as data: answers by name or in the order asked, and now and then `change` or `back`.

Reading one is `engine.answersfile`, what its names mean `engine.names`, holding the conversation with it `engine.script`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from assistant.engine.events import Written
from assistant.words import say

Given = str | tuple[str, ...] | dict[str, "Given"]
"""What is given as an answer: one word, several, or by item (or by field) of a question that is asked for each."""


class AnswersError(Exception):
    """Answers that can't be read. `code` and `arguments` make the sentence; line and column count from 1."""

    def __init__(self, code: str, path: str, at: tuple[int, int], **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments
        self.path = path
        self.line, self.column = at

    def sentence(self, language: str = "en") -> str:
        """What is wrong."""
        return say(self.code, language, **self.arguments)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.sentence()}"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a script.

    Attributes:
        verb: what it does: gives an answer, changes an earlier one, or goes back.
        name: what the answer is for (a fact, a step or a path), or "" for whatever is asked.
        value: the answer.
        refused: words of the sentence with which the answer is expected to be refused.
        no_longer: names of answers that a change is expected to make void; empty where it must make none void.
        at: its line and column in the file.
    """

    verb: Literal["answer", "change", "back"] = "answer"
    name: str = ""
    value: Given = ""
    refused: str | None = None
    no_longer: tuple[str, ...] | None = None
    at: tuple[int, int] = (1, 1)


class Answers(msgspec.Struct, frozen=True):
    """Answers in the order in which they are to be given, and the name of the file they stand in."""

    lines: tuple[Line, ...] = ()
    name: str = ""


def take(value: Given, items: tuple[str, ...], field: str) -> tuple[Written | None, Given | None]:
    """The part of an answer that is for what is asked, and what is left of the answer.

    Args:
        value: the answer; a mapping holds one for each item or field.
        items: the items of what is asked, outermost first; each may be a key, or not.
        field: the field of what is asked, which must be a key, or "".

    Returns:
        nothing and the whole answer where none of it fits; and nothing as the second where it is used up.
    """
    if not isinstance(value, dict):
        return (None, value) if field else (value, None)
    ways = [(item, items[number:], field) for number, item in enumerate(items, 1)]
    for key, inner_items, inner_field in [*ways, *([(field, items, "")] if field else [])]:
        if key in value:
            found, rest = take(value[key], inner_items, inner_field)
            if found is not None:
                left = {name: rest if name == key else part for name, part in value.items()}
                kept = {name: part for name, part in left.items() if part is not None}
                return found, kept or None
    return None, value
