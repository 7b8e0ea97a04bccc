"""All that can be done on a screen just now, to be found by typing: the keys of the screen with their names, and what needs
no key of its own. What is listed is read off the screen's bindings; what a command does is the screen's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import events
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static

from assistant.tui.bars import Key, KeyBar, Said, TopBar
from assistant.tui.choices import Choices, Row
from assistant.tui.keynames import bound, one_of
from assistant.tui.keys import KeyedModal, focus, insert, one_line
from assistant.tui.line import Still
from assistant.tui.theme import themes
from assistant.words import say

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

OPENS = Binding("f12,ctrl+p,colon", "palette", "All commands", id="palette.open")
"""To stand in the bindings of a screen that has commands."""


class Command(NamedTuple):
    """Something that can be done: its name, the key that does it too ("" for none), and the doing."""

    name: str
    key: str
    run: Callable[[], object]


class Commanding:
    """A screen with a palette of commands. Mix it into a `KeyedScreen` whose bindings have ids and hold `OPENS`."""

    def is_of_use(self, action: str) -> bool:
        """Whether an action does anything on this screen now."""
        return True

    def named(self, binding: str) -> str:
        """What a binding is called, as the end of a code of `palette`; another name where it says more just now."""
        return binding.replace(".", "_")

    @property
    def said_in(self) -> str:
        """The language of the commands."""
        raise NotImplementedError

    def besides(self) -> Iterator[Command]:
        """What can be done here that no binding does; it comes first."""
        yield from ()

    def action_palette(self) -> None:
        """Show all that can be done now."""
        assert isinstance(self, Screen)
        if not getattr(self, "is_asking", False):  # what is typed is no command
            self.app.push_screen(Palette(tuple(commands(self, self.said_in)), self.said_in))

    def on_click(self, event: events.Click) -> None:
        """A click on the bar on top shows it too, but where the bar has a link of its own."""
        if isinstance(event.widget, TopBar) and "@click" not in event.style.meta:
            self.action_palette()


def commands(screen: Screen[None], language: str) -> Iterator[Command]:
    """What can be done on a screen now: its bindings that have an id, then what is the program's."""
    assert isinstance(screen, Commanding)
    app: AssistantApp = screen.app  # type: ignore[assignment]
    yield from screen.besides()
    for binding, keys in bound(screen).values():
        _, name, arguments = parse(binding.action)
        if binding.action != OPENS.action and screen.is_of_use(name) and app.is_of_use(name):
            words = say(f"palette.{screen.named(binding.id or '')}", language)
            yield Command(words, one_of(keys), partial(getattr(screen, f"action_{name}"), *arguments))
    yield from app.besides()
    if app.offers and screen.is_of_use("flows"):
        yield Command(say("palette.flows", language), "", app.show_home)
    for name in themes():
        if name != app.wanted_theme:
            yield Command(say("palette.theme", language, name=name), "", partial(_wear, app, name))


def _wear(app: AssistantApp, name: str) -> None:
    """Change the colours, and say so on the screen below."""
    told = app.choose_theme(name)
    for said in app.screen.query(Said):
        said.say(told)


class Palette(KeyedModal[None]):
    """The commands, and a line to find one."""

    CSS_PATH = ["help.tcss", "palette.tcss"]  # noqa: RUF012 - Textual's own way to say it
    AUTO_FOCUS = "#commands"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f12,ctrl+p,f2,f10", "close", show=False)]

    def __init__(self, found: tuple[Command, ...], language: str) -> None:
        super().__init__()
        self.commands = found
        self.language = language

    def compose(self) -> ComposeResult:
        with Vertical(id="head"):
            yield Static(say("palette.title", self.language), id="sheet-title")
            line = Still("", say("palette.hint", self.language), id="line", compact=True)
            line.can_focus = False  # so that the list shows what Enter takes
            yield line
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(say("palette.none", self.language), id="none")
            yield Choices(self._picked, id="commands")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show all of them."""
        self.list()
        self.query_one(KeyBar).show(
            Key("Enter", say("palette.run", self.language), "screen.enter"),
            Key("F12", say("tui.key_close", self.language), "screen.close"),
        )
        focus(self.query_one(Choices), self)
        self.opened()

    def list(self) -> None:
        """Show those whose names hold every word that is typed."""
        choices = self.query_one(Choices)
        words = self.query_one("#line", Input).value.casefold().split()
        rows = tuple(
            Row(command.key, command.name, str(number))
            for number, command in enumerate(self.commands)
            if all(word in command.name.casefold() for word in words)
        )
        if rows != choices.rows:
            choices.show(rows)
        self.query_one("#none").display = not rows

    def paste(self, text: str) -> None:
        """What is pasted is looked for; nothing of it is run."""
        insert(self.query_one("#line", Input), one_line(text))
        self.list()

    def key(self, event: events.Key) -> bool:
        """All that is text is typed at once, though the cursor stays on the list; the rest are keys of the list."""
        line = self.query_one("#line", Input)
        if event.is_printable and event.character:
            insert(line, event.character)
        elif event.key == "backspace":
            line.action_delete_left()
        else:
            return False
        self.list()
        return True

    def action_enter(self) -> None:
        """Run what is marked."""
        self.query_one(Choices).action_pick()

    def _picked(self, row: Row) -> None:
        """Close, and then run it: what it shows stands on the screen below."""
        self.dismiss()
        self.commands[int(row.value)].run()

    def action_close(self) -> None:
        """Close it."""
        self.dismiss()
