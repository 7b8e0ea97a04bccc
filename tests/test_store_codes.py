"""Keys and codes: every slip of the tongue is noticed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from assistant.store.codes import ALPHABET, LENGTH, new_code, new_key, pause, read_code, shown

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_alphabet_is_a_prime_and_has_no_look_alikes():
    assert len(set(ALPHABET)) == len(ALPHABET) == 23
    assert not set(ALPHABET) & set("01O8BDGILSUVZ")


def test_a_new_code_is_a_code():
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(read_code(code) == code for code in codes)


def test_every_single_wrong_symbol_is_noticed():
    for code in ["QF7K2M9H", *(new_code() for _ in range(40))]:
        for place, symbol in product(range(LENGTH), ALPHABET):
            if symbol != code[place]:
                assert read_code(code[:place] + symbol + code[place + 1 :]) is None


def test_every_two_symbols_that_changed_places_are_noticed():
    for code in (new_code() for _ in range(300)):
        for one, other in product(range(LENGTH), repeat=2):
            if code[one] != code[other]:
                symbols = list(code)
                symbols[one], symbols[other] = symbols[other], symbols[one]
                assert read_code("".join(symbols)) is None


def test_most_of_what_is_guessed_is_no_code():
    chance = random.Random(1)
    guesses = ["".join(chance.choices(ALPHABET, k=LENGTH)) for _ in range(20_000)]
    assert 0.03 < sum(read_code(guess) is not None for guess in guesses) / len(guesses) < 0.06  # 1 of 23


@pytest.mark.parametrize("typed", ["QF7K-2M9H", "qf7k2m9h", " qf7k 2m9h\n", "Q.F.7.K.2.M.9.H", "QF7K–2M9H", "qf-7k-2m-9h"])
def test_a_code_may_be_typed_in_many_ways(typed):
    assert read_code(typed) == "QF7K2M9H"


@pytest.mark.parametrize(
    "typed",
    ["", "QF7K", "QF7K-2M9", "QF7K-2M9HH", "0F7K-2M9H", "QF7K-2M9J", "22222222", "ＱF7K2M9H", "q" * 9999, "ß" * 4],
)
def test_what_can_be_no_code_is_none(typed):
    assert read_code(typed) is None


def test_a_code_is_shown_in_two_halves():
    assert shown("QF7K2M9H") == "QF7K-2M9H"


def test_the_pause_begins_with_the_tenth_wrong_code_and_ends_at_a_quarter_of_an_hour():
    assert [pause(wrong) for wrong in (0, 9, 10, 11, 14, 15, 1000)] == [0, 0, 30, 60, 480, 900, 900]


def test_keys_are_uuid7_and_sort_by_time():
    keys = [new_key(NOW + timedelta(milliseconds=number)) for number in range(50)]
    assert keys == sorted(keys)
    parsed = [UUID(key) for key in keys]
    assert {(key.version, key.variant) for key in parsed} == {(7, "specified in RFC 4122")}
    assert parsed[0].int >> 80 == int(NOW.timestamp() * 1000)
    assert len({new_key(NOW) for _ in range(1000)}) == 1000
