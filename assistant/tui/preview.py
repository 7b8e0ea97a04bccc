"""The screens on a flow that is being written: whenever its files are saved they are read again, the conversation goes on
where it stands, and problems are told in place. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Unpack

from textual import events

from assistant.desk.watching import problem_lines
from assistant.engine.prompt import Form, Prompt
from assistant.flow.text import Listing, Paragraph, Span
from assistant.tui.app import AssistantApp
from assistant.tui.ask import Ask
from assistant.tui.bars import Said
from assistant.tui.guide import Guide
from assistant.tui.keys import focus
from assistant.tui.palette import Command
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.desk.watching import Watched
    from assistant.flow.problem import Problem
    from assistant.tui.start import Looks

EVERY = 0.5
"""Seconds between two looks at the files."""


class PreviewApp(AssistantApp):
    """The program on one flow that is being written.

    Args:
        conversation: the conversation; it is not kept.
        watched: the files of its pack.
        problems: what is wrong with them at first.
        looks: what the settings say, as for the app.
    """

    def __init__(
        self, conversation: Conversation, watched: Watched, problems: tuple[Problem, ...], **looks: Unpack[Looks]
    ) -> None:
        looks["told"] = "\n".join(filter(None, (looks.get("told"), *problem_lines(problems))))
        super().__init__([], lambda offer, audience: conversation, conversation=conversation, **looks)
        self.watched = watched
        self.problems = problems

    def on_mount(self) -> None:
        """Look at the files from now on. Textual itself calls what the app does besides, and so shows the first screen."""
        if not self.told:
            self.call_after_refresh(self.tell, say("preview.begun"))
        self.set_interval(EVERY, self.look)

    async def on_event(self, event: events.Event) -> None:
        """F8 shows the problems on every screen; no file is given in a preview."""
        if isinstance(event, events.Key) and event.key == "f8" and not event.is_forwarded:
            self.action_problems()
        else:
            await super().on_event(event)

    def is_of_use(self, action: str) -> bool:
        """No file is given in a preview."""
        return action != "attach"

    def besides(self) -> Iterator[Command]:
        """The problems of the flow."""
        yield Command(say("palette.problems"), "F8", self.action_problems)

    def look(self) -> None:
        """Read the files again where they were saved."""
        found = self.watched.look()
        if found is None or self.conversation is None:
            return
        self.problems = found.problems
        if found.pack is not None:
            before = self.conversation.prompt
            try:
                self.conversation.move_to(found.pack)
            except KeyError:  # the flow has another name now: what was shown stays
                pass
            else:
                self._show_again(self.conversation, before)
        self.call_after_refresh(self.tell, say("preview.reloaded") if found.pack is not None else "")

    def _show_again(self, conversation: Conversation, before: Prompt) -> None:
        """Show what the files say now. What lay over the question is closed, since it told of the files as they were."""
        self.close_sheets()
        guide = self.screen
        if not isinstance(guide, Guide):
            self.show(self.screen_of(conversation))
        elif guide.is_open:  # else it shows this once it is put together
            if not _is_same_form(before, conversation.prompt):
                guide.form.forget()
            _update(guide)

    def tell(self, otherwise: str) -> None:
        """Say what is wrong with the files, else something else, on whatever screens stand."""
        lines = problem_lines(self.problems)
        for screen in self.screen_stack:
            for said in screen.query(Said):
                said.say("\n".join(lines) or otherwise, wrong=bool(lines))

    def action_problems(self) -> None:
        """All problems with their mends."""
        from assistant.tui.help import Sheet

        items = tuple((Paragraph((Span(f"{problem} {problem.fix}"),)),) for problem in self.problems)
        blocks = (Listing(items, 1),) if items else (Paragraph((Span(say("preview.clean")),)),)
        self.push_screen(Sheet(say("preview.problems"), blocks, "en"))


def _is_same_form(before: Prompt, now: Prompt) -> bool:
    """Whether what was filled in so far has its place still."""
    if not isinstance(before, Form) or not isinstance(now, Form):
        return False
    return [(field.place, field.fact) for field in before.fields] == [(field.place, field.fact) for field in now.fields]


def _update(guide: Guide) -> None:
    """Show what stands now; where the same is asked, with what is typed and the cursor as they were."""
    ask, cursor, before = guide.ask, guide.focused, _asked(guide.ask)
    typed, selection = ask.line.value, ask.line.selection
    guide.update()
    is_same = _asked(ask) == before
    if is_same:
        ask.line.value, ask.line.selection = typed, selection
    if is_same or guide.is_asking:
        focus(cursor, guide)


def _asked(ask: Ask) -> tuple[object, ...]:
    """Which question stands, and how it is answered."""
    return ask.asked.place if ask.asked else "", ask.line.kind, ask.wants_text
