"""Whether a conversation leads elsewhere than before, for the person who holds it: on another version of its pack, or on
another day. What only reads otherwise is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from assistant.engine.events import UNSURE, Answer
from assistant.engine.prompt import Attempt, Ending, Form, Question, Stuck, TrailEntry
from assistant.engine.renames import Renames
from assistant.engine.session import Session
from assistant.engine.state import Frame
from assistant.engine.where import flows_run, node_at, read_place
from assistant.engine.wording import heading
from assistant.flow.model import NEXT, Flow, Pack, Step
from assistant.flow.ways import unnamed
from assistant.words import say


class Differences(msgspec.Struct, frozen=True):
    """What is different; false where nothing is.

    Attributes:
        lost: what was asked and tried before and holds no more, neither at its place nor elsewhere. What may still be met
            behind the question that stands now, and would hold there, is not lost.
        again: the questions of those that stand to be answered now, in words.
        moved_to: what stands now, in words, where something else stood before; else "".
    """

    lost: tuple[TrailEntry, ...] = ()
    again: tuple[str, ...] = ()
    moved_to: str = ""

    def __bool__(self) -> bool:
        return bool(self.lost or self.again or self.moved_to)


def differences(before: Session, after: Session) -> Differences:
    """What is different for the person.

    Args:
        before: the conversation as it stood.
        after: the same one after `move` or `resume`, or both.
    """
    renames = Renames(before.pack, after.pack, before.flow)
    asked = tuple(_asked(after))
    now = {entry.place: entry for entry in after.trail}
    facts = {(entry.fact, entry.items): entry.value for entry in after.trail if entry.fact}
    ahead = _Ahead(after)
    lost: list[TrailEntry] = []
    again: dict[str, None] = {}
    for entry in before.trail:
        reads = renames.answer(Answer(entry.place, entry.value, entry.fact, entry.items))
        there = now.get(reads.place)
        here = there is not None and (there.fact, there.value) == (reads.fact, reads.value)
        elsewhere = facts.get((reads.fact, reads.items))
        if entry.kind == "tell" or here or elsewhere == reads.value:
            continue
        stands = [one for one in asked if _is_at(reads, one, after)]
        if stands or elsewhere is not None or not ahead.may_hold(reads):
            lost.append(entry)
            again.update((heading(one), None) for one in stands)
    moved_to = "" if _stands_same(before, after, renames) else _words(after)
    return Differences(tuple(lost), tuple(again), moved_to)


def _asked(session: Session) -> Iterator[Question | Attempt]:
    """The questions that stand, each by itself."""
    for asked in session.prompt.fields if isinstance(session.prompt, Form) else (session.prompt,):
        if isinstance(asked, Question | Attempt):
            yield asked


def _is_at(answer: Answer, asked: Question | Attempt, session: Session) -> bool:
    """Whether a question asks for what an answer said."""
    if isinstance(asked, Attempt):
        return answer.place == asked.place
    task = next(task for task in session.state.waiting if task.place == asked.place)
    return (answer.fact, answer.items) == (asked.fact, task.items)


def _stands_same(before: Session, after: Session, renames: Renames) -> bool:
    """Whether a conversation stands where it stood, for the person: the same question, the same ending."""
    was, now = before.prompt, after.prompt
    if isinstance(was, Ending) and isinstance(now, Ending):
        return renames.outcome(was.flow, was.outcome) == now.outcome
    if isinstance(was, Stuck) or isinstance(now, Stuck):
        return type(was) is type(now)
    asked = {(task.fact, task.items) for task in after.state.waiting if task.fact}
    for task in before.state.waiting:
        reads = renames.answer(Answer(task.place, "", task.fact, task.items))
        if (reads.fact, reads.items) in asked if reads.fact else reads.place == now.place:
            return True
    return type(was) is type(now) and not isinstance(now, Ending) and heading(was) == heading(now)


def _words(session: Session) -> str:
    """What stands, in words."""
    prompt = session.prompt
    if isinstance(prompt, Ending):
        return prompt.title
    return say("record.stuck", session.language) if isinstance(prompt, Stuck) else heading(prompt)


class _Ahead:
    """What may still be met behind the question that stands, judged by where the steps lead."""

    def __init__(self, session: Session) -> None:
        self.pack = session.pack
        self.flow = session.flow
        self.frames = session.state.frames if session.state.waiting else ()
        self.reached = {frame.prefix: _reached(self.pack, frame) for frame in self.frames}
        tasks = {task.fact for frame in self.frames for task in frame.tasks}
        self.facts = tasks.union(*(_facts_of(self.pack, frame.flow, self.reached[frame.prefix]) for frame in self.frames))

    def may_hold(self, answer: Answer) -> bool:
        """Whether it may be met, and be valid then as far as one can tell now."""
        if not answer.fact:
            return self._meets(answer.place)
        fact = self.pack.facts.get(answer.fact)
        if fact is None or answer.fact not in self.facts:
            return False
        if answer.value == UNSURE:
            return fact.unsure
        said = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        return not fact.choices or {choice.value for choice in fact.choices}.issuperset(said)

    def _meets(self, place: str) -> bool:
        spot = read_place(place)
        node = node_at(self.pack, self.flow, spot) if spot is not None else None
        if not isinstance(node, Step) or node.verb != "try":
            return False
        frame = next((one for one in reversed(self.frames) if place.startswith(one.prefix)), None)
        if frame is None:
            return False
        rest = read_place(place.removeprefix(frame.prefix))
        is_left = any(place == task.place or place.startswith(f"{task.place}/") for task in frame.tasks)
        return is_left or (rest is not None and rest.segments[0].id in self.reached[frame.prefix])


def _reached(pack: Pack, frame: Frame) -> set[str]:
    """The steps and outcomes of a flow that can come after the step in which the walk stands."""
    steps = frame.flow.steps
    ids = list(steps)
    below = dict(zip(ids, [*ids[1:], ""], strict=True))
    pending = [] if frame.outcome else [steps[frame.step]]
    found: set[str] = set()
    while pending:
        step = pending.pop()
        then, limit = step.then, step.at_most
        targets = [target for _, target in then.answers] + [row.target for row in then.rows]
        targets += [then.otherwise] if step.verb == "run" or unnamed(step, pack.facts, {}) else []
        targets += [limit.otherwise] if limit is not None else []
        targets += [NEXT] if step.id in found and (step.when is not None or step.audience) else []  # it may be skipped
        for target in targets:
            name = below[step.id] if target == NEXT else target
            if name and name not in found:
                found.add(name)
                pending += [steps[name]] if name in steps else []
    return found


def _facts_of(pack: Pack, flow: Flow, names: set[str]) -> set[str]:
    """The facts that some steps and outcomes of a flow ask, and all flows that they run."""
    steps = [flow.steps[name] for name in names if name in flow.steps]
    outcomes = [outcome for name in names if (outcome := pack.outcome(flow.id, name)) is not None]
    inner = {name for step in steps if step.run for name in flows_run(pack, step.run)}
    for name in inner:
        steps += pack.flows[name].steps.values()
        outcomes += pack.flows[name].outcomes.values()
    asked = [step.facts for step in steps] + [(*outcome.needs, *outcome.wants) for outcome in outcomes]
    return {fact for facts in asked for fact in facts}
