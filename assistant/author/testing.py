"""Running the tests of flows: a conversation is held with a test's answers, and held against what it expects.

Pure, but for the clock, which is an input. Which files are read is `author.suites`, how a failure is told `author.verdicts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

import msgspec

from assistant.author.expectations import Difference, differences, name_of, slots_asked
from assistant.author.testfile import FlowTest, FlowTests
from assistant.engine.lines import Given
from assistant.engine.prompt import Attempt, Form, Prompt, Question
from assistant.engine.result import Fault, Result, offered
from assistant.engine.script import run
from assistant.engine.wording import heading
from assistant.flow.model import Pack
from assistant.flow.problem import near

_NOON = time(12, tzinfo=UTC)


class Verdict(msgspec.Struct, frozen=True):
    """What came of one test: it passed where there is no difference.

    Attributes:
        file: the tests that it stands among.
        test: the test.
        result: the conversation that was held.
        differences: everything that came otherwise than the test says.
    """

    file: FlowTests
    test: FlowTest
    result: Result
    differences: tuple[Difference, ...]

    @property
    def passed(self) -> bool:
        """Whether all came as expected."""
        return not self.differences


def run_test(pack: Pack, file: FlowTests, test: FlowTest, now: datetime) -> Verdict:
    """Run one test.

    Args:
        pack: what holds the flow.
        file: the tests that it stands among, with their usual answers.
        test: the test.
        now: the moment of every event, where the test names no day.
    """
    moment = datetime.combine(test.today, _NOON) if test.today is not None else now
    result = run(
        pack, file.flow, test.answers, now=moment, given=test.facts, usually=file.usually, audience=test.audience,
        language=test.language, by=test.audience,
    )  # fmt: skip
    found = list(_unheld(result, file, test))
    if result.status == "ended" and result.fault is None:
        found.extend(differences(result, test.expected, moment))
    return Verdict(file, test, result, tuple(sorted(found, key=lambda one: one.at)))


def _unheld(result: Result, file: FlowTests, test: FlowTest) -> Iterator[Difference]:
    """Why the conversation could not be held as written: an answer that was wrong, missing or left over."""
    if result.fault is not None:
        yield _faulty(result.fault, file, test, result)
        return
    if result.status == "waiting":
        yield _unanswered(result, test)
    asked = ", ".join(dict.fromkeys(name_of(slot) for slot in slots_asked(result.shown))) or "-"
    for line in result.unused:
        if line.verb != "answer":
            yield Difference("test.not_reached", line.at, {"name": line.name or line.verb})
        else:
            yield Difference("test.unused", line.at, {"name": line.name or _written(line.value), "asked": asked})


def _faulty(fault: Fault, file: FlowTests, test: FlowTest, result: Result) -> Difference:
    at = fault.at or file.usual_at.get(fault.usual) or test.places.get(fault.place) or test.at
    arguments = {"place": fault.place, "sentence": fault.sentence(), "near": ""}
    if fault.code == "refused.not_a_choice" and result.shown:
        given = next((line.value for line in test.answers.lines if line.at == fault.at), file.usually.get(fault.usual, ""))
        arguments["near"] = near(_written(given), _values(result.shown[-1], fault.place)) if given else ""
    return Difference("test.at" if fault.place else "test.fault", at, arguments)


def _values(prompt: Prompt, place: str) -> list[str]:
    """The answers that can be picked at a place, as they are written."""
    fields = prompt.fields if isinstance(prompt, Form) else (prompt,)
    asked = [field for field in fields if isinstance(field, Question | Attempt) and field.place == place]
    return [option.value for field in asked for option in offered(field, "en")]


def _unanswered(result: Result, test: FlowTest) -> Difference:
    assert result.session is not None
    prompt = result.session.prompt
    fields = prompt.fields if isinstance(prompt, Form) else (prompt,)
    one = next((field for field in fields if field.place == result.place), prompt)
    name = one.fact if isinstance(one, Question) else result.place
    return Difference("test.no_answer", test.at, {"name": name, "question": heading(one), "place": result.place})


def _written(value: Given) -> str:
    return ", ".join(value if isinstance(value, tuple) else [value]) if not isinstance(value, dict) else ""
