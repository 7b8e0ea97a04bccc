"""Holding a conversation with written answers, with nobody there: for `--answers`, `--batch` and the tests of flows.

Pure: answers and a moment go in, a result comes out. What is wrong with an answer is part of the result and never an
exception. Where the answers come from and how they are read is `engine.answersfile`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Literal

import msgspec

from assistant.engine import Refused, answer, back, change, start
from assistant.engine.answersfile import answers_from, read_answers, values_from
from assistant.engine.events import SEEN, Written
from assistant.engine.lines import Answers, AnswersError, Given, Line, take
from assistant.engine.names import Name, Slot, understand
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Prompt, Question, Stuck, TrailEntry
from assistant.engine.result import Fault, Result, Status, as_json, offered
from assistant.engine.session import Session
from assistant.flow.model import Pack
from assistant.flow.problem import near

__all__ = [
    "Answers", "AnswersError", "Fault", "Result", "answers_from", "as_json", "read_answers", "run", "values_from",
]  # fmt: skip

MOST_WITHOUT_A_LINE = 1_000
"""How many prompts may be answered in a row by `usually` and by going on, before it is called a circle."""


def run(
    pack: Pack,
    flow: str,
    answers: Answers,
    *,
    now: datetime,
    given: Mapping[str, Given] | None = None,
    usually: Mapping[str, Given] | None = None,
    audience: str = "customer",
    language: str = "",
    by: str = "",
) -> Result:
    """Hold a conversation with written answers.

    A `tell` goes on by itself and no `wait` is waited for. `change` and `back` happen as soon as every line above them
    is used up; lines below them wait until then.

    Args:
        pack, flow: what to hold, by its flow's id.
        answers: the script.
        now: the moment of every event.
        given: facts that are known before the first question.
        usually: answers by name for what the script says nothing about; they may serve often or never.
        audience, language, by: as for `start`.
    """
    script = _Script(pack, flow, answers, usually or {}, now, by)
    try:
        script.understand_names()
        script.session = start(pack, flow, now=now, audience=audience, language=language, given=dict(given or {}), by=by)
        return script.result(*script.hold())
    except _Invalid as invalid:
        return script.result("invalid", invalid.fault.place, invalid.fault)
    except Refused as refused:
        return script.result("invalid", refused.place, _fault(refused))


class _Invalid(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


class _Taken(msgspec.Struct, frozen=True):
    """An answer that was taken from a line, or from what is usual under a name."""

    value: object
    line: Line | None = None
    usual: str = ""


class _Lines:
    """The lines that are left. Only those above the next `change` or `back` can serve."""

    def __init__(self, lines: tuple[Line, ...]) -> None:
        self.below = deque(enumerate(lines))
        self.named: dict[int, Line] = {}
        self.plain: deque[tuple[int, Line]] = deque()
        self.used = 0
        self._open()

    def _open(self) -> None:
        while self.below and self.below[0][1].verb == "answer":
            number, line = self.below.popleft()
            if line.name:
                self.named[number] = line
            else:
                self.plain.append((number, line))

    @property
    def at_an_act(self) -> bool:
        """Whether all above the next `change` or `back` is used up."""
        return not self.named and not self.plain and bool(self.below)

    def next_act(self) -> Line:
        """The `change` or `back` that is due."""
        self.used += 1
        line = self.below.popleft()[1]
        self._open()
        return line

    def next_plain(self) -> Line | None:
        """The next line without a name."""
        if not self.plain:
            return None
        self.used += 1
        return self.plain.popleft()[1]

    def use(self, number: int, rest: Given | None) -> None:
        """A named line was used; `rest` is what is left of its answer."""
        self.used += 1
        if rest is None:
            del self.named[number]
        else:  # the refusal was expected of the part that was used
            self.named[number] = msgspec.structs.replace(self.named[number], value=rest, refused=None)

    def unused(self) -> tuple[Line, ...]:
        """What is left, in the script's order."""
        return tuple(line for _, line in sorted([*self.named.items(), *self.plain, *self.below], key=itemgetter(0)))


class _Script:
    """One run: the lines that are left, and the session as it stands."""

    def __init__(
        self, pack: Pack, flow: str, answers: Answers, usually: Mapping[str, Given], now: datetime, by: str
    ) -> None:
        self.pack = pack
        self.flow = flow
        self.lines = _Lines(answers.lines)
        self.usually = usually
        self.now = now
        self.by = by
        self.names: dict[str, Name] = {}
        self.session: Session | None = None
        self.shown: list[Prompt] = []

    def understand_names(self) -> None:
        """Find out what every name means, before anything is asked."""
        if self.flow not in self.pack.flows:
            arguments = {"name": self.flow, "near": near(self.flow, self.pack.flows)}
            raise _Invalid(Fault("refused.unknown_flow", "", arguments))
        named = [(name, line.at) for line in self.lines.unused() for name in (line.name, *(line.no_longer or ())) if name]
        for name, at in [*named, *((name, None) for name in self.usually)]:
            if name not in self.names:
                found = understand(name, self.pack, self.flow)
                if not isinstance(found, Name):
                    raise _Invalid(Fault(found[0], "", found[1], at))
                self.names[name] = found

    def result(self, status: Status, place: str, fault: Fault | None = None) -> Result:
        return Result(
            pack=self.pack,
            flow=self.flow,
            status=status,
            session=self.session,
            place=place,
            fault=fault,
            unused=self.lines.unused(),
            shown=tuple(self.shown),
        )

    def hold(self) -> tuple[Literal["ended", "waiting"], str]:
        """Go on until it ends or no answer is left; the place that waits is told."""
        since_a_line = 0
        while True:
            session = self.standing
            prompt = session.prompt
            if not self.shown or self.shown[-1] != prompt:
                self.shown.append(prompt)
            used = self.lines.used
            if self.lines.at_an_act:
                self.act(self.lines.next_act())
                continue
            if isinstance(prompt, Ending):
                return "ended", ""
            if isinstance(prompt, Stuck):
                raise _Invalid(Fault("script.stuck_" + prompt.code.replace("-", "_"), prompt.place))
            if since_a_line >= MOST_WITHOUT_A_LINE:
                raise _Invalid(Fault("script.circle", prompt.place, {"count": str(MOST_WITHOUT_A_LINE)}))
            if isinstance(prompt, Notice):
                self.session = answer(session, SEEN, now=self.now, by=self.by)
            else:
                missing = self.give(session, prompt)
                if missing:
                    return "waiting", missing
            since_a_line = 0 if self.lines.used > used else since_a_line + 1

    @property
    def standing(self) -> Session:
        assert self.session is not None
        return self.session

    def act(self, line: Line) -> None:
        """Change an answer, or go back."""
        try:
            no_longer: tuple[TrailEntry, ...] = ()
            if line.verb == "back":
                self.session = back(self.standing, now=self.now, by=self.by)
            else:
                no_longer = self.change(line)
        except Refused as refused:
            self.expect_refusal(line, refused)
            return
        if line.refused is not None:
            raise _Invalid(Fault("script.not_refused", self.standing.prompt.place, {"text": line.refused}, line.at))
        self.expect_no_longer(line, no_longer)

    def change(self, line: Line) -> tuple[TrailEntry, ...]:
        """Change the newest answer that the line names; what it made void is told."""
        for entry in reversed(self.standing.trail):
            value = self.meant(line.name, line.value, _slot(entry))[0] if entry.kind != "tell" else None
            if value is None:
                continue
            changed = change(self.standing, entry.place, value, now=self.now, by=self.by)
            self.session = changed.session
            return changed.no_longer
        raise _Invalid(Fault("script.nothing_to_change", "", {"name": line.name}, line.at))

    def expect_no_longer(self, line: Line, no_longer: Sequence[TrailEntry]) -> None:
        if line.no_longer is None:
            return
        slots = [_slot(entry) for entry in no_longer]
        for name in line.no_longer:
            if not any(self.names[name].opens(slot) for slot in slots):
                raise _Invalid(Fault("script.still_applies", "", {"name": name}, line.at))
        if not line.no_longer and no_longer:
            raise _Invalid(Fault("script.no_longer_applies", no_longer[0].place, {}, line.at))

    def give(self, session: Session, prompt: Question | Form | Attempt) -> str:
        """Answer a prompt; where an answer is missing, its place is told and the session stays as it is."""
        asked = {field.fact: field for field in prompt.fields} if isinstance(prompt, Form) else {"": prompt}
        taken: dict[str, _Taken] = {}
        wanted = list(asked)
        while True:
            for fact in wanted:
                found = self.answer_for(asked[fact])
                if found is None:
                    return asked[fact].place
                taken[fact] = found
            value = {fact: one.value for fact, one in taken.items()} if isinstance(prompt, Form) else taken[""].value
            try:
                self.session = answer(session, value, now=self.now, by=self.by)
            except Refused as refused:
                wanted = self.refused(refused, asked, taken)
                if self.lines.at_an_act:
                    return ""
                continue
            for fact, one in taken.items():
                if one.line is not None and one.line.refused is not None:
                    text = {"text": one.line.refused}
                    raise _Invalid(Fault("script.not_refused", asked[fact].place, text, one.line.at))
            return ""

    def refused(self, refused: Refused, asked: Mapping[str, Question | Attempt], taken: Mapping[str, _Taken]) -> list[str]:
        """The fields whose answer was refused as expected and must be given anew."""
        anew = []
        for error in refused.errors or (refused,):
            fact = next((name for name, question in asked.items() if question.place == error.place), None)
            if fact is None and len(asked) == 1:
                fact = next(iter(asked))
            one = taken[fact] if fact is not None else _Taken(None)
            if fact is None or one.line is None or one.line.refused is None:
                raise _Invalid(_fault(error, one.line, one.usual))
            self.expect_refusal(one.line, error)
            anew.append(fact)
        return anew

    def expect_refusal(self, line: Line, refused: Refused) -> None:
        """Make sure that a refusal is the one that the line expects."""
        fault = _fault(refused, line)
        if line.refused is None:
            raise _Invalid(fault)
        said = fault.sentence(self.standing.language)
        if " ".join(line.refused.split()) not in " ".join(said.split()):
            expected = {"text": line.refused, "said": said}
            raise _Invalid(Fault("script.refused_otherwise", fault.place, expected, line.at))

    def answer_for(self, question: Question | Attempt) -> _Taken | None:
        """The answer for what is asked: by name, else the next without a name, else what is usual."""
        slot = _slot(question)
        language = self.standing.language
        for number, line in self.lines.named.items():
            value, rest = self.meant(line.name, line.value, slot)
            if value is not None:
                self.lines.use(number, rest)
                return _Taken(_worded(question, value, language), line)
        plain = self.lines.next_plain()
        if plain is not None:
            assert not isinstance(plain.value, dict)  # what is given by item has a name
            return _Taken(_worded(question, plain.value, language), plain)
        for name, usual in self.usually.items():
            value = self.meant(name, usual, slot)[0]
            if value is not None:
                return _Taken(_worded(question, value, language), usual=name)
        return None

    def meant(self, name: str, value: Given, slot: Slot) -> tuple[Written | None, Given | None]:
        """The part of a named answer that is for what is asked, and what is left of it."""
        opens = self.names[name].opens(slot)
        return (None, value) if opens is None else take(value, *opens)


def _slot(asked: Question | Attempt | TrailEntry) -> Slot:
    return Slot(asked.place, "" if isinstance(asked, Attempt) else asked.fact)


def _worded(question: Question | Attempt, value: Written, language: str) -> Written:
    """An answer by its value. The engine knows the labels of choices; here are those of the program's own answers."""
    options = offered(question, language)
    wanted = _squeezed(value) if isinstance(value, str) else ""
    if any(_squeezed(option.value) == wanted for option in options):
        return value
    return next((option.value for option in options if _squeezed(option.label) == wanted), value)


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


def _fault(refused: Refused, line: Line | None = None, usual: str = "") -> Fault:
    at = line.at if line is not None else None
    return Fault("refused." + refused.code, refused.place, dict(refused.arguments), at, usual)
