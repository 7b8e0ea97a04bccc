"""Typed words as answers: numbers, values, labels and beginnings of labels.

It says which answer was meant, or that several fit. Whether an answer is valid is the engine's to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.engine.events import UNSURE, Written
from assistant.engine.prompt import Attempt, Option, Question
from assistant.words import say
from assistant.words.formats import join

NONE = "none"
SKIP_COMMAND = "/skip"
UNSURE_COMMAND = "/unsure"
MOST_NAMED = 12
"""How many answers are named where words fit several."""
_NUMERIC = ("number", "money")


class Pick(Option, frozen=True):
    """An answer that can be picked, with the number to type for it."""

    number: int = 0

    @property
    def is_alone(self) -> bool:
        """Whether it can't be chosen together with others."""
        return self.value in (UNSURE, NONE)


class Unclear(Exception):
    """What was typed means no answer. `code` and `arguments` make the sentence."""

    def __init__(self, code: str, **arguments: object) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments


def picks(prompt: Question | Attempt, language: str) -> tuple[Pick, ...]:
    """All that can be picked, from 1 up; 0 is "not sure", or "none of these" where "not sure" is not offered.

    A number that is asked for may well be 0: "not sure" has no number there but `UNSURE_COMMAND`.
    """
    found = [Pick(one.value, one.label, one.help, one.note, number) for number, one in enumerate(prompt.options, 1)]
    if isinstance(prompt, Question):
        if prompt.none:
            found.append(Pick(NONE, prompt.none, number=len(found) + 1 if prompt.unsure else 0))
        if prompt.unsure and prompt.type not in _NUMERIC:
            found.append(Pick(UNSURE, say("answer.unsure", language), number=0))
    return tuple(found)


def read(prompt: Question | Attempt, typed: str, language: str) -> Written:
    """The answer that typed words mean.

    Raises:
        Unclear: several answers fit, or a number that none has.
    """
    if isinstance(prompt, Question) and (special := _special(prompt, typed)) is not None:
        return special
    if not typed and prompt.default is not None:
        return prompt.default
    offered = picks(prompt, language)
    if isinstance(prompt, Attempt):
        pick = _one(offered, typed) if typed else None
        if pick is None:
            raise Unclear("refused.not_a_result", choices=join([pick.label for pick in offered], language, "or"))
        return pick.value
    if not typed:
        return ""
    if not prompt.options:
        alone = [pick for pick in offered if typed == str(pick.number) or _same(typed, pick.label)]
        if alone:
            return alone[0].value
        return typed
    if prompt.many:
        return _several(offered, typed)
    pick = _one(offered, typed)
    return typed if pick is None else pick.value


def _special(question: Question, typed: str) -> str | None:
    if typed == SKIP_COMMAND and question.optional:
        return ""
    return UNSURE if typed == UNSURE_COMMAND and question.unsure else None


def _several(offered: Sequence[Pick], typed: str) -> Written:
    whole = [pick for pick in offered if _same(typed, pick.label)]  # a label may hold a comma
    is_digits = re.fullmatch(r"[\d\s]+", typed)
    parts = typed.split() if is_digits else [part.strip() for part in re.split("[,;]", typed) if part.strip()]
    chosen = whole or [_one(offered, part) or Pick(part, part) for part in parts]
    alone = [pick for pick in chosen if pick.is_alone]
    if alone and len(chosen) > 1:
        raise Unclear("talk.alone", label=alone[0].label)
    return alone[0].value if alone else tuple(pick.value for pick in chosen)


def _one(offered: Sequence[Pick], typed: str) -> Pick | None:
    """The one answer that is meant, or nothing where none fits."""
    number = typed.rstrip(".)")
    if number.isdecimal() and len(number) < 6:
        numbered = [pick for pick in offered if pick.number == int(number)]
        if numbered:
            return numbered[0]
    found = fitting(offered, typed)
    if len(found) > 1:
        named = [f"{pick.number} {pick.label}" for pick in found[:MOST_NAMED]]
        raise Unclear("talk.which_of", choices="; ".join(named) + ("; …" if len(found) > MOST_NAMED else ""))
    if not found and number.isdecimal():
        raise Unclear("talk.no_such_number", number=number)
    return found[0] if found else None


def fitting(offered: Sequence[Pick], typed: str) -> list[Pick]:
    """The answers that words fit: whole value or label, else their beginning, else the beginnings of words in them."""
    words = typed.casefold().split()
    ways: tuple[Callable[[Pick], bool], ...] = (
        lambda pick: _same(typed, pick.value) or _same(typed, pick.label),
        lambda pick: any(text.casefold().startswith(typed.casefold()) for text in (pick.label, pick.value)),
        lambda pick: all(any(own.startswith(word) for own in pick.label.casefold().split()) for word in words),
    )
    return next((found for way in ways if (found := [pick for pick in offered if way(pick)])), [])


def _same(typed: str, text: str) -> bool:
    return typed.casefold() == text.casefold()
