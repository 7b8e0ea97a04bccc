"""Which facts a rule or a text reads, and which it settles. Pure questions about expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    Special,
)  # fmt: skip
from assistant.flow.model import Fact


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly inside one."""
    match node:
        case Group(members):
            return members
        case Not(operand):
            return (operand,)
        case Logic(_, operands):
            return operands
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return left, right
        case Choose(test, yes, no):
            return test, yes, no
        case Call(_, arguments):
            return arguments
    return ()


def nodes(node: Expression) -> Iterator[Expression]:
    """An expression and all expressions inside it."""
    yield node
    for child in children(node):
        yield from nodes(child)


def facts_read(rule: Rule, facts: Mapping[str, Fact]) -> frozenset[str]:
    """The facts that a rule reads: the asked ones behind computed ones, and the computed ones too."""
    found: set[str] = set()
    pending = [rule.expression]
    while pending:
        for node in nodes(pending.pop()):
            if isinstance(node, Name) and node.name not in found:
                found.add(node.name)
                fact = facts.get(node.name)
                if fact is not None and fact.value is not None:
                    pending.append(fact.value.expression)
    return frozenset(found)


def reads_today(rule: Rule, facts: Mapping[str, Fact]) -> bool:
    """Whether what a rule says depends on the day."""
    names = facts_read(rule, facts)
    rules = [rule, *(fact.value for name in names if (fact := facts.get(name)) is not None and fact.value is not None)]
    return any(
        (isinstance(node, Special) and node.name == "today")
        or (isinstance(node, Call) and node.function in ("days_until", "age"))
        for one in rules
        for node in nodes(one.expression)
    )
