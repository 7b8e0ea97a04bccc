"""Measuring: two things turn by turn, whole commands, and a program in a real terminal until words show."""

from __future__ import annotations

import os
import pty
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One row: a ratio to its floor, its limit, and what both were in milliseconds (or another unit)."""

    name: str
    ratio: float
    limit: float
    measured: float
    floor: float
    unit: str = "ms"

    def __str__(self) -> str:
        verdict = "ok" if self.ratio <= self.limit else "OVER"
        return (
            f"{self.name:<58} {self.ratio:8.3f}  limit {self.limit:<6g} {verdict:<5}"
            f" ({self.measured:.3f} / {self.floor:.3f} {self.unit})"
        )


def beside(one: Callable[[], object], floor: Callable[[], object], turns: int = 15, each: int = 1) -> tuple[float, float]:
    """The medians of two things in milliseconds, measured turn by turn."""
    ones, floors = [], []
    for _ in range(turns):
        ones.append(timed(one, each))
        floors.append(timed(floor, each))
    return statistics.median(ones), statistics.median(floors)


def timed(call: Callable[[], object], each: int = 1) -> float:
    """Milliseconds of one call, as the mean of `each` calls."""
    start = time.perf_counter()
    for _ in range(each):
        call()
    return (time.perf_counter() - start) * 1000 / each


def command(arguments: Sequence[str], environment: dict[str, str] | None = None) -> None:
    """Run a whole command and throw away what it prints."""
    subprocess.run(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip


def until_shown(arguments: Sequence[str], words: str, limit: float = 20.0) -> None:
    """Run a program in a terminal of 100 × 30 until `words` are on it, then end it."""
    child, screen = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="100", LINES="30", COLORTERM="truecolor")
        os.execv(arguments[0], list(arguments))
    _resize(screen)
    seen, end = b"", time.monotonic() + limit
    try:
        while words.encode() not in seen:
            ready, _, _ = select.select([screen], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError(f"{words!r} never showed: {seen[-400:]!r}")
            seen += os.read(screen, 65536)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(screen)


def _resize(screen: int) -> None:
    import fcntl
    import struct
    import termios

    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))


PYTHON = sys.executable
