"""The flow as a map with "you are here". What is on it is the desk's; here it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from assistant.desk.mapping import Stop, stops
from assistant.flow.text import Paragraph, Span
from assistant.tui.help import Sheet
from assistant.tui.prose import MOST, hung
from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation

SIGNS = {"passed": "✓", "here": "▸", "ahead": "·", "skipped": "–"}
COLOURS = {"passed": "$good", "here": "bold $accent", "ahead": "$ink", "skipped": "$quiet"}


class Drawn(Widget):
    """One stop, wrapped for the width it has."""

    DEFAULT_CSS = "Drawn { height: auto; }"

    def __init__(self, stop: Stop, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.stop = stop

    def render(self) -> Content:
        return _drawn(self.stop, self.content_size.width or MOST)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return _drawn(self.stop, width).plain.count("\n") + 1


class Map(Sheet):
    """The steps of a flow from top to bottom, what was passed, and where each leads."""

    def __init__(self, conversation: Conversation) -> None:
        language = conversation.language
        legend = Paragraph((Span(say("tui.map_legend", language)),))
        super().__init__(say("tui.map", language), (legend,), language)
        self.stops = stops(conversation.session)

    def on_mount(self) -> None:
        """Draw the map below the legend, and show where one is. What every sheet does, Textual calls itself after this."""
        sheet = self.query_one("#sheet")
        for number, stop in enumerate(self.stops):
            sheet.mount(Drawn(stop, id=f"stop-{number}", classes="stop"))
        here = next((number for number, stop in enumerate(self.stops) if stop.state == "here"), 0)
        self.call_after_refresh(self._show, here)

    def _show(self, number: int) -> None:
        sheet = self.query_one("#sheet")
        stop = self.query_one(f"#stop-{number}")
        sheet.scroll_to(y=max(0, stop.virtual_region.y - sheet.size.height // 2), animate=False)


def _drawn(stop: Stop, width: int) -> Content:
    indent = 4 * stop.depth
    mark = "◆ " if stop.is_outcome else ""
    style = COLOURS[stop.state] + (" italic" if stop.is_outcome and stop.state != "here" else "")
    parts: list[tuple[str, str | Style]] = [(hung(f"{SIGNS[stop.state]} {mark}{clean(stop.name)}", width, indent, 2), style)]
    for answer, target in stop.ways:
        parts.append(("\n" + hung(f"{clean(answer or '…')} → {clean(target)}", width, indent + 4, 2), "$quiet"))
    return Content.assemble(*parts)
