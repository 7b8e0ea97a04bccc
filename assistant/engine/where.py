"""Reading places: which step of which flow a place means, and which items of its `each` steps it is about.

A place is what an answer is keyed by (`run/run#2/step#2[item].field.again`). Making places is the walk's; here they are
taken apart, and put together again. Knows nothing of answers and logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from assistant.flow.model import Outcome, Pack, Step

GIVEN = "given"
"""The place of a fact that was given before the first question is `given.FACT`."""

_SEGMENT = re.compile(
    r"(?P<id>[^/#\[\].]+)(?:#(?P<visit>[1-9]\d{0,8}))?(?:\[(?P<item>.*?)\](?=[/.]|$))?"
    r"(?:\.(?!again(?:/|$))(?P<field>[^/#\[\].]+))?(?P<again>\.again)?(?:/|$)",
    re.S,
)


class Segment(msgspec.Struct, frozen=True):
    """One step of the path: its id, which visit (0 where none is told, which as a place is the first), which item."""

    id: str
    visit: int = 0
    item: str | None = None

    def __str__(self) -> str:
        return self.id + (f"#{self.visit}" if self.visit else "") + (f"[{self.item}]" if self.item is not None else "")


class Spot(msgspec.Struct, frozen=True):
    """A place taken apart. `field` is a field of a form or of `needs`; `again` the second asking after "not sure"."""

    segments: tuple[Segment, ...]
    field: str = ""
    again: bool = False

    @property
    def items(self) -> tuple[str, ...]:
        """The values of the `each` steps around it, outermost first."""
        return tuple(segment.item for segment in self.segments if segment.item is not None)

    def __str__(self) -> str:
        path = "/".join(map(str, self.segments))
        return path + (f".{self.field}" if self.field else "") + (".again" if self.again else "")


def read_place(place: str) -> Spot | None:
    """A place taken apart, or nothing where it is none."""
    segments: list[Segment] = []
    position = 0
    while position < len(place):
        match = _SEGMENT.match(place, position)
        if match is None:
            return None
        position = match.end()
        segments.append(Segment(match["id"], int(match["visit"] or 0), match["item"]))
        if match["field"] or match["again"]:  # only the last segment may have them
            if position < len(place):
                return None
            return Spot(tuple(segments), match["field"] or "", bool(match["again"]))
    return Spot(tuple(segments)) if segments and not place.endswith("/") else None


def flow_at(pack: Pack, flow: str, spot: Spot) -> str:
    """The id of the flow in which the last segment stands; "" where the path leads nowhere in this pack."""
    for segment in spot.segments[:-1]:
        step = pack.flows[flow].steps.get(segment.id) if flow in pack.flows else None
        if step is None or not step.run:
            return ""
        flow = step.run
    return flow if flow in pack.flows else ""


def node_at(pack: Pack, flow: str, spot: Spot) -> Step | Outcome | None:
    """The step or outcome that a place of `flow` means, or nothing."""
    home = flow_at(pack, flow, spot)
    if not home:
        return None
    last = spot.segments[-1].id
    return pack.flows[home].steps.get(last) or pack.outcome(home, last)


def items_at(pack: Pack, flow: str, spot: Spot) -> Iterator[tuple[str, str]]:
    """For every `each` around a place, outermost first: the fact it goes over, and the value it is at."""
    for depth, segment in enumerate(spot.segments, 1):
        if segment.item is not None:
            step = node_at(pack, flow, Spot(spot.segments[:depth]))
            yield (step.each if isinstance(step, Step) else ""), segment.item


def flows_run(pack: Pack, flow: str) -> tuple[str, ...]:
    """A flow and all flows that it runs, directly or not, each once; those that the pack lacks are left out."""
    found: dict[str, None] = {}
    pending = [flow]
    while pending:
        name = pending.pop(0)
        if name in pack.flows and name not in found:
            found[name] = None
            pending.extend(step.run for step in pack.flows[name].steps.values() if step.run)
    return tuple(found)
