"""Going on as another audience than the conversation began with: what that would bring is shown before it is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from assistant.tui.change import preview
from assistant.tui.keys import show_over
from assistant.tui.sure import Sure
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.tui.app import AssistantApp


def ask(app: AssistantApp, conversation: Conversation, done: Callable[[str], None]) -> None:
    """Show which answers would no longer apply, and go on so if that is wanted.

    Args:
        app: shows it.
        conversation: shown to those as whom it is to go on.
        done: told in words what was done.
    """
    audience, language = conversation.audience, conversation.language
    change = conversation.preview_as(audience)

    def answered(wanted: bool | None) -> None:
        if wanted and app.in_time(conversation, partial(conversation.go_on_as, audience)):
            done(say(f"audience.goes_on_{audience}", language))

    question = say(f"audience.leaves_out_{audience}", language)
    no, yes = say("audience.no", language), say(f"audience.yes_{audience}", language)
    show_over(app, Sure(question, no, yes, preview(change.no_longer, change.kept, language)), answered)
