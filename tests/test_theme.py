"""Colours: what a screen shows can be read in every theme, with few colours and with none."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import pytest
from desks import say
from rich.segment import Segment
from test_webex import webex
from textual.widgets import Input

from assistant.desk.conversation import Conversation
from assistant.desk.packs import shelf
from assistant.tui.app import AssistantApp
from assistant.tui.bars import Said
from assistant.tui.theme import NAMES, PALETTES, TEXT_ON, called, chosen, palette, themes

OWN = [name for name in PALETTES if name != "ansi"]
CHANGE = "change-provisioning-contact"
LEAST = {"dark": 4.5, "light": 4.5, "high-contrast": 7.0}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOCK = {"offer": "a-flex", "email_received_on": "2026-11-20"}
TO_A_NUMBER = ("left", "no", "yes", "awaiting", CLOCK, *["failed"] * 4, "partner")
TO_A_CASE = ("81234567", "old@example.com", "new@example.com", "Save does nothing", "")
WAYS: dict[str, tuple[tuple[object, ...] | None, tuple[str, ...]]] = {
    "home": (None, ("down",)), "question": (("left",), ("2",)), "agent": (("left",), ("f6",)),
    "help": (("left",), ("question_mark",)), "why": (("left",), ("f4",)),
    "typed and picked out": (("left",), ("slash", *"abc", "shift+home")), "number": (TO_A_NUMBER, ()),
    "refused": ((*TO_A_NUMBER, "81234567"), ("a", "enter")), "change": (("left",), ("t", "1")),
    "ending": ((*TO_A_NUMBER, *TO_A_CASE), ()),
}  # fmt: skip
"""What was answered before, and the keys from there on."""


def luminance(parts: tuple[int, ...]) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in (part / 255 for part in parts))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def drawn(
    way: str, *names: str, monkeypatch: pytest.MonkeyPatch, no_color: bool = False
) -> Iterator[tuple[str, list[Segment]]]:
    """All pieces of text of a screen, as they go to the terminal, in one theme after the other."""
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        monkeypatch.delenv("NO_COLOR", raising=False)
    answers, keys = WAYS[way]
    held = say(Conversation.start(webex(), CHANGE, clock=lambda: NOW), *answers) if answers else None
    app = AssistantApp(shelf().offers(), lambda offer, audience: held, conversation=held, theme=names[0])  # type: ignore[arg-type, return-value]

    async def session() -> list[tuple[str, list[Segment]]]:
        found = []
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(*keys)
            for name in names:
                app.theme = called(name)
                await pilot.pause()
                found.append((name, [piece for strip in app.screen._compositor.render_strips() for piece in strip]))
        return found

    yield from asyncio.run(session())


def seen(pieces: Iterable[Segment]) -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Words with their colour and their ground, swapped where they are reversed."""
    for text, style, _ in pieces:
        if (
            style is not None
            and any(sign.isalnum() for sign in text)
            and style.color is not None
            and style.bgcolor is not None
        ):
            pair = (tuple(style.color.get_truecolor()), tuple(style.bgcolor.get_truecolor(foreground=False)))
            yield text, *(reversed(pair) if style.reverse else pair)


@pytest.mark.parametrize("theme", OWN)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    colours = palette(theme)
    assert contrast(parts(colours[text]), parts(colours[ground])) >= LEAST[theme]


@pytest.mark.parametrize("way", WAYS)
def test_every_word_that_is_drawn_stands_out_and_ansi_draws_with_the_terminals_own_colours_only(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for theme, pieces in drawn(way, *PALETTES, monkeypatch=monkeypatch):
        if theme != "ansi":
            found = list(seen(pieces))
            assert len(found) > 5
            faint = {(text, round(contrast(*pair), 1)) for text, *pair in found if contrast(*pair) < LEAST[theme]}
            assert not faint, theme
        else:
            colours = {colour for _, style, _ in pieces if style for colour in (style.color, style.bgcolor)}
            assert colours - {None}
            assert not [colour for colour in colours if colour is not None and colour.triplet is not None]


@pytest.mark.parametrize("way", ["home", "question"])
def test_without_colour_nothing_is_coloured_and_the_picked_row_still_stands_out(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for theme, pieces in drawn(way, *PALETTES, monkeypatch=monkeypatch, no_color=True):
        for _, style, _ in pieces:
            for colour in (style.color, style.bgcolor) if style else ():
                assert colour is None or colour.is_default, theme
        picked, other = (next(piece for piece in pieces if piece.text.startswith(f"  {digit} ")) for digit in (1, 2))
        assert picked.style, theme
        assert picked.style.reverse, theme
        assert other.style, theme
        assert not other.style.reverse, theme


@pytest.mark.parametrize(
    ("name", "environment", "few", "meant"),
    [
        ("auto", {}, False, "dark"), ("auto", {"COLORFGBG": "0;15"}, False, "light"),
        ("auto", {"COLORFGBG": "0;default;15"}, False, "light"), ("auto", {"COLORFGBG": "15;0"}, False, "dark"),
        ("auto", {"COLORFGBG": "0;8"}, False, "dark"), ("auto", {"COLORFGBG": "nonsense"}, False, "dark"),
        ("auto", {"COLORFGBG": "0;15"}, True, "ansi"), ("light", {}, True, "light"),
        ("dark", {"COLORFGBG": "0;15"}, False, "dark"),
    ],
)  # fmt: skip
def test_auto_follows_the_terminal_and_a_name_wins(name: str, environment: dict[str, str], few: bool, meant: str) -> None:
    assert chosen(name, environment, few_colours=few) == meant


def test_every_theme_names_every_colour() -> None:
    assert set(themes()) == {"auto", *PALETTES}
    assert {len(colours) for colours in PALETTES.values()} == {len(NAMES)}


@pytest.mark.parametrize("name", themes())
def test_a_theme_is_chosen_while_the_program_runs_and_is_kept(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("COLORFGBG", raising=False)
    kept: list[tuple[str, str]] = []
    app = AssistantApp(shelf().offers(), lambda *_: None, remember=lambda *one: kept.append(one))  # type: ignore[arg-type, return-value]

    async def session() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            said = app.choose_theme(name)
            await pilot.pause()
            assert name in said
            assert app.theme == f"assistant-{chosen(name, {})}"

    asyncio.run(session())
    assert kept == [("theme", name)]


@pytest.mark.parametrize(
    ("terminal", "colours", "theme"),
    [("linux", "", "ansi"), ("xterm", "", "ansi"), ("linux", "truecolor", "dark"), ("tmux-256color", "", "dark")],
)
def test_a_terminal_with_few_colours_gets_its_own(
    terminal: str, colours: str, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.setenv("COLORTERM", colours)
    monkeypatch.delenv("COLORFGBG", raising=False)
    app = AssistantApp(shelf().offers(), lambda *_: None, theme="auto")  # type: ignore[arg-type, return-value]
    assert app.theme == f"assistant-{theme}"


def test_a_choice_that_cannot_be_kept_says_so() -> None:
    def remember(name: str, value: str) -> None:
        raise OSError("read-only")

    app = AssistantApp(shelf().offers(), lambda *_: None, remember=remember)  # type: ignore[arg-type, return-value]
    assert "read-only" in app.choose_theme("light")


def test_what_is_wrong_with_the_settings_is_said_on_the_first_screen() -> None:
    app = AssistantApp(shelf().offers(), lambda *_: None, told="config.toml:2: no")  # type: ignore[arg-type, return-value]

    async def session() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            assert "config.toml:2: no" in str(app.screen.query_one(Said).render())

    asyncio.run(session())


@pytest.mark.parametrize("motion", [False, True])
def test_nothing_glides_unless_it_is_asked_for_and_no_cursor_blinks(motion: bool) -> None:
    held = Conversation.start(webex(), CHANGE, clock=lambda: NOW)
    app = AssistantApp(shelf().offers(), lambda offer, audience: held, motion=motion)

    async def session() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            assert app.animation_level == ("full" if motion else "none")
            for keys in ((), ("f12",), ("escape", "f7"), ("b", "2")):
                await pilot.press(*keys)
                lines = app.screen.query(Input)
                assert lines
                assert not any(line.cursor_blink for line in lines)

    asyncio.run(session())
