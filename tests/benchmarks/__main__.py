"""Print every figure beside its floor: `python -m tests.benchmarks [WORD …]` for those whose names hold a word."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import commands, inside, memory_rows, proving, screen
from tests.benchmarks.measure import Figure

GROUPS = {
    "screen": screen.figures, "commands": commands.figures, "inside": inside.figures, "memory": memory_rows.figures,
    "proving": proving.figures,
}  # fmt: skip


def main(words: list[str]) -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, {platform.system()}")
    print(", ".join(f"{name} {version(name)}" for name in ("textual", "msgspec", "PyYAML", "click")))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = os.environ["XDG_DATA_HOME"] = folder
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its modules compiled
        for name, group in GROUPS.items():
            if not words or any(word in name for word in words):
                for figure in _figures(group, Path(folder)):
                    print(figure, flush=True)


def _figures(group: object, folder: Path) -> Iterator[Figure]:
    yield from group(folder)  # type: ignore[operator]


main(sys.argv[1:])
