"""Helpers for tests of what is kept: a pack on disk that can be edited, a clock that can be set, people at desks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.desk.conversation import Conversation
from assistant.desk.keeping import Keeper
from assistant.desk.memory import Memory
from assistant.desk.packs import Found, open_pack
from assistant.desk.resuming import Reopened, by_code, reopen
from assistant.store.protocol import Stored

PACK = "title: Orders\nlanguage: en\n"
FACTS = """\
place: {ask: "Where is the order?", choices: {shop: In the shop, way: On its way, home: At home}}
order_number: {ask: "Which order?", type: text, label: Order}
mail: {ask: "Your address?", type: email}
pin: {ask: "Your PIN?", type: text, sensitive: true}
bought: {ask: "When was it bought?", type: date}
shots: {ask: "Any pictures?", type: files}
late: {ask: "Is it late?"}
until: {value: bought + 14}
"""
PORTALS = """\
hub:
  title: The hub
  url: https://hub.example.com/
  fields: {Kind: }
  attach: shots
"""
FLOW = """\
title: The order never came
steps:
  place: {ask: place}
  late: {ask: late, then: {no: wait-for-it}}
  look: {try: Look in the yard., then: {worked: found}}
  bought: {ask: bought, then: write-case}
outcomes:
  found: {kind: solved, title: It was in the yard}
  wait-for-it: {kind: action, title: "Wait until {{ until }}", needs: [bought], come_back: until}
  write-case:
    kind: case
    title: Write to the hub
    needs: [order_number, mail, pin]
    wants: [shots]
    tell: "You have {{ days_left }} days."
    case: {portal: hub, subject: "Order {{ order_number }} never came", fields: {Kind: Lost}}
facts:
  days_left: {value: days_until(until)}
"""
TO_CASE = ("way", "yes", "failed", "2026-11-20", "A-1234", "me@example.com", "4711")
"""The answers up to the pictures."""


class Clock:
    """A clock that goes on by a second whenever it is read, and can be set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def on_by(self, days: int) -> None:
        """Let days pass."""
        self.now += timedelta(days=days)


def write_pack(folder: Path, flow: str = FLOW, facts: str = FACTS) -> Path:
    """A pack with the flow `lost-order`, as it is or as it was edited."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("pack", PACK), ("facts", facts), ("portals", PORTALS), ("lost-order", flow)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


class Desk:
    """Somebody with the program: a store, the pack, a clock."""

    def __init__(self, folder: Path, memory: Memory | None = None, clock: Clock | None = None) -> None:
        self.folder = folder
        self.pack = folder / "orders" if (folder / "orders").exists() else write_pack(folder / "orders")
        self.memory = memory or Memory(str(folder / "data" / "sessions.db"))
        self.clock = clock or Clock()

    def begin(self, *answers: object, audience: str = "customer") -> Conversation:
        """Hold a conversation."""
        keeper = Keeper(self.memory, self.pack)
        opened = open_pack(Found(self.pack, "lost-order"))
        conversation = Conversation.start(
            opened, "lost-order", audience=audience, clock=self.clock, source=self.pack, keeper=keeper
        )
        return say(conversation, *answers)

    def to_case(self, *files: Path) -> Conversation:
        """A conversation that has led to a case."""
        return say(self.begin(*TO_CASE), ",".join(map(str, files)))

    def stored(self, code: str) -> Stored:
        """What is kept of a conversation."""
        return by_code(self.memory, code, self.clock())

    def reopened(self, code: str, audience: str = "") -> Reopened:
        """Take a conversation up again."""
        return reopen(self.memory, self.stored(code), audience=audience, clock=self.clock)

    def another(self) -> Desk:
        """Another process on the same store."""
        return Desk(self.folder, Memory(self.memory.where), self.clock)


def say(conversation: Conversation, *answers: object) -> Conversation:
    """Answer, one after the other."""
    for value in answers:
        conversation.answer(value)
    return conversation
