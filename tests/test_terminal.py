"""The program in a real terminal: what it leaves behind, however it is ended."""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
import termios
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
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (None, 130)],
    ids=["SIGTERM", "SIGHUP", "SIGINT", "Ctrl+C"],
)  # fmt: skip
def test_ended_from_outside_it_leaves_a_clean_terminal(terminal: Terminal, number: int | None, code: int) -> None:
    terminal.until("going wrong")
    terminal.type("1")
    terminal.until("must the contact")
    if number is None:
        terminal.type("\x03")
    else:
        os.kill(terminal.child, number)
    assert terminal.ended() == code
    assert LEAVES_ALTERNATE_SCREEN in terminal.seen
    assert SHOWS_CURSOR in terminal.seen
    assert b"Traceback" not in terminal.seen


@pytest.mark.parametrize("stop", [signal.SIGSTOP, signal.SIGTSTP, None], ids=["SIGSTOP", "SIGTSTP", "awake"])
def test_stopped_and_woken_it_goes_on_and_leaves_a_clean_terminal(terminal: Terminal, stop: int | None) -> None:
    before = termios.tcgetattr(terminal.screen)[3]
    terminal.until("going wrong")
    terminal.type("1")
    terminal.until("must the contact")
    for _ in range(2):
        if stop is not None:
            os.kill(terminal.child, stop)
            os.waitpid(terminal.child, os.WUNTRACED)
        terminal.screen_lines()
        terminal.seen = b""
        os.kill(terminal.child, signal.SIGCONT)
        terminal.until("must the contact")
    terminal.type("2")
    terminal.until("has left")
    terminal.type("\x03")
    assert terminal.ended() == 130
    terminal.until("To go on: assistant resume ")
    assert termios.tcgetattr(terminal.screen)[3] == before
    assert terminal.seen.rindex(LEAVES_ALTERNATE_SCREEN) < terminal.seen.index(b"To go on:")


def test_suspended_in_a_shell_it_comes_back_with_fg(tmp_path: Path) -> None:
    run = f"sh -c 'echo PID $$; exec {shlex.quote(sys.executable)} -m assistant'"
    terminal = Terminal(
        tmp_path, shell=f"set -m; {run}; echo STOPPED; stty -a; read key; fg; echo CODE $?; stty -a; echo END"
    )
    try:
        terminal.until("going wrong")
        found = re.search(rb"PID (\d+)", terminal.seen)
        assert found is not None
        os.kill(int(found[1]), signal.SIGTSTP)
        terminal.until("STOPPED")
        terminal.until(" icanon")
        terminal.screen_lines()
        terminal.seen = b""
        terminal.type("\n")
        terminal.until("going wrong")
        terminal.type("1")
        terminal.until("must the contact")
        terminal.type("\x03")
        terminal.until("CODE 130")
        terminal.until("END")
        assert b" icanon" in terminal.seen
        assert b" echo " in terminal.seen
    finally:
        terminal.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        ("\x1b[99;1:3u",), ("\x1b[1114112u",), ("\x1b[99999999999u",), ("\x1b[48;24;80;0;0t", "\x1b[<35;10;10M"),
        ("\x1b[48;0;0;0;0t", "\x1b[<35;10;10M"), ("\x1b[48;99999;99999;0;0t",), ("\x1b[" + "1;" * 1500,),
    ],
    ids=["let go", "no sign", "no number", "no pixels", "no size", "no such size", "endless"],
)  # fmt: skip
def test_nonsense_of_a_terminal_is_passed_over(terminal: Terminal, nonsense: tuple[str, ...]) -> None:
    terminal.until("going wrong")
    for one in nonsense:
        terminal.type(one)
        terminal.read(0.3)
    terminal.type("\x1b[<35;10;10M")
    terminal.type("1")
    terminal.until("must the contact")
    terminal.type("\x03")
    assert terminal.ended() == 130
    assert b"Traceback" not in terminal.seen


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [("ValueError('never')", 70, b"ValueError: never"), ("OSError(5, 'gone')", 129, b"")],
    ids=["fault", "gone"],
)
def test_a_fault_of_reading_is_told_in_a_sentence(tmp_path: Path, fault: str, code: int, told: bytes) -> None:
    program = (
        "from assistant.cli import main; from assistant.tui.parser import Listening\n"
        f"def feed(self, data):\n    raise {fault}\n"
        "Listening.feed = feed; main()"
    )
    terminal = Terminal(tmp_path, shell=f"exec {shlex.quote(sys.executable)} -c {shlex.quote(program)}")
    try:
        terminal.until("going wrong")
        terminal.type("1")
        assert terminal.ended() == code
        after = terminal.seen[terminal.seen.rindex(LEAVES_ALTERNATE_SCREEN) :]
        assert told in after
        assert after.count(b"\n") == (1 if told else 0)
        assert b"Traceback" not in terminal.seen
    finally:
        terminal.close()


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
