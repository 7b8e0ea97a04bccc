"""Where each step of a flow leads, and what takes that way, in words: the one list that pictures and scripts are made of.

Unlike `flow.ways`, which judges the shape of flows, nothing is judged here, and every way has its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from assistant.author.telling import Teller, as_words
from assistant.flow.model import NEXT, TRY_ANSWERS, Flow, Outcome, Pack, Step

WayKind = Literal["answer", "rule", "else", "next", "skip", "limit", "end"]

FEW = 3
"""So many answers are named in a picture where they go on together; more are "anything else"."""


class Way(NamedTuple):
    """One way on from a step, to a step or an outcome of its flow.

    `kind` says what takes it: an answer, a rule, all that is left (`else`), falling through (`next`), being skipped,
    having been met too often (`limit`), or an ending inside the flow that is run (`end`). `words` are the answers or the
    rule; none where it is taken always.
    """

    kind: WayKind
    target: str
    words: tuple[str, ...] = ()


class Ways:
    """The ways of a pack's steps. More answers than `few` that go on together are "anything else"; with `None`, none are."""

    def __init__(self, teller: Teller, few: int | None = FEW) -> None:
        self.teller = teller
        self.pack = teller.pack
        self.few = few
        self._ends: dict[str, dict[str, Outcome]] = {}
        self._below: dict[str, dict[str, str]] = {}

    def of(self, flow: Flow, step: Step) -> tuple[Way, ...]:
        """The ways on from a step, in the order of its `then`; one for each target and kind."""
        found: dict[tuple[WayKind, str], list[str]] = {}
        for way in self._ways(flow, step):
            found.setdefault((way.kind, way.target), []).extend(way.words)
        return tuple(Way(kind, target, tuple(words)) for (kind, target), words in found.items())

    def after(self, flow: Flow, step: Step, outcome: str) -> tuple[Way, ...]:
        """The ways on from a `run` once the flow that it runs has come back with an outcome."""
        caught = dict(step.then.answers).get(outcome)
        if caught is not None:
            return (Way("answer", self.target(flow, step, caught)),)
        return tuple(way for way in self.of(flow, step) if way.kind in ("rule", "else", "next"))

    def target(self, flow: Flow, step: Step, target: str) -> str:
        """A target with `next` put into its name; "" where nothing stands below."""
        if target != NEXT:
            return target
        ids = self._below.get(flow.id)
        if ids is None:
            ids = self._below[flow.id] = dict(pairwise(flow.steps))
        return ids.get(step.id, "")

    def answer(self, step: Step, answer: str) -> str:
        """An answer of a `then` in words: that of a `run` is how the other flow comes back."""
        if step.verb == "run":
            outcome = self.ends(step.run).get(answer)
            return self.teller.outcome(outcome) if outcome is not None else as_words(answer)
        return self.teller.answer(step, answer)

    def ends(self, flow: str) -> dict[str, Outcome]:
        """The outcomes with which a flow can come back to one that runs it, those of the flows that it runs too."""
        if flow not in self._ends:
            self._ends[flow] = self._found_ends(flow)
        return self._ends[flow]

    def uncaught(self, step: Step) -> list[str]:
        """The endings of the flow that a step runs which end the whole conversation."""
        if step.verb != "run":
            return []
        caught = {answer for answer, _ in step.then.answers}
        return [name for name, outcome in self.ends(step.run).items() if outcome.kind != "exit" and name not in caught]

    def _found_ends(self, flow: str) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        here = self.pack.flows.get(flow)
        for step in here.steps.values() if here is not None else ():
            for target in step.targets:
                outcome = self.pack.outcome(flow, target)
                if outcome is not None:
                    found.setdefault(target, outcome)
            for name in self.uncaught(step):
                found.setdefault(name, self.ends(step.run)[name])
        return found

    def _ways(self, flow: Flow, step: Step) -> Iterator[Way]:
        teller, then, here = self.teller, step.then, self.target(flow, step, NEXT)
        if step.when is not None or step.audience:
            yield Way("skip", here)
        if step.at_most is not None:
            words = teller.say("telling.limit", count=step.at_most.times)
            yield Way("limit", self.target(flow, step, step.at_most.otherwise), (words,))
        for answer, target in then.answers:
            yield Way("answer", self.target(flow, step, target), (self.answer(step, answer),))
        for row in then.rows:
            words = teller.say("telling.if", rule=teller.rule(row.when, flow.id))
            yield Way("rule", self.target(flow, step, row.target), (words,))
        left = self._left(step)
        if left is None or left:
            yield Way(
                "next" if then.otherwise == NEXT else "else", self.target(flow, step, then.otherwise), self._rest(step, left)
            )
        for name in self.uncaught(step):
            yield Way("end", name, (teller.say("telling.ends"),))

    def _rest(self, step: Step, left: list[str] | None) -> tuple[str, ...]:
        """The words for what goes on where nothing else is named."""
        if step.then.rows:
            return (self.teller.say("telling.otherwise"),)
        if not step.then.answers:
            return ()
        if left is None or (self.few is not None and len(left) > self.few):
            return (self.teller.say("telling.anything_else"),)
        return tuple(self.answer(step, answer) for answer in left)

    def _left(self, step: Step) -> list[str] | None:
        """The answers that `then` does not name; `None` where they can't be listed and there may be any."""
        if step.verb == "run" and not step.each:
            answers: list[str] | None = [name for name, outcome in self.ends(step.run).items() if outcome.kind == "exit"]
        else:
            answers = answers_of(self.pack, step) if step.then.answers else None
        if answers is None:
            return None
        named = {answer for answer, _ in step.then.answers}
        return [answer for answer in answers if answer not in named]


def answers_of(pack: Pack, step: Step) -> list[str] | None:
    """The answers that a `then` can name; `None` where they can't be listed, or nothing may be answered at all."""
    if step.verb == "try" and not step.each:
        return [*TRY_ANSWERS, *step.also]
    fact = pack.facts.get(step.facts[0]) if len(step.facts) == 1 and not step.each else None
    if fact is None or fact.audience or (fact.type != "yes-no" and not fact.choices):
        return None
    found = ["yes", "no"] if fact.type == "yes-no" else [choice.value for choice in fact.choices]
    return [*found, *(["none"] if fact.many and fact.none else []), *(["unsure"] if fact.unsure else [])]
