"""Every screen of the program by name: what stands behind it, and which keys lead there. Nothing is drawn here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from made_up import (
    AWAITING,
    BROKEN,
    CHANGE,
    MAILED,
    NUMBERED,
    RESEND,
    STARTED,
    TRIED,
    FullStore,
    an_edited_flow,
    asked,
    held,
    overtaken,
    said,
    some_cases,
    some_sessions,
)  # fmt: skip

from assistant.desk.conversation import Conversation
from assistant.desk.memory import Memory
from assistant.desk.packs import find
from assistant.store.memory import MemoryStore

Opens = Callable[[Memory | None], Conversation | None]
"""Puts something into a store, and opens the conversation that is shown; nothing for Home."""


class Scene(NamedTuple):
    """How one comes to a screen.

    Attributes:
        opens: what is kept before, and the conversation that is shown; nothing of it: Home.
        keys: what is pressed then.
        audience: for whom Home is.
        store: what keeps it.
        is_kept: whether anything is kept.
        preview: what an author has just added to a flow, which is shown in the preview; nothing where it is not.
        is_first: whether somebody is here for the first time.
        by_width: whether the keys lead elsewhere where the terminal is narrow.
    """

    opens: Opens = lambda memory: None
    keys: tuple[str, ...] = ()
    audience: str = "customer"
    store: Callable[[], MemoryStore] = MemoryStore
    is_kept: bool = True
    preview: str | None = None
    is_first: bool = False
    by_width: bool = False


def flow(name: str, audience: str = "customer", /, **answers: str) -> Opens:
    """A conversation on a shipped flow, as far as the answers reach."""
    return lambda memory: said(held(find(name), audience, memory), **answers)


def small(steps: str, audience: str = "customer", /, **answers: str) -> Opens:
    """A conversation on a small flow."""
    return lambda memory: said(asked(steps, memory, audience), **answers)


def kept(what: Callable[[Memory], object]) -> Opens:
    """Home, with something kept."""

    def opens(memory: Memory | None) -> None:
        assert memory is not None
        what(memory)

    return opens


def beside(opens: Opens, *names: str) -> Opens:
    """With files in the folder that one is in."""

    def opened(memory: Memory | None) -> Conversation | None:
        for name in names:
            Path(name).write_bytes(b"\x89PNG" + b"x" * 214_000)
        return opens(memory)

    return opened


agent = partial(flow, CHANGE, "agent")
customer = partial(flow, CHANGE, "customer")
_CASE = agent(**TRIED)
_WAIT = "box: {try: 'Pull the plug of the box, and put it back after ten seconds.', wait: 2 minutes}"
_LETTER = """\
mail:
  tell: Send these words to your provider, and go on.
  message: {to: help@provider.example.com, subject: The connection is slow, body: "Since Monday the connection is slow."}
"""

SCENES: dict[str, Scene] = {
    # Where one begins.
    "home": Scene(),
    "home-agent": Scene(kept(some_sessions), audience="agent"),
    "home-sessions": Scene(kept(some_sessions)),
    "home-typed": Scene(keys=(*"the mail never came",)),
    "home-nothing-fits": Scene(keys=(*"coffee",)),
    "home-wrong-code": Scene(kept(some_sessions), (*"QF7K-2222", "enter")),
    "home-help": Scene(keys=("f1",)),
    "first-time": Scene(customer(), is_first=True),
    # What is asked.
    "guide-customer": Scene(customer(**STARTED)),
    "guide": Scene(agent(**STARTED)),
    "yes-no": Scene(customer(change_reason="left")),
    "number": Scene(small("a: {ask: lights}")),
    "number-wrong": Scene(small("a: {ask: lights}"), (*"12", "enter")),
    "money": Scene(small("a: {ask: bill}"), (*"1250.5",)),
    "date": Scene(small("a: {ask: since}"), (*"last monday",)),
    "calendar": Scene(small("a: {ask: since}"), ("down",)),
    "date-wrong": Scene(small("a: {ask: since}"), (*"1 Dec 2026", "enter")),
    "email-wrong": Scene(small("a: {ask: mail}"), (*"new.example.com", "enter")),
    "text": Scene(customer(**NUMBERED)),
    "text-long": Scene(small("a: {ask: message}"), (*"No connection\\", "enter", *"Try again later")),
    "file": Scene(beside(small("a: {ask: pictures}"), "screen-1.png", "screen-2.png"), (*"s", "tab")),
    "several": Scene(small("a: {ask: signs}"), ("2", "3")),
    "many": Scene(small("a: {ask: room}")),
    "many-typed": Scene(small("a: {ask: room}"), (*"room",)),
    "form": Scene(small("a: {ask: [since, bill, room]}")),
    "form-second": Scene(small("a: {ask: [since, bill, room]}"), (*"yesterday", "enter")),
    "may-stay-empty": Scene(customer(**{k: v for k, v in MAILED.items() if k not in ("error_text", "screenshots")})),
    "told": Scene(agent(**{**AWAITING, "email_received_on": "2026-11-16"})),
    "letter": Scene(small(_LETTER)),
    "wait": Scene(small(_WAIT)),
    "try": Scene(agent(**AWAITING)),
    "try-customer": Scene(customer(**AWAITING)),
    # Beside what is asked.
    "trail": Scene(flow(RESEND, "agent", spam="failed", email_arrived="yes"), ("tab", "home"), by_width=True),
    "trail-list": Scene(agent(**AWAITING), ("t",)),
    "change-asked": Scene(agent(**AWAITING), ("t", "4")),
    "change": Scene(agent(**AWAITING), ("t", "4", "2")),
    "help": Scene(agent(**STARTED), ("question_mark",)),
    "why": Scene(agent(**STARTED), ("w",)),
    "map": Scene(agent(**AWAITING), ("f9",)),
    "note-typed": Scene(agent(**STARTED), ("f7", *"Waits for a call")),
    "note": Scene(agent(**STARTED), ("f7", *"Waits for a call", "enter")),
    "attach": Scene(beside(agent(**STARTED), "screen-1.png"), ("f8", *"sc", "tab")),
    "palette": Scene(agent(**STARTED), ("f12",)),
    "palette-typed": Scene(agent(**STARTED), ("f12", *"view")),
    # What comes of it.
    "solved": Scene(customer(**{**AWAITING, "edit-on-order": "worked"})),
    "solved-yes": Scene(customer(**{**AWAITING, "edit-on-order": "worked"}), ("y",)),
    "solved-not": Scene(customer(**{**AWAITING, "edit-on-order": "worked"}), ("n",)),
    "action": Scene(customer(change_reason="left", onboarded="yes")),
    "message": Scene(customer(**MAILED)),
    "ending": Scene(_CASE),
    "handoff": Scene(small("a: {ask: wired}", wired="yes", next_one="yes")),
    "copied": Scene(_CASE, ("2",)),
    "save": Scene(_CASE, ("s",)),
    "saved": Scene(_CASE, ("s", "enter")),
    "file-number": Scene(_CASE, ("f", *"1042")),
    "filed": Scene(_CASE, ("f", *"1042", "enter", "enter")),
    "filed-again": Scene(_CASE, ("f", "enter", "enter", "f", "enter", "enter")),
    "ending-help": Scene(_CASE, ("question_mark",)),
    "ending-palette": Scene(_CASE, ("f12",)),
    # What is kept, and what goes wrong with it.
    "leave": Scene(customer(**STARTED), ("q",), is_kept=False),
    "not-kept": Scene(customer(change_reason="left"), ("2",), store=FullStore),
    "back-again": Scene(kept(some_sessions), ("f9",)),
    "moved": Scene(kept(an_edited_flow), ("f9",)),
    "overtaken": Scene(overtaken, ("1",)),
    "sessions": Scene(kept(some_sessions), ("f7",)),
    "sessions-nothing-found": Scene(kept(some_sessions), ("f7", *"/coffee")),
    "sessions-none": Scene(keys=("f7",)),
    "cases": Scene(kept(some_cases), ("f5",), "agent"),
    "cases-all": Scene(kept(some_cases), ("f5", "s", "s", "s"), "agent"),
    "cases-none": Scene(keys=("f5",), audience="agent"),
    "case": Scene(kept(some_cases), ("f5", "1"), "agent"),
    "case-filed": Scene(kept(some_cases), ("f5", "s", "1"), "agent"),
    # An author's flow.
    "preview": Scene(preview=""),
    "preview-mistake": Scene(preview=BROKEN),
    "preview-problems": Scene(keys=("f8",), preview=BROKEN),
}
