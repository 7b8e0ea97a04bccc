"""Where the spots of coverage stand in the files of a pack, and how coverage is told.

Compiled packs hold where steps begin and no more, so the files are read once more, and only for what is to be told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from assistant.author.coverage import Group, Spot, all_spots, by_group, percent
from assistant.author.suites import Suite, shown
from assistant.flow.model import At, Pack
from assistant.flow.nodes import Mapping, Node
from assistant.flow.problem import Problems
from assistant.flow.source import decode, parse, read_file
from assistant.words import say


class Missing(NamedTuple):
    """A spot that no test reaches, and where it stands: the path as it can be opened, line and column from 1."""

    spot: Spot
    path: str
    line: int
    column: int

    @property
    def sentence(self) -> str:
        """What is missing."""
        kind, flow, name, detail = self.spot
        number = str(int(detail) + 1) if kind == "row" else ""
        return say(f"coverage.{kind}", flow=flow, name=name, detail=detail, number=number)


class Covered(NamedTuple):
    """What tests reach of one flow: how many spots of each group, of how many."""

    flow: str
    reached: dict[Group, int]
    spots: dict[Group, int]

    @property
    def percent(self) -> float:
        """All groups together."""
        return percent(sum(self.reached.values()), sum(self.spots.values()))


class Coverage(NamedTuple):
    """What tests reach of flows, and everything that they don't, in the order of the files."""

    flows: tuple[Covered, ...]
    missing: tuple[Missing, ...]

    @property
    def counts(self) -> tuple[int, int]:
        """How many spots are reached, of how many there are."""
        spots = sum(sum(one.spots.values()) for one in self.flows)
        return spots - len(self.missing), spots

    @property
    def percent(self) -> float:
        """All flows together."""
        return percent(*self.counts)

    def worth_telling(self) -> list[Missing]:
        """What is missing, without the ways out of steps that are never entered."""
        unmet = {one.spot[1:3] for one in self.missing if one.spot.kind == "step"}
        return [one for one in self.missing if one.spot.kind in ("step", "choice", "outcome") or one.spot[1:3] not in unmet]

    def is_at_least(self, wanted: float) -> bool:
        """Whether so many percent are reached, exactly."""
        reached, spots = self.counts
        return 100 * reached >= wanted * spots


def coverage(reached: Sequence[tuple[Suite, frozenset[Spot]]]) -> Coverage:
    """What tests reach of the flows that were meant.

    Args:
        reached: for each suite, all that its tests reach.
    """
    flows: list[Covered] = []
    missing: list[Missing] = []
    for suite, found in reached:
        if suite.pack is None:
            continue
        files = _Files(suite.root, suite.pack)
        for flow in suite.flows:
            spots = all_spots(suite.pack, flow)
            flows.append(Covered(flow, by_group(spots & found), by_group(spots)))
            missing.extend(files.missing(spots - found))
    missing.sort(key=lambda one: (one.path, one.line, one.column, one.spot))
    return Coverage(tuple(flows), tuple(missing))


class _Files:
    """The files of a pack, read when something of them is to be told."""

    def __init__(self, root: Path, pack: Pack) -> None:
        self.root = root
        self.pack = pack
        self.read: dict[str, Node | None] = {}

    @cached_property
    def is_folder(self) -> bool:
        return self.root.is_dir()

    def missing(self, spots: Iterable[Spot]) -> Iterable[Missing]:
        for spot in spots:
            at = self.at(spot)
            yield Missing(spot, shown(self.file(at.path)), at.line, at.column)

    def file(self, path: str) -> Path:
        return self.root / path if self.is_folder else self.root

    def at(self, spot: Spot) -> At:
        """Where a spot is written; where that can't be told more exactly, the step, fact or outcome that has it."""
        kind, flow_id, name, detail = spot
        flow = self.pack.flows[flow_id]
        if kind == "outcome":
            outcome = self.pack.outcome(flow_id, name)
            return outcome.at if outcome is not None else flow.at
        if kind == "choice":
            fact = self.pack.facts[name]
            ways = (("choices", detail), (detail,))
            owners = (("facts", name), (name,))  # in a flow, or in a file of facts
            return self.key(fact.at, *((*owner, *way) for owner in owners for way in ways))
        step = flow.steps[name]
        if kind == "row":
            rule = step.then.rows[int(detail)].when
            return At(step.at.path, rule.line, rule.column)
        return self.key(step.at, *(("steps", name, *way) for way in _within(spot)))

    def key(self, at: At, *ways: tuple[str, ...]) -> At:
        """The first of some keys that is written in a file; where none is, `at`."""
        for way in ways:
            node = self.tree(at.path)
            for name in way[:-1]:
                node = node.get(name) if isinstance(node, Mapping) else None
            if isinstance(node, Mapping) and way[-1] in node.keys:
                return At(at.path, *node.keys[way[-1]].at)
        return at

    def tree(self, path: str) -> Node | None:
        if path not in self.read:
            problems = Problems()
            data = read_file(self.file(path), path, problems)
            text = decode(data, path, problems) if data is not None else None
            self.read[path] = parse(text, path, problems) if text is not None else None
        return self.read[path]


def _within(spot: Spot) -> tuple[tuple[str, ...], ...]:
    """Where in its step a spot is written, the best place first; nowhere but the step itself if nothing is told."""
    match spot.kind:
        case "skip":
            return (("when",),)
        case "limit":
            return (("at_most", "else"), ("at_most",))
        case "answer":
            return (("then", spot.detail),)
        case "else":
            return (("then", "else"), ("then",))
        case "result":
            return (("also", spot.detail), ("try",))
    return ()
