"""One kept case: what it says, part by part to copy, and what can be done about it without holding its conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.desk import card, cases
from assistant.desk.casework import NoCase
from assistant.desk.memory import trouble_words
from assistant.desk.phrases import refusal, when_words
from assistant.desk.saving import path_typed
from assistant.engine import Refused
from assistant.flow.text import Paragraph, Span
from assistant.store.protocol import StoreError, moment
from assistant.tui.bars import Key, KeyBar, Said, TopBar
from assistant.tui.choices import Choices, Row
from assistant.tui.entry import Asking, Entry
from assistant.tui.filing import ask_how, filed_words
from assistant.tui.keynames import shown
from assistant.tui.keys import KeyedScreen, focus
from assistant.tui.palette import OPENS, Commanding
from assistant.tui.prose import Prose
from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from assistant.desk.card import Part
    from assistant.desk.casework import CaseWork
    from assistant.tui.app import AssistantApp

SIGNS = {"draft": "■", "filed": "✓", "closed": "·"}


class CaseCard(Asking, Commanding, KeyedScreen[None]):
    """A case, and what can be done about it."""

    CSS_PATH = "ending.tcss"
    AUTO_FOCUS = None

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,и,left,backspace,escape,f2", "back", "Back", id="case.back"),
        Binding("f,а,f9", "file", "It is filed", id="case.file"),
        Binding("n,т,f7", "note", "Write a note", id="case.note"),
        Binding("a,ф,f8", "attach", "Attach a file", id="case.attach"),
        Binding("s,ы,f6", "save", "Save as a file", id="case.save"),
        Binding("x,ч,f4", "close", "Close", id="case.close"),
        Binding("r,к,f3", "resume", "Go to its conversation", id="case.resume"),
        Binding("c,с,f5", "copy_all", "Copy all", id="case.copy"),
        Binding("question_mark,f1", "help", "Help", id="case.help"),
        Binding("q,й,f10", "leave", "Quit", id="case.leave"),
        OPENS,
    ]

    def __init__(self, work: CaseWork) -> None:
        super().__init__()
        self.work = work

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    @property
    def language(self) -> str:
        """The language of the program's own words."""
        return self.assistant.speaks

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        with VerticalScroll(id="card", can_focus=False):
            yield Static(id="kind")
            yield Prose(id="title")
            yield Static(id="about", markup=False)
            yield Static(say("tui.case_do", self.language), id="more-head")
            yield Choices(self._do, id="more")
            yield Static(say("tui.copy_parts", self.language), id="parts-head")
            yield Choices(self._copied, id="parts")
            yield Static(id="text", markup=False)
        yield Said(id="said")
        yield Entry()
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the case."""
        self.update()
        focus(self.query_one("#more"), self)
        self.call_after_refresh(self.query_one("#card").scroll_home, animate=False)
        self.opened()

    def update(self) -> None:
        """Show it as it is kept now."""
        row, language = self.work.row, self.language
        self.query_one(TopBar).show("", say("cases.title", language), self.work.name, language=language)
        kind = self.query_one("#kind", Static)
        number = say("cases.number", language, number=row.reference) if row.reference else ""
        now = self.assistant.clock()
        when = when_words(moment(row.filed).astimezone(now.tzinfo), now, language) if row.filed else ""
        filed = say("tui.case_filed_on", language, when=when) if when else ""
        state = say(f"cases.{row.state}", language) if row.state != "filed" else ""
        words = " · ".join(filter(None, (state, filed, number)))
        kind.update(Content(f"{SIGNS[row.state]} {clean(words)}"))
        kind.set_class(row.state == "filed", "-good")
        self.query_one("#title", Prose).show((Paragraph((Span(row.subject, bold=True),)),))
        about = self.query_one("#about", Static)
        about.update(clean("\n".join(filter(None, (row.portal, row.note)))))
        about.display = bool(row.portal or row.note)
        rows = [
            Row(str(number) if number < 10 else "", part.text, part.name, quiet=part.name)
            for number, part in enumerate(self._parts(), 1)
        ]
        self.query_one("#parts", Choices).show(tuple(rows), self.query_one("#parts", Choices).at)
        self.query_one("#parts-head").display = bool(rows)
        text = self.query_one("#text", Static)
        text.update(
            "" if rows else clean(self.work.text)
        )  # another version of the program kept it: its text is all there is
        text.display = not rows
        self.query_one("#more", Choices).show(self._verbs(), self.query_one("#more", Choices).at)
        self.keys()

    def _parts(self) -> tuple[Part, ...]:
        body = cases.body_of(self.work.row)
        return card.case_parts(body.case, self.language) if body is not None else ()

    def _verbs(self) -> tuple[Row, ...]:
        """What can be done, with its letter."""
        state = self.work.row.state
        verbs = {
            "file": ("f", "tui.case_do_file" if state == "draft" else "tui.case_do_file_again"),
            "note": ("n", "tui.case_do_note"),
            "attach": ("a", "tui.case_do_attach"),
            "save": ("s", "tui.case_do_save"),
            "resume": ("r", "tui.case_do_resume"),
            "close": ("x", "tui.case_do_close" if state != "closed" else "tui.case_do_reopen"),
        }
        return tuple(Row(shown(self, name, key), say(code, self.language), name) for name, (key, code) in verbs.items())

    @property
    def said_in(self) -> str:
        """The language of the commands."""
        return self.language

    def named(self, binding: str) -> str:
        """Whether it is filed or closed already stands in the name."""
        state = self.work.row.state
        if binding == "case.file" and state != "draft":
            return "case_file_again"
        return "case_reopen" if binding == "case.close" and state == "closed" else super().named(binding)

    def keys(self) -> None:
        """Show the keys that work now."""
        if self.is_asking:
            return
        language = self.language
        count = len(self.query_one("#parts", Choices).rows)
        self.query_one(KeyBar).show(
            Key(f"1–{count}" if count > 1 else "Enter", say("tui.key_copy_part", language), "screen.enter"),
            Key("b", say("tui.key_back", language), "screen.back"),
            Key("c", say("tui.key_copy_all", language), "screen.copy_all"),
            Key("?", say("tui.key_help", language), "screen.help"),
            Key("q", say("tui.key_quit", language), "screen.leave"),
        )

    def key(self, event: events.Key) -> bool:
        """Digits copy; down and up go from one list to the other."""
        if self.is_asking:
            return self.entry_key(event)
        parts, more = self.query_one("#parts", Choices), self.query_one("#more", Choices)
        if parts.press(event):
            return True
        if event.key == "down" and parts.rows and self.focused is more and more.at == len(more.rows) - 1:
            focus(parts, self)
        elif event.key == "up" and self.focused is parts and parts.at == 0:
            focus(more, self)
        else:
            return False
        return True

    def _copied(self, row: Row) -> None:
        """Copy a part."""
        self.query_one(Said).say(f"{row.quiet}: {self.assistant.copy(row.label, self.language)}")

    def _do(self, row: Row) -> None:
        """Do what was picked, as its letter would."""
        getattr(self, f"action_{row.value}")()

    def _through(self, verb: Callable[[], object], said: str) -> bool:
        """Do something to the case, show it, and say that it is done; else say why it is not."""
        try:
            verb()
        except Refused as refused:
            wrong = refusal(refused, self.language)
        except StoreError as error:
            wrong = trouble_words(error, self.language)
        except NoCase:
            wrong = say("tui.gone", self.language)
        else:
            if self.is_asking:
                self.leave_entry()
            self.update()
            self.query_one(Said).say(said)
            return True
        self.query_one(Said).say(wrong, wrong=True)
        return False

    def action_enter(self) -> None:
        """What Enter would do."""
        focused = self.focused
        if isinstance(focused, Choices):
            focused.action_pick()

    def action_file(self) -> None:
        """Ask for the number that the portal gave, and a word about it."""
        ask_how(self, self.assistant, self._file, self.language)

    def _file(self, number: str, note: str, again: bool) -> None:
        self._through(lambda: self.work.file(number, note, again=again), filed_words(number, self.language))

    def action_note(self) -> None:
        """Write a note."""
        self.ask_for(say("tui.note", self.language), self._note_written, language=self.language)

    def _note_written(self, text: str) -> None:
        if text:
            self._through(lambda: self.work.note(text), say("cases.done_noted", self.language))
        else:
            self.action_leave_entry()

    def action_attach(self) -> None:
        """Give one more file."""
        self.ask_for(say("tui.attach", self.language), self._file_given, kind="paths", language=self.language)

    def _file_given(self, path: str) -> None:
        names: list[str] = []
        if not path:
            self.action_leave_entry()
        elif self._through(lambda: names.append(self.work.attach(path)), ""):
            self.query_one(Said).say(say("cases.done_attached", self.language, name=names[0]))

    def action_save(self) -> None:
        """Ask for a file name."""
        name = f"{self.work.name.replace('/', '-')}.md"
        self.ask_for(say("tui.save_how", self.language), self._save, value=name, hint=say("tui.file", self.language),
                     key=say("tui.key_save", self.language), language=self.language)  # fmt: skip

    def _save(self, name: str) -> None:
        words, ok = card.saved_words(self.work.export, path_typed(name), self.language)
        if ok:
            self.leave_entry()
        self.query_one(Said).say(words, wrong=not ok)

    def action_close(self) -> None:
        """Nothing more is to be done about it."""
        if self.work.row.state != "closed":
            self._through(self.work.close, say("cases.done_closed", self.language, name=self.work.name))
        else:
            self._through(self.work.reopen, say("cases.done_reopened", self.language, name=self.work.name))

    def action_resume(self) -> None:
        """Go to the conversation that it came from."""
        from assistant.tui.returning import by_key

        self.query_one(Said).say(by_key(self.assistant, self.work.row.session), wrong=True)

    def action_copy_all(self) -> None:
        """Copy all that it says."""
        self.query_one(Said).say(self.assistant.copy(self.work.text, self.language))

    def action_back(self) -> None:
        """To the list."""
        self.dismiss()

    def action_help(self) -> None:
        """The keys of this screen."""
        from assistant.tui.help import keys_sheet

        self.app.push_screen(keys_sheet(self, "tui.keys_case", self.language))

    def action_leave(self) -> None:
        """Leave."""
        self.app.exit(0)
