"""What a name in a script means: a fact, or a step by its id or its path, and whether that is what is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

import msgspec

from assistant.engine.where import GIVEN, Segment, Spot, flows_run, node_at, read_place
from assistant.flow.model import Outcome, Pack, Step
from assistant.flow.problem import near

_LONGEST = 80
"""So many characters of a name that means nothing are told."""


class Slot(msgspec.Struct, frozen=True, dict=True):
    """Something that is asked, or was: its place, and the fact ("" for a `try`)."""

    place: str
    fact: str

    @cached_property
    def spot(self) -> Spot:
        """The place taken apart."""
        return read_place(self.place) or Spot(())


class Name(msgspec.Struct, frozen=True):
    """What a name in a script means: a fact, or a spot of `flow`."""

    fact: str = ""
    spot: Spot = Spot(())
    flow: str = ""
    inside: bool = False
    """The spot is a step of the one flow run that has it, wherever that is run."""

    def opens(self, slot: Slot) -> tuple[tuple[str, ...], str] | None:
        """Whether it means what is asked.

        Returns:
            nothing where it doesn't, else the keys under which a mapping may hold the answer: the items (outermost
            first) and the field (a form's name alone leaves open which).
        """
        asked = slot.spot
        if self.fact:
            return (asked.items, "") if self.fact == slot.fact else None
        segments = asked.segments[-1:] if self.inside else asked.segments
        if len(segments) != len(self.spot.segments):
            return None
        pairs = list(zip(self.spot.segments, segments, strict=True))
        if any(not _means(wanted, found) for wanted, found in pairs):
            return None
        if (self.spot.field and self.spot.field != asked.field) or (self.spot.again and not asked.again):
            return None
        outer = Spot(asked.segments[: -len(segments)]).items
        here = tuple(found.item for wanted, found in pairs if found.item is not None and wanted.item is None)
        return outer + here, "" if self.spot.field else asked.field


def _means(wanted: Segment, found: Segment) -> bool:
    """Whether a segment as it was named means one as it is asked: without a visit any, without an item each."""
    return (
        wanted.id == found.id
        and wanted.visit in (0, found.visit or 1)
        and (wanted.item is None or wanted.item == found.item)
    )


def understand(name: str, pack: Pack, flow: str) -> Name | tuple[str, dict[str, str]]:
    """What a name means in a flow.

    Returns:
        the meaning, or the code and the arguments of a sentence that tells why it has none.
    """
    steps = [step for home in flows_run(pack, flow) for step in pack.flows[home].steps]
    asked = [fact.name for fact in pack.facts.values() if fact.value is None]
    return _the_one(name, meanings(name, pack, flow), [*asked, *steps])


def understand_step(name: str, pack: Pack, flow: str) -> Name | tuple[str, dict[str, str]]:
    """Which step a name means, whatever the step does: of the flow, else of the one flow run that has it, or by its path.

    Returns:
        as for `understand`.
    """
    spot, found = read_place(name), []
    if spot is not None and not spot.field and not spot.again:
        if isinstance(node_at(pack, flow, spot), Step):
            found = [Name(spot=spot, flow=flow)]
        elif len(spot.segments) == 1:
            homes = [home for home in flows_run(pack, flow) if isinstance(node_at(pack, home, spot), Step)]
            found = [Name(spot=spot, flow=home, inside=True) for home in homes]
    return _the_one(name, found, [step for home in flows_run(pack, flow) for step in pack.flows[home].steps])


def _the_one(name: str, found: Collection[Name], names: Iterable[str]) -> Name | tuple[str, dict[str, str]]:
    if len(found) == 1:
        return next(iter(found))
    name = name[:_LONGEST]
    if found:
        return "script.name_in_many", {"name": name, "flows": ", ".join(meaning.flow for meaning in found)}
    return "script.unknown_name", {"name": name, "near": near(name, names)}


def meanings(name: str, pack: Pack, flow: str) -> tuple[Name, ...]:
    """What a name may mean: a fact that is asked, else a step (or outcome) of the flow, else one of a flow run with it."""
    if name in pack.facts and pack.facts[name].value is None:  # a computed one is never asked
        return (Name(fact=name),)
    spot = read_place(name)
    if spot is None:
        return ()
    given = spot.segments[0].id == GIVEN and spot.field in pack.facts
    if given or _stands(pack, flow, spot):
        return (Name(spot=spot, flow=flow),)
    if len(spot.segments) > 1:
        return ()
    homes = [home for home in flows_run(pack, flow) if _stands(pack, home, spot)]
    return tuple(Name(spot=spot, flow=home, inside=True) for home in homes)


def _stands(pack: Pack, flow: str, spot: Spot) -> bool:
    """Whether something can be asked at a spot."""
    node = node_at(pack, flow, spot)
    if isinstance(node, Step):
        return not node.run and (not spot.field or (node.is_form and spot.field in node.facts))
    return isinstance(node, Outcome) and (not spot.field or spot.field in (*node.needs, *node.wants))
