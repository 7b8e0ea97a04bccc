"""How work that may take long tells how far it has come. Who shows it, and whether, is not decided here."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


def nobody(done: int, whole: int) -> None:
    """For work that nobody watches."""
