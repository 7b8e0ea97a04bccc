"""Reading an answer: from whatever a face, a file or a log gives to a valid value, or to a refusal that says what would
be right. Knows facts and what is known before the place; not where in a conversation that is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, NoReturn

from assistant.engine.wording import show
from assistant.flow.expression import Known, Value
from assistant.flow.model import Choice, Fact, Pack
from assistant.flow.pattern import matches
from assistant.flow.text import fill, line
from assistant.words.formats import currency_decimals

MAX_TEXT = 20_000
MAX_FILES = 50
_MAX_DIGITS = 100
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
_SIGN = r"[^\s@<>(),;:\\\"\[\].]"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_SIGN}+(\.{_SIGN}+)*@({_SIGN}+\.)+{_SIGN}{{2,63}}")
"""No dot stands first, last or beside another."""
_UNSPOKEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"  # controls, halves of characters
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"  # direction marks, blanks without a width
)


class Special(Enum):
    """Answers that leave a fact unknown."""

    UNSURE = "unsure"
    EMPTY = "empty"


class Refused(Exception):
    """An answer, or a wish, that can't be taken. Nothing changed.

    Attributes:
        code: names the sentence that says why (`words.say("refused." + code, …)`).
        arguments: what is put into the sentence.
        place: where it was refused.
        errors: one for each refused field of a form.
    """

    def __init__(self, code: str, *, place: str = "", errors: tuple[Refused, ...] = (), **arguments: str) -> None:
        super().__init__(code, arguments)
        self.code = code
        self.arguments = arguments
        self.place = place
        self.errors = errors


def clean(text: str) -> str:
    """Typed text as it is kept: no control characters, no direction marks, no halves of characters; blanks squeezed.

    Line breaks stay, since a long text may have paragraphs.
    """
    text = _UNSPOKEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [" ".join(part.split()) for part in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def offered(fact: Fact, known: Known, audience: str) -> tuple[Choice, ...]:
    """The choices of a fact that are offered here: those for this audience whose `when` holds."""
    return tuple(
        choice
        for choice in fact.choices
        if (not choice.audience or choice.audience == audience) and (choice.when is None or choice.when.holds(known))
    )


def read(
    pack: Pack,
    fact: Fact,
    answer: object,
    known: Known,
    audience: str,
    language: str,
    *,
    optional: bool = False,
    item: str = "",
) -> Value | Special:
    """The value that an answer stands for.

    Args:
        pack: where the fact is defined.
        fact: what is asked.
        answer: what was given: text, or already a value.
        known: what is known before this place.
        audience: who the conversation began for.
        language: for refusals.
        optional: whether it may be left empty.
        item: the label of the `each` item it is about, for refusals.

    Raises:
        Refused: it is none; `code` and `arguments` say why.
    """
    if isinstance(answer, Special):
        answer = "" if answer is Special.EMPTY else answer.value
    if answer is None:
        answer = ""
    if isinstance(answer, str):
        if len(answer) > MAX_TEXT:
            raise Refused("too_long", max=str(MAX_TEXT))
        answer = clean(answer)
        if answer == "unsure" and fact.unsure:
            return Special.UNSURE
        if optional and (not answer or (answer == "none" and not _means_none(fact))):
            return Special.EMPTY
        if not answer:
            raise Refused("empty")
        if answer == "unsure" and fact.type != "text":
            raise Refused("unsure_not_offered")
    elif optional and isinstance(answer, list | tuple) and not answer and not fact.none:
        return Special.EMPTY
    value: Value = _READERS[fact.type](pack, fact, answer, known, audience, language)
    _check(pack, fact, value, known, language, item)
    return value


def _means_none(fact: Fact) -> bool:
    """Whether `none` is an answer to the fact, and not that it was left empty."""
    return bool(fact.none) or fact.type == "text"


def _text(answer: object) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, int | Decimal):
        return _digits(answer)
    if isinstance(answer, str | float):
        return clean(str(answer)[:MAX_TEXT])
    if isinstance(answer, date):
        return answer.isoformat()
    raise Refused("not_several")


def _digits(number: int | Decimal) -> str:
    """A number as somebody would write it, which is not tried for one of a million digits."""
    if isinstance(number, int):
        digits = number.bit_length() // 3
    elif number.is_finite():
        digits = max(number.adjusted(), -int(number.as_tuple().exponent))
    else:
        return str(number)
    if digits > _MAX_DIGITS:
        raise Refused("too_long", max=str(_MAX_DIGITS))
    return format(Decimal(number), "f")


def _yes_no(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    if isinstance(answer, bool):
        return answer
    word = _text(answer).casefold()
    if word in ("yes", "no"):
        return word == "yes"
    raise Refused("not_yes_or_no")


def _choice(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    if fact.many:
        return _several(fact, answer, offered(fact, known, audience))
    word = _text(answer)
    choices = offered(fact, known, audience)
    return _named(choices, [word])[word] or _refuse(fact, word, choices)


def _named(choices: Sequence[Choice], words: Iterable[str]) -> dict[str, str]:
    """The choice that each word stands for, "" where none: by value, then by value and by label without regard to case."""
    values = {choice.value for choice in choices}
    found = {word: word if word in values else "" for word in words}
    if not all(found.values()):
        folded = {clean(choice.label).casefold(): choice.value for choice in reversed(choices)}
        folded |= {choice.value.casefold(): choice.value for choice in reversed(choices)}
        found = {word: value or folded.get(word.casefold(), "") for word, value in found.items()}
    return found


def _refuse(fact: Fact, word: str, choices: Sequence[Choice]) -> NoReturn:
    unoffered = next((choice.label for choice in fact.choices if choice.value == word), None)
    if unoffered is not None:
        raise Refused("not_offered", label=unoffered)
    labels = [choice.label for choice in choices[:12]]
    raise Refused("not_a_choice", choices=", ".join(labels) + (", …" if len(choices) > 12 else ""))


def _several(fact: Fact, answer: object, choices: tuple[Choice, ...]) -> Value:
    words = _words(answer)
    if isinstance(answer, str) and (whole := _named(choices, [answer])[answer]):
        words = [whole]  # a label may have commas
    if not words or [word.casefold() for word in words] == ["none"]:
        if not fact.none:
            raise Refused("none_not_offered" if words else "empty")
        return ()
    chosen = _named(choices, words)
    for word, value in chosen.items():
        if not value:
            _refuse(fact, word, choices)
    return tuple(choice.value for choice in choices if choice.value in chosen.values())


def _words(answer: object) -> list[str]:
    """The parts of an answer that may have several: `a,b` or a list."""
    if isinstance(answer, str):
        return [clean(part) for part in answer.split(",")]
    return [_text(part) for part in answer] if isinstance(answer, list | tuple) else [_text(answer)]


def _plain(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    return _text(answer)


def _number(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    word = _text(answer).replace(" ", "").replace("\N{MINUS SIGN}", "-")
    if not _NUMBER.fullmatch(word):
        raise Refused("not_a_number")
    return _without_sign_of_nothing(Decimal(word))


def _money(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    word = _text(answer).replace(" ", "").replace("\N{MINUS SIGN}", "-")
    word = word.removesuffix(pack.currency).removeprefix(pack.currency).removeprefix("$").removeprefix("€")
    places = currency_decimals(pack.currency)
    example = "1250.50" if places else "1250"
    if not _NUMBER.fullmatch(word):
        raise Refused("not_an_amount", example=example)
    amount = Decimal(word)
    try:
        exact = amount.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        raise Refused("not_an_amount", example=example) from None
    if exact != amount:
        raise Refused("too_many_decimals", places=str(places))
    if exact < 0 and fact.min is None:
        raise Refused("too_small", min=show(pack, fact.name, Decimal(0), language))
    return _without_sign_of_nothing(exact)


def _without_sign_of_nothing(number: Decimal) -> Decimal:
    """`-0` is said as `0`."""
    return number if number else number.copy_abs()


def _date(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    if isinstance(answer, datetime):
        return answer.date()
    if isinstance(answer, date):
        return answer
    word = _text(answer)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
        raise Refused("not_a_date", example=known.today.isoformat())
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Refused("no_such_day", date=word) from None


def _email(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    word = _text(answer)
    if len(word) > 254 or not _ADDRESS.fullmatch(word):
        raise Refused("not_an_address")
    return word


def _files(pack: Pack, fact: Fact, answer: object, known: Known, audience: str, language: str) -> Value:
    words = _words(answer)
    names = tuple(dict.fromkeys(word for word in words if word))
    if not names or [name.casefold() for name in names] == ["none"]:
        if not fact.none:
            raise Refused("none_not_offered" if names else "empty")
        return ()
    if len(names) > MAX_FILES:
        raise Refused("too_many", max=str(MAX_FILES), count=str(MAX_FILES))
    return names


_READERS: dict[str, Any] = {
    "yes-no": _yes_no, "choice": _choice, "text": _plain, "number": _number, "money": _money, "date": _date,
    "email": _email, "files": _files,
}  # fmt: skip


def _check(pack: Pack, fact: Fact, value: Value, known: Known, language: str, item: str) -> None:
    """The limits, the pattern and the author's refusals, over what is known before and the answer itself."""
    if fact.pattern and isinstance(value, str) and not matches(fact.pattern, value):
        raise Refused("wrong_form" if fact.example else "wrong_form_no_example", example=fact.example)
    if fact.min is None and fact.max is None and not fact.refuse:
        return

    def shown(name: str) -> str:
        return item if name == "item" else show(pack, name, known.get(name), language)

    before = known.facts.get(fact.name)
    known.facts[fact.name] = value
    known.changed()
    try:
        _limits(pack, fact, value, known, language)
        for refusal in fact.refuse:
            if refusal.when.holds(known):
                raise Refused("by_author", text=line(fill(refusal.tell, known, shown)))
    finally:
        if before is None:
            del known.facts[fact.name]
        else:
            known.facts[fact.name] = before
        known.changed()


def _limits(pack: Pack, fact: Fact, value: Value, known: Known, language: str) -> None:
    low: Any = fact.min.evaluate(known) if fact.min is not None else None
    high: Any = fact.max.evaluate(known) if fact.max is not None else None
    counted = isinstance(value, tuple)
    size: Any = Decimal(len(value)) if isinstance(value, tuple) else value
    name = "" if counted else fact.name
    kind = "counted" if counted else "date" if isinstance(value, date) else "number"
    if low is not None and size < low:
        raise Refused(_TOO_LOW[kind], min=show(pack, name, low, language), count=str(low))
    if high is not None and size > high:
        raise Refused(_TOO_HIGH[kind], max=show(pack, name, high, language), count=str(high))


_TOO_LOW = {"counted": "too_few", "date": "too_early", "number": "too_small"}
_TOO_HIGH = {"counted": "too_many", "date": "too_late", "number": "too_large"}
