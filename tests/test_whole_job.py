"""The whole job, from Home to a case that is copied or saved, in a real terminal: by keyboard alone, by mouse alone, line by
line, in 16 colours, and on the smallest screen."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from terminals import ASKS, Terminal

JOB = (
    ("must the contact change", "has left", "2"), ("been onboarded", "2  No", "2"), ("edit this order", "1  Yes", "1"),
    ("order line show", "Awaiting", "1"), ("Which offer", "1  A-Flex", "1"), ("On which day", "yesterday", "yesterday\r"),
    ("Click Edit", "didn't help", "2"), ("the cookies", "didn't help", "2"), ("another browser", "didn't help", "2"),
    ("private window", "didn't help", "2"), ("your part", "Partner", "1"), ("the order number", "81234567", "81234567\r"),
    ("on the order now", "old@example.com", "old@example.com\r"), ("get the", "new@example.com", "new@example.com\r"),
    ("error message say", "", "\r"), ("screenshots", "", "\r"),
)  # fmt: skip
"""What is asked; words of the choice or the text that is the answer; and the keys for it."""
TEXTS = ("yesterday", "81234567", "old@example.com", "new@example.com", "")
COPIES = re.compile(rb"\x1b\]52;c;([\w+/=]*)\x07")
LOOKS = re.compile(rb"\x1b\[([\d;]*)m")
Opens = Callable[..., Terminal]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opens]:
    """Opens terminals, and closes them at the end."""
    terminals: list[Terminal] = []

    def opens(*arguments: str, **options: object) -> Terminal:
        terminals.append(Terminal(tmp_path, *arguments, **options))  # type: ignore[arg-type]
        return terminals[-1]

    yield opens
    for terminal in terminals:
        terminal.close()


def copied(terminal: Terminal) -> str:
    """What was sent to the clipboard."""
    terminal.shows("clipboard")
    return b64decode(COPIES.findall(terminal.seen)[-1]).decode()


def is_the_case(text: str) -> bool:
    return all(words in text for words in ("Change the provisioning contact of order 81234567", "new@example.com"))


def test_by_keyboard_alone(opened: Opens, tmp_path: Path) -> None:
    terminal = opened()
    terminal.shows("going wrong")
    terminal.type("1")
    for asked, _, keys in JOB:
        terminal.shows(asked)
        terminal.type(keys)
    terminal.shows("case is ready")
    terminal.type("c")
    assert is_the_case(copied(terminal))
    terminal.type("s\r")
    terminal.shows("Saved as")
    (saved,) = tmp_path.glob("*.md")
    assert is_the_case(saved.read_text())
    terminal.type("q")
    assert terminal.ended() == 0


def test_by_mouse_alone_but_for_texts(opened: Opens) -> None:
    terminal = opened()
    terminal.click("Change the provisioning")
    for asked, answer, _ in JOB:
        terminal.shows(asked)
        if answer in TEXTS:
            terminal.type(answer)
            terminal.click("Enter answer")
        else:
            terminal.click(answer)
    terminal.shows("case is ready")
    terminal.click("copy all")
    assert is_the_case(copied(terminal))
    terminal.click("quit")
    assert terminal.ended() == 0


def test_line_by_line_as_it_is_read_aloud(opened: Opens, tmp_path: Path) -> None:
    terminal = opened("--plain")
    terminal.until_it_asks()
    heard = [terminal.said()]
    for keys in ("1\r", *(keys for _, _, keys in JOB), "/save case.md\r"):
        terminal.type(keys if keys.endswith("\r") else keys + "\r")
        terminal.until_it_asks()
        heard.append(terminal.said())
    terminal.type("/quit\r")
    assert terminal.ended() == 0
    assert is_the_case((tmp_path / "case.md").read_text())
    spoken = "".join((*heard, terminal.said()))
    assert [asked for asked, _, _ in JOB if asked not in " ".join(spoken.split())] == []
    assert not [sign for sign in spoken if ord(sign) < 32 and sign not in "\r\n"], "no escape, no redrawing"
    assert not [sign for sign in spoken if "\u2500" <= sign <= "\u259f"], "no box is drawn"
    for said in heard:
        assert len(ASKS.findall(said)) == 1, f"one prompt, and what is typed on its line: {said}"


def test_in_sixteen_colours(opened: Opens) -> None:
    terminal = opened(TERM="linux")
    terminal.shows("going wrong")
    terminal.type("1" + "".join(keys for _, _, keys in JOB))
    shown = terminal.shows("case is ready")
    assert any("copy all" in line for line in shown)
    terminal.type("s\r")
    terminal.shows("Saved as")
    looks = [code for codes in LOOKS.findall(terminal.seen) for code in codes.split(b";")]
    assert b"44" in looks, "the picked row has a ground of its own"
    assert not {b"38", b"48"} & set(looks), "no colour but the 16 that the terminal has"


def test_on_forty_columns_and_twelve_lines(opened: Opens) -> None:
    terminal = opened(columns=40, lines=12)
    terminal.shows("going wrong")
    terminal.type("1")
    for asked, _, keys in JOB:
        terminal.shows(asked)
        terminal.type(keys)
    terminal.shows("case is ready")
    terminal.click("copy all")
    assert is_the_case(copied(terminal))
