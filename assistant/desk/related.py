"""Going on with another flow of the pack, with what is known already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from assistant import engine
from assistant.desk.conversation import Conversation
from assistant.desk.packs import Found, open_pack

if TYPE_CHECKING:
    from assistant.flow.model import Pack


def begin_related(before: Conversation, flow: str) -> Conversation:
    """Begin another flow of the pack. An answer that it does not take is left to be asked.

    Args:
        before: the conversation that led there; it stays as it is.
        flow: the other flow's id.
    """
    pack = _with_own_facts(before, _pack_with(before, flow))
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
            return other


def _with_own_facts(before: Conversation, pack: Pack) -> Pack:
    """A part of the same pack with the facts that were answered before, too: they are to stand in its case."""
    asked = {entry.fact for entry in before.session.trail if entry.fact} - pack.facts.keys()
    facts = {name: before.pack.facts[name] for name in before.pack.facts if name in asked}
    return replace(pack, facts={**pack.facts, **facts}) if facts and pack.digest == before.pack.digest else pack


def _pack_with(before: Conversation, flow: str) -> Pack:
    if before.source is not None:
        return open_pack(Found(before.source, flow))
    if flow in before.pack.flows or before.keeper is None:
        return before.pack
    return before.keeper.pack_with(before.pack.digest, flow)
