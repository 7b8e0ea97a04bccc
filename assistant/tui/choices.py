"""A list to pick from: digits, arrows, Enter, Space and clicks. Labels wrap under themselves, and the picked row is one
plane of colour. It knows rows; what picking one means, its owner knows.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget

from assistant.words.formats import clean

WIDEST = 76


class Row(NamedTuple):
    """One row. `key` is the digit that picks it ("" for none); `mark` a sign before the label, such as a tick."""

    key: str
    label: str
    value: str
    help: str = ""
    mark: str = ""
    quiet: str = ""
    """Words in front of the label, in quiet colour: the name of a field."""
    with_enter: bool = False
    """Whether Enter must follow the digit while the cursor is in the line, since there it is typed first."""


class Choices(Widget, can_focus=True):
    """Rows to pick from."""

    DEFAULT_CSS = "Choices { height: auto; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "move(-99)", show=False),
        Binding("end", "move(99)", show=False),
        Binding("enter", "pick", show=False),
    ]

    def __init__(self, picked: Callable[[Row], None], rows: tuple[Row, ...] = (), id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.picked = picked
        self.rows = rows
        self.at = 0

    def show(self, rows: tuple[Row, ...], at: int = 0) -> None:
        """Show other rows, with the cursor on row `at`."""
        self.rows = rows
        self.at = min(max(at, 0), max(len(rows) - 1, 0))
        self.display = bool(rows)
        self.refresh(layout=True)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.at] if self.rows else None

    def press(self, event: events.Key) -> bool:
        """Pick the row of a digit, and say whether there is one."""
        row = next((row for row in self.rows if row.key and row.key == event.character), None)
        if row is not None:
            self.pick(row)
        return row is not None

    def pick(self, row: Row) -> None:
        """Pick a row, as if it was clicked."""
        self.at = self.rows.index(row)
        self.refresh()
        self.picked(row)

    def action_move(self, by: int) -> None:
        """Move the cursor; it stops at both ends."""
        if not self.rows:
            return
        self.at = min(max(self.at + by, 0), len(self.rows) - 1)
        self.refresh()
        self._keep_in_sight()

    def go_to(self, value: str) -> None:
        """Put the cursor on the row with a value."""
        self.action_move(next(number for number, row in enumerate(self.rows) if row.value == value) - self.at)

    def action_pick(self) -> None:
        """Pick the row under the cursor."""
        if self.current is not None:
            self.pick(self.current)

    def on_click(self, event: events.Click) -> None:
        """A click picks the row under it."""
        row = sum(1 for start in self._starts() if start <= event.y) - 1
        if 0 <= row < len(self.rows):
            self.pick(self.rows[row])

    def _keep_in_sight(self) -> None:
        starts = [*self._starts(), self.size.height]
        if len(starts) > 1:
            start, after = starts[self.at : self.at + 2]
            self.scroll_visible(animate=False)
            self.call_after_refresh(self._show_region, Region(0, start, self.size.width, after - start))

    def _show_region(self, region: Region) -> None:
        inner: Widget = self
        for ancestor in self.ancestors:
            if not isinstance(ancestor, Widget):
                return
            region = region.translate(inner.virtual_region.offset)
            if ancestor.allow_vertical_scroll:
                ancestor.scroll_to_region(region, animate=False)
                return
            inner = ancestor

    def _starts(self) -> list[int]:
        """The lines on which the rows begin, drawn or not yet."""
        rows = [row for row, *_ in self._lines(self.size.width)]
        return [rows.index(number) for number in range(len(self.rows))]

    def _lines(self, width: int) -> list[tuple[int, str, str, str]]:
        """Lines as (row, key and mark, quiet words, words)."""
        width = min(width, WIDEST)
        names = max((cell_len(row.quiet) for row in self.rows), default=0)
        beside = bool(names) and width >= 60
        marked = any(row.mark for row in self.rows)
        found: list[tuple[int, str, str, str]] = []
        for number, row in enumerate(self.rows):
            mark = f"{row.mark or ' '} " if marked else ""
            key = f"{row.key}↵" if row.with_enter and not self.has_focus else row.key
            head = f" {key:>2}  {mark}" if any(one.key for one in self.rows) else f"  {mark}"
            indent = " " * cell_len(head)
            name_width = names + 3 if beside and row.quiet else 0
            room = max(8, width - cell_len(head) - name_width - 1)
            if row.quiet and not beside:
                for piece in textwrap.wrap(clean(row.quiet), room):
                    found.append((number, head, piece, ""))
                    head = indent
            label = [piece for part in clean(row.label).split("\n") for piece in (textwrap.wrap(part, room) or [""])]
            for line_number, piece in enumerate(label or [""]):
                first = line_number == 0
                quiet = (row.quiet if first else "").ljust(name_width) if name_width else ""
                found.append((number, head if first else indent, quiet, piece))
            if row.help:
                for piece in textwrap.wrap(clean(row.help), room):
                    found.append((number, indent, piece, ""))
        return found

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        width = self.size.width
        parts: list[tuple[str, str]] = []
        for number, (row, head, quiet, words) in enumerate(self._lines(width)):
            if number:
                parts.append(("\n", ""))
            if row == self.at and self.has_focus:
                line = head + quiet + words
                parts.append((line + " " * max(0, width - cell_len(line)), "bold $on-picked on $picked"))
            else:
                parts.extend([(head, "bold $accent"), (quiet, "$quiet"), (words, "$ink" if row != self.at else "bold $ink")])
        return Content.assemble(*parts)
