"""Reading Markdown: from what an author wrote to the blocks and spans of `flow.text`.

markdown-it reads everything; what nearly every text consists of (paragraphs, flat lists, bold, code, placeholders) is read
here by itself, ten times faster and with the same result. Only loading reads Markdown: compiled packs never need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from assistant.flow.text import PLACEHOLDER, RECORD, Block, Blocks, Listing, Paragraph, Record, Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_NUMBERED = re.compile(r"([1-9]\d{0,8})\. (?=\S)", re.ASCII)
_MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:\s|$)")
_PLAIN = re.compile(r"[^*_`\[<\\{\r\n\t\0]+")
_INLINE = re.compile(
    rf"{PLACEHOLDER.pattern}"
    r"|(?<!\*)\*\*([^\W_](?:[^*_`\[<\\{]*[^\W_])?)\*\*(?!\*)"
    r"|(?<!`)`([^\s`{](?:[^`{\n]*[^\s`{])?)`(?!`)"
    r"|([^*_`\[<\\{]+|\{(?!\{))"
)


def read(source: str) -> Blocks:
    """Markdown with placeholders as blocks. Anything it does not know stays text; nothing is an error."""
    words = source.strip()
    if _PLAIN.fullmatch(words) and not _MARKER.match(words):  # a line as most are
        return (Paragraph((Span(words),)),)
    try:
        return _Simple().read(source)
    except _NotSimple:
        return read_any(source)


class _NotSimple(Exception):
    """Something that only markdown-it can read."""


class _Simple:
    """Reads a text that is simple enough, line by line."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.lines: list[str] = []  # of the paragraph or list item that is open
        self.items: list[Blocks] = []  # of the list that is open
        self.start = -1  # where that list starts; 0 is a plain list, -1 is none
        self.gap = False  # a blank line stands between the open list and here

    def read(self, source: str) -> Blocks:
        """The blocks of the text.

        Raises:
            _NotSimple: it is not simple.
        """
        if "\t" in source or "\r" in source or "\0" in source:
            raise _NotSimple
        for line in source.split("\n"):
            if line.strip(" "):
                self.line(line)
            else:
                self.end_paragraph()
                self.gap = self.start >= 0
        self.end_paragraph()
        self.end_list()
        return tuple(self.blocks)

    def line(self, line: str) -> None:
        number, rest = _item(line)
        if line[-1] == " " or _MARKER.match(rest):
            raise _NotSimple
        if number >= 0:
            begins = self.start < 0
            if self.gap or (number > 1 if begins and self.lines else not begins and (number > 0) != (self.start > 0)):
                raise _NotSimple
            self.end_paragraph()
            if begins:
                self.start = number
        elif self.gap:
            if line[0] == " ":
                raise _NotSimple
            self.end_list()
        self.lines.append(rest)

    def end_paragraph(self) -> None:
        if self.lines:
            blocks = _simple_paragraph("\n".join(self.lines).strip())
            self.lines.clear()
            if self.start >= 0:
                self.items.append(blocks)
            else:
                self.blocks.extend(blocks)

    def end_list(self) -> None:
        if self.start >= 0:
            self.blocks.append(Listing(tuple(self.items), self.start))
        self.items, self.start, self.gap = [], -1, False


def _item(line: str) -> tuple[int, str]:
    """The number of a list's item (0 for a plain list, -1 for no item at all), and what stands there."""
    if line[:2] == "- " and line[2:3].strip():
        return 0, line[2:]
    numbered = _NUMBERED.match(line)
    return (int(numbered[1]), line[numbered.end() :]) if numbered else (-1, line.lstrip(" "))


def _simple_paragraph(text: str) -> Blocks:
    spans: list[Span] = []
    where = 0
    while where < len(text):
        match = _INLINE.match(text, where)
        if match is None:
            raise _NotSimple
        fact, bold, code, words = match.groups()
        if words:
            spans.append(Span(words.replace("\n", " ")))
        elif fact:
            spans.append(Span(fact, "fact"))
        else:
            spans.append(Span(bold.replace("\n", " "), bold=True) if bold else Span(code, code=True))
        where = match.end()
    return _paragraphs(_joined(spans) if len(spans) > 1 else tuple(spans))


def read_any(source: str) -> Blocks:
    """What `read` does, for every text."""
    return _blocks(iter(_parser().parse(source)), "")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # of all texts only a few need it

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
            start = int(token.attrs.get("start", 1)) or 1 if token.type == "ordered_list_open" else 0
            blocks.append(Listing(_items(tokens, token.type.replace("open", "close")), start))
        elif token.type == "inline":
            blocks.extend(_paragraphs(_joined(_spans(token.children or []))))
    return tuple(blocks)


def _items(tokens: Iterator[Token], end: str) -> tuple[Blocks, ...]:
    items: list[Blocks] = []
    for token in tokens:
        if token.type == end:
            break
        if token.type == "list_item_open":
            items.append(_blocks(tokens, "list_item_close"))
    return tuple(items)


def _paragraphs(spans: Iterable[Span]) -> tuple[Block, ...]:
    """A paragraph; `{{ record }}` on a line of it parts it in two."""
    spans = spans if isinstance(spans, tuple) else tuple(spans)
    where = next((at for at, span in enumerate(spans) if span.kind == "fact" and span.text == RECORD), None)
    if where is None:
        return (Paragraph(spans),) if spans else ()
    before, after = list(spans[:where]), list(spans[where + 1 :])
    if before and before[-1].kind == "text":
        before[-1] = msgspec.structs.replace(before[-1], text=before[-1].text.rstrip())
    if after and after[0].kind == "text":
        after[0] = msgspec.structs.replace(after[0], text=after[0].text.lstrip())
    first = tuple(span for span in before if span.text)
    return (*((Paragraph(first),) if first else ()), Record(), *_paragraphs(span for span in after if span.text))


def _spans(tokens: list[Token]) -> Iterator[Span]:
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
            yield Span(token.content, "fact", bold=bold > 0)
        elif token.type == "code_inline":
            yield from _code(token.content)
        elif token.type == "hardbreak":
            yield Span("", "break")
        elif words := " " if token.type == "softbreak" else token.content:
            yield Span(words, "link" if url else "text", bold=bold > 0, url=url)


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


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours that look alike, or lead to the same place, as one span."""
    pending: Span | None = None
    for span in spans:
        if pending is not None and pending.kind == span.kind and span.kind in ("text", "link"):
            alike = (pending.bold, pending.code, pending.url) == (span.bold, span.code, span.url)
            if alike or (span.url and span.url == pending.url):
                pending = msgspec.structs.replace(pending, text=pending.text + span.text)
                continue
        if pending is not None:
            yield pending
        pending = span
    if pending is not None:
        yield pending
