"""Starting the screens and leaving them: the exit code, and a sentence where the program itself failed."""

from __future__ import annotations

import os
from codecs import getincrementaldecoder
from functools import partial
from typing import TYPE_CHECKING

from textual.drivers import linux_driver

from assistant.desk.conversation import Conversation
from assistant.desk.packs import Offer, open_pack
from assistant.tui.app import AssistantApp

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERNAL = 70


class ScreenFault(Exception):
    """The screens failed; the terminal is itself again."""


def hold(
    offers: Sequence[Offer] = (), *, conversation: Conversation | None = None, words: str = "", audience: str = "customer"
) -> int:
    """Run the program in the terminal until it is left.

    Args:
        offers: the flows to choose from.
        conversation: one that is begun already, shown first.
        words: words about the problem.
        audience: who it is for at first.

    Returns:
        the exit code of the command.

    Raises:
        ScreenFault: a fault of the program.
    """
    # Textual's input thread dies of a byte that is no UTF-8 (a Latin-1 terminal, old mouse codes); such a byte is shown
    # as what it is: not readable.
    linux_driver.getincrementaldecoder = lambda name: partial(getincrementaldecoder(name), "replace")  # type: ignore
    app = AssistantApp(
        list(offers), _begin, conversation=conversation, words=words, audience=audience,
        light=os.environ.get("ASSISTANT_THEME") == "light",
    )  # fmt: skip
    code = app.run()
    if app.fault is not None:
        raise ScreenFault(f"{type(app.fault).__name__}: {app.fault}") from app.fault
    return code or 0


def _begin(offer: Offer, audience: str) -> Conversation:
    return Conversation.start(open_pack(offer.found), offer.found.flow, audience=audience, source=offer.found.pack)
