"""The program in a real terminal, for tests: what is pressed and clicked goes in as a terminal sends it, and what comes out
is read as a terminal draws it. What the program does is not known here.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

ASKS = re.compile(r"^(?:Number|Your answer|Enter leaves|yes or no)[^\n]*: \Z", re.MULTILINE)
"""What stands before what is typed, line by line."""
PASTES = re.compile(rb"\x1b\[\?2004[hl]")
_PIECE = re.compile(
    r"\x1b\[(?P<marks>[?>=]*)(?P<numbers>[\d;:]*)[ -/]*(?P<verb>[@-~])"  # a control sequence
    r"|\x1b[\]P].*?(?:\x07|\x1b\\)"  # one with a text of its own, such as a copy
    r"|\x1b[ -/]*[0-~]|(?P<control>[\x00-\x1f])|(?P<sign>.)",
    re.DOTALL,
)


def drawn(output: str, columns: int, lines: int) -> list[str]:
    """What stands on a screen after all this was written to it: as much of a terminal as full-screen programs need."""
    screen = [[" "] * columns for _ in range(lines)]
    x = y = 0
    for piece in _PIECE.finditer(output):
        verb, sign, control = piece["verb"], piece["sign"], piece["control"]
        if verb in ("H", "f") and not piece["marks"]:
            row, _, column = piece["numbers"].partition(";")
            y, x = int(row or 1) - 1, int(column or 1) - 1
        elif verb == "J" and piece["numbers"] in ("2", "3"):
            screen = [[" "] * columns for _ in range(lines)]
        elif control == "\r":
            x = 0
        elif control == "\n":
            y += 1
        elif sign:
            if x < columns and y < lines:
                screen[y][x] = sign
            x += 1
    return ["".join(line).rstrip() for line in screen]


class Terminal:
    """The program in a pseudo terminal.

    Args:
        home: the folder that it lives in.
        arguments: of the command.
        columns, lines: the size of the terminal.
        shell: what a shell runs instead.
        variables: of the environment, besides those that it always has; one that is "" is not set.
    """

    def __init__(
        self, home: Path, *arguments: str, columns: int = 80, lines: int = 24, shell: str = "", **variables: str
    ) -> None:
        self.child, self.screen = pty.fork()
        if self.child == 0:
            os.chdir(home)
            environment = {
                "PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"),
                "XDG_DATA_HOME": str(home / "data"), "TERM": "xterm-256color", "LANG": "C.UTF-8",
            } | variables  # fmt: skip
            environment = {name: value for name, value in environment.items() if value}
            command = ["/bin/sh", "-c", shell] if shell else [sys.executable, "-m", "assistant", *arguments]
            os.execve(command[0], command, environment)
        self.seen = b""
        self.resize(columns, lines)

    def resize(self, columns: int, lines: int) -> None:
        """Make it larger or smaller."""
        self.columns, self.lines = columns, lines
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        with suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGWINCH)

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def until(self, words: str, limit: float = 20) -> None:
        end = time.monotonic() + limit
        while words.encode() not in self.seen:
            assert time.monotonic() < end, f"{words!r} never showed: {self.seen[-600:]!r}"
            self.read(0.2)

    def read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.screen], [], [], seconds)
        if ready:
            with suppress(OSError):
                data = os.read(self.screen, 65536)
                self.seen += data
                return bool(data)
            return False
        return True

    def ended(self, limit: float = 10) -> int:
        """Wait for the end, and give the exit code (or minus the signal)."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            self.read(0.05)
            child, status = os.waitpid(self.child, os.WNOHANG)
            if child:
                while self.read(0.05) and select.select([self.screen], [], [], 0.05)[0]:
                    pass
                self.child = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"it did not end: {self.seen[-300:]!r}")

    def shows(self, words: str, limit: float = 20) -> list[str]:
        """Wait until words stand on the screen, whatever else was on it before; gives its lines."""
        end = time.monotonic() + limit
        shown = self.screen_lines()
        while not any(words in line for line in shown):
            assert time.monotonic() < end, f"{words!r} never stood there:\n" + "\n".join(shown)
            self.read(0.2)
            shown = self.screen_lines()
        return shown

    def screen_lines(self) -> list[str]:
        """What stands on the screen now."""
        while select.select([self.screen], [], [], 0.05)[0] and self.read(0):
            pass
        return drawn(self.seen.decode(errors="replace"), self.columns, self.lines)

    def click(self, words: str) -> None:
        """Click on words that stand on the screen, once they do: the button goes down and up."""
        shown = self.shows(words)
        y = next(number for number, line in enumerate(shown) if words in line)
        x = shown[y].index(words) + 1
        self.type(f"\x1b[<0;{x + 1};{y + 1}M\x1b[<0;{x + 1};{y + 1}m")

    def until_it_asks(self, limit: float = 20) -> None:
        """Wait until a line that asks for something stands there, and nothing behind it."""
        end = time.monotonic() + limit
        while not ASKS.search(PASTES.sub(b"", self.seen).decode()):
            assert time.monotonic() < end, f"it never asked: {self.seen[-600:]!r}"
            self.read(0.2)

    def said(self) -> str:
        """What was written since this was asked last, without the mark that pasted text shall be told as such."""
        said, self.seen = self.seen, b""
        return PASTES.sub(b"", said).decode()

    def close(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        os.close(self.screen)
