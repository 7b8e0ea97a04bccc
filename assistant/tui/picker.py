"""A day picked from a month: a grid with arrows, pages and clicks. It knows days and limits; what the day is for, its
owner knows.
"""

from __future__ import annotations

from calendar import Calendar
from datetime import date, timedelta
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static

from assistant.desk.dates import add_months, first_weekday, month_title, weekday_names
from assistant.tui.bars import Key, KeyBar
from assistant.tui.keys import KeyedModal
from assistant.words import say
from assistant.words.formats import show_date

_CELL = 4
_WIDTH = 7 * _CELL
_HEAD = 2
"""The lines above the days: the month, and the names of the days."""


class Month(Widget):
    """The month of a day. Days outside of the limits are quiet and can't be reached."""

    DEFAULT_CSS = "Month { height: 8; width: 28; }"

    def __init__(self, day: date, today: date, language: str, low: date | None, high: date | None) -> None:
        super().__init__()
        self.low, self.high = low, high
        self.today, self.language = today, language
        self.day = self.within(day)

    def within(self, day: date) -> date:
        """The day itself, or the limit that it is beyond."""
        if self.high is not None and day > self.high:
            day = self.high
        return self.low if self.low is not None and day < self.low else day

    def is_offered(self, day: date) -> bool:
        """Whether a day is within the limits."""
        return self.within(day) == day

    def move(self, to: date) -> None:
        """Put the cursor on a day, or on the limit that is in the way."""
        self.day = self.within(to)
        self.refresh()

    def weeks(self) -> list[list[date]]:
        """The days that are shown, week by week; those of other months stand there too."""
        first = self.day.replace(day=1)
        if first in (date.min, date(date.max.year, 12, 1)):  # the calendar's own ends have no days beyond them
            first = add_months(first, 1 if first == date.min else -1)
        return Calendar(first_weekday(self.language)).monthdatescalendar(first.year, first.month)

    def day_at(self, x: int, y: int) -> date | None:
        """The day that is drawn at a place of the widget."""
        weeks, week = self.weeks(), y - _HEAD
        if 0 <= week < len(weeks) and 0 <= x < _WIDTH:
            day = weeks[week][x // _CELL]
            return day if self._is_shown(day) else None
        return None

    def _is_shown(self, day: date) -> bool:
        return day.month == self.day.month

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return _WIDTH

    def render(self) -> Content:
        names = weekday_names(self.language)
        begins = first_weekday(self.language)
        title = month_title(self.day, self.language)
        head = f"‹ {title} ›".center(_WIDTH).rstrip()
        parts = [(head, "bold $ink"), ("\n", "")]
        parts.append(("".join(f"{names[(begins + n) % 7][:3]:>3} " for n in range(7)), "$quiet"))
        for week in self.weeks():
            parts.append(("\n", ""))
            parts.extend(self._cell(day) for day in week)
        return Content.assemble(*parts)

    def _cell(self, day: date) -> tuple[str, str]:
        if not self._is_shown(day):
            return " " * _CELL, ""
        number = f"{day.day:>2}"
        if day == self.day:
            return f"›{number} ", "bold $on-picked on $picked"
        mark = "·" if day == self.today else " "
        return f"{mark}{number} ", "$ink" if self.is_offered(day) else "$quiet strike"


class Picker(KeyedModal[date | None]):
    """Asks for a day; its result is the day, or nothing.

    Args:
        question: what is asked, in one line.
        day: where the cursor stands at first.
        today: is marked.
        language: the reader's.
        low, high: the limits; nothing where there is none.
    """

    DEFAULT_CSS = """
    Picker { padding: 0; }
    Picker #asked { height: auto; max-height: 2; margin: 1 3 1 3; max-width: 76; text-style: bold; }
    Picker Month { margin: 0 3; }
    Picker #day { height: 1fr; margin: 0 4; color: $quiet; }
    Picker.-narrow #asked { max-height: 1; margin: 0 1; }
    Picker.-narrow Month { margin: 0 1; }
    Picker.-narrow #day { margin: 0 2; }
    """
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "move(-7)", show=False),
        Binding("down", "move(7)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("enter,space", "pick", show=False),
        Binding("escape,b,и,backspace,q,й,f2,f10", "close", show=False),
    ]

    def __init__(
        self, question: str, day: date, *, today: date, language: str, low: date | None = None, high: date | None = None
    ) -> None:  # fmt: skip
        super().__init__()
        self.question = question
        self.language = language
        self.month = Month(day, today, language, low, high)

    def compose(self) -> ComposeResult:
        yield Static(Content(self.question), id="asked")
        yield self.month
        yield Static(id="day")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the month and the keys."""
        language = self.language
        self.query_one(KeyBar).show(
            Key("Enter", say("tui.key_pick", language), "screen.pick"),
            Key("PgUp PgDn", say("tui.key_month", language), "screen.page(1)"),
            Key("b", say("tui.key_back", language), "screen.close"),
        )
        self._say()
        self.opened()

    def _say(self) -> None:
        self.query_one("#day", Static).update(Content(show_date(self.month.day, self.language)))

    def action_move(self, days: int) -> None:
        """Go some days on or back."""
        try:
            self.month.move(self.month.day + timedelta(days=days))
        except OverflowError:  # the calendar's own end
            return
        self._say()

    def action_page(self, months: int) -> None:
        """Go some months on or back."""
        self.month.move(add_months(self.month.day, months))
        self._say()

    def action_pick(self) -> None:
        """The day under the cursor is the one."""
        self.dismiss(self.month.day)

    def action_close(self) -> None:
        """Leave all as it was."""
        self.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """A click on a day picks it; one on the sides of the title turns the page."""
        spot = event.get_content_offset(self.month)
        if spot is None:
            return
        day = self.month.day_at(spot.x, spot.y)
        if day is not None and self.month.is_offered(day):
            self.dismiss(day)
        elif spot.y == 0:
            self.action_page(-1 if spot.x < _WIDTH // 2 else 1)
