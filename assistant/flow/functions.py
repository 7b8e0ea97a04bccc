"""The functions of the rule language: what each takes and gives, checked where a rule is read.

What they do when a rule is asked stands in `flow.expression`; here is only their grammar.
"""

from __future__ import annotations

import ast
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from assistant.flow.expression import Call, Expression, Group, Name, Number, Special, Word
from assistant.flow.model import Table
from assistant.flow.problem import near
from assistant.flow.types import DATE, MONEY, NUMBER, TEXT, YES_NO, Type, column_values, united

if TYPE_CHECKING:
    from assistant.flow.rules import _Compiler

FUNCTIONS = {
    "known": "known(fact)", "unsure": "unsure(fact)",
    "any_of": "any_of(fact, 'a', …)", "all_of": "all_of(fact, 'a', …)", "only": "only(fact, 'a', …)",
    "count": "count(fact)", "sum": "sum(fact)", "min": "min(a, b, …)", "max": "max(a, b, …)",
    "round": "round(x, places)", "days_until": "days_until(date)", "age": "age(date)", "years": "years(date, n)",
    "lookup": "lookup(fact, 'column')", "lower": "lower(text)", "result": "result('step')", "visits": "visits('step')",
}  # fmt: skip
"""Every function, with the form in which it is called."""


def check_call(compiler: _Compiler, name: str, node: ast.Call) -> tuple[Expression, Type]:
    """The call of a function with its type; problems go through the compiler."""
    if name in ("known", "unsure"):
        return _about_fact(compiler, name, node)
    if name in ("result", "visits"):
        return _about_step(compiler, name, node)
    if name == "lookup":
        return _lookup(compiler, node)
    if name in ("any_of", "all_of", "only"):
        return _members_of(compiler, name, node)
    if name in ("count", "sum", "min", "max"):
        return _aggregate(compiler, name, node)
    return _simple(compiler, name, node)


def _wrong(compiler: _Compiler, name: str, node: ast.AST) -> NoReturn:
    compiler.fail("F306", node, name=name, form=FUNCTIONS[name])


def _about_fact(compiler: _Compiler, name: str, node: ast.Call) -> tuple[Expression, Type]:
    argument = node.args[0] if len(node.args) == 1 else None
    if not isinstance(argument, ast.Name):
        _wrong(compiler, name, node)
    facts = compiler.scope.vocabulary.facts
    if argument.id not in facts:
        compiler.fail("F302", argument, name=argument.id, near=near(argument.id, compiler.scope.vocabulary.names))
    reads = "computed" if facts[argument.id].type is None else "fact"
    return Call(name, (Name(argument.id, reads),)), YES_NO  # type: ignore[arg-type]


def _about_step(compiler: _Compiler, name: str, node: ast.Call) -> tuple[Expression, Type]:
    argument = node.args[0] if len(node.args) == 1 else None
    if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
        _wrong(compiler, name, node)
    steps = compiler.scope.steps
    if argument.value not in steps:
        compiler.fail("F317", argument, name=argument.value, near=near(argument.value, steps))
    answers = steps[argument.value]
    if name == "result" and not answers:
        compiler.fail("F318", argument, name=argument.value)
    kind = Type("text", answers) if name == "result" else NUMBER
    return Call(name, (Word(argument.value),)), kind


def _lookup(compiler: _Compiler, node: ast.Call) -> tuple[Expression, Type]:
    *source, column_node = node.args if node.args else [None]
    if len(source) not in (1, 2) or not isinstance(column_node, ast.Constant) or not isinstance(column_node.value, str):
        _wrong(compiler, "lookup", node)
    column, words = column_node.value, compiler.scope.vocabulary
    if len(source) == 2:
        table_node, key_node = source
        table = table_node.value if isinstance(table_node, ast.Constant) else None
        if not isinstance(table, str) or table not in words.tables:
            compiler.fail("F319", table_node, name=str(table), near=near(str(table), words.tables))
        key, kind = compiler.visit(key_node)  # type: ignore[arg-type]
        if not kind.worded:
            compiler.fail("F303", key_node, found=str(kind), wanted="a text", where="as the key")
        tables = [table]
    else:
        key, kind = compiler.visit(source[0])  # type: ignore[arg-type]
        declared = words.facts.get(key.name) if isinstance(key, Name) else None
        if isinstance(key, Special) and key.name == "item":
            tables = [compiler.scope.item_table] if compiler.scope.item_table else _tables_with(words.tables, column)
        else:
            tables = [declared.table] if declared is not None and declared.table and kind.worded else []
        if not tables:
            compiler.fail("F320", source[0])
    known = [words.tables[name] for name in tables if name in words.tables]
    if not any(column in table.columns for table in known):
        columns = [name for table in known for name in table.columns]
        compiler.fail("F321", column_node, name=column, table=", ".join(tables), near=near(column, columns))
    values = frozenset().union(*(column_values(table, column) for table in known if column in table.columns))
    of_item = isinstance(key, Special) and len(source) == 1
    return Call("lookup", (Word("" if of_item else tables[0]), key, Word(column))), Type("text", values)


def _tables_with(tables: dict[str, Table] | object, column: str) -> list[str]:
    """In a computed fact, `item` may be of any fact with a table that has this column."""
    assert isinstance(tables, dict)
    return [name for name, table in tables.items() if column in table.columns]


def _whole(compiler: _Compiler, node: ast.expr) -> tuple[Expression, Type]:
    facts = compiler.scope.vocabulary.facts
    if isinstance(node, ast.Name) and node.id in facts:
        return compiler.fact(node, facts[node.id], whole=True)
    return compiler.visit(node)


def _members_of(compiler: _Compiler, name: str, node: ast.Call) -> tuple[Expression, Type]:
    if len(node.args) < 2:
        _wrong(compiler, name, node)
    of, kind = _whole(compiler, node.args[0])
    if kind.kind != "many" or kind.member is None:
        compiler.fail("F322", node.args[0], name=name, found=str(kind))
    member = kind.member.member if kind.member.kind == "many" and kind.member.member else kind.member
    wanted: list[Expression] = []
    fold = member.kind == "email"
    for argument in node.args[1:]:
        compiler.unquoted_in(argument, member)
        value, value_kind = compiler.visit(argument)
        value, value_kind = compiler.as_date(argument, value, value_kind, member)
        if value_kind.kind == "list" and isinstance(value, Group):  # a named list stands for its members
            compiler.listed(argument, member, value_kind.member or value_kind)
            wanted.extend(value.members)
            continue
        if united(value_kind, member) is None:
            compiler.fail("F303", argument, found=str(value_kind), wanted=str(member), where=f"in `{name}`")
        compiler.overlap(argument, value_kind, member)
        fold = fold or value_kind.kind == "email"
        wanted.append(value)
    return Call(name, (of, *wanted), fold), YES_NO


def _aggregate(compiler: _Compiler, name: str, node: ast.Call) -> tuple[Expression, Type]:
    if not node.args or (name == "count" and len(node.args) != 1):
        _wrong(compiler, name, node)
    read = [_whole(compiler, argument) for argument in node.args]
    kinds = [kind for _, kind in read]
    dated = next((kind for kind in kinds if kind.kind == "date"), None)
    if dated is not None:
        read = [compiler.as_date(a, value, kind, dated) for a, (value, kind) in zip(node.args, read, strict=True)]
        kinds = [kind for _, kind in read]
    expressions = tuple(expression for expression, _ in read)
    single = len(kinds) == 1 and kinds[0].kind in ("many", "list")
    if name == "count":
        if not single:
            compiler.fail("F322", node.args[0], name=name, found=str(kinds[0]))
        return Call(name, expressions), NUMBER
    members = [kinds[0].member or NUMBER] if single else kinds
    if name == "sum" and not single:
        expressions = (Group(expressions),)
    kind = members[0]
    for other, argument in zip(members[1:], node.args[1:], strict=False):
        both = united(kind, other)
        if both is None:
            compiler.fail("F303", argument, found=str(other), wanted=str(kind), where=f"in `{name}`")
        kind = both or kind
    allowed = ("number", "money", "any") if name == "sum" else ("number", "money", "date", "any")
    if kind.kind not in allowed:
        wanted = "numbers or amounts" if name == "sum" else "numbers, amounts or dates"
        compiler.fail("F303", node.args[0], found=str(kind), wanted=wanted, where=f"in `{name}`")
    return Call(name, expressions), kind


_SIMPLE: dict[str, tuple[tuple[str, ...], Type]] = {
    "days_until": (("date",), NUMBER),
    "age": (("date",), NUMBER),
    "years": (("date", "number"), DATE),
    "lower": (("text",), TEXT),
    "round": (("number", "number"), NUMBER),
}


def _simple(compiler: _Compiler, name: str, node: ast.Call) -> tuple[Expression, Type]:
    wanted, gives = _SIMPLE[name]
    arguments = list(node.args)
    way = None
    if name == "round" and len(arguments) == 3:
        way = arguments.pop()
        if not isinstance(way, ast.Constant) or way.value not in ("up", "down"):
            _wrong(compiler, name, node)
    if len(arguments) != len(wanted) and not (name == "round" and len(arguments) == 1):
        _wrong(compiler, name, node)
    read: list[Expression] = []
    for argument, kind_name in zip(arguments, wanted, strict=False):
        value, kind = compiler.visit(argument)
        if kind_name == "date":
            value, kind = compiler.as_date(argument, value, kind, DATE)
        if name == "round" and not read and kind.kind == "money":
            gives = MONEY
        elif kind_name == "text" and kind.worded:
            gives = Type("text", frozenset(v.lower() for v in kind.values) if kind.values is not None else None)
        elif kind.kind not in (kind_name, "any"):
            wanted_words = {"date": "a date", "number": "a number", "text": "a text"}[kind_name]
            compiler.fail("F303", argument, found=str(kind), wanted=wanted_words, where=f"in `{name}`")
        read.append(value)
    if name == "round":
        places = read[1] if len(read) > 1 else None
        if places is not None and not (isinstance(places, Number) and places.value == int(places.value) <= 20):
            _wrong(compiler, name, node)
        read = [read[0], places or Number(Decimal(0))]
        if isinstance(way, ast.Constant):
            read.append(Word(str(way.value)))
    return Call(name, tuple(read)), gives
