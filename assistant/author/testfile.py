"""Reading `FLOW.test.yaml`: what tests a file holds, and every mistake in it at once, with its place and the nearest name.

The answers are read by the reader that `--answers` has (`engine.answersfile`). Whether a test passes is no concern here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import get_args

import msgspec

from assistant.engine.answersfile import answers_in, values_in
from assistant.engine.lines import Answers, AnswersError, Given
from assistant.engine.names import Name, understand, understand_step
from assistant.engine.where import GIVEN, flows_run
from assistant.flow.facts import AUDIENCES
from assistant.flow.fields import Fields, SourceFile, whole
from assistant.flow.model import TRY_ANSWERS, OutcomeKind, Pack
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence
from assistant.flow.problem import Problem, Problems, near
from assistant.flow.source import parse
from assistant.words import is_language

FILE_KEYS = ("today", "usually", "tests")
TEST_KEYS = ("name", "today", "audience", "lang", "facts", "answers", "expect")
EXPECT_KEYS = (
    "outcome", "kind", "passed", "not_passed", "asked", "not_asked", "text", "no_text", "case", "message",
)  # fmt: skip
CASE_KEYS = ("portal", "subject", "fields", "tried", "text")
MESSAGE_KEYS = ("to", "text")

_Meaning = Callable[[str, Pack, str], Name | tuple[str, dict[str, str]]]

At = tuple[int, int]


class Expectation(msgspec.Struct, frozen=True):
    """One thing that a test expects.

    Attributes:
        key: what it is about, as it is written: `outcome`, `passed`, `case.fields` and so on.
        values: what is expected; several only for `passed`, where they must come in this order.
        at: where it stands.
        name: the field of `case.fields`, the result of `case.tried`.
    """

    key: str
    values: tuple[str, ...]
    at: At
    name: str = ""

    @property
    def value(self) -> str:
        """The first of what is expected."""
        return self.values[0]


class FlowTest(msgspec.Struct, frozen=True, kw_only=True):
    """One test. `places` tells where its facts are given, by their places."""

    name: str
    at: At
    today: date | None = None
    audience: str = "customer"
    language: str = ""
    facts: dict[str, Given] = {}
    answers: Answers = Answers()
    expected: tuple[Expectation, ...] = ()
    places: dict[str, At] = {}


class FlowTests(msgspec.Struct, frozen=True, kw_only=True):
    """The tests of one file. `usual_at` tells where each usual answer stands."""

    path: str
    flow: str
    tests: tuple[FlowTest, ...] = ()
    usually: dict[str, Given] = {}
    usual_at: dict[str, At] = {}


def read_tests(text: str, path: str, pack: Pack, flow: str) -> tuple[FlowTests, tuple[Problem, ...]]:
    """The tests of a file, and every problem of it. Where one is an error there are no tests: none of it is run.

    Args:
        text: the whole file.
        path: what the file is called in problems.
        pack: the pack that it belongs to.
        flow: the flow that it tests, by its id.
    """
    problems = Problems()
    if flow not in pack.flows:
        problems.report("F601", path, (1, 1), None, name=flow, near=near(flow, pack.flows))
        return FlowTests(path=path, flow=flow), problems.all()
    file = SourceFile(path, text, problems)
    root = parse(text, path, problems)
    none = tests = FlowTests(path=path, flow=flow)
    if isinstance(root, Mapping):
        tests = _Reader(file, pack, flow).file_of_tests(root)
    elif root is not None:
        file.report("F103", root, wanted="a file of tests has keys such as `tests`", found="something else")
    return none if problems.has_errors else tests, problems.all()


class _Reader:
    def __init__(self, file: SourceFile, pack: Pack, flow: str) -> None:
        self.file = file
        self.pack = pack
        self.flow = flow

    def file_of_tests(self, root: Mapping) -> FlowTests:
        fields = Fields(self.file, root, "a file of tests", FILE_KEYS)
        fields.require("tests")
        usually, usual_at = self.values(fields, "usually")
        for name, at in usual_at.items():
            self.name(name, at, understand)
        today = self.day(fields)
        node = fields.get("tests")
        tests: list[FlowTest] = []
        named: dict[str, int] = {}
        for item in node.items if isinstance(node, Sequence) else []:
            test = self.test(item, today)
            if test is None:
                continue
            if test.name in named:
                self.file.problems.report("F605", self.file.path, test.at, None, name=test.name, line=str(named[test.name]))
            named.setdefault(test.name, test.at[0])
            tests.append(test)
        if node is not None and not isinstance(node, Sequence):
            fields.kind(node, "`tests` takes a list, each test behind a `-`")
        return FlowTests(path=self.file.path, flow=self.flow, tests=tuple(tests), usually=usually, usual_at=usual_at)

    def test(self, node: Node, today: date | None) -> FlowTest | None:
        if not isinstance(node, Mapping):
            self.file.report(
                "F103", node, wanted="a test takes `name`, `answers`, `expect` and so on", found="no such thing"
            )
            return None
        fields = Fields(self.file, node, "a test", TEST_KEYS)
        fields.require("name")
        lang = fields.scalar("lang")
        if lang is not None and not is_language(lang.value):
            self.file.report("F606", lang, name=lang.value)
        facts, places = self.values(fields, "facts")
        for name, at in places.items():
            self.given(name, at)
        expect = fields.mapping("expect")
        return FlowTest(
            name=fields.word("name"),
            at=node.at,
            today=self.day(fields) or today,
            audience=fields.one_of("audience", AUDIENCES, "customer"),
            language=lang.value if lang is not None else "",
            facts=facts,
            answers=self.answers(fields),
            expected=tuple(self.expected(expect)) if expect is not None else (),
            places={f"{GIVEN}.{name}": at for name, at in places.items()},
        )

    def day(self, fields: Fields) -> date | None:
        day = fields.day("today")
        return date.fromisoformat(day) if day else None

    # What is said

    def answers(self, fields: Fields) -> Answers:
        node = fields.get("answers")
        if node is None:
            return Answers()
        if self.is_torn(node):
            return Answers()
        answers, faults = answers_in(node, self.file.path)
        self.unreadable(faults)
        for line in answers.lines:
            for name in (line.name, *(line.no_longer or ())):
                if name:
                    self.name(name, line.at, understand)
        return answers

    def values(self, fields: Fields, key: str) -> tuple[dict[str, Given], dict[str, At]]:
        node = fields.mapping(key)
        if node is None or self.is_torn(node):
            return {}, {}
        values, faults = values_in(node, self.file.path)
        self.unreadable(faults)
        return values, {name: scalar.at for name, scalar in node.keys.items()}

    def unreadable(self, faults: Iterable[AnswersError]) -> None:
        for fault in faults:
            at = fault.line, fault.column
            self.file.problems.report("F604", self.file.path, at, None, sentence=fault.sentence())

    def is_torn(self, node: Node) -> bool:
        """Whether a comma inside `{ }` tore something off the text before it, which is reported."""
        pending, torn = [node], False
        while pending:
            one = pending.pop()
            if isinstance(one, Mapping):
                kept = whole(self.file, one)
                torn = torn or len(kept) < len(one.keys)
                pending.extend(value for _, value in kept)
            elif isinstance(one, Sequence):
                pending.extend(one.items)
        return torn

    def name(self, name: str, at: At, meaning: _Meaning) -> None:
        """Report a name that means nothing, or more than one thing."""
        found = meaning(name, self.pack, self.flow)
        if isinstance(found, Name):
            return
        code, told = found
        problems, path = self.file.problems, self.file.path
        if code == "script.name_in_many":
            problems.report("F603", path, at, None, name=told["name"], flows=told["flows"])
        else:
            unknown = "F608" if meaning is understand_step else "F602"
            problems.report(unknown, path, at, None, name=told["name"], near=told["near"])

    def given(self, name: str, at: At) -> None:
        fact = self.pack.facts.get(name)
        problems, path = self.file.problems, self.file.path
        if fact is None:
            asked = [one.name for one in self.pack.facts.values() if one.value is None]
            problems.report("F202", path, at, None, name=name, near=near(name, asked))
        elif fact.value is not None:
            problems.report("F409", path, at, None, name=name)

    # What is expected

    def expected(self, node: Mapping) -> Iterable[Expectation]:
        fields = Fields(self.file, node, "`expect`", EXPECT_KEYS)
        outcome = fields.scalar("outcome")
        if outcome is not None:
            self.one_of(outcome, self.endings(), "F607")
            yield Expectation("outcome", (outcome.value,), outcome.at)
        kind = fields.scalar("kind")
        if kind is not None:
            fields.one_of("kind", get_args(OutcomeKind))
            yield Expectation("kind", (kind.value,), kind.at)
        passed = fields.scalars("passed")
        if passed:
            yield Expectation("passed", tuple(step.value for step in passed), passed[0].at)
        for step in (*passed, *fields.scalars("not_passed")):
            self.name(step.value, step.at, understand_step)
        for asked in (*fields.scalars("asked"), *fields.scalars("not_asked")):
            self.name(asked.value, asked.at, understand)
        for key in ("not_passed", "asked", "not_asked", "text", "no_text"):
            yield from self.words(fields, key)
        yield from self.case(fields)
        message = fields.mapping("message")
        if message is not None:
            inner = Fields(self.file, message, "`message`", MESSAGE_KEYS)
            for key in MESSAGE_KEYS:
                yield from self.words(inner, key, "message.")

    def case(self, fields: Fields) -> Iterable[Expectation]:
        node = fields.mapping("case")
        if node is None:
            return
        inner = Fields(self.file, node, "`case`", CASE_KEYS)
        portal = inner.scalar("portal")
        if portal is not None:
            self.one_of(portal, self.pack.portals, "F211")
        for key in ("portal", "subject", "text"):
            yield from self.words(inner, key, "case.")
        written = inner.mapping("fields")
        for name, value in written.items() if written is not None else ():
            if isinstance(value, Scalar):
                yield Expectation("case.fields", (value.value,), value.at, name.value)
            else:
                inner.kind(value, "a field of a case takes a text")
        tried = inner.mapping("tried")
        if tried is None:
            return
        results = {*TRY_ANSWERS, *self.also()}
        by_result = Fields(self.file, tried, "`tried`", results)
        for result in tried.keys:
            for step in by_result.scalars(result):
                self.name(step.value, step.at, understand_step)
                yield Expectation("case.tried", (step.value,), step.at, result)

    def words(self, fields: Fields, key: str, before: str = "") -> Iterable[Expectation]:
        for word in fields.scalars(key):
            yield Expectation(before + key, (word.value,), word.at)

    def one_of(self, node: Scalar, names: Iterable[str], code: str) -> None:
        names = list(names)
        if node.value not in names:
            self.file.report(code, node, name=node.value, near=near(node.value, names))

    def endings(self) -> set[str]:
        """The outcomes in which the flow, or one that it runs, can end."""
        return {name for flow in flows_run(self.pack, self.flow) for name in self.pack.flows[flow].outcomes} | {
            *self.pack.outcomes
        }

    def also(self) -> set[str]:
        """The answers of its own that some `try` has."""
        flows = flows_run(self.pack, self.flow)
        return {answer for flow in flows for step in self.pack.flows[flow].steps.values() for answer in step.also}
