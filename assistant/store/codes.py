"""Names of sessions: keys for machines (UUIDv7), and codes that can be read out over the phone.

A code is eight symbols, `QF7K-2M9H`: seven random ones and a check, of an alphabet without look-alikes. Its length is a
prime and all weights differ, so that every single wrong symbol and every two that changed places are noticed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

ALPHABET = "2345679ACEFHJKMNPQRTWXY"
LENGTH = 8

_DICE = SystemRandom()
"""What nobody can guess, as in `secrets`, which is slow to import."""

_LETTERS = "".join(filter(str.isalpha, ALPHABET))

_WEIGHTS = range(LENGTH, 0, -1)
_REST = 21
"""What the weighted sum of a code leaves. Not 0, or the same symbol typed eight times could be a code."""

_SKIPPED = re.compile(r"[\s.\-_\u2010-\u2015]")

FREE_TRIES = 10
"""So many wrong codes within `WINDOW` make an asker wait."""
WINDOW = timedelta(hours=1)
FIRST_WAIT = 30
LONGEST_WAIT = 15 * 60


def new_key(now: datetime) -> str:
    """A new UUIDv7 in its text form: keys that are made later sort later, to the millisecond."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    number = milliseconds << 80 | 7 << 76 | _DICE.getrandbits(12) << 64 | 2 << 62 | _DICE.getrandbits(62)
    return str(UUID(int=number))


def new_code() -> str:
    """A random code in the form that is stored: eight symbols and no dash. It begins with a letter, since in a list a digit
    alone picks something at once.
    """
    random = _DICE.choice(_LETTERS) + "".join(_DICE.choice(ALPHABET) for _ in range(LENGTH - 2))
    return random + ALPHABET[(_REST - _sum(random)) % len(ALPHABET)]


def shown(code: str) -> str:
    """A code as people see it: `QF7K-2M9H`."""
    half = LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def read_code(typed: str) -> str | None:
    """What somebody typed, in the form that is stored; `None` where it can't be a code.

    Small letters will do, and blanks, dashes and dots don't count.
    """
    code = _SKIPPED.sub("", typed).upper()
    if len(code) != LENGTH or not set(code) <= set(ALPHABET) or _sum(code) % len(ALPHABET) != _REST:
        return None
    return code


def pause(wrong: int) -> int:
    """How many seconds somebody has to wait after so many wrong codes within the `WINDOW`."""
    beyond = min(wrong - FREE_TRIES, LONGEST_WAIT)
    return 0 if beyond < 0 else min(FIRST_WAIT << beyond, LONGEST_WAIT)


def _sum(symbols: str) -> int:
    return sum(weight * ALPHABET.index(symbol) for weight, symbol in zip(_WEIGHTS, symbols, strict=False))
