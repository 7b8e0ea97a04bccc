"""Several lines that are pasted: into a long text as they are, into all else as one line, and never as several answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import pack
from terminals import Terminal
from test_tui import begin
from textual.events import Key, Paste
from textual.screen import Screen

from assistant.desk.conversation import Conversation
from assistant.desk.packs import shelf
from assistant.tui.app import AssistantApp
from assistant.tui.change import ChangeAnswer
from assistant.tui.choices import Choices
from assistant.tui.guide import Guide
from assistant.tui.home import Home
from assistant.tui.palette import Palette

FACTS = """
story: {ask: "What happened?", type: text}
mail: {ask: "Which address?", type: email}
where: {ask: "Where is it?", choices: {shop: In the shop, home: At home, way: On its way}}
"""
STEPS = """
steps:
  story: {ask: story}
  mail: {ask: mail}
  where: {ask: where, then: done}
"""
OUTCOMES = """
ready:
  kind: action
  title: Ready
  message: {to: a@example.com, subject: "From {{ mail }}", body: "{{ story }}"}
"""
LINES = "It was late.\r\n1\n\nThe page stayed white.\n"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.chdir(tmp_path)


def held() -> Conversation:
    return Conversation.start(pack(STEPS, facts=FACTS), "main")


def said(conversation: Conversation) -> list[object]:
    return [entry.value for entry in conversation.session.trail]


def typed(conversation: Conversation | None, *events: str | Key, seen: Callable[[Screen[None]], None] | None = None) -> None:
    """Paste texts and press keys in one burst: each is on its way before the first is looked at; then look at the screen."""
    app = AssistantApp(shelf().offers(), begin, conversation=conversation)

    async def session() -> None:
        async with app.run_test() as pilot:
            for event in events:
                app.post_message(Paste(event) if isinstance(event, str) else event)
            for _ in range(8):
                await pilot.pause()
            if seen is not None:
                seen(app.screen)

    asyncio.run(session())


ENTER, DOWN = Key("enter", "\r"), Key("down", None)


def test_a_long_text_keeps_its_lines_and_waits_for_enter() -> None:
    conversation = held()
    typed(conversation, LINES)
    assert said(conversation) == []
    typed(conversation, LINES, ENTER)
    assert said(conversation) == ["It was late.\n1\n\nThe page stayed white."]


def test_two_pastes_and_what_is_typed_in_between_stand_in_order() -> None:
    conversation = held()
    typed(conversation, "one\ntwo", Key("x", "x"), "three\n", ENTER)
    assert said(conversation) == ["one\ntwoxthree"]


def test_a_short_answer_gets_one_line_and_is_not_sent_by_it() -> None:
    conversation = held()
    conversation.answer("late")
    typed(conversation, "me@example.com\n\n1\n")
    assert len(said(conversation)) == 1
    typed(conversation, " me@example.com\n", ENTER)
    assert said(conversation)[1] == "me@example.com"


def test_lines_pasted_over_a_list_pick_nothing() -> None:
    conversation = held()
    conversation.answer("late")
    conversation.answer("me@example.com")

    def stands(screen: Screen[None]) -> None:
        assert isinstance(screen, Guide)
        assert screen.ask.line.value == "1 2"

    typed(conversation, "1\n2\n", seen=stands)
    assert len(said(conversation)) == 2
    typed(conversation, "at\nhome\n", ENTER)
    assert said(conversation)[2] == "home"


@pytest.mark.parametrize("first", [[], [DOWN]], ids=["in the line", "on the list"])
def test_on_home_lines_are_words_about_one_problem(first: list[Key]) -> None:
    def stands(screen: Screen[None]) -> None:
        assert isinstance(screen, Home)
        assert screen.line.value == "the email never came"

    typed(None, *first, "the email\nnever came\n", seen=stands)


def test_in_the_palette_lines_are_looked_for_and_nothing_is_run() -> None:
    def stands(screen: Screen[None]) -> None:
        assert isinstance(screen, Palette)
        assert [row.label for row in screen.query_one(Choices).rows] == ["program: quit"]

    typed(held(), Key("f12", None), "program:\nquit\n", seen=stands)


def test_a_note_is_one_line_and_waits_for_enter() -> None:
    conversation = Conversation.start(pack(STEPS, facts=FACTS), "main", audience="agent")

    def stands(screen: Screen[None]) -> None:
        assert isinstance(screen, Guide)
        assert screen.is_asking

    typed(conversation, Key("f7", None), "first\nsecond\n", seen=stands)
    typed(conversation, Key("f7", None), "first\nsecond\n", ENTER)
    assert [note.text for note in conversation.session.notes] == ["first second"]


def test_an_earlier_answer_is_changed_by_a_paste_and_enter() -> None:
    conversation = held()
    conversation.answer("late")

    def stands(screen: Screen[None]) -> None:
        assert isinstance(screen, ChangeAnswer)
        assert said(conversation) == ["late"]

    typed(conversation, Key("f3", None), ENTER, "\nand\nwhite\n", seen=stands)
    typed(conversation, Key("f3", None), ENTER, " and\nwhite\n", ENTER)
    assert said(conversation) == ["late and\nwhite"]


# --- In a real terminal ---


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "told"
    folder.mkdir()
    (folder / "pack.yaml").write_text("title: Test\n")
    (folder / "facts.yaml").write_text(FACTS)
    (folder / "outcomes.yaml").write_text(OUTCOMES)
    (folder / "main.yaml").write_text("title: Main\n" + STEPS.replace("then: done", "then: ready"))
    return tmp_path


def opened(home: Path, *options: str, **variables: str) -> Iterator[Terminal]:
    terminal = Terminal(home, "run", "told/main.yaml", *options, **variables)
    yield terminal
    terminal.close()


@pytest.fixture
def plain(home: Path) -> Iterator[Terminal]:
    yield from opened(home, "--plain")


@pytest.fixture
def screens(home: Path) -> Iterator[Terminal]:
    yield from opened(home)


def paste(terminal: Terminal, text: str) -> None:
    """As a terminal does that was asked to bracket what is pasted."""
    assert b"\x1b[?2004h" in terminal.seen
    terminal.type(f"\x1b[200~{text}\x1b[201~")
    time.sleep(0.2)


def test_plainly_a_paste_is_one_answer(plain: Terminal) -> None:
    plain.until("What happened?")
    plain.until("\x1b[?2004h")
    paste(plain, "It was late.\n1\nThe page stayed white.\n")
    plain.read(0.2)
    assert b"Which address?" not in plain.seen
    plain.type("\r")
    plain.until("Which address?")
    paste(plain, "me@example.com\nyou@example.com\n")
    plain.type("\r")
    plain.read(0.5)
    assert b"Where is it?" not in plain.seen  # two addresses are none, and are told so once
    plain.type("me@example.com\r")
    plain.until("Where is it?")
    paste(plain, "1\n2\n")
    plain.type("\r")
    plain.read(0.5)
    assert b"a@example.com" not in plain.seen
    plain.type("1\r")
    plain.until("From me@example.com")
    plain.until("It was late.\r\n1\r\nThe page stayed white.\r\n\r\n")


def test_in_the_screens_a_paste_is_one_answer(screens: Terminal) -> None:
    screens.until("What happened?")
    paste(screens, "It was late.\r1\rThe page stayed white.\r")
    screens.until("3 lines")
    screens.type("\r")
    screens.until("Which address?")
    paste(screens, "me@example.com\r\r1\r")
    screens.type("\x7f\x7f\r")
    screens.until("Where is it?")
    paste(screens, "1\r2\r")
    screens.type("\x7f\x7f\x7f\x7f\x1b[B1")
    screens.until("From me@example.com")
