"""Typed words as answers: numbers, values, labels and beginnings of labels; dates and amounts as people write them.

It says which answer was meant, or that several fit. Dates and amounts go on in the one form that the engine knows.
Whether an answer is valid is the engine's to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import msgspec

from assistant.engine.events import UNSURE, Written
from assistant.engine.prompt import Attempt, Option, Question
from assistant.words import say
from assistant.words.formats import join, locale_of, show_date, show_money, show_number

if TYPE_CHECKING:
    from assistant.desk.dates import Day

NONE = "none"
SKIP_COMMAND = "/skip"
UNSURE_COMMAND = "/unsure"
MOST_NAMED = 12
"""How many answers are named where words fit several."""
_NUMERIC = ("number", "money")
_BLANKS = re.compile("[\\s'\N{RIGHT SINGLE QUOTATION MARK}]")
"""What parts thousands in no language but as a blank does."""
_MOST_DIGITS = 40
Asked = TypeVar("Asked", bound=Question | Attempt)


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


def numbers_words(most: int, *, has_zero: bool, language: str) -> str:
    """The numbers that can be typed, in words: "1 to 3, or 0"."""
    if has_zero:
        return say("numbers.to_or_zero", language, most=most) if most > 1 else say("numbers.one_or_zero", language)
    return say("numbers.to", language, most=most) if most > 1 else "1"


def numbers_of(offered: Sequence[Pick], language: str) -> str:
    """The numbers of what can be picked."""
    numbers = [pick.number for pick in offered]
    return numbers_words(max(numbers), has_zero=0 in numbers, language=language)


def as_offered(prompt: Asked) -> Asked:
    """What is asked, without what was answered before where that is not offered any more."""
    before = prompt.default
    if not prompt.options or before is None or before == "":
        return prompt
    offered = {pick.value for pick in picks(prompt, "en")}
    if isinstance(before, tuple):
        kept = tuple(value for value in before if value in offered)
        return prompt if kept == before else msgspec.structs.replace(prompt, default=kept or None)
    return prompt if before in offered else msgspec.structs.replace(prompt, default=None)


def read(prompt: Question | Attempt, typed: str, language: str, today: date | None = None) -> Written:
    """The answer that typed words mean.

    Args:
        prompt: what is asked.
        typed: the words; nothing typed keeps what was answered before.
        language: the reader's.
        today: what `yesterday` counts from; the machine's own day if it is left out.

    Raises:
        Unclear: several answers fit, a number that none has, or no date.
    """
    if isinstance(prompt, Question) and (special := _special(prompt, typed)) is not None:
        return special
    default = as_offered(prompt).default
    if not typed and default is not None:
        return default
    offered = picks(prompt, language)
    if isinstance(prompt, Attempt):
        pick = _one(offered, typed, language) if typed else None
        if pick is None:
            raise Unclear("refused.not_a_result", choices=join([pick.label for pick in offered], language, "or"))
        return pick.value
    if not typed:
        return ""
    if not prompt.options:
        alone = [pick for pick in offered if typed == str(pick.number) or _same(typed, pick.label)]
        return alone[0].value if alone else _typed_value(prompt, typed, language, today)
    if prompt.many:
        return _several(offered, typed, language)
    pick = _one(offered, typed, language)
    return typed if pick is None else pick.value


def _typed_value(question: Question, typed: str, language: str, today: date | None) -> str:
    """A date or a number in the form that the engine knows; all else as it was typed."""
    if question.type == "date":
        return _day(question, typed, language, today).day.isoformat()
    if question.type in _NUMERIC:
        return plain_number(typed, language, question.unit)
    return typed


def _day(question: Question, typed: str, language: str, today: date | None) -> Day:
    from assistant.desk import dates  # few conversations have any

    low, high = (date.fromisoformat(limit) if limit else None for limit in (question.low, question.high))
    found = dates.read_date(typed, today or date.today(), language, low, high)
    if isinstance(found, dates.Day):
        return found
    raise Unclear(found.code, **found.arguments)


def understood(question: Question, typed: str, language: str, today: date | None = None) -> str:
    """What a typed date, number or amount will be taken for, to be shown before it is sent: "= 3 March 2026".

    "" for all other questions, and where nothing can be read yet.
    """
    if not typed or question.options or any(typed == str(pick.number) for pick in picks(question, language)):
        return ""
    if question.type == "date":
        try:
            day, other = _day(question, typed, language, today)
        except Unclear:
            return ""
        if other is None:
            return say("talk.read_as", language, value=show_date(day, language))
        from assistant.desk.dates import is_day_first

        code = "talk.read_day_first" if is_day_first(language) else "talk.read_month_first"
        return say(code, language, value=show_date(day, language), other=show_date(other, language))
    if question.type in _NUMERIC:
        word = plain_number(typed, language, question.unit)
        if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", word) is None or len(word) > _MOST_DIGITS:
            return ""
        number = Decimal(word)
        has_places = len(word.partition(".")[2]) > 2  # an amount is shown rounded: of a wrong one that would be a lie
        shown = show_number(number, language)
        if question.unit:
            shown = f"{shown} {question.unit}" if has_places else show_money(number, question.unit, language)
        return say("talk.read_as", language, value=shown)
    return ""


def plain_number(typed: str, language: str, unit: str = "") -> str:
    """A number as the engine knows it: digits with a point.

    Where both marks stand there, the last one marks the decimals. One mark alone parts thousands only if it does so in
    the language and three digits stand behind it; else it marks decimals, since `1,5` can mean nothing else. What is no
    number comes back as it was typed.
    """
    word = _BLANKS.sub("", typed).replace("\N{MINUS SIGN}", "-")
    if unit:
        from babel.numbers import get_currency_symbol

        for sign in (unit, get_currency_symbol(unit, locale_of(language)), get_currency_symbol(unit, "en"), "$", "€"):
            word = re.sub(re.escape(sign), "", word, flags=re.IGNORECASE)
    if re.fullmatch(r"[+-]?[0-9]{1,18}([.,][0-9]+)*", word) is None:
        return typed
    if "," not in word and "." not in word:
        return word
    last = max(word.rfind(","), word.rfind("."))
    mark, is_mixed = word[last], "," in word and "." in word
    other = "." if mark == "," else ","
    if not is_mixed and word.count(mark) > 1:
        return word.replace(mark, "") if _is_grouped(word, mark) else typed
    if not is_mixed and _parts_thousands(mark, language) and _is_grouped(word, mark):
        return word.replace(mark, "")
    whole = word[:last]
    if is_mixed and (mark in whole or not _is_grouped(whole, other)):
        return typed
    return f"{whole.replace(other, '')}.{word[last + 1 :]}"


def _parts_thousands(mark: str, language: str) -> bool:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    locale = locale_of(language)
    return mark == get_group_symbol(locale) and mark != get_decimal_symbol(locale)


def _is_grouped(word: str, mark: str) -> bool:
    return re.fullmatch(rf"[+-]?[1-9][0-9]{{0,2}}({re.escape(mark)}[0-9]{{3}})+", word) is not None


def _special(question: Question, typed: str) -> str | None:
    if typed == SKIP_COMMAND and question.optional:
        return ""
    return UNSURE if typed == UNSURE_COMMAND and question.unsure else None


def _several(offered: Sequence[Pick], typed: str, language: str) -> Written:
    whole = [pick for pick in offered if _same(typed, pick.label)]  # a label may hold a comma
    is_digits = re.fullmatch(r"[\d\s]+", typed)
    parts = typed.split() if is_digits else [part.strip() for part in re.split("[,;]", typed) if part.strip()]
    chosen = whole or [_one(offered, part, language) or Pick(part, part) for part in parts]
    alone = [pick for pick in chosen if pick.is_alone]
    if alone and len(chosen) > 1:
        raise Unclear("talk.alone", label=alone[0].label)
    return alone[0].value if alone else tuple(pick.value for pick in chosen)


def _one(offered: Sequence[Pick], typed: str, language: str) -> Pick | None:
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
        raise Unclear("talk.no_such_number", number=number, numbers=numbers_of(offered, language))
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
