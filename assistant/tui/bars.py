"""The bar on top and the bar of keys below, and the line in between that says what was just done."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from assistant.tui.keynames import shown
from assistant.words import say
from assistant.words.formats import clean

PALETTE = "screen.palette"
"""The action that shows all commands of a screen."""
_GAP = 2
_DOES = "does"


class Key(NamedTuple):
    """A key that works now: what to press, what it does in a word, and the action that a click runs."""

    key: str
    words: str
    action: str


class KeyLine(Static):
    """Keys in a line. Clicking one is as good as pressing it."""

    DEFAULT_CSS = "KeyLine { height: 1; color: $quiet; }"

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._keys: tuple[Key, ...] = ()

    def show(self, *keys: Key) -> None:
        """Show these keys, by keys of one's own where there are such."""
        keys = tuple(key._replace(key=shown(self.screen, key.action, key.key)) for key in keys)
        if keys != self._keys:
            self._keys = keys
            self._draw()

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width or 76
        gap = next((size for size in (4, 3, 2, 1) if _width(self._keys, size) <= width), 1)
        keys = self._keys
        while len(keys) > 2 and _width(keys, gap) > width:  # the last, quit, always stays
            keys = (*keys[:-2], keys[-1])
        self.update(Content(" " * gap).join(_drawn(key) for key in keys))

    async def on_click(self, event: events.Click) -> None:
        """The name of a key does what its words do; it is no link, which would take its colour."""
        if action := event.style.meta.get(_DOES):
            await self.run_action(action)


class KeyBar(KeyLine):
    """The keys of a screen, at its foot: at most five, always in the same order."""

    DEFAULT_CSS = "KeyBar { background: $panel; padding: 0 2; }"


def _drawn(key: Key) -> Content:
    name = Content.styled(key.key, "bold $accent").stylize(Style.from_meta({_DOES: key.action}))
    return Content.assemble(name, (f" {key.words}", Style.from_meta({"@click": key.action})))


def _width(keys: tuple[Key, ...], gap: int) -> int:
    return sum(cell_len(f"{key.key} {key.words}") for key in keys) + gap * (len(keys) - 1)


class TopBar(Static):
    """Where one is, what holds for all of it (agent or customer), and how to see all that can be done. Its right side can
    be clicked."""

    DEFAULT_CSS = "TopBar { height: 1; background: $panel; padding: 0 2; color: $quiet; }"

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._left: tuple[str, str] = ("", "")
        self._rights = ("", "")
        self._action = ""
        self._signs: tuple[str, ...] = ("",)

    def show(self, pack: str, title: str, right: str = "", action: str = "", *, short: str = "", language: str = "") -> None:
        """Show a pack and a title (either may be empty), and words on the right with what clicking them does.

        Args:
            pack, title: where one is.
            right: what holds for all of it.
            action: what a click on that does.
            short: stands there instead where there is no room for both the title and the words.
            language: the reader's; with it, the key that shows all commands is told, as far as there is room.
        """
        self._left, self._rights, self._action = (clean(pack), clean(title)), (right, short or right), action
        key = shown(self.screen, PALETTE, "F12") if language else ""
        words = f"{key} {say('tui.key_commands', language)}".strip() if language else ""
        self._signs = (words, key, "") if language else ("",)
        self._draw()

    def on_resize(self) -> None:
        """Fit the words to the new width."""
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width or 76
        pack, title = self._left
        before = f"{pack}  ›  " if pack and title else pack
        long, short = self._rights
        needed = cell_len(title or pack) + _GAP
        right = long if needed + cell_len(long) <= width else short
        sign = next((one for one in self._signs if not one or needed + cell_len(right) + _GAP + cell_len(one) <= width), "")
        taken = cell_len(right) + (cell_len(sign) + (_GAP if right else 0) if sign else 0)
        room = width - taken - _GAP
        if cell_len(before + title) > room:
            before = "" if title else before
        words = title if cell_len(before + title) <= room else set_cell_size(title, max(room - 1, 1)).rstrip() + "…"
        space = " " * max(1, width - cell_len(before + words) - taken)
        look: str | Style = Style.from_meta({"@click": self._action}) if self._action else ""
        parts: list[tuple[str, str | Style]] = [(before, ""), (words, "bold $ink"), (space, ""), (right, look)]
        if sign:
            parts += [(" " * _GAP if right else "", ""), (sign, Style.from_meta({"@click": PALETTE}))]
        self.update(Content.assemble(*parts))


class Said(Static):
    """One line that says what was just done, and goes with the next key that does something."""

    DEFAULT_CSS = "Said { height: auto; max-height: 3; padding: 0 2; color: $good; display: none; }"

    def say(self, words: str, *, wrong: bool = False, plain: bool = False) -> None:
        """Say it: something that was done, that is `wrong`, or just words. Nothing to say takes no room."""
        self.display = bool(words)
        sign, look = ("! ", "$wrong") if wrong else ("", "$quiet") if plain else ("✓ ", "$good")
        self.update(Content.styled(sign + clean(words) if words else "", look))
