"""Lanes: where lines run up and down beside the nodes, so that they share no place and cross each other seldom.

All lines to one target share a lane. A lane is told from the next by its number, counted from the nodes outwards.
Knows numbers only, and nothing of flows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

_APART = 8.0
"""So far apart are two lines in one lane at least."""
_CLEAR = 5.0
"""So far apart are two lines that run across at least."""
_MOST_ROUNDS = 20
_MOST_COMPARED = 200_000
"""So many pairs are compared at most: of very many lines, some cross more often than they must."""


class Bundle(NamedTuple):
    """Lines to one target: the heights at which they leave their sources, and the one at which they arrive.

    `beyond` tells that the target lies on the far side of the lanes; else the lines come back to the side they left from.
    """

    target: str
    leave: tuple[float, ...]
    arrive: float
    beyond: bool

    @property
    def top(self) -> float:
        """The upper end of its lane."""
        return min(*self.leave, self.arrive)

    @property
    def bottom(self) -> float:
        """The lower end of its lane."""
        return max(*self.leave, self.arrive)

    @property
    def is_straight(self) -> bool:
        """Whether it needs no lane at all."""
        return self.beyond and self.top == self.bottom


def lanes(bundles: Sequence[Bundle]) -> dict[str, int]:
    """A lane for each bundle that needs one, by its target."""
    order = _ordered([bundle for bundle in bundles if not bundle.is_straight])
    found: dict[str, int] = {}
    for at, bundle in enumerate(order):
        inner = (found[other.target] + 1 for other in order[:at] if _overlap(bundle, other))
        found[bundle.target] = max(inner, default=0)
    return found


def _overlap(one: Bundle, other: Bundle) -> bool:
    return one.top - _APART < other.bottom and other.top - _APART < one.bottom


def _ordered(bundles: list[Bundle]) -> list[Bundle]:
    """From the nodes outwards; each bundle is moved to where it crosses the fewest others, until that saves nothing."""
    order = sorted(bundles, key=lambda bundle: (bundle.bottom - bundle.top, bundle.top))
    for _ in range(min(_MOST_ROUNDS, _MOST_COMPARED // (len(order) ** 2 + 1))):
        before = list(order)
        for bundle in before:
            at = order.index(bundle)
            del order[at]
            order.insert(_best_place(bundle, order, at), bundle)
        if order == before:
            break
    return order


def _best_place(bundle: Bundle, others: list[Bundle], now: int) -> int:
    """Where among the others a bundle crosses the fewest of them; where it is now, if no place is better."""
    costs = [sum(_crossings(bundle, other) for other in others)]
    for other in others:
        costs.append(costs[-1] - _crossings(bundle, other) + _crossings(other, bundle))
    return min(range(len(costs)), key=lambda place: (costs[place], abs(place - now)))


def _crossings(near: Bundle, far: Bundle) -> int:
    """How often two bundles cross if one lies nearer to the nodes than the other."""
    if near.bottom <= far.top or far.bottom <= near.top:
        return 0
    heights = far.leave if far.beyond else (*far.leave, far.arrive)
    found = sum(near.top < height < near.bottom for height in heights)
    return found + (near.beyond and far.top < near.arrive < far.bottom)


def stacked(wanted: Sequence[float], heights: Sequence[float], gap: float, top: float) -> list[float]:
    """Where boxes stand in a column: each as near as can be to where its middle is wanted, in this order, none overlapping.

    Args:
        wanted: for each box the height at which its middle should stand.
        heights: how high each is.
        gap: the room between two.
        top: above this none may stand.

    Returns:
        The upper edges.
    """
    blocks: list[tuple[float, float, int]] = []  # the upper edge, the height with gaps, and how many boxes
    for middle, height in zip(wanted, heights, strict=True):
        edge, size, count = max(top, middle - height / 2), height + gap, 1
        while blocks and blocks[-1][0] + blocks[-1][1] > edge:  # two that meet stand together, between what both want
            above, above_size, above_count = blocks.pop()
            edge = max(top, (above * above_count + (edge - above_size) * count) / (above_count + count))
            size, count = above_size + size, above_count + count
        blocks.append((edge, size, count))
    edges: list[float] = []
    for edge, _, count in blocks:
        for _ in range(count):
            edges.append(edge)
            edge += heights[len(edges) - 1] + gap
    return edges


def arrival(top: float, bottom: float, own: Sequence[float], others: Sequence[float]) -> float:
    """The height at which lines arrive at a box: straight from where one of them leaves, if that can be, else near the
    middle; and never where a line to another box runs.

    Args:
        top, bottom: between these it must lie.
        own: where its lines leave.
        others: where lines to other boxes leave.
    """
    middle = (top + bottom) / 2
    steps = range(int(bottom - middle) + 1)
    wanted = [height for height in own if top <= height <= bottom]
    wanted += [middle + sign * step for step in steps for sign in (1, -1)]
    return next((height for height in wanted if all(abs(height - other) >= _CLEAR for other in others)), middle)
