"""The line to type in: several lines in one, and paths that Tab completes. What is typed means nothing here."""

from __future__ import annotations

from typing import Literal

from textual.reactive import reactive
from textual.widgets import Input

from assistant.tui.keys import insert, one_line

BREAK = "↵"
"""Stands in the line for the end of a line; `text` has real ones."""

Kind = Literal["words", "lines", "paths"]


class Still(Input):
    """A line whose cursor does not blink."""

    cursor_blink = reactive(False, init=False)


class Line(Still):
    """One line. `kind` says what becomes of several lines that are pasted: nothing of them is lost."""

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(id=id, select_on_focus=False, compact=True)
        self.kind: Kind = "words"
        self._goes_on: tuple[str, tuple[str, ...]] = ("", ())

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the path in the line may go on with, since it was completed last."""
        at, names = self._goes_on
        return names if at == self.value else ()

    @property
    def text(self) -> str:
        """What is typed, with its lines as lines."""
        return self.value.replace(BREAK, "\n").strip() if self.kind == "lines" else self.value.strip()

    def put(self, text: str) -> None:
        """Put a text in the place of what is typed."""
        self.value = text.replace("\n", BREAK) if self.kind == "lines" else text
        self.cursor_position = len(self.value)

    def go_on_below(self) -> bool:
        """Where a text ends with a backslash, one more line of it begins; says whether it does."""
        if self.kind != "lines" or not self.value.endswith("\\"):
            return False
        self.value = self.value[:-1].rstrip() + BREAK
        self.cursor_position = len(self.value)
        return True

    def completes(self, key: str) -> bool:
        """Whether a key completes a path now."""
        at_end = self.cursor_position == len(self.value)
        return self.kind == "paths" and (key == "tab" or (key == "right" and at_end))

    def complete(self) -> None:
        """Go on with the path before the cursor, as far as it is sure."""
        from assistant.desk.completing import complete

        at = self.cursor_position
        found = complete(self.value[:at])
        if found.text != self.value[:at]:
            self.value = found.text + self.value[at:]
            self.cursor_position = len(found.text)
        self._goes_on = (self.value, found.names)

    def joined(self, text: str) -> str:
        """Several lines that are pasted, as they stand in the line."""
        if self.kind == "lines":
            return BREAK.join(text.strip("\r\n").splitlines())
        if self.kind == "paths":
            return ", ".join(path for line in text.splitlines() if (path := line.strip().rstrip(",")))
        return one_line(text)

    def action_paste(self) -> None:
        """Take what the program has copied, as what is pasted from elsewhere."""
        insert(self, self.joined(self.app.clipboard))
