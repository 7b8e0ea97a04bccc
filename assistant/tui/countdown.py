"""A wait that counts down, second by second, on one line that does not move. What is waited for, its owner knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from assistant.engine.prompt import Wait
from assistant.words import say

_MINUTE, _HOUR = 60, 3600


class Countdown(Static):
    """How long there still is to wait. A wait that was over before it was shown takes no room."""

    DEFAULT_CSS = "Countdown { height: auto; color: $quiet; margin-bottom: 1; display: none; }"

    def __init__(self, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.language = "en"
        self._ends = 0.0
        """When the wait is over, by a clock that nobody sets."""
        self._wait: Wait | None = None
        self._timer: Timer | None = None

    def show(self, wait: Wait | None, now: datetime | None, language: str) -> None:
        """Count down what is left of a wait at this moment; one that is counted already goes on."""
        if wait is not None and wait == self._wait:
            return
        self._stop()
        self._wait, self.language = wait, language
        left = 0.0
        if wait is not None and now is not None:
            left = (wait.since + timedelta(seconds=wait.seconds) - now).total_seconds()
        self.display = left > 0
        if left > 0:
            self._ends = monotonic() + left
            self.update(Content(self._words()))
            self._timer = self.set_interval(1, self._tick)

    def _words(self) -> str:
        left = round(self._ends - monotonic())
        if left <= 0:
            return say("tui.waited", self.language)
        hours, seconds = divmod(left, _HOUR)
        minutes, seconds = divmod(seconds, _MINUTE)
        time = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        return say("tui.wait", self.language, time=time)

    def _tick(self) -> None:
        """A second has passed: this line is drawn again, and nothing is laid out anew."""
        self.update(Content(self._words()), layout=False)
        if monotonic() >= self._ends:
            self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
