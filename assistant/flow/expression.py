"""Rules as data, and their evaluation.

A rule arrives here already checked and typed (`flow.rules` does that): a small tree of frozen nodes. It is compiled once
into nested closures and then asked over what a conversation knows. Nothing of a rule is ever given to Python to run.
Logic is three-valued (Kleene): `None` stands for *unknown*, and every operation over unknown is unknown unless the rest
decides it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, DecimalException
from functools import cached_property
from typing import Any, Literal

import msgspec

from assistant.flow.calls import CALLS, whole

Value = bool | str | Decimal | date | tuple[str, ...]
"""What a fact holds. Several chosen values and files are a tuple; unknown is `None`."""

Items = tuple[str, ...]
"""The values of the `each` steps around a place, outermost first."""

Evaluate = Callable[["Known"], Any]


class Flag(msgspec.Struct, frozen=True, tag=True, gc=False):
    """`true` or `false`."""

    value: bool


class Word(msgspec.Struct, frozen=True, tag=True, gc=False):
    """A text literal, or a choice's value."""

    value: str


class Number(msgspec.Struct, frozen=True, tag=True, gc=False):
    """A number, exact."""

    value: Decimal


class Day(msgspec.Struct, frozen=True, tag=True, gc=False):
    """A date literal."""

    value: date


class Group(msgspec.Struct, frozen=True, tag=True, gc=False):
    """A list literal."""

    members: tuple[Expression, ...]


class Name(msgspec.Struct, frozen=True, tag=True, gc=False):
    """A fact: one that is asked, one that is computed, or all `entries` of one that is asked per item."""

    name: str
    reads: Literal["fact", "computed", "entries"] = "fact"


class Special(msgspec.Struct, frozen=True, tag=True, gc=False):
    """`today` or `item`."""

    name: Literal["today", "item"]


class Not(msgspec.Struct, frozen=True, tag=True, gc=False):
    """`not x`."""

    operand: Expression


class Logic(msgspec.Struct, frozen=True, tag=True, gc=False):
    """`and` / `or` over two or more."""

    operation: Literal["and", "or"]
    operands: tuple[Expression, ...]


class Compare(msgspec.Struct, frozen=True, tag=True, omit_defaults=True, gc=False):
    """A comparison. `fold` compares text without regard to case (addresses)."""

    operation: Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]
    left: Expression
    right: Expression
    fold: bool = False


class Arithmetic(msgspec.Struct, frozen=True, tag=True, gc=False):
    """`+ - * /` over numbers, money and dates."""

    operation: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression


class Choose(msgspec.Struct, frozen=True, tag=True, gc=False):
    """`yes if test else no`."""

    test: Expression
    yes: Expression
    no: Expression


class Call(msgspec.Struct, frozen=True, tag=True, omit_defaults=True, gc=False):
    """One of the functions of the language. `fold` compares text without regard to case (addresses)."""

    function: str
    arguments: tuple[Expression, ...]
    fold: bool = False


Expression = Flag | Word | Number | Day | Group | Name | Special | Not | Logic | Compare | Arithmetic | Choose | Call


class Rule(msgspec.Struct, frozen=True, dict=True):
    """A checked rule: as it was written, as data, and where it stands (line, column)."""

    source: str
    expression: Expression
    line: int = 1
    column: int = 1

    @cached_property
    def evaluate(self) -> Evaluate:
        """The rule as a function of what is known; `None` where it is unknown."""
        return _compile(self.expression)

    def holds(self, known: Known) -> bool:
        """Whether it holds. An unknown rule does not."""
        return self.evaluate(known) is True


class Known:
    """All that a rule may read at one point of a conversation.

    The engine owns it and calls `changed` whenever it has put something in, since computed facts are remembered until
    then (each is worked out once, however often it is read).
    """

    __slots__ = (
        "computed", "entries", "facts", "item", "item_table", "memory", "results", "tables", "today", "unsure", "visits"
    )  # fmt: skip

    def __init__(
        self,
        today: date,
        facts: dict[str, Value] | None = None,
        unsure: frozenset[str] = frozenset(),
        computed: Mapping[str, Rule] | None = None,
        tables: Mapping[str, Any] | None = None,
    ) -> None:
        self.today = today
        self.facts: dict[str, Value] = {} if facts is None else facts
        self.unsure = unsure
        self.computed: Mapping[str, Rule] = computed or {}
        self.tables: Mapping[str, Any] = tables or {}
        self.entries: dict[str, dict[Items, Value | None]] = {}
        self.item: str | None = None
        self.item_table: str = ""
        self.visits: Mapping[str, int] = {}
        self.results: Mapping[str, str] = {}
        self.memory: dict[str, Any] = {}

    def changed(self) -> None:
        """Forget the computed facts that were worked out so far."""
        if self.memory:
            self.memory = {}

    def get(self, name: str) -> Value | None:
        """The value of a fact, computed ones too; `None` where it is unknown."""
        value = self.facts.get(name)
        if value is None and name in self.computed:
            value = self.compute(name)
        return value

    def compute(self, name: str) -> Any:
        """The value of a computed fact, worked out at most once."""
        if name not in self.memory:
            self.memory[name] = self.computed[name].evaluate(self)
        return self.memory[name]

    def is_unsure(self, name: str) -> bool:
        """Whether the answer was "not sure"."""
        return name in self.unsure


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "in": lambda left, right: left in right, "not in": lambda left, right: left not in right,
}  # fmt: skip


def _compile(node: Expression) -> Evaluate:
    match node:
        case Flag(value) | Word(value) | Number(value) | Day(value):
            return lambda known: value
        case Group(members):
            return _group([_compile(member) for member in members])
        case Name(name, "fact"):
            return lambda known: known.facts.get(name)
        case Name(name, "computed"):
            return lambda known: known.compute(name)
        case Name(name, _):
            return lambda known: _entries(known, name)
        case Special("today"):
            return lambda known: known.today
        case Special(_):
            return lambda known: known.item
        case Not(operand):
            return _not(_compile(operand))
        case Logic(operation, operands):
            return _logic(operation == "or", [_compile(operand) for operand in operands])
        case Compare():
            return _compare(node)
        case Arithmetic(operation, left, right):
            return _arithmetic(operation, _compile(left), _compile(right))
        case Choose(test, yes, no):
            return _choose(_compile(test), _compile(yes), _compile(no))
        case Call(function, arguments, fold):
            return _call(function, arguments, fold)
    raise TypeError(f"not an expression: {node!r}")  # pragma: no cover - the union above is closed


def _group(members: list[Evaluate]) -> Evaluate:
    return lambda known: tuple(member(known) for member in members)


def _not(operand: Evaluate) -> Evaluate:
    def evaluate(known: Known) -> bool | None:
        value = operand(known)
        return None if value is None else not value

    return evaluate


def _logic(decisive: bool, operands: list[Evaluate]) -> Evaluate:
    """`or` is decided by the first true operand, `and` by the first false one."""

    def evaluate(known: Known) -> bool | None:
        result: bool | None = not decisive
        for operand in operands:
            value: bool | None = operand(known)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return evaluate


def _compare(node: Compare) -> Evaluate:
    compare = _COMPARE[node.operation]
    if isinstance(node.left, Name) and node.left.reads == "fact" and not node.fold:
        name = node.left.name
        if isinstance(node.right, Flag | Word | Number | Day):
            literal = node.right.value  # the commonest rule of all, worth a closure of its own

            def evaluate_literal(known: Known) -> bool | None:
                value = known.facts.get(name)
                return None if value is None else compare(value, literal)

            return evaluate_literal
    left, right = _compile(node.left), _compile(node.right)
    fold = node.fold

    def evaluate(known: Known) -> bool | None:
        first, second = left(known), right(known)
        if first is None or second is None:
            return None
        if fold:
            first, second = _folded(first), _folded(second)
        if isinstance(second, tuple) and None in second and node.operation in ("in", "not in"):
            # a list with an unknown member decides only what its known members decide
            return (node.operation == "in") if first in second else None
        result: bool = compare(first, second)
        return result

    return evaluate


def _folded(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_folded(member) for member in value)
    return value.casefold() if isinstance(value, str) else value


def _arithmetic(operation: str, left: Evaluate, right: Evaluate) -> Evaluate:
    def evaluate(known: Known) -> Decimal | date | None:
        first, second = left(known), right(known)
        if first is None or second is None:
            return None
        try:
            return _calculate(operation, first, second)
        except (DecimalException, OverflowError, ValueError):
            return None  # beyond the calendar, divided by nothing: not a number anybody knows

    return evaluate


def _calculate(operation: str, first: Any, second: Any) -> Decimal | date:
    if isinstance(first, date):
        if isinstance(second, date):
            return Decimal((first - second).days)
        days = timedelta(days=whole(second))
        return first + days if operation == "+" else first - days
    if isinstance(second, date):
        return second + timedelta(days=whole(first))
    result: Decimal = _DECIMAL[operation](first, second)
    if result and abs(result.adjusted()) > _MAX_ZEROS:
        raise OverflowError
    return result


_MAX_ZEROS = 60
"""A number with more is nothing that somebody reckons with, and writing it would take for ever."""


_DECIMAL: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip


def _choose(test: Evaluate, yes: Evaluate, no: Evaluate) -> Evaluate:
    def evaluate(known: Known) -> Any:
        held = test(known)
        if held is None:
            return None
        return yes(known) if held else no(known)

    return evaluate


def _call(function: str, arguments: tuple[Expression, ...], fold: bool) -> Evaluate:
    if function in ("known", "unsure"):
        name = arguments[0].name if isinstance(arguments[0], Name) else ""
        return (lambda known: name in known.unsure) if function == "unsure" else (lambda known: _is_known(known, name))
    if function in ("result", "visits"):
        step = arguments[0].value if isinstance(arguments[0], Word) else ""
        if function == "result":
            return lambda known: known.results.get(step)
        return lambda known: Decimal(known.visits.get(step, 0))
    if function == "lookup":
        return _lookup(arguments)
    implementation = CALLS[function]
    compiled = [_compile(argument) for argument in arguments]

    def evaluate(known: Known) -> Any:
        values = [argument(known) for argument in compiled]
        if fold:
            values = [_folded(value) for value in values]
        try:
            return implementation(known, *values)
        except (DecimalException, OverflowError, ValueError):
            return None

    return evaluate


def _lookup(arguments: tuple[Expression, ...]) -> Evaluate:
    """`lookup(table, key, column)`; an empty table is that of the item's fact."""
    table_node, key_node, column_node = arguments
    table_name = table_node.value if isinstance(table_node, Word) else ""
    column = column_node.value if isinstance(column_node, Word) else ""
    key = _compile(key_node)

    def evaluate(known: Known) -> str | None:
        wanted = key(known)
        table = known.tables.get(table_name or known.item_table)
        if wanted is None or table is None or column not in table.columns:
            return None
        where = table.columns.index(column)
        by = table.columns.index("value") if "value" in table.columns else 0
        cell: str | None = next((row[where] for row in table.rows if row[by] == wanted), None)
        return cell

    return evaluate


def _is_known(known: Known, name: str) -> bool:
    """Inside an `each` it is the item's answer that counts, elsewhere that of any item."""
    if known.get(name) is not None:
        return True
    return known.item is None and any(value is not None for value in known.entries.get(name, {}).values())


def _entries(known: Known, name: str) -> tuple[Value | None, ...] | None:
    entries = known.entries.get(name)
    return None if entries is None else tuple(entries.values())
