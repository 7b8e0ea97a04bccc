"""Taking the keys of a mapping apart: each value checked for its kind, every problem reported, reading always goes on.

Knows how values are written (text, list, number, yes or no, rule, Markdown text), and nothing of what they mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from datetime import date
from functools import cached_property
from itertools import accumulate

from assistant.flow.expression import Rule
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence
from assistant.flow.problem import Problems, near
from assistant.flow.rules import compile_rule
from assistant.flow.scope import Scope
from assistant.flow.text import PLACEHOLDER, RECORD, Block, Listing, Paragraph, Part, Text, parse
from assistant.flow.types import YES_NO, Type

_PLACEHOLDER_LIKE = re.compile(r"\{\{(.*?)(\}\}|$)", re.M)
_TEXTS = "texts."
_TEXT_ALONE = re.compile(r"^([ \t]*)\{\{\s*(texts\.[\w-]+)\s*\}\}[ \t]*$", re.M)
_TEXT_INSIDE = re.compile(r"()\{\{\s*(texts\.[\w-]+)\s*\}\}")
_MAX_INSERTED = 200_000
"""How many characters `{{ texts.… }}` may bring into one text."""
_LINK_SCHEMES = ("http://", "https://", "mailto:")
_NO_LINK = re.compile(r"(?:\]\(|<)((?:javascript|vbscript|file|data):[^)>\s]+)", re.I)
"""What Markdown leaves as it is written, since such links are never followed."""


class SourceFile:
    """One file that is being read: its path in the pack, its text, and where its problems go."""

    def __init__(self, path: str, text: str, problems: Problems, texts: MappingType[str, str] | None = None) -> None:
        self.path = path
        self.text = text
        self.problems = problems
        self.texts = texts if texts is not None else {}

    def report(self, code: str, node: Node, /, **arguments: str) -> None:
        """Report a problem at a node."""
        self.problems.report(code, self.path, node.at, None, **arguments)

    def find(self, fragment: str, start: tuple[int, int]) -> tuple[int, int] | None:
        """Where `fragment` stands from `start` on, or nothing where it is not written in one piece."""
        offset = self.text.find(fragment, self._line_starts[start[0] - 1] + start[1] - 1)
        if offset < 0:
            return None
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *accumulate(len(line) for line in self.text.splitlines(keepends=True))]


_USUAL_WORDS = {
    "if": "when", "condition": "when", "multiple": "many", "multi": "many", "regex": "pattern", "format": "pattern",
    "goto": "then", "next": "then", "say": "tell", "text": "tell", "show": "tell", "question": "ask", "options": "choices",
    "default": "else", "needed": "needs", "optional": "wants", "name": "title", "description": "summary",
    "outcome": "outcomes", "step": "steps", "fact": "facts", "limit": "at_most", "repeat": "again", "hint": "help",
}  # fmt: skip
"""What other tools call it."""


def _meant(key: str, allowed: frozenset[str]) -> str:
    """A clause that names the key that was probably meant."""
    usual = _USUAL_WORDS.get(key.casefold(), "")
    return near(usual, (usual,)) if usual in allowed else near(key, allowed)


def whole(file: SourceFile, node: Mapping) -> list[tuple[Scalar, Node]]:
    """The keys with their values, for keys that authors choose. Inside `{ }`, a key without a value is what a comma tore
    off the text before it: that is reported, and left out."""
    torn = [key for key, value in node.items() if node.flow and isinstance(value, Scalar) and value.empty]
    for key in torn:
        file.report("F012", key, text=key.value)
    return [(key, value) for key, value in node.items() if key not in torn]


class Fields:
    """The keys of one mapping. `what` is what the mapping is, for messages; `allowed` the keys that it may have."""

    def __init__(self, file: SourceFile, node: Mapping, what: str, allowed: Iterable[str]) -> None:
        self.file = file
        self.node = node
        self.what = what
        allowed = frozenset(allowed)
        for key, value in node.items():
            if key.value in allowed:
                continue
            if node.flow and isinstance(value, Scalar) and value.empty:
                file.report("F012", key, text=key.value)
            else:
                file.report("F101", key, key=key.value, what=what, near=_meant(key.value, allowed))

    def get(self, key: str) -> Node | None:
        """The node of a key, or nothing; a key without a value is as good as none."""
        node = self.node.values.get(key)
        return None if isinstance(node, Scalar) and node.empty else node

    def has(self, key: str) -> bool:
        """Whether the key stands there with a value."""
        return self.get(key) is not None

    def require(self, *keys: str) -> bool:
        """Report every one of `keys` that is missing; true where none is."""
        missing = [key for key in keys if self.get(key) is None]
        for key in missing:
            self.file.report("F102", self.node, key=key, what=self.what)
        return not missing

    def kind(self, node: Node, wanted: str) -> None:
        """Report that a value is of the wrong kind."""
        found = {Scalar: "a text", Sequence: "a list", Mapping: "keys with values"}[type(node)]
        self.file.report("F103", node, wanted=wanted, found=found)

    def word(self, key: str, default: str = "") -> str:
        """A text that is taken as written."""
        node = self.get(key)
        if node is None:
            return default
        if not isinstance(node, Scalar):
            self.kind(node, f"`{key}` takes a text")
            return default
        return node.value.strip()

    def scalar(self, key: str) -> Scalar | None:
        """The node of a text."""
        node = self.get(key)
        if node is None or isinstance(node, Scalar):
            return node
        self.kind(node, f"`{key}` takes a text")
        return None

    def words(self, key: str) -> tuple[str, ...]:
        """One text or a list of them."""
        return tuple(scalar.value for scalar in self.scalars(key))

    def scalars(self, key: str) -> list[Scalar]:
        """The nodes of one text or of a list of them."""
        node = self.get(key)
        if node is None:
            return []
        found = []
        for item in node.items if isinstance(node, Sequence) else [node]:
            if isinstance(item, Scalar):
                found.append(item)
            else:
                self.kind(item, f"`{key}` takes a text or a list of texts")
        return found

    def flag(self, key: str) -> bool:
        """`true` or `false`."""
        node = self.get(key)
        if node is None:
            return False
        if isinstance(node, Scalar) and node.value in ("true", "false"):
            return node.value == "true"
        self.file.report("F107", node, key=key)
        return False

    def one_of(self, key: str, allowed: Iterable[str], default: str = "") -> str:
        """One of a few words."""
        node = self.scalar(key)
        if node is None:
            return default
        allowed = tuple(allowed)
        if node.value not in allowed:
            self.file.report("F105", node, value=node.value, key=key, near=near(node.value, allowed))
            return default
        return node.value

    def mapping(self, key: str) -> Mapping | None:
        """Keys with values."""
        node = self.get(key)
        if node is None or isinstance(node, Mapping):
            return node
        self.kind(node, f"`{key}` takes keys with values")
        return None

    def day(self, key: str) -> str:
        """An ISO date, as written."""
        node = self.scalar(key)
        if node is None:
            return ""
        try:
            return date.fromisoformat(node.value).isoformat()
        except ValueError:
            self.file.report("F109", node, value=node.value)
            return ""

    def rule(self, key: str, scope: Scope, want: Type | None = YES_NO) -> Rule | None:
        """A rule that gives yes or no (or what is wanted)."""
        node = self.scalar(key)
        if node is None:
            return None
        compiled = compile_rule(node, scope, self.file.problems, want)
        return compiled[0] if compiled else None

    def text(self, key: str, scope: Scope, *, record: bool = False) -> Text | None:
        """A text: Markdown with placeholders, or a list of parts."""
        node = self.get(key)
        return read_text(self.file, node, scope, record=record) if node is not None else None


def read_text(file: SourceFile, node: Node, scope: Scope, *, record: bool = False) -> Text:
    """A text or a list of parts, with its placeholders checked.

    Args:
        file: where it stands.
        node: the text, or the list of its parts.
        scope: which names it may show.
        record: whether `{{ record }}` may stand in it.
    """
    parts: list[Part] = []
    for item in node.items if isinstance(node, Sequence) else [node]:
        if isinstance(item, Scalar):
            parts.append(Part(_blocks(file, item, scope, record)))
        elif isinstance(item, Mapping):
            fields = Fields(file, item, "a part of a text", ("when", "tell"))
            fields.require("when", "tell")
            rule, tell = fields.rule("when", scope), fields.scalar("tell")
            if tell is not None:
                parts.append(Part(_blocks(file, tell, scope, record), rule))
        else:
            file.report("F103", item, wanted="a part of a text is a text or {when: …, tell: …}", found="a list")
    return Text(tuple(parts))


def _blocks(file: SourceFile, node: Scalar, scope: Scope, record: bool) -> tuple[Block, ...]:
    source = node.value
    if "{{" in source:
        source = _with_texts(file, node, source)
        _check_placeholders(file, node, source, scope, record)
    blocks = parse(source)
    if "<" in source or "](" in source:
        _check_links(file, node, blocks)
    return blocks


class _Pieces:
    """Finds the places of pieces of a text, one after the other as they stand in it."""

    def __init__(self, file: SourceFile, node: Scalar) -> None:
        self.file = file
        self.node = node
        self.start = node.at

    def next(self, piece: str) -> tuple[int, int]:
        """Where the next such piece stands; where it can't be told, where the text begins."""
        found = self.file.find(piece, self.start)
        if found is None:
            return self.node.at
        self.start = found[0], found[1] + 1
        return found


def _with_texts(file: SourceFile, node: Scalar, source: str) -> str:
    """`{{ texts.name }}` replaced; alone on its line, the line's indentation goes before every line of it."""
    room = _MAX_INSERTED

    def inserted(match: re.Match[str]) -> str:
        nonlocal room
        name = match[2].removeprefix(_TEXTS)
        place = pieces.next(match[0].strip())
        if name not in file.texts:
            file.problems.report("F502", file.path, place, name=name, near=near(name, file.texts))
            return ""
        indentation = match[1]
        lines = file.texts[name].rstrip().split("\n")
        text = indentation + ("\n" + indentation if not indentation.strip() else "\n").join(lines)
        room -= len(text)
        if room < 0:
            file.report("F508", node)
            return ""
        return text

    for pattern in (_TEXT_ALONE, _TEXT_INSIDE):
        pieces = _Pieces(file, node)
        source = pattern.sub(inserted, source)
    return source


def _check_placeholders(file: SourceFile, node: Scalar, source: str, scope: Scope, record: bool) -> None:
    facts = scope.vocabulary.facts
    pieces = _Pieces(file, node)
    for match in _PLACEHOLDER_LIKE.finditer(source):
        exact = PLACEHOLDER.fullmatch(match[0])
        place = pieces.next(match[0])
        if exact is None:
            file.problems.report("F501", file.path, place, text=match[0][:60])
            continue
        name = exact[1]
        if name == RECORD:
            line = source.rfind("\n", 0, match.start()) + 1
            alone = not source[line : match.start()].strip()
            alone = alone and not source[match.end() :].partition("\n")[0].strip()
            if not record or not alone:
                file.problems.report("F503", file.path, place)
        elif name == "item":
            if scope.item is None:
                file.problems.report("F504", file.path, place)
        elif name not in facts:
            file.problems.report("F505", file.path, place, name=name, near=near(name, facts))


def _check_links(file: SourceFile, node: Scalar, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            for span in block.spans:
                if span.kind == "link" and not span.url.startswith(_LINK_SCHEMES):
                    file.report("F506", node, url=span.url)
                if span.kind == "text" and not span.code and (match := _NO_LINK.search(span.text)):
                    file.report("F506", node, url=match[1])
        elif isinstance(block, Listing):
            for item in block.items:
                _check_links(file, node, item)
