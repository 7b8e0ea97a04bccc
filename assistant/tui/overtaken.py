"""What is shown where somebody else went on with the conversation meanwhile: who, and with which answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.desk.phrases import overtaken_lines
from assistant.flow.text import Paragraph, Span
from assistant.tui.help import Sheet

if TYPE_CHECKING:
    from assistant.desk.conversation import Overtaken


class Told(Sheet):
    """Lies over the prompt as it stands now, which offers the answer that came too late."""

    is_surprise = True

    def __init__(self, overtaken: Overtaken, language: str) -> None:
        title, *lines = overtaken_lines(overtaken, language)
        super().__init__(title, tuple(Paragraph((Span(line),)) for line in lines), language)
