"""Written answers: reading them from YAML, JSON or plain data, and telling which question a name means.

A list of answers is a script: answers by name or in the order asked, and now and then `change` or `back`. Holding the
conversation with it is `engine.script`. Nothing is asked or checked here beyond the answers' own form and their names.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from collections.abc import Mapping as MappingType
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar

import msgspec

from assistant.engine.events import Written
from assistant.engine.where import GIVEN, Segment, Spot, flows_run, node_at, read_place
from assistant.flow.model import Outcome, Pack, Step
from assistant.flow.problem import Problems, near
from assistant.flow.source import MAX_DEPTH, Mapping, Node, Scalar, Sequence, parse
from assistant.words import say

Given = str | tuple[str, ...] | dict[str, "Given"]
"""What is given as an answer: one word, several, or by item (or by field) of a question that is asked for each."""

REFUSED = "refused"
NO_LONGER = "no_longer"
CHANGE = "change"
BACK = "back"

T = TypeVar("T")

_LONGEST = 80
"""So many characters of a name that means nothing are told."""


class AnswersError(Exception):
    """Answers that can't be read. `code` and `arguments` make the sentence; line and column count from 1."""

    def __init__(self, code: str, path: str, at: tuple[int, int], **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments
        self.path = path
        self.line, self.column = at

    def sentence(self, language: str = "en") -> str:
        """What is wrong."""
        return say(self.code, language, **self.arguments)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.sentence()}"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a script.

    Attributes:
        verb: what it does: gives an answer, changes an earlier one, or goes back.
        name: what the answer is for (a fact, a step or a path), or "" for whatever is asked.
        value: the answer.
        refused: words of the sentence with which the answer is expected to be refused.
        no_longer: names of answers that a change is expected to make void; empty where it must make none void.
        at: its line and column in the file.
    """

    verb: Literal["answer", "change", "back"] = "answer"
    name: str = ""
    value: Given = ""
    refused: str | None = None
    no_longer: tuple[str, ...] | None = None
    at: tuple[int, int] = (1, 1)


class Answers(msgspec.Struct, frozen=True):
    """Answers in the order in which they are to be given, and the name of the file they stand in."""

    lines: tuple[Line, ...] = ()
    name: str = ""


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


class Slot(msgspec.Struct, frozen=True, dict=True):
    """Something that is asked, or was: its place, and the fact ("" for a `try`)."""

    place: str
    fact: str

    @cached_property
    def spot(self) -> Spot:
        """The place taken apart."""
        return read_place(self.place) or Spot(())


class Name(msgspec.Struct, frozen=True):
    """What a name in a script means: a fact, or a spot of `flow`."""

    fact: str = ""
    spot: Spot = Spot(())
    flow: str = ""
    inside: bool = False
    """The spot is a step of the one flow run that has it, wherever that is run."""

    def opens(self, slot: Slot) -> tuple[tuple[str, ...], str] | None:
        """Whether it means what is asked.

        Returns:
            nothing where it doesn't, else the keys under which a mapping may hold the answer: the items (outermost
            first) and the field (a form's name alone leaves open which).
        """
        asked = slot.spot
        if self.fact:
            return (asked.items, "") if self.fact == slot.fact else None
        segments = asked.segments[-1:] if self.inside else asked.segments
        if len(segments) != len(self.spot.segments):
            return None
        pairs = list(zip(self.spot.segments, segments, strict=True))
        if any(not _means(wanted, found) for wanted, found in pairs):
            return None
        if (self.spot.field and self.spot.field != asked.field) or (self.spot.again and not asked.again):
            return None
        outer = Spot(asked.segments[: -len(segments)]).items
        here = tuple(found.item for wanted, found in pairs if found.item is not None and wanted.item is None)
        return outer + here, "" if self.spot.field else asked.field


def _means(wanted: Segment, found: Segment) -> bool:
    """Whether a segment as it was named means one as it is asked: without a visit any, without an item each."""
    return (
        wanted.id == found.id
        and wanted.visit in (0, found.visit or 1)
        and (wanted.item is None or wanted.item == found.item)
    )


def understand(name: str, pack: Pack, flow: str) -> Name | tuple[str, dict[str, str]]:
    """What a name means in a flow.

    Returns:
        the meaning, or the code and the arguments of a sentence that tells why it has none.
    """
    steps = [step for home in flows_run(pack, flow) for step in pack.flows[home].steps]
    asked = [fact.name for fact in pack.facts.values() if fact.value is None]
    return _the_one(name, meanings(name, pack, flow), [*asked, *steps])


def understand_step(name: str, pack: Pack, flow: str) -> Name | tuple[str, dict[str, str]]:
    """Which step a name means, whatever the step does: of the flow, else of the one flow run that has it, or by its path.

    Returns:
        as for `understand`.
    """
    spot, found = read_place(name), []
    if spot is not None and not spot.field and not spot.again:
        if isinstance(node_at(pack, flow, spot), Step):
            found = [Name(spot=spot, flow=flow)]
        elif len(spot.segments) == 1:
            homes = [home for home in flows_run(pack, flow) if isinstance(node_at(pack, home, spot), Step)]
            found = [Name(spot=spot, flow=home, inside=True) for home in homes]
    return _the_one(name, found, [step for home in flows_run(pack, flow) for step in pack.flows[home].steps])


def _the_one(name: str, found: Collection[Name], names: Iterable[str]) -> Name | tuple[str, dict[str, str]]:
    if len(found) == 1:
        return next(iter(found))
    name = name[:_LONGEST]
    if found:
        return "script.name_in_many", {"name": name, "flows": ", ".join(meaning.flow for meaning in found)}
    return "script.unknown_name", {"name": name, "near": near(name, names)}


def meanings(name: str, pack: Pack, flow: str) -> tuple[Name, ...]:
    """What a name may mean: a fact that is asked, else a step (or outcome) of the flow, else one of a flow run with it."""
    if name in pack.facts and pack.facts[name].value is None:  # a computed one is never asked
        return (Name(fact=name),)
    spot = read_place(name)
    if spot is None:
        return ()
    given = spot.segments[0].id == GIVEN and spot.field in pack.facts
    if given or _stands(pack, flow, spot):
        return (Name(spot=spot, flow=flow),)
    if len(spot.segments) > 1:
        return ()
    homes = [home for home in flows_run(pack, flow) if _stands(pack, home, spot)]
    return tuple(Name(spot=spot, flow=home, inside=True) for home in homes)


def _stands(pack: Pack, flow: str, spot: Spot) -> bool:
    """Whether something can be asked at a spot."""
    node = node_at(pack, flow, spot)
    if isinstance(node, Step):
        return not node.run and (not spot.field or (node.is_form and spot.field in node.facts))
    return isinstance(node, Outcome) and (not spot.field or spot.field in (*node.needs, *node.wants))


def take(value: Given, items: tuple[str, ...], field: str) -> tuple[Written | None, Given | None]:
    """The part of an answer that is for what is asked, and what is left of the answer.

    Args:
        value: the answer; a mapping holds one for each item or field.
        items: the items of what is asked, outermost first; each may be a key, or not.
        field: the field of what is asked, which must be a key, or "".

    Returns:
        nothing and the whole answer where none of it fits; and nothing as the second where it is used up.
    """
    if not isinstance(value, dict):
        return (None, value) if field else (value, None)
    ways = [(item, items[number:], field) for number, item in enumerate(items, 1)]
    for key, inner_items, inner_field in [*ways, *([(field, items, "")] if field else [])]:
        if key in value:
            found, rest = take(value[key], inner_items, inner_field)
            if found is not None:
                left = {name: rest if name == key else part for name, part in value.items()}
                kept = {name: part for name, part in left.items() if part is not None}
                return found, kept or None
    return None, value
