"""Reading facts: first what rules must know of them (`declare`), then everything (`read_fact`).

Two passes, because a fact's rules may speak of any other fact, in any file of the pack.
"""

from __future__ import annotations

import csv
import io
import keyword
import re
from collections import Counter
from collections.abc import Mapping as MappingType
from datetime import date
from decimal import Decimal

from assistant.flow.expression import Day, Number, Rule
from assistant.flow.fields import Fields, SourceFile, read_text, whole
from assistant.flow.functions import FUNCTIONS
from assistant.flow.model import At, Choice, Fact, FactType, Refusal, Table
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence
from assistant.flow.pattern import dangerous
from assistant.flow.problem import near
from assistant.flow.rules import compile_rule
from assistant.flow.scope import Scope
from assistant.flow.text import Text, plain_text
from assistant.flow.types import NUMBER, Declared, Type, column_values

TYPES = ("yes-no", "text", "number", "money", "date", "email", "files")
AUDIENCES = ("agent", "customer")
RESERVED = ("else", "next", "unsure", "none", "back", "again", "change", "refused", "no_longer")
KEYS = (
    "ask", "help", "why", "label", "example", "note", "type", "choices", "many", "none", "unsure", "refuse", "min",
    "max", "pattern", "sensitive", "value", "hints", "audience", "source", "was",
)  # fmt: skip
_CHOICE_KEYS = ("label", "help", "when", "audience", "note", "was")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_name(file: SourceFile, key: Scalar, what: str, *, snake: bool = False) -> None:
    """Report a name that can't be used, or that is spelled in another style than the language's."""
    name = key.value
    if name in RESERVED:
        file.report("F106", key, name=name, what=what)
    elif snake and not name.isidentifier() and name.replace("-", "_").isidentifier():
        file.report("F113", key, name=name, better=name.replace("-", "_"))
    elif snake and (not name.isidentifier() or _is_taken(name)):
        file.report("F114", key, name=name)
    elif not snake and not re.fullmatch(r"\w[\w-]*", name):
        file.report("F115", key, name=name, what=what)
    elif snake and name != name.lower():
        file.report("F104", key, name=name, what=what, style="snake_case", better=name.lower())
    elif not snake and (name != name.lower() or "_" in name):
        better = name.lower().replace("_", "-")
        file.report("F104", key, name=name, what=what, style="kebab-case", better=better)


def _is_taken(name: str) -> bool:
    return keyword.iskeyword(name) or name in FUNCTIONS or name in ("true", "false", "today", "item", "record")


def declare(file: SourceFile, key: Scalar, node: Node, tables: MappingType[str, Table]) -> Declared | None:
    """What rules must know of a fact. Problems of its values are reported by `read_fact`."""
    if not isinstance(node, Mapping):
        return None
    if "value" in node.values:
        return Declared(key.value, None)
    written = node.values.get("type")
    choices = node.values.get("choices")
    many = isinstance(value := node.values.get("many"), Scalar) and value.value == "true"
    if isinstance(choices, Mapping):
        return Declared(key.value, "choice", many, frozenset(choices.keys))
    if isinstance(choices, Scalar):
        table = tables.get(choices.value)
        values = column_values(table, "value") if table is not None and "value" in table.columns else None
        return Declared(key.value, "choice", many, values, choices.value)
    if isinstance(written, Scalar) and written.value in TYPES:
        return Declared(key.value, written.value)  # type: ignore[arg-type]
    return Declared(key.value, "text" if isinstance(written, Scalar) and written.value else "yes-no")


def read_table(file: SourceFile) -> Table | None:
    """A CSV file as a table: its first row names the columns."""
    start = Scalar("", (1, 1))
    reader = csv.reader(io.StringIO(file.text, newline=""))
    rows: list[tuple[int, list[str]]] = []
    above = 0
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((above + 1, cells))
            above = reader.line_num
    except csv.Error as error:
        file.report("F004", Scalar("", (above + 1, 1)), reason=str(error))
        return None
    if not rows:
        file.report("F014", start)
        return None
    columns, body = rows[0][1], rows[1:]
    for line, row in body:
        if len(row) != len(columns):
            file.report("F116", Scalar("", (line, 1)), found=str(len(row)), wanted=str(len(columns)))
    twice = sorted(column for column, times in Counter(columns).items() if times > 1)
    if twice:
        file.report("F005", start, key=twice[0], line="1")
    width = len(columns)
    return Table(tuple(columns), tuple(tuple((row + [""] * width)[:width]) for _, row in body))


class FactReader:
    """Reads the facts of one file. `scope` tells where the rules of a fact stand."""

    def __init__(self, file: SourceFile, tables: MappingType[str, Table]) -> None:
        self.file = file
        self.tables = tables

    def read(self, key: Scalar, node: Node, declared: Declared, scope: Scope, computed: Rule | None, kind: FactType) -> Fact:
        """A whole fact.

        Args:
            key: its name.
            node: what is written below it.
            declared: what `declare` told.
            scope: where its rules stand.
            computed: its rule, already compiled, where it is computed.
            kind: its type.
        """
        check_name(self.file, key, "a fact", snake=True)
        assert isinstance(node, Mapping)
        fields = Fields(self.file, node, "a fact", KEYS)
        if declared.type is None:
            for name in ("ask", "choices", "many", "none", "unsure", "refuse", "min", "max", "pattern"):
                if fields.has(name):
                    self.file.report("F117", fields.node.keys[name], key=name)
            fields.one_of("type", ("date", "money", "number"))
        else:
            fields.require("ask")
            if fields.has("type") and not fields.has("choices"):
                fields.one_of("type", (*TYPES, "choice"))
            if fields.word("type") == "choice" and not fields.has("choices"):
                fields.require("choices")
        unsure = fields.get("unsure")
        unsure_tell = None
        if isinstance(unsure, Mapping):
            told = Fields(self.file, unsure, "`unsure`", ("tell",))
            told.require("tell")
            unsure_tell = told.text("tell", scope)
        none = fields.word("none")
        many = declared.many or kind == "files"
        if none and not many:
            self.file.report("F118", fields.node.keys["none"], name=key.value)
        if fields.has("many") and fields.flag("many") and not fields.has("choices"):
            fields.require("choices")
        return Fact(
            name=key.value,
            type=kind,
            at=At(self.file.path, *key.at),
            ask=fields.text("ask", scope),
            label=fields.word("label"),
            help=fields.text("help", scope),
            why=fields.text("why", scope),
            note=fields.text("note", scope),
            example=fields.word("example"),
            choices=self.choices(fields, scope),
            many=declared.many,
            none="none" if none == "true" else none,
            unsure=unsure is not None and (isinstance(unsure, Mapping) or fields.flag("unsure")),
            unsure_tell=unsure_tell,
            refuse=self.refusals(fields, scope),
            min=self.limit(fields, "min", declared, scope),
            max=self.limit(fields, "max", declared, scope),
            pattern=self.pattern(fields, kind),
            sensitive=fields.flag("sensitive"),
            value=computed,
            hints=self.hints(fields, declared),
            audience=fields.one_of("audience", AUDIENCES),  # type: ignore[arg-type]
            source=fields.words("source"),
            was=fields.words("was"),
            table=declared.table,
            per_item=declared.per_item,
        )

    def choices(self, fields: Fields, scope: Scope) -> tuple[Choice, ...]:
        node = fields.get("choices")
        if node is None:
            return ()
        if isinstance(node, Scalar):
            return self.table_choices(node)
        if not isinstance(node, Mapping):
            fields.kind(node, "`choices` takes `value: Label` or the name of a table")
            return ()
        if not node.keys:
            self.file.report("F119", node)
        return tuple(self.choice(key, value, scope) for key, value in whole(self.file, node))

    def choice(self, key: Scalar, node: Node, scope: Scope) -> Choice:
        if key.value in RESERVED:
            self.file.report("F106", key, name=key.value, what="a choice")
        if isinstance(node, Scalar):
            return Choice(key.value, node.value or key.value)
        if not isinstance(node, Mapping):
            self.file.report("F103", node, wanted="a choice takes a label", found="a list")
            return Choice(key.value, key.value)
        fields = Fields(self.file, node, "a choice", _CHOICE_KEYS)
        return Choice(
            key.value,
            fields.word("label", key.value),
            help=fields.text("help", scope),
            note=fields.text("note", scope),
            when=fields.rule("when", scope),
            audience=fields.one_of("audience", AUDIENCES),  # type: ignore[arg-type]
            was=fields.words("was"),
        )

    def table_choices(self, node: Scalar) -> tuple[Choice, ...]:
        table = self.tables.get(node.value)
        if table is None:
            self.file.report("F319", node, name=node.value, near=near(node.value, self.tables))
            return ()
        if "value" not in table.columns:
            self.file.report("F321", node, name="value", table=node.value, near=near("value", table.columns))
            return ()
        found: dict[str, Choice] = {}
        for row in table.rows:
            cells = dict(zip(table.columns, row, strict=True))
            value = cells["value"]
            if value in found:
                self.file.report("F120", node, value=value, table=node.value)
            if value in RESERVED:
                self.file.report("F106", node, name=value, what="a choice")
            help_text = plain_text(cells["help"]) if cells.get("help") else None
            found[value] = Choice(value, cells.get("label") or value, help=help_text)
        return tuple(found.values())

    def refusals(self, fields: Fields, scope: Scope) -> tuple[Refusal, ...]:
        node = fields.get("refuse")
        if node is None:
            return ()
        refusals = []
        for item in node.items if isinstance(node, Sequence) else [node]:
            if not isinstance(item, Mapping):
                fields.kind(item, "`refuse` takes {when: …, tell: …} or a list of them")
                continue
            inner = Fields(self.file, item, "a refusal", ("when", "tell"))
            inner.require("when", "tell")
            rule, tell = inner.rule("when", scope), inner.get("tell")
            if rule is not None and tell is not None:
                refusals.append(Refusal(rule, read_text(self.file, tell, scope)))
        return tuple(refusals)

    def limit(self, fields: Fields, key: str, declared: Declared, scope: Scope) -> Rule | None:
        """`min` or `max`: a number, an ISO date, a rule, or for several choices a count."""
        node = fields.scalar(key)
        if node is None or declared.type is None:
            return None
        counts = declared.many or declared.type == "files"
        want = NUMBER if counts else Type(declared.type)
        if not counts and declared.type not in ("number", "money", "date"):
            self.file.report("F121", fields.node.keys[key], key=key)
            return None
        written = node.value.strip()
        if _NUMBER.fullmatch(written) and want.kind != "date":
            return Rule(node.value, Number(Decimal(written)), *node.at)
        if _DATE.fullmatch(written) and want.kind == "date":
            try:
                return Rule(node.value, Day(date.fromisoformat(written)), *node.at)
            except ValueError:
                self.file.report("F109", node, value=written)
                return None
        compiled = compile_rule(node, scope, self.file.problems, want)
        return compiled[0] if compiled else None

    def pattern(self, fields: Fields, kind: str) -> str:
        node = fields.scalar("pattern")
        if node is None:
            return ""
        if kind not in ("text", "email"):
            self.file.report("F121", fields.node.keys["pattern"], key="pattern")
        reason = dangerous(node.value)
        if reason:
            self.file.report("F122", node, pattern=node.value[:60], reason=reason)
            return ""
        return node.value

    def hints(self, fields: Fields, declared: Declared) -> dict[str, tuple[str, ...]]:
        node = fields.get("hints")
        if node is None:
            return {}
        if isinstance(node, Mapping):
            inner = Fields(self.file, node, "`hints`", declared.values or ("yes", "no"))
            return {key: inner.words(key) for key in node.keys}
        return {"": fields.words("hints")}


def title_text(name: str) -> Text:
    """A name as words, for what has no title of its own."""
    return plain_text(name.replace("-", " ").replace("_", " ").capitalize())
