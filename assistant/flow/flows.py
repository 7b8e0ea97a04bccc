"""Reading flows: steps, `then` and outcomes, with every name resolved while it is read.

What stands in other files (facts, tables, other flows and their exits) is told by a `World`. Whether the steps lead
anywhere is judged afterwards, by `flow.ways`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import msgspec

from assistant.flow.facts import AUDIENCES, RESERVED, check_name
from assistant.flow.fields import Fields, SourceFile, whole
from assistant.flow.model import (
    NEXT,
    TRY_ANSWERS,
    UNKNOWN,
    At,
    Flow,
    Limit,
    Outcome,
    Row,
    Step,
    Then,
    Verb,
)  # fmt: skip
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence
from assistant.flow.outcomes import OutcomeReader, World, read_message
from assistant.flow.problem import near
from assistant.flow.scope import Scope
from assistant.flow.types import Type, type_of

FLOW_KEYS = ("title", "summary", "source", "reviewed", "phrases", "steps", "outcomes", "facts", "was")
STEP_KEYS = (
    "ask", "try", "tell", "run", "when", "then", "each", "at_most", "again", "wait", "audience", "note", "label",
    "also", "message", "source", "was",
)  # fmt: skip
_ONLY_WITH = {
    "also": ("try",), "wait": ("try", "tell"), "message": ("tell",), "again": ("ask",), "label": ("try",),
    "note": ("ask", "try", "tell"), "each": ("ask", "try", "tell", "run"),
}  # fmt: skip
_WAIT = re.compile(r"(\d{1,4})\s*(s|sec|seconds?|m|min|minutes?|h|hours?)")
_UNITS = {"s": 1, "m": 60, "h": 3600}


class FlowReader:
    """Reads one flow."""

    def __init__(self, file: SourceFile, world: World, flow: str) -> None:
        self.file = file
        self.world = world
        self.flow = flow
        self.outcomes: dict[str, Outcome] = {}
        self.steps: Mapping = Mapping((1, 1))
        self.below: dict[str, str] = {}
        """The step below each."""
        self.targets: frozenset[str] = frozenset()
        """All that a `then` may lead to, by name."""
        self.answers: dict[str, frozenset[str]] = {}
        """The steps of this flow; for a `try`, the results it can have."""
        self.scope = Scope(file.path, world.vocabulary, steps=self.answers, in_item=flow in world.run_per_item)

    def read(self, node: Mapping) -> Flow:
        """The whole flow. Problems are reported; what is wrong is left out."""
        fields = Fields(self.file, node, "a flow", FLOW_KEYS)
        fields.require("title", "steps")
        outcomes = fields.mapping("outcomes")
        steps_node = fields.mapping("steps")
        if steps_node is not None and not steps_node.keys:
            self.file.report("F413", steps_node)
        self.steps = steps_node or Mapping((1, 1))
        self.below = dict(pairwise(self.steps.keys))
        for key, value in self.steps.items():
            self.answers[key.value] = _results(value)
        reader = OutcomeReader(self.file, self.world, in_item=self.flow in self.world.run_per_item)
        for key, value in outcomes.items() if outcomes is not None else ():
            outcome = reader.read(key, value)
            if outcome is not None:
                self.outcomes[key.value] = outcome
            if key.value in self.world.outcomes:
                other = self.world.outcomes[key.value].at
                self.file.report("F209", key, name=key.value, other=str(other))
            if key.value in self.steps.keys:
                self.file.report("F208", key, name=key.value, line=str(self.steps.keys[key.value].at[0]))
        self.targets = frozenset((*self.answers, *self.outcomes, *self.world.outcomes))
        for key in self.steps.keys.values():
            if key.value in self.world.outcomes and key.value not in self.outcomes:
                self.file.report("F210", key, name=key.value, other=str(self.world.outcomes[key.value].at))
        steps = {}
        for key, value in self.steps.items():
            step = self.step(key, value)
            if step is not None:
                steps[key.value] = step
        return Flow(
            id=self.flow,
            title=fields.word("title", self.flow),
            steps=steps,
            at=At(self.file.path, *node.at),
            summary=fields.word("summary"),
            source=fields.words("source"),
            reviewed=fields.day("reviewed"),
            phrases=fields.words("phrases"),
            outcomes=self.outcomes,
            was=fields.words("was"),
            offered=all(kind != "exit" for kind in self.world.ends.get(self.flow, {}).values()),
        )

    def step(self, key: Scalar, node: Node) -> Step | None:
        if key.value not in self.world.facts:  # a step may be named like the fact that it asks
            check_name(self.file, key, "a step")
        if isinstance(node, Scalar) and node.empty:
            node = Mapping(node.at)
        if not isinstance(node, Mapping):
            self.file.report("F103", node, wanted="a step takes a verb (`ask`, `try`, `tell`, `run`)", found="a text")
            return None
        fields = Fields(self.file, node, "a step", STEP_KEYS)
        verbs = [verb for verb in node.keys if verb in ("ask", "try", "tell", "run") and fields.has(verb)]
        if len(verbs) > 1:
            self.file.report("F108", node.keys[verbs[1]], first=verbs[0], second=verbs[1])
        verb: Verb = verbs[0] if verbs else ""  # type: ignore[assignment]
        facts = self.asked(fields, fields.scalars("ask")) if verb == "ask" else ()
        if not verb and key.value in self.world.facts:
            verb, facts = "ask", self.asked(fields, [key])
        each, item, item_table = self.each(fields, verb)
        outside = self.scope
        scope = outside if item is None else outside.of_item(item, item_table)
        also = self.also(fields, verb)
        run = self.run(fields) if verb == "run" else ""
        then = self.then(fields, verb, facts, run, also, bool(each), outside, key.value)
        if verb == "run" and not run:
            then = msgspec.structs.replace(then, otherwise=UNKNOWN)
        return Step(
            id=key.value,
            verb=verb,
            at=At(self.file.path, *key.at),
            facts=facts,
            text=fields.text(verb, scope) if verb in ("try", "tell") else None,
            run=run,
            when=fields.rule("when", outside),
            then=then,
            each=each,
            also=also,
            **self.modifiers(fields, verb, scope),
        )

    def asked(self, fields: Fields, names: list[Scalar]) -> tuple[str, ...]:
        found: list[str] = []
        for node in names:
            fact = self.world.facts.get(node.value)
            if fact is None and (" " in node.value.strip() or "?" in node.value):
                self.file.report("F206", node, text=node.value.strip()[:70])
            elif fact is None:
                self.file.report("F202", node, name=node.value, near=near(node.value, self.world.vocabulary.asked))
            elif fact.value is not None:
                self.file.report("F409", node, name=node.value)
            elif node.value in found:
                self.file.report("F417", node, name=node.value)
            else:
                found.append(node.value)
        if len(found) > 1:
            self.check_form(fields, found)
        return tuple(found)

    def check_form(self, fields: Fields, facts: list[str]) -> None:
        """No field's choices may depend on another field of the same form."""
        from assistant.flow.reads import facts_read

        node = fields.get("ask")
        for name in facts:
            for choice in self.world.facts[name].choices:
                read = facts_read(choice.when, self.world.facts) if choice.when is not None else frozenset()
                clash = [other for other in facts if other in read]
                if clash and node is not None:
                    self.file.report("F418", node, name=name, other=clash[0])

    def each(self, fields: Fields, verb: Verb) -> tuple[str, Type | None, str]:
        node = fields.scalar("each")
        if node is None:
            return "", None, ""
        declared = self.world.vocabulary.facts.get(node.value)
        if declared is None:
            self.file.report("F202", node, name=node.value, near=near(node.value, self.world.vocabulary.asked))
            return "", None, ""
        if not declared.many:
            self.file.report("F419", node, name=node.value)
            return "", None, ""
        return node.value, type_of(declared).member, declared.table

    def also(self, fields: Fields, verb: Verb) -> dict[str, str]:
        node = fields.mapping("also")
        if node is None:
            return {}
        found = {}
        for key, value in whole(self.file, node):
            if key.value in (*RESERVED, *TRY_ANSWERS):
                self.file.report("F106", key, name=key.value, what="an answer")
            if isinstance(value, Scalar):
                found[key.value] = value.value
            else:
                fields.kind(value, "`also` takes `answer: Label`")
        return found

    def run(self, fields: Fields) -> str:
        node = fields.scalar("run")
        if node is None:
            return ""
        if node.value not in self.world.flows:
            self.file.report("F203", node, name=node.value, near=near(node.value, self.world.flows))
            return ""
        return node.value

    def modifiers(self, fields: Fields, verb: Verb, scope: Scope) -> dict[str, Any]:
        """The modifiers that are written, by name; reported where one makes no sense beside the verb."""
        found = {}
        for key, node in fields.node.keys.items():
            verbs = _ONLY_WITH.get(key)
            if verbs is not None and verb not in verbs and fields.has(key):
                self.file.report("F420", node, key=key, verbs=" or ".join(f"`{one}`" for one in verbs))
            if key in _MODIFIERS:
                found[key] = _MODIFIERS[key](self, fields, scope)
        return found

    def at_most(self, fields: Fields) -> Limit | None:
        node = fields.mapping("at_most")
        if node is None:
            return None
        inner = Fields(self.file, node, "`at_most`", ("times", "else"))
        if not inner.require("times", "else"):
            return None
        times, target = inner.scalar("times"), inner.scalar("else")
        if times is None or target is None:
            return None
        if not times.value.isdecimal() or not 1 <= int(times.value) <= 99:
            self.file.report("F110", times, value=times.value)
            return None
        return Limit(int(times.value), self.target(target))

    def wait(self, fields: Fields) -> int:
        node = fields.scalar("wait")
        if node is None:
            return 0
        match = _WAIT.fullmatch(node.value.strip())
        if match is None:
            self.file.report("F111", node, value=node.value)
            return 0
        return int(match[1]) * _UNITS[match[2][0]]

    def target(self, node: Node) -> str:
        """A target, checked."""
        if not isinstance(node, Scalar):
            self.file.report("F103", node, wanted="a target is the name of a step or an outcome", found="no text")
            return UNKNOWN
        name = node.value
        if name == NEXT or name in self.answers or name in self.outcomes or name in self.world.outcomes:
            return name
        self.file.report("F201", node, name=name, near=near(name, self.targets))
        return UNKNOWN

    def then(
        self, fields: Fields, verb: Verb, facts: tuple[str, ...], run: str, also: dict[str, str], each: bool, scope: Scope,
        step: str,
    ) -> Then:  # fmt: skip
        """Where a step leads. What was reported to be wrong leads to `UNKNOWN`."""
        node = fields.get("then")
        if node is None:
            covered = each or not run or self.covers(fields.node.keys["run"], run, set())
            return Then() if covered else Then(otherwise=UNKNOWN)
        key = fields.node.keys["then"]
        if isinstance(node, Scalar):
            return Then(otherwise=self.target(node))
        if isinstance(node, Sequence):
            rows, otherwise = self.rows(fields, node, scope)
            if otherwise is None and run and not each and not self.covers(key, run, set()):
                otherwise = UNKNOWN
            return Then(rows=rows, otherwise=otherwise or NEXT, silent=otherwise is None)
        assert isinstance(node, Mapping)
        answers = {name.value: self.target(value) for name, value in whole(self.file, node)}
        otherwise = answers.pop("else", None)
        if each or (verb == "ask" and len(facts) > 1):
            self.file.report("F404", key, what="`each`" if each else "a form")
            return Then(answers=tuple(answers.items()), otherwise=UNKNOWN)
        allowed = self.allowed(verb, facts, run, also, key, step)
        if allowed is not None:
            for name in answers:
                if name not in allowed:
                    self.wrong_answer(node.keys[name], verb, facts, run, allowed)
        if allowed is None or (run and otherwise is None and not self.covers(key, run, set(answers))):
            otherwise = UNKNOWN
        if verb == "try" and "failed" in answers and "skipped" not in answers and otherwise is None and step in self.below:
            self.file.report("F406", node.keys["failed"], target=answers["failed"], next=self.below[step])
        return Then(answers=tuple(answers.items()), otherwise=otherwise or NEXT)

    def rows(self, fields: Fields, node: Sequence, scope: Scope) -> tuple[tuple[Row, ...], str | None]:
        """The rows of a `then`, and where its `else` leads."""
        rows: list[Row] = []
        otherwise = None
        for number, item in enumerate(node.items):
            if not isinstance(item, Mapping):
                fields.kind(item, "a row of `then` is {when: RULE, then: TARGET} or {else: TARGET}")
                continue
            if "else" in item.keys:
                inner = Fields(self.file, item, "the last row of `then`", ("else",))
                otherwise = self.target(item.values["else"])
                if number != len(node.items) - 1:
                    self.file.report("F421", item)
                continue
            inner = Fields(self.file, item, "a row of `then`", ("when", "then"))
            inner.require("when", "then")
            rule, target = inner.rule("when", scope), inner.get("then")
            if rule is not None and target is not None:
                rows.append(Row(rule, self.target(target)))
        return tuple(rows), otherwise

    def allowed(
        self, verb: Verb, facts: tuple[str, ...], run: str, also: dict[str, str], key: Scalar, step: str
    ) -> frozenset[str] | None:
        """The answers that a map may name; `None` where that can't be told because of another problem."""
        if verb == "try":
            return frozenset((*TRY_ANSWERS, *also))
        if verb == "run":
            return frozenset(self.world.ends[run]) if run else None
        if verb in ("tell", ""):
            self.file.report("F422", key, name=step)
            return None
        if not facts:
            return None
        fact = self.world.facts[facts[0]]
        if fact.type not in ("yes-no", "choice"):
            self.file.report("F404", key, what=f"a {fact.type} fact")
            return None
        if fact.type == "choice" and not fact.choices:
            return None
        values = ("yes", "no") if fact.type == "yes-no" else (choice.value for choice in fact.choices)
        return frozenset((*values, *(("unsure",) if fact.unsure else ()), *(("none",) if fact.many else ())))

    def wrong_answer(self, key: Scalar, verb: Verb, facts: tuple[str, ...], run: str, allowed: frozenset[str]) -> None:
        if key.value == "unsure" and facts:
            self.file.report("F405", key, name=facts[0])
        elif verb == "run":
            self.file.report("F204", key, name=key.value, flow=run, near=near(key.value, allowed))
        else:
            of = f"`{facts[0]}`" if facts else "a `try`"
            self.file.report("F205", key, value=key.value, of=of, near=near(key.value, allowed))

    def covers(self, node: Node, run: str, named: set[str]) -> bool:
        """Whether every exit of the flow that is run leads somewhere; reported where one does not."""
        exits = [name for name, kind in self.world.ends[run].items() if kind == "exit"]
        missing = [name for name in exits if name not in named]
        if missing:
            self.file.report("F403", node, flow=run, exits=", ".join(f"`{name}`" for name in missing))
        return not missing


_MODIFIERS: dict[str, Callable[[FlowReader, Fields, Scope], object]] = {
    "at_most": lambda reader, fields, scope: reader.at_most(fields),
    "again": lambda reader, fields, scope: fields.flag("again"),
    "wait": lambda reader, fields, scope: reader.wait(fields),
    "audience": lambda reader, fields, scope: fields.one_of("audience", AUDIENCES),
    "label": lambda reader, fields, scope: fields.text("label", scope),
    "note": lambda reader, fields, scope: fields.text("note", scope),
    "message": lambda reader, fields, scope: read_message(fields, scope),
    "source": lambda reader, fields, scope: fields.words("source"),
    "was": lambda reader, fields, scope: fields.words("was"),
}


def _results(node: Node) -> frozenset[str]:
    """What a `try` can result in; of any other step, nothing."""
    if not isinstance(node, Mapping) or "try" not in node.values or "each" in node.values:
        return frozenset()
    also = node.values.get("also")
    return frozenset((*TRY_ANSWERS, *(also.keys if isinstance(also, Mapping) else ())))
