"""The screens: how soon the first one shows, new or taken up again, and how soon a key press changes it."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from textual import events

from tests.benchmarks.measure import PYTHON, Figure, beside, until_shown

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("BareScreen")
Bare().run()
"""


def figures(folder: Path) -> Iterator[Figure]:
    """First paint of a conversation beside a bare Textual app, and a key press to the changed screen."""
    bare = folder / "bare.py"
    bare.write_text(BARE)
    for name, arguments, words in (
        ("a conversation", ["run", "change-provisioning-contact"], "Why must"),
        ("a session taken up again", ["resume", _kept()], "Can you edit"),
    ):
        whole = [PYTHON, "-m", "assistant", *arguments]
        until_shown(whole, words)  # fills the cache of compiled packs
        paint, floor = beside(
            lambda whole=whole, words=words: until_shown(whole, words),
            lambda: until_shown([PYTHON, str(bare)], "BareScreen"), 15,
        )  # fmt: skip
        yield Figure(f"first paint of {name} / bare Textual app", paint / floor, 1.2, paint, floor)
    median = asyncio.run(_keys())
    yield Figure("key press to changed screen, median, in 16 ms", median / 16, 1.0, median, 16.0)


def _kept() -> str:
    """The code of a session with two answers, kept where the program will look for it."""
    from assistant.desk.conversation import Conversation
    from assistant.desk.keeping import Keeper
    from assistant.desk.memory import Memory
    from assistant.desk.packs import find, open_pack

    found = find("change-provisioning-contact")
    memory = Memory()
    conversation = Conversation.start(open_pack(found), found.flow, source=found.pack, keeper=Keeper(memory, found.pack))
    conversation.answer("left")
    conversation.answer("no")
    conversation.close()
    memory.close()
    return conversation.code


async def _keys() -> float:
    """Answer the first questions of the main job over and over, in a headless terminal of 100 × 30."""
    from assistant.desk.conversation import Conversation
    from assistant.desk.packs import find, open_pack
    from assistant.tui.app import AssistantApp
    from assistant.tui.guide import Guide

    found = find("change-provisioning-contact")
    conversation = Conversation.start(open_pack(found), found.flow)
    app = AssistantApp([], lambda offer, audience: conversation, conversation=conversation)
    taken: list[float] = []
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, Guide)
        for key in ("2", "2", "1", "b", "b", "b") * 8:
            place = conversation.prompt.place
            start = time.perf_counter()
            app.post_message(events.Key(key, key))
            while conversation.prompt.place == place:
                await asyncio.sleep(0)
            await pilot._wait_for_screen()  # every widget has done what the key made it do
            screen._compositor.render_update(full=True, screen_stack=app._background_screens)  # and is drawn
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)
