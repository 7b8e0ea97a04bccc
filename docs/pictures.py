"""Draw the screens as SVG: `python docs/pictures.py [FOLDER]`. The README's picture is made by this.

Sessions and cases in them are made up for the picture, and are kept in memory only.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unittest.mock import patch

from textual.pilot import Pilot

from assistant.desk.conversation import Conversation
from assistant.desk.keeping import Keeper
from assistant.desk.memory import Memory
from assistant.desk.packs import Found, Offer, find, open_pack, shelf
from assistant.engine.prompt import Form
from assistant.store import codes
from assistant.store.memory import MemoryStore
from assistant.tui.app import AssistantApp
from assistant.tui.theme import PALETTES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHANGE, RESEND = "change-provisioning-contact", "resend-provisioning-email"
TO_THE_LINE = ("2", "2", "1")
TO_THE_TRY = (*TO_THE_LINE, "1", "1", *"2026", "minus", *"11", "minus", *"20", "enter")
TO_THE_CASE = (
    *TO_THE_TRY, "2", "2", "2", "2", "1", *"81234567", "enter", *"old", "at", *"example", "full_stop", *"com", "enter",
    *"new", "at", *"example", "full_stop", *"com", "enter", "enter", "enter", "enter",
)  # fmt: skip
A_NOTE = (*"Waits", "space", *"for", "space", *"a", "space", *"call", "enter")
SIZES = ((40, 12), (80, 24), (120, 40))


class Scene(NamedTuple):
    """How one comes to a screen: what is pressed, on which flow or Home, with what kept already."""

    keys: tuple[str, ...] = ()
    flow: str = ""
    kept: Callable[[Memory], None] | None = None


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
        if any(name not in answers for name in names):
            break
        given = {name: answers[name] for name in names}
        conversation.answer(given if isinstance(prompt, Form) else given[names[0]])
    return conversation


STARTED = {"change_reason": "left", "onboarded": "no", "can_edit_order": "yes"}
TRIED = {
    **STARTED, "line_status": "closed", "edit-from-subscriptions": "failed", "clear-cache": "failed",
    "other-browser": "failed", "private-window": "failed", "role": "partner", "current_email": "old@example.com",
    "new_email": "new@example.com", "error_text": "Save does nothing", "screenshots": "", "subscription_id": "Sub123456",
}  # fmt: skip


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
        said(conversation, **TRIED, order_number=f"8123456{number}")
        if number == 2:
            conversation.file("CSH-1042", "They answer within two days")


SCENES: dict[str, Scene] = {
    "home": Scene(),
    "guide": Scene(TO_THE_LINE, CHANGE),
    "try": Scene(TO_THE_TRY, CHANGE),
    "change": Scene((*TO_THE_TRY, "t", "4", "2"), CHANGE),
    "palette": Scene((*TO_THE_LINE, "f12"), CHANGE),
    "palette-typed": Scene((*TO_THE_LINE, "f12", *"view"), CHANGE),
    "trail": Scene(("2", "1", "enter", "2", "2", "tab", "home"), RESEND),
    "trail-list": Scene((*TO_THE_TRY, "t"), CHANGE),
    "letter": Scene(("2", "1"), RESEND),
    "solved": Scene((*TO_THE_TRY, "1"), CHANGE),
    "solved-not": Scene((*TO_THE_TRY, "1", "n"), CHANGE),
    "help": Scene((*TO_THE_LINE, "question_mark"), CHANGE),
    "ending": Scene(TO_THE_CASE, CHANGE),
    "home-sessions": Scene(kept=some_sessions),
    "home-agent": Scene(("f6",), kept=some_sessions),
    "home-wrong-code": Scene((*"QF7K", "minus", *"2222", "enter"), kept=some_sessions),
    "sessions": Scene(("f7",), kept=some_sessions),
    "back-again": Scene(("f9",), kept=some_sessions),
    "moved": Scene(("f9",), kept=an_edited_flow),
    "note": Scene((*TO_THE_LINE, "f7", *A_NOTE), CHANGE),
    "note-typed": Scene((*TO_THE_LINE, "f7", *A_NOTE[:-1]), CHANGE),
    "file-number": Scene((*TO_THE_CASE, "f", *"1042"), CHANGE),
    "filed": Scene((*TO_THE_CASE, "f", *"1042", "enter", "enter"), CHANGE),
    "filed-again": Scene((*TO_THE_CASE, "f", "enter", "enter", "f", "enter", "enter"), CHANGE),
    "cases": Scene(("f6", "f5"), kept=some_cases),
    "cases-all": Scene(("f6", "f5", "s", "s", "s"), kept=some_cases),
    "case": Scene(("f6", "f5", "1"), kept=some_cases),
    "case-filed": Scene(("f6", "f5", "s", "1"), kept=some_cases),
}


async def picture(name: str, size: tuple[int, int], theme: str, folder: Path) -> Path:
    """Draw one screen."""
    svg = await drawn(name, size, theme, lambda app: app.export_screenshot(title="assistant"))
    file = folder / f"{name}-{size[0]}x{size[1]}-{theme}.svg"
    file.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S))  # nothing is fetched to look at a picture
    return file


def _text(app: AssistantApp) -> str:
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines) + "\n"


async def frame(name: str, size: tuple[int, int]) -> str:
    """One screen as text."""
    return await drawn(name, size, "dark", _text)


async def drawn(name: str, size: tuple[int, int], theme: str, take: Callable[[AssistantApp], str]) -> str:
    """Go to a screen, and take it off."""
    async with shown(SCENES[name], size, theme) as (app, _):
        return take(app)


@asynccontextmanager
async def shown(
    scene: Scene, size: tuple[int, int] = (80, 24), theme: str = "dark", **options: Any
) -> AsyncIterator[tuple[AssistantApp, Pilot[int]]]:
    """The program, once somebody has come to a screen; with options of the app besides."""
    with TemporaryDirectory() as place, patch.object(codes, "_DICE", Random(7)):
        memory = Memory(place, MemoryStore())
        if scene.kept is not None:
            scene.kept(memory)
        conversation = held(find(scene.flow), "agent", memory) if scene.flow else None
        app = AssistantApp(
            shelf().offers(), begin, conversation=conversation, memory=memory, theme=theme, clock=lambda: NOW, **options
        )  # fmt: skip
        async with app.run_test(size=size) as pilot:
            await pilot.pause(0.1)
            for key in scene.keys:
                await pilot.press(key)
            await pilot.pause(0.1)
            yield app, pilot


async def main(folder: Path, *names: str) -> None:
    """Draw screens, all if none is named, at every size and in every theme."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or SCENES:
        for size in SIZES:
            for theme in PALETTES:
                print(await picture(name, size, theme, folder))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/pictures"), *sys.argv[2:]))
