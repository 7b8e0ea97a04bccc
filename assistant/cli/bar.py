"""A bar for work that takes long, on the terminal beside what a command prints. Work that is done soon shows none: it would
only flicker. What the work is, and how far it has come, the caller says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import monotonic

import click

from assistant.progress import Progress, nobody

PATIENCE = 0.5
"""Seconds of work without a bar."""


@contextmanager
def bar(label: str, *, prints: bool = False) -> Iterator[Progress]:
    """Show how far work has come, where a person sits at the terminal.

    Args:
        label: what is done, in a word or two.
        prints: whether the work prints meanwhile; on a terminal, where that is to be read, no bar comes between.
    """
    if not sys.stderr.isatty() or (prints and sys.stdout.isatty()):
        yield nobody
        return
    begun = monotonic()
    with ExitStack() as until_done:
        shown = None

        def progress(done: int, whole: int) -> None:
            nonlocal shown
            if shown is None and monotonic() - begun >= PATIENCE:
                shown = until_done.enter_context(click.progressbar(length=whole, label=label, file=sys.stderr))
            if shown is not None:
                shown.length = whole
                shown.update(done - shown.pos)

        yield progress
