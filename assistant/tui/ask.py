"""One question and its answer: the words, the list to pick from, the line to type in, and what was wrong with an answer.

It shows one question, attempt or notice and posts what was answered. What is asked, and whether an answer is valid, is
not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from assistant.desk.phrases import default_words, form_of_answer
from assistant.desk.reading import UNSURE_COMMAND, Pick, Unclear, as_offered, fitting, picks, read, understood
from assistant.engine.events import SEEN, UNSURE, Written
from assistant.engine.prompt import Attempt, Notice, Question
from assistant.engine.wording import heading
from assistant.flow.text import Blocks, plain
from assistant.tui.choices import Choices, Row
from assistant.tui.countdown import Countdown
from assistant.tui.keynames import YES_NO
from assistant.tui.keys import focus, insert, show_over
from assistant.tui.line import Kind, Line
from assistant.tui.prose import Prose
from assistant.words import say

Asked = Question | Attempt | Notice
AT_ONCE = 9
"""How many answers are listed with a digit; of more, the line filters."""
_READ_BACK = 4
"""Lines of a long text that are shown under the line in which it is typed."""
_DONE, _EMPTY = "\0done", "\0empty"
_KINDS: dict[str, Kind] = {"text": "lines", "files": "paths"}


class Ask(Vertical):
    """Shows what is asked and takes the answer."""

    def __init__(self, answered: Callable[[Written], None], id: str = "ask") -> None:  # noqa: A002
        super().__init__(id=id)
        self.answered = answered
        self.asked: Asked | None = None
        self.language = "en"
        self.offered: tuple[Pick, ...] = ()
        self.chosen: set[str] = set()
        self.today = date.today()
        self._wrong_at = ""
        """What stood in the line when it was said to be wrong."""

    def compose(self) -> ComposeResult:
        yield Prose(id="kept")
        yield Static(id="about")
        yield Prose(id="told")
        yield Prose(id="question")
        yield Prose(id="help")
        yield Prose(id="letter")  # filled by the screen, to be read before the row that goes on
        yield Prose(id="notice-note")
        yield Static(id="form")
        yield Countdown(id="wait")
        yield Choices(self._pick, id="choices")
        yield Line(id="line")
        yield Static(id="read")
        yield Static(id="wrong")

    @property
    def line(self) -> Line:
        """The line to type in."""
        return self.query_one("#line", Line)

    @property
    def choices(self) -> Choices:
        """The list to pick from."""
        return self.query_one("#choices", Choices)

    @property
    def is_typing(self) -> bool:
        """Whether the cursor is in the line."""
        return self.screen.focused is self.line

    @property
    def wants_text(self) -> bool:
        """Whether the answer is typed rather than picked."""
        return isinstance(self.asked, Question) and not self.asked.options

    def show(self, asked: Asked, language: str, *, above: str = "", kept: Blocks = (), now: datetime | None = None) -> None:
        """Show something to answer.

        Args:
            asked: what.
            language: the reader's.
            above: a quiet line over the question, such as which field of a form it is.
            kept: what is said first about answers that still serve.
            now: the time, for a wait that is still running, and for `yesterday`.
        """
        asked = asked if isinstance(asked, Notice) else as_offered(asked)
        self.today = now.date() if now is not None else date.today()
        fresh = self.asked is None or (self.asked.place, self.asked) != (asked.place, asked)
        self.asked, self.language = asked, language
        if fresh:
            self.chosen = set()
            self.wrong("")
        self._prose("#kept", kept)
        self._static("#about", above)
        question = asked if isinstance(asked, Question) else None
        self._prose("#told", question.told if question else ())
        self._prose("#question", asked.text)
        self.query_one("#question").set_class(question is not None, "-short")
        self._prose("#help", question.help if question and not question.told else ())  # it was read already
        self._static("#form", self._hint(question) if question else "")
        self.query_one(Countdown).show(None if isinstance(asked, Question) else asked.wait, now, language)
        self.offered = picks(asked, language) if not isinstance(asked, Notice) else ()
        if fresh and question is not None and question.many and isinstance(question.default, tuple):
            self.chosen = set(question.default)
        self._line(asked, fresh)
        self._rows()
        self._read_back()
        if fresh:
            self.settle()

    def settle(self) -> None:
        """Put the cursor where the answer goes: into the line for text, else on the list."""
        if self.asked is None:
            return
        if self.wants_text or len(self.offered) > AT_ONCE + 1:
            focus(self.line, self.screen)
        else:
            focus(self.choices, self.screen)

    def line_for_words(self) -> Line | None:
        """The line, with the cursor in it; nothing where nothing can be typed."""
        if not self.line.display:
            return None
        focus(self.line, self.screen)
        return self.line

    def wrong(self, words: str) -> None:
        """Say what was wrong with an answer, and what would be right; it stands there until something else is typed."""
        self._wrong_at = self.line.value
        self._static("#wrong", f"! {words}" if words else "")

    def _prose(self, name: str, blocks: Blocks) -> None:
        self.query_one(name, Prose).show(blocks)

    def _static(self, name: str, words: str) -> None:
        widget = self.query_one(name, Static)
        widget.display = bool(words)
        widget.update(Content(words))

    def _hint(self, asked: Question) -> str:
        """How an answer is written, and which one was here before."""
        found = form_of_answer(asked, self.language)
        if asked.type == "date":
            found.append(say("tui.calendar", self.language))
        if asked.type == "files":
            found.append(say("tui.completes", self.language))
        if asked.default is not None and (asked.options or not self._in_line(asked)):
            found.append(say("tui.before", self.language, label=default_words(asked, self.language)))
        if asked.optional and not asked.options:
            found.append(say("talk.may_be_empty", self.language))
        if asked.many:
            found.append(say("tui.several", self.language))
        return "  ".join(found)

    def _in_line(self, asked: Question) -> bool:
        """Whether what was answered before stands in the line, to be changed there."""
        return not asked.options and bool(asked.default) and asked.default != UNSURE

    def _line(self, asked: Asked, fresh: bool) -> None:
        field = self.line
        is_notice = isinstance(asked, Notice)
        field.display = not is_notice
        if self.wants_text != self.has_class("-text"):  # text is typed above what can be picked instead
            self.set_class(self.wants_text, "-text")
            if self.wants_text:
                self.move_child(self.choices, after=self.query_one("#wrong"))
            else:
                self.move_child(self.choices, before=field)
        if is_notice or not fresh:
            return
        field.kind = "words"
        if isinstance(asked, Question) and self.wants_text:
            field.kind = _KINDS.get(asked.type, "words")
            default = asked.default if self._in_line(asked) else ""
            field.put(", ".join(default) if isinstance(default, tuple) else default or "")
            field.placeholder = say("tui.type", self.language)
            if asked.type not in _KINDS:  # a short answer: what is typed takes its place; of a long one nothing is lost
                field.action_select_all()
        else:
            field.put("")
            many = len(self.offered) > AT_ONCE + 1
            field.placeholder = say("tui.filter" if many else "tui.number_or_words", self.language)

    def _rows(self) -> None:
        """The rows that can be picked now: all answers, or of many those that fit what is typed."""
        if isinstance(self.asked, Notice):
            self.choices.show((Row("1", say("tui.go_on", self.language), SEEN),))
            return
        shown: Iterable[Pick] = self.offered
        if len(self.offered) > AT_ONCE + 1:
            real = [pick for pick in self.offered if pick.number]
            typed = self.line.value.strip()
            found = fitting(real, typed) if typed else real
            extra = [pick for pick in self.offered if not pick.number]
            shown = [*(pick_as(pick, number) for number, pick in enumerate(found[:AT_ONCE], 1)), *extra]
        default = self.asked.default if isinstance(self.asked, Question | Attempt) else None
        rows = [self._row(pick, default) for pick in shown]
        if isinstance(self.asked, Question):
            if self.asked.many:
                rows.append(Row("", say("tui.done", self.language), _DONE))
            if self.asked.unsure and all(pick.value != UNSURE for pick in self.offered):
                rows.append(Row("", say("answer.unsure", self.language), UNSURE_COMMAND, mark="↓"))
            if self.asked.optional and self.asked.options:
                rows.append(Row("", say("tui.leave_empty", self.language), _EMPTY))
            default = _EMPTY if default == "" else default
        at = next((n for n, row in enumerate(rows) if row.value == default), 0)
        at = self.choices.at if self.chosen else at
        self.choices.show(tuple(rows), at)

    def _row(self, pick: Pick, default: Written | None) -> Row:
        many = isinstance(self.asked, Question) and self.asked.many and not pick.is_alone
        mark = ("✓" if pick.value in self.chosen else "·") if many else ""
        if not self.wants_text:
            return Row(str(pick.number), pick.label, pick.value, plain(pick.help), mark)
        if self.line.kind == "lines" and self.line.value and self._in_line(self.asked):  # type: ignore[arg-type]
            return Row("", pick.label, pick.value, plain(pick.help), "↓")  # a digit would go behind what stands there
        return Row(str(pick.number), pick.label, pick.value, plain(pick.help), with_enter=self._takes_digits)

    def _pick(self, row: Row) -> None:
        asked = self.asked
        if isinstance(asked, Question) and asked.many and row.value not in (UNSURE, "none"):
            if row.value == _EMPTY:
                self.answered("")
                return
            if row.value != _DONE:
                self.chosen ^= {row.value}
                self._rows()
                return
            self.answered(tuple(sorted(self.chosen)))
            return
        self.answered({UNSURE_COMMAND: UNSURE, _EMPTY: ""}.get(row.value, row.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter a long list while typing, and show what is understood so far."""
        event.stop()
        if self.line.value != self._wrong_at:
            self.wrong("")
        self._read_back()
        if len(self.offered) > AT_ONCE + 1:
            self._rows()

    def send(self) -> None:
        """What was typed is the answer; an empty line over a list leads to the list."""
        asked = self.asked
        if asked is None or isinstance(asked, Notice):
            return
        if self.line.go_on_below():
            return
        typed = self.line.text
        if not self.wants_text and (not typed or len(self.offered) > AT_ONCE + 1):
            if typed:
                self._rows()  # Enter may come before what was typed has sifted them
            if typed and self.choices.current is not None:
                self.choices.action_pick()
            else:
                focus(self.choices, self.screen)
            return
        try:
            if isinstance(asked, Question) and self._in_line(asked) and not typed:
                self.answered("")  # what stood there was taken out
            else:
                self.answered(read(asked, typed, self.language, self.today))
        except Unclear as unclear:
            self.wrong(say(unclear.code, self.language, **unclear.arguments))

    def _read_back(self) -> None:
        """Show beside the line what would be sent, and what a path may go on with."""
        words = ""
        if isinstance(self.asked, Question) and self.wants_text:
            words = self._beside(self.asked)
        if words or self.query_one("#read").display:
            self._static("#read", words)

    def _beside(self, asked: Question) -> str:
        field, typed = self.line, self.line.text
        if asked.type == "files" and typed:
            from assistant.desk.completing import given_words, names_in_line  # few questions ask for files

            if field.names:
                return names_in_line(field.names)
            before = asked.default if isinstance(asked.default, tuple) else ()
            return "\n".join(given_words(typed, self.language, before))
        if asked.type == "text" and ("\n" in typed or len(typed) >= max(20, field.size.width - 2)):
            lines = say("talk.many_lines", self.language, count=typed.count("\n") + 1)
            return f"{self._end_of(typed)}\n{say('tui.more_lines', self.language, lines=lines)}"
        return understood(asked, typed, self.language, self.today)

    def _end_of(self, typed: str) -> str:
        """What is typed, in lines: as much of its end as fits beside the line."""
        most = _READ_BACK * max(20, self.line.size.width)
        end = "\n".join(typed.split("\n")[-_READ_BACK:])[-most:]
        return end if len(end) == len(typed) else "… " + end

    def _pick_day(self, asked: Question) -> None:
        """Open a calendar; the day that is picked there is the answer."""
        from assistant.tui.picker import Picker  # few questions ask for a date

        low, high = (date.fromisoformat(limit) if limit else None for limit in (asked.low, asked.high))
        try:
            day = date.fromisoformat(str(read(asked, self.line.text, self.language, self.today)))
        except (Unclear, ValueError):
            day = self.today

        def picked(day: date | None) -> None:
            if day is not None and self.asked is asked:
                self.line.put(day.isoformat())
                self.send()

        picker = Picker(heading(asked), day, today=self.today, language=self.language, low=low, high=high)
        show_over(self.app, picker, picked)

    def key(self, event: events.Key, *, is_bound: bool) -> bool:
        """Do what a key means here, and say whether it meant anything.

        While the cursor is not in the line digits pick; in an empty line they do too. `/`, or a letter that is no key,
        puts the cursor into the line.

        Args:
            event: the key.
            is_bound: whether the screen has a use for it while the cursor is not in the line.
        """
        field, typed = self.line, event.character or ""
        if self.is_typing:
            return self._key_in_line(event)
        if typed.isdecimal() and self.choices.press(event):
            if self.chosen:  # one more digit picks one more, and Enter is enough for "done"
                self.choices.go_to(_DONE)
            return True
        if typed.isdecimal() and not self.wants_text and len(self.offered) <= AT_ONCE + 1:
            return True  # a digit that is no answer is a slip, not the beginning of words
        if event.key == "space" and isinstance(self.asked, Question) and self.asked.many:
            self.choices.action_pick()
            return True
        if isinstance(self.asked, Question) and self.asked.type == "yes-no" and typed in YES_NO:
            self.answered("yes" if YES_NO[typed] else "no")
            return True
        if event.key == "enter" and self.wants_text and self.screen.focused is None:
            focus(field, self.screen)
            return True
        if field.display and event.is_printable and typed != " " and not is_bound:
            focus(field, self.screen)
            if typed != "/":
                insert(field, typed)
            return True
        return False

    def _key_in_line(self, event: events.Key) -> bool:
        field, asked = self.line, self.asked
        if event.key == "enter":
            self.send()
            return True
        if isinstance(asked, Question) and self.wants_text:
            if asked.type == "date" and event.key == "down":
                self._pick_day(asked)
                return True
            if field.completes(event.key):
                field.complete()
                self._read_back()
                return True
        if event.key in ("down", "escape") and self.choices.rows:
            if event.key == "escape" and not self.wants_text:
                field.value = ""
            focus(self.choices, self.screen)
            return True
        typed, is_fresh = event.character or "", not field.value or field.selected_text == field.value
        return bool(is_fresh and typed.isdecimal() and not self._takes_digits and self.choices.press(event))

    @property
    def _takes_digits(self) -> bool:
        """Whether what is typed can begin with a digit: then no digit picks while the cursor is in the line."""
        return isinstance(self.asked, Question) and self.wants_text and self.asked.type != "email"


def pick_as(pick: Pick, number: int) -> Pick:
    """A pick with another number, for a list that is filtered."""
    return Pick(pick.value, pick.label, pick.help, pick.note, number)
