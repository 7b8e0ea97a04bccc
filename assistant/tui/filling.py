"""A form that is filled in field by field: which field is asked, and what was answered so far. It is sent as a whole, and
what is valid is said by the conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.engine import Refused
    from assistant.engine.events import Written
    from assistant.engine.prompt import Form, Question


class Filling:
    """What was answered in a form that is not sent yet."""

    def __init__(self) -> None:
        self.at = 0
        self.given: dict[str, Written] = {}
        """Answers by fact."""

    def asked(self, form: Form, language: str) -> tuple[Question, str]:
        """The field that is asked now, and what stands above it."""
        self.at = min(self.at, len(form.fields) - 1)
        field = form.fields[self.at]
        if field.fact in self.given:
            field = msgspec.structs.replace(field, default=self.given[field.fact])
        return field, say("tui.field", language, number=self.at + 1, count=len(form.fields))

    def take(self, form: Form, value: Written, conversation: Conversation) -> bool:
        """Take the answer to the field that is asked, and go on to the next; says whether the form is full.

        Raises:
            Refused: it is no answer.
        """
        field = form.fields[min(self.at, len(form.fields) - 1)]
        conversation.check_field({**self.given, field.fact: value}, field.fact)
        self.given[field.fact] = value
        self.at = next((number for number, one in enumerate(form.fields) if one.fact not in self.given), self.at)
        return len(self.given) >= len(form.fields)

    def refuse(self, form: Form, refused: Refused) -> Refused:
        """Go to the first field that was refused when the form was sent.

        Returns:
            what is to be said.
        """
        places = [field.place for field in form.fields]
        first = next((error for error in refused.errors if error.place in places), (refused.errors or (refused,))[0])
        if refused.errors and first.place in places:
            self.at = places.index(first.place)
            self.given.pop(form.fields[self.at].fact, None)
        return first

    def forget(self) -> None:
        """Begin anew."""
        self.at = 0
        self.given.clear()
