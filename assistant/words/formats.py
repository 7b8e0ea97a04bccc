"""How dates, numbers, amounts and lists are written in a language, and what may be written to a terminal at all.

Babel knows the languages; it is imported on first need, since most commands never show a date. Nothing here knows of
facts or flows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")
_DIGITS = 60
"""Enough for any amount a fact can hold; the default context would round long ones."""


def clean(text: str) -> str:
    """Text without what could steer a terminal or turn its reading direction.

    C0 and C1 controls (but for line ends and tabs) and the marks that embed, override or isolate a direction go; half
    characters (lone surrogates), which cannot be written, become `?`.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: "?" if "\ud800" <= found[0] <= "\udfff" else "", text)


def safe_json(value: object, indent: int | None = None) -> str:
    """Data as JSON in readable characters; those that `clean` takes out stand there as escapes, so nothing is lost."""
    import json  # most commands print none

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


@lru_cache(maxsize=512)
def show_date(day: date, language: str) -> str:
    """A day in words: "19 November 2026"."""
    from babel.dates import format_date

    return format_date(day, "long", locale=locale_of(language))


def show_time(moment: datetime, language: str) -> str:
    """A date and time with its offset: "22 November 2026, 14:05 (UTC+01:00)"."""
    offset = moment.strftime("%z")
    zone = f" (UTC{offset[:3]}:{offset[3:5]})" if offset else ""
    return f"{show_date(moment, language)}, {moment:%H:%M}{zone}"


@lru_cache(maxsize=512)
def show_number(number: Decimal, language: str) -> str:
    """A number with the marks of its language and all its decimals: "1,234.5"."""
    from babel.numbers import format_decimal

    with localcontext() as context:
        context.prec = _DIGITS
        return format_decimal(number, locale=locale_of(language), decimal_quantization=False)


@lru_cache(maxsize=512)
def show_money(amount: Decimal, currency: str, language: str) -> str:
    """An amount with its currency's sign and as many decimals as it has; a half goes away from zero."""
    from babel.numbers import format_currency

    with localcontext() as context:
        context.prec = _DIGITS
        rounded = amount.quantize(Decimal(1).scaleb(-currency_decimals(currency)), rounding=ROUND_HALF_UP)
        return format_currency(rounded, currency, locale=locale_of(language))


def currency_decimals(currency: str) -> int:
    """How many decimals amounts of a currency have; 2 for a currency nobody knows."""
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


def join(parts: Sequence[str], language: str, last: Literal["and", "or"] = "and") -> str:
    """Parts as a list in a sentence: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    from babel.lists import format_list

    return format_list(parts, style="standard" if last == "and" else "or", locale=locale_of(language))


@cache
def locale_of(language: str) -> Locale:
    """The locale of a language; plain "en" is the English that no single country writes."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse("en_001" if language == "en" else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return Locale.parse("en_001")
