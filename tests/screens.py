"""Helpers for tests of the screens: somebody at the keys who waits no longer than the program has something to do."""

from __future__ import annotations

import asyncio

from textual._context import active_app


async def idle(*_: float) -> None:
    """Wait until nothing is left to do and all that changed is drawn.

    Textual's own wait, in whose place it stands, sleeps until the process takes no time: at least 20 ms, twice a key, and
    longer on a machine that is busy. The loop knows when nothing waits for its turn; and a new size, or what the screen
    would draw at its next tick, is not waited for either.
    """
    app = active_app.get()
    turns = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    while True:
        while turns:
            await asyncio.sleep(0)
        if app._resize_timer is not None:
            app._check_resize()
        elif app._screen_stack and app.screen._update_timer._active.is_set():
            app.screen._on_timer_update()
        else:
            return
        await asyncio.sleep(0)
