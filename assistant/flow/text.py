"""Texts: Markdown read once into a small tree of blocks and spans, and filled with values afterwards.

A value is put in as a plain span and never parsed again, so nobody's input becomes a link or markup. Which facts exist,
and how a value is written in a language, is not known here: callers pass a function for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from assistant.flow.expression import Known, Rule

PLACEHOLDER = re.compile(r"\{\{\s*([^\W\d_][\w.-]*)\s*\}\}")
RECORD = "record"


class Span(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A run of text. For a `link`, `url` is where it leads; for a `fact`, `text` is its name until it is filled."""

    text: str
    kind: Literal["text", "fact", "link", "break"] = "text"
    bold: bool = False
    code: bool = False
    url: str = ""


class Paragraph(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Spans that run on as one paragraph."""

    spans: tuple[Span, ...]


class Listing(msgspec.Struct, frozen=True, tag=True, gc=False):
    """A numbered list that begins at `start`, or a plain one (`start` 0)."""

    items: tuple[tuple[Block, ...], ...]
    start: int = 0


class Record(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Where the description that writes itself goes."""


Block = Paragraph | Listing | Record
Blocks = tuple[Block, ...]


class Part(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Blocks that stand always, or only where `when` holds."""

    blocks: Blocks
    when: Rule | None = None


class Text(msgspec.Struct, frozen=True, gc=False):
    """What an author wrote, ready to be filled."""

    parts: tuple[Part, ...]

    def facts(self) -> Iterator[str]:
        """The names of the facts it shows."""
        for part in self.parts:
            yield from _names(part.blocks)

    @property
    def has_record(self) -> bool:
        """Whether `{{ record }}` stands in it."""
        return any(_has_record(part.blocks) for part in self.parts)


def plain_text(words: str) -> Text:
    """A text of the program's own or of somebody's input: one paragraph, nothing in it interpreted."""
    return Text((Part((Paragraph((Span(words),)),)),))


def fill(text: Text | None, known: Known, show: Callable[[str], str], record: Blocks = ()) -> Blocks:
    """The blocks of `text` whose `when` holds, with every placeholder replaced.

    Args:
        text: the text, or nothing.
        known: what its rules may read.
        show: a fact's name to the words that stand for its value.
        record: the blocks that `{{ record }}` stands for.
    """
    if text is None:
        return ()
    blocks: list[Block] = []
    for part in text.parts:
        if part.when is None or part.when.holds(known):
            blocks.extend(_filled(part.blocks, show, record))
    return tuple(blocks)


def line(blocks: Blocks) -> str:
    """Blocks as one line, for titles, labels and subjects."""
    return " ".join(plain(blocks).split())


def plain(blocks: Blocks) -> str:
    """Blocks as plain text: paragraphs parted by blank lines, lists with their numbers, links in full."""
    return "\n\n".join(map(_as_plain, blocks))


def markdown(blocks: Blocks) -> str:
    """Blocks as Markdown, with everything that came from a value escaped."""
    return "\n\n".join(_as_markdown(block) for block in blocks)


def _filled(blocks: Blocks, show: Callable[[str], str], record: Blocks) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Record):
            yield from record
        elif isinstance(block, Listing):
            yield Listing(tuple(tuple(_filled(item, show, record)) for item in block.items), block.start)
        elif all(span.kind != "fact" for span in block.spans):
            yield block
        else:
            yield Paragraph(
                tuple(
                    Span(show(span.text), bold=span.bold, code=span.code) if span.kind == "fact" else span
                    for span in block.spans
                )
            )


def _has_record(blocks: Blocks) -> bool:
    return any(
        isinstance(block, Record) or (isinstance(block, Listing) and any(map(_has_record, block.items))) for block in blocks
    )


def _names(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (span.text for span in block.spans if span.kind == "fact")
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _names(item)


def _as_plain(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(map(_plain_span, block.spans))
    if isinstance(block, Listing):
        return _listed(block, ["\n".join(map(_as_plain, item)) for item in block.items])
    return ""


def _listed(listing: Listing, bodies: list[str]) -> str:
    """The items of a list, each behind its number or dash."""
    lines = []
    for number, body in enumerate(bodies, listing.start):
        bullet = f"{number}. " if listing.start else "- "
        lines.append(bullet + body.replace("\n", "\n" + " " * len(bullet)))
    return "\n".join(lines)


def _plain_span(span: Span) -> str:
    if span.kind == "break":
        return "\n"
    if span.kind == "link" and span.url not in (span.text, f"mailto:{span.text}"):
        return f"{span.text} ({span.url})"
    return span.text


_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~]|&(?=#?\w+;))")
_BLOCK = re.compile(
    r"^([ \t]*)(?:([-+])(?=[ \t]|$)|(-)(?=[ \t]*-)|(=)(?==*[ \t]*$)|(\d{1,9})([.)])(?=[ \t]|$))", re.MULTILINE
)
"""What would begin a list, a line or a heading at the start of a line."""


def _as_markdown(block: Block) -> str:
    if isinstance(block, Listing):
        return _listed(block, ["\n\n".join(map(_as_markdown, item)) for item in block.items])
    if not isinstance(block, Paragraph):
        return ""
    words = "".join(map(_markdown_span, block.spans)).strip()
    return _BLOCK.sub(lambda m: f"{m[1]}{m[5] or ''}\\{m[2] or m[3] or m[4] or m[6]}", words)


def _markdown_span(span: Span) -> str:
    if span.kind == "break":
        return "  \n"
    if span.code and span.text.strip():
        code = " ".join(span.text.splitlines())
        fence = "`" * (max(map(len, re.findall("`+", code)), default=0) + 1)
        blank = " " if "`" in (code[0], code[-1]) else ""
        return f"{fence}{blank}{code}{blank}{fence}"
    words = _SPECIAL.sub(r"\\\1", re.sub(r"\s*\n\s*", "\n", span.text)).replace("\n", "  \n")
    if span.kind == "link":
        url = span.url if re.fullmatch(r"[^\s()<>]+", span.url) else f"<{span.url}>"
        return f"<{span.url}>" if span.url == span.text else f"[{words}]({url})"
    if span.bold and words.strip():
        inner = words.strip()
        return words.replace(inner, f"**{inner}**", 1)
    return words


def parse(source: str) -> Blocks:
    """Markdown with placeholders as blocks. Anything it does not know stays text; nothing is an error."""
    from assistant.flow.markdown import read  # what is compiled already never needs it

    return read(source)
