"""YAML as positioned data: every key and value knows its line and column, and every scalar is taken as written.

Built on PyYAML's events (libyaml where it is there, the pure parser elsewhere), since its loaders lose positions,
allow duplicate keys and turn `no` into false. Knows nothing of flows, except for the few mistakes that authors make
first and that plain YAML reports in a way nobody understands.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import yaml

from assistant.flow.nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence
from assistant.flow.problem import Problems
from assistant.flow.slips import translate

MAX_BYTES = 2_000_000


def _parser() -> Any:
    """libyaml's parser, or the pure one where PyYAML was built without libyaml."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return yaml.Loader
    return CParser


_PARSER = _parser()


def read_file(file: Path, path: str, problems: Problems) -> bytes | None:
    """The bytes of a source file, or nothing where it can't be used (which is then reported under `path`)."""
    try:
        status = file.stat()
        if status.st_size > MAX_BYTES:
            problems.report("F003", path, (1, 1), size=f"{status.st_size / 1e6:.1f}")
            return None
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):  # a pipe would be waited for without end
            problems.report("F001", path, (1, 1), reason="it is no file")
            return None
        return file.read_bytes()
    except OSError as error:
        problems.report("F001", path, (1, 1), reason=error.strerror or type(error).__name__)
        return None


def decode(data: bytes, path: str, problems: Problems) -> str | None:
    """Bytes as text, or nothing where they are none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.report("F002", path, (line, 1))
        return None
    if "\0" in text:
        problems.report("F002", path, (text[: text.index("\0")].count("\n") + 1, 1))
        return None
    return text


def parse(text: str, path: str, problems: Problems) -> Node | None:
    """The first document of `text`, or nothing where it is no YAML or is empty (which is then reported)."""
    builder = _Builder(text, path, problems)
    try:
        root = builder.build()
    except yaml.YAMLError as error:
        translate(error, text, path, problems)
        return None
    except RecursionError:
        problems.report("F008", path, (1, 1), depth=str(MAX_DEPTH))
        return None
    if root is None and not builder.failed:
        problems.report("F014", path, (1, 1))
    return None if builder.failed else root


class _Refused(Exception):
    """Something in the document that is refused and after which reading on makes no sense."""


class _Builder:
    def __init__(self, text: str, path: str, problems: Problems) -> None:
        self.text = text
        self.lines: list[str] | None = text.splitlines() if " #" in text else None
        self.path = path
        self.problems = problems
        self.failed = False

    def fail(self, code: str, at: tuple[int, int], **arguments: str) -> None:
        self.problems.report(code, self.path, at, **arguments)
        self.failed = True

    def build(self) -> Node | None:  # noqa: C901 - one branch for each kind of event
        parser = _PARSER(self.text)
        root: Node | None = None
        stack: list[tuple[Node, Scalar | None]] = []  # open collections, each mapping with its key that waits
        documents = 0
        try:
            while True:
                event = parser.get_event()
                if event is None or isinstance(event, yaml.StreamEndEvent):
                    return root
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self.fail("F015", _at(event))
                        return root
                elif isinstance(event, yaml.ScalarEvent):
                    self.check(event)
                    node = self.scalar(event)
                    if stack:
                        stack[-1] = self.put(stack[-1], node)
                    else:
                        root = node
                elif isinstance(event, yaml.AliasEvent):
                    self.fail("F006", _at(event))
                    raise _Refused
                elif isinstance(event, yaml.CollectionStartEvent):
                    self.check(event)
                    if len(stack) >= MAX_DEPTH:
                        self.fail("F008", _at(event), depth=str(MAX_DEPTH))
                        raise _Refused
                    collection: Node
                    if isinstance(event, yaml.MappingStartEvent):
                        collection = Mapping(_at(event), bool(event.flow_style))
                    else:
                        collection = Sequence(_at(event))
                    if stack:
                        stack[-1] = self.put(stack[-1], collection)
                    else:
                        root = collection
                    stack.append((collection, None))
                elif isinstance(event, yaml.CollectionEndEvent):
                    stack.pop()
        except _Refused:
            return None
        finally:
            if hasattr(parser, "dispose"):
                parser.dispose()

    def check(self, event: Any) -> None:
        if event.anchor is not None:
            self.fail("F006", _at(event))
        if event.tag is not None:
            self.fail("F007", _at(event), tag=str(event.tag))

    def scalar(self, event: Any) -> Scalar:
        plain = not event.style
        if plain and self.lines is not None and event.value:
            self.check_comment(event)
        return Scalar(event.value, _at(event), plain, event.style in ("|", ">"))

    def check_comment(self, event: Any) -> None:
        """`Order #123`: what stands after a blank and `#` is a comment for YAML, though the author meant it."""
        assert self.lines is not None
        line = self.lines[event.end_mark.line] if event.end_mark.line < len(self.lines) else ""
        rest = line[event.end_mark.column :]
        if re.match(r"\s+#[\w{]", rest):
            self.problems.report(
                "F011", self.path, (event.end_mark.line + 1, event.end_mark.column + rest.index("#") + 1),
                text=event.value + rest.rstrip(), read=event.value,
            )  # fmt: skip

    def put(self, top: tuple[Node, Scalar | None], node: Node) -> tuple[Node, Scalar | None]:
        holder, key = top
        if isinstance(holder, Sequence):
            holder.items.append(node)
            return top
        assert isinstance(holder, Mapping)
        if key is None:
            if not isinstance(node, Scalar):
                line = self.text.splitlines()[node.at[0] - 1 : node.at[0]]
                self.fail("F009" if line and "{{" in line[0] else "F016", holder.at)
                raise _Refused
            return holder, node
        if key.value in holder.keys:
            first = holder.keys[key.value].at
            self.fail("F005", key.at, key=key.value, line=str(first[0]))
            return holder, None
        holder.keys[key.value] = key
        holder.values[key.value] = node
        return holder, None


def _at(event: Any) -> tuple[int, int]:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
