"""Holding one conversation after another on a pair of streams: the flow that was picked, then those related to it."""

from __future__ import annotations

from assistant.desk.conversation import Conversation
from assistant.desk.packs import Found, called
from assistant.desk.related import begin_related
from assistant.plain.lines import Lines
from assistant.plain.talk import Talk


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
        before, conversation = conversation, begin_related(conversation, left.wanted)
        before.close()
