"""Dates as people type them: `3 Mar`, `3.3.`, `yesterday`, `last monday`, `in 2 weeks`, `2026-03-03`.

It says which day was meant, or why none can be read. Names of months and days come from Babel, on first need, and so does
the order of day and month; the few words besides stand among the program's sentences. Whether the day is a valid answer
is the engine's to say: the limits of a question only choose the year where none was typed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from assistant.words import say
from assistant.words.formats import locale_of, show_date

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_COMPACT = re.compile(r"([12]\d{3})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})(?:\s*[./-]\s*(\d{4}|\d{1,2})?)?")
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_AWAY = re.compile(r"(in )?(\d{1,3}|an?|one) (day|week|month|year)s?( ago| from now)?")
_UNITS = ("day", "week", "month", "year")
_LONGEST = 60
_SHORTEST = 3
"""How many letters of a month or a day of the week must be written."""
_FAR_YEARS = 8
"""29 February is never further than this from any year."""


class Day(NamedTuple):
    """The day that was meant. `other` is the day that the same digits mean where month and day change places."""

    day: date
    other: date | None = None


class Unread(NamedTuple):
    """No day can be read. `code` and `arguments` make the sentence that says what would be right."""

    code: str
    arguments: dict[str, object]


class _Names(NamedTuple):
    """What a language calls months and days of the week (0 is Monday), and whether it writes the day first."""

    months: dict[str, int]
    weekdays: dict[str, int]
    is_day_first: bool


def read_date(text: str, today: date, language: str, low: date | None = None, high: date | None = None) -> Day | Unread:
    """The day that typed words mean.

    Args:
        text: what was typed.
        today: the day that `yesterday` and the like count from.
        language: of month names, and of the order of day and month.
        low, high: the question's limits. Where no year is typed, the nearest day within them is meant, past or to come,
            else the nearest of all.
    """
    words = " ".join(text.casefold().split()).rstrip(",;")
    if not words or len(words) > _LONGEST:
        return _unread(today, language)
    exact = _ISO.fullmatch(words) or _COMPACT.fullmatch(words)
    if exact is not None:
        year, month, day = map(int, exact.groups())
        return _exact(year, month, day) or Unread("refused.no_such_day", {"date": text})
    known = _by_word(words, today, language) or _away(words, today, language)
    if known is not None:
        return Day(known)
    near = _Near(today, low, high)
    numeric = _NUMERIC.fullmatch(words)
    if numeric is not None:
        found = _numeric(numeric, near, is_day_first(language))
        return found or Unread("refused.no_such_day", {"date": text})
    return _in_words(words, near, language, text)


def is_day_first(language: str) -> bool:
    """Whether a language writes the day before the month in digits."""
    return _names(language).is_day_first


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the last of a shorter month; of the calendar's ends the end."""
    number = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_weekday(language: str) -> int:
    """The day that a week begins with in a language, 0 for Monday."""
    return locale_of(language).first_week_day


def weekday_names(language: str) -> list[str]:
    """Short names of the days of a week, from Monday."""
    days = locale_of(language).days["stand-alone"]["short"]
    return [days[number] for number in range(7)]


def month_title(day: date, language: str) -> str:
    """A month with its year: "March 2026"."""
    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", day, locale=locale_of(language))


class _Near(NamedTuple):
    """Chooses among days that differ in what was not typed: those within the limits first, then the nearest to today."""

    today: date
    low: date | None
    high: date | None

    def best(self, days: Iterable[date | None]) -> date | None:
        real = [day for day in days if day is not None]
        allowed = [day for day in real if (not self.low or day >= self.low) and (not self.high or day <= self.high)]
        return min(allowed or real, key=lambda day: (abs(day - self.today), day), default=None)

    def years(self) -> list[int]:
        """The years that a day without one may be in."""
        ends = [self.today, *(end for end in (self.low, self.high) if end)]
        around = {end.year + by for end in ends for by in range(-_FAR_YEARS, _FAR_YEARS + 1)}
        return sorted(around)


def _unread(today: date, language: str) -> Unread:
    return Unread("dates.unread", {"example": show_date(today, language), "iso": today.isoformat()})


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _exact(year: int, month: int, day: int) -> Day | None:
    found = _day(year, month, day)
    return Day(found) if found is not None else None


def _numeric(found: re.Match[str], near: _Near, is_day_first: bool) -> Day | None:
    """Digits with dots, strokes or dashes between them. Dots always stand behind the day first."""
    first, mark, second, third = found.groups()
    if len(first) > 2:
        return _exact(int(first), int(second), int(third)) if third and len(first) == 4 and len(third) < 3 else None
    if third and len(third) == 1:
        return None
    one, two = int(first), int(second)
    orders = [(one, two), (two, one)] if is_day_first or mark == "." else [(two, one), (one, two)]
    days = [_with_year(month, day, third or "", near) for day, month in orders]
    if days[0] is None or mark == ".":
        return Day(days[0]) if days[0] else Day(days[1]) if days[1] and mark != "." else None
    return Day(days[0], days[1] if days[1] != days[0] else None)


def _with_year(month: int, day: int, year: str, near: _Near) -> date | None:
    """A day and month with the year that was typed: in full, with two digits, or not at all."""
    if len(year) == 4:
        return _day(int(year), month, day)
    if year:
        century = near.today.year // 100 * 100
        return near.best(_day(century + by + int(year), month, day) for by in (-100, 0, 100))
    return near.best(_day(one, month, day) for one in near.years() if 1 <= one <= 9999)


def _in_words(words: str, near: _Near, language: str, text: str) -> Day | Unread:
    """A month by its name with a day, perhaps a year and a day of the week; or a day of the week alone."""
    numbers: list[str] = []
    months: list[int] = []
    weekdays: list[int] = []
    turns: list[int] = []
    for piece in _PIECE.findall(words):
        if piece.isdecimal():
            numbers.append(piece)
        elif (month := _named(piece, language, "months")) is not None:
            months.append(month)
        elif (weekday := _named(piece, language, "weekdays")) is not None:
            weekdays.append(weekday)
        elif piece in _words("dates.last", language):
            turns.append(-1)
        elif piece in _words("dates.next", language):
            turns.append(1)
        elif piece not in _words("dates.between", language):
            return _unread(near.today, language)
    if len(weekdays) == 1 and not months and not numbers and len(turns) < 2:
        return Day(_weekday(weekdays[0], turns[0] if turns else 0, near))
    if len(months) != 1 or len(weekdays) > 1 or turns or not 1 <= len(numbers) <= 2:
        return _unread(near.today, language)
    year = next((number for number in numbers if len(number) == 4), numbers[1] if len(numbers) == 2 else "")
    days = [number for number in numbers if number is not year]
    if len(days) != 1 or len(days[0]) > 2 or len(year) not in (0, 2, 4):
        return _unread(near.today, language)
    found = _with_year(months[0], int(days[0]), year, near)
    if found is None:
        return Unread("refused.no_such_day", {"date": text})
    if weekdays and not year:
        years = (_day(one, months[0], int(days[0])) for one in near.years())
        found = near.best(day for day in years if day is not None and day.weekday() == weekdays[0]) or found
    if weekdays and found.weekday() != weekdays[0]:
        name = locale_of(language).days["stand-alone"]["wide"][found.weekday()]
        return Unread("dates.other_weekday", {"date": show_date(found, language), "weekday": name})
    return Day(found)


def _weekday(weekday: int, turn: int, near: _Near) -> date:
    """The nearest such day; with `last` or `next` the one before or after today."""
    ahead = (weekday - near.today.weekday()) % 7
    if turn:
        return near.today + timedelta(days=(ahead or 7) if turn > 0 else ahead - 7)
    found = near.best(near.today + timedelta(days=ahead + by) for by in (-7, 0, 7))
    assert found is not None
    return found


def _by_word(words: str, today: date, language: str) -> date | None:
    by = {"dates.today": 0, "dates.yesterday": -1, "dates.tomorrow": 1}
    return next((today + timedelta(days=days) for code, days in by.items() if words in _words(code, language)), None)


def _away(words: str, today: date, language: str) -> date | None:
    """`3 days ago`, `in 2 weeks`: in English, and as Babel writes it in the language."""
    english = _AWAY.fullmatch(words)
    if english is not None:
        ahead, count, unit, behind = english.groups()
        if bool(ahead) == bool(behind):
            return None
        number = int(count) if count.isdecimal() else 1
        return _moved(today, number * (-1 if behind == " ago" else 1), unit)
    digits = re.search(r"\d{1,4}", words)
    if digits is None or language == "en":
        return None
    for unit in _UNITS:
        for sign in (-1, 1):
            if words == _written_away(sign * int(digits[0]), unit, language):
                return _moved(today, sign * int(digits[0]), unit)
    return None


def _written_away(number: int, unit: str, language: str) -> str:
    from babel.dates import TIMEDELTA_UNITS, format_timedelta

    seconds = dict(TIMEDELTA_UNITS)[unit]
    span = timedelta(seconds=seconds * number)
    wide = format_timedelta(span, unit, threshold=10**9, add_direction=True, locale=locale_of(language))  # type: ignore[arg-type]
    return " ".join(wide.casefold().split())


def _moved(today: date, number: int, unit: str) -> date | None:
    try:
        if unit in ("day", "week"):
            return today + timedelta(days=number * (7 if unit == "week" else 1))
        return add_months(today, number * (12 if unit == "year" else 1))
    except (OverflowError, ValueError):
        return None


def _words(code: str, language: str) -> frozenset[str]:
    """The words of a sentence that lists them; the English ones are understood in every language."""
    return frozenset(f"{say(code, language)}|{say(code)}".casefold().split("|"))


def _named(word: str, language: str, kind: str) -> int | None:
    """The month or day of the week that a word names whole or by its beginning, in the language, else in English."""
    for spoken in dict.fromkeys((language, "en")):
        names: dict[str, int] = getattr(_names(spoken), kind)
        if word in names:
            return names[word]
        if len(word) >= _SHORTEST:
            found = {number for name, number in names.items() if name.startswith(word)}
            if len(found) == 1:
                return found.pop()
    return None


@cache
def _names(language: str) -> _Names:
    locale = locale_of(language)
    pattern = locale.date_formats["short"].pattern.casefold()
    return _Names(
        dict(_all_names(locale.months)), dict(_all_names(locale.days)), pattern.find("d") < pattern.find("m")
    )  # fmt: skip


def _all_names(data: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """All ways to write a name that is long enough to be one; a narrow "M" could be two."""
    for context in ("format", "stand-alone"):
        for width in ("abbreviated", "wide"):
            for number, name in data[context][width].items():
                piece = name.casefold().strip(". ")
                if not piece.isdecimal():
                    yield piece, number
