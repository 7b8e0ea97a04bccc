"""Conversations held with written answers: one from a file of answers, or many from the lines of a batch.

Nothing is asked, shown or stored. Every line of a batch is a session of its own, and a line that is no good is told as
such and stops none of the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from assistant import case
from assistant.desk.conversation import local_now
from assistant.engine import script
from assistant.engine.prompt import WITH_CASE, Ending
from assistant.engine.result import Status
from assistant.engine.script import Answers, AnswersError, Result, answers_from, as_json, values_from
from assistant.words import say

if TYPE_CHECKING:
    from assistant.engine import Session
    from assistant.engine.lines import Given
    from assistant.flow.model import Pack

LONGEST_LINE = 1_000_000
"""How many bytes a line of a batch may have."""

_OURS = ("answers", "facts", "today")


class _BadLine(Exception):
    def __init__(self, code: str, **arguments: object) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments

    def sentence(self) -> str:
        return say(self.code, "en", **self.arguments)


class Scripted:
    """What a script is held on: a flow, for an audience, in a language, with facts that are given every time."""

    def __init__(
        self, pack: Pack, flow: str, *, audience: str = "customer", language: str = "",
        given: Mapping[str, Given] | None = None,
    ) -> None:  # fmt: skip
        self.pack = pack
        self.flow = flow
        self.audience = audience
        self.language = language
        self.given = dict(given or {})

    def run(self, answers: Answers, *, now: datetime, given: Mapping[str, Given] | None = None) -> Result:
        """Hold one conversation."""
        return script.run(
            self.pack, self.flow, answers, now=now, audience=self.audience, language=self.language,
            given={**self.given, **(given or {})}, by=self.audience,
        )  # fmt: skip

    def batch(self, source: IO[bytes]) -> Iterator[tuple[dict[str, Any], int]]:
        """Hold one conversation for every line of a file of JSON Lines, reading as it goes; blank lines are left out.

        Returns:
            for each line the object that tells what came of it, and how many bytes were read for it.
        """
        for line, size in _lines(source):
            if line is None or line.strip():
                yield self._line(line), size

    def _line(self, line: bytes | None) -> dict[str, Any]:
        passed: dict[str, Any] = {}
        try:
            if line is None:
                raise _BadLine("cli.batch_too_long", max=LONGEST_LINE)
            read, exact = _parsed(line)
            passed = {key: value for key, value in read.items() if key not in _OURS}
            now = _moment(exact.get("today"))
            answers = answers_from(_part(exact, "answers", (list, dict), []))
            result = self.run(answers, now=now, given=values_from(_part(exact, "facts", (dict,), {})))
        except (_BadLine, AnswersError) as bad:
            return {**passed, **unreadable(self.flow, bad)}
        return {**passed, **as_object(result, now)}


def as_object(result: Result, now: datetime) -> dict[str, Any]:
    """A result with its case, as one object for `--json`."""
    found: dict[str, Any] = as_json(result)
    found["case"] = None
    if result.status == "ended" and result.session is not None:
        prompt = result.session.prompt
        if isinstance(prompt, Ending) and prompt.kind in WITH_CASE:
            found["case"] = case.as_json(case.build(result.session, now=now))
    return found


def standing(session: Session, now: datetime) -> dict[str, Any]:
    """Where a conversation stands, as one object for `--json`."""
    status: Status = "ended" if session.ended else "waiting"
    place = "" if session.ended else session.prompt.place
    return as_object(Result(pack=session.pack, flow=session.flow, status=status, session=session, place=place), now)


def unreadable(flow: str, error: AnswersError | _BadLine) -> dict[str, Any]:
    """What stands for a result where the answers themselves can't be read."""
    return {"flow": flow, "status": "invalid", "problem": {"code": error.code, "sentence": error.sentence()}}


def _lines(source: IO[bytes]) -> Iterator[tuple[bytes | None, int]]:
    """Every line with its size; nothing for one that is too long, of which no more than `LONGEST_LINE` is ever held."""
    while line := source.readline(LONGEST_LINE + 1):
        size = len(line)
        if size <= LONGEST_LINE or line.endswith(b"\n"):
            yield line, size
            continue
        while line and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE)
            size += len(line)
        yield None, size


def _parsed(line: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The object of a line: as it is passed on, and with every number as it was written."""
    try:
        text = line.decode("utf-8-sig")
        read = json.loads(text, parse_constant=_no_constant)
        exact = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise _BadLine("cli.batch_not_json", reason=str(error)) from None
    if not isinstance(read, dict):
        raise _BadLine("cli.batch_not_object")
    return read, exact


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _part(line: dict[str, Any], key: str, types: tuple[type, ...], default: Any) -> Any:
    value = line.get(key)
    if value is None:
        return default
    if not isinstance(value, types):
        wanted = say("cli.batch_list_or_object" if list in types else "cli.batch_object")
        raise _BadLine("cli.batch_bad_key", key=key, wanted=wanted)
    return value


def _moment(today: object) -> datetime:
    """This moment; on another day where a line names one."""
    now = local_now()
    if today is None:
        return now
    try:
        day = date.fromisoformat(today if isinstance(today, str) else "")
    except ValueError:
        raise _BadLine("cli.batch_bad_key", key="today", wanted=say("cli.batch_day")) from None
    return datetime.combine(day, now.timetz())
