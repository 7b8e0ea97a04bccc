"""Writing down that a case was filed, and how: the number that the portal gave, a word about it, and a question first where
it was filed before. Who writes it down, the ending or the card of a case, does so itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.desk.conversation import AlreadyFiled
from assistant.desk.phrases import when_words
from assistant.engine.events import Answered, Changed, Filed, TakenBack
from assistant.store.protocol import moment
from assistant.tui.entry import Asking
from assistant.tui.keys import show_over
from assistant.words import say
from assistant.words.formats import clean, show_time

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.engine import Session
    from assistant.tui.app import AssistantApp

File = Callable[[str, str, bool], object]
"""Files under a number, with a word about it, even if it was filed before. Raises `AlreadyFiled`."""


def filed_words(number: str, language: str) -> str:
    """That a case was put down as filed."""
    return say("tui.filed", language, number=f" ({number})" if number else "")


def filed_as(session: Session) -> Filed | None:
    """How the case was filed, if no answer was given, changed or taken back since."""
    for event in reversed(session.log):
        if isinstance(event, Filed):
            return event
        if isinstance(event, Answered | Changed | TakenBack):
            return None
    return None


def filed_line(conversation: Conversation) -> Content | None:
    """When and under which number the case was filed, if it was filed as it is now."""
    filed, language = filed_as(conversation.session), conversation.language
    if filed is None:
        return None
    now = conversation.clock()
    when = when_words(filed.time.astimezone(now.tzinfo), now, language)
    number = say("cases.number", language, number=clean(filed.number)) if filed.number else ""
    return Content("✓ " + " · ".join(filter(None, (say("tui.case_filed_on", language, when=when), number))))


def ask_how(screen: Asking, app: AssistantApp, file: File, language: str) -> None:
    """Ask how it was filed, and have it written down.

    Args:
        screen: has the line to answer in.
        app: shows the question before it is filed once more.
        file: writes it down; the line is its own to leave.
        language: the reader's.
    """

    def numbered(number: str) -> None:
        screen.ask_for(say("tui.file_note", language), partial(noted, number), language=language)

    def noted(number: str, note: str, again: bool = False) -> None:
        try:
            file(number, note, again)
        except AlreadyFiled as already:
            if screen.is_asking:
                screen.leave_entry()
            _ask_again(app, already, language, lambda: noted(number, note, again=True))

    screen.ask_for(say("tui.file_number", language), numbered, language=language)


def _ask_again(app: AssistantApp, already: AlreadyFiled, language: str, file: Callable[[], object]) -> None:
    """Ask before a case is filed that was filed before."""
    from assistant.tui.sure import Sure

    row = already.row
    when = show_time(moment(row.filed).astimezone(), language)
    question = say("cases.already", language, when=when, number=row.reference or say("cases.no_number", language))
    sure = Sure(clean(question), say("tui.already_no", language), say("tui.already_yes", language))

    def answered(wanted: bool | None) -> None:
        if wanted:
            file()

    show_over(app, sure, answered)
