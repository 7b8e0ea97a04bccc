"""The program's own sentences and formats."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

import assistant
from assistant import words
from assistant.words import say
from assistant.words.formats import (
    clean,
    currency_decimals,
    join,
    safe_json,
    show_date,
    show_money,
    show_number,
    show_time,
)  # fmt: skip
from assistant.words.sentences import SENTENCES

SOURCES = [path for path in Path(assistant.__file__).parent.rglob("*.py") if path.parent.name != "words"]
PLACE = re.compile(r"\{([a-z_]+)\}")
CODE_AT = {"say": 0, "NotFound": 0, "Unclear": 0, "_BadLine": 0, "Fault": 0, "AnswersError": 0, "StoreError": 0}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the program, with where it stands."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.name}:{node.lineno}", node


def named(call: ast.Call) -> str:
    """The name of a function that is called; methods (`lines.say`) are something else."""
    return call.func.id if isinstance(call.func, ast.Name) else ""


def constants(node: ast.expr) -> Iterator[str]:
    """The texts that an argument can be, where it says so itself."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)


def said() -> Iterator[tuple[str, str, ast.Call]]:
    """Every code that is given to something that says it."""
    for place, call in calls():
        if named(call) in CODE_AT and call.args:
            for code in constants(call.args[0]):
                yield place, code, call
        elif named(call) == "Refused" and call.args:
            for code in constants(call.args[0]):
                yield place, f"refused.{code}", call


def test_every_code_that_the_program_says_has_a_sentence():
    missing = {f"{place} {code}" for place, code, _ in said() if code not in SENTENCES}
    assert not missing
    assert len({code for _, code, _ in said()}) > 100  # the search finds what it looks for


def test_every_sentence_is_given_the_arguments_it_needs():
    wrong = []
    for place, code, call in said():
        if code not in SENTENCES:
            continue  # the test above tells
        given = {keyword.arg for keyword in call.keywords}
        texts = SENTENCES[code] if isinstance(SENTENCES[code], tuple) else (SENTENCES[code],)
        needed = {name for text in texts for name in PLACE.findall(text)}
        if isinstance(SENTENCES[code], tuple):
            needed.add("count")
        passes_on = None in given or named(call) == "Fault"  # ** or a mapping: known at run time only
        if not passes_on and not needed <= given:
            wrong.append(f"{place} {code} lacks {needed - given}")
    assert not wrong


def test_no_sentence_stands_there_unused():
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    literals = set(re.findall(r"""["']([a-z_.]+)["']""", text))
    beginnings = set(re.findall(r"""["']([a-z_]+\.(?:[a-z_]+_)?)[{"']""", text))
    endings = {f"{code}{end}" for end in re.findall(r"""\+ ["'](_[a-z]+)["']""", text) for code in literals}
    refused = {f"refused.{code}" for code in literals}

    def is_used(code: str) -> bool:
        return code in literals | endings | refused or any(code.startswith(start) for start in beginnings - {"refused."})

    assert not [code for code in SENTENCES if not is_used(code)]


def test_a_missing_sentence_and_a_missing_argument_are_defects():
    with pytest.raises(KeyError):
        say("refused.no-such-code")
    with pytest.raises(KeyError):
        say("refused.too_small")


def test_braces_and_attributes_in_an_argument_stay_as_they_are():
    assert "{max.__class__} {0} %s" in say("refused.too_large", max="{max.__class__} {0} %s")


@pytest.mark.parametrize(("count", "words_"), [(1, "1 minute,"), (2, "2 minutes,"), (0, "0 minutes,")])
def test_the_count_chooses_singular_or_plural(count, words_):
    assert words_ in say("talk.wait_minutes", count=count)


@pytest.mark.parametrize("language", ["xx", "", "../../etc", "en\0", "e" * 10_000, "en-US"])
def test_a_language_without_a_catalogue_is_said_in_english(language):
    assert say("answer.yes", language) == "Yes"


def test_a_catalogue_gives_sentences_and_plurals_of_its_language(tmp_path, monkeypatch):
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalogue = Catalog(locale="ru")
    catalogue.add("Yes", "Да")
    one, other = SENTENCES["cli.errors"]
    catalogue.add((one, other), ("{count} ошибка", "{count} ошибки", "{count} ошибок"))
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "assistant.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(words, "_LOCALES", tmp_path)
    words._catalogue.cache_clear()
    try:
        assert say("answer.yes", "ru-RU") == "Да"
        assert [say("cli.errors", "ru", count=count) for count in (1, 3, 5)] == ["1 ошибка", "3 ошибки", "5 ошибок"]
        assert say("answer.no", "ru") == "No"  # not translated yet
    finally:
        words._catalogue.cache_clear()


def test_dates_are_written_in_the_readers_language():
    assert show_date(date(2026, 11, 19), "en") == "19 November 2026"
    assert show_date(date(2026, 11, 19), "ru") == "19 ноября 2026\N{NARROW NO-BREAK SPACE}г."
    assert show_date(date(2026, 11, 19), "no/../such") == "19 November 2026"


def test_a_time_says_its_offset():
    zone = timezone(-timedelta(hours=3, minutes=30))
    assert show_time(datetime(2026, 11, 22, 4, 5, tzinfo=zone), "en") == "22 November 2026, 04:05 (UTC-03:30)"


@pytest.mark.parametrize(
    ("number", "shown"),
    [("1234567.5", "1,234,567.5"), ("0.125", "0.125"), ("-3", "-3"), ("1E+3", "1,000"), ("0", "0"),
     ("12345678901234567890123456789012345.123456789", "12,345,678,901,234,567,890,123,456,789,012,345.123456789")],
)  # fmt: skip
def test_a_number_keeps_all_its_decimals(number, shown):
    assert show_number(Decimal(number), "en") == shown


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("50", "GBP", "£50.00"), ("0.125", "GBP", "£0.13"), ("-0.125", "GBP", "-£0.13"), ("1250.5", "JPY", "JP¥1,251")],
)
def test_money_is_rounded_where_it_is_shown_and_a_half_goes_away_from_zero(amount, currency, shown):
    assert show_money(Decimal(amount), currency, "en") == shown


def test_a_currency_has_its_own_number_of_decimals():
    assert [currency_decimals(one) for one in ("USD", "JPY", "KWD")] == [2, 0, 3]


def test_parts_are_joined_as_a_language_does_it():
    assert join(["a", "{0}", "c"], "en") == "a, {0} and c"
    assert join(["a", "b"], "en", "or") == "a or b"
    assert join(["a", "b", "c"], "ru") == "a, b и c"
    assert (join([], "en"), join(["a"], "en")) == ("", "a")


def test_clean_takes_out_what_steers_a_terminal_and_leaves_every_language():
    assert clean("\x1b]0;title\x07a\x9b31m\u202eb\u2066c\x7f\r\x00") == "]0;titlea31mbc"
    assert clean("half \ud83d of one") == "half ? of one"
    kept = "Grüße, дом, 漢字, שלום\u200f, e\u0301 — “x”\tand\nlines 👍\u00a0"
    assert clean(kept) == kept


def test_json_for_a_terminal_is_safe_and_loses_nothing():
    value = {"a\x9b": ["\u202e\ud800", "дом", "\x1b"]}
    written = safe_json(value)
    assert "дом" in written
    assert clean(written) == written
    assert json.loads(written) == value
