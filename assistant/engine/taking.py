"""Taking an answer: from what was said at a place to what the log holds, or a refusal. Nothing is put on a log here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.engine.answers import Refused, Special, clean, read
from assistant.engine.events import UNSURE, Answer, Written
from assistant.engine.state import Task
from assistant.engine.where import items_at, read_place
from assistant.engine.wording import label, written
from assistant.flow.expression import Known, Value
from assistant.flow.model import TRY_ANSWERS, Step

if TYPE_CHECKING:
    from assistant.engine.session import Session


def form(session: Session, waiting: tuple[Task, ...], value: object) -> tuple[Answer, ...]:
    """The answers to all fields of a form.

    Raises:
        Refused: it is no mapping, or `errors` has one entry for each refused field.
    """
    if not isinstance(value, Mapping):
        raise Refused("not_a_form", place=waiting[0].form)
    answers: list[Answer] = []
    errors: list[Refused] = []
    known = session.known_for(waiting[0])
    for name in value:
        if name not in {task.fact for task in waiting}:
            shown = clean(name)[:60] if isinstance(name, str) else type(name).__name__
            errors.append(Refused("unknown_field", place=waiting[0].form, name=shown))
    for task in waiting:
        if task.fact not in value:
            errors.append(Refused("missing_field", place=task.place, name=task.fact))
            continue
        try:
            one = question(session, task, value[task.fact], known)
        except Refused as refused:
            errors.append(refused)
        else:
            answers.append(one)
    if errors:
        raise Refused("form", place=waiting[0].form or waiting[0].place, errors=tuple(errors))
    return tuple(answers)


def question(session: Session, task: Task, value: object, known: Known) -> Answer:
    """A valid answer to one question; what it says is added to `known`, for the fields below it.

    Raises:
        Refused: it is none.
    """
    fact = session.pack.facts[task.fact]
    try:
        taken = read(
            session.pack, fact, value, known, session.state.audience, session.language,
            optional=task.optional, item=_item(session, task),
        )  # fmt: skip
    except Refused as refused:
        refused.place = task.place
        raise
    if isinstance(taken, Special):
        known.facts.pop(task.fact, None)
    else:
        known.facts[task.fact] = taken
    known.unsure = known.unsure | {task.fact} if taken is Special.UNSURE else known.unsure - {task.fact}
    known.changed()
    return Answer(task.place, _as_written(taken), task.fact, task.items)


def _item(session: Session, task: Task) -> str:
    spot = read_place(task.place) if task.items else None
    around = list(items_at(session.pack, session.flow, spot)) if spot is not None else []
    return label(session.pack.facts.get(around[-1][0]), around[-1][1]) if around else ""


def _as_written(taken: Value | Special) -> Written:
    if isinstance(taken, Special):
        return UNSURE if taken is Special.UNSURE else ""
    return written(taken)


def result(step: Step, place: str, value: object) -> str:
    """How a `try` went: one of its answers, or the label of one.

    Raises:
        Refused: it is neither.
    """
    word = value.strip().casefold() if isinstance(value, str) else ""
    for answer, words in {**dict.fromkeys(TRY_ANSWERS, ""), **step.also}.items():
        if word and word in (answer.casefold(), words.casefold()):
            return answer
    raise Refused("not_a_choice", place=place, choices=", ".join((*TRY_ANSWERS, *step.also.values())))
