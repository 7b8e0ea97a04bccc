"""Killed at any moment: what was acknowledged is there, and every session can be read.

A child process holds conversations and says of each answer that it was saved, only after it was. It is ended by SIGKILL
at random moments, over and over, on one SQLite file. `python -m tests.proofs.kill_sqlite [KILLS [ANSWERS]]`
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from stores import NOW, answered, first, following, missing

from assistant.store import open_store
from assistant.store.codes import new_key

ANSWERS_A_SESSION = 25
LONGEST_LIFE = 0.12
"""Seconds that a child lives at most from its first acknowledged answer."""


class Result(NamedTuple):
    """What came out: counts, and how long the file took to open after a kill, in milliseconds."""

    kills: int
    acknowledged: int
    lost: int
    unreadable: int
    slowest_opening: float

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged} acknowledged answers: {self.lost} lost, {self.unreadable} sessions"
            f" unreadable, slowest opening {self.slowest_opening:.1f} ms"
        )


def write(file: Path) -> None:
    """The child: answer without end, and tell each answer on standard output once it is saved."""
    store = open_store(file)
    while True:
        key = new_key(NOW)
        store.save(first(key, snapshot=b"s" * 2000, terms=frozenset({key[:8], "order"})))
        for number in range(1, ANSWERS_A_SESSION + 1):
            store.save(following(key, number, answered(f"{number}"), snapshot=b"s" * 2000))
            os.write(1, f"{key} {number}\n".encode())


def prove(kills: int, answers: int, folder: Path, seed: int = 1) -> Result:
    """Kill at least so often, and until at least so many answers were acknowledged."""
    file, chance = folder / "sessions.db", random.Random(seed)
    acknowledged: dict[str, int] = {}
    killed, slowest, lost, unreadable = 0, 0.0, 0, 0
    while killed < kills or sum(acknowledged.values()) < answers:
        for key, number in _life(file, chance.uniform(0, LONGEST_LIFE)):
            acknowledged[key] = max(acknowledged.get(key, 0), number)
        killed += 1
        begin = time.perf_counter()
        store = open_store(file)
        slowest = max(slowest, (time.perf_counter() - begin) * 1000)
        assert getattr(store, "set_aside", None) is None
        if killed % 20 == 0 or killed >= kills:
            lost, unreadable = missing(file, acknowledged)
        store.close()
    return Result(killed, sum(acknowledged.values()), lost, unreadable, slowest)


def _life(file: Path, seconds: float) -> list[tuple[str, int]]:
    """What one child acknowledged before it was killed."""
    child = subprocess.Popen([sys.executable, __file__, "--write", str(file)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    select.select([child.stdout], [], [], 30)  # its first answer
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    told, _ = child.communicate()
    whole = told[: told.rfind(b"\n") + 1].decode().split()
    return [(key, int(number)) for key, number in zip(whole[::2], whole[1::2], strict=True)]


def main(kills: str = "200", answers: str = "2000") -> None:
    """Prove it and print the counts."""
    with tempfile.TemporaryDirectory() as folder:
        print(prove(int(kills), int(answers), Path(folder)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]))
    else:
        main(*sys.argv[1:])
