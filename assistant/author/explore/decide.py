"""Rules over what is known with much of it open: each is worked out as far as it can be, and where it hangs on something
open, for each way in which that can be. Three-valued, as `flow.expression` is; what can't be solved stays open but one.

Knows the language of rules; not flows and steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from assistant.author.explore.know import Know, Limits, Linear, Made, Many, Mark
from assistant.author.explore.solve import (
    ITEM,
    TODAY,
    Chosen,
    Pick,
    Result,
    Truths,
    Ways,
    decided,
    folded,
    has,
    has_all,
    has_any,
    is_known,
    mapped,
    of_domain,
    ordered,
    picked,
    same_text,
)
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
    Special,
    Word,
)  # fmt: skip
from assistant.flow.model import Fact, Table
from assistant.flow.reads import facts_in


class Decider:
    """Works out rules.

    Args:
        facts: all facts of the pack.
        tables: its tables.
    """

    def __init__(self, facts: Mapping[str, Fact], tables: Mapping[str, Table]) -> None:
        self.facts = facts
        self.tables = tables
        self.item_table = ""

    def truths(self, node: Expression, know: Know) -> Truths:
        """Whether a rule holds: for each way in which what it hangs on can be, what is known then, and the answer."""
        match node:
            case Flag(truth):
                yield know, truth
            case Not(operand):
                for inner, held in self.truths(operand, know):
                    yield inner, None if held is None else not held
            case Logic(operation, operands):
                yield from self._logic(operation == "or", operands, know, open_one=False)
            case Compare():
                for first, left in self.values(node.left, know):
                    for second, right in self.values(node.right, first):
                        yield from self._compared(node.operation, left, right, second, node)
            case Call("known", (Name(name, reads),)):
                yield from self._known(name, reads, know)
            case Call("unsure", (Name(name, _),)):
                if know.facts.get(name) is Mark.ANY:
                    yield from ((know, held) for held in (True, False))
                else:
                    yield know, know.facts.get(name) is Mark.UNSURE
            case Call("any_of" | "all_of" | "only", arguments):
                for inner, members in self.values(arguments[0], know):
                    yield from self._members(node, members, arguments[1:], inner)
            case _:
                for inner, found in self.values(node, know):
                    yield from self._as_truth(found, inner)

    def values(self, node: Expression, know: Know) -> Ways:  # noqa: C901 - one case for each kind of node
        """What an expression comes to."""
        match node:
            case Flag(value) | Word(value):
                yield know, value
            case Number(value):
                yield know, Linear((), Fraction(value))
            case Day(value):
                yield know, Linear((), Fraction(value.toordinal()), True)
            case Group(members):
                yield from self._group(members, (), know)
            case Name(name, "entries"):
                if name in know.facts:  # an entry may be "not sure", and the whole unknown by it
                    yield know, None
                    yield know, Made(f"entries of {name}", frozenset({name}))
                else:
                    yield know, None
            case Name(name, _):
                yield from self._fact(name, know)
            case Special("today"):
                yield know, Linear(((TODAY, Fraction(1)),), Fraction(0), True)
            case Special(_):
                yield know, of_domain(ITEM, know.facts.get(ITEM), None)
            case Not() | Logic() | Compare():
                yield from self.truths(node, know)
            case Arithmetic(operation, left, right):
                for first, one in self.values(left, know):
                    for second, other in self.values(right, first):
                        yield second, _calculated(operation, one, other, node, self)
            case Choose(test, yes, no):
                for inner, held in self.truths(test, know):
                    if held is None:
                        yield inner, None
                    else:
                        yield from self.values(yes if held else no, inner)
            case Call():
                yield from self._call(node, know)

    def _fact(self, name: str, know: Know) -> Ways:
        fact = self.facts.get(name)
        if fact is not None and fact.value is not None:
            yield from self.values(fact.value.expression, know)
        elif know.facts.get(name) is Mark.ANY:
            yield know, None
            yield know, of_domain(name, Mark.SOME, fact)
        else:
            yield know, of_domain(name, know.facts.get(name), fact)

    def _group(self, members: tuple[Expression, ...], before: tuple[Result, ...], know: Know) -> Ways:
        if not members:
            yield know, before
            return
        for inner, value in self.values(members[0], know):
            yield from self._group(members[1:], (*before, value), inner)

    def _logic(self, decisive: bool, operands: tuple[Expression, ...], know: Know, *, open_one: bool) -> Truths:
        if not operands:
            yield know, None if open_one else not decisive
            return
        for inner, held in self.truths(operands[0], know):
            if held is decisive:
                yield inner, decisive
            else:
                yield from self._logic(decisive, operands[1:], inner, open_one=open_one or held is None)

    def _known(self, name: str, reads: str, know: Know) -> Truths:
        if reads == "entries" or know.facts.get(name) is Mark.ANY:
            yield from ((know, held) for held in ((True, False) if name in know.facts else (False,)))
            return
        fact = self.facts.get(name)
        if fact is not None and fact.value is not None:
            for inner, found in self.values(fact.value.expression, know):
                yield from is_known(found, inner)
        else:
            yield know, know.facts.get(name) not in (None, Mark.UNSURE, Mark.EMPTY)

    def _compared(self, operation: str, left: Result, right: Result, know: Know, node: Compare) -> Truths:
        if operation == "not in":
            for inner, held in self._in(left, right, know, node):
                yield inner, None if held is None else not held
        elif operation == "in":
            yield from self._in(left, right, know, node)
        elif left is None or right is None:
            yield know, None
        elif operation == "!=":
            for inner, held in self._equal(left, right, know, node):
                yield inner, None if held is None else not held
        elif isinstance(left, Linear) and isinstance(right, Linear):
            yield from ordered(operation, left.plus(right, -1), know)
        elif operation == "==":
            yield from self._equal(left, right, know, node)
        else:
            yield from decided(_made(node, self), know)

    def _equal(self, left: Result, right: Result, know: Know, node: Compare) -> Truths:
        if left is None or right is None:
            yield know, None
        elif isinstance(left, Linear) and isinstance(right, Linear):
            yield from ordered("==", left.plus(right, -1), know)
        elif isinstance(left, Pick):
            for inner, value in picked(left, know):
                yield from self._equal(value, right, inner, node)
        elif isinstance(right, Pick):
            yield from self._equal(right, left, know, node)
        elif isinstance(left, Made) or isinstance(right, Made):
            yield from same_text(left, right, know, node.fold)
        elif isinstance(left, Chosen) or isinstance(right, Chosen):
            yield from decided(_made(node, self), know)
        else:
            yield know, folded(left, node.fold) == folded(right, node.fold)

    def _in(self, left: Result, right: Result, know: Know, node: Compare) -> Truths:
        if left is None or right is None:
            yield know, None
        elif isinstance(right, tuple) and not isinstance(right, Linear | Pick | Chosen | Made):
            yield from self._one_of(left, right, know, node, open_one=False)
        elif isinstance(right, Chosen) and isinstance(left, Pick):
            for inner, value in picked(left, know):
                yield from self._in(value, right, inner, node)
        elif isinstance(right, Chosen) and isinstance(left, str):
            yield from has(right.fact, left, know)
        else:
            yield from decided(_made(node, self), know)

    def _one_of(self, left: Result, members: tuple[Result, ...], know: Know, node: Compare, *, open_one: bool) -> Truths:
        if isinstance(left, Pick) and all(isinstance(one, str) for one in members):
            for inner, value in picked(left, know, by=lambda one: None if one is None else one in members):
                yield inner, value  # type: ignore[misc]  # `by` gives truth values
            return
        if not members:
            yield know, None if open_one else False
            return
        for inner, held in self._equal(left, members[0], know, node):
            if held:
                yield inner, True
            else:
                yield from self._one_of(left, members[1:], inner, node, open_one=open_one or held is None)

    def _members(self, node: Call, members: Result, wanted: tuple[Expression, ...], know: Know) -> Truths:
        if members is None:
            yield know, None
            return
        words = [one.value for one in wanted if isinstance(one, Word)]
        if not isinstance(members, Chosen) or len(words) != len(wanted):
            yield from decided(_made(node, self), know)
            return
        fact, every = members.fact, frozenset(choice.value for choice in self.facts[members.fact].choices)
        if node.function == "any_of":
            yield from has_any(fact, words, know)
        elif node.function == "all_of":
            yield from has_all(fact, words, know)
        else:
            for inner, others in has_any(fact, sorted(every - set(words)), know):
                if others:
                    yield inner, False
                else:
                    yield from has_any(fact, sorted(every & set(words)), inner)

    def _as_truth(self, found: Result, know: Know) -> Truths:
        if isinstance(found, Pick):
            for inner, value in picked(found, know):
                yield inner, value if isinstance(value, bool) else None
        elif isinstance(found, Made):
            yield from decided(found, know)
        else:
            yield know, found if isinstance(found, bool) else None

    def _call(self, node: Call, know: Know) -> Ways:
        name, arguments = node.function, node.arguments
        if name in ("known", "unsure", "any_of", "all_of", "only"):
            yield from self.truths(node, know)
        elif name in ("result", "visits"):
            step = arguments[0].value if isinstance(arguments[0], Word) else ""
            found = of_domain(f"{name}:{step}", know.facts.get(f"{name}:{step}"), None)
            yield know, Linear((), Fraction(0)) if found is None and name == "visits" else found
        elif name == "lookup":
            yield from self._lookup(node, know)
        elif name == "days_until":
            for inner, day in self.values(arguments[0], know):
                now = Linear(((TODAY, Fraction(1)),), Fraction(0), True)
                yield inner, day.plus(now, -1) if isinstance(day, Linear) else day
        elif name == "lower":
            for inner, text in self.values(arguments[0], know):
                yield inner, mapped(text, str.lower) if isinstance(text, str | Pick) else text and _made(node, self)
        elif name == "count":
            for inner, members in self.values(arguments[0], know):
                yield self._count(node, members, inner)
        elif name in ("min", "max") and len(arguments) > 1:
            yield from self._extreme(name == "min", arguments, None, know)
        else:
            yield from self._made_number(node, know)

    def _made_number(self, node: Call, know: Know) -> Ways:
        """Rounding, ages, sums over items: a number that is open, though one and the same wherever it is asked."""
        for inner, value in self.values(node.arguments[0], know):
            if value is None:
                yield inner, None
                continue
            made = _made(node, self)
            if node.function == "age" and isinstance(value, Linear):
                inner = inner._replace(whole=inner.whole | {made})
            yield inner, Linear(((made, Fraction(1)),), Fraction(0), node.function == "years")

    def _count(self, node: Call, members: Result, know: Know) -> tuple[Know, Result]:
        if members is None:
            return know, None
        made = _made(node, self)
        linear = Linear(((made, Fraction(1)),), Fraction(0))
        know = know._replace(whole=know.whole | {made})
        low, high = 0, None
        domain = know.facts.get(members.fact) if isinstance(members, Chosen) else None
        if isinstance(members, Chosen) and isinstance(domain, Many):
            low = max(len(domain.chosen), int(domain.some))
            high = len(self.facts[members.fact].choices) - len(domain.left)
        return know.limited(linear, Limits(Fraction(low), None if high is None else Fraction(high))) or know, linear

    def _extreme(self, least: bool, arguments: tuple[Expression, ...], best: Result, know: Know) -> Ways:
        if not arguments:
            yield know, best
            return
        for inner, value in self.values(arguments[0], know):
            if not isinstance(value, Linear):
                yield inner, None
            elif not isinstance(best, Linear):
                yield from self._extreme(least, arguments[1:], value, inner)
            else:
                for chosen, below in ordered("<", value.plus(best, -1), inner):
                    yield from self._extreme(least, arguments[1:], value if below == least else best, chosen)

    def _lookup(self, node: Call, know: Know) -> Ways:
        table_node, key_node, column_node = node.arguments
        name = table_node.value if isinstance(table_node, Word) else ""
        column = column_node.value if isinstance(column_node, Word) else ""
        table = self.tables.get(name or self.item_table)
        for inner, key in self.values(key_node, know):
            if key is None or table is None or column not in table.columns:
                yield inner, None
            elif isinstance(key, Pick | str):
                where, by = table.columns.index(column), table.columns.index("value") if "value" in table.columns else 0
                cells = {row[by]: row[where] for row in reversed(table.rows)}
                yield inner, mapped(key, cells.get)
            else:
                made = _made(node, self)
                for further, found in decided(Made(f"row of {made.key}", made.facts), inner):
                    yield further, made if found else None


def _calculated(operation: str, left: Result, right: Result, node: Arithmetic, decider: Decider) -> Result:
    if not isinstance(left, Linear) or not isinstance(right, Linear):
        return None
    if operation in "+-":
        return left.plus(right, 1 if operation == "+" else -1)
    if operation == "*" and not (left.terms and right.terms):
        return left.times(right.number) if left.terms else right.times(left.number)
    if operation == "/" and not right.terms:
        return left.times(1 / right.number) if right.number else None
    return Linear(((_made(node, decider), Fraction(1)),), Fraction(0))


def _made(node: Expression, decider: Decider) -> Made:
    """What a part of a rule comes to, by how it is written."""
    return Made(repr(node), facts_in(node, decider.facts))
