"""The screens on a flow that is being written: whenever its files are saved they are read again, the conversation goes on
where it stands, and problems are told in place. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events

from assistant.flow.text import Listing, Paragraph, Span
from assistant.tui.app import AssistantApp
from assistant.tui.bars import Said
from assistant.tui.palette import Command
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.desk.watching import Watched
    from assistant.flow.problem import Problem

EVERY = 0.5
"""Seconds between two looks at the files."""


class PreviewApp(AssistantApp):
    """The program on one flow that is being written.

    Args:
        conversation: the conversation; it is not kept.
        watched: the files of its pack.
        problems: what is wrong with them at first.
        theme: the colours, as for the app.
    """

    def __init__(
        self, conversation: Conversation, watched: Watched, problems: tuple[Problem, ...], *, theme: str = "dark"
    ) -> None:
        super().__init__([], lambda offer, audience: conversation, conversation=conversation, theme=theme)
        self.watched = watched
        self.problems = problems

    def on_mount(self) -> None:
        """Show the conversation, and look at the files from now on."""
        super().on_mount()
        self.call_after_refresh(self.tell)
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
            try:
                self.conversation.move_to(found.pack)
            except KeyError:  # the flow has another name now: what was shown stays
                pass
            else:
                self.switch_screen(self.screen_of(self.conversation))
        self.call_after_refresh(self.tell, reloaded=found.pack is not None)

    def tell(self, *, reloaded: bool = False) -> None:
        """Say what is wrong with the files, on whatever screen stands."""
        from assistant.desk.watching import problem_lines

        lines = problem_lines(self.problems)
        words = "\n".join(lines) or (say("preview.reloaded") if reloaded else say("preview.begun"))
        for said in self.screen.query(Said):
            said.say(words, wrong=bool(lines))

    def action_problems(self) -> None:
        """All problems with their mends."""
        from assistant.tui.help import Sheet

        items = tuple((Paragraph((Span(f"{problem} {problem.fix}"),)),) for problem in self.problems)
        blocks = (Listing(items, 1),) if items else (Paragraph((Span(say("preview.clean")),)),)
        self.push_screen(Sheet(say("preview.problems"), blocks, "en"))
