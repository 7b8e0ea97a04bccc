"""A helper for tests: the program in a real terminal, typed into and looked at."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path


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
        self.resize(columns, lines)
        self.seen = b""

    def resize(self, columns: int, lines: int) -> None:
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

    def close(self) -> None:
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        os.close(self.screen)
