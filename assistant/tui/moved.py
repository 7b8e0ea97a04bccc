"""What is different in a session that was taken up again, and the choice that is left. Nothing is kept before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from assistant.desk.phrases import different_lines
from assistant.flow.text import Listing, Paragraph, Span
from assistant.tui.bars import Key, KeyBar, TopBar
from assistant.tui.choices import Choices, Row
from assistant.tui.keys import KeyedScreen, focus
from assistant.tui.palette import OPENS, Command, Commanding
from assistant.tui.prose import Prose
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.resuming import Reopened
    from assistant.tui.app import AssistantApp


_ON, _STAY = "on", "stay"


class Moved(Commanding, KeyedScreen[None]):
    """Says what is different, and asks how to go on."""

    CSS_PATH = "moved.tcss"
    AUTO_FOCUS = None
    is_surprise = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,и,left,backspace,escape,f2", "back", "Back", id="moved.back"),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding("q,й,f10", "leave", "Quit", id="moved.leave"),
        OPENS,
    ]

    def __init__(self, reopened: Reopened) -> None:
        super().__init__()
        self.reopened = reopened
        self.language = reopened.language

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    @property
    def said_in(self) -> str:
        """The language of the session."""
        return self.language

    def is_of_use(self, action: str) -> bool:
        """Going back leads to the list of flows."""
        return action != "flows"

    def besides(self) -> Iterator[Command]:
        """The ways to go on."""
        names = {_ON: "palette.moved_new" if self.reopened.is_edited else "palette.moved_on", _STAY: "palette.moved_stay"}
        for row in self.query_one(Choices).rows:
            yield Command(say(names[row.value], self.language), row.key, partial(self._picked, row))

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        with VerticalScroll(id="page", can_focus=False):
            title, *lines = different_lines(self.reopened, self.language)
            yield Static(title, id="title", markup=False)
            yield Prose((Listing(tuple((Paragraph((Span(line),)),) for line in lines)),))
            yield Choices(self._picked, id="answers")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the ways to go on."""
        language = self.language
        self.query_one(TopBar).show("", self.reopened.title, language=language)
        rows = [Row("1", say("moved.go_on" if self.reopened.is_edited else "tui.go_on", language), _ON)]
        if self.reopened.is_edited:
            rows.append(Row("2", say("moved.stay", language), _STAY))
        choices = self.query_one(Choices)
        choices.show(tuple(rows))
        self.query_one(KeyBar).show(
            Key("1–2" if len(rows) > 1 else "Enter", say("tui.key_choose" if len(rows) > 1 else "tui.key_go_on", language),
                "screen.enter"),
            Key("b", say("tui.key_back", language), "screen.back"),
            Key("q", say("tui.key_quit", language), "screen.leave"),
        )  # fmt: skip
        focus(choices, self)
        self.call_after_refresh(self.query_one("#page").scroll_home, animate=False)
        self.opened()

    def key(self, event: events.Key) -> bool:
        """A digit picks; up from the first answer shows what stands above it."""
        choices = self.query_one(Choices)
        if event.key == "up" and choices.at == 0:
            self.action_scroll(-1)
            return True
        return choices.press(event)

    def _picked(self, row: Row) -> None:
        """Go on."""
        from assistant.tui.returning import going_on

        self.assistant.show(going_on(self.assistant, self.reopened, stay=row.value == _STAY))

    def action_enter(self) -> None:
        """What Enter would do."""
        self.query_one(Choices).action_pick()

    def action_scroll(self, by: int) -> None:
        """Move what is shown."""
        self.query_one("#page").scroll_relative(y=by, animate=False)

    def action_back(self) -> None:
        """Leave the session as it was."""
        self.assistant.show_home()

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit(0)
