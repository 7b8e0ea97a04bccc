"""Draw the screens as SVG: `python docs/pictures.py [FOLDER]`. The README's picture is made by this."""

from __future__ import annotations

import asyncio
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from assistant.desk.conversation import Conversation
from assistant.desk.packs import Found, Offer, find, open_pack, shelf
from assistant.tui.app import AssistantApp

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TO_THE_LINE = ("2", "2", "1")
TO_THE_TRY = (*TO_THE_LINE, "1", "1", *"2026", "minus", *"11", "minus", *"20", "enter")
TO_THE_CASE = (
    *TO_THE_TRY, "2", "2", "2", "2", "1", *"81234567", "enter", *"old", "at", *"example", "full_stop", *"com", "enter",
    *"new", "at", *"example", "full_stop", *"com", "enter", "enter", "enter", "enter",
)  # fmt: skip
SCREENS: dict[str, tuple[str, ...] | None] = {
    "home": None, "guide": TO_THE_LINE, "try": TO_THE_TRY, "change": (*TO_THE_TRY, "t", "4", "2"),
    "help": (*TO_THE_LINE, "question_mark"), "ending": TO_THE_CASE,
}  # fmt: skip
SIZES = ((40, 12), (80, 24), (120, 40))


def begin(offer: Offer, audience: str) -> Conversation:
    """Open a flow at a fixed hour, so that pictures stay the same."""
    return held(offer.found, audience)


def held(found: Found, audience: str) -> Conversation:
    """A conversation with a clock that stands still."""
    return Conversation.start(open_pack(found), found.flow, audience=audience, clock=lambda: NOW, source=found.pack)


async def picture(name: str, size: tuple[int, int], light: bool, folder: Path) -> Path:
    """Draw one screen."""
    keys = SCREENS[name]
    conversation = held(find("change-provisioning-contact"), "agent") if keys is not None else None
    app = AssistantApp(shelf().offers(), begin, conversation=conversation, light=light)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press(*(keys or ()))
        await pilot.pause(0.1)
        svg = app.export_screenshot(title="assistant")
    file = folder / f"{name}-{size[0]}x{size[1]}-{'light' if light else 'dark'}.svg"
    file.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S))  # nothing is fetched to look at a picture
    return file


async def main(folder: Path) -> None:
    """Draw every screen at every size, dark and light."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCREENS:
        for size in SIZES:
            for light in (False, True):
                print(await picture(name, size, light, folder))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/pictures")))
