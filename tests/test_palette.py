"""All that can be done on a screen, found by typing: only what is valid now, and every binding by a name of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_tui import Keys, held, run, shown, typed

from assistant.tui.app import AssistantApp
from assistant.tui.bars import TopBar
from assistant.tui.change import PickAnswer
from assistant.tui.choices import Choices
from assistant.tui.ending import EndingCard
from assistant.tui.guide import Guide
from assistant.tui.home import Home
from assistant.tui.palette import Palette
from assistant.words.sentences import SENTENCES


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CACHE", "DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.chdir(tmp_path)


def offered(app: AssistantApp) -> list[str]:
    assert isinstance(app.screen, Palette)
    return [row.label for row in app.screen.query_one(Choices).rows]


@pytest.mark.parametrize("screen", [Guide, EndingCard, Home])
def test_every_binding_with_an_id_has_a_name(screen: type) -> None:
    own = {binding.id for binding in screen.BINDINGS if binding.id} - {"palette.open"}
    moving = {"guide.hand_over": "guide.as_agent", "home.audience": "home.as_agent"}
    assert not [one for one in own if f"palette.{moving.get(one, one).replace('.', '_')}" not in SENTENCES]


def test_every_name_is_an_area_and_a_verb() -> None:
    about = {"palette.title", "palette.hint", "palette.none", "palette.run"}
    names = [str(words) for code, words in SENTENCES.items() if code.startswith("palette.") and code not in about]
    assert len(names) > 20
    assert all(": " in words for words in names)


@pytest.mark.parametrize("key", ["f12", "ctrl+p", "colon"])
def test_it_opens_by_each_of_its_keys_and_closes_again(key: str) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press(key)
        assert isinstance(app.screen, Palette)
        await pilot.press("f12")
        assert isinstance(app.screen, Guide)

    run(act, held())


def test_it_opens_by_a_click_on_the_bar_on_top() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.click(TopBar, offset=(5, 0))
        await pilot.pause()
        assert isinstance(app.screen, Palette)

    run(act, held())


def test_the_link_in_the_bar_on_top_stays_a_link() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.click(TopBar, offset=(shown(app).splitlines()[0].index("customer") + 1, 0))
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert conversation.is_for_agent

    run(act, conversation)


def test_only_what_is_valid_now_is_offered() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12")
        assert "conversation: go back" not in offered(app)
        assert "case: write a note" not in offered(app)
        assert "view: see it as agents do" in offered(app)
        await pilot.press("f12", "2", "f6", "f12")
        assert {"conversation: go back", "case: write a note", "view: see it as customers do"} <= set(offered(app))
        assert "view: see it as agents do" not in offered(app)

    run(act, conversation)


def test_typing_filters_and_enter_runs_what_is_marked() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "f12")
        await typed(pilot, "answer ch")
        assert offered(app) == ["conversation: change an answer"]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PickAnswer)

    run(act, conversation)


def test_keys_typed_ahead_go_through_it_to_the_question_below() -> None:
    """Every key is on its way before the first is looked at."""
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        from textual.events import Key

        for key, sign in (("2", "2"), ("f12", None), *((sign, sign) for sign in "back"), ("enter", "\r"), ("3", "3")):
            app.post_message(Key(key, sign))
        for _ in range(10):
            await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert [entry.value for entry in conversation.session.trail] == ["wrong-person"]

    run(act, conversation)


def test_words_that_fit_nothing_run_nothing() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12", "x", "x", "enter")
        assert isinstance(app.screen, Palette)
        assert "Nothing here is called so." in shown(app)
        await pilot.press("backspace", "backspace")
        assert "program: quit" in offered(app)
        await pilot.press("escape")
        assert isinstance(app.screen, Guide)

    run(act, held())


def test_the_colours_are_chosen_and_said() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12")
        await typed(pilot, "theme light")
        await pilot.press("enter")
        await pilot.pause()
        assert app.theme == "assistant-light"
        assert "light" in shown(app)

    run(act, held())


@pytest.mark.parametrize("theme", ["auto", "dark", "light"])
def test_the_theme_that_is_chosen_is_not_offered_again(theme: str) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12")
        themes = {name.removeprefix("view: use theme ") for name in offered(app) if "theme" in name}
        assert themes == {"auto", "dark", "light", "high-contrast", "ansi"} - {theme}

    run(act, held(), theme=theme)


def test_while_a_line_is_typed_it_does_not_open() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f7", "a", "f12", "colon")
        assert isinstance(app.screen, Guide)
        assert app.screen.is_asking

    run(act, held(audience="agent"))


def test_a_colon_in_the_line_is_text() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("x", "colon")
        assert isinstance(app.screen, Home)
        assert app.screen.line.value == "x:"

    run(act)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
def test_the_line_and_what_enter_takes_are_in_sight(size: tuple[int, int]) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12", "v")
        await pilot.pause()
        lines = shown(app).splitlines()
        assert any(line.strip() == "v" for line in lines)
        assert "Enter do it" in lines[-1]
        await pilot.press("end")
        await pilot.pause()
        assert offered(app)[-1] in shown(app)

    run(act, held(), size=size)
