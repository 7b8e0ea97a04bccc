"""The ending: a card one can act on. What to do, step by step; the message or the case, part by part, to copy; and a plain
word on what was sent and what was not. A case is filed by the person, who writes down here that it was.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from assistant.desk import card
from assistant.desk.afterwards import is_asked, leads_on
from assistant.desk.phrases import refusal
from assistant.desk.saving import path_typed
from assistant.engine import Refused
from assistant.engine.prompt import WITH_CASE, Ending, Stuck
from assistant.flow.text import Paragraph, Span
from assistant.tui.bars import Key, KeyBar, Said, TopBar
from assistant.tui.choices import Choices, Row
from assistant.tui.entry import Asking, Entry
from assistant.tui.filing import ask_how, filed_as, filed_line, filed_words
from assistant.tui.keynames import YES_NO, shown
from assistant.tui.keys import KeyedScreen, focus, show_over
from assistant.tui.lists import Lists
from assistant.tui.palette import OPENS, Commanding
from assistant.tui.pieces import beside, for_you, tell, top
from assistant.tui.prose import Prose
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.tui.app import AssistantApp

_FLOW = "\0flow:"
_YES, _NO, _CHANGE = "\0yes", "\0no", "\0change"
SIGNS = {"solved": "✓", "action": "→", "case": "■", "handoff": "»", "exit": "·"}
LOOKS = {"solved": "-good", "action": "-next", "case": "-next", "handoff": "-next", "exit": "-next"}


class EndingCard(Asking, Commanding, Lists, KeyedScreen[None]):
    """What came of the conversation."""

    CSS_PATH = "ending.tcss"
    AUTO_FOCUS = None

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,и,left,backspace,f2", "back", "Back", id="ending.back"),
        Binding("c,с,f5", "copy_all", "Copy all", id="ending.copy"),
        Binding("s,ы,f6", "save", "Save as a file", id="ending.save"),
        Binding("o,щ,f7", "open", "Open the link", id="ending.open"),
        Binding("f,а,f9", "file", "It is filed", id="ending.file"),
        Binding("t,е,f3", "trail", "Change an answer", id="ending.trail"),
        Binding("w,ц,f4", "why", "Why this ending", id="ending.why"),
        Binding("question_mark,f1", "help", "Help", id="ending.help"),
        Binding("a,ф,f8", "new", "Something else", id="ending.new"),
        Binding("q,й,f10", "leave", "Quit", id="ending.leave"),
        OPENS,
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(self, conversation: Conversation, said: str = "") -> None:
        super().__init__()
        self.conversation = conversation
        self.said = said
        self.copied: set[str] = set()

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        with VerticalScroll(id="card", can_focus=False):
            yield Static(id="kind")
            yield Prose(id="title")
            yield Prose(id="text")
            yield Static(id="parts-head")
            yield Choices(self._picked, id="parts")
            yield Prose(id="sent")
            yield Static(id="solved-head")
            yield Choices(self._picked, id="solved")
            yield Static(id="more-head")
            yield Choices(self._picked, id="more")
            yield Prose(id="note")
        yield Said(id="said")
        yield Entry()
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the ending."""
        conversation, language = self.conversation, self.conversation.language
        prompt = conversation.prompt
        top(self.query_one(TopBar), conversation)
        kind = self.query_one("#kind", Static)
        if isinstance(prompt, Stuck):
            kind.update("! " + say("tui.stuck", language))
            kind.add_class("-wrong")
            fault = say("script.stuck_" + prompt.code.replace("-", "_"), language)
            back, copy = shown(self, "back", "b"), shown(self, "copy_all", "c")
            words = say("tui.stuck_sentence", language, fault=fault, place=prompt.place, back=back, copy=copy)
            self.query_one("#text", Prose).show((Paragraph((Span(words),)),))
        elif isinstance(prompt, Ending):
            kind.update(f"{SIGNS[prompt.kind]} {say('ending.' + prompt.kind, language)}")
            kind.add_class(LOOKS[prompt.kind])
            self.query_one("#title", Prose).show((Paragraph((Span(prompt.title or prompt.outcome, bold=True),)),))
            self.query_one("#text", Prose).show((*prompt.text, *card.facts(conversation)))
            note = (*for_you(prompt.note, language), *beside(conversation)) if conversation.is_for_agent else ()
            self.query_one("#note", Prose).show(note)
        self._filed()
        self._parts()
        self._solved()
        self.keys()
        tell(self.query_one(Said), conversation, self.said)
        first = next((one for one in self.lists if one.rows), None)
        is_asked_first = first is not None and first.id == "solved"
        focus(None if is_asked_first else first, self)  # one Enter too many must not say that it is solved
        self.call_after_refresh(self.query_one("#card").scroll_home, animate=False)
        self.opened()

    def _filed(self) -> None:
        """Say first that the case was filed, if it was filed as it is now."""
        filed = filed_line(self.conversation)
        if filed is not None:
            kind = self.query_one("#kind", Static)
            kind.update(filed)
            kind.set_classes("-good")

    def _parts(self) -> None:
        """What can be copied part by part, and the flows that may be of use afterwards."""
        language = self.conversation.language
        parts = card.parts(self.conversation)
        rows = [
            Row(str(number) if number < 10 else "", part.text, part.name, quiet=part.name,
                mark="✓" if part.name in self.copied else "")
            for number, part in enumerate(parts, 1)
        ]  # fmt: skip
        self.query_one("#parts", Choices).show(tuple(rows), self.query_one("#parts", Choices).at)
        head = self.query_one("#parts-head", Static)
        head.display = bool(rows)
        key = shown(self, "open", "o") if card.link(self.conversation) else ""
        head.update(say("tui.copy_parts_link", language, key=key) if key else say("tui.copy_parts", language))
        self.query_one("#sent", Prose).show((Paragraph((Span(card.not_sent(self.conversation)),)),))
        did_not_help = self.conversation.solved is False
        more = [(title, _FLOW + flow) for flow, title in leads_on(self.conversation)]
        if did_not_help:
            more.append((say("ending.other_answer", language), _CHANGE))
        more_head = self.query_one("#more-head", Static)
        more_head.display = bool(more)
        more_head.update(say("ending.leads_on" if did_not_help else "ending.related", language))
        self.query_one("#more", Choices).show(tuple(
            Row(str(len(rows) + number) if len(rows) + number < 10 else "", title, value)
            for number, (title, value) in enumerate(more, 1)
        ))  # fmt: skip

    def _solved(self) -> None:
        """Ask whether it helped, until it is said."""
        conversation, language = self.conversation, self.conversation.language
        solved, asks = conversation.solved, is_asked(conversation)
        head = self.query_one("#solved-head", Static)
        head.display = asks or bool(solved)
        head.update(("✓ " + say("ending.closed", language)) if solved else say("ending.ask_solved", language))
        head.set_class(bool(solved), "-good")
        rows = (Row("y", say("ending.yes", language), _YES), Row("n", say("ending.no", language), _NO))
        self.query_one("#solved", Choices).show(rows if asks else ())

    def keys(self) -> None:
        """Show the keys that work now."""
        if self.is_asking:
            return
        language = self.conversation.language
        parts, solved, more = (one.rows for one in self.lists)
        copy, count = bool(parts), len(parts or more)
        first = Key(
            f"1–{count}" if count > 1 else "1",
            say("tui.key_copy_part" if copy else "tui.key_choose", language),
            "screen.enter",
        )
        link = card.link(self.conversation)
        keys = [first] if copy or (count and not solved) else []
        keys += [Key("y n", say("tui.key_solved", language), "screen.to_solved")] if solved else []
        keys += [
            Key("b", say("tui.key_back", language), "screen.back"),
            Key("c", say("tui.key_copy_all", language), "screen.copy_all"),
        ]
        new = Key("a", say("tui.key_new", language), "screen.new")
        filed = filed_as(self.conversation.session) is not None
        if self._can_be_filed and not filed:
            keys.append(Key("f", say("tui.key_filed", language), "screen.file"))
        elif filed or self.conversation.solved:  # it is over: somebody else may call
            keys.append(new)
        elif len(keys) < 4:
            keys.append(Key("s", say("tui.key_save", language), "screen.save"))
        if len(keys) < 4 and new not in keys:
            keys.append(Key("o", say("tui.key_open", language), "screen.open") if link else new)
        keys.append(Key("q", say("tui.key_quit", language), "screen.leave"))
        self.query_one(KeyBar).show(*keys)

    @property
    def _can_be_filed(self) -> bool:
        prompt = self.conversation.prompt
        return isinstance(prompt, Ending) and prompt.kind in WITH_CASE

    @property
    def page(self) -> VerticalScroll:
        """The card."""
        return self.query_one("#card", VerticalScroll)

    @property
    def lists(self) -> list[Choices]:
        """What can be picked from, from above."""
        return [self.query_one(name, Choices) for name in ("#parts", "#solved", "#more")]

    def key(self, event: events.Key) -> bool:
        """Digits pick a part or a flow; down and up go from one list to the other. While a line is typed, only that."""
        if self.is_asking:
            return self.entry_key(event)
        if any(one.press(event) for one in self.lists):
            return True
        if event.character in YES_NO and self.query_one("#solved", Choices).rows:
            self._say_solved(YES_NO[event.character])
            return True
        return self.goes(event.key)

    def _picked(self, row: Row) -> None:
        """Copy a part, say whether it helped, begin another flow, or change an answer."""
        if row.value in (_YES, _NO):
            self._say_solved(row.value == _YES)
            return
        if row.value == _CHANGE:
            self.action_trail()
            return
        if row.value.startswith(_FLOW):
            self.assistant.once_safe(self.conversation, partial(self._related, row.value.removeprefix(_FLOW), row.label))
            return
        part = next(part for part in card.parts(self.conversation) if part.name == row.value)
        said = self.assistant.copy(part.text, self.conversation.language)
        self.copied.add(part.name)
        self._parts()
        self.query_one(Said).say(f"{part.name}: {said}")

    def _say_solved(self, solved: bool) -> None:
        """Put down whether it helped; then close, or show what leads on."""
        if not self.assistant.in_time(self.conversation, partial(self.conversation.say_solved, solved)):
            return
        self._parts()
        self._solved()
        focus(next((one for one in self.lists if one.rows), None), self)
        self.keys()
        tell(self.query_one(Said), self.conversation)
        self.go_to(self.query_one("#solved-head" if solved else "#more"))

    def _related(self, flow: str, title: str) -> None:
        from assistant.desk.related import FlowGone, begin_related

        try:
            other = begin_related(self.conversation, flow)
        except FlowGone:
            words = say("tui.broken_flow", self.conversation.language, title=title)
            self.query_one(Said).say(words, wrong=True)
            return
        self.conversation.close()
        self.assistant.begin(other)

    @property
    def said_in(self) -> str:
        """The language of the conversation."""
        return self.conversation.language

    def is_of_use(self, action: str) -> bool:
        """Whether an action does anything now."""
        match action:
            case "open":
                return bool(card.link(self.conversation))
            case "file":
                return self._can_be_filed
            case "back" | "trail":
                return any(not entry.given for entry in self.conversation.session.trail)
            case "flows":
                return False  # "another problem" leads there
            case _:
                return True

    def action_enter(self) -> None:
        """A click on the first key: what Enter would do."""
        focused = self.focused
        if isinstance(focused, Choices):
            focused.action_pick()

    def action_to_solved(self) -> None:
        """Go to the question whether it helped."""
        self.go_to(self.query_one("#solved"))

    def action_back(self) -> None:
        """Take the last answer back."""
        try:
            in_time = self.assistant.in_time(self.conversation, self.conversation.back)
        except Refused as refused:
            self.query_one(Said).say(refusal(refused, self.conversation.language), wrong=True)
            return
        if in_time:
            self.assistant.begin(self.conversation)

    def action_copy_all(self) -> None:
        """Copy everything."""
        self.query_one(Said).say(self.assistant.copy(card.whole_text(self.conversation), self.conversation.language))

    def action_save(self) -> None:
        """Ask for a file name."""
        language = self.conversation.language
        self.ask_for(say("tui.save_how", language), self._save, value=card.file_name(self.conversation),
                     hint=say("tui.file", language), key=say("tui.key_save", language), language=language)  # fmt: skip

    def _save(self, name: str) -> None:
        """Save under the name that was typed."""
        words, ok = card.save_said(self.conversation, path_typed(name))
        if ok:
            self.leave_entry()
        self.query_one(Said).say(words, wrong=not ok)

    def action_file(self) -> None:
        """It was filed: ask for the number that the portal gave, and for a word about it."""
        if self._can_be_filed:
            ask_how(self, self.assistant, self._file, self.conversation.language)

    def _file(self, number: str, note: str, again: bool) -> None:
        conversation = self.conversation
        if self.is_asking:
            self.leave_entry()
        if self.assistant.in_time(conversation, lambda: conversation.file(number, note, again=again)):
            self._filed()
            self.keys()
            tell(self.query_one(Said), conversation, filed_words(number, conversation.language))

    def action_open(self) -> None:
        """Open the portal, or the first link."""
        link = card.link(self.conversation)
        if link:
            self.assistant.action_open_link(link)

    def action_trail(self) -> None:
        """Change an earlier answer."""
        from assistant.tui.change import PickAnswer

        show_over(self.app, PickAnswer(self.conversation), self._changed)

    def _changed(self, said: str | None) -> None:
        if said:
            self.assistant.begin(self.conversation, said)

    def action_why(self) -> None:
        """Say why it came to this."""
        from assistant.tui.help import Why

        self.app.push_screen(Why(self.conversation))

    def action_help(self) -> None:
        """The keys of this screen."""
        from assistant.tui.help import Help

        self.app.push_screen(Help(self.conversation, None, self))

    def action_new(self) -> None:
        """Go to the list of flows."""
        self.assistant.show_home()

    def action_leave(self) -> None:
        """Leave."""
        self.assistant.leave(self.conversation)
