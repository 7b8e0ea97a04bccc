"""The terminal program: its screens, its colours, and how it is left. It never leaves a terminal broken, and a fault of its
own is told in a sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import Monochrome
from textual.screen import Screen

from assistant.desk.clipboard import Copied, copied_words, copy_beside, may_take_osc52
from assistant.desk.config import Wrong
from assistant.desk.conversation import Overtaken, local_now
from assistant.engine import Refused
from assistant.tui.bars import Said
from assistant.tui.ground import QUESTION, Ground, may_be_asked
from assistant.tui.keys import Keyed, show_over
from assistant.tui.theme import NoColours, called, chosen, for_textual
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.desk.memory import Memory
    from assistant.desk.packs import Offer
    from assistant.desk.resuming import Reopened
    from assistant.tui.keymap import Keymap
    from assistant.tui.palette import Command

_LOWEST = 2
"""Textual's own empty screen, and one of ours on it."""

Begin = Callable[["Offer", str], "Conversation"]
"""Opens a flow for an audience."""


class AssistantApp(App[int]):
    """The program in a terminal.

    Args:
        offers: the flows to choose from.
        begin: opens one of them.
        conversation: one that is begun already: then it is shown first.
        reopened: a session that was taken up again: then it is shown first, or what is different in it.
        cases: whether the list of cases is shown first.
        memory: where sessions are kept; nothing where they are not.
        words: words about the problem that were said already.
        audience: "customer" or "agent".
        theme: the colours, by a name of `theme.themes`.
        remember: keeps a setting that was chosen here; nothing where it is forgotten at the end.
        keymap: keys of one's own, by the id of what they do.
        told: what is wrong with the settings, said on the first screen.
        motion: whether what is scrolled may glide.
        clock: tells the time.
    """

    CSS_PATH = "app.tcss"
    TITLE = "assistant"
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = ""
    """Where the cursor is at first, each screen says itself."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-medium"), (100, "-wide")]  # noqa: RUF012 - Textual's own way to say it
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "stop", show=False, priority=True)]

    def __init__(
        self,
        offers: list[Offer],
        begin: Begin,
        *,
        conversation: Conversation | None = None,
        reopened: Reopened | None = None,
        cases: bool = False,
        memory: Memory | None = None,
        words: str = "",
        audience: str = "customer",
        theme: str = "dark",
        remember: Callable[[str, str], None] | None = None,
        keymap: Keymap | None = None,
        told: str = "",
        motion: bool = False,
        clock: Callable[[], datetime] = local_now,
    ) -> None:
        super().__init__()
        self.offers = offers
        self.opens = begin
        self.conversation = conversation
        self.reopened = reopened
        self.cases = cases
        self.memory = memory
        self.words = words
        self.audience = audience
        self.clock = clock
        self.fault: Exception | None = None
        self.early: list[events.Event] = []
        self.remember = remember
        self.keymap: Keymap = keymap or {}
        self.told = told
        self.animation_level = "full" if motion else "none"
        for one in for_textual():
            self.register_theme(one)
        if self.no_color:  # Textual's own way makes grey of it, and knows no picked row where there is no grey
            self._filters[:] = [NoColours() if isinstance(one, Monochrome) else one for one in self._filters]
        self.wanted_theme = theme
        self._on_light: bool | None = None
        self._may_ask = not self._has_few_colours and may_be_asked(os.environ)
        self._begin_with(theme)
        self._first = self._first_screen()
        self.css_path += [path for path in self._first.css_path if path not in self.css_path]

    def _begin_with(self, theme: str) -> None:
        """The first colours, as `_wear` does it, but before anything is read: setting them later reads all styles again."""
        self.set_reactive(App.theme, called(self._chosen(theme)))
        dark = self.current_theme.dark
        for name, holds in (("-dark-mode", dark), ("-light-mode", not dark), (f"-theme-{self.theme}", True)):
            self.set_class(holds, name, update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def _wear(self, name: str) -> None:
        self.wanted_theme = name
        self.theme = called(self._chosen(name))
        self._ask_for_ground()

    def _chosen(self, name: str) -> str:
        return chosen(name, os.environ, few_colours=self._has_few_colours, on_light=self._on_light)

    @property
    def _has_few_colours(self) -> bool:
        return self.console.color_system in ("standard", "windows", None)  # what Textual draws with

    def _ask_for_ground(self) -> None:
        """Ask the terminal whether it is light or dark, where the theme depends on it; its answer comes when it comes."""
        if (
            self._may_ask
            and self.wanted_theme == "auto"
            and self._on_light is None
            and self._driver
            and not self.is_headless
        ):
            self._driver.write(QUESTION)

    def on_ground(self, event: Ground) -> None:
        """The terminal answered."""
        self._on_light = event.is_light
        if self.wanted_theme == "auto":
            self._wear("auto")

    def choose_theme(self, name: str) -> str:
        """Change the colours at once, and keep the choice.

        Args:
            name: one of `theme.themes`.

        Returns:
            what was done, in a sentence.
        """
        self._wear(name)
        if self.remember is None:
            return say("theme.chosen", self.speaks, name=name)
        try:
            self.remember("theme", name)
        except (OSError, Wrong) as error:
            return say("theme.not_kept", self.speaks, name=name, reason=str(error))
        return say("theme.kept", self.speaks, name=name)

    def is_of_use(self, action: str) -> bool:
        """Whether an action of a screen has a place in this program."""
        return True

    def besides(self) -> Iterator[Command]:
        """What can be done on every screen, besides what all programs of this kind do."""
        yield from ()

    @property
    def speaks(self) -> str:
        """The language of the program's own words outside of a conversation."""
        return self.offers[0].language if self.offers else "en"

    def on_mount(self) -> None:
        """Show the first screen; leave in good order when the window is closed or the process is told to end."""
        self.push_screen(self._first)
        if self.is_headless:  # a test ends by itself
            return
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with contextlib.suppress(NotImplementedError, AttributeError, RuntimeError):
                number = getattr(signal, name)
                loop.add_signal_handler(number, self.ended_by, number)
        self._ask_for_ground()

    def _first_screen(self) -> Screen[None]:
        if self.conversation is not None:
            return self.screen_of(self.conversation)
        if self.reopened is not None:
            from assistant.tui.returning import first_screen

            return first_screen(self, self.reopened)
        if self.cases:
            from assistant.tui.cases import Cases

            return Cases()
        from assistant.tui.home import Home

        return Home(self.offers, self.words)

    def ended_by(self, number: int) -> None:
        """End in good order as a signal wants it."""
        self.exit(128 + number, return_code=128 + number)

    async def on_event(self, event: events.Event) -> None:
        """Every key, and all that is pasted, goes to the screen first, and is done with before the next one."""
        is_typed = isinstance(event, events.Paste) or (isinstance(event, events.Key) and event.key != "ctrl+c")
        if is_typed and not event.is_forwarded and self.screen_stack and self._take(event):
            return
        await super().on_event(event)

    def _take(self, event: events.Event) -> bool:
        """Let the screen do what was typed, once it is put together; says whether that was anything."""
        screen = self.screen
        if not isinstance(screen, Keyed):
            return False
        if not screen.is_open:
            self.early.append(event)
        elif isinstance(event, events.Paste):
            screen.paste(event.text)
        else:
            return isinstance(event, events.Key) and screen.press(event)
        return True

    def release(self) -> None:
        """A screen is put together: say what is to be said first, and do what was pressed meanwhile, in order."""
        line = self.screen.query(Said) if self.told else None
        if line:
            line.first().say(self.told, wrong=True)
            self.told = ""
        early, self.early = self.early, []
        for event in early:
            self._take(event)

    def _fatal_error(self) -> None:
        """A fault of the program: told in words once the terminal is itself again, and never as a traceback."""
        self.fault = self._exception
        if os.environ.get("ASSISTANT_DEBUG") == "1":
            super()._fatal_error()
        else:
            self._close_messages_no_wait()

    def begin(self, conversation: Conversation, said: str = "") -> None:
        """Hold a conversation, whatever is shown now.

        Args:
            conversation: which.
            said: what is said on its first screen.
        """
        self.conversation = conversation
        self.show(self.screen_of(conversation, said))

    def show(self, screen: Screen[None]) -> None:
        """Show a screen in the place of all that are open."""
        self.close_sheets()
        self.switch_screen(screen)

    def close_sheets(self) -> None:
        """Close all that lies over the screen that was shown first."""
        while len(self.screen_stack) > _LOWEST:
            self.pop_screen()

    def begin_offer(self, offer: Offer) -> None:
        """Begin the flow that was picked."""
        from assistant.desk.packs import NotFound
        from assistant.flow.problem import LoadError

        try:
            self.begin(self.opens(offer, self.audience))
        except (LoadError, NotFound, Refused):
            said = self.screen.query(Said)
            said.first().say(say("tui.broken_flow", self.speaks, title=offer.entry.title), wrong=True)

    def screen_of(self, conversation: Conversation, said: str = "") -> Screen[None]:
        if conversation.session.ended or conversation.session.stuck:
            from assistant.tui.ending import EndingCard

            return EndingCard(conversation, said)
        from assistant.tui.guide import Guide

        return Guide(conversation, said)

    def in_time(self, conversation: Conversation, verb: Callable[[], object]) -> bool:
        """Do something to a conversation, and say whether nobody else had gone on with it before. Where somebody had, it is
        told, and where the conversation stands now is shown instead of what was.

        Raises:
            Refused: as the verb does.
        """
        try:
            verb()
        except Overtaken as overtaken:
            from assistant.tui.overtaken import Told

            self.begin(conversation)
            self.push_screen(Told(overtaken, conversation.language))
            return False
        return True

    def show_home(self) -> None:
        """Go to the list of flows, from a conversation or from elsewhere; without any flow, leave."""
        if self.conversation is not None:
            self.once_safe(self.conversation, self._home)
        else:
            self._home()

    def _home(self) -> None:
        if self.conversation is not None:
            self.conversation.close()
            self.conversation = None
        if not self.offers:
            self.exit(0)
            return
        from assistant.tui.home import Home

        self.show(Home(self.offers))

    def switch_audience(self) -> None:
        """Customer or agent, for the next flow."""
        self.audience = "customer" if self.audience == "agent" else "agent"

    def leave(self, conversation: Conversation) -> None:
        """Leave the program from a conversation."""
        if conversation.keeper is None and any(not entry.given for entry in conversation.session.trail):
            self._ask_first(conversation, partial(self.exit, 0))
        else:
            self.once_safe(conversation, partial(self.exit, 0))

    def once_safe(self, conversation: Conversation, go: Callable[[], object]) -> None:
        """Go at once from a conversation that is kept; where keeping fails, ask before answers are lost."""
        keeper = conversation.keeper
        if keeper is not None and keeper.trouble is not None:
            if not self.in_time(conversation, partial(conversation.take, conversation.session)):
                return  # it was kept now, and somebody else had gone on: that is shown
            if keeper.trouble is not None:
                self._ask_first(conversation, go)
                return
        go()

    def _ask_first(self, conversation: Conversation, go: Callable[[], object]) -> None:
        from assistant.tui.sure import Sure

        language = conversation.language
        sure = Sure(say("tui.leave", language), say("tui.leave_no", language), say("tui.leave_yes", language))

        def answered(wanted: bool | None) -> None:
            if wanted:
                go()

        show_over(self, sure, answered)

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

    def copy(self, text: str, language: str) -> str:
        """Copy a text: by the terminal, by the system's clipboard, else into a file. Says which."""
        by_terminal = may_take_osc52()
        if by_terminal:
            self.copy_to_clipboard(text)
        copied: Copied = copy_beside(text, by_terminal=by_terminal)
        return copied_words(copied, language)
