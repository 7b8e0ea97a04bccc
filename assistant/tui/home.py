"""Where one begins: the problem in a few words, or picked from the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from assistant.desk.offers import ranked
from assistant.desk.packs import Offer
from assistant.tui.bars import Key, KeyBar, Said, TopBar
from assistant.tui.choices import Choices, Row
from assistant.tui.keys import KeyedScreen, focus, insert
from assistant.words import say

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

AT_ONCE = 9


class Home(KeyedScreen[None]):
    """The list of flows, and a line to say what is wrong."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#line"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,ф,f6", "audience", "Customer or agent", id="home.audience"),
        Binding("question_mark,f1", "help", "Help", id="home.help"),
        Binding("q,й,f10", "leave", "Quit", id="home.leave"),
    ]

    def __init__(self, offers: Sequence[Offer], words: str = "") -> None:
        super().__init__()
        self.offers = list(offers)
        self.words = words
        self.language = offers[0].language if offers else "en"

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    @property
    def line(self) -> Input:
        """The line to type in."""
        return self.query_one("#line", Input)

    @property
    def choices(self) -> Choices:
        """The flows."""
        return self.query_one(Choices)

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        with VerticalScroll(id="page", can_focus=False):
            yield Static(say("home.title", self.language), id="question")
            yield Input(self.words, say("tui.home_line", self.language), id="line", select_on_focus=False, compact=True)
            yield Static(id="fits")
            yield Choices(self._picked, id="flows")
        yield Said(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the flows."""
        self.line.cursor_position = len(self.words)
        self.list()
        self.bars()
        self.opened()

    def bars(self) -> None:
        """Show who it is for, and the keys that work now."""
        titles = {offer.pack_title for offer in self.offers}
        pack = next(iter(titles)) if len(titles) == 1 else say("tui.name", self.language)
        audience = say(f"tui.{self.assistant.audience}", self.language)
        self.query_one(TopBar).show("", pack, audience, "screen.audience")
        typing = self.focused is self.line
        numbered = sum(1 for row in self.choices.rows if row.key and row.key != "0")
        other = say("tui.key_to_customer" if self.assistant.audience == "agent" else "tui.key_to_agent", self.language)
        self.query_one(KeyBar).show(
            Key(f"1–{numbered}" if numbered > 1 else "Enter", say("tui.key_choose", self.language), "screen.enter"),
            Key("F6" if typing else "a", other, "screen.audience"),
            Key("F1" if typing else "?", say("tui.key_help", self.language), "screen.help"),
            Key("F10" if typing else "q", say("tui.key_quit", self.language), "screen.leave"),
        )

    def list(self) -> bool:
        """Show the flows that fit what is typed, and say whether any does; all of them where none does."""
        typed = self.line.value.strip()
        named = [offer for offer in self.offers if not offer.is_otherwise] or self.offers
        found = ranked(named, typed) if typed else named
        fits = self.query_one("#fits", Static)
        fits.display = bool(typed)
        fits.update(say("home.fits" if found else "home.nothing_fits", self.language))
        shown = (found or named)[:AT_ONCE]
        rows = [
            Row(str(number), offer.entry.title, str(self.offers.index(offer)), offer.entry.summary)
            for number, offer in enumerate(shown, 1)
        ]
        otherwise = next((offer for offer in self.offers if offer.is_otherwise), None)
        if otherwise is not None and otherwise not in shown:
            rows.append(Row("0", say("home.none", self.language), str(self.offers.index(otherwise))))
        self.choices.show(tuple(rows))
        return bool(found)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        self.list()

    def on_descendant_focus(self) -> None:
        """The keys that work change with where the cursor is."""
        self.bars()

    def key(self, event: events.Key) -> bool:
        """Digits pick in an empty line and on the list; a letter that is no key goes from the list into the line."""
        typing = self.focused is self.line
        if not (typing and self.line.value) and self.choices.press(event):
            return True
        if typing and event.key == "enter":  # the flow that fits best; an empty line leads to the list
            fits = self.list()
            self.choices.action_pick() if self.line.value.strip() and fits else focus(self.choices, self)
        elif typing and event.key in ("down", "escape"):
            focus(self.choices, self)
        elif not typing and event.key == "up" and self.choices.at == 0:
            focus(self.line, self)
        elif not typing and event.is_printable and event.character != " " and not self.binds(event.key):
            focus(self.line, self)
            if event.character != "/":
                insert(self.line, event.character or "")
        else:
            return False
        self.bars()
        return True

    def _picked(self, row: Row) -> None:
        """Begin that flow."""
        self.assistant.begin_offer(self.offers[int(row.value)])

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Say something below the list."""
        self.query_one(Said).say(words, wrong=wrong)

    def action_enter(self) -> None:
        """What Enter would do."""
        self.choices.action_pick()

    def action_audience(self) -> None:
        """Customer or agent."""
        self.assistant.switch_audience()
        self.bars()

    def action_help(self) -> None:
        """The keys of this screen."""
        from assistant.flow.text import Listing, Paragraph, Span
        from assistant.tui.help import Sheet

        rows = say("tui.keys_home", self.language).split("\n")
        blocks = (Listing(tuple((Paragraph((Span(row),)),) for row in rows)),)
        self.app.push_screen(Sheet(say("tui.help", self.language), blocks, self.language))

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit()
