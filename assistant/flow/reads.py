"""Which facts a rule or a text reads, and which it settles. Pure questions about expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from assistant.flow.expression import (
    Arithmetic,
    Call,
    Choose,
    Compare,
    Expression,
    Group,
    Logic,
    Name,
    Not,
    Rule,
)  # fmt: skip
from assistant.flow.model import Fact


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside one."""
    inside = _CHILDREN.get(type(node))
    return inside(node) if inside is not None else ()


_CHILDREN: dict[type, Callable[[Any], tuple[Expression, ...]]] = {
    Group: attrgetter("members"),
    Not: lambda node: (node.operand,),
    Logic: attrgetter("operands"),
    Compare: attrgetter("left", "right"),
    Arithmetic: attrgetter("left", "right"),
    Choose: attrgetter("test", "yes", "no"),
    Call: attrgetter("arguments"),
}


def nodes(node: Expression) -> Iterator[Expression]:
    """An expression and all expressions inside it, as they are written."""
    pending = [node]
    while pending:
        one = pending.pop()
        yield one
        inside = _CHILDREN.get(type(one))
        if inside is not None:
            pending.extend(reversed(inside(one)))


def facts_read(rule: Rule, facts: Mapping[str, Fact]) -> frozenset[str]:
    """The facts that a rule reads: the asked ones behind computed ones, and the computed ones too."""
    return facts_in(rule.expression, facts)


def facts_in(expression: Expression, facts: Mapping[str, Fact]) -> frozenset[str]:
    """The facts that an expression reads, as for `facts_read`."""
    found: set[str] = set()
    pending = [expression]
    while pending:
        for node in nodes(pending.pop()):
            if isinstance(node, Name) and node.name not in found:
                found.add(node.name)
                fact = facts.get(node.name)
                if fact is not None and fact.value is not None:
                    pending.append(fact.value.expression)
    return frozenset(found)
