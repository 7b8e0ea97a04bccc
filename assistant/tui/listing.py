"""A list that is searched: a line for words, the kinds of things to look at, and rows to pick from by digit, arrow or click.

What stands in the rows, and what picking one means, the screen that is made of it knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Input, Static

from assistant.desk.memory import trouble_words
from assistant.store.protocol import StoreError
from assistant.tui.bars import Key, KeyBar, Said, TopBar
from assistant.tui.choices import Choices, Row
from assistant.tui.keys import KeyedScreen, focus, insert
from assistant.tui.line import Still
from assistant.tui.palette import OPENS, Command, Commanding
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.tui.app import AssistantApp

AT_ONCE = 9
"""Rows that have a digit."""


class Listing(Commanding, KeyedScreen[None]):
    """A list with a line to search it.

    Attributes:
        name_of_all: the code of its title.
        hint: the code of what stands in the empty line.
        none_code: the code of what is said where nothing is found.
        kinds: what can be looked at, as (value, code of its name); the first one is shown at first.
    """

    CSS_PATH = "listing.tcss"
    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,и,left,f2", "back", "Back", id="listing.back"),
        Binding("s,ы,right,f3", "other", "Show others", id="listing.other"),
        Binding("question_mark,f1", "help", "Help", id="listing.help"),
        Binding("q,й,f10", "leave", "Quit", id="listing.leave"),
        OPENS,
    ]

    name_of_all: ClassVar[str]
    hint: ClassVar[str]
    none_code: ClassVar[str]
    kinds: ClassVar[tuple[tuple[str, str], ...]]

    def __init__(self) -> None:
        super().__init__()
        self.kind = self.kinds[0][0]
        self.last_key = ""

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    @property
    def memory(self) -> Memory:
        """Where all of it is kept."""
        memory = self.assistant.memory
        assert memory is not None  # else nothing leads here
        return memory

    @property
    def language(self) -> str:
        """The language of the program's own words."""
        return self.assistant.speaks

    @property
    def said_in(self) -> str:
        """The language of the commands."""
        return self.language

    def besides(self) -> Iterator[Command]:
        """The other kinds of them, each by its name."""
        for value, code in self.kinds:
            if value != self.kind:
                name = say("palette.listing_kind", self.language, kind=say(code, self.language))
                yield Command(name, "", partial(self.action_look_at, value))

    @property
    def line(self) -> Input:
        """The line for words."""
        return self.query_one("#line", Input)

    @property
    def choices(self) -> Choices:
        """The rows."""
        return self.query_one(Choices)

    def rows(self, words: str) -> Sequence[Row]:
        """What is found; may raise `StoreError`."""
        raise NotImplementedError

    def pick(self, row: Row) -> None:
        """A row was picked."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        with VerticalScroll(id="page", can_focus=False):
            yield Static(id="kinds")
            yield Still("", say(self.hint, self.language), id="line", select_on_focus=False, compact=True)
            yield Static(id="none")
            yield Choices(self.pick, id="rows")
        yield Said(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show what there is."""
        audience = say(f"tui.{self.assistant.audience}", self.language)
        self.query_one(TopBar).show("", say(self.name_of_all, self.language), audience, language=self.language)
        self.list()
        self._to_rows()
        self.keys()
        self.opened()

    def list(self) -> None:
        """Show what is found."""
        typed = self.line.value.strip()
        try:
            found = tuple(self.rows(typed))
        except StoreError as error:
            found = ()
            self.query_one(Said).say(trouble_words(error, self.language), wrong=True)
        numbered = [row._replace(key=str(number) if number <= AT_ONCE else "") for number, row in enumerate(found, 1)]
        self.choices.show(tuple(numbered), self.choices.at)
        none = self.query_one("#none", Static)
        none.display = not found
        none.update(say("tui.nothing_found" if typed else self.none_code, self.language))
        parts: list[tuple[str, str | Style]] = []
        for value, code in self.kinds:
            click = Style.from_meta({"@click": ("screen.look_at", (value,))})
            look = Style(bold=True, underline=True) if value == self.kind else Style()
            parts += [(say(code, self.language), click + look), ("   ", "")]
        self.query_one("#kinds", Static).update(Content.assemble(*parts))

    def keys(self) -> None:
        """Show the keys that work now."""
        typing = self.focused is self.line
        count = sum(1 for row in self.choices.rows if row.key)
        enter = Key("Enter" if typing or count < 2 else f"1–{count}", say("tui.key_open_one", self.language), "screen.enter")
        self.query_one(KeyBar).show(
            *((enter,) if self.choices.rows else ()),
            Key("F2" if typing else "b", say("tui.key_back", self.language), "screen.back"),
            Key("F3" if typing else "s", say("tui.key_others", self.language), "screen.other"),
            Key("F1" if typing else "?", say("tui.key_help", self.language), "screen.help"),
            Key("F10" if typing else "q", say("tui.key_quit", self.language), "screen.leave"),
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while typing."""
        event.stop()
        self.query_one(Said).say("")
        self.list()
        self.keys()

    def on_descendant_focus(self) -> None:
        """The keys that work change with where the cursor is."""
        self.keys()

    def _to_rows(self) -> None:
        focus(self.choices if self.choices.rows else None, self)

    def line_for_words(self) -> Input:
        """The line to type in."""
        focus(self.line, self)
        return self.line

    def key(self, event: events.Key) -> bool:
        """On the rows digits pick; what is no key goes into the line, where digits are text: numbers are searched."""
        typing, last, self.last_key = self.focused is self.line, self.last_key, event.key
        if typing and event.key in ("enter", "down", "escape"):
            self.list()
            if event.key == "enter" and len(self.choices.rows) == 1:
                self.choices.action_pick()
            else:
                self._to_rows()
        elif typing and event.key == "backspace" and not self.line.value:
            if last != "backspace":  # a fresh one leaves the line; held down it only deletes
                self._to_rows()
        elif typing:
            return False
        elif self.choices.press(event):
            return True
        elif event.key == "up" and (self.choices.at == 0 or not self.choices.rows):
            focus(self.line, self)
        elif event.key == "backspace":
            self.action_back()
            return True
        elif event.is_printable and event.character not in (None, " ") and not self.binds(event.key):
            if event.character == "/" or self.choices.rows or self.line.value:  # else there is nothing to search in
                focus(self.line, self)
            if event.character != "/" and self.focused is self.line:
                insert(self.line, event.character or "")
        else:
            return False
        self.keys()
        return True

    def action_enter(self) -> None:
        """What Enter would do."""
        self.choices.action_pick()

    def action_other(self) -> None:
        """Look at the next kind of them."""
        values = [value for value, _ in self.kinds]
        self.action_look_at(values[(values.index(self.kind) + 1) % len(values)])

    def action_look_at(self, kind: str) -> None:
        """Look at one kind of them."""
        self.kind = kind
        self.choices.at = 0
        self.list()
        self._to_rows()
        self.keys()

    def action_back(self) -> None:
        """Go to where one came from, or to the flows."""
        if len(self.app.screen_stack) > 2:
            self.app.pop_screen()
        else:
            self.assistant.show_home()

    def action_help(self) -> None:
        """The keys of this screen."""
        from assistant.tui.help import keys_sheet

        self.app.push_screen(keys_sheet(self, "tui.keys_listing", self.language))

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit(0)
