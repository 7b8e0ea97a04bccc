"""Where a walk has come to, as data, and what is known there.

Made by `engine.walk` and read by all that looks at a conversation; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from assistant.engine.answers import Special
from assistant.engine.book import Entry
from assistant.flow.expression import Items, Known, Rule, Value
from assistant.flow.model import Flow, Outcome, Pack, Step

TaskKind = Literal["ask", "try", "tell", "run"]
StuckCode = Literal["circle", "off-the-end", "missing-flow", "missing-target"]


class Task(NamedTuple):
    """One thing to do in a step: ask a fact, have something tried or read, or run a flow.

    `form` is the place of the form it belongs to; `repeat` asks though the fact is known; `second` is the asking after
    "not sure"; `optional` may be left empty.
    """

    kind: TaskKind
    place: str
    fact: str = ""
    items: Items = ()
    form: str = ""
    repeat: bool = False
    second: bool = False
    optional: bool = False


class Decision(NamedTuple):
    """Something that the walk decided on its way: by an answer, a rule, for want of either, or by `at_most`."""

    kind: Literal["answered", "rule", "else", "limit"]
    step: str
    rule: Rule | None = None


class Passed(NamedTuple):
    """A place that the walk went through, with the answer that served there."""

    task: Task
    flow: str
    step: str
    value: Value | Special | str
    entry: Entry
    kept: bool
    given: bool
    because: tuple[Decision, ...]


class Frame(NamedTuple):
    """A flow that is being walked: the first, or one that a step runs.

    `around` names the facts whose items the walk is inside of. `tasks` are what is left to do in the step; `outcome` is
    set once one is reached and its needs are being asked.
    """

    flow: Flow
    prefix: str = ""
    items: Items = ()
    around: tuple[str, ...] = ()
    step: str = ""
    visits: dict[str, int] = {}  # noqa: RUF012 - never changed in place
    results: dict[str, str] = {}  # noqa: RUF012
    tasks: tuple[Task, ...] = ()
    exit: str = ""
    outcome: str = ""


class State(NamedTuple):
    """Where a walk has come to. `waiting` are the tasks that need an answer now; without any it ended or is stuck."""

    frames: tuple[Frame, ...]
    facts: dict[str, Value]
    unsure: frozenset[str]
    entries: dict[str, dict[Items, Value | None]]
    settled: frozenset[tuple[str, Items]]
    passed: tuple[Passed, ...]
    clock: datetime
    fresh: frozenset[str]
    waiting: tuple[Task, ...]
    because: tuple[Decision, ...]
    stuck: StuckCode | None
    resumed: Mapping[str, datetime]
    audience: str
    """For whom it was walked: others' steps are skipped, others' questions not asked."""

    @property
    def step(self) -> Step | None:
        """The step that the walk stands in, unless it is at an outcome."""
        frame = self.frames[-1]
        return None if frame.outcome else frame.flow.steps.get(frame.step)

    def outcome(self, pack: Pack) -> Outcome | None:
        """The outcome that was reached, even while its needs are still asked."""
        frame = self.frames[-1]
        return pack.outcome(frame.flow.id, frame.outcome) if frame.outcome else None


def known_at(pack: Pack, state: State, items: Items | None = None, around: tuple[str, ...] = ()) -> Known:
    """What rules and texts may read where a walk stands; with `items`, inside those of the facts `around`."""
    frame = state.frames[-1]
    inside = frame.items if items is None else items
    facts = dict(state.facts)  # who asks may try an answer out in it
    known = knowing(pack, state.clock, facts, state.unsure, state.entries)
    scope(known, pack, facts, state.unsure, state.entries, inside, around or around_in(frame, inside))
    known.visits, known.results = frame.visits, frame.results
    return known


def knowing(
    pack: Pack, clock: datetime, facts: dict[str, Value], unsure: frozenset[str],
    entries: dict[str, dict[Items, Value | None]],
) -> Known:  # fmt: skip
    computed = {name: fact.value for name, fact in pack.facts.items() if fact.value is not None}
    known = Known(clock.date(), facts, unsure, computed, pack.tables)
    known.entries = entries
    return known


def around_in(frame: Frame, items: Items) -> tuple[str, ...]:
    step = frame.flow.steps.get(frame.step)
    extra = (step.each,) if step is not None and step.each and len(items) > len(frame.items) else ()
    return (*frame.around, *extra)


def scope(
    known: Known, pack: Pack, facts: dict[str, Value], unsure: frozenset[str],
    entries: dict[str, dict[Items, Value | None]], items: Items, around: tuple[str, ...],
) -> None:  # fmt: skip
    """Inside an `each`, a fact that was asked for the item reads as the item's answer."""
    known.item = items[-1] if items else None
    known.item_table = pack.facts[around[-1]].table if items and around and around[-1] in pack.facts else ""
    known.changed()
    if not entries:
        known.facts, known.unsure = facts, unsure
        return
    if not items:
        unsure_entries = {name for name, answers in entries.items() if None in answers.values()}
        known.facts, known.unsure = facts, unsure | unsure_entries
        return
    overlay, not_sure = dict(facts), set(unsure)
    for depth in range(1, len(items) + 1):
        for name, answers in entries.items():
            if items[:depth] in answers:
                value = answers[items[:depth]]
                if value is None:
                    overlay.pop(name, None)
                    not_sure.add(name)
                else:
                    overlay[name] = value
                    not_sure.discard(name)
    known.facts, known.unsure = overlay, frozenset(not_sure)
