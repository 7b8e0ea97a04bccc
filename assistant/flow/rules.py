"""Rules: from the text that an author wrote to a checked, typed expression.

Python's parser reads the text, and only the few forms of the language are taken out of its tree; everything else is a
problem. Names, types, choice values and table columns are checked here, so that a rule that loads can't fail later.
Nothing of it is ever run as Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Literal, NoReturn

from assistant.flow.expression import (
    Arithmetic,
    Call,
    Choose,
    Compare,
    Day,
    Expression,
    Flag,
    Group,
    Logic,
    Name,
    Not,
    Number,
    Rule,
    Special,
    Word,
)  # fmt: skip
from assistant.flow.functions import FUNCTIONS, check_call
from assistant.flow.nodes import Scalar
from assistant.flow.problem import Problems, near
from assistant.flow.ruletext import parse, rewritten_rule
from assistant.flow.scope import Scope
from assistant.flow.types import ANY, DATE, MONEY, NUMBER, YES_NO, Declared, Type, type_of, united

MAX_LENGTH = 2_000
MAX_LEVELS = 40
_NUMBER = re.compile(r"(?=.{1,28}$)[0-9]+(\.[0-9]+)?")  # as many digits as are calculated with
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadRule(Exception):
    """A problem was reported, and the rule is of no use."""


def compile_rule(node: Scalar, scope: Scope, problems: Problems, want: Type | None = YES_NO) -> tuple[Rule, Type] | None:
    """A rule and its type, or nothing where it is wrong (which is then reported).

    Args:
        node: the text, with its place.
        scope: where it stands.
        problems: where problems are put.
        want: the type it must have; `None` for any.
    """
    compiler = _Compiler(node, scope, problems)
    try:
        expression, kind = compiler.read()
        if want is not None and kind.kind != want.kind and kind.kind != "any":
            if {kind.kind, want.kind} == {"number", "money"}:
                kind = want
            else:
                compiler.fail("F303", None, found=str(kind), wanted=str(want), where="here")
    except BadRule:
        return None
    return Rule(node.value, expression, *node.at), kind


class _Compiler:
    def __init__(self, node: Scalar, scope: Scope, problems: Problems) -> None:
        self.node = node
        written = " ".join(node.value.splitlines())
        self.source = written.strip()
        self.bytes = self.source.encode(errors="replace")  # Python counts columns in bytes
        self.indented = len(written) - len(written.lstrip())
        self.scope = scope
        self.problems = problems
        self.visits = 0
        self.levels = 0

    def fail(self, code: str, at: ast.AST | None, **arguments: str) -> NoReturn:
        line, column = self.node.at
        if at is not None and not self.node.block:
            column += len(self.upto(getattr(at, "col_offset", 0))) + self.indented + (0 if self.node.plain else 1)
        self.problems.report(code, self.scope.path, (line, column), None, rule=self.source[:200], **arguments)
        raise BadRule

    def upto(self, offset: int) -> str:
        """The rule as far as a node's `col_offset`."""
        return self.bytes[:offset].decode(errors="ignore")

    def read(self) -> tuple[Expression, Type]:
        if len(self.source) > MAX_LENGTH:
            self.fail("F307", None)
        if not self.source:
            self.fail("F301", None, rewritten="")
        tree = parse(self.source)
        if tree is None:
            rewritten = rewritten_rule(self.source)
            self.fail("F301", None, rewritten=f" Write: `{rewritten}`" if rewritten else "")
        return self.visit(tree)

    def visit(self, node: ast.expr) -> tuple[Expression, Type]:
        self.visits += 1
        if self.levels >= MAX_LEVELS or self.visits > 2 * MAX_LENGTH:
            self.fail("F307", None)  # in `a < b < c`, `b` is visited twice, and what is nested in it again
        method = _VISITORS.get(type(node))
        if method is None:
            self.fail("F310", node)
        self.levels += 1
        try:
            return method(self, node)
        finally:
            self.levels -= 1

    def constant(self, node: ast.Constant) -> tuple[Expression, Type]:
        value = node.value
        if isinstance(value, str) and not _SURROGATE.search(value):
            return Word(value), Type("text", frozenset({value}))
        if isinstance(value, bool):
            self.fail("F301", node, rewritten=f" Write: `{str(value).lower()}`")
        written = self.bytes[node.col_offset : node.end_col_offset].decode(errors="ignore")
        if isinstance(value, str) or not _NUMBER.fullmatch(written):
            self.fail("F310", node)
        return Number(Decimal(written)), NUMBER

    def name(self, node: ast.Name) -> tuple[Expression, Type]:
        name, words = node.id, self.scope.vocabulary
        if name in ("true", "false"):
            return Flag(name == "true"), YES_NO
        if name == "today":
            return Special("today"), DATE
        if name == "item":
            if self.scope.item is None:
                self.fail("F311", node)
            return Special("item"), self.scope.item
        if name in words.lists:
            members = words.lists[name]
            kind = Type("list", None, Type("text", frozenset(members)))
            return Group(tuple(Word(member) for member in members)), kind
        if name not in words.facts:
            self.fail("F302", node, name=name, near=near(name, words.names))
        return self.fact(node, words.facts[name])

    def fact(self, node: ast.Name, declared: Declared, whole: bool = False) -> tuple[Expression, Type]:
        """A fact; with `whole`, all its answers where it is asked per item."""
        if declared.type is None:
            kind = self.scope.vocabulary.computed(declared.name)
            if kind is None:
                raise BadRule  # its own rule is reported where it stands
            return Name(declared.name, "computed"), kind
        kind = type_of(declared)
        if declared.per_item and whole:
            return Name(declared.name, "entries"), Type("many", kind.values, kind, entries=True)
        if declared.per_item and not declared.plainly and not self.scope.in_item:
            self.fail("F312", node, name=declared.name)
        return Name(declared.name), kind

    def logic(self, node: ast.BoolOp) -> tuple[Expression, Type]:
        operation: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
        operands, failed = [], False
        for value in node.values:
            try:
                operands.append(self.truth(value))
            except BadRule:
                failed = True  # the other operands may have problems of their own
        if failed:
            raise BadRule
        return Logic(operation, tuple(operands)), YES_NO

    def truth(self, node: ast.expr) -> Expression:
        expression, kind = self.visit(node)
        if kind.kind not in ("yes-no", "any"):
            self.fail("F303", node, found=str(kind), wanted=str(YES_NO), where="here")
        return expression

    def unary(self, node: ast.UnaryOp) -> tuple[Expression, Type]:
        if isinstance(node.op, ast.Not):
            return Not(self.truth(node.operand)), YES_NO
        if not isinstance(node.op, ast.USub):
            self.fail("F310", node)
        expression, kind = self.visit(node.operand)
        if kind.kind not in ("number", "money"):
            self.fail("F303", node, found=str(kind), wanted=str(NUMBER), where="after `-`")
        return Arithmetic("-", Number(Decimal(0)), expression), kind

    def choose(self, node: ast.IfExp) -> tuple[Expression, Type]:
        test = self.truth(node.test)
        yes, yes_kind = self.visit(node.body)
        no, no_kind = self.visit(node.orelse)
        yes, yes_kind = self.as_date(node.body, yes, yes_kind, no_kind)
        no, no_kind = self.as_date(node.orelse, no, no_kind, yes_kind)
        kind = united(yes_kind, no_kind)
        if kind is None:
            self.fail("F303", node.orelse, found=str(no_kind), wanted=str(yes_kind), where="after `else`")
        return Choose(test, yes, no), kind

    def group(self, node: ast.List) -> tuple[Expression, Type]:
        members, kind = [], None
        for element in node.elts:
            expression, member_kind = self.visit(element)
            kind = member_kind if kind is None else united(kind, member_kind)
            if kind is None:
                self.fail("F303", element, found=str(member_kind), wanted="a member like the others", where="in `[ ]`")
            members.append(expression)
        return Group(tuple(members)), Type("list", None, kind or ANY)

    def arithmetic(self, node: ast.BinOp) -> tuple[Expression, Type]:
        sign = _SIGNS.get(type(node.op))
        if sign is None:
            self.fail("F310", node)
        left, left_kind = self.visit(node.left)
        right, right_kind = self.visit(node.right)
        left, left_kind = self.as_date(node.left, left, left_kind, right_kind)
        right, right_kind = self.as_date(node.right, right, right_kind, left_kind)
        kind = _arithmetic_type(sign, left_kind.kind, right_kind.kind)
        if kind is None:
            self.fail("F313", node, left=str(left_kind), sign=sign, right=str(right_kind))
        return Arithmetic(sign, left, right), kind

    def compare(self, node: ast.Compare) -> tuple[Expression, Type]:
        operands = [node.left, *node.comparators]
        pairs = [
            self.comparison(operation, operands[index], operands[index + 1]) for index, operation in enumerate(node.ops)
        ]
        return (pairs[0] if len(pairs) == 1 else Logic("and", tuple(pairs))), YES_NO

    def comparison(self, operation: ast.cmpop, left_node: ast.expr, right_node: ast.expr) -> Expression:
        sign = _COMPARISONS.get(type(operation))
        if sign is None:  # `is`
            self.fail("F301", left_node, rewritten=f" Write: `{rewritten_rule(self.source)}`")
        self.unquoted(left_node, right_node)
        left, left_kind = self.visit(left_node)
        if sign in ("in", "not in"):
            return self.membership(sign, left_node, left, left_kind, right_node)
        right, right_kind = self.visit(right_node)
        left, left_kind = self.as_date(left_node, left, left_kind, right_kind)
        right, right_kind = self.as_date(right_node, right, right_kind, left_kind)
        self.yes_no_literal(left_node, left_kind, right_kind)
        self.yes_no_literal(right_node, right_kind, left_kind)
        both = united(left_kind, right_kind)
        if both is None or left_kind.kind in ("many", "list"):
            code = "F314" if "many" in (left_kind.kind, right_kind.kind) else "F303"
            self.fail(code, right_node, found=str(right_kind), wanted=str(left_kind), where=f"after `{sign}`")
        self.overlap(left_node, left_kind, right_kind)
        self.overlap(right_node, right_kind, left_kind)
        if sign not in ("==", "!=") and both.kind not in ("number", "money", "date", "any"):
            self.fail("F303", right_node, found=str(both), wanted="a number, an amount or a date", where=f"beside `{sign}`")
        return Compare(sign, left, right, fold="email" in (left_kind.kind, right_kind.kind))

    def membership(
        self, sign: Literal["in", "not in"], left_node: ast.expr, left: Expression, kind: Type, right_node: ast.expr
    ) -> Expression:
        if isinstance(right_node, ast.Name) and right_node.id in self.scope.vocabulary.facts:
            right, right_kind = self.fact(right_node, self.scope.vocabulary.facts[right_node.id], whole=True)
        elif isinstance(right_node, ast.List):
            right, right_kind = self.members(right_node, kind)
        else:
            right, right_kind = self.visit(right_node)
        if right_kind.kind not in ("many", "list") or right_kind.member is None:
            self.fail("F303", right_node, found=str(right_kind), wanted="a list", where=f"after `{sign}`")
        member = right_kind.member
        if member.kind == "many" and member.member is not None:
            member = member.member
        if united(kind, member) is None:
            self.fail("F303", left_node, found=str(kind), wanted=str(member), where=f"before `{sign}`")
        self.overlap(left_node, kind, member)
        if isinstance(right, Group) and kind.values is not None and member.values is not None:
            self.listed(right_node, kind, member)
        if right_kind.kind == "many":
            held: Expression = Call("any_of", (right, left), fold="email" in (kind.kind, member.kind))
            return Not(held) if sign == "not in" else held
        return Compare(sign, left, right, fold="email" in (kind.kind, member.kind))

    def members(self, node: ast.List, beside: Type) -> tuple[Expression, Type]:
        """A list literal whose members stand beside `beside`: dates are read, and each value is checked by itself."""
        members, kind = [], None
        for element in node.elts:
            self.unquoted_in(element, beside)
            expression, member = self.visit(element)
            expression, member = self.as_date(element, expression, member, beside)
            if united(member, beside) is None:
                self.fail("F303", element, found=str(member), wanted=str(beside), where="in `[ ]`")
            self.overlap(element, member, beside)
            kind = member if kind is None else united(kind, member) or kind
            members.append(expression)
        return Group(tuple(members)), Type("list", None, kind or beside)

    def listed(self, node: ast.expr, kind: Type, member: Type) -> None:
        """A named list beside a choice: each of its values must be one of the choice's."""
        foreign = sorted((member.values or frozenset()) - (kind.values or frozenset()))
        if foreign:
            self.fail("F304", node, value=foreign[0], near=near(foreign[0], kind.values or ()))

    def as_date(self, node: ast.expr, value: Expression, kind: Type, beside: Type) -> tuple[Expression, Type]:
        """A text literal beside a date is a date."""
        if beside.kind != "date" or not isinstance(value, Word):
            return value, kind
        try:
            return Day(date.fromisoformat(value.value)), DATE
        except ValueError:
            self.fail("F315", node, value=value.value)

    def overlap(self, node: ast.expr, kind: Type, beside: Type) -> None:
        """A literal beside a choice must be one of its values."""
        if not isinstance(node, ast.Constant) or beside.values is None or kind.values is None:
            return
        value = next(iter(kind.values))
        if value not in beside.values:
            self.fail("F304", node, value=value, near=near(value, beside.values))

    def yes_no_literal(self, node: ast.expr, kind: Type, beside: Type) -> None:
        if beside.kind == "yes-no" and isinstance(node, ast.Constant) and kind.kind == "text":
            self.fail("F316", node, value=str(node.value))

    def unquoted(self, left: ast.expr, right: ast.expr) -> None:
        for name, other in ((left, right), (right, left)):
            if isinstance(name, ast.Name) and isinstance(other, ast.Name):
                kind = self.known_type(other)
                if kind is not None:
                    self.unquoted_in(name, kind)

    def unquoted_in(self, node: ast.expr, kind: Type) -> None:
        """`line_status == closed`: a choice's value without quotes."""
        words = self.scope.vocabulary
        if not isinstance(node, ast.Name) or node.id in words.facts or node.id in words.lists:
            return
        if kind.values is not None and node.id in kind.values:
            before = self.upto(node.col_offset)
            rewritten = f"{before}'{node.id}'{self.source[len(before) + len(node.id) :]}"
            self.fail("F308", node, value=node.id, rewritten=rewritten)

    def known_type(self, node: ast.Name) -> Type | None:
        declared = self.scope.vocabulary.facts.get(node.id)
        if declared is None:
            return None
        return self.scope.vocabulary.computed(node.id) if declared.type is None else type_of(declared)

    def call(self, node: ast.Call) -> tuple[Expression, Type]:
        if not isinstance(node.func, ast.Name) or node.keywords or any(isinstance(a, ast.Starred) for a in node.args):
            self.fail("F310", node)
        name = node.func.id
        if name not in FUNCTIONS:
            self.fail("F305", node, name=name, near=near(name, FUNCTIONS))
        return check_call(self, name, node)


def _arithmetic_type(sign: str, left: str, right: str) -> Type | None:
    numbers = ("number", "any")
    if left in numbers and right in numbers:
        return NUMBER
    if left == "date" and right == "date":
        return NUMBER if sign == "-" else None
    if left == "date" and right in numbers:
        return DATE if sign in "+-" else None
    if left in numbers and right == "date":
        return DATE if sign == "+" else None
    if left == "money" and right == "money":
        return {"+": MONEY, "-": MONEY, "/": NUMBER}.get(sign)
    if {left, right} <= {"money", "number", "any"}:
        return None if sign == "/" and right == "money" else MONEY
    return None


_SIGNS: dict[type[ast.operator], Literal["+", "-", "*", "/"]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
}  # fmt: skip

_COMPARISONS: dict[type[ast.cmpop], Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in"]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip

_VISITORS: dict[type[ast.expr], Callable[..., tuple[Expression, Type]]] = {
    ast.Constant: _Compiler.constant, ast.Name: _Compiler.name, ast.BoolOp: _Compiler.logic,
    ast.UnaryOp: _Compiler.unary, ast.IfExp: _Compiler.choose, ast.List: _Compiler.group,
    ast.BinOp: _Compiler.arithmetic, ast.Compare: _Compiler.compare, ast.Call: _Compiler.call,
}  # fmt: skip
