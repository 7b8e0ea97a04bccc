"""The line to type in. Keys that mean something else while it is empty are offered to its owner first."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.widgets import Input


class Line(Input):
    """An input of one line.

    Args:
        claims: told every key first; true where the key meant something and is not to be typed.
    """

    def __init__(self, claims: Callable[[events.Key], bool], value: str = "", placeholder: str = "", id: str = "line") -> None:  # noqa: A002
        super().__init__(value, placeholder, id=id, select_on_focus=False, compact=True)
        self.claims = claims

    async def _on_key(self, event: events.Key) -> None:
        if self.claims(event):
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)
