"""Mutated packs without end: each is read or refused in words, and what loads is proved and advised on, without a fault and
without a hang.

    python tests/proofs/fuzz.py [HOW_MANY]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from test_fuzz_language import DAMAGES, FILES

from assistant.author.advice import advise
from assistant.author.proofs import prove
from assistant.flow.load import compile_sources

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOST_STATES = 3_000


def mutant(number: int) -> dict[str, bytes]:
    """A pack with one to four damages."""
    chance, files = random.Random(number), dict(FILES)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        name = chance.choice(list(files))
        files[name] = chance.choice(DAMAGES)(chance, files[name]) or b" "
    return files


def run(numbers: Iterator[int]) -> tuple[int, int, float]:
    """How many were made, how many of them loaded, and the slowest in seconds of computing."""
    made = loads = 0
    slowest = 0.0
    for number in numbers:
        begun = time.process_time()
        try:
            loaded = compile_sources(mutant(number), "webex")
            problems = [*loaded.problems]
            if loaded.pack is not None:
                loads += 1
                problems += [*prove(loaded.pack, NOW, limit=MOST_STATES).problems, *advise(loaded.pack, NOW.date())]
            for problem in problems:
                assert problem.message
                assert problem.fix
        except BaseException as error:
            error.add_note(f"mutant {number}")
            raise
        made += 1
        slowest = max(slowest, time.process_time() - begun)
    return made, loads, slowest


def main() -> None:
    """Print what came of it."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    begun = time.perf_counter()
    for first in range(0, most, 5_000):
        made, loads, slowest = run(iter(range(first, min(first + 5_000, most))))
        seconds = time.perf_counter() - begun
        print(
            f"{first + made} made, {loads} of the last {made} loaded, slowest {slowest:.2f} s, {seconds:.0f} s", flush=True
        )


if __name__ == "__main__":
    main()
