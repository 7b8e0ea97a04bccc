"""The program's hold on the terminal: Textual's own driver, but that it reads with a parser of ours, lives through being
stopped and woken by others, and tells a fault of reading like any other.
"""

from __future__ import annotations

import signal
from codecs import getincrementaldecoder
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from assistant.tui.parser import Listening

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp


class Driver(LinuxDriver):
    """Textual's driver for terminals, mended."""

    def __init__(self, app: AssistantApp, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None):
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        # What Textual reads with, it takes by these names and no other way. Its thread dies of a byte that is no UTF-8 (a
        # Latin-1 terminal, old mouse codes); such a byte is shown as what it is: not readable.
        linux_driver.XTermParser = Listening  # type: ignore[attr-defined]
        linux_driver.getincrementaldecoder = lambda name: partial(getincrementaldecoder(name), "replace")  # type: ignore
        # Between two events, and not in the middle of one as Textual has it: there it may wait for what it holds itself.
        self._loop.add_signal_handler(signal.SIGCONT, self._sigcont_application)

    def _sigcont_application(self, *_: object) -> None:
        """Go on. Who was stopped without a word still has the terminal: it is left first, for who takes it twice takes it
        raw as what it was before, and reads it twice."""
        if not self._auto_restart:
            return
        if self._key_thread is not None and self._key_thread.is_alive():
            self.suspend_application_mode()
            self._must_signal_resume = True
        if self._must_signal_resume:
            self.resume_application_mode()

    def _run_input_thread(self) -> None:
        """Read until the end; without a terminal to read from, the window is gone."""
        app = cast("AssistantApp", self._app)
        try:
            self.run_input_thread()
        except OSError:
            app.call_later(app.ended_by, signal.SIGHUP)
        except Exception as error:  # whatever it is
            app.call_later(app._handle_exception, error)
