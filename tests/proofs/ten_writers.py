"""Ten processes on one SQLite file: every answer lands and nobody gives up.

Each process holds conversations of its own, and all of them write to one session that they share, where the later one
reads again and goes on from there. `python -m tests.proofs.ten_writers [PROCESSES [ANSWERS]]`
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from stores import NOW, answered, first, following

from assistant.store import open_store
from assistant.store.codes import new_key
from assistant.store.protocol import Conflict, Query

SHARED = "01a20320-a200-743f-a5a9-aed2f835073e"


class Result(NamedTuple):
    """What came out: counts, and how long one save took at most, in milliseconds."""

    processes: int
    gave_up: int
    answers: int
    landed: int
    slowest: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.processes} processes, {self.gave_up} gave up; {self.landed} of {self.answers} answers landed in"
            f" {self.seconds:.1f} s, slowest save {self.slowest:.0f} ms"
        )


def write(file: Path, name: str, answers: int) -> None:
    """One process: every other answer goes to the shared session. Its slowest save is told at the end."""
    store, key, slowest = open_store(file), new_key(NOW), 0.0
    store.save(first(key, snapshot=b"s" * 2000))
    for number in range(answers):
        begin = time.perf_counter()
        if number % 2:
            store.save(following(key, 1 + number // 2, answered(f"{name} {number}"), snapshot=b"s" * 2000))
        else:
            _share(store, f"{name} {number}")
        slowest = max(slowest, time.perf_counter() - begin)
    store.close()
    print(slowest * 1000)


def _share(store: object, value: str) -> None:
    while True:
        stored = store.load(SHARED)  # type: ignore[attr-defined]
        try:
            store.save(following(SHARED, len(stored.events), answered(value)))  # type: ignore[attr-defined]
            return
        except Conflict:
            continue


def prove(processes: int, answers: int, folder: Path) -> Result:
    """So many processes with so many answers each, all begun at once."""
    file, begin = folder / "sessions.db", time.perf_counter()
    store = open_store(file)
    store.save(first(SHARED))
    writers = [
        subprocess.Popen(
            [sys.executable, __file__, "--write", str(file), f"p{number}", str(answers)], stdout=subprocess.PIPE, text=True
        )
        for number in range(processes)
    ]
    told = [writer.communicate(timeout=600)[0] for writer in writers]
    seconds = time.perf_counter() - begin
    values = {
        event.answers[0].value  # type: ignore[union-attr]
        for summary in store.sessions(Query(limit=1_000_000)) for event in store.load(summary.id).events[1:]  # type: ignore[union-attr]
    }  # fmt: skip
    store.close()
    wanted = {f"p{number} {answer}" for number in range(processes) for answer in range(answers)}
    gave_up = sum(writer.returncode != 0 for writer in writers)
    return Result(processes, gave_up, len(wanted), len(wanted & values), max(map(float, filter(None, told))), seconds)


def main(processes: str = "10", answers: str = "200") -> None:
    """Prove it and print the counts."""
    with tempfile.TemporaryDirectory() as folder:
        print(prove(int(processes), int(answers), Path(folder)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        main(*sys.argv[1:])
