"""Whether to leave a conversation that is not over."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.choices import Choices, Row
from assistant.words import say


class Leave(ModalScreen[bool]):
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
                (Row("1", say("tui.leave_no", self.language), "stay"), Row("2", say("tui.leave_yes", self.language), "leave")),
                id="answers",
            )

    def on_key(self, event: events.Key) -> None:
        """A digit picks."""
        row = self.query_one(Choices).by_key(event.character or "") if (event.character or "").isdecimal() else None
        if row is not None:
            event.stop()
            self.query_one(Choices).pick(row)

    def on_choices_picked(self, event: Choices.Picked) -> None:
        """Stay or leave."""
        event.stop()
        self.dismiss(event.row.value == "leave")

    def action_stay(self) -> None:
        """Stay."""
        self.dismiss(False)

    def action_leave(self) -> None:
        """Leave."""
        self.dismiss(True)
