"""Where one begins: the problem in a few words, or picked from the list; or where one goes on, with what was not finished.

The flows are there at once. The open sessions come when they are read: above the flows as long as nobody has touched
anything, below them afterwards, so that nothing moves under a finger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from assistant.desk.offers import OFFERED, ranked
from assistant.desk.packs import Offer
from assistant.tui.bars import Key, KeyBar, Said, TopBar
from assistant.tui.choices import Choices, Row
from assistant.tui.keynames import shown
from assistant.tui.keys import KeyedScreen, focus, insert
from assistant.tui.line import Still
from assistant.tui.offered import Listed, read_beside, row
from assistant.tui.palette import OPENS, Commanding
from assistant.words import say

if TYPE_CHECKING:
    from assistant.store.protocol import Summary
    from assistant.tui.app import AssistantApp

AT_ONCE = 9
_ROOMY, _LOW = 30, 20
_ALL = "\0all"


class Home(Commanding, KeyedScreen[None]):
    """The list of flows, and a line to say what is wrong."""

    CSS_PATH = "home.tcss"
    AUTO_FOCUS = "#line"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,ф,f6", "audience", "Customer or agent", id="home.audience"),
        Binding("r,к,f9", "resume", "Go on", id="home.resume"),
        Binding("s,ы,f7", "sessions", "All open sessions", id="home.sessions"),
        Binding("c,с,f5", "cases", "Cases", id="home.cases"),
        Binding("question_mark,f1", "help", "Help", id="home.help"),
        Binding("q,й,f10", "leave", "Quit", id="home.leave"),
        OPENS,
    ]

    def __init__(self, offers: Sequence[Offer], words: str = "") -> None:
        super().__init__()
        self.offers = list(offers)
        self.words = words
        self.language = offers[0].language if offers else "en"
        self.sessions: list[Summary] | None = None
        self.is_touched = False
        """Whether anything was pressed, clicked or pointed at."""
        self.is_waiting = False
        """Whether the last session is wanted as soon as it is read."""

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    @property
    def said_in(self) -> str:
        """The language of the program's own words."""
        return self.language

    def is_of_use(self, action: str) -> bool:
        """Whether an action does anything now."""
        is_kept = self.assistant.memory is not None
        match action:
            case "resume":
                return bool(self.sessions)
            case "sessions" | "cases":
                return is_kept
            case "flows":
                return False
            case _:
                return True

    def named(self, binding: str) -> str:
        """For whom the next flow is then stands in the name."""
        if binding == "home.audience":
            return "home_as_customer" if self.assistant.audience == "agent" else "home_as_agent"
        return super().named(binding)

    @property
    def line(self) -> Input:
        """The line to type in."""
        return self.query_one("#line", Input)

    @property
    def choices(self) -> Choices:
        """The flows."""
        return self.query_one("#flows", Choices)

    @property
    def open(self) -> Choices:
        """The sessions to go on with."""
        return self.query_one("#open", Choices)

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        with VerticalScroll(id="page", can_focus=False):
            yield Static(say("home.title", self.language), id="question")
            yield Still(self.words, say("tui.home_line", self.language), id="line", select_on_focus=False, compact=True)
            yield Static(id="fits")
            yield Static(say("tui.go_on_where", self.language), id="open-head")
            yield Choices(self._resume, id="open")
            yield Choices(self._picked, id="flows")
        yield Said(id="said")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the flows."""
        self.line.cursor_position = len(self.words)
        self.show_open()
        self.list()
        self.bars()
        self._read_sessions()
        self.opened()

    def _read_sessions(self) -> None:
        memory, audience = self.assistant.memory, self.assistant.audience
        if memory is not None:
            self.call_after_refresh(read_beside, memory, OFFERED + 1, self.language, audience, self)

    def on_listed(self, event: Listed) -> None:
        """The sessions are there."""
        event.stop()
        self.sessions = event.sessions
        if self.is_touched:
            page, last = self.query_one("#page"), self.choices
            for widget in (self.open, self.query_one("#open-head")):
                page.move_child(widget, after=last)
        if event.trouble:
            self.say(event.trouble, wrong=True)
        self.show_open()
        if not self.is_touched:
            self.query_one("#page").scroll_home(animate=False)
        self.bars()
        if self.is_waiting:
            self.is_waiting, self.is_open = False, True
            self.action_resume()
            self.assistant.release()

    def show_open(self) -> None:
        """Show as many open sessions as there is room for, of which a low screen has little; none while words are typed."""
        height = self.size.height
        sessions = self.sessions or []
        most = OFFERED if height >= _ROOMY else 1
        rows = [
            row(
                one,
                "" if number else shown(self, "resume", "F9"),
                self.assistant.clock(),
                self.language,
                is_short=height < _LOW,
            )
            for number, one in enumerate(sessions[:most])
        ]
        if len(sessions) > most and height >= _LOW:
            rows.append(Row(shown(self, "sessions", "F7"), say("tui.all_open", self.language), _ALL))
        is_typed = bool(self.line.value.strip())
        self.open.show(() if is_typed else tuple(rows), self.open.at)
        self.query_one("#open-head").display = bool(rows) and not is_typed and height >= _LOW

    def on_resize(self) -> None:
        """A higher screen has room for more."""
        if self.is_open:
            self.show_open()

    def on_mouse_move(self) -> None:
        """Somebody points at something."""
        self.is_touched = True

    def on_mouse_down(self) -> None:
        """Somebody clicks on something."""
        self.is_touched = True

    def bars(self) -> None:
        """Show who it is for, and the keys that work now."""
        titles = {offer.pack_title for offer in self.offers}
        pack = next(iter(titles)) if len(titles) == 1 else say("tui.name", self.language)
        audience = say(f"tui.{self.assistant.audience}", self.language)
        self.query_one(TopBar).show("", pack, audience, "screen.audience", language=self.language)
        typing = self.focused is self.line
        numbered = sum(1 for row in self.choices.rows if row.key and row.key != "0")
        is_agent = self.assistant.audience == "agent"
        keys = [
            Key(f"1–{numbered}" if numbered > 1 else "Enter", say("tui.key_choose", self.language), "screen.enter"),
            Key("F6" if typing else "a", say("tui.key_to_customer" if is_agent else "tui.key_to_agent", self.language),
                "screen.audience"),
            Key("F1" if typing else "?", say("tui.key_help", self.language), "screen.help"),
            Key("F10" if typing else "q", say("tui.key_quit", self.language), "screen.leave"),
        ]  # fmt: skip
        if is_agent and self.assistant.memory is not None:
            keys[1:2] = [Key("F5" if typing else "c", say("tui.key_cases", self.language), "screen.cases")]
        if self.sessions:
            keys[1:1] = [Key("F9" if typing else "r", say("tui.key_go_on", self.language), "screen.resume")]
        self.query_one(KeyBar).show(*keys)

    def list(self) -> bool:
        """Show the flows that fit what is typed, and say whether any does; all of them where none does."""
        typed = self.line.value.strip()
        named = [offer for offer in self.offers if not offer.is_otherwise] or self.offers
        found = ranked(named, typed) if typed else named
        fits = self.query_one("#fits", Static)
        fits.display = bool(typed)
        fits.update(self._about(typed) or say("home.fits" if found else "home.nothing_fits", self.language))
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
        self.show_open()
        self.bars()

    def on_descendant_focus(self) -> None:
        """The keys that work change with where the cursor is."""
        self.bars()

    def paste(self, text: str) -> None:
        """What is pasted is words."""
        self.is_touched = True
        super().paste(text)

    def line_for_words(self) -> Input:
        """The line to type in."""
        focus(self.line, self)
        return self.line

    def key(self, event: events.Key) -> bool:
        """Digits pick in an empty line and on the list; a letter that is no key goes from the list into the line."""
        self.is_touched = True
        typing = self.focused is self.line
        if not (typing and self.line.value) and self.choices.press(event):
            return True
        if event.key == "question_mark" and not self.line.value:  # no search begins so
            self.action_help()
        elif typing and event.key == "enter":
            self.send()
        elif typing and event.key in ("down", "escape"):
            focus(self.lists()[0], self)
        elif not typing and event.key in ("up", "down") and self._leaves_list(event.key):
            pass
        elif not typing and event.is_printable and event.character != " " and not self.binds(event.key):
            focus(self.line, self)
            if event.character != "/":
                insert(self.line, event.character or "")
        else:
            return False
        self.bars()
        return True

    def binds(self, key: str) -> bool:
        """Whether a key has a use: letters of keys that are not offered now are letters."""
        idle = set() if self.sessions else {"resume", "sessions"}
        if self.assistant.audience != "agent" or self.assistant.memory is None:
            idle.add("cases")
        return any(one.action not in idle for one in self._bindings.key_to_bindings.get(key, ()))

    def lists(self) -> Sequence[Choices]:
        """The lists that are shown, from above."""
        order = list(self.query_one("#page").children)
        shown = [one for one in (self.open, self.choices) if one.display]
        return sorted(shown, key=order.index) or [self.choices]

    def _leaves_list(self, key: str) -> bool:
        """Go from the end of a list to the next one, or from the first to the line; says whether it was the end."""
        stops: list[Widget] = [self.line, *self.lists()]
        here = self.focused
        if not isinstance(here, Choices) or here not in stops:
            return False
        if here.at != (0 if key == "up" else len(here.rows) - 1):
            return False
        other = stops.index(here) + (-1 if key == "up" else 1)
        if other < len(stops):
            focus(stops[other], self)
        return True

    def send(self) -> None:
        """What was typed: a code or a file of a session, else words, of which the flow that fits best is taken. An empty
        line leads to the list."""
        typed = self.line.value.strip()
        if typed and self.assistant.memory is not None:
            from assistant.tui.typed import session_in

            wrong = session_in(self.assistant, typed)
            if wrong is not None:
                self.say(wrong, wrong=True)
                return
        fits = self.list()
        self.choices.action_pick() if typed and fits else focus(self.lists()[0], self)

    def _about(self, typed: str) -> str:
        """What is said of a code that is typed, and of a file's name; "" for words."""
        if not typed or self.assistant.memory is None:
            return ""
        from assistant.tui.typed import about

        return about(typed, self.language)

    def _resume(self, picked: Row) -> None:
        """Go on with that session, or see all of them."""
        if picked.value == _ALL:
            self.action_sessions()
            return
        from assistant.tui.returning import by_key

        self.say(by_key(self.assistant, picked.value), wrong=True)

    def action_resume(self) -> None:
        """Go on with the last session; if they are not read yet, as soon as they are."""
        if self.sessions is None and self.assistant.memory is not None:
            self.is_waiting, self.is_open = True, False
        elif self.sessions:
            self._resume(Row("", "", self.sessions[0].id))

    def action_sessions(self) -> None:
        """See all sessions that are open."""
        if self.assistant.memory is not None:
            from assistant.tui.sessions import Sessions

            self.app.push_screen(Sessions())

    def action_cases(self) -> None:
        """See the cases."""
        if self.assistant.memory is not None:
            from assistant.tui.cases import Cases

            self.app.push_screen(Cases())

    def _picked(self, row: Row) -> None:
        """Begin that flow."""
        self.assistant.begin_offer(self.offers[int(row.value)])

    def say(self, words: str, *, wrong: bool = False) -> None:
        """Say something below the list."""
        self.query_one(Said).say(words, wrong=wrong)

    def action_enter(self) -> None:
        """What Enter would do."""
        (self.focused if isinstance(self.focused, Choices) else self.choices).action_pick()

    def action_audience(self) -> None:
        """Customer or agent."""
        self.assistant.switch_audience()
        if self.assistant.memory is not None and self.assistant.memory.is_shared:
            self._read_sessions()
        self.bars()

    def action_help(self) -> None:
        """The keys of this screen."""
        from assistant.tui.help import keys_sheet

        self.app.push_screen(keys_sheet(self, "tui.keys_home", self.language))

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit()
