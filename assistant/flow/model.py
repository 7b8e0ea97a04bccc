"""What a flow is once it has been read: immutable data, nothing else.

These structs are the contract between the language (`flow.read`, which makes them), the engine (which walks them) and
the tools. They know nothing of YAML, files, screens or sessions. Every one of them can be written to msgpack and back,
which is how compiled packs are cached.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from assistant.flow.expression import Rule
from assistant.flow.text import Text


class At(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place in a source file: its path inside the pack, and line and column counted from 1."""

    path: str = ""
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


FactType = Literal["yes-no", "choice", "text", "number", "money", "date", "email", "files"]
Audience = Literal["", "agent", "customer"]
OutcomeKind = Literal["solved", "action", "case", "handoff", "exit"]
Verb = Literal["ask", "try", "tell", "run", ""]

TRY_ANSWERS = ("worked", "failed", "skipped")
"""What every `try` can result in."""

NEXT = "next"
"""The target that stands for the step below."""

UNKNOWN = "\0unknown"
"""Stands for a target that was reported to be wrong; no pack that loads has one."""


class Choice(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One value that a fact may take, as it is offered."""

    value: str
    label: str
    help: Text | None = None
    note: Text | None = None
    when: Rule | None = None
    audience: Audience = ""
    was: tuple[str, ...] = ()


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """An author's own reason to turn an answer down: where `when` holds, `tell` is said."""

    when: Rule
    tell: Text


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Something that a conversation can know: asked once, or computed where `value` stands.

    `type` is the type of one answer; with `many`, any number of `choices`. `unsure` says that "not sure" is offered,
    and `unsure_tell` what is told then, before the question is asked once more. For a computed fact `type` is the type
    of its rule.
    """

    name: str
    type: FactType
    at: At = At()
    ask: Text | None = None
    label: str = ""
    help: Text | None = None
    why: Text | None = None
    note: Text | None = None
    example: str = ""
    choices: tuple[Choice, ...] = ()
    many: bool = False
    none: str = ""
    unsure: bool = False
    unsure_tell: Text | None = None
    refuse: tuple[Refusal, ...] = ()
    min: Rule | None = None
    max: Rule | None = None
    pattern: str = ""
    sensitive: bool = False
    value: Rule | None = None
    hints: dict[str, tuple[str, ...]] = {}
    audience: Audience = ""
    source: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    table: str = ""
    per_item: bool = False
    """Some step asks it once per item of an `each`."""


class Row(msgspec.Struct, frozen=True, gc=False):
    """One `{when: RULE, then: TARGET}` of a `then` written as rows."""

    when: Rule
    target: str


class Then(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What leaves the line after a step. `answers` and `rows` are tried in the file's order, then `otherwise`."""

    answers: tuple[tuple[str, str], ...] = ()
    rows: tuple[Row, ...] = ()
    otherwise: str = NEXT
    silent: bool = False
    """There are rows and no `else`: where none holds, it goes on to the step below without a word about it."""


class Limit(msgspec.Struct, frozen=True, gc=False):
    """`at_most`: how often a step may be entered, and where the next entry goes instead."""

    times: int
    otherwise: str


class Message(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A message that the person can send: `to` is addresses or words, or nothing."""

    subject: Text
    body: Text
    to: Text | None = None


class Step(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One step of a flow. `verb` is empty for a junction. `wait` is in seconds."""

    id: str
    verb: Verb
    at: At = At()
    facts: tuple[str, ...] = ()
    text: Text | None = None
    run: str = ""
    when: Rule | None = None
    then: Then = Then()
    each: str = ""
    at_most: Limit | None = None
    again: bool = False
    wait: int = 0
    audience: Audience = ""
    label: Text | None = None
    note: Text | None = None
    also: dict[str, str] = {}
    message: Message | None = None
    source: tuple[str, ...] = ()
    was: tuple[str, ...] = ()

    @property
    def is_form(self) -> bool:
        """Whether it asks several facts at once."""
        return len(self.facts) > 1

    @property
    def targets(self) -> Iterator[str]:
        """All that it can lead to by name, `next` too."""
        yield from (target for _, target in self.then.answers)
        yield from (row.target for row in self.then.rows)
        yield self.then.otherwise
        if self.at_most is not None:
            yield self.at_most.otherwise


class Link(msgspec.Struct, frozen=True, gc=False):
    """A link below an ending."""

    title: str
    url: str


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What comes of a conversation. `portal`, `subject`, `fields` and `to`, `hours` serve cases and hand-offs."""

    id: str
    kind: OutcomeKind
    at: At = At()
    title: Text | None = None
    tell: Text | None = None
    note: Text | None = None
    links: tuple[Link, ...] = ()
    message: Message | None = None
    needs: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    come_back: Rule | None = None
    portal: str = ""
    subject: Text | None = None
    fields: dict[str, Text] = {}
    to: Text | None = None
    hours: Text | None = None
    source: tuple[str, ...] = ()
    was: tuple[str, ...] = ()


class Flow(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A conversation: steps in the order they are met, and the outcomes of its own.

    `offered` is false where it can end in an `exit`, since it then only serves the flows that run it.
    """

    id: str
    title: str
    steps: dict[str, Step]
    at: At = At()
    summary: str = ""
    source: tuple[str, ...] = ()
    reviewed: str = ""
    phrases: tuple[str, ...] = ()
    outcomes: dict[str, Outcome] = {}
    was: tuple[str, ...] = ()
    offered: bool = True


class PortalField(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A field that a portal's form is known to have; `choices` are the values it is known to take."""

    name: str
    choices: tuple[str, ...] = ()


class Portal(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Where cases are filed. `other_fields_unknown` says that its form asks more than is documented."""

    id: str
    title: str
    at: At = At()
    language: str = ""
    url: str = ""
    audience: str = ""
    way: Text | None = None
    fields: dict[str, PortalField] = {}
    other_fields_unknown: bool = False
    attach: str = ""


class Term(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """A word of the glossary."""

    name: str
    title: str
    tell: Text
    also: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, gc=False):
    """A CSV file: named columns and rows of cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Pack(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Flows that belong together, and all they share.

    `digest` names the sources it was compiled from. A pack that was opened for one flow holds just the flows, facts,
    outcomes and tables which that flow can reach.
    """

    id: str
    title: str
    flows: dict[str, Flow]
    digest: str = ""
    language: str = "en"
    owner: str = ""
    start: str = ""
    otherwise: str = ""
    currency: str = "USD"
    facts: dict[str, Fact] = {}
    outcomes: dict[str, Outcome] = {}
    portals: dict[str, Portal] = {}
    glossary: dict[str, Term] = {}
    tables: dict[str, Table] = {}
    titles: dict[str, str] = {}
    """The titles of all flows of the whole pack, to name those that are offered afterwards."""

    def outcome(self, flow: str, name: str) -> Outcome | None:
        """The outcome called `name` in `flow`, else among the shared ones."""
        return self.flows[flow].outcomes.get(name) or self.outcomes.get(name)
