"""A line at the foot of a screen that asks for one thing, such as a file name: there while it is wanted, and gone after.

While it is there, all keys are its own. What is done with what was typed, its screen knows.
"""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from assistant.tui.bars import Key, KeyBar, Said
from assistant.tui.keynames import types_text
from assistant.tui.keys import focus
from assistant.tui.line import Kind, Line
from assistant.words import say

_STILL = ("leave", "palette")
"""What the keys of the screen still do while the line is there."""


class Entry(Line):
    """The line."""

    DEFAULT_CSS = "Entry { display: none; }"

    def __init__(self) -> None:
        super().__init__(id="entry")


class Asking:
    """A screen with an `Entry`. Mix it into a `KeyedScreen` that has a `Said` and a `KeyBar`."""

    _done: Callable[[str], None] | None = None
    _cursor: Widget | None = None
    _words = ""
    _language = "en"

    @property
    def is_asking(self) -> bool:
        """Whether the line is there."""
        return self._done is not None

    def ask_for(
        self,
        words: str,
        done: Callable[[str], None],
        *,
        value: str = "",
        hint: str = "",
        key: str = "",
        kind: Kind = "words",
        language: str = "en",
    ) -> None:
        """Ask for one thing.

        Args:
            words: what is asked.
            done: takes what was typed; it calls `leave_entry` once that is all, or asks for the next thing.
            value: what stands in the line at first.
            hint: what stands in the empty line.
            key: what Enter does, in a word.
            kind: what is typed; paths are completed, and it is shown what they lead to.
            language: the reader's.
        """
        assert isinstance(self, Screen)
        entry = self.query_one(Entry)
        if self._done is None:
            self._cursor = self.focused
        self._done, self._words, self._language = done, words, language
        entry.kind = kind
        entry.value, entry.placeholder, entry.cursor_position = value, hint, len(value)
        entry.display = True
        focus(entry, self)
        self.query_one(Said).say(words, plain=True)
        self.query_one("#keys", KeyBar).show(
            Key("Enter", key or say("tui.key_keep", language), "screen.send_entry"),
            Key("F2", say("tui.key_cancel", language), "screen.leave_entry"),
        )

    def entry_key(self, event: events.Key) -> bool:
        """Enter, F2 and Esc of the line, while it is there; the keys of the screen wait, but for the one that leaves."""
        if not self.is_asking:
            return False
        assert isinstance(self, Screen)
        entry = self.query_one(Entry)
        if event.key == "enter":
            self.action_send_entry()
        elif event.key in ("escape", "f2"):
            self.action_leave_entry()
        elif entry.completes(event.key):
            entry.complete()
            self._say_given()
        else:
            bound = self._bindings.key_to_bindings.get(event.key, ())
            is_text = types_text(event.key) or event.key in entry._bindings.key_to_bindings
            return bool(bound) and not is_text and not any(one.action in _STILL for one in bound)
        return True

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what a path leads to, before it is given."""
        if isinstance(event.input, Entry) and event.input.kind == "paths" and self.is_asking:
            self._say_given()

    def _say_given(self) -> None:
        """Under what is asked: the file that is named so far, or the names that a path may go on with."""
        assert isinstance(self, Screen)
        from assistant.desk.completing import given_words, names_in_line

        entry = self.query_one(Entry)
        below = [names_in_line(entry.names)] if entry.names else given_words(entry.value, self._language)
        self.query_one(Said).say("\n".join([self._words, *below]), plain=True)

    def action_send_entry(self) -> None:
        """Hand over what was typed."""
        assert isinstance(self, Screen)
        if self._done is not None:
            self._done(self.query_one(Entry).value.strip())

    def action_leave_entry(self) -> None:
        """Leave the line, with nothing done."""
        assert isinstance(self, Screen)
        self.query_one(Said).say("")
        self.leave_entry()

    def leave_entry(self) -> None:
        """The line goes, and the cursor is where it was."""
        assert isinstance(self, Screen)
        self._done = None
        self.query_one(Entry).display = False
        focus(self._cursor, self)
        self.keys()

    def keys(self) -> None:
        """Show the keys of the screen."""
