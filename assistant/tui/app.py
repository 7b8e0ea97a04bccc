"""The terminal program: its screens, its colours, and how it is left. It never leaves a terminal broken, and a fault of its
own is told in a sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from assistant.desk.clipboard import Copied, copied_words, copy_beside, may_take_osc52
from assistant.engine import Refused
from assistant.tui.bars import Said
from assistant.tui.keys import Keyed
from assistant.tui.theme import themes
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.desk.packs import Offer

Begin = Callable[["Offer", str], "Conversation"]
"""Opens a flow for an audience."""


class AssistantApp(App[int]):
    """The program in a terminal.

    Args:
        offers: the flows to choose from.
        begin: opens one of them.
        conversation: one that is begun already: then it is shown first.
        words: words about the problem that were said already.
        audience: "customer" or "agent".
        light: whether the light theme is wanted.
    """

    CSS_PATH = "app.tcss"
    TITLE = "assistant"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-medium"), (100, "-wide")]  # noqa: RUF012 - Textual's own way to say it
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "stop", show=False, priority=True)]

    def __init__(
        self,
        offers: list[Offer],
        begin: Begin,
        *,
        conversation: Conversation | None = None,
        words: str = "",
        audience: str = "customer",
        light: bool = False,
    ) -> None:
        super().__init__()
        self.offers = offers
        self.opens = begin
        self.first = conversation
        self.words = words
        self.audience = audience
        self.fault: Exception | None = None
        self.early: list[events.Key] = []
        for theme in themes():
            self.register_theme(theme)
        self.theme = "assistant-light" if light else "assistant-dark"

    @property
    def speaks(self) -> str:
        """The language of the program's own words outside of a conversation."""
        return self.offers[0].language if self.offers else "en"

    def on_mount(self) -> None:
        """Show the first screen; leave in good order when the window is closed or the process is told to end."""
        if self.first is None:
            from assistant.tui.home import Home

            self.push_screen(Home(self.offers, self.words))
        else:
            self.push_screen(self._screen_of(self.first))
        if self.is_headless:  # a test ends by itself
            return
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            with contextlib.suppress(NotImplementedError, AttributeError, RuntimeError):
                number = getattr(signal, name)
                loop.add_signal_handler(number, self._ended_by, number)

    def _ended_by(self, number: int) -> None:
        self.exit(128 + number, return_code=128 + number)

    async def on_event(self, event: events.Event) -> None:
        """Every key goes to the screen first, and is done with before the next one."""
        if isinstance(event, events.Key) and not event.is_forwarded and self.screen_stack:
            screen = self.screen
            if isinstance(screen, Keyed) and not screen.is_open:
                self.early.append(event)
                return
            if isinstance(screen, Keyed) and screen.press(event):
                return
        await super().on_event(event)

    def release(self) -> None:
        """Do what was pressed while a screen was still being put together, in order."""
        early, self.early = self.early, []
        for event in early:
            screen = self.screen
            if isinstance(screen, Keyed) and not screen.is_open:
                self.early.append(event)
            elif isinstance(screen, Keyed):
                screen.press(event)

    def _fatal_error(self) -> None:
        """A fault of the program: told in words once the terminal is itself again, and never as a traceback."""
        self.fault = self._exception
        if os.environ.get("ASSISTANT_DEBUG") == "1":
            super()._fatal_error()
        else:
            self._close_messages_no_wait()

    def begin(self, conversation: Conversation) -> None:
        """Hold a conversation."""
        self.switch_screen(self._screen_of(conversation))

    def begin_offer(self, offer: Offer) -> None:
        """Begin the flow that was picked."""
        from assistant.desk.packs import NotFound
        from assistant.flow.problem import LoadError

        try:
            self.begin(self.opens(offer, self.audience))
        except (LoadError, NotFound, Refused):
            said = self.screen.query(Said)
            said.first().say(say("tui.broken_flow", self.speaks, title=offer.entry.title), wrong=True)

    def _screen_of(self, conversation: Conversation) -> Screen[None]:
        if conversation.session.ended or conversation.session.stuck:
            from assistant.tui.ending import EndingCard

            return EndingCard(conversation)
        from assistant.tui.guide import Guide

        return Guide(conversation)

    def show_guide(self, conversation: Conversation) -> None:
        """Go on with a conversation."""
        self.switch_screen(self._screen_of(conversation))

    def show_ending(self, conversation: Conversation) -> None:
        """Show what came of it."""
        self.switch_screen(self._screen_of(conversation))

    def show_home(self) -> None:
        """Go to the list of flows."""
        from assistant.tui.home import Home

        self.switch_screen(Home(self.offers))

    def switch_audience(self) -> None:
        """Customer or agent, for the next flow."""
        self.audience = "customer" if self.audience == "agent" else "agent"

    def leave(self, conversation: Conversation) -> None:
        """Leave a conversation that is not over: what was answered would be gone, so it asks once."""
        if not any(not entry.given for entry in conversation.session.trail):
            self.exit(0)
            return
        from assistant.tui.leave import Leave

        self.push_screen(Leave(conversation.language), self._leaves)

    def _leaves(self, sure: bool | None) -> None:
        if sure:
            self.exit(0)

    def action_stop(self) -> None:
        """Ctrl+C ends the program, wherever one is."""
        self.exit(130, return_code=130)

    def action_open_link(self, url: str) -> None:
        """Open a web page or a mail in whatever the system has for it; the link is said in full in any case."""
        if url.startswith(("http://", "https://", "mailto:")):
            with contextlib.suppress(Exception):  # a machine without a browser
                self.open_url(url)
            said = self.screen.query(Said)
            if said:
                said.first().say(say("tui.opened", self.speaks, url=url))

    def copy(self, text: str, conversation: Conversation) -> str:
        """Copy a text: by the terminal, by the system's clipboard, else into a file. Says which."""
        by_terminal = may_take_osc52()
        if by_terminal:
            self.copy_to_clipboard(text)
        copied: Copied = copy_beside(text, by_terminal=by_terminal)
        return copied_words(copied, conversation.language)
