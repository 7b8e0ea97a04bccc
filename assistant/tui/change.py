"""Changing an earlier answer: pick it, answer anew, see what no longer applies, and only then confirm."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from assistant.desk.phrases import answer_line, refusal
from assistant.engine import Refused
from assistant.engine.events import Written
from assistant.flow.text import Blocks, Listing, Paragraph, Span
from assistant.tui.ask import Ask
from assistant.tui.bars import Key, KeyBar
from assistant.tui.choices import Choices, Row
from assistant.tui.keys import KeyedModal, focus, show_over
from assistant.tui.prose import Prose
from assistant.tui.trail import Stop, stops
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.engine import Change
    from assistant.engine.prompt import TrailEntry
    from assistant.tui.app import AssistantApp

_CLOSE: list[BindingType] = [Binding("escape,b,и,left,f2", "close", "Back", id="change.close")]


class PickAnswer(KeyedModal[str | None]):
    """The answers so far, to pick the one that is to change."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*_CLOSE, Binding("q,й,backspace,t,е,f3", "close", show=False)]
    AUTO_FOCUS = "#answers"

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self.conversation = conversation
        self.turned: set[str] = set()
        self.stops: list[Stop] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(say("tui.change_which", self.conversation.language), id="sheet-title")
            yield Choices(self._picked, id="answers")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the answers, the newest picked."""
        language = self.conversation.language
        self._list(-1)
        self.call_after_refresh(self.query_one(Choices).action_move, 0)  # the newest is in sight
        self.query_one(KeyBar).show(
            Key("Enter", say("tui.key_change", language), "screen.pick"),
            Key("b", say("tui.key_back", language), "screen.close"),
        )
        self.opened()

    def key(self, event: events.Key) -> bool:
        """A digit picks."""
        return self.query_one(Choices).press(event)

    def _list(self, at: int) -> None:
        """Show the answers, with the cursor on one of them."""
        self.stops = stops(self.conversation, self.turned)
        rows = tuple(
            Row(str(number) if number < 10 else "", ("– " if stop.is_open else "+ ") + stop.name, stop.place)
            if stop.is_flow
            else Row(str(number) if number < 10 else "", stop.answer, stop.place, stop.given, quiet=stop.name)
            for number, stop in enumerate(self.stops, 1)
        )
        self.query_one(Choices).show(rows, at % len(rows) if rows else 0)

    def _picked(self, row: Row) -> None:
        """Change that one; open or close the answers of a flow that was run."""
        at = self.query_one(Choices).at
        if self.stops[at].is_flow:
            self.turned ^= {row.value}
            self._list(at)
            return
        show_over(self.app, ChangeAnswer(self.conversation, row.value), self._done)

    def _done(self, said: str | None) -> None:
        if said:
            self.dismiss(said)

    def action_pick(self) -> None:
        """What Enter would do."""
        self.query_one(Choices).action_pick()

    def action_close(self) -> None:
        """Leave all as it is."""
        self.dismiss(None)


class ChangeAnswer(KeyedModal[str | None]):
    """One earlier question, asked again; its result says what was changed, or nothing."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = _CLOSE
    AUTO_FOCUS = None

    def __init__(self, conversation: Conversation, place: str) -> None:
        super().__init__()
        self.conversation = conversation
        self.place = place
        self.change: Change | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(say("tui.change", self.conversation.language), id="sheet-title")
            yield Ask(self._answered)
            yield Prose(id="preview")
            yield Choices(self._confirmed, id="confirm")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Ask the question again, with the answer that stands."""
        language = self.conversation.language
        self.query_one("#preview").display = False
        self.query_one("#confirm").display = False
        asked = self.conversation.asked_at(self.place)
        if asked is None:
            self.dismiss(None)
            return
        self.query_one(Ask).show(asked, language, now=self.conversation.clock())
        self.query_one(KeyBar).show(
            Key("Enter", say("tui.key_answer", language), "screen.enter"),
            Key("F2", say("tui.key_back", language), "screen.close"),
        )
        self.opened()

    def key(self, event: events.Key) -> bool:
        """Digits and the line, or the two answers of the preview."""
        if self.change is not None:
            return self.query_one("#confirm", Choices).press(event)
        return self.query_one(Ask).key(event, is_bound=self.binds(event.key))

    def line_for_words(self) -> Input | None:
        """The line of the question, until it is answered."""
        return self.query_one(Ask).line_for_words() if self.change is None else None

    def _answered(self, value: Written) -> None:
        """Preview the new answer; where nothing is lost by it, it is made at once (it can be changed back)."""
        language = self.conversation.language
        try:
            change = self.conversation.preview(self.place, value)
        except Refused as refused:
            self.query_one(Ask).wrong(refusal(refused, language))
            return
        if [entry.value for entry in change.session.trail] == [entry.value for entry in self.conversation.session.trail]:
            self.dismiss(say("change.nothing", language))
            return
        if not change.no_longer:
            self._apply(change)
            return
        self.change = change
        self.query_one(Ask).display = False
        self.query_one("#preview", Prose).show(preview(change.no_longer, change.kept, language))
        confirm = self.query_one("#confirm", Choices)
        confirm.show((Row("1", say("tui.change_yes", language), "yes"), Row("2", say("tui.change_no", language), "no")))
        focus(confirm, self)

    def _confirmed(self, row: Row) -> None:
        """Confirmed, or not."""
        if self.change is not None and row.value == "yes":
            self._apply(self.change)
        else:
            self.dismiss(None)

    def _apply(self, change: Change) -> None:
        app: AssistantApp = self.app  # type: ignore[assignment]
        if app.in_time(self.conversation, partial(self.conversation.apply, change)):
            self.dismiss(say("change.done", self.conversation.language))

    def action_enter(self) -> None:
        """What Enter would do."""
        focused = self.focused
        if isinstance(focused, Choices):
            focused.action_pick()

    def action_close(self) -> None:
        """Leave all as it is."""
        self.dismiss(None)


def preview(lost: tuple[TrailEntry, ...], kept: tuple[TrailEntry, ...], language: str) -> Blocks:
    """Answers that would no longer apply after a change, and those that stay."""
    blocks: list[Paragraph | Listing] = []
    for code, entries in (("tui.no_longer", lost), ("tui.still", kept)):
        shown = [entry for entry in entries if entry.kind != "tell"]
        if shown:
            blocks.append(Paragraph((Span(say(code, language), bold=True),)))
            items = tuple((Paragraph((Span(answer_line(entry, language)),)),) for entry in shown)
            blocks.append(Listing(items))
    return tuple(blocks)
