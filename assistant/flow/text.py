"""Texts: Markdown read once into a small tree of blocks and spans, and filled with values afterwards.

A value is put in as a plain span and never parsed again, so nobody's input becomes a link or markup. Which facts exist,
and how a value is written in a language, is not known here: callers pass a function for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

import msgspec

from assistant.flow.expression import Known, Rule

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z][\w.-]*)\s*\}\}")
RECORD = "record"
_NEEDS_MARKDOWN = re.compile(r"[*_`\[<>\\{]|\n|^\s*(?:[-+]|\d+[.)])\s")


class Span(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run of text. For a `link`, `url` is where it leads; for a `fact`, `text` is its name until it is filled."""

    text: str
    kind: Literal["text", "fact", "link", "break"] = "text"
    bold: bool = False
    code: bool = False
    url: str = ""


class Paragraph(msgspec.Struct, frozen=True, tag=True):
    """Spans that run on as one paragraph."""

    spans: tuple[Span, ...]


class Listing(msgspec.Struct, frozen=True, tag=True):
    """A numbered list that begins at `start`, or a plain one (`start` 0)."""

    items: tuple[tuple[Block, ...], ...]
    start: int = 0


class Record(msgspec.Struct, frozen=True, tag=True):
    """Where the description that writes itself goes."""


Block = Paragraph | Listing | Record
Blocks = tuple[Block, ...]


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """Blocks that stand always, or only where `when` holds."""

    blocks: Blocks
    when: Rule | None = None


class Text(msgspec.Struct, frozen=True):
    """What an author wrote, ready to be filled."""

    parts: tuple[Part, ...]

    def facts(self) -> Iterator[str]:
        """The names of the facts it shows."""
        for part in self.parts:
            yield from _names(part.blocks)

    @property
    def has_record(self) -> bool:
        """Whether `{{ record }}` stands in it."""
        return any(isinstance(block, Record) for part in self.parts for block in part.blocks)


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
            for block in part.blocks:
                blocks.extend(record) if isinstance(block, Record) else blocks.append(_filled(block, show))
    return tuple(blocks)


def line(blocks: Blocks) -> str:
    """Blocks as one line, for titles, labels and subjects."""
    return " ".join(plain(blocks).split())


def plain(blocks: Blocks) -> str:
    """Blocks as plain text: paragraphs parted by blank lines, lists with their numbers, links in full."""
    return "\n\n".join(_written(block, _plain_span) for block in blocks)


def markdown(blocks: Blocks) -> str:
    """Blocks as Markdown, with everything that came from a value escaped."""
    return "\n\n".join(_written(block, _markdown_span) for block in blocks)


def _filled(block: Block, show: Callable[[str], str]) -> Block:
    if isinstance(block, Paragraph):
        if all(span.kind != "fact" for span in block.spans):
            return block
        return Paragraph(
            tuple(
                Span(show(span.text), bold=span.bold, code=span.code) if span.kind == "fact" else span
                for span in block.spans
            )
        )
    if isinstance(block, Listing):
        return Listing(tuple(tuple(_filled(inner, show) for inner in item) for item in block.items), block.start)
    return block


def _names(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (span.text for span in block.spans if span.kind == "fact")
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _names(item)


def _written(block: Block, span_text: Callable[[Span], str]) -> str:
    if isinstance(block, Paragraph):
        return "".join(span_text(span) for span in block.spans)
    if isinstance(block, Listing):
        lines = []
        for offset, item in enumerate(block.items):
            bullet = f"{block.start + offset}. " if block.start else "- "
            body = "\n".join(_written(inner, span_text) for inner in item)
            lines.append(bullet + body.replace("\n", "\n" + " " * len(bullet)))
        return "\n".join(lines)
    return ""


def _plain_span(span: Span) -> str:
    if span.kind == "break":
        return "\n"
    if span.kind == "link" and span.url not in (span.text, f"mailto:{span.text}"):
        return f"{span.text} ({span.url})"
    return span.text


_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def _markdown_span(span: Span) -> str:
    if span.kind == "break":
        return "  \n"
    if span.kind == "link":
        return f"<{span.url}>" if span.url == span.text else f"[{span.text}]({span.url})"
    if span.code:
        return f"`{span.text.replace('`', chr(39))}`"
    words = _MARKDOWN_SPECIAL.sub(r"\\\1", span.text)
    return f"**{words}**" if span.bold and words.strip() else words


def parse(source: str) -> Blocks:
    """Markdown with placeholders as blocks. Anything it does not know stays text; nothing is an error."""
    if not _NEEDS_MARKDOWN.search(source):
        return (Paragraph((Span(source.strip()),)),) if source.strip() else ()
    return _blocks(iter(_parser().parse(source)), "")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only loading reads Markdown: compiled packs never need it

    parser = MarkdownIt("zero").enable(["list", "emphasis", "backticks", "autolink", "link", "newline", "escape"])
    parser.inline.ruler.before("emphasis", "placeholder", _placeholder)
    return parser


def _placeholder(state: StateInline, silent: bool) -> bool:
    """An inline rule for markdown-it: `{{ name }}`."""
    match = PLACEHOLDER.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("placeholder", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _blocks(tokens: Iterator[Token], end: str) -> Blocks:
    blocks: list[Block] = []
    for token in tokens:
        if token.type == end:
            break
        if token.type in ("ordered_list_open", "bullet_list_open"):
            start = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else 0
            blocks.append(Listing(_items(tokens, token.type.replace("open", "close")), start))
        elif token.type == "inline":
            spans = _spans(token.children or [])
            is_record = len(spans) == 1 and spans[0].kind == "fact" and spans[0].text == RECORD
            blocks.append(Record() if is_record else Paragraph(spans))
    return tuple(blocks)


def _items(tokens: Iterator[Token], end: str) -> tuple[Blocks, ...]:
    items: list[Blocks] = []
    for token in tokens:
        if token.type == end:
            break
        if token.type == "list_item_open":
            items.append(_blocks(tokens, "list_item_close"))
    return tuple(items)


def _spans(tokens: list[Token]) -> tuple[Span, ...]:
    spans: list[Span] = []
    bold = 0
    url = ""
    for token in tokens:
        if token.type in ("strong_open", "em_open"):
            bold += 1
        elif token.type in ("strong_close", "em_close"):
            bold -= 1
        elif token.type == "link_open":
            url = str(token.attrs["href"])
        elif token.type == "link_close":
            url = ""
        elif token.type == "placeholder":
            spans.append(Span(token.content, "fact", bold=bold > 0))
        elif token.type == "code_inline":
            spans.extend(_code(token.content))
        elif token.type == "softbreak":
            spans.append(Span(" "))
        elif token.type == "hardbreak":
            spans.append(Span("", "break"))
        elif token.content:
            spans.append(Span(token.content, "link" if url else "text", bold=bold > 0, url=url))
    return tuple(_joined(spans))


def _code(content: str) -> Iterator[Span]:
    """Code, in which placeholders are shown too."""
    where = 0
    for match in PLACEHOLDER.finditer(content):
        if match.start() > where:
            yield Span(content[where : match.start()], code=True)
        yield Span(match[1], "fact", code=True)
        where = match.end()
    if where < len(content):
        yield Span(content[where:], code=True)


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Neighbours that look alike as one span."""
    pending: Span | None = None
    for span in spans:
        alike = (
            pending is not None
            and pending.kind == span.kind == "text"
            and (pending.bold, pending.code) == (span.bold, span.code)
        )
        if alike and pending is not None:
            pending = msgspec.structs.replace(pending, text=pending.text + span.text)
            continue
        if pending is not None:
            yield pending
        pending = span
    if pending is not None:
        yield pending
