"""What stands behind the pictures: conversations, sessions and cases that are made up, and small flows for the kinds of
questions that no shipped flow asks. All of it is held at a fixed hour and kept in memory only; nothing is drawn here.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from textwrap import indent

from assistant.desk import resuming
from assistant.desk.conversation import Conversation
from assistant.desk.keeping import Keeper
from assistant.desk.memory import Memory
from assistant.desk.packs import Found, Offer, find, open_pack
from assistant.desk.watching import Watched
from assistant.engine.prompt import Form
from assistant.flow.load import compile_sources
from assistant.flow.model import Pack
from assistant.store.memory import MemoryStore
from assistant.store.protocol import Save, StoreError
from assistant.tui.preview import PreviewApp

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AGENT, COLLEAGUE = "desk 1", "desk 2"
"""Names of agents, as ASSISTANT_NAME gives them."""
CHANGE, RESEND = "change-provisioning-contact", "resend-provisioning-email"

STARTED = {"change_reason": "left", "onboarded": "no", "can_edit_order": "yes"}
AWAITING = {**STARTED, "line_status": "awaiting", "offer": "a-flex", "email_received_on": "2026-11-20"}
FAILED = {"edit-on-order": "failed", "edit-from-subscriptions": "failed", "clear-cache": "failed", "other-browser": "failed",
          "private-window": "failed"}  # fmt: skip
NUMBERED = {**AWAITING, **FAILED, "role": "partner"}
TRIED = {
    **STARTED, "line_status": "closed", **FAILED, "role": "partner", "order_number": "81234567",
    "current_email": "old@example.com", "new_email": "new@example.com", "subscription_id": "Sub123456",
    "error_text": "Save does nothing", "screenshots": "",
}  # fmt: skip
MAILED = {**TRIED, "role": "customer"}

FACTS = """\
since:
  ask: When did it begin?
  help: The day is enough. The bill of that month shows it too.
  type: date
  max: today
  unsure: true
bill: {ask: How much is on the bill?, help: The whole amount of one month., type: money, min: 1, max: 5000}
lights: {ask: How many lights are on at the box?, help: Blinking ones count too., type: number, min: 0, max: 8, unsure: true}
wired: {ask: Is the computer connected by a cable?, help: A cable leads from the box to it., unsure: true}
mail: {ask: Where shall we write to?, type: email, example: name@example.com}
message: {ask: What does the message say?, help: In your own words if it is gone., type: text, unsure: true}
pictures: {ask: Do you have pictures of it?, type: files, none: true}
signs:
  ask: Which of these do you see?
  many: true
  none: None of these
  unsure: true
  choices:
    red: {label: A red light, help: On the front of the box}
    slow: Pages that load slowly
    calls: Calls that break off
    dark: Nothing at all
room:
  ask: Which room is it in?
  choices: {hall: The hall, kitchen: The kitchen, living: The living room, bed: A bedroom, bath: The bathroom,
    study: The study, attic: The attic, cellar: The cellar, garage: The garage, garden: The garden, shed: The shed,
    office: An office}
next_one: {ask: Is there anything else?}
"""
OUTCOMES = """\
helped: {kind: solved, title: The connection works again, tell: Nothing more is to be done.}
call:
  kind: handoff
  title: The technicians take over
  tell: They have all that you said. Keep the box switched on until they call.
  to: The technicians, 555 0100
  hours: Monday to Friday, 8 to 18 o'clock
written:
  kind: case
  title: Write to the provider
  wants: [message]
  case: {portal: provider, subject: The connection is slow}
"""
PORTALS = "provider: {title: The provider's form, url: 'https://provider.example.com/form', fields: {}}\n"
BROKEN = "  plug: {try: Pull the plug., then: {worked: helpt}}\n"
"""A step as an author mistypes it: there is no such ending."""
_LAST = "  last: {ask: next_one, then: {yes: call, no: written}}\n"


class FullStore(MemoryStore):
    """A store that has room for one save."""

    def __init__(self) -> None:
        super().__init__()
        self._saves = 0

    def save(self, change: Save) -> str:
        """Keep it, the first time."""
        self._saves += 1
        if self._saves > 1:
            raise StoreError("store.full", is_passing=True)
        return super().save(change)


def begin(offer: Offer, audience: str) -> Conversation:
    """Open a flow at a fixed hour, so that pictures stay the same."""
    return held(offer.found, audience, None)


def held(found: Found, audience: str, memory: Memory | None, ago: timedelta = timedelta()) -> Conversation:
    """A conversation with a clock that stands still."""
    return Conversation.start(
        open_pack(found), found.flow, audience=audience, clock=lambda: NOW - ago, source=found.pack,
        keeper=Keeper(memory, found.pack) if memory is not None else None,
    )  # fmt: skip


def said(conversation: Conversation, **answers: str) -> Conversation:
    """A conversation with answers by fact, and by the last name of a place for what was tried, as far as they reach."""
    while not conversation.session.ended:
        prompt = conversation.prompt
        fields = prompt.fields if isinstance(prompt, Form) else (prompt,)
        names = [getattr(one, "fact", "") or one.place.rpartition("/")[2] for one in fields]
        if "seen" not in answers and any(name not in answers for name in names):
            break
        given = {name: answers.get(name, "seen") for name in names}
        conversation.answer(given if isinstance(prompt, Form) else given[names[0]])
    return conversation


def sources(steps: str) -> dict[str, str]:
    """The files of a pack of one flow; its steps are given, a last question follows them."""
    return {
        "pack.yaml": "title: Internet at home\n", "facts.yaml": FACTS, "outcomes.yaml": OUTCOMES, "portals.yaml": PORTALS,
        "slow.yaml": f"title: The connection is slow\nsteps:\n{steps}{_LAST}",
    }  # fmt: skip


@cache
def small(steps: str) -> Pack:
    """A pack of one flow with these steps."""
    found = compile_sources({name: text.encode() for name, text in sources(indent(steps, "  ") + "\n").items()}, "internet")
    assert found.pack is not None, found.problems
    return found.pack


def previewed(folder: Path, added: str, theme: str) -> PreviewApp:
    """The preview of an author's flow, to which something was just added."""
    for name, text in sources("  signs: {ask: signs}\n").items():
        (folder / name).write_text(text)
    before = Watched(folder).load().pack
    assert before is not None
    flow = folder / "slow.yaml"
    flow.write_text(flow.read_text() + added)
    watched = Watched(folder)
    conversation = Conversation.start(before, "slow", clock=lambda: NOW)
    return PreviewApp(conversation, watched, watched.load().problems, theme=theme)


def asked(steps: str, memory: Memory | None = None, audience: str = "customer") -> Conversation:
    """A conversation on a small flow."""
    keeper = Keeper(memory, None) if memory is not None else None
    return Conversation.start(small(steps), "slow", audience=audience, clock=lambda: NOW, keeper=keeper)


def some_sessions(memory: Memory) -> None:
    """Four sessions that are open."""
    said(held(find(RESEND), "customer", memory, timedelta(days=9)), spam="failed")
    said(held(find("something-else"), "customer", memory, timedelta(days=1, hours=3)), happened="The page stays white")
    said(held(find(RESEND), "customer", memory, timedelta(hours=5)), spam="failed", email_arrived="yes")
    said(held(find(CHANGE), "customer", memory, timedelta(minutes=20)), **STARTED)


def an_edited_flow(memory: Memory) -> None:
    """A session whose flow was edited since: an answer that it has is none any more."""
    folder = Path(memory.where) / "webex"
    shutil.copytree(find(CHANGE).pack, folder)
    said(held(Found(folder, CHANGE), "customer", memory, timedelta(days=2)), **STARTED)
    facts = folder / "facts.yaml"
    facts.write_text("".join(line for line in facts.read_text().splitlines(True) if not line.startswith("    left: ")))


def some_cases(memory: Memory) -> None:
    """Cases in every state."""
    for number in (2, 1, 0):
        conversation = held(find(CHANGE), "agent", memory, timedelta(hours=number))
        said(conversation, **{**TRIED, "order_number": f"8123456{number}"})
        if number == 2:
            conversation.file("CSH-1042", "They answer within two days")


def overtaken(memory: Memory | None) -> Conversation:
    """A conversation that somebody else has gone on with, and this window knows nothing of it."""
    assert memory is not None
    ours = said(held(find(CHANGE), "agent", memory), **STARTED)
    stored = resuming.by_key(memory, resuming.open_sessions(memory)[0].id)
    theirs = resuming.reopen(memory, stored, audience="agent", clock=lambda: NOW + timedelta(minutes=1)).go_on()
    theirs.by = COLLEAGUE
    said(theirs, line_status="awaiting")
    return ours
