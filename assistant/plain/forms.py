"""A form, line by line: its fields one after the other, each checked as soon as it is answered, and sent together.

What was typed is kept by the talk until the form is taken. What is valid is the engine's to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from assistant.engine import Refused
from assistant.engine.events import Written
from assistant.engine.prompt import Form, Question
from assistant.engine.wording import heading
from assistant.plain.leaving import WentBack
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk


def ask_form(talk: Talk, form: Form) -> None:
    """Ask the fields and send them; of a form that is refused as a whole only the refused ones are asked again."""
    answers: dict[str, Written] = {}
    pending = form.fields
    while True:
        _fields(talk, form, pending, answers)
        try:
            talk.conversation.answer(answers)
        except Refused as refused:
            pending = _refused_fields(talk, form, refused)
        else:
            talk.typed.clear()
            return


def _fields(talk: Talk, form: Form, pending: tuple[Question, ...], answers: dict[str, Written]) -> None:
    """Ask fields one after the other; back leads to the field above, asked now or not."""
    asked = list(pending)
    number = 0
    while number < len(asked):
        field = asked[number]
        where = form.fields.index(field)
        if len(form.fields) > 1:
            talk.lines.say(say("talk.field", talk.language, number=where + 1, count=len(form.fields)))
        try:
            _field(talk, field, answers)
        except WentBack:
            if not where:
                raise
            if number:
                number -= 1
            else:
                asked.insert(0, form.fields[where - 1])
            talk.lines.say()
        else:
            number += 1
            if number < len(asked):
                talk.lines.say()


def _field(talk: Talk, field: Question, answers: dict[str, Written]) -> None:
    """Ask one field until it is valid beside what was typed above it."""
    if field.place in talk.typed:
        field = msgspec.structs.replace(field, default=talk.typed[field.place])
    talk.show(field)
    while True:
        answers[field.fact] = talk.read_answer(field)
        try:
            talk.conversation.check_field(answers, field.fact)
        except Refused as refused:
            talk.refuse(refused, field)
            talk.lines.say(heading(field))
        else:
            talk.typed[field.place] = answers[field.fact]
            return


def _refused_fields(talk: Talk, form: Form, refused: Refused) -> tuple[Question, ...]:
    """Say what is wrong with fields that can't be beside one below them; the ones to ask again."""
    errors = {error.place: error for error in refused.errors}
    again = tuple(field for field in form.fields if field.place in errors)
    talk.lines.say()
    if not again:
        talk.refuse(refused)
        return form.fields
    for field in again:
        talk.refuse(errors[field.place])
        del talk.typed[field.place]
    talk.lines.say(say("talk.form_again", talk.language))
    talk.lines.say()
    return again
