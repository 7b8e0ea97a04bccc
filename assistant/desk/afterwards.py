"""What an ending leads on to where it did not help: flows that are related, and the one of the pack for all other problems.

Every face offers the same; beginning one is the conversation's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.engine.prompt import Ending
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation

ASKED_ABOUT = ("solved", "action")
"""Endings that may have solved it, so that it is asked."""


def is_asked(conversation: Conversation) -> bool:
    """Whether it is to be asked if the ending that stands solved the problem."""
    prompt = conversation.prompt
    return isinstance(prompt, Ending) and prompt.kind in ASKED_ABOUT and conversation.solved is None


def leads_on(conversation: Conversation) -> tuple[tuple[str, str], ...]:
    """The flows that an ending offers, by id and title: what is related, and once it is said that it did not help, the
    pack's flow for what fits no other."""
    prompt, pack = conversation.prompt, conversation.pack
    if not isinstance(prompt, Ending):
        return ()
    offered = {flow for flow, _ in prompt.related} | {conversation.session.flow}
    can_begin = conversation.source is not None or pack.otherwise in pack.flows
    if conversation.solved is not False or not pack.otherwise or pack.otherwise in offered or not can_begin:
        return prompt.related
    title = pack.titles.get(pack.otherwise) or say("ending.otherwise", conversation.language)
    return (*prompt.related, (pack.otherwise, title))
