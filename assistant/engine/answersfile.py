"""Reading written answers from YAML, JSON or plain data.

Nothing is asked or checked here beyond their own form. YAML's reader is imported where there is YAML to read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingType
from datetime import date
from decimal import Decimal
from typing import TypeVar

import msgspec

from assistant.engine.lines import Answers, AnswersError, Given, Line
from assistant.flow.nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence

REFUSED = "refused"
NO_LONGER = "no_longer"
CHANGE = "change"
BACK = "back"

T = TypeVar("T")


def read_answers(text: str, name: str) -> Answers:
    """Answers written as YAML or JSON: a mapping by name, or a list in which names and plain values may mix.

    Args:
        text: the whole file.
        name: what the file is called in messages.

    Raises:
        AnswersError: it is neither, or something in it is no answer.
    """
    if text.lstrip()[:1] in ("{", "["):
        try:
            return answers_from(json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=_pairs), name)
        except (ValueError, RecursionError, AnswersError):
            pass  # YAML has braces too, and knows where a fault stands
    from assistant.flow.problem import Problems
    from assistant.flow.source import parse

    problems = Problems()
    node = parse(text, name, problems)
    if node is None:
        problem = problems.all()[0]
        raise AnswersError("script.unreadable", name, (problem.line, problem.column), reason=problem.message)
    return _without_fault(*answers_in(node, name))


def answers_from(data: object, name: str = "") -> Answers:
    """Answers as plain data: mappings, lists, texts, numbers, booleans and dates.

    Raises:
        AnswersError: something in it is no answer.
    """
    return _without_fault(*answers_in(_node(data, name), name))


def values_from(data: object, name: str = "") -> dict[str, Given]:
    """A mapping of names to answers, such as `usually` or given facts, from plain data.

    Raises:
        AnswersError: it is no mapping, or something in it is no answer.
    """
    return _without_fault(*values_in(_node(data, name), name))


def answers_in(node: Node, name: str) -> tuple[Answers, list[AnswersError]]:
    """Answers that stand in a file, and everything in them that is none.

    Args:
        node: the mapping or the list.
        name: what the file is called in messages.
    """
    reader = _Reader(name)
    return Answers(tuple(reader.lines(node)), name), reader.faults


def values_in(node: Node, name: str) -> tuple[dict[str, Given], list[AnswersError]]:
    """Answers by name that stand in a file, and everything in them that is none. Arguments as for `answers_in`."""
    reader = _Reader(name)
    if not isinstance(node, Mapping):
        reader.fail("script.not_named", node)
        return {}, reader.faults
    return {key.value: reader.value(value) for key, value in node.items()}, reader.faults


def _without_fault(found: T, faults: list[AnswersError]) -> T:
    if faults:
        raise faults[0]
    return found


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of a JSON file; a name that stands there twice is left to the YAML reader, which tells where."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _node(data: object, name: str, depth: int = 0) -> Node:
    """Plain data as nodes, so that there is one reader for both."""
    at = (1, 1)
    if depth > MAX_DEPTH:
        raise AnswersError("script.not_an_answer", name, at)
    match data:
        case None:
            return Scalar("", at)
        case bool():
            return Scalar("yes" if data else "no", at)
        case str():
            return Scalar(data, at)
        case int() | float() | Decimal():
            return Scalar(str(data), at)
        case date():
            return Scalar(data.isoformat(), at)
        case MappingType():
            mapping = Mapping(at)
            for key, value in data.items():
                mapping.keys[str(key)] = Scalar(str(key), at)
                mapping.values[str(key)] = _node(value, name, depth + 1)
            return mapping
        case list() | tuple():
            sequence = Sequence(at)
            sequence.items = [_node(value, name, depth + 1) for value in data]
            return sequence
    raise AnswersError("script.not_an_answer", name, at)


class _Reader:
    """Reads lines from nodes. What can't be read is put down, and reading goes on."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.faults: list[AnswersError] = []

    def fail(self, code: str, node: Node) -> None:
        self.faults.append(AnswersError(code, self.path, node.at))

    def lines(self, node: Node) -> list[Line]:
        if isinstance(node, Mapping):
            return [line for key, value in node.items() for line in self.named(key, value)]
        if not isinstance(node, Sequence):
            self.fail("script.not_answers", node)
            return []
        lines: list[Line] = []
        for item in node.items:
            if isinstance(item, Mapping):
                lines.extend(self.with_expectations(item))
            elif isinstance(item, Scalar) and item.plain and item.value == BACK:
                lines.append(Line(verb="back", at=item.at))
            else:
                lines.append(Line(value=self.value(item), at=item.at))
        return lines

    def with_expectations(self, item: Mapping) -> list[Line]:
        """An answer with what is expected of it beside it: `refused` or `no_longer`."""
        written = [(key, value) for key, value in item.items() if key.value not in (REFUSED, NO_LONGER)]
        lines = [line for key, value in written for line in self.named(key, value)]
        refused, no_longer = item.get(REFUSED), item.get(NO_LONGER)
        if refused is None and no_longer is None:
            return lines
        if len(lines) != 1:
            self.fail("script.expects_of_one", item)
            return lines
        line = lines[0]
        if isinstance(refused, Scalar):
            line = msgspec.structs.replace(line, refused=refused.value)
        elif refused is not None:
            self.fail("script.refused_is_text", refused)
        if no_longer is not None:
            names = self.value(no_longer)
            names = (names,) if isinstance(names, str) else names
            if line.verb != "change" or isinstance(names, dict) or "" in names:
                self.fail("script.no_longer_of_change", no_longer)
            else:
                line = msgspec.structs.replace(line, no_longer=names)
        return [line]

    def named(self, key: Scalar, node: Node) -> list[Line]:
        if key.value == BACK:
            if not isinstance(node, Scalar) or node.value not in ("true", "yes"):
                self.fail("script.back_is_true", node)
            return [Line(verb="back", at=key.at)]
        if key.value == CHANGE:
            if not isinstance(node, Mapping) or not node.keys or "" in node.keys:
                self.fail("script.change_is_named", node)
                return []
            return [
                Line(verb="change", name=name.value, value=self.value(value), at=name.at) for name, value in node.items()
            ]
        if key.value in (REFUSED, NO_LONGER):
            self.fail("script.expects_of_one", key)
            return []
        if not key.value and isinstance(node, Mapping):  # what is given by item has a name
            self.fail("script.not_an_answer", node)
            return []
        return [Line(name=key.value, value=self.value(node), at=key.at)]

    def value(self, node: Node) -> Given:
        if isinstance(node, Scalar):
            return node.value
        if isinstance(node, Mapping):
            return {key.value: self.value(value) for key, value in node.items()}
        assert isinstance(node, Sequence)
        for item in node.items:
            if not isinstance(item, Scalar):
                self.fail("script.not_an_answer", item)
        return tuple(item.value for item in node.items if isinstance(item, Scalar))
