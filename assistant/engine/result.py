"""What came of a conversation held with written answers, and how that is told to another program.

Values stand as an answer is written. What is `sensitive` is masked here without exception: only a case may hold it.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from assistant.engine.events import UNSURE, Written
from assistant.engine.lines import Given, Line
from assistant.engine.names import meanings
from assistant.engine.prompt import Attempt, Ending, Form, Option, Prompt, Question, TrailEntry
from assistant.engine.sensitive import is_sensitive
from assistant.engine.session import Session
from assistant.engine.where import node_at
from assistant.engine.wording import MASK, written
from assistant.flow.model import Pack, Step
from assistant.flow.text import plain
from assistant.words import say

__all__ = ["Fault", "Json", "Result", "as_json", "is_sensitive", "offered"]

Status = Literal["ended", "waiting", "invalid"]
NONE = "none"

Json = dict[str, Any]


class Fault(msgspec.Struct, frozen=True):
    """Why a script could not go on: a sentence's code with its arguments, and the place ("" before the first).

    `at` is the line and column of the answer in its file, or nothing where no single answer is at fault. `usual` is the
    name of the answer among those that are usual, where it is one of them.
    """

    code: str
    place: str = ""
    arguments: dict[str, str] = {}
    at: tuple[int, int] | None = None
    usual: str = ""

    def sentence(self, language: str = "en") -> str:
        """What is wrong, in words."""
        return say(self.code, language, **self.arguments)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a script.

    Attributes:
        pack, flow: what was held.
        status: whether it ended, waits for an answer that the script doesn't have, or met one that is not valid.
        session: where the conversation stands; nothing where it could not begin.
        place: the place that waits or refused, or "" at an ending.
        fault: what was not valid, or nothing.
        unused: the lines that nothing asked for, with what is left of their answers.
        shown: every prompt that was met, in order.
    """

    pack: Pack
    flow: str
    status: Status
    session: Session | None
    place: str = ""
    fault: Fault | None = None
    unused: tuple[Line, ...] = ()
    shown: tuple[Prompt, ...] = ()

    @property
    def language(self) -> str:
        """The language in which it was held."""
        return self.session.language if self.session is not None else self.pack.language


def as_json(result: Result) -> Json:
    """A result as one object of plain data: `flow`, `digest`, `status`, `at`, `outcome`, `kind`, `trail`, `facts`,
    `message`, `prompt`, `problem` and `unused`. What does not apply is `None`.
    """
    session, fault = result.session, result.fault
    prompt = session.prompt if session is not None else None
    ending = prompt if isinstance(prompt, Ending) and result.status == "ended" else None
    letter = ending.letter if ending is not None else None
    waits = prompt if result.status == "waiting" else None
    trail = session.trail if session is not None else ()
    return {
        "flow": result.flow,
        "digest": result.pack.digest,
        "status": result.status,
        "at": result.place or None,
        "outcome": ending.outcome if ending is not None else None,
        "kind": ending.kind if ending is not None else None,
        "trail": [_entry(entry) for entry in trail if entry.kind != "tell" and not entry.given],
        "facts": _facts(session) if session is not None else {},
        "message": {"to": letter.to, "subject": letter.subject, "body": plain(letter.body)} if letter else None,
        "prompt": _prompt(waits, result.language) if isinstance(waits, Question | Form | Attempt) else None,
        "problem": {"code": fault.code, "sentence": fault.sentence(result.language)} if fault is not None else None,
        "unused": [_unused(line, result.pack, result.flow) for line in result.unused],
    }


def offered(question: Question | Attempt, language: str) -> tuple[Option, ...]:
    """Everything that can be picked, "none of these" and "not sure" too."""
    options = question.options
    if isinstance(question, Question):
        if question.none:
            options += (Option(NONE, question.none),)
        if question.unsure:
            options += (Option(UNSURE, say("answer.unsure", language)),)
    return options


def _entry(entry: TrailEntry) -> Json:
    return {
        "place": entry.place,
        "fact": entry.fact or None,
        "value": MASK if entry.sensitive else _plain(entry.value),
        "label": MASK if entry.sensitive else entry.label,
    }


def _plain(value: Written) -> str | list[str]:
    """A written value as JSON has it; nothing of several is `none`."""
    return value if isinstance(value, str) else list(value) or NONE


def _facts(session: Session) -> Json:
    """Every fact that is known, computed ones too; one that was asked per item as a mapping of items."""
    found: Json = {}
    known, pack = session.known, session.pack
    for name in pack.facts:
        entries = known.entries.get(name)
        value = None if entries else known.get(name)
        if entries is None and value is None:
            continue
        if is_sensitive(pack, name):
            found[name] = MASK
        elif entries:
            by_item: Json = {}
            for items, one in entries.items():
                inner = by_item
                for item in items[:-1]:
                    inner = inner.setdefault(item, {})
                inner[items[-1]] = _plain(written(one))
            found[name] = by_item
        elif value is not None:
            found[name] = _plain(written(value))
    return found


def _prompt(prompt: Question | Form | Attempt, language: str) -> Json:
    if isinstance(prompt, Form):
        fields = [_prompt(field, language) for field in prompt.fields]
        return {"place": prompt.place, "fact": None, "type": "form", "item": prompt.item or None, "fields": fields}
    question = prompt if isinstance(prompt, Question) else None
    return {
        "place": prompt.place,
        "fact": question.fact if question is not None else None,
        "type": question.type if question is not None else "try",
        "text": plain(prompt.text),
        "item": prompt.item or None,
        "many": question is not None and (question.many or question.type == "files"),
        "optional": question is not None and question.optional,
        "choices": [{"value": option.value, "label": option.label} for option in offered(prompt, language)],
    }


def _unused(line: Line, pack: Pack, flow: str) -> Any:
    """A line that was left over, as it was written."""
    if line.verb == "back":
        return "back"
    value = MASK if _is_of_sensitive(line.name, pack, flow) else _given(line.value)
    if line.verb == "change":
        return {"change": {line.name: value}}
    return {line.name: value} if line.name else value


def _given(value: Given) -> Any:
    if isinstance(value, dict):
        return {name: _given(part) for name, part in value.items()}
    return value if isinstance(value, str) else list(value)


def _is_of_sensitive(name: str, pack: Pack, flow: str) -> bool:
    """Whether what a name asks for is sensitive, as far as it means anything."""
    for found in meanings(name, pack, flow) if name else ():
        asked: tuple[str, ...] = (found.fact or found.spot.field,)
        if not asked[0]:
            node = node_at(pack, found.flow, found.spot)
            asked = node.facts if isinstance(node, Step) else ()
        if any(is_sensitive(pack, fact) for fact in asked):
            return True
    return False
