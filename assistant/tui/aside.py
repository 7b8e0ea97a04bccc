"""The agent's side of a conversation: the notes to them, what is known, and what they put beside the questions, notes and
files. A customer sees none of it. What is asked is the screen's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.widgets import Static

from assistant.desk.phrases import refusal
from assistant.engine import Refused
from assistant.engine.prompt import Ending, Notice, Stuck
from assistant.tui.bars import Key, KeyLine, Said
from assistant.tui.entry import Asking
from assistant.tui.keynames import shown
from assistant.tui.palette import Command
from assistant.tui.pieces import beside, for_you, side_content, tell
from assistant.tui.prose import Prose
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.tui.app import AssistantApp

WIDE = 100
"""From here on there is room for it beside the question."""


class Aside(Asking):
    """A screen with an agent's side. Mix it into a `KeyedScreen` that holds a conversation."""

    conversation: Conversation

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        raise NotImplementedError

    def update(self, said: str = "") -> None:
        """Show what stands now, and say what was done."""
        raise NotImplementedError

    def changed(self, said: str | None) -> None:
        """Show what stands now, where something was changed elsewhere."""
        raise NotImplementedError

    def besides(self) -> Iterator[Command]:
        """Going through it as those who look at it now, where it began for others."""
        if self.conversation.leaves_out:
            name = say(f"palette.guide_go_on_{self.conversation.audience}", self.conversation.language)
            yield Command(name, "", self._go_on)

    def action_hand_over(self) -> None:
        """Show it as agents see it, or as customers do."""
        conversation, language = self.conversation, self.conversation.language
        audience = "customer" if conversation.is_for_agent else "agent"
        if not self.assistant.in_time(conversation, partial(conversation.hand_over, audience)):
            return
        told = [say(f"tui.now_{audience}", language)]
        if conversation.leaves_out:
            assert isinstance(self, Screen)
            told.append(say(f"audience.leaves_out_{audience}", language))
            if key := shown(self, "palette", "F12"):
                told.append(say("audience.how", language, key=key))
        self.update(" ".join(told))

    def _go_on(self) -> None:
        from assistant.tui import going_on

        going_on.ask(self.assistant, self.conversation, self.changed)

    def show_aside(self) -> None:
        """Show it as it is now; to a customer, nothing."""
        assert isinstance(self, Screen)
        prompt, language = self.conversation.prompt, self.conversation.language
        is_agent = self.conversation.is_for_agent
        self.set_class(is_agent, "-agent")
        note = () if isinstance(prompt, Ending | Stuck) else prompt.note
        spoken = (*for_you(note, language), *beside(self.conversation)) if is_agent else ()
        is_told = isinstance(prompt, Notice)
        within = () if self.app.size.width >= WIDE else spoken
        self.query_one("#notice-note", Prose).show(within if is_told else ())
        self.query_one("#note", Prose).show(() if is_told else within)
        self.query_one("#side-note", Prose).show(spoken)
        if is_agent:
            self.query_one("#facts", Static).update(side_content(self.conversation))
            self.query_one("#beside", KeyLine).show(*(key for key in _keys(language) if self._has_place(key)))

    def _has_place(self, key: Key) -> bool:
        return self.assistant.is_of_use(key.action.removeprefix("screen."))

    def action_note(self) -> None:
        """Write a note beside the questions."""
        if self.conversation.is_for_agent:
            language = self.conversation.language
            self.ask_for(say("tui.note", language), self._note_written, language=language)

    def _note_written(self, text: str) -> None:
        self.leave_entry()
        if text and self.assistant.in_time(self.conversation, partial(self.conversation.note, text)):
            self._done_beside(say("cases.done_noted", self.conversation.language))

    def action_attach(self) -> None:
        """Give a file beside the questions."""
        if self.conversation.is_for_agent:
            language = self.conversation.language
            self.ask_for(say("tui.attach", language), self._file_given, kind="paths", language=language)

    def _file_given(self, path: str) -> None:
        assert isinstance(self, Screen)
        conversation, language = self.conversation, self.conversation.language
        try:
            if path and not self.assistant.in_time(conversation, partial(conversation.attach, path)):
                return
        except Refused as refused:  # the line stays, to mend what is in it
            self.query_one(Said).say(refusal(refused, language), wrong=True)
            return
        self.leave_entry()
        self._done_beside(say("cases.done_attached", language, name=conversation.session.attached[-1].name) if path else "")

    def _done_beside(self, said: str) -> None:
        """Something was put beside the questions: what is asked stays as it is, with what is typed."""
        assert isinstance(self, Screen)
        self.show_aside()
        tell(self.query_one(Said), self.conversation, said)


def _keys(language: str) -> tuple[Key, ...]:
    return (
        Key("F7", say("tui.key_note", language), "screen.note"),
        Key("F8", say("tui.key_attach", language), "screen.attach"),
        Key("F6", say("tui.key_as_customer", language), "screen.hand_over"),
    )
