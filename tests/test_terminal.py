"""The program in a real terminal: what it leaves behind, however it is ended."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminals import Terminal

LEAVES_ALTERNATE_SCREEN, SHOWS_CURSOR = b"\x1b[?1049l", b"\x1b[?25h"


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    opened.close()


def test_alone_it_opens_the_screens_and_q_leaves_a_clean_terminal(terminal: Terminal) -> None:
    terminal.until("going wrong")
    terminal.type("\x1b[21~")  # F10
    assert terminal.ended() == 0
    assert LEAVES_ALTERNATE_SCREEN in terminal.seen
    assert SHOWS_CURSOR in terminal.seen


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)],
    ids=["SIGTERM", "SIGHUP", "Ctrl+C"],
)  # fmt: skip
def test_ended_from_outside_it_leaves_a_clean_terminal(terminal: Terminal, number: int, code: int) -> None:
    terminal.until("going wrong")
    terminal.type("1")
    terminal.until("must the contact")
    if number == signal.SIGINT:
        terminal.type("\x03")
    else:
        os.kill(terminal.child, number)
    assert terminal.ended() == code
    assert LEAVES_ALTERNATE_SCREEN in terminal.seen
    assert SHOWS_CURSOR in terminal.seen
    assert b"Traceback" not in terminal.seen


def test_a_whole_flow_in_one_burst_and_a_resize_in_the_middle(terminal: Terminal) -> None:
    terminal.until("going wrong")
    terminal.type("1221112026-11-19\r2222")
    terminal.resize(40, 12)
    terminal.type("181234567\rold@example.com\rnew@example.com\r\r\r")
    terminal.until("case is ready")


def test_killed_in_the_middle_it_offers_the_session_and_one_key_goes_on(tmp_path: Path) -> None:
    killed = Terminal(tmp_path)
    try:
        killed.until("going wrong")
        killed.type("1")
        killed.until("must the contact")
        killed.type("22")
        killed.until("edit this order")
        os.kill(killed.child, signal.SIGKILL)
        assert killed.ended() == -signal.SIGKILL
    finally:
        killed.close()
    again = Terminal(tmp_path)
    try:
        again.until("Go on where you stopped")
        again.type("\x1b[20~")  # F9
        again.until("Welcome back")
        again.until("The contact has left")  # what was answered stands in the trail
        again.until("edit this order")
        again.type("1")
        again.until("order line show")
        again.type("q")
        assert again.ended() == 0
        again.until("To go on: assistant resume ")
        assert again.seen.index(LEAVES_ALTERNATE_SCREEN) < again.seen.index(b"To go on:")
    finally:
        again.close()


def test_without_a_terminal_it_is_a_plain_conversation_that_ends(tmp_path: Path) -> None:
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "assistant", "run", "change-provisioning-contact"], input="2\n1\n", text=True,
        capture_output=True, timeout=60, cwd=tmp_path,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path), "ASSISTANT_STORE": str(tmp_path / "sessions.db")},
    )  # fmt: skip
    assert done.returncode == 0
    assert "Finish the set-up in Control Hub" in done.stdout
    assert "\x1b" not in done.stdout


def test_accessible_chooses_plain_text_in_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Terminal(tmp_path, "--plain")
    try:
        opened.until("Number, or a few words")
        opened.type("q\r")
        assert opened.ended() == 0
        assert LEAVES_ALTERNATE_SCREEN not in opened.seen
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("begun", "keys"), [("1", "t12t"), ("1", "t12q"), ("1", "t12\x1b[24~"), ("221", "t21\rq"), ("221", "t21\rt")]
)
def test_keys_that_follow_a_changed_answer_at_once_find_all_done(tmp_path: Path, begun: str, keys: str) -> None:
    terminal = Terminal(tmp_path, "run", "change-provisioning-contact", *(["--fact", "change_reason=left"] * (begun == "1")))
    try:
        terminal.until("F12")
        terminal.type(begun)
        terminal.until("What to do" if begun == "1" else "line show")
        terminal.type(keys)
        terminal.read(0.6)
        terminal.type("\x03")
        assert terminal.ended() in (0, 130)
        assert b"made a mistake" not in terminal.seen
    finally:
        terminal.close()
