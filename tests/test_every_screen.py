"""What holds on every screen of the program: all that can be done is found in three ways, no key of the terminal's own is
the only way to anything, and keys are named as they are set.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from desks import write_pack
from textual.actions import parse
from textual.binding import Binding
from textual.screen import Screen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs"))

import pictures
from scenes import SCENES, Scene
from test_tui import Keys, shown

from assistant.desk.conversation import Conversation
from assistant.desk.watching import Watched
from assistant.tui.app import AssistantApp
from assistant.tui.bars import KeyBar, TopBar
from assistant.tui.casecard import CaseCard
from assistant.tui.cases import Cases
from assistant.tui.choices import Choices
from assistant.tui.ending import EndingCard
from assistant.tui.guide import Guide
from assistant.tui.help import Help, Sheet, Why
from assistant.tui.home import Home
from assistant.tui.keymap import _screens, checked
from assistant.tui.listing import Listing
from assistant.tui.map import Map
from assistant.tui.moved import Moved
from assistant.tui.overtaken import Told
from assistant.tui.palette import Commanding, Palette
from assistant.tui.preview import PreviewApp
from assistant.tui.sessions import Sessions
from assistant.words.sentences import SENTENCES

PLACES: dict[type[Screen[None]], Scene] = {
    Home: SCENES["home-sessions"],
    Guide: SCENES["guide"],
    EndingCard: SCENES["ending"],
    Sessions: SCENES["sessions"],
    Cases: SCENES["cases"],
    CaseCard: SCENES["case"],
    Moved: SCENES["moved"],
    Help: SCENES["help"],
    Why: SCENES["why"],
    Map: SCENES["map"],
    Sheet: SCENES["home-help"],
}
"""How one comes to each screen that has commands."""
MADE_OF = {Listing: Sessions, Told: Sheet}
"""Screens that are shown as, or are made exactly like, one of these."""
SAFE = {"left", "right", "up", "down", "enter", "space", "backspace", "tab"}
F_KEY = re.compile(r"f\d+")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("ASSISTANT_FLOWS", "")
    monkeypatch.chdir(tmp_path)


def on(place: type[Screen[None]], act: Callable[[AssistantApp, Keys], Awaitable[None]], **options: object) -> None:
    """Come to a screen, and do something there."""

    async def session() -> None:
        size = options.pop("size", (80, 24))
        async with pictures.shown(PLACES[place], size, **options) as (app, pilot):  # type: ignore[arg-type]
            assert type(app.screen) is place
            await act(app, pilot)

    asyncio.run(session())


def offered(app: AssistantApp) -> list[str]:
    """The names of what the palette offers."""
    assert isinstance(app.screen, Palette)
    return [row.label for row in app.screen.query_one(Choices).rows]


def sign_at(app: AssistantApp) -> tuple[int, int]:
    """Where the sign that shows all commands stands."""
    found = [(line.index("F12"), number) for number, line in enumerate(shown(app).splitlines()) if "F12" in line]
    return found[-1]


def test_every_screen_with_commands_is_come_to_here() -> None:
    assert {one for one in _screens() if issubclass(one, Commanding)} == {*PLACES, *MADE_OF}


@pytest.mark.parametrize("place", PLACES, ids=lambda one: one.__name__)
def test_all_commands_are_shown_by_either_key_and_by_a_click(place: type[Screen[None]]) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        for opens in (lambda: pilot.press("f12"), lambda: pilot.press("ctrl+p"), lambda: pilot.click(offset=sign_at(app))):
            await opens()
            await pilot.pause()
            assert offered(app)
            await pilot.click(offset=sign_at(app))
            await pilot.pause()
            assert type(app.screen) is place

    on(place, act)


@pytest.mark.parametrize("place", PLACES, ids=lambda one: one.__name__)
def test_what_a_binding_does_is_in_the_palette_by_name_as_soon_as_it_is_of_use(place: type[Screen[None]]) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        screen = app.screen
        assert isinstance(screen, Commanding)
        bindings = {one.id: one for ones in screen._bindings.key_to_bindings.values() for one in ones if one.id}  # type: ignore[attr-defined]
        bindings.pop("palette.open")
        useful = [one for one in bindings.values() if screen.is_of_use(parse(one.action)[1])]
        await pilot.press("f12")
        names = offered(app)
        assert all(": " in name for name in names)
        called = {SENTENCES[f"palette.{screen.named(one.id)}"] for one in useful}
        assert called <= set(names)
        assert len(names) == len(set(names))

    on(place, act)


def test_no_function_key_is_the_only_way_to_anything() -> None:
    """Terminals and desktops keep F-keys for themselves. In the palette letters are text: a click closes it, as Esc does."""
    for screen in set(_screens()) - {Palette}:
        own = [one for base in screen.__mro__ for one in base.__dict__.get("BINDINGS", ()) if isinstance(one, Binding)]
        ways: dict[str, set[str]] = {}
        for one in own:
            ways.setdefault(one.action, set()).update(one.key.split(","))
        for action, keys in ways.items():
            is_safe = any(len(key) == 1 or key in SAFE for key in keys)
            in_palette = issubclass(screen, Commanding) and any(one.id for one in own if one.action == action)
            if any(F_KEY.fullmatch(key) for key in keys):
                assert is_safe or in_palette, (screen, action)


def test_the_sign_gives_way_to_what_says_where_one_is() -> None:
    seen = {}

    async def act(app: AssistantApp, pilot: Keys) -> None:
        for width in (40, 80, 120):
            await pilot.resize_terminal(width, 24)
            await pilot.pause(0.1)
            seen[width] = str(app.screen.query_one(TopBar).render())

    on(Guide, act)
    assert "F12 commands" in seen[120]
    assert "F12" not in seen[40]
    assert "TW34-Q5H7" in seen[40]


def test_a_line_that_is_typed_is_not_left_by_a_click_on_the_sign() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f7", "x")
        await pilot.click(offset=sign_at(app))
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert app.screen.is_asking

    on(Guide, act)


# --- Only what is valid now ---


def test_a_case_is_filed_closed_and_opened_again_by_the_names_that_fit() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12")
        assert "case: say that it is filed" in offered(app)
        assert "case: close" in offered(app)
        await pilot.press("f12", "x", "f12")
        assert "case: open again" in offered(app)
        assert "case: close" not in offered(app)

    on(CaseCard, act)


def test_a_list_offers_its_other_kinds_by_name() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12")
        kinds = [name for name in offered(app) if name.startswith("view: list “")]
        assert len(kinds) == 3
        await pilot.press(*"filed", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Cases)
        assert app.screen.kind == "filed"

    on(Cases, act)


def test_where_a_flow_was_edited_the_ways_to_go_on_are_commands() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12")
        assert {"session: go on with the guide as it is now", "session: stay on the guide as it was"} <= set(offered(app))
        await pilot.press(*"stay", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Guide)

    on(Moved, act)


def test_a_sheet_offers_nothing_of_the_screen_below() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f12")
        assert [name for name in offered(app) if "theme" not in name] == ["view: close this"]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Guide)

    on(Map, act)


def test_a_preview_offers_its_problems_and_takes_no_file(tmp_path: Path) -> None:
    watched = Watched(write_pack(tmp_path / "orders") / "lost-order.yaml")
    loaded = watched.load()
    assert loaded.pack is not None
    app = PreviewApp(Conversation.start(loaded.pack, "lost-order", audience="agent"), watched, loaded.problems)

    async def session() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            assert "F8 give" not in shown(app)
            await pilot.press("f12")
            names = offered(app)
            assert "case: write a note" in names
            assert "case: give a file" not in names
            await pilot.press(*"problems", "enter")
            await pilot.pause()
            assert isinstance(app.screen, Sheet)

    asyncio.run(session())


# --- Keys by their own names ---

MOVED_KEYS = {
    "guide.back": "x,f2", "guide.help": "h,f1", "guide.trail": "g,f3", "guide.map": "f11", "guide.note": "alt+n",
    "home.resume": "alt+r", "home.help": "h,f1", "home.leave": "f11", "listing.help": "h,f1", "listing.other": "o,f3",
    "case.help": "h,f1", "case.note": "m,f7", "case.close": "f11", "ending.help": "h,f1", "ending.open": "p,f7",
    "ending.save": "alt+s", "palette.open": "ctrl+g",
}  # fmt: skip


def keymap() -> dict[str, object]:
    found = checked(MOVED_KEYS)
    assert not found.refused
    return {"keymap": found.keymap}


@pytest.mark.parametrize(
    ("place", "there", "gone"),
    [
        (
            Guide,
            ["x or F2: back", "h or F1: this help", "F11: a map", "Alt+N: write a note", "Ctrl+G: all that"],
            ["F12", "F9"],
        ),
        (EndingCard, ["p or F7: open the link", "Alt+S: save as a file", "Ctrl+G: all that"], ["o or F7", "s or F6", "F12"]),
        (Home, ["Alt+R: go on with the last", "F11: quit", "Ctrl+G: all that"], ["F9", "F12", "q or F10"]),
        (Cases, ["o or F3: look at others", "h or F1: this help", "Ctrl+G: all that"], ["s,", "F12"]),
        (CaseCard, ["m or F7: write a note", "F11: close it", "Ctrl+G: all that"], ["n or F7", "F12"]),
    ],
    ids=lambda one: one.__name__ if isinstance(one, type) else None,
)
def test_a_help_sheet_names_the_keys_as_they_are_set(place: type[Screen[None]], there: list[str], gone: list[str]) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        app.screen.action_help()  # type: ignore[attr-defined]
        await pilot.pause(0.1)
        assert isinstance(app.screen, Sheet)
        told = shown(app)
        assert not [words for words in there if words not in told], told
        assert not [words for words in gone if words in told], told

    on(place, act, size=(100, 80), **keymap())


def test_signs_and_hints_name_the_keys_as_they_are_set() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "Ctrl+G commands" in str(app.screen.query_one(TopBar).render())
        assert "(g: change)" in shown(app)
        assert "Alt+N" in shown(app)
        assert "h help" in str(app.screen.query_one(KeyBar).render())
        app.screen._hint()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "A digit answers, x goes back, h helps." in shown(app)
        await pilot.press("ctrl+g")
        rows = {row.label: row.key for row in app.screen.query_one(Choices).rows}
        assert rows["conversation: change an answer"] == "g"

    on(Guide, act, size=(120, 40), **keymap())


def test_home_names_the_key_that_goes_on_as_it_is_set() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.pause(0.1)
        assert "Alt+R" in shown(app)
        assert "F9" not in shown(app)

    on(Home, act, **keymap())


def test_an_action_without_any_key_is_not_told_with_one() -> None:
    found = checked({"guide.trail": ""})
    assert not found.refused

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "Asked so far" in shown(app)
        assert ": change)" not in shown(app)
        app.screen.action_help()  # type: ignore[attr-defined]
        await pilot.pause(0.1)
        assert "change an earlier answer" not in shown(app)

    on(Guide, act, size=(100, 60), keymap=found.keymap)


def test_what_an_unusual_key_types_is_what_is_told() -> None:
    found = checked({"guide.why": "-", "guide.copy": "@"})
    assert not found.refused

    async def act(app: AssistantApp, pilot: Keys) -> None:
        app.screen.action_help()  # type: ignore[attr-defined]
        await pilot.pause(0.1)
        assert "-: why this is asked" in shown(app)
        assert "@: copy" in shown(app)

    on(Guide, act, size=(100, 60), keymap=found.keymap)
