"""Going on with another flow of the pack, with what is known already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant import engine
from assistant.desk.conversation import Conversation
from assistant.desk.packs import Found, NotFound, open_pack
from assistant.flow.problem import LoadError
from assistant.flow.reach import with_facts
from assistant.store.protocol import StoreError
from assistant.words import say

if TYPE_CHECKING:
    from assistant.engine import Session
    from assistant.flow.model import Pack


class FlowGone(Exception):
    """The other flow is not to be had any more: its pack was edited, removed or is out of reach."""


def begin_related(before: Conversation, flow: str) -> Conversation:
    """Begin another flow of the pack. An answer that it does not take is left to be asked.

    Args:
        before: the conversation that led there; it stays as it is.
        flow: the other flow's id.

    Raises:
        FlowGone: it can't be begun; nothing has changed.
    """
    try:
        pack = _with_own_facts(before, _pack_with(before, flow))
    except (LoadError, NotFound, KeyError, StoreError) as error:
        raise FlowGone(flow) from error
    given = {fact: value for fact, value in before.facts_answered().items() if fact in pack.facts}
    while True:
        try:
            other = Conversation.start(
                pack, flow, audience=before.audience, language=before.language, given=given, clock=before.clock,
                source=before.source, keeper=before.keeper.another() if before.keeper is not None else None,
            )  # fmt: skip
        except engine.Refused as refused:
            del given[refused.place.removeprefix("given.")]
        else:
            other.files.adopt(before.files, other.session)
            other.session = _told_of(before, other)
            return other


def _told_of(before: Conversation, other: Conversation) -> Session:
    """The other session with a note of what was tried before: its case is to say so, and none of it is asked again."""
    tried = "; ".join(f"{one.label}: {one.text}" for one in before.case().tried)
    if not tried:
        return other.session
    code = f" ({before.code})" if before.code else ""
    words = say("related.tried", before.language, title=before.title, code=code, tried=tried)
    return engine.note(other.session, words, now=before.clock(), by=before.by)


def _with_own_facts(before: Conversation, pack: Pack) -> Pack:
    """A part of the same pack with the facts that were answered before, too: they are to stand in its case."""
    asked = {entry.fact for entry in before.session.trail if entry.fact}
    return with_facts(pack, before.pack, asked) if pack.digest == before.pack.digest else pack


def _pack_with(before: Conversation, flow: str) -> Pack:
    if before.source is not None:
        return open_pack(Found(before.source, flow))
    if flow in before.pack.flows or before.keeper is None:
        return before.pack
    return before.keeper.pack_with(before.pack.digest, flow)
