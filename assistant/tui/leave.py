"""Whether to leave a conversation that is not over."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from assistant.tui.choices import Choices, Row
from assistant.tui.keys import KeyedModal
from assistant.words import say


class Leave(KeyedModal[bool]):
    """Two answers: stay, or leave."""

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#answers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,и,n,т,left,backspace", "stay", show=False),
        Binding("q,й,y,н,f10", "leave", show=False),
    ]

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(say("tui.leave", self.language), id="sheet-title")
            yield Choices(
                self._picked,
                (
                    Row("1", say("tui.leave_no", self.language), "stay"),
                    Row("2", say("tui.leave_yes", self.language), "leave"),
                ),
                id="answers",
            )

    def on_mount(self) -> None:
        """Take keys."""
        self.opened()

    def key(self, event: events.Key) -> bool:
        """A digit picks."""
        return self.query_one(Choices).press(event)

    def _picked(self, row: Row) -> None:
        """Stay or leave."""
        self.dismiss(row.value == "leave")

    def action_stay(self) -> None:
        """Stay."""
        self.dismiss(False)

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(True)
