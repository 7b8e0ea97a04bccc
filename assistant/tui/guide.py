"""The conversation: what was answered, what is asked, and for agents the case as it grows, with notes and files beside it.

It shows the prompt that stands and sends answers through the desk. Where the conversation goes is never decided here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from assistant.desk import card
from assistant.desk.first_time import is_first_time
from assistant.desk.phrases import progress, question_number, refusal
from assistant.engine import Refused
from assistant.engine.events import Written
from assistant.engine.prompt import Ending, Form, Notice, Stuck
from assistant.tui.aside import Aside
from assistant.tui.ask import Ask
from assistant.tui.bars import Key, KeyBar, KeyLine, Said, TopBar
from assistant.tui.entry import Entry
from assistant.tui.filling import Filling
from assistant.tui.keynames import shown
from assistant.tui.keys import KeyedScreen, focus, show_over
from assistant.tui.palette import OPENS, Commanding
from assistant.tui.pieces import kept_blocks, letter_blocks, tell, top
from assistant.tui.prose import Prose
from assistant.tui.trail import Trail
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.tui.app import AssistantApp


class Guide(Aside, Commanding, KeyedScreen[None]):
    """One question at a time."""

    CSS_PATH = "guide.tcss"
    AUTO_FOCUS = None

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,и,left,backspace,f2", "back", "Back", id="guide.back"),
        Binding("t,е,f3", "trail", "Change an answer", id="guide.trail"),
        Binding("w,ц,f4", "why", "Why this is asked", id="guide.why"),
        Binding("c,с,f5", "copy", "Copy", id="guide.copy"),
        Binding("question_mark,f1", "help", "Help", id="guide.help"),
        Binding("f6", "hand_over", "Customer or agent", id="guide.hand_over"),
        Binding("f7", "note", "Write a note", id="guide.note"),
        Binding("f8", "attach", "Give a file", id="guide.attach"),
        Binding("f9", "map", "Map of the flow", id="guide.map"),
        Binding("q,й,f10", "leave", "Quit", id="guide.leave"),
        OPENS,
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(self, conversation: Conversation, said: str = "") -> None:
        super().__init__()
        self.conversation = conversation
        self.said = said
        self.form = Filling()
        self.last_key = ""
        self.are_below = False
        """Whether somebody sees that all answers lie below; never of a screen that nobody has seen yet."""

    @property
    def assistant(self) -> AssistantApp:
        """The app, by its own type."""
        return self.app  # type: ignore[return-value]

    @property
    def said_in(self) -> str:
        """The language of the conversation."""
        return self.conversation.language

    @property
    def ask(self) -> Ask:
        """The question."""
        return self.query_one(Ask)

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        with Horizontal(id="body"):
            with VerticalScroll(id="path", can_focus=False):
                yield Static(self._asked_so_far(), classes="heading")
                yield Trail(id="trail")
                yield Static(id="left")
            with VerticalScroll(id="main", can_focus=False):
                yield Static(id="progress")
                yield Ask(self._answered)
                yield Prose(id="note")
                yield KeyLine(id="beside")
            with VerticalScroll(id="side", can_focus=False):
                yield Prose(id="side-note")
                yield Static(say("tui.case_so_far", self.conversation.language), classes="heading")
                yield Static(id="facts")
        yield Said(id="said")
        yield Entry()
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the first prompt."""
        self.update(self.said)
        if not self.said and not self.app.is_headless and is_first_time():
            self._hint()
        self.watch(self.query_one("#main"), "scroll_y", self._look, init=False)
        self.opened()

    def _asked_so_far(self) -> str:
        """What stands above the path, with the key that changes an answer."""
        key, language = shown(self, "trail", "t"), self.conversation.language
        return say("tui.asked_so_far_key", language, key=key) if key else say("tui.asked_so_far", language)

    def _hint(self) -> None:
        """Say the keys to somebody who is here for the first time."""
        code, back, help_ = ("first.type", "F2", "F1") if self.ask.is_typing else ("first.pick", "b", "?")
        back, help_ = shown(self, "back", back), shown(self, "help", help_)
        if back and help_:
            self.query_one(Said).say(say(code, self.conversation.language, back=back, help=help_), plain=True)

    def update(self, said: str = "") -> None:
        """Show what stands now, and say what was done."""
        conversation, language = self.conversation, self.conversation.language
        prompt = conversation.prompt
        if isinstance(prompt, Ending | Stuck):
            self.assistant.begin(conversation, said)
            return
        top(self.query_one(TopBar), conversation, "screen.hand_over")
        number = question_number(conversation)
        words = progress(number, conversation.left(), language) if not isinstance(prompt, Notice) else ""
        self.query_one("#progress", Static).update(words)
        self.set_class(not words, "-unnumbered")
        self.query_one("#left", Static).update(words)
        asked, above = self.form.asked(prompt, language) if isinstance(prompt, Form) else (prompt, "")
        if prompt.item:
            about = say("talk.about", language, item=prompt.item)
            above = f"{about}  {above}".rstrip()
        self.ask.show(asked, language, above=above, kept=kept_blocks(conversation), now=conversation.clock())
        self.query_one("#trail", Trail).show(conversation, asked)
        self.call_after_refresh(self.query_one("#path", VerticalScroll).scroll_end, animate=False)
        letter = prompt.letter if isinstance(prompt, Notice) else None
        self.query_one("#letter", Prose).show(letter_blocks(letter, language))
        self.show_aside()
        self.query_one("#main", VerticalScroll).scroll_home(animate=False)
        self.are_below = False
        self.keys()
        tell(self.query_one(Said), conversation, said)
        self.call_after_refresh(self._settled)  # what is said takes room from the answers

    def _settled(self) -> None:
        """Once all stands where it will: the beginning is in sight, and the bar tells where the answers are."""
        if self.is_current:
            self.query_one("#main").scroll_home(animate=False)
            self._look()

    def _look(self) -> None:
        """See whether the answers are in sight."""
        if self.is_current and not self.is_asking:
            self.are_below = self._are_below()
            self.keys()

    def on_resize(self) -> None:
        """What is in sight changes."""
        if self.is_open:
            self.show_aside()
            self.call_after_refresh(self._look)

    def keys(self) -> None:
        """Show the keys that work now."""
        if self.is_asking:
            return
        language, ask = self.conversation.language, self.ask
        typing = ask.is_typing
        rows = [row for row in ask.choices.rows if row.key and row.key != "0"]
        zero = " 0" if any(row.key == "0" for row in ask.choices.rows) else ""
        focused = self.focused
        if isinstance(focused, Trail):
            folded = bool(focused.stops) and focused.stops[focused.at].is_flow
            answer = Key("Enter", say("tui.key_trail" if folded else "tui.key_change", language), "screen.enter")
        elif self.are_below:
            answer = Key("↓", say("tui.answers_below", language), "screen.below")
        elif typing and (ask.wants_text or ask.line.value):
            answer = Key("Enter", say("tui.key_answer", language), "screen.enter")
        elif len(rows) > 1:
            answer = Key(f"1–{len(rows)}{zero}", say("tui.key_answer", language), "screen.enter")
        else:
            answer = Key("Enter", say("tui.key_go_on", language), "screen.enter")
        letters = ("F2", "F1", "F5", "F10") if typing else ("b", "?", "c", "q")
        self.query_one(KeyBar).show(
            answer,
            Key(letters[0], say("tui.key_back", language), "screen.back"),
            Key(letters[1], say("tui.key_help", language), "screen.help"),
            Key(letters[2], say("tui.key_copy", language), "screen.copy"),
            Key(letters[3], say("tui.key_quit", language), "screen.leave"),
        )

    def key(self, event: events.Key) -> bool:
        """Digits, letters and the line; what is a key here is no text while the cursor is not in the line."""
        if self.is_asking:
            return self.entry_key(event)
        ask, last, self.last_key = self.ask, self.last_key, event.key
        if isinstance(self.focused, Trail):
            if event.key in ("tab", "shift+tab", "escape"):
                ask.settle()
                return True
            if self.focused.press(event.key):
                self.keys()
                return True
        elif self.are_below and (event.key == "down" or (event.key == "enter" and not ask.is_typing)):
            self.action_below()  # nobody picks what was never in sight
            return True
        if event.key == "backspace" and ask.is_typing and not ask.line.value:
            if last != "backspace":  # a fresh one leaves the line; held down it only deletes
                focus(ask.choices if ask.choices.rows else None, self)
                self.keys()
            return True
        if ask.key(event, is_bound=self.binds(event.key)):
            return True
        if event.key in ("tab", "shift+tab"):
            self._to_trail()
            return True
        return False

    def line_for_words(self) -> Input | None:
        """The line of what is asked, where there is one."""
        return None if self.is_asking else self.ask.line_for_words()

    def _to_trail(self) -> None:
        """The cursor goes into the path; where there is no room for it, the path is shown by itself."""
        if not self.query_one("#path").display:
            self.action_trail()
        elif self.query_one(Trail).stops:
            focus(self.query_one(Trail), self)

    def _are_below(self) -> bool:
        """Whether all that can be picked lies below what is in sight."""
        main = self.query_one("#main", VerticalScroll)
        return bool(main.size.height) and self._answers_at() >= main.scroll_y + main.size.height

    def _answers_at(self) -> int:
        """The line on which the answers begin, counted from the top of the text; what is scrolled does not matter."""
        where = self.ask.line if self.ask.wants_text else self.ask.choices
        return self.ask.virtual_region.y + where.virtual_region.y if where.virtual_region.height else 0

    def action_below(self) -> None:
        """Show the answers, where the text above them fills the screen."""
        self.query_one("#main", VerticalScroll).scroll_to(y=self._answers_at() - 1, animate=False)

    def action_page(self, by: int) -> None:
        """Read on, or back."""
        main = self.query_one("#main", VerticalScroll)
        main.scroll_relative(y=by * max(1, main.size.height - 2), animate=False)

    def on_descendant_focus(self) -> None:
        """The keys that work change with where the cursor is."""
        self.keys()

    def _answered(self, value: Written) -> None:
        """Send an answer through the desk."""
        self.query_one(Said).say("")
        prompt = self.conversation.prompt
        try:
            if isinstance(prompt, Form):
                in_time = self._answer_field(prompt, value)
            else:
                in_time = self.assistant.in_time(self.conversation, partial(self.conversation.answer, value))
        except Refused as refused:
            self._refused(prompt, refused)
            return
        if in_time:
            self.update()

    def _answer_field(self, form: Form, value: Written) -> bool:
        """Take one field; after the last one the form is sent as a whole."""
        if not self.form.take(form, value, self.conversation):
            return True
        if not self.assistant.in_time(self.conversation, partial(self.conversation.answer, dict(self.form.given))):
            return False
        self.form.forget()
        return True

    def _refused(self, prompt: object, refused: Refused) -> None:
        error = self.form.refuse(prompt, refused) if isinstance(prompt, Form) else (refused.errors or (refused,))[0]
        if isinstance(prompt, Form) and refused.errors:
            self.update()
        self.ask.wrong(refusal(error, self.conversation.language))

    def is_of_use(self, action: str) -> bool:
        """Whether an action does anything now."""
        is_answered = any(not entry.given for entry in self.conversation.session.trail)
        match action:
            case "back":
                return is_answered or self.form.at > 0
            case "trail":
                return any(entry.kind != "tell" for entry in self.conversation.session.trail)
            case "note" | "attach":
                return self.conversation.is_for_agent
            case _:
                return True

    def named(self, binding: str) -> str:
        """Which way it is handed over stands in the name."""
        if binding == "guide.hand_over":
            return "guide_as_customer" if self.conversation.is_for_agent else "guide_as_agent"
        return super().named(binding)

    def action_back(self) -> None:
        """Go back: to the field above, else to the answer before."""
        self.query_one(Said).say("")
        if isinstance(self.conversation.prompt, Form) and self.form.at > 0:
            self.form.at -= 1
            self.update()
            return
        try:
            in_time = self.assistant.in_time(self.conversation, self.conversation.back)
        except Refused as refused:
            self.query_one(Said).say(refusal(refused, self.conversation.language), wrong=True)
            return
        if in_time:
            self.form.forget()
            self.update()

    def action_enter(self) -> None:
        """A click on the answer key: what Enter would do."""
        if isinstance(self.focused, Trail):
            self.focused.pick()
        elif self.ask.is_typing:
            self.ask.send()
        else:
            self.ask.choices.action_pick()

    def action_trail(self) -> None:
        """Pick an earlier answer and change it."""
        from assistant.tui.change import PickAnswer

        if any(entry.kind != "tell" for entry in self.conversation.session.trail):
            show_over(self.app, PickAnswer(self.conversation), self.changed)

    def change_at(self, place: str) -> None:
        """Change the answer at a place of the trail."""
        from assistant.tui.change import ChangeAnswer

        show_over(self.app, ChangeAnswer(self.conversation, place), self.changed)

    def on_trail_chosen(self, event: Trail.Chosen) -> None:
        """An answer in the trail was clicked."""
        event.stop()
        self.change_at(event.place)

    def changed(self, said: str | None) -> None:
        """Show what stands now, where something was changed elsewhere."""
        if said:
            self.form.forget()
            self.update(said)

    def action_why(self) -> None:
        """Say why this is asked."""
        from assistant.tui.help import Why

        self.app.push_screen(Why(self.conversation))

    def action_map(self) -> None:
        """Show the flow as a map, with where one is."""
        from assistant.tui.map import Map

        self.app.push_screen(Map(self.conversation))

    def action_help(self) -> None:
        """Help about this question."""
        from assistant.tui.help import Help

        self.app.push_screen(Help(self.conversation, self.ask.asked, self))

    def action_copy(self) -> None:
        """Copy what is worth copying now: the message that is shown, else the case so far."""
        self.query_one(Said).say(self.assistant.copy(card.whole_text(self.conversation), self.conversation.language))

    def action_leave(self) -> None:
        """Leave the conversation."""
        self.assistant.leave(self.conversation)
