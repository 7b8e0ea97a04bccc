"""What follows an ending: whether it helped, what leads on where it did not; on the screens and by lines."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from test_tui import Keys, held, shown

from assistant.desk.conversation import Conversation
from assistant.desk.keeping import Keeper
from assistant.desk.memory import Memory
from assistant.desk.packs import Found, open_pack
from assistant.desk.related import begin_related
from assistant.desk.resuming import open_sessions
from assistant.desk.sessions import listed
from assistant.plain.hold import hold
from assistant.plain.lines import Lines
from assistant.tui.app import AssistantApp
from assistant.tui.change import PickAnswer
from assistant.tui.choices import Choices
from assistant.tui.ending import EndingCard
from assistant.tui.guide import Guide

MAIN = """
title: A lamp
steps:
  power: {ask: power, then: {yes: works, no: later}}
outcomes:
  works: {kind: solved, title: It is lit, tell: Look at it., related: [bulb]}
  later: {kind: action, title: Wait for it, tell: Come again., come_back: today + 9}
"""
BULB = """
title: A bulb
steps:
  power: {ask: power, then: {else: done}}
outcomes:
  done: {kind: handoff, title: Given on, tell: Somebody comes.}
"""
OTHER = """
title: All else
steps:
  said: {ask: said, then: done}
outcomes:
  done: {kind: handoff, title: Given on, tell: "Is there power? {{ power }}"}
"""
PACK = {
    "pack.yaml": "title: Lamps\notherwise: other\n",
    "facts.yaml": "power: {type: yes-no, ask: Is there power?}\nsaid: {type: text, ask: What is it?}\n",
    "lamp.yaml": MAIN,
    "bulb.yaml": BULB,
    "other.yaml": OTHER,
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CACHE", "DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("ASSISTANT_NAME", "desk-one")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(str(tmp_path / "sessions.db"))


@pytest.fixture
def begun(tmp_path: Path, memory: Memory) -> Callable[..., Conversation]:
    """A conversation on a lamp that is kept, with answers."""
    folder = tmp_path / "lamps"
    folder.mkdir()
    for name, text in PACK.items():
        (folder / name).write_text(text)

    def begin(*answers: str, audience: str = "customer") -> Conversation:
        conversation = Conversation.start(
            open_pack(Found(folder, "lamp")), "lamp", audience=audience, source=folder, keeper=Keeper(memory, folder)
        )
        for answer in answers:
            conversation.answer(answer)
        return conversation

    return begin


Begun = Callable[..., Conversation]
Act = Callable[[AssistantApp, Keys], Awaitable[None]]


def run(conversation: Conversation, act: Act, size: tuple[int, int] = (80, 24)) -> None:
    app = AssistantApp([], lambda *_: conversation, conversation=conversation, memory=conversation.memory)

    async def session() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(app, pilot)

    asyncio.run(session())


def labels(app: AssistantApp, name: str) -> list[str]:
    return [row.label for row in app.screen.query_one(name, Choices).rows]


@pytest.mark.parametrize("key", ["y", "н"])
def test_yes_closes_the_session_and_a_later_one_leaves_the_list_of_open_ones(begun: Begun, memory: Memory, key: str) -> None:
    conversation = begun("no")
    assert [one.state for one in listed(memory)] == ["later"]
    assert len(open_sessions(memory)) == 1

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "Did this solve it?" in shown(app)
        await pilot.press(key)
        await pilot.pause()
        assert "This session is closed" in shown(app)
        assert "Did this solve it?" not in shown(app)

    run(conversation, act)
    assert conversation.solved is True
    assert not open_sessions(memory)
    assert [one.state for one in listed(memory)] == ["ended"]


def test_one_enter_too_many_does_not_say_that_it_is_solved(begun: Begun) -> None:
    conversation = begun("no")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert "Did this solve it?" in shown(app)

    run(conversation, act)
    assert conversation.solved is None


def test_an_answer_that_is_changed_afterwards_asks_anew(begun: Begun) -> None:
    conversation = begun("no")
    conversation.say_solved(True)
    conversation.back()
    conversation.answer("yes")
    assert conversation.solved is None


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
def test_no_leads_on_to_other_flows_and_to_another_answer(begun: Begun, size: tuple[int, int]) -> None:
    conversation = begun("yes")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert labels(app, "#more") == ["A bulb"]
        await pilot.press("n")
        await pilot.pause()
        await pilot.pause()
        assert labels(app, "#more") == ["A bulb", "Something else", "Change an answer"]
        assert "Change an answer" in shown(app)
        await pilot.press("3")
        await pilot.pause()
        assert isinstance(app.screen, PickAnswer)

    run(conversation, act, size)
    assert conversation.solved is False


def test_what_fits_no_other_begins_with_what_is_known(begun: Begun) -> None:
    conversation = begun("no")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("n", "1")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert app.screen.conversation.session.flow == "other"
        assert app.screen.conversation.facts_answered() == {"power": "no"}

    run(conversation, act)


def test_a_click_says_it_too(begun: Begun) -> None:
    conversation = begun("yes")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.click("#solved", offset=(6, 0))
        await pilot.pause()

    run(conversation, act)
    assert conversation.solved is True


def test_what_was_said_is_seen_when_one_comes_again(begun: Begun) -> None:
    conversation = begun("yes")
    conversation.say_solved(True)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert isinstance(app.screen, EndingCard)
        assert "This session is closed" in shown(app)
        assert not labels(app, "#solved")

    run(conversation, act)


def test_an_ending_that_hands_over_is_not_asked_about(begun: Begun) -> None:
    conversation = begin_related(begun("yes"), "bulb")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert isinstance(app.screen, EndingCard)
        assert "Did this solve it?" not in shown(app)
        await pilot.press("y", "n")
        assert conversation.solved is None

    run(conversation, act)


def test_a_long_ending_is_read_by_down_alone() -> None:
    conversation = held()
    for answer in ("left", "yes"):
        conversation.answer(answer)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "Did this solve it?" not in shown(app)
        for _ in range(6):
            await pilot.press("down")
            await pilot.pause()
        assert "Did this solve it?" in shown(app)

    app = AssistantApp([], lambda *_: conversation, conversation=conversation)

    async def session() -> None:
        async with app.run_test(size=(40, 12)) as pilot:
            await pilot.pause()
            await act(app, pilot)

    asyncio.run(session())


# --- by lines ---


def lines(conversation: Conversation, *typed: str) -> str:
    sink = io.StringIO()
    hold(conversation, Lines(io.StringIO("".join(f"{one}\n" for one in typed)), sink))
    return sink.getvalue()


@pytest.mark.parametrize("word", ["yes", "y", "/solved yes"])
def test_yes_on_a_line_closes_it(begun: Begun, memory: Memory, word: str) -> None:
    said = lines(begun("no"), word)
    assert "Did this solve it?\nyes or no; " in said
    assert "This session is closed." in said
    assert not open_sessions(memory)


def test_no_on_a_line_lists_what_leads_on_and_its_numbers_begin_it(begun: Begun) -> None:
    said = lines(begun("yes"), "no", "2", "It hums", "")
    assert "What may lead on; type its number:\n1. A bulb\n2. Something else" in said
    assert "What is it?" in said
    assert "Given on" in said


@pytest.mark.parametrize("damage", ["title: [", None])
def test_a_flow_that_is_gone_meanwhile_is_told_and_the_ending_stands(
    begun: Begun, tmp_path: Path, damage: str | None
) -> None:
    conversation = begun("yes")
    file = tmp_path / "lamps" / "bulb.yaml"
    file.write_text(damage) if damage is not None else file.unlink()
    said = lines(conversation, "1", "")
    assert "A bulb has a fault and can't be opened." in said
    assert said.count("It is lit") == 2, "the ending is shown again"

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("1")
        await pilot.pause()
        assert "A bulb has a fault" in shown(app)

    run(conversation, act)


def test_solved_without_a_word_or_before_the_ending_says_what_is_right(begun: Begun) -> None:
    assert "There is no such ending yet." in lines(begun(), "/solved yes")
    assert "Say yes or no" in lines(begun("yes"), "/solved")


def test_the_map_is_a_list_of_words(begun: Begun) -> None:
    said = lines(begun(), "/map")
    assert "You are here: Is there power?" in said
    assert "May come: An ending: It is lit" in said
    said = lines(begun("yes"), "/map")
    assert "Passed: Is there power?" in said
    assert "You are here: An ending: It is lit" in said


def test_notes_and_files_are_listed(begun: Begun, tmp_path: Path) -> None:
    assert "There are no notes" in lines(begun(), "/notes")
    (tmp_path / "a.txt").write_text("x")
    said = lines(begun(audience="agent"), "/note It hums", "/attach a.txt", "/notes")
    assert "- It hums (desk-one)\n- a.txt" in said


def test_a_copy_on_a_line_says_where_it_went(begun: Begun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyperclip", None)
    said = lines(begun("yes"), "/copy")
    [file] = tmp_path.glob("assistant-*.txt")
    assert file.name in "".join(said.split())
    assert "Is there power" in file.read_text()


def test_nothing_on_a_line_is_drawn(begun: Begun) -> None:
    said = lines(begun(audience="agent"), "/help", "/map", "/notes", "/trail", "/why", "/facts", "/case", "no", "n", "/map")
    assert not set(said) & set("─│┌┐└┘├┤╭╮╰╯▸◆■✓✗→●")
    assert not set(said) & {"\x1b", "\r"}
