"""The first prompt of all, on the screens or line by line: a flow is picked there, or a session taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assistant.cli import DONE, FAULTY, RAN_OUT, WRONG_USAGE, Failure, keeper, plain_lines, wants_screens
from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.desk.memory import Memory
    from assistant.desk.packs import Offer


def home(problem: str, plain: bool, agent: bool) -> int:
    """Show the first prompt, and hold what is chosen there.

    Args:
        problem: words about the problem, "" for none.
        plain: line by line, whatever the terminal can do.
        agent: for an agent.
    """
    from assistant.desk.config import settings
    from assistant.desk.packs import shelf

    config = settings().config
    audience = "agent" if agent else config.audience
    packs = shelf()
    for folder in packs.broken:
        click.echo(clean(say("cli.pack_broken", name=folder)), err=True)
    offers = packs.offers()
    if not offers:
        raise Failure(say("cli.no_packs"), FAULTY if packs.broken else WRONG_USAGE)
    if not plain and wants_screens():
        from assistant.desk.memory import Memory
        from assistant.tui.start import hold as hold_screens

        return hold_screens(offers, words=problem, memory=Memory(), audience=audience)
    from assistant.cli.kept import kept_memory

    with kept_memory() as memory:
        return _plain_home(offers, problem, memory, audience, config.language)


def _plain_home(offers: Sequence[Offer], problem: str, memory: Memory, audience: str, language: str) -> int:
    from assistant.desk.conversation import Conversation
    from assistant.desk.packs import Found, open_pack
    from assistant.plain.hold import go_on, hold
    from assistant.plain.home import choose

    lines = plain_lines()
    try:
        found = choose(offers, lines, problem, memory=memory, audience=audience)
    except EOFError:
        lines.say()
        raise Failure(say("cli.nothing_chosen"), RAN_OUT) from None
    if found is None:
        return DONE
    lines.say()
    if not isinstance(found, Found):
        return go_on(found, lines)
    conversation = Conversation.start(
        open_pack(found),
        found.flow,
        audience=audience,
        language=language,
        source=found.pack,
        keeper=keeper(found, memory),
    )
    return hold(conversation, lines)
