"""Light or dark by the terminal's own word: whatever it answers and whenever, nothing of it is taken for a key."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminals import Terminal
from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.message import Message

from assistant.tui.ground import QUESTION, Ground, is_light, may_be_asked
from assistant.tui.parser import Listening

LIGHT, DARK = "\x1b]11;rgb:ffff/ffff/ffff\x07", "\x1b]11;rgb:0000/0000/0000\x1b\\"
ON_LIGHT, ON_DARK = b"48;2;251;250;247", b"48;2;18;22;28"
F2 = "\x1bOQ"


def told(found: list[Message]) -> list[str]:
    """What was heard: `light` or `dark`, and keys by their names."""
    words = []
    for one in found:
        if isinstance(one, Ground):
            words.append("light" if one.is_light else "dark")
        elif isinstance(one, events.Paste):
            words.append(f"paste {one.text!r}")
        else:
            words.append(one.key if isinstance(one, events.Key) else type(one).__name__)
    return words


def heard(*pieces: str | float, parser: XTermParser | None = None) -> list[str]:
    """What comes of pieces that are typed, with pauses in seconds in between."""
    parser, found = parser or Listening(), []
    for piece in pieces:
        if isinstance(piece, str):
            found += parser.feed(piece)
        else:
            time.sleep(piece)
            found += parser.tick()
    found += parser.feed("")
    return told(found)


PAUSE = constants.ESCAPE_DELAY * 1.5


@pytest.mark.parametrize(
    ("colour", "light"),
    [
        ("rgb:ffff/ffff/ffff", True), ("rgb:0000/0000/0000", False), ("rgb:fd/f6/e3", True), ("rgb:00/2b/36", False),
        ("rgb:f/f/f", True), ("rgba:1212/1616/1c1c/ffff", False), ("rgba:fbfb/fafa/f7f7/0000", True), ("#fdf6e3", True),
        ("#12161c", False), ("#ffffffff0000", True), ("RGB:FFFF/FFFF/FFFF", True), ("rgb:0000/ffff/0000", True),
        ("rgb:0000/0000/ffff", False), ("", None), ("?", None), ("rgb:zzzz/0/0", None), ("rgb:ffff/ffff", None),
        ("#fff", None), ("rgb:fffff/0/0", None),
    ],
)  # fmt: skip
def test_how_bright_it_looks_decides(colour: str, light: bool | None) -> None:
    assert is_light(colour) is light


@pytest.mark.parametrize("end", ["\x07", "\x1b\\"])
def test_an_answer_is_taken_out_and_keys_around_it_are_keys(end: str) -> None:
    answer = "\x1b]11;rgb:ffff/ffff/ffff" + end
    assert heard(answer) == ["light"]
    assert heard("a" + answer + "b" + F2) == ["a", "light", "b", "f2"]
    assert heard(F2 + DARK + answer + "\r") == ["f2", "dark", "light", "enter"]


@pytest.mark.parametrize("cut", range(1, len(DARK)))
def test_an_answer_in_two_pieces_is_an_answer(cut: int) -> None:
    assert heard("a", DARK[:cut], 0.01, DARK[cut:], "b") == ["a", "dark", "b"]


def test_an_answer_comes_letter_by_letter() -> None:
    assert heard(*LIGHT, "x") == ["light", "x"]


@pytest.mark.parametrize("cut", [5, 12, len(DARK) - 1])
def test_a_slow_line_may_pause_within_an_answer(cut: int) -> None:
    assert heard(DARK[:cut], PAUSE, DARK[cut:], "b") == ["dark", "b"]


def test_cut_right_behind_its_first_sign_nothing_of_it_is_text() -> None:
    assert heard(DARK[:1], PAUSE, DARK[1:], "b") == ["escape", "dark", "b"]


@pytest.mark.parametrize(
    "nonsense", ["\x1b]11;\x07", "\x1b]11;no such thing\x07", "\x1b]11;" + "f" * 100 + "\x1b\\", "\x1b]11;rgb:1/2\x07"]
)
def test_nonsense_is_taken_out_too(nonsense: str) -> None:
    assert heard("a" + nonsense + "b") == ["a", "b"]


def test_an_answer_that_never_ends_does_not_swallow_keys_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.tui.parser._WAIT", 0.05)
    assert heard("\x1b]11;rgb:ff", 0.1, "a") == ["a"]
    assert heard("\x1b]11;" + "f" * 128 + "a") == ["a"]
    assert heard("\x1b]11;rgb:ff" + F2 + "a") == ["f2", "a"]
    assert heard("\x1b]11;rgb:ff" + LIGHT + "a") == ["light", "a"]


@pytest.mark.parametrize(
    "typed",
    [
        ("\x1b", PAUSE, "a"), ("\x1b", PAUSE, "]", PAUSE, "1"), ("\x1b",), ("\x1b[A\x1b[B", F2), ("]11;rgb",), ("\x1bb",),
        ("\x1b]", PAUSE), ("\x1b]1", PAUSE, "a"), ("\x1b\x1b", PAUSE, "x"), ("\x1b[200~one\r\n]11;\x1b[201~z",),
        ("\x1b[200~\x1b[201~a",), ("\x1b[<0;3;4M\x1b[<0;3;4m",), ("\x1b[27u\x1b[?2026;2$y",),
        ("\x1b]10;rgb:0/0/0\x07",),
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_no_answer_is_what_textual_makes_of_it(typed: tuple[str | float, ...]) -> None:
    assert heard(*typed) == heard(*typed, parser=XTermParser())


def test_a_paste_with_escape_characters_in_it_is_a_paste() -> None:
    pasted = "1\x1b[31m\r\x1b2\r" + LIGHT
    whole = pasted.replace("\x1b", "")
    assert heard(f"\x1b[200~{pasted}\x1b[201~z") == [f"paste {whole!r}", "z"]
    assert heard(*"\x1b[200~a\x1b[20\x1b[201~", F2 + LIGHT) == ["paste 'a[20'", "f2", "light"]


def test_a_paste_that_stalls_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.tui.parser._WAIT", 0.05)
    assert heard("\x1b[200~one", 0.1, "a" + F2) == ["paste 'one'", "a", "f2"]
    assert heard("\x1b[200~one\x1b[20", 0.1, "1~a") == ["paste 'one[20'", "1", "tilde", "a"]
    assert heard("\x1b[200~", 0.1, "a") == ["paste ''", "a"]


def test_an_endless_sequence_is_passed_over_up_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.tui.parser._WAIT", 0.05)
    endless = "\x1b[" + "1;" * 100
    assert heard(endless + "\x03a") == ["ctrl+c", "a"]
    assert heard(endless + F2 + endless + LIGHT + "a") == ["f2", "light", "a"]
    assert heard(endless + "ma", endless, 0.1, "a") == ["a", "a"]
    assert heard("\x1b[", PAUSE, "1" * 40)[-40:] == ["1"] * 40  # typed by hand


def test_without_pixels_the_mouse_is_told_of_in_columns() -> None:
    found = list(Listening().feed("\x1b[48;24;80;480;800t\x1b[<35;11;11M\x1b[48;24;80;0;0t\x1b[<35;11;11M"))
    assert [(one.x, one.y) for one in found if isinstance(one, events.MouseMove)] == [(1, 0), (10, 10)]


def test_an_answer_right_behind_a_real_escape_is_an_answer() -> None:
    assert heard("\x1b" + LIGHT) == ["escape", "light"]


@pytest.mark.parametrize(
    ("variables", "asked"),
    [
        ({"TERM": "xterm-256color"}, True), ({"TERM": "linux"}, False), ({"TERM": "dumb"}, False), ({}, False),
        ({"TERM": "vt220"}, False), ({"TERM": "screen.xterm-256color"}, False),
        ({"TERM": "xterm-256color", "STY": "1.pts"}, False), ({"TERM": "screen-256color", "TMUX": "/tmp/1"}, True),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/1"}, True), ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, False),
    ],
)  # fmt: skip
def test_only_who_can_answer_is_asked(variables: dict[str, str], asked: bool) -> None:
    assert may_be_asked(variables) is asked


# --- In a real terminal ---


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[list[Terminal]]:
    """Terminals, to be closed."""
    all_of_them: list[Terminal] = []
    yield all_of_them
    for one in all_of_them:
        one.close()


def started(opened: list[Terminal], home: Path, **variables: str) -> Terminal:
    opened.append(Terminal(home, **{"COLORTERM": "truecolor", **variables}))
    return opened[-1]


def line_is_empty(terminal: Terminal) -> None:
    """Type a word: it stands in the line alone, and none of it is left out."""
    terminal.seen = b""
    terminal.type("zq")
    terminal.until("zq")
    terminal.read(0.1)
    whole = re.sub(rb"\A(?:\[[\d;?]*|[\d;?]+)[A-Za-z]|\x1b\[[\d;?]*\Z", b"", terminal.seen)  # what was cut in the middle
    words = re.sub(rb"\x1b\[[\d;?]*[A-Za-z]", b"", whole)
    assert b"zq" in words
    assert not [sign for sign in (b"rgb", b"11;", b"zz", b"what") if sign in words]


def test_asked_at_the_start_it_is_light_as_soon_as_the_answer_is_there(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = started(opened, tmp_path)
    terminal.until(QUESTION)
    terminal.type(LIGHT)
    terminal.until("going wrong")
    until_ground(terminal, ON_LIGHT)
    line_is_empty(terminal)


@pytest.mark.parametrize(
    "pieces",
    [
        (LIGHT,), ("zq", 0.3, "\x7f\x7f", LIGHT), (LIGHT[:1], 0.03, LIGHT[1:]), (LIGHT[:9], 0.3, LIGHT[9:]),
        (LIGHT[:-1] + "\x1b", 0.2, "\\"),
    ],
    ids=["late", "after keys", "cut at once", "cut in the middle", "cut in the end"],
)  # fmt: skip
def test_a_late_answer_changes_the_colours_of_what_is_shown(
    pieces: tuple[str | float, ...], opened: list[Terminal], tmp_path: Path
) -> None:
    terminal = started(opened, tmp_path)
    terminal.until("going wrong")
    assert ON_DARK in terminal.seen  # nothing waited for it
    assert ON_LIGHT not in terminal.seen
    for piece in pieces:
        terminal.type(piece) if isinstance(piece, str) else time.sleep(piece)
    until_ground(terminal, ON_LIGHT)
    line_is_empty(terminal)


def test_an_unfinished_paste_stands_in_the_line_and_keys_behind_it_are_keys(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = started(opened, tmp_path)
    terminal.until("going wrong")
    terminal.type("\x1b[200~hello")
    terminal.until("hello")
    terminal.type("\x03")
    assert terminal.ended() == 130


@pytest.mark.parametrize(
    "answer", ["", "\x1b]11;what?\x07", "\x1b]11;rgb:zz/zz/zz\x1b\\", DARK], ids=["never", "what", "zz", "dark"]
)
def test_no_answer_nonsense_and_dark_leave_it_dark(answer: str, opened: list[Terminal], tmp_path: Path) -> None:
    terminal = started(opened, tmp_path)
    terminal.until("going wrong")
    terminal.type(answer)
    terminal.read(0.3)
    line_is_empty(terminal)
    assert ON_LIGHT not in terminal.seen


def test_the_terminals_word_goes_before_what_the_environment_says(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = started(opened, tmp_path, COLORFGBG="0;15")
    terminal.until("going wrong")
    assert ON_LIGHT in terminal.seen
    terminal.type(DARK)
    until_ground(terminal, ON_DARK)


@pytest.mark.parametrize("theme", ["dark", "high-contrast", "ansi"])
def test_a_chosen_theme_is_not_asked_about_nor_overruled(theme: str, opened: list[Terminal], tmp_path: Path) -> None:
    terminal = started(opened, tmp_path, ASSISTANT_THEME=theme)
    terminal.until("going wrong")
    assert QUESTION.encode() not in terminal.seen
    terminal.type(LIGHT)
    line_is_empty(terminal)
    terminal.read(0.3)
    assert ON_LIGHT not in terminal.seen


@pytest.mark.parametrize(
    "variables",
    [{"TERM": "linux", "COLORTERM": ""}, {"NO_COLOR": "1"}, {"TERM": "screen-256color"}],
    ids=["linux", "none", "screen"],
)
def test_who_can_not_answer_is_not_asked(variables: dict[str, str], opened: list[Terminal], tmp_path: Path) -> None:
    terminal = started(opened, tmp_path, **variables)
    terminal.until("going wrong")
    terminal.read(0.3)
    assert QUESTION.encode() not in terminal.seen


def test_chosen_later_it_is_asked_for_then(opened: list[Terminal], tmp_path: Path) -> None:
    terminal = started(opened, tmp_path, ASSISTANT_THEME="dark")
    terminal.until("going wrong")
    terminal.type("\x1b[24~")
    terminal.until("Type to find it")
    terminal.type("theme auto\r")
    terminal.until(QUESTION)
    terminal.type(LIGHT)
    until_ground(terminal, ON_LIGHT)


def until_ground(terminal: Terminal, colours: bytes) -> None:
    """Wait until the last that was drawn has this ground."""
    end = time.monotonic() + 20
    other = {ON_LIGHT: ON_DARK, ON_DARK: ON_LIGHT}[colours]
    while terminal.seen.rfind(colours) <= terminal.seen.rfind(other):
        assert time.monotonic() < end, terminal.seen[-600:]
        terminal.read(0.2)
