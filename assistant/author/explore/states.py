"""All states of a flow, each met once by the shortest way: what is reached, what never is, and where there is no way on.

A state is a position and what still matters of what is known there. Beyond a limit the search gives up and says so.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from typing import NamedTuple

from assistant.author.explore.know import Domain, Know, Mark, about, settled_as
from assistant.author.explore.matters import Matter, Matters
from assistant.author.explore.moves import End, Frame, Move, Noticed, State, Taken, Trap
from assistant.author.explore.solve import ITEM, TODAY
from assistant.author.explore.walker import Walker
from assistant.flow.model import Pack

MOST_STATES = 100_000
MOST_ALIKE = 150
"""So many states of one position are told apart; from there on what differs between them is left open. That allows more
than can happen, so what it proves never to happen never does; what it finds to happen is held against the engine."""


class Node(NamedTuple):
    """A state or an end that was met: which one led there first, by which move. `know` is whole, as the move left it."""

    at: State | End | Trap
    parent: int
    move: Move | None


class Explored:
    """What came of exploring one flow for one audience.

    Attributes:
        flow, audience: of which flow, for whom.
        nodes: everything that was met, in the order of the shortest ways.
        leads: for each node, those that it leads to; `endless` without the ways to a next item, of which there are only
            so many.
        whole: whether all was explored; else the limit was reached.
        joined: whether states of some position were too many to be told apart.
        taken: every way out that was taken, by which move first, and the node before it.
        noticed: everything that was noticed, likewise.
    """

    def __init__(self, flow: str, audience: str) -> None:
        self.flow = flow
        self.audience = audience
        self.nodes: list[Node] = []
        self.by_move: dict[int, int] = {}
        self.leads: list[list[int]] = []
        self.endless: list[list[int]] = []
        self.whole = True
        self.joined = False
        self.taken: dict[Taken, Node] = {}
        self.noticed: dict[Noticed, Node] = {}

    def way(self, node: int) -> list[Node]:
        """The shortest way to a node, from the beginning."""
        found = []
        while node >= 0:
            found.append(self.nodes[node])
            node = self.nodes[node].parent
        return found[::-1]

    def way_over(self, last: Node) -> list[Node]:
        """The shortest way that ends with one move."""
        return [*self.way(last.parent), last]

    def reached_by(self, move: Move) -> int:
        """The node that a move led to."""
        return self.by_move[id(move)]

    def without_way_out(self) -> list[int]:
        """The nodes from which no end can be reached, however one answers; the first of each sort of trouble."""
        before: list[list[int]] = [[] for _ in self.nodes]
        for node, leads in enumerate(self.leads):
            for other in leads:
                before[other].append(node)
        pending = [number for number, node in enumerate(self.nodes) if isinstance(node.at, End)]
        if not self.whole:  # what was not looked at may lead anywhere
            pending += [
                number for number, node in enumerate(self.nodes) if isinstance(node.at, State) and not self.leads[number]
            ]
        fine = set(pending)
        while pending:
            for other in before[pending.pop()]:
                if other not in fine:
                    fine.add(other)
                    pending.append(other)
        return [number for number in range(len(self.nodes)) if number not in fine]

    def longest(self) -> int:
        """How many questions the longest way has, where no round is gone twice."""
        part_of: dict[int, int] = {}
        most: list[int] = []
        for number, nodes in enumerate(_components(self.leads)):  # those that others lead to come first
            part_of.update(dict.fromkeys(nodes, number))
            own = sum(self._questions(node) for node in nodes)
            behind = [
                most[part_of[other]] for node in nodes for other in self.leads[node] if part_of.get(other, number) != number
            ]
            most.append(own + max(behind, default=0))
        return most[part_of[0]] if most else 0

    def _questions(self, node: int) -> int:
        """How many questions led to a node by the shortest way."""
        move = self.nodes[node].move
        return sum(said.kind != "tell" for said in move.said) if move is not None else 0

    def rounds(self) -> Iterator[list[int]]:
        """Ways that can be gone round for ever: for each loop of states, its nodes."""
        yield from (part for part in _components(self.endless) if len(part) > 1 or part[0] in self.endless[part[0]])


def explore(pack: Pack, flow: str, audience: str, limit: int = MOST_STATES) -> Explored:
    """Explore a flow.

    Args:
        pack: the flow and all it can reach.
        flow: its id.
        audience: "customer" or "agent".
        limit: at most so many states.
    """
    return _Search(pack, flow, audience, limit).run()


class _Search:
    def __init__(self, pack: Pack, flow: str, audience: str, limit: int) -> None:
        self.walker = Walker(pack, audience)
        self.matter = Matter(pack)
        self.limit = limit
        self.found = Explored(flow, audience)
        self.known: dict[object, int] = {}
        self.alike: Counter[object] = Counter()
        self.wide: dict[object, State] = {}
        self.by_frames: dict[tuple[Frame, ...], Matters] = {}

    def run(self) -> Explored:
        pending = deque([self.meet(self.walker.start(self.found.flow), -1, None)])
        while pending:
            number = pending.popleft()
            at = self.found.nodes[number].at
            if not isinstance(at, State):
                continue
            if len(self.found.nodes) > self.limit:
                self.found.whole = False
                break
            for move in self.walker.moves(at):
                before = len(self.found.nodes)
                reached = self.meet(move.to, number, move)
                self.found.leads[number].append(reached)
                if not move.next_item:
                    self.found.endless[number].append(reached)
                self.found.by_move[id(move)] = reached
                for taken in move.taken:
                    self.found.taken.setdefault(taken, Node(move.to, number, move))
                for noticed in move.noticed:
                    self.found.noticed.setdefault(noticed, Node(move.to, number, move))
                if reached == before:
                    pending.append(reached)
        return self.found

    def meet(self, at: State | End | Trap, parent: int, move: Move | None) -> int:
        """The number of a state, which is new if nothing that matters tells it from one that was met."""
        if isinstance(at, State):
            at = self.not_too_many(at._replace(know=self.projected(at)))
        key = _key(at) if isinstance(at, State) else at
        number = self.known.get(key)
        if number is None:
            number = self.known[key] = len(self.found.nodes)
            self.found.nodes.append(Node(at, parent, move))
            self.found.leads.append([])
            self.found.endless.append([])
        return number

    def not_too_many(self, state: State) -> State:
        """The state, or one that stands for it and for all further ones of its position."""
        if _key(state) in self.known:
            return state
        settled = frozenset((name, settled_as(domain)) for name, domain in state.know.facts.items())
        position = (state.frames, state.met, settled)
        if self.alike[position] < MOST_ALIKE:
            self.alike[position] += 1
            return state
        self.found.joined = True
        before = self.wide.get(position)
        wide = state if before is None else state._replace(know=before.know.joined(state.know))
        self.wide[position] = wide
        return wide

    def projected(self, state: State) -> Know:
        """What is known, as far as it matters from here on."""
        if state.frames not in self.by_frames:
            self.by_frames[state.frames] = self.matters(state.frames)
        matters, know = self.by_frames[state.frames], state.know
        facts = {name: found for name, domain in know.facts.items() if (found := _part(name, domain, matters)) is not None}
        kept = matters.read | {TODAY, ITEM}
        return Know(
            facts,
            {form: limits for form, limits in know.limits.items() if all(about(one) <= kept for one, _ in form)},
            {made: held for made, held in know.decided.items() if made.facts <= kept},
            know.whole,
        )

    def matters(self, frames: tuple[Frame, ...]) -> Matters:
        top = frames[-1]
        found = self.matter.before(top.flow, top.step)
        for frame in frames[:-1]:
            below = self.matter.before(frame.flow, frame.step) if frame.more else self.matter.after(frame.flow, frame.step)
            found = found.plus(below)
        return found


def _part(name: str, domain: Domain, matters: Matters) -> Domain | None:
    """What of a fact matters; nothing where it does not."""
    if name in matters.read:
        return domain
    if name in matters.shown:
        return Mark.UNSURE if domain in (Mark.UNSURE, Mark.EMPTY) else Mark.SOME
    return Mark.SOME if name in matters.asked else None


def _key(state: State) -> object:
    know = state.know
    known = (frozenset(part.items()) for part in (know.facts, know.limits, know.decided))
    return (state.frames, state.met, *known)


def _components(leads: list[list[int]]) -> Iterator[list[int]]:
    """The strongly connected parts of a graph (Tarjan), without recursion."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    for start in range(len(leads)):
        if start in order:
            continue
        pending = [(start, iter(leads[start]))]
        order[start] = low[start] = len(order)
        stack.append(start)
        on_stack.add(start)
        while pending:
            node, others = pending[-1]
            other = next(others, None)
            if other is None:
                pending.pop()
                if pending:
                    low[pending[-1][0]] = min(low[pending[-1][0]], low[node])
                if low[node] == order[node]:
                    part: list[int] = []
                    while not part or part[-1] != node:
                        part.append(stack.pop())
                    on_stack.difference_update(part)
                    yield part
            elif other not in order:
                order[other] = low[other] = len(order)
                stack.append(other)
                on_stack.add(other)
                pending.append((other, iter(leads[other])))
            elif other in on_stack:
                low[node] = min(low[node], order[other])
