"""A question before something that can't be undone by going back: two answers, and the harmless one comes first."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from assistant.flow.text import Blocks
from assistant.tui.choices import Choices, Row
from assistant.tui.keys import KeyedModal
from assistant.tui.prose import Prose


class Sure(KeyedModal[bool]):
    """Asks whether to go ahead.

    Args:
        question: what is asked.
        no, yes: the two answers.
        blocks: what is to be read between.
    """

    CSS_PATH = "help.tcss"
    AUTO_FOCUS = "#answers"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,и,n,т,left,backspace", "answer(False)", show=False),
        Binding("q,й,y,н,f10", "answer(True)", show=False),
    ]

    def __init__(self, question: str, no: str, yes: str, blocks: Blocks = ()) -> None:
        super().__init__()
        self.question = question
        self.blocks = blocks
        self.answers = (Row("1", no, "no"), Row("2", yes, "yes"))

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(self.question, id="sheet-title", markup=False)
            yield Prose(id="preview")
            yield Choices(self._picked, self.answers, id="answers")

    def on_mount(self) -> None:
        """Take keys."""
        self.query_one(Prose).show(self.blocks)
        self.opened()

    def key(self, event: events.Key) -> bool:
        """A digit picks."""
        return self.query_one(Choices).press(event)

    def _picked(self, row: Row) -> None:
        """The answer that was picked."""
        self.dismiss(row.value == "yes")

    def action_answer(self, sure: bool) -> None:
        """A letter answers too."""
        self.dismiss(sure)
