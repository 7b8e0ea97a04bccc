"""Reading outcomes, those of a flow and those of `outcomes.yaml`, with the messages that people send.

What stands in other files is told by a `World`. Which steps lead to an outcome is no concern here.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import get_args

import msgspec

from assistant.flow.facts import check_name
from assistant.flow.fields import Fields, SourceFile
from assistant.flow.model import At, Fact, Link, Message, Outcome, OutcomeKind, Portal
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence
from assistant.flow.problem import near
from assistant.flow.scope import Scope, Vocabulary
from assistant.flow.text import Text
from assistant.flow.types import DATE

OUTCOME_KEYS = (
    "kind", "title", "tell", "note", "links", "message", "needs", "wants", "related", "come_back", "source", "case",
    "to", "hours", "was",
)  # fmt: skip


class World(msgspec.Struct):
    """What a flow may speak of beyond itself.

    `ends` are the outcomes that reach the flow that runs another: name to kind, for each flow of the pack.
    """

    vocabulary: Vocabulary
    facts: dict[str, Fact]
    outcomes: dict[str, Outcome]
    portals: dict[str, Portal]
    flows: frozenset[str]
    titles: MappingType[str, str]
    ends: MappingType[str, MappingType[str, str]]
    run_per_item: frozenset[str]
    """Flows that some step runs once per item: what they ask is known item by item."""


class OutcomeReader:
    """Reads outcomes, those of a flow and those of `outcomes.yaml`."""

    def __init__(self, file: SourceFile, world: World, *, in_item: bool = False) -> None:
        self.file = file
        self.world = world
        self.scope = Scope(file.path, world.vocabulary, in_item=in_item)

    def read(self, key: Scalar, node: Node) -> Outcome | None:
        """One outcome, or nothing where it isn't even a mapping."""
        check_name(self.file, key, "an outcome")
        if not isinstance(node, Mapping):
            self.file.report("F103", node, wanted="an outcome takes `kind`, `title`, `tell` and so on", found="a text")
            return None
        fields = Fields(self.file, node, "an outcome", OUTCOME_KEYS)
        fields.require("kind")
        kind: OutcomeKind = fields.one_of("kind", get_args(OutcomeKind), "action")  # type: ignore[assignment]
        if kind == "exit":
            for name in node.keys:
                if name not in ("kind", "title", "was", "source"):
                    self.file.report("F416", node.keys[name], key=name)
        else:
            fields.require("title")
        record = kind in ("case", "handoff")
        portal, subject, case_fields = self.case(fields, kind)
        return Outcome(
            id=key.value,
            kind=kind,
            at=At(self.file.path, *key.at),
            title=fields.text("title", self.scope),
            tell=fields.text("tell", self.scope, record=record),
            note=fields.text("note", self.scope),
            links=self.links(fields),
            message=read_message(fields, self.scope),
            needs=self.names(fields, "needs"),
            wants=self.names(fields, "wants"),
            related=self.related(fields),
            come_back=fields.rule("come_back", self.scope, DATE),
            portal=portal,
            subject=subject,
            fields=case_fields,
            to=fields.text("to", self.scope),
            hours=fields.text("hours", self.scope),
            source=fields.words("source"),
            was=fields.words("was"),
        )

    def case(self, fields: Fields, kind: OutcomeKind) -> tuple[str, Text | None, dict[str, Text]]:
        node = fields.mapping("case")
        if node is None:
            if kind == "case":
                fields.require("case")
            return "", None, {}
        inner = Fields(self.file, node, "`case`", ("portal", "subject", "fields"))
        if kind == "case":
            inner.require("portal", "subject")
        portal_name = inner.scalar("portal")
        portal = self.world.portals.get(portal_name.value) if portal_name is not None else None
        if portal_name is not None and portal is None:
            known = self.world.portals
            self.file.report("F211", portal_name, name=portal_name.value, near=near(portal_name.value, known))
        written = inner.mapping("fields")
        filled: dict[str, Text] = {}
        if written is not None:
            each = Fields(self.file, written, "`fields`", written.keys)
            for key, value in written.items():
                text = each.text(key.value, self.scope)
                if portal is not None:
                    self.check_field(portal, key, value)
                if text is not None:
                    filled[key.value] = text
        return (portal_name.value if portal_name is not None else ""), inner.text("subject", self.scope), filled

    def check_field(self, portal: Portal, key: Scalar, value: Node) -> None:
        field = portal.fields.get(key.value)
        if field is None:
            self.file.report("F215", key, name=key.value, portal=portal.title, near=near(key.value, portal.fields))
            return
        plain = isinstance(value, Scalar) and "{{" not in value.value  # else it is not known before it is filled
        if plain and field.choices and isinstance(value, Scalar) and value.value not in field.choices:
            self.file.report("F216", value, value=value.value, name=key.value, near=near(value.value, field.choices))

    def names(self, fields: Fields, key: str) -> tuple[str, ...]:
        """The facts of `needs` or `wants`."""
        found = []
        for node in fields.scalars(key):
            fact = self.world.facts.get(node.value)
            if fact is None:
                self.file.report("F202", node, name=node.value, near=near(node.value, self.world.vocabulary.asked))
            elif fact.value is not None:
                self.file.report("F409", node, name=node.value)
            else:
                found.append(node.value)
        return tuple(found)

    def related(self, fields: Fields) -> tuple[str, ...]:
        found = []
        for node in fields.scalars("related"):
            if node.value in self.world.flows:
                found.append(node.value)
            else:
                self.file.report("F203", node, name=node.value, near=near(node.value, self.world.flows))
        return tuple(found)

    def links(self, fields: Fields) -> tuple[Link, ...]:
        node = fields.get("links")
        if node is None:
            return ()
        links = []
        for item in node.items if isinstance(node, Sequence) else [node]:
            if not isinstance(item, Mapping):
                fields.kind(item, "`links` takes a list of {title: …, url: …}")
                continue
            inner = Fields(self.file, item, "a link", ("title", "url"))
            if inner.require("title", "url"):
                links.append(Link(inner.word("title"), inner.word("url")))
                check_url(inner, "url")
        return tuple(links)


def check_url(fields: Fields, key: str) -> None:
    """Report an address that is neither http(s) nor mailto."""
    node = fields.scalar(key)
    if node is not None and not node.value.startswith(("http://", "https://", "mailto:")):
        fields.file.report("F506", node, url=node.value)


def read_message(fields: Fields, scope: Scope) -> Message | None:
    """A message that the person can send."""
    node = fields.mapping("message")
    if node is None:
        return None
    inner = Fields(fields.file, node, "a message", ("to", "subject", "body"))
    inner.require("subject", "body")
    subject, body = inner.text("subject", scope), inner.text("body", scope, record=True)
    if subject is None or body is None:
        return None
    return Message(subject, body, inner.text("to", scope))
