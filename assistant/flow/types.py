"""The types of rules: what a fact, a literal or a call may be, so that nonsense is found before anyone runs a flow.

Knows types and values only; reading rules is `flow.rules`, and where names come from is told by a `Vocabulary`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from assistant.flow.model import FactType, Table

Kind = Literal["yes-no", "choice", "text", "number", "money", "date", "email", "files", "many", "list", "any"]

_NAMES: dict[Kind, str] = {
    "yes-no": "yes or no", "choice": "a choice", "text": "a text", "number": "a number", "money": "an amount of money",
    "date": "a date", "email": "an address", "files": "files", "many": "several choices", "list": "a list",
    "any": "nothing",
}  # fmt: skip


class Type(msgspec.Struct, frozen=True):
    """The type of an expression.

    `values` are the only texts it can be, where that is known. `member` is the type of what a list or all answers of a
    fact asked per item hold; `entries` tells the latter.
    """

    kind: Kind
    values: frozenset[str] | None = None
    member: Type | None = None
    entries: bool = False

    def __str__(self) -> str:
        if self.entries and self.member is not None:
            return f"{self.member} for each item"
        return _NAMES[self.kind]

    @property
    def worded(self) -> bool:
        """Whether it is text of some sort, which can stand beside a text literal."""
        return self.kind in ("choice", "text", "email", "any")


YES_NO = Type("yes-no")
TEXT = Type("text")
NUMBER = Type("number")
MONEY = Type("money")
DATE = Type("date")
ANY = Type("any")
"""The type of what never has a value: a member of an empty list."""


class Declared(msgspec.Struct, frozen=True):
    """What rules must know of a fact: its type, its values, and how it is asked."""

    name: str
    type: FactType | None
    """`None` for a computed fact, whose type follows from its rule."""
    many: bool = False
    values: frozenset[str] | None = None
    table: str = ""
    per_item: bool = False
    plainly: bool = True
    """Some step asks it outside of an `each`."""


def type_of(declared: Declared) -> Type:
    """The type of one answer of an asked fact."""
    if declared.type is None:
        return ANY
    if declared.many:
        return Type("many", declared.values, Type("choice", declared.values))
    if declared.type == "choice":
        return Type("choice", declared.values)
    if declared.type == "files":
        return Type("many", None, TEXT)
    return Type(declared.type)


def fact_type(kind: Kind) -> FactType:
    """The fact type under which a computed value of this kind is shown."""
    return kind if kind in ("yes-no", "choice", "number", "money", "date", "email") else "text"


def united(first: Type, second: Type) -> Type | None:
    """The type of something that is one or the other; `None` where they don't go together."""
    if first.kind == "any" or second.kind == "any":  # what never has a value goes with everything
        return second if first.kind == "any" else first
    if first.worded and second.worded:
        values = None
        if first.values is not None and second.values is not None:
            values = first.values if second.values <= first.values else first.values | second.values
        kind: Kind = first.kind if first.kind == second.kind else "text"
        return Type(kind, values)
    if {first.kind, second.kind} == {"number", "money"}:
        return MONEY
    if first.kind != second.kind:
        return None
    if first.member is None or second.member is None:
        return first
    member = united(first.member, second.member)
    return Type(first.kind, member.values, member, first.entries) if member is not None else None


def column_values(table: Table, column: str) -> frozenset[str]:
    """All cells of a column."""
    where = table.columns.index(column)
    return frozenset(row[where] for row in table.rows)
