"""What the states of a pack's flows prove, as problems for the author: every conversation ends, nothing is written in vain,
every text and rule knows what it needs. Each trouble comes with the shortest answers that lead to it, confirmed by the
engine; where it must give up, it says of what nothing is proved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from time import perf_counter
from typing import NamedTuple

from assistant.author.explore.example import example
from assistant.author.explore.moves import Noticed, State, Taken, Trap
from assistant.author.explore.states import MOST_STATES, Explored, Node, explore
from assistant.engine.result import Result
from assistant.flow.model import At, Fact, Flow, Pack, Step
from assistant.flow.problem import Problem, Problems
from assistant.flow.reach import part, tells_apart
from assistant.progress import Progress, nobody

LONGEST_WAY = 40
"""With so many questions a way is called long."""
REPLACED = ("F407", "F425")
"""Hints that are judged from the shape of a flow alone: the proofs know better."""


class Proofs(NamedTuple):
    """What came of proving a pack: problems, how many states were explored, in how many seconds, and what is unproven."""

    problems: tuple[Problem, ...]
    states: int
    seconds: float
    unproven: tuple[str, ...]


def prove(
    pack: Pack, now: datetime, *, limit: int = MOST_STATES, longest: int = LONGEST_WAY,
    progress: Progress = nobody,
) -> Proofs:  # fmt: skip
    """Prove what can be proved about the flows of a pack.

    Args:
        pack: all of it, as it was loaded.
        now: the moment at which examples are held.
        limit: at most so many states for one flow and audience.
        longest: with how many questions a way is called long.
        progress: called with how many flows were done, and of how many.
    """
    begun = perf_counter()
    prover = _Prover(pack, now, longest)
    flows = held_by_themselves(pack)
    for done, flow in enumerate(flows, 1):
        for audience in audiences(pack):
            prover.add(explore(part(pack, flow), flow, audience, limit))
        progress(done, len(flows))
    prover.judge()
    return Proofs(prover.problems.all(), prover.states, perf_counter() - begun, tuple(prover.unproven))


def held_by_themselves(pack: Pack) -> list[str]:
    """The flows to begin with: those that are offered, and those that no other flow runs."""
    run = {step.run for flow in pack.flows.values() for step in flow.steps.values()}
    return [flow.id for flow in pack.flows.values() if flow.steps and (flow.offered or flow.id not in run)]


def audiences(pack: Pack) -> tuple[str, ...]:
    """For whom flows differ."""
    return ("customer", "agent") if tells_apart(pack) else ("customer",)


class _Prover:
    def __init__(self, pack: Pack, now: datetime, longest: int) -> None:
        self.pack = pack
        self.now = now
        self.longest = longest
        self.problems = Problems()
        self.states = 0
        self.unproven: list[str] = []
        self.taken: set[Taken] = set()
        self.is_whole = True
        self.asked: frozenset[str] = frozenset()
        self.met: frozenset[str] = frozenset()
        self.ended: frozenset[str] = frozenset()

    def add(self, found: Explored) -> None:
        """One flow for one audience."""
        self.states += len(found.nodes)
        self.taken.update(found.taken)
        if not found.whole:
            self.is_whole = False
            flow = self.pack.flows[found.flow]
            self.report("F711", flow.at, name=found.flow, what=f"anything about what comes after {len(found.nodes)} states")
            self.unproven.append(found.flow)
        count = found.longest()
        if count > self.longest:
            self.report("F725", self.pack.flows[found.flow].at, name=found.flow, count=str(count))
        self.traps(found)
        self.rounds(found)
        for taken, node in found.taken.items():
            if taken.kind == "else" and self.pack.flows[taken.flow].steps[taken.step].then.silent:
                self.falls(found, taken, node)
        for noticed, node in found.noticed.items():
            self.notice(found, noticed, node)

    def traps(self, found: Explored) -> None:
        """Ways that lead nowhere. Of one trap only the shortest way is told."""
        told: set[object] = set()
        stuck = found.without_way_out()
        for number in stuck:
            at = found.nodes[number].at
            if isinstance(at, Trap) and at not in told:
                told.add(at)
                place = self.pack.flows[at.flow].steps.get(at.name)
                where = place.at if place is not None else self.pack.flows[at.flow].at
                self.trap(found, number, where, at.name, at.code, _is_stuck)
        if stuck and not told:  # one goes round in a loop that has no way out
            state = found.nodes[stuck[0]].at
            assert isinstance(state, State)
            frame = state.frames[-1]
            step = self.pack.flows[frame.flow].steps[frame.step]
            self.trap(found, stuck[0], step.at, step.id, "round", _any_result)

    def trap(self, found: Explored, node: int, at: At, name: str, why: str, confirms: Callable[[Result], bool]) -> None:
        shown = self.example(found, found.way(node), confirms)
        if shown or not found.joined:
            self.report("F701", at, name=name, why=_WHY[why], example=shown)
        else:
            self.report("F711", at, name=name, what="that there is a way on from here")
            self.unproven.append(f"{found.flow}: {name}")

    def rounds(self, found: Explored) -> None:
        """Loops in which a person decides each time to go on: there is no limit to them."""
        for loop in found.rounds():
            first = min(loop)
            at = found.nodes[first].at
            if isinstance(at, State):
                frame = at.frames[-1]
                step = self.pack.flows[frame.flow].steps[frame.step]
                self.report("F702", step.at, name=step.id, example=self.example(found, found.way(first), _any_result))

    def falls(self, found: Explored, taken: Taken, node: Node) -> None:
        """Rows of which none may hold, with nothing said about it."""
        step = self.pack.flows[taken.flow].steps[taken.step]
        ids = list(self.pack.flows[taken.flow].steps)
        below = ids[min(ids.index(step.id) + 1, len(ids) - 1)]
        shown = self.example(found, found.way_over(node), _any_result)
        self.report("F713", step.at, name=step.id, target=below, example=shown)

    def notice(self, found: Explored, noticed: Noticed, node: Node) -> None:
        """What was noticed about rules and texts."""
        code = _NOTICED[noticed.kind]
        place, rule = self.place(noticed.flow, noticed.where), noticed.name
        if noticed.kind in ("all-refused", "no-choice"):
            place = self.pack.facts[noticed.name].at
        elif noticed.at != (0, 0):
            place = At(place.path, *noticed.at)
        shown = self.example(found, found.way_over(node), _any_result)
        self.report(code, place, name=rule, where=noticed.where, example=shown)

    def example(self, found: Explored, way: list[Node], confirms: Callable[[Result], bool]) -> str:
        """The answers of a way, as a sentence; "" where the engine confirms none."""
        part_of = part(self.pack, found.flow)
        shown = example(part_of, found.flow, found.audience, way, self.now, confirms)
        return f" For example: {shown}." if shown is not None else ""

    def place(self, flow: str, where: str) -> At:
        """Where a step or outcome stands."""
        thing = self.pack.flows[flow].steps.get(where) or self.pack.outcome(flow, where)
        return thing.at if thing is not None else self.pack.flows[flow].at

    def judge(self) -> None:
        """What no flow ever came to. Nothing is said where not all was explored."""
        if not self.is_whole:
            return
        self.asked = frozenset(taken.what for taken in self.taken if taken.kind == "asked")
        self.met = frozenset(taken.flow for taken in self.taken if taken.kind in ("step", "skip"))
        self.ended = frozenset(taken.what for taken in self.taken if taken.kind == "outcome")
        for flow in self.pack.flows.values():
            self.judge_flow(flow)
        named = {target for flow in self.pack.flows.values() for step in flow.steps.values() for target in step.targets}
        for name, outcome in self.pack.outcomes.items():
            if name not in self.ended and name in named:
                self.report("F703", outcome.at, name=name)
        for fact in self.pack.facts.values():
            self.judge_choices(fact)

    def judge_flow(self, flow: Flow) -> None:
        if flow.id not in self.met:  # that nobody reaches the flow is told by itself
            return
        for step in flow.steps.values():
            if Taken(flow.id, step.id, "step") not in self.taken:
                self.report("F703", step.at, name=step.id)
            else:
                self.judge_ways(flow, step)
        for outcome in flow.outcomes.values():
            if Taken(flow.id, "", "outcome", outcome.id) not in self.taken:
                self.report("F703", outcome.at, name=outcome.id)

    def judge_ways(self, flow: Flow, step: Step) -> None:
        """Ways out of a step that no answers take."""
        for answer, target in step.then.answers:
            if Taken(flow.id, step.id, "answer", answer) not in self.taken:
                self.report("F704", step.at, name=step.id, what=f"`{answer}`", target=target)
        for number, row in enumerate(step.then.rows):
            if Taken(flow.id, step.id, "row", str(number)) not in self.taken:
                at = At(step.at.path, row.when.line, row.when.column)
                self.report("F704", at, name=step.id, what=f"`{row.when.source}`", target=row.target)
        asks = [fact for fact in step.facts if not step.each]
        if asks and not any(Taken(flow.id, step.id, "asked", fact) in self.taken for fact in asks):
            self.report("F712", step.at, name=step.id, fact=", ".join(asks))
        if step.at_most is not None and Taken(flow.id, step.id, "over") not in self.taken:
            self.report("F704", step.at, name=step.id, what="`at_most`", target=step.at_most.otherwise)

    def judge_choices(self, fact: Fact) -> None:
        if fact.name not in self.asked:
            return
        for choice in fact.choices:
            if choice.when is not None and Taken(fact.name, "", "choice", choice.value) not in self.taken:
                at = At(fact.at.path, choice.when.line, choice.when.column)
                self.report("F705", at, name=choice.value, fact=fact.name)

    def report(self, code: str, at: At, **arguments: str) -> None:
        self.problems.report(code, at.path, (at.line, at.column), None, **{"example": "", **arguments})


def _is_stuck(result: Result) -> bool:
    return result.session is not None and result.session.stuck


def _any_result(result: Result) -> bool:
    return True


_WHY: Mapping[str, str] = {
    "circle": "it comes back to this step without asking anything",
    "off-the-end": "it goes on below the last step",
    "no-answer": "no answer is taken",
    "missing": "there is nothing of this name",
    "round": "every way comes back here",
}
_NOTICED: Mapping[str, str] = {
    "unknown-rule": "F708", "unsettled": "F706", "perhaps-unknown": "F707", "all-refused": "F709", "no-choice": "F710",
}  # fmt: skip
