"""Holding one conversation after another on a pair of streams: the flow that was picked, or a session that was taken up
again, then the flows related to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.desk.afterwards import leads_on
from assistant.desk.conversation import Conversation
from assistant.desk.packs import Found, called
from assistant.desk.related import FlowGone, begin_related
from assistant.plain.leaving import DONE, RAN_OUT, Quit
from assistant.plain.lines import Lines
from assistant.plain.talk import Talk
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.resuming import Reopened


def hold(conversation: Conversation, lines: Lines) -> int:
    """Hold a conversation, and what the person goes on to from its ending.

    Returns:
        the exit code of the command.
    """
    while True:
        flow = conversation.session.flow
        name = called(Found(conversation.source, flow)) if conversation.source is not None else flow
        left = Talk(conversation, lines, name).run()
        if not left.wanted:
            conversation.close()
            return left.code
        lines.say()
        try:
            other = begin_related(conversation, left.wanted)
        except FlowGone:
            title = dict(leads_on(conversation))[left.wanted]
            lines.say(say("tui.broken_flow", conversation.language, title=title))
            continue
        if conversation.code and conversation.is_kept:
            lines.say(say("related.saved", conversation.language, title=conversation.title, code=conversation.code))
            lines.say()
        conversation.close()
        conversation = other


def go_on(found: Reopened, lines: Lines, *, stay: bool = False) -> int:
    """Say what is different in a session that was taken up again, and hold it.

    Args:
        found: the session.
        lines: where it is held.
        stay: on the version that it was held on; asked for where it is left out.

    Returns:
        the exit code of the command.
    """
    from assistant.plain.moved import choose

    try:
        stays = stay or (bool(found.differences) and choose(found, lines))
    except EOFError:
        return RAN_OUT
    except Quit:
        return DONE
    lines.say(found.welcome(stay=stays))
    return hold(found.go_on(stay=stays), lines)
