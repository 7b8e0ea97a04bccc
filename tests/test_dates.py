"""Dates as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.dates import Day, Unread, add_months, read_date
from assistant.words import say

TODAY = date(2026, 11, 22)
"""A Sunday."""


def day(text: str, language: str = "en", low: str = "", high: str = "") -> str:
    """The day that is understood, as it goes on."""
    limits = (date.fromisoformat(limit) if limit else None for limit in (low, high))
    found = read_date(text, TODAY, language, *limits)
    assert isinstance(found, Day), found
    return found.day.isoformat()


def why_not(text: str, language: str = "en") -> str:
    """The sentence that says why no date can be read."""
    found = read_date(text, TODAY, language)
    assert isinstance(found, Unread), found
    return say(found.code, language, **found.arguments)


@pytest.mark.parametrize(
    "text",
    [
        "3 March 2026", "3 Mar 2026", "March 3, 2026", "mar 3 2026", "3rd of March 2026", "3 mar 26", "03.03.2026",
        "3.3.26", "3/3/2026", "3-3-2026", "2026-03-03", "2026/3/3", "2026.3.3", "20260303", "Tue 3 March 2026",
        "  3   MARCH  2026 ", "tuesday, 3 march 2026,",
    ],
)  # fmt: skip
def test_one_day_can_be_written_in_many_ways(text: str) -> None:
    assert day(text) == "2026-03-03"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", "2026-11-22"), ("Yesterday", "2026-11-21"), ("tomorrow", "2026-11-23"), ("3 days ago", "2026-11-19"),
        ("a week ago", "2026-11-15"), ("in 2 weeks", "2026-12-06"), ("1 month ago", "2026-10-22"),
        ("in one year", "2027-11-22"), ("2 days from now", "2026-11-24"), ("monday", "2026-11-23"),
        ("last monday", "2026-11-16"), ("next monday", "2026-11-23"), ("sunday", "2026-11-22"),
        ("last sunday", "2026-11-15"), ("next sunday", "2026-11-29"), ("wed", "2026-11-25"), ("on thursday", "2026-11-19"),
    ],
)  # fmt: skip
def test_days_are_counted_from_today(text: str, meant: str) -> None:
    assert day(text) == meant


def test_without_a_year_the_nearest_day_is_meant() -> None:
    assert day("20 Nov") == "2026-11-20"
    assert day("3 Mar") == "2027-03-03"
    assert day("1.6.") == "2026-06-01"
    assert day("29 Feb") == "2028-02-29"


def test_without_a_year_the_limits_of_the_question_choose_it() -> None:
    assert day("3 Mar", high="2026-11-22") == "2026-03-03"
    assert day("20 Nov", low="2026-11-22") == "2027-11-20"
    assert day("3 Mar", low="2010-01-01", high="2012-01-01") == "2011-03-03"
    assert day("monday", high="2026-11-22") == "2026-11-16"
    assert day("thursday", low="2026-11-22") == "2026-11-26"
    assert day("5 Mar 99") == "1999-03-05"
    assert day("5 Mar 30", high="2026-11-22") == "1930-03-05"


def test_where_no_year_fits_the_limits_the_nearest_day_is_meant_and_refused_by_the_engine() -> None:
    assert day("20 Nov", low="2026-12-01", high="2026-12-24") == "2026-11-20"


def test_a_year_that_is_typed_is_never_replaced() -> None:
    assert day("3 Mar 2030", high="2026-11-22") == "2030-03-03"


@pytest.mark.parametrize(
    ("language", "meant", "other"),
    [("en", "2026-03-04", "2026-04-03"), ("de", "2026-03-04", "2026-04-03"), ("en-US", "2026-04-03", "2026-03-04")],
)
def test_where_day_and_month_can_change_places_the_language_decides_and_the_other_day_is_told(
    language: str, meant: str, other: str
) -> None:
    found = read_date("4/3/2026", TODAY, language)
    assert found == Day(date.fromisoformat(meant), date.fromisoformat(other))


@pytest.mark.parametrize("text", ["13/3/2026", "3/13/2026", "3/3/2026", "4.3.2026", "4 Mar 2026"])
def test_what_can_be_read_in_one_way_only_has_no_other_day(text: str) -> None:
    found = read_date(text, TODAY, "en")
    assert isinstance(found, Day)
    assert found.other is None


def test_dots_put_the_day_first_even_where_strokes_do_not() -> None:
    assert day("4.3.2026", "en-US") == "2026-03-04"
    assert day("13/3/2026", "en-US") == "2026-03-13"
    assert "no day 3.13.2026" in why_not("3.13.2026")


def test_names_and_distances_are_understood_in_the_language_and_in_english() -> None:
    assert day("3. März 2026", "de") == "2026-03-03"
    assert day("3 mars 2026", "fr") == "2026-03-03"
    assert day("mittwoch", "de") == "2026-11-25"
    assert day("vor 3 Tagen", "de") == "2026-11-19"
    assert day("in 2 Wochen", "de") == "2026-12-06"
    assert day("3 March 2026", "de") == "2026-03-03"
    assert day("yesterday", "de") == "2026-11-21"


@pytest.mark.parametrize("text", ["31 Feb", "2026-13-40", "20261340", "31/6/2026", "0.1.2026"])
def test_a_day_that_no_calendar_has_is_said_to_be_none(text: str) -> None:
    assert text in why_not(text)


@pytest.mark.parametrize(
    "text",
    ["foo", "3", "march", "3 ma", "mond tue", "1/2/3/4", "last", "3 Mar 2026 4", "ago 3 days", "in 3 days ago", "", "x" * 99,
     "99999 days ago"],
)  # fmt: skip
def test_what_is_no_date_is_told_with_what_would_be_right(text: str) -> None:
    assert why_not(text) == "That can't be read as a date. Write it like 22 November 2026, or 2026-11-22."


def test_a_day_of_the_week_that_does_not_fit_is_told() -> None:
    assert why_not("Monday 3 March 2026") == "3 March 2026 is a Tuesday. Please check the day."
    assert day("Tuesday 3 March") == "2026-03-03"


def test_months_are_added_by_the_calendar() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 22), -12) == date(2025, 11, 22)
    assert add_months(date(9999, 12, 31), 1) == date(9999, 12, 31)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["en", "de", "en-US", "fr"]))
def test_every_day_as_the_program_shows_it_is_read_as_that_day(meant: date, language: str) -> None:
    from assistant.words.formats import show_date

    assert day(show_date(meant, language), language) == meant.isoformat()
    assert day(meant.isoformat(), language) == meant.isoformat()


@given(st.text(max_size=70), st.dates(), st.sampled_from(["en", "de", "xx"]))
def test_nothing_that_is_typed_breaks_it(text: str, today: date, language: str) -> None:
    assert isinstance(read_date(text, today, language), Day | Unread)


@given(st.from_regex(r"\A(in )?[0-9a]{1,3} (day|week|month|year)s( ago)?\Z"), st.dates())
def test_no_distance_leaves_the_calendar(text: str, today: date) -> None:
    assert isinstance(read_date(text, today, "en"), Day | Unread)
