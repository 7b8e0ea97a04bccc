"""Computed facts: their rules are compiled when something first reads them, since their types follow from each other.

Owns the order in which they are compiled, circles, and how deep they may build on one another. Where a fact's rule stands
(its file, what `item` is there) is told by the loader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant.flow.expression import Expression, Name, Rule
from assistant.flow.fields import SourceFile
from assistant.flow.nodes import Mapping as MappingNode
from assistant.flow.nodes import Node, Scalar
from assistant.flow.problem import Problems
from assistant.flow.reads import children, nodes
from assistant.flow.rules import compile_rule
from assistant.flow.scope import Scope
from assistant.flow.types import DATE, MONEY, NUMBER, Declared, Type

MAX_LEVELS = 300
"""How deep rules may be nested, all the computed facts that they read included. Each level is a call when it is asked."""

_WORDS = re.compile(r"'[^']*'|\"[^\"]*\"|(\w+)")
_SHOWN_AS = {"date": DATE, "money": MONEY, "number": NUMBER}

Written = tuple[SourceFile, Scalar, Node]
"""Where a fact stands: its file, its name and what is written below it."""


class Computed:
    """The computed facts of a pack."""

    def __init__(
        self,
        facts: Mapping[str, Written],
        declared: Mapping[str, Declared],
        scope: Callable[[str], Scope],
        problems: Problems,
    ) -> None:
        self._facts = facts
        self._declared = declared
        self._scope = scope
        self._problems = problems
        self._done: dict[str, tuple[Rule, Type] | None] = {}
        self._levels: dict[str, int] = {}
        self._open: dict[str, None] = {}  # those that are being compiled, each because the one before it reads it

    def type_of(self, name: str) -> Type | None:
        """The type of a computed fact; nothing where its rule is wrong (which is then reported)."""
        compiled = self._compiled(name)
        return compiled[1] if compiled is not None else None

    def rule_of(self, name: str) -> Rule | None:
        """The rule of a computed fact; nothing where it is wrong."""
        compiled = self._compiled(name)
        return compiled[0] if compiled is not None else None

    def _compiled(self, name: str) -> tuple[Rule, Type] | None:
        if name in self._done:
            return self._done[name]
        if name in self._open:
            opened = list(self._open)
            circle = [*opened[opened.index(name) :], name]
            file, key, _ = self._facts[name]
            file.report("F309", key, name=name, circle=" → ".join(circle))
            return None
        below = len(self._open)
        self._open[name] = None
        while len(self._open) > below:  # what a rule reads comes first, so that no chain of facts is too long for Python
            top = next(reversed(self._open))
            missing = next((one for one in self._read_by(top) if one not in self._done and one not in self._open), None)
            if missing is not None:
                self._open[missing] = None
            else:
                self._done[top] = self._compile(top)
                del self._open[top]
        return self._done[name]

    def _read_by(self, name: str) -> list[str]:
        """The computed facts that a rule seems to read."""
        node = self._facts[name][2]
        rule = node.get("value") if isinstance(node, MappingNode) else None
        words = _WORDS.findall(rule.value) if isinstance(rule, Scalar) else []
        return [word for word in words if word in self._declared and self._declared[word].type is None]

    def _compile(self, name: str) -> tuple[Rule, Type] | None:
        file, key, node = self._facts[name]
        assert isinstance(node, MappingNode)
        written = node.values["value"]
        if not isinstance(written, Scalar) or written.empty:
            file.report("F103", written, wanted="`value` takes a rule", found="something else")
            return None
        compiled = compile_rule(written, self._scope(name), self._problems, want=None)
        if compiled is None:
            return None
        rule, kind = compiled
        names = {one.name for one in nodes(rule.expression) if isinstance(one, Name)}
        self._levels[name] = _depth(rule.expression) + max((self._levels.get(one, 0) for one in names), default=0)
        if self._levels[name] > MAX_LEVELS:
            file.report("F323", key, name=name)
            return None
        shown = node.values.get("type")
        wanted = _SHOWN_AS.get(shown.value) if isinstance(shown, Scalar) else None
        if wanted is None or kind.kind == wanted.kind:
            return compiled
        if {kind.kind, wanted.kind} == {"number", "money"} or kind.kind == "any":
            return rule, wanted
        file.report("F303", written, found=str(kind), wanted=str(wanted), where="for its `type`", rule=written.value)
        return compiled


def _depth(expression: Expression) -> int:
    depth, level = 0, [expression]
    while level:
        depth, level = depth + 1, [child for node in level for child in children(node)]
    return depth
