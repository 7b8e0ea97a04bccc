"""A pack that is being edited: whether its files have changed since they were looked at, and what they say now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.flow.files import Stamp, pack_root, stamps
from assistant.words import say

if TYPE_CHECKING:
    from assistant.flow.load import Loaded
    from assistant.flow.problem import Problem

_SHOWN = 3


class Watched:
    """The files of one pack.

    Args:
        path: its folder, or one of its flow files.
    """

    def __init__(self, path: Path) -> None:
        self.root = pack_root(path)
        self._seen = self._stamps()

    def look(self) -> Loaded | None:
        """What the files say now; nothing where they are as they were."""
        now = self._stamps()
        if now == self._seen:
            return None
        self._seen = now
        return self.load()

    def load(self) -> Loaded:
        """What the files say, and every problem in them."""
        from assistant.flow.load import load

        return load(self.root)

    def _stamps(self) -> dict[str, Stamp]:
        try:
            return stamps(self.root)
        except OSError:  # an editor is just putting the file in its place
            return {}


def problem_lines(problems: tuple[Problem, ...]) -> list[str]:
    """Problems as they are told in place: the first of them, and how many more there are."""
    lines = [str(problem) for problem in problems[:_SHOWN]]
    more = len(problems) - _SHOWN
    return [*lines, say("preview.more", count=more)] if more > 0 else lines
