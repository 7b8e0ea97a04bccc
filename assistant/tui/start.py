"""Starting the screens and leaving them: the exit code, a line on how to go on, and a sentence where the program failed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from assistant.desk.config import Mistake, change, keys_of, settings
from assistant.desk.conversation import Conversation
from assistant.desk.packs import Offer, open_pack
from assistant.tui.app import AssistantApp
from assistant.tui.driver import Driver
from assistant.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.desk.memory import Memory
    from assistant.desk.resuming import Reopened
    from assistant.tui.keymap import Keymap

INTERNAL = 70


class ScreenFault(Exception):
    """The screens failed; the terminal is itself again."""


def hold(
    offers: Sequence[Offer] = (), *, conversation: Conversation | None = None, reopened: Reopened | None = None,
    cases: bool = False, memory: Memory | None = None, words: str = "", audience: str = "customer",
) -> int:  # fmt: skip
    """Run the program in the terminal until it is left.

    Args:
        offers: the flows to choose from.
        conversation: one that is begun already, shown first.
        reopened: a session that was taken up again, shown first.
        cases: whether the list of cases is shown first.
        memory: where sessions are kept; nothing where they are not.
        words: words about the problem.
        audience: who it is for at first.

    Returns:
        the exit code of the command.

    Raises:
        ScreenFault: a fault of the program.
    """
    app = AssistantApp(
        list(offers), partial(_begin, memory), conversation=conversation, reopened=reopened, cases=cases, memory=memory,
        words=words, audience=audience, **looks(),
    )  # fmt: skip
    return run_app(app)


class Looks(TypedDict, total=False):
    """What the settings say about the screens, as the app takes it."""

    theme: str
    remember: Callable[[str, str], None]
    keymap: Keymap
    told: str
    motion: bool


def looks() -> Looks:
    """What the settings say about the screens; keys that can't be are left out, and told with all other mistakes."""
    found = settings()
    config, mistakes = found.config, list(found.mistakes)
    keymap: Keymap = {}
    if config.keys:
        from assistant.tui.keymap import checked

        keymap, refused = checked(keys_of(config))
        mistakes += [Mistake(found.sources[f"keys.{name}"].where, problem) for name, problem in refused]
    told = str(mistakes[0]) if mistakes else ""
    if len(mistakes) > 1:
        told = say("settings.more", mistake=told, count=len(mistakes) - 1)
    return Looks(theme=config.theme, remember=change, keymap=keymap, told=told, motion=config.motion)


def run_app(app: AssistantApp) -> int:
    """Run an app in the terminal until it is left; the exit code of the command.

    Raises:
        ScreenFault: a fault of the program.
    """
    app.driver_class = Driver
    code = app.run()
    if app.conversation is not None:
        _left(app.conversation)
    if app.fault is not None:
        raise ScreenFault(f"{type(app.fault).__name__}: {app.fault}") from app.fault
    return code or 0


def _begin(memory: Memory | None, offer: Offer, audience: str) -> Conversation:
    found = offer.found
    keeper = None
    if memory is not None:
        from assistant.desk.keeping import Keeper

        keeper = Keeper(memory, found.pack)
    language = settings().config.language
    return Conversation.start(
        open_pack(found), found.flow, audience=audience, language=language, source=found.pack, keeper=keeper
    )


def _left(conversation: Conversation) -> None:
    """Close a conversation, and say how to go on with it where it is not over."""
    conversation.close()
    if conversation.session.ended or not conversation.code:
        return
    words = conversation.not_kept() or say("resume.saved", conversation.language, code=conversation.code)
    with suppress(OSError):  # the window is gone
        print(words, flush=True)
