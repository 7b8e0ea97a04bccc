"""A PostgreSQL server that dies under fifty writers: what was acknowledged is there, and every session can be read.

The server and all its processes are ended by SIGKILL and started again, while the writers go on as a desk does: what may
not have arrived is sent again. `python -m tests.proofs.kill_postgres [KILLS [WRITERS]]`
"""

from __future__ import annotations

import random
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from stores import NOW, Server, answered, first, following, missing

from assistant.store import open_store
from assistant.store.codes import new_key
from assistant.store.protocol import Save, Store, StoreError

ANSWERS_A_SESSION = 10


class Result(NamedTuple):
    """What came out, as counts; `sent_again` are the saves that a writer had to send again itself."""

    kills: int
    processes: int
    writers: int
    acknowledged: int
    lost: int
    unreadable: int
    sent_again: int

    def __str__(self) -> str:
        return (
            f"{self.kills} kills of {self.processes} processes in all under {self.writers} writers,"
            f" {self.acknowledged} acknowledged answers: {self.lost} lost, {self.unreadable} sessions unreadable,"
            f" {self.sent_again} saves sent again"
        )


class _Writer(threading.Thread):
    """Holds conversations until told to stop; `acknowledged` says how many answers of each session were saved."""

    def __init__(self, where: str, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.acknowledged: dict[str, int] = {}
        self.sent_again = 0
        self._where, self._stop_told = where, stop
        self._store: Store | None = None

    def run(self) -> None:
        while not self._stop_told.is_set():
            key = new_key(NOW)
            self._save(first(key, snapshot=b"s" * 2000, terms=frozenset({key[:8], "order"})))
            self.acknowledged[key] = 0
            for number in range(1, ANSWERS_A_SESSION + 1):
                self._save(following(key, number, answered(f"{number}"), snapshot=b"s" * 2000))
                self.acknowledged[key] = number
        if self._store is not None:
            self._store.close()

    def _save(self, change: Save) -> None:
        while True:
            try:
                self._store = self._store or open_store(self._where)
                self._store.save(change)
                return
            except StoreError as error:
                if not error.is_passing:
                    raise
                self.sent_again += 1
                time.sleep(0.05)


def prove(kills: int, writers: int, seconds: float = 2.0, seed: int = 1) -> Result:
    """Kill the server so often, at random moments `seconds` apart at most, under so many writers."""
    server, chance, stop = Server(), random.Random(seed), threading.Event()
    try:
        threads = [_Writer(server.uri, stop) for _ in range(writers)]
        for thread in threads:
            thread.start()
        processes = 0
        for _ in range(kills):
            time.sleep(chance.uniform(seconds / 2, seconds))
            processes += server.kill()
            server.restart()
        time.sleep(seconds / 2)
        stop.set()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()
        acknowledged = {key: number for thread in threads for key, number in thread.acknowledged.items()}
        lost, unreadable = missing(server.uri, acknowledged)
        sent_again = sum(thread.sent_again for thread in threads)
        return Result(kills, processes, writers, sum(acknowledged.values()), lost, unreadable, sent_again)
    finally:
        stop.set()
        server.stop()


def main(kills: str = "10", writers: str = "50") -> None:
    """Prove it and print the counts."""
    print(prove(int(kills), int(writers)))


if __name__ == "__main__":
    main(*sys.argv[1:])
