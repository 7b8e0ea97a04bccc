"""What a rule may speak of where it stands: names of the pack, `item`, steps. What it may do with them is `rules`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from assistant.flow.model import Table
from assistant.flow.types import Declared, Type


class Vocabulary:
    """The names that rules of a pack may use. Computed facts are typed on first use, by way of `computed`."""

    def __init__(
        self,
        facts: Mapping[str, Declared],
        lists: Mapping[str, tuple[str, ...]],
        tables: Mapping[str, Table],
        computed: Callable[[str], Type | None],
    ) -> None:
        self.facts = facts
        self.lists = lists
        self.tables = tables
        self.computed = computed

    @cached_property
    def names(self) -> frozenset[str]:
        """All names of facts and lists."""
        return frozenset((*self.facts, *self.lists))

    @cached_property
    def asked(self) -> frozenset[str]:
        """The names of the facts that are asked."""
        return frozenset(name for name, declared in self.facts.items() if declared.type is not None)


class Scope:
    """Where a rule stands: its file, what `item` is there, and which steps it may ask about.

    `entries` names the facts whose answers it reads item by item (inside an `each`).
    """

    def __init__(
        self,
        path: str,
        vocabulary: Vocabulary,
        *,
        item: Type | None = None,
        item_table: str = "",
        steps: Mapping[str, frozenset[str]] | None = None,
        in_item: bool = False,
    ) -> None:
        self.path = path
        self.vocabulary = vocabulary
        self.item = item
        self.item_table = item_table
        self.steps = steps if steps is not None else {}
        self.in_item = in_item

    def of_item(self, item: Type, table: str) -> Scope:
        """The same place within an `each`."""
        return Scope(self.path, self.vocabulary, item=item, item_table=table, steps=self.steps, in_item=True)
