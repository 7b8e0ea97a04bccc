"""Lines in and lines out: wrapping, hanging indents, and what is read from a stream, made safe both ways.

Nothing here knows what a conversation is.
"""

from __future__ import annotations

import re
import sys
import textwrap
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from assistant.flow.text import Block, Blocks

WIDTH = 72
LONGEST = 65_536
"""How many characters of one line are read; what a terminal's arrow keys leave behind is not counted."""

_KEYS = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Z])")


class TooLong(Exception):
    """A line was longer than `LONGEST`; all of it was read and dropped."""


class Lines:
    """A reader and a writer of lines over two streams.

    Args:
        source: where answers are read from.
        sink: where everything is written to.
    """

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        self.source = source
        self.sink = sink
        self.is_live = source.isatty() and sink.isatty()
        """Whether a person sits at both ends."""
        if self.is_live:
            _edit_lines()

    def say(self, text: str = "", first: str = "", rest: str | None = None) -> None:
        """Write text wrapped at `WIDTH`; a word that is longer (a link) is never broken.

        Args:
            text: what to write; its line ends stay.
            first: what the first line begins with.
            rest: what every further line begins with, as many blanks as `first` is long if it is left out.
        """
        for line in wrapped(text, first, rest):
            self.exactly(line)

    def blocks(self, blocks: Blocks, first: str = "") -> None:
        """Write blocks, with blank lines between them, indented below `first`."""
        for line in block_lines(blocks, first):
            self.exactly(line)

    def exactly(self, text: str) -> None:
        """Write text as it stands, for what is there to be copied."""
        self.sink.write(clean(text) + "\n")

    def ask(self, prompt: str, *, keeps_lines: bool = False) -> str:
        """Read what is typed up to Enter, trimmed and without what could steer a terminal.

        Args:
            prompt: what is written before it.
            keeps_lines: whether several lines that are pasted stay lines; else they are one.

        Raises:
            EOFError: there is nothing more to read.
            TooLong: the line was longer than anybody types.
        """
        if self.is_live and self.source is sys.stdin:
            typed = input(clean(prompt) + " ")  # with the line editing of the terminal, where there is one
        else:
            self.sink.write(clean(prompt) + ("\n" if prompt else ""))
            self.sink.flush()
            typed = self._read()
        lines = [" ".join(clean(_KEYS.sub("", line)).split()) for line in typed.splitlines()]
        return "\n".join(lines).strip() if keeps_lines else " ".join(filter(None, lines))

    def ask_on(self, prompt: str, language: str, *, keeps_lines: bool = False) -> str:
        """Read what is typed; a line that is too long is told so, and asked for again. Arguments as for `ask`, and the
        reader's language.

        Raises:
            EOFError: there is nothing more to read.
        """
        while True:
            try:
                return self.ask(prompt, keeps_lines=keeps_lines)
            except TooLong:
                self.say(say("talk.too_long", language, max=LONGEST))

    def _read(self) -> str:
        line = self.source.readline(LONGEST + 1)
        if not line:
            raise EOFError
        if len(line) > LONGEST:
            while line and not line.endswith("\n"):
                line = self.source.readline(LONGEST)
            raise TooLong
        return line


def _edit_lines() -> None:
    """Where readline exists, let a line be edited, and let a paste be one answer however many lines it has: Python
    turns that off."""
    with suppress(ImportError):
        import readline

        if "libedit" not in (readline.__doc__ or ""):  # which has neither, and another syntax
            readline.parse_and_bind("set enable-bracketed-paste on")
            readline.parse_and_bind("set enable-active-region off")  # nothing is shown reversed


def wrapped(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> list[str]:
    """Text as lines of at most `width`, with a hanging indent; longer words stay whole."""
    rest = " " * len(first) if rest is None else rest
    lines: list[str] = []
    for part in clean(text).split("\n"):
        lines += textwrap.wrap(
            part, width, initial_indent=rest if lines else first, subsequent_indent=rest,
            break_long_words=False, break_on_hyphens=False,
        ) or [(rest if lines else first).rstrip()]  # fmt: skip
    return lines


def block_lines(blocks: Blocks, first: str = "") -> list[str]:
    """Blocks as wrapped lines: paragraphs parted by blank lines, lists with their numbers and hanging indents."""
    lines: list[str] = []
    rest = " " * len(first)
    for block in blocks:
        lines += ([""] if lines else []) + _block(block, rest if lines else first, rest)
    return lines


def _block(block: Block, first: str, rest: str) -> list[str]:
    from assistant.flow.text import Listing, plain  # most of what is written is one sentence

    if not isinstance(block, Listing):
        return wrapped(plain((block,)), first, rest)
    lines: list[str] = []
    for offset, item in enumerate(block.items):
        bullet = f"{block.start + offset}. " if block.start else "- "
        for inner in item:
            is_head = inner is item[0]
            lead = (rest if lines else first) if is_head else rest
            lines += _block(inner, lead + (bullet if is_head else " " * len(bullet)), rest + " " * len(bullet))
    return lines
