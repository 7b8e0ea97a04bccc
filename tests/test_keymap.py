"""Keys of one's own: what they do, and that nobody can lock oneself in with them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from test_webex import webex
from textual.pilot import Pilot

from assistant.desk.conversation import Conversation
from assistant.tui.app import AssistantApp
from assistant.tui.bars import KeyBar
from assistant.tui.entry import Entry
from assistant.tui.help import Why
from assistant.tui.keymap import _by_id, _screens, checked
from assistant.tui.sure import Sure

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Act = Callable[[AssistantApp, Pilot[int]], Awaitable[None]]


def run(wanted: dict[str, str], act: Act) -> AssistantApp:
    """Do something in a conversation with keys of one's own."""
    held = Conversation.start(webex(), "change-provisioning-contact", clock=lambda: NOW)
    found = checked(wanted)
    assert not found.refused
    app = AssistantApp([], lambda offer, audience: held, conversation=held, keymap=found.keymap)

    async def session() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await act(app, pilot)

    asyncio.run(session())
    return app


def refused(**wanted: str) -> dict[str, str]:
    """What is refused, by the name of what the key was to do."""
    return dict(checked({name.replace("_", ".", 1): keys for name, keys in wanted.items()}).refused)


def test_a_mapped_key_does_it_and_the_old_one_no_longer() -> None:
    async def act(app: AssistantApp, pilot: Pilot[int]) -> None:
        assert app.conversation is not None
        await pilot.press("2", "2")
        assert len(app.conversation.session.trail) == 2
        await pilot.press("b")
        assert len(app.conversation.session.trail) == 2
        await pilot.press("escape", "x")
        assert len(app.conversation.session.trail) == 1
        await pilot.press("escape", "ч")  # the same key of another keyboard
        assert len(app.conversation.session.trail) == 0

    run({"guide.back": "x,f2"}, act)


def test_two_keys_can_change_places() -> None:
    async def act(app: AssistantApp, pilot: Pilot[int]) -> None:
        await pilot.press("t")
        assert isinstance(app.screen, Why)

    run({"guide.why": "t,f4", "guide.trail": "w,f3"}, act)


def test_the_bar_names_the_mapped_keys() -> None:
    async def act(app: AssistantApp, pilot: Pilot[int]) -> None:
        bar = str(app.screen.query_one(KeyBar).render())
        assert "x back" in bar
        assert "F11 quit" in bar
        await pilot.press("slash")
        bar = str(app.screen.query_one(KeyBar).render())
        assert "F2 back" in bar
        assert "F11 quit" in bar

    run({"guide.back": "x,f2", "guide.leave": "f11"}, act)


@pytest.mark.parametrize("keys", ["", "x", "x,?", "space"])
def test_the_last_key_to_quit_with_is_never_lost(keys: str) -> None:
    assert "no key left" in refused(guide_leave=keys)["guide.leave"]


@pytest.mark.parametrize("key", ["ctrl+c", "1", "0", "enter", "up", "tab", "y", "n"])
def test_keys_that_answer_or_end_the_program_are_not_given_away(key: str) -> None:
    assert "always does the same" in refused(guide_why=key)["guide.why"]


@pytest.mark.parametrize("key", ["home", "end", "delete", "ctrl+h", "right", "ctrl+u"])
def test_a_way_out_is_no_key_that_a_line_or_a_list_takes_for_itself(key: str) -> None:
    assert "always does the same" in refused(guide_leave=key)["guide.leave"]


def test_while_a_line_is_asked_for_the_mapped_key_leaves_and_others_wait() -> None:
    async def act(app: AssistantApp, pilot: Pilot[int]) -> None:
        assert app.conversation is not None
        await pilot.press("f6", "2", "f7", *"hello", "f10")
        assert len(app.conversation.session.trail) == 1, "nothing is taken back while the line is there"
        assert app.screen.query_one(Entry).value == "hello"
        await pilot.press("left", "backspace")
        assert app.screen.query_one(Entry).value == "helo"
        await pilot.press("f3")
        assert isinstance(app.screen, Sure)  # asks before answers that are kept nowhere are left

    run({"guide.leave": "f3", "guide.trail": "x", "guide.back": "f10"}, act)


def test_a_key_has_one_meaning_on_a_screen() -> None:
    assert "guide.back" in refused(guide_why="b")["guide.why"]
    both = refused(guide_why="x", guide_trail="x")
    assert len(both) == 1


def test_a_key_may_mean_different_things_on_different_screens() -> None:
    assert not refused(guide_why="x", ending_why="z", home_audience="x")


def test_what_is_refused_costs_nothing_else() -> None:
    found = checked({"guide.why": "x", "guide.leave": "", "guide.bak": "f2", "guide.trail": "nokey"})
    assert dict(found.keymap) == {"guide.why": ("x",)}
    assert "Did you mean `guide.back`?" in dict(found.refused)["guide.bak"]
    assert "is no key" in dict(found.refused)["guide.trail"]


@pytest.mark.parametrize("key", ["?", "question_mark", "F11", "f11", "ctrl+g", "alt+b", "ж", "insert"])
def test_keys_are_written_as_people_write_them(key: str) -> None:
    assert not refused(moved_leave=f"{key},f10")


def test_every_screen_has_a_way_out_that_works_while_typing() -> None:
    for screen in _screens():
        ways = _by_id(screen)
        out = [keys for name, keys in ways.items() if name.rpartition(".")[2] in ("leave", "close", "back")]
        assert any(len(key) > 1 for keys in out or [ways.get("", set())] for key in keys), screen


def test_ctrl_c_ends_the_program_whatever_is_mapped() -> None:
    async def act(app: AssistantApp, pilot: Pilot[int]) -> None:
        await pilot.press("ctrl+c")

    assert run({"guide.leave": "f11"}, act).return_code == 130
