"""The path so far: what was asked, and what was answered. Clicking an answer is the wish to change it."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from assistant.desk.phrases import label_of
from assistant.engine.prompt import TrailEntry
from assistant.words import say
from assistant.words.formats import clean


class Trail(Static):
    """Answers in walk order, and where the conversation stands."""

    class Chosen(Message):
        """An answer was clicked."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def show(self, trail: tuple[TrailEntry, ...], stands: str, language: str) -> None:
        """Show a trail and, under it, what is asked now."""
        parts: list[tuple[str, str | Style]] = []
        for entry in trail:
            click = Style.from_meta({"@click": ("choose", (entry.place,))})
            name = clean(entry.name)
            words = say("trail.given", language, answer=name) if entry.given else name
            parts.extend([(f"{words}\n", "$quiet"), (clean(label_of(entry)), Style(bold=True) + click), ("\n", "")])
        parts.append((f"▸ {clean(stands)}", "bold $accent"))
        self.update(Content.assemble(*parts))

    def action_choose(self, place: str) -> None:
        """An answer was clicked."""
        self.post_message(self.Chosen(place))
