"""A page with several lists to pick from: how the cursor goes from one to the next, and how one reads on where a list is
not in sight yet. What is picked, the page knows.
"""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widget import Widget

from assistant.tui.choices import Choices
from assistant.tui.keys import focus


class Lists:
    """A page with lists. Mix it into a `KeyedScreen`."""

    @property
    def page(self) -> VerticalScroll:
        """What the lists stand on."""
        raise NotImplementedError

    @property
    def lists(self) -> list[Choices]:
        """What can be picked from, from above."""
        raise NotImplementedError

    def goes(self, key: str) -> bool:
        """Do what up and down mean at the ends of lists, and say whether they meant that."""
        return key in ("up", "down") and (self._reads_on(key) or self._leaves_list(key))

    def action_page(self, by: int) -> None:
        """Read on, or back."""
        self.page.scroll_relative(y=by * max(1, self.page.size.height - 2), animate=False)

    def go_to(self, widget: Widget) -> None:
        """Put the cursor there if it can be, and show it once it is laid out."""
        assert isinstance(self, Screen)
        if widget.can_focus:
            focus(widget, self)
        self.call_after_refresh(widget.scroll_visible, animate=False)

    def _reads_on(self, key: str) -> bool:
        """Read on to the list that has the cursor, or back to the beginning; says whether that was still to be done."""
        assert isinstance(self, Screen)
        here, shown = self.focused, [one for one in self.lists if one.rows]
        is_last = key == "up" and (not shown or (here is shown[0] and shown[0].at == 0))
        is_before = key == "down" and (here is None or here.region.y >= self.page.content_region.bottom)
        if is_last or is_before:
            self.action_page(-1 if key == "up" else 1)
        return is_last or is_before

    def _leaves_list(self, key: str) -> bool:
        """Go from the end of a list to the next one; says whether it was the end."""
        assert isinstance(self, Screen)
        here, shown = self.focused, [one for one in self.lists if one.rows]
        if not isinstance(here, Choices) or here not in shown or here.at != (0 if key == "up" else len(here.rows) - 1):
            return False
        other = shown.index(here) + (-1 if key == "up" else 1)
        if not 0 <= other < len(shown):
            return False
        self.go_to(shown[other])
        return True
