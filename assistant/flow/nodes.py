"""What a source file is made of, whoever read it: text, lists and mappings, each knowing its line and column."""

from __future__ import annotations

from collections.abc import Iterator

MAX_DEPTH = 60
"""So many lists and mappings may stand in each other."""


class Node:
    """A value of a source file. `at` is its line and column, counted from 1."""

    __slots__ = ("at",)

    def __init__(self, at: tuple[int, int]) -> None:
        self.at = at


class Scalar(Node):
    """Text as it was written. `plain` is false where it stood in quotes or in a block (`|`)."""

    __slots__ = ("block", "plain", "value")

    def __init__(self, value: str, at: tuple[int, int], plain: bool = True, block: bool = False) -> None:
        super().__init__(at)
        self.value = value
        self.plain = plain
        self.block = block

    @property
    def empty(self) -> bool:
        """Whether nothing was written at all."""
        return self.plain and not self.value


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, at: tuple[int, int]) -> None:
        super().__init__(at)
        self.items: list[Node] = []


class Mapping(Node):
    """Keys and values in the order of the file. `flow` tells that it stands in `{ }`."""

    __slots__ = ("flow", "keys", "values")

    def __init__(self, at: tuple[int, int], flow: bool = False) -> None:
        super().__init__(at)
        self.flow = flow
        self.keys: dict[str, Scalar] = {}
        self.values: dict[str, Node] = {}

    def get(self, key: str) -> Node | None:
        """The value of a key, or nothing."""
        return self.values.get(key)

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        """Keys with their values, in the file's order."""
        for name, key in self.keys.items():
            yield key, self.values[name]
