"""Blocks of text as lines for a terminal: words wrapped at a width, list items with hanging indents, addresses whole.

Pure: blocks and a width go in, styled lines come out. What they mean, and where they are shown, is not known here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from assistant.flow.text import Block, Blocks, Listing, Paragraph, Span
from assistant.words.formats import clean

MOST = 72
"""Prose is never wider than this, however wide the terminal is."""


class Word(NamedTuple):
    """A piece of a line that is not broken, with the name of its look ("bold", "code", "link:URL" or "")."""

    text: str
    look: str


def lines(blocks: Blocks, width: int) -> list[list[Word]]:
    """Blocks as wrapped lines, with a blank line between blocks."""
    width = max(8, min(width, MOST))
    found: list[list[Word]] = []
    for number, block in enumerate(blocks):
        if number:
            found.append([])
        found.extend(_block(block, width))
    return found


def hung(words: str, room: int, indent: int = 0, hang: int = 0) -> str:
    """Words wrapped in a room at an indent; what goes on below hangs under them, and never left of them.

    Args:
        words: plain words; their own line breaks stay.
        room: the width that there is, the indent within it.
        indent: blanks before every line.
        hang: blanks more before what goes on below, for a sign that the words begin with.
    """
    first, below = " " * indent, " " * (indent + hang)
    pieces = (textwrap.wrap(line, max(8 + len(below), room), initial_indent=first, subsequent_indent=below) or [""]
              for line in words.split("\n"))  # fmt: skip
    return "\n".join(piece for wrapped in pieces for piece in wrapped)


def _block(block: Block, width: int) -> Iterator[list[Word]]:
    if isinstance(block, Paragraph):
        yield from _wrapped(block.spans, width)
    elif isinstance(block, Listing):
        for offset, item in enumerate(block.items):
            bullet = f"{block.start + offset}. " if block.start else "• "
            first = True
            for inner in item:
                for line in _block(inner, max(8, width - len(bullet))):
                    yield [Word(bullet if first else " " * len(bullet), "accent" if first and block.start else ""), *line]
                    first = False


def _words(spans: Iterable[Span]) -> Iterator[Word | None]:
    """Words with the blanks behind them; `None` is a line break."""
    for span in spans:
        if span.kind == "break":
            yield None
            continue
        look = f"link:{span.url}" if span.kind == "link" else "code" if span.code else "bold" if span.bold else ""
        for number, part in enumerate(clean(span.text).split("\n")):
            if number:
                yield None
            start = 0
            for end, sign in enumerate(part):
                if sign == " ":
                    yield Word(part[start : end + 1], look)
                    start = end + 1
            if start < len(part):
                yield Word(part[start:], look)


def _glued(words: Iterable[Word | None]) -> Iterator[list[Word] | None]:
    """Words that no blank parts are kept together, though they look different."""
    together: list[Word] = []
    for word in words:
        if word is None:
            if together:
                yield together
                together = []
            yield None
            continue
        together.append(word)
        if word.text.endswith(" "):
            yield together
            together = []
    if together:
        yield together


def _wrapped(spans: Iterable[Span], width: int) -> Iterator[list[Word]]:
    line: list[Word] = []
    used = 0
    for together in _glued(_words(spans)):
        if together is None:
            yield line
            line, used = [], 0
            continue
        size = cell_len("".join(word.text for word in together).rstrip())
        if line and used + size > width:
            yield line
            line, used = [], 0
        for word in together:
            text = word.text
            while size > width and used + cell_len(text.rstrip()) > width:  # longer than any line: an address
                fits = set_cell_size(text, width - used).rstrip() or text[:1]
                line.append(Word(fits, word.look))
                yield line
                line, used, text = [], 0, text[len(fits) :]
            line.append(Word(text, word.look))
            used += cell_len(text)
    if line:
        yield line


LOOKS = {"bold": "bold $ink", "code": "$accent", "accent": "$accent", "": ""}


def content(found: list[list[Word]]) -> Content:
    """Wrapped lines as one piece of content for a widget."""
    parts: list[tuple[str, str | Style] | str] = []
    for number, line in enumerate(found):
        if number:
            parts.append("\n")
        for word in line:
            if word.look.startswith("link:"):
                url = word.look.removeprefix("link:")
                parts.append((word.text, _link_style(url)))
            else:
                parts.append((word.text, LOOKS[word.look]))
    return Content.assemble(*parts)


def _link_style(url: str) -> Style:
    """An address that opens when it is clicked. It is an argument of an action, never a part of its text."""
    return Style(underline=True, bold=True) + Style.from_meta({"@click": ("app.open_link", (url,))})


class Prose(Widget):
    """A widget that shows blocks, wrapped for the width it has."""

    DEFAULT_CSS = "Prose { height: auto; }"

    def __init__(self, blocks: Blocks = (), **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self._blocks = blocks

    @property
    def blocks(self) -> Blocks:
        """What is shown."""
        return self._blocks

    def show(self, blocks: Blocks) -> None:
        """Show other blocks; without any, the widget takes no room."""
        if blocks != self._blocks:
            self._blocks = blocks
            self.refresh(layout=True)
        self.display = bool(blocks)

    def render(self) -> Content:
        return content(lines(self._blocks, self.content_size.width or MOST))

    def get_content_width(self, container: object, viewport: object) -> int:
        return max((sum(cell_len(word.text) for word in line) for line in lines(self._blocks, MOST)), default=0)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(lines(self._blocks, width))
