"""The walk: answers folded over a flow until a question has no valid one.

Where a person stands is never stored, only derived: this module is that derivation ("What happens when" in
`flows/README.md`). It takes a pack, the answers in force and where a walk had come to, and says where it comes to now. It
knows no clock, no disk and no screen; words are put together in `engine.present`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from assistant.engine.answers import Refused, Special, read
from assistant.engine.book import Book, Entry
from assistant.engine.events import SEEN, UNSURE, Started, Written
from assistant.engine.state import Decision, Frame, Passed, State, StuckCode, Task, around_in, knowing, scope
from assistant.engine.where import flows_run
from assistant.flow.expression import Items, Value
from assistant.flow.model import NEXT, TRY_ANSWERS, Pack, Step

AGAIN = ".again"
"""How the place ends where a question is asked once more after "not sure"."""


def walk(
    pack: Pack,
    flow: str,
    started: Started,
    book: Book,
    *,
    resumed: Mapping[str, datetime] | None = None,
    state: State | None = None,
    audience: str = "",
    until: str = "",
) -> State:
    """Fold answers over a flow.

    Args:
        pack: the flow and all it can reach.
        flow: the id, in this pack, of the flow that the conversation began with.
        started: when and for whom it began.
        book: the answers in force.
        resumed: for a place, the time at which the conversation went on after it ("" for the start).
        state: where an earlier walk over the same answers stood, to go on from there; from the start if left out.
        audience: for whom, where it is not the one that it began with.
        until: a place to stop before, whether there is an answer or not.
    """
    walker = _Walker(pack, flow, started, book, resumed or {}, state, audience, until)
    walker.go()
    return walker.state()


class _Walker:
    def __init__(
        self, pack: Pack, flow: str, started: Started, book: Book, resumed: Mapping[str, datetime], state: State | None,
        audience: str, until: str,
    ) -> None:  # fmt: skip
        self.pack = pack
        self.audience = state.audience if state is not None else audience or started.audience
        self.language = started.language or pack.language
        self.book = book
        self.resumed = resumed if state is None else state.resumed
        self.until = until
        self.waiting: tuple[Task, ...] = ()
        self.stuck: StuckCode | None = None
        if state is None:
            self.frames = [Frame(pack.flows[flow])]
            self.facts: dict[str, Value] = {}
            self.unsure: frozenset[str] = frozenset()
            self.entries: dict[str, dict[Items, Value | None]] = {}
            self.settled: set[tuple[str, Items]] = set()
            self.passed: list[Passed] = []
            self.clock = max(started.time, resumed.get("", started.time))
            self.fresh: set[str] = set()
            self.because: list[Decision] = []
        else:
            self.frames = list(state.frames)
            self.facts = dict(state.facts)
            self.unsure = state.unsure
            self.entries = dict(state.entries)
            self.settled = set(state.settled)
            self.passed = list(state.passed)
            self.clock = state.clock
            self.fresh = set(state.fresh)
            self.because = list(state.because)
        self.known = knowing(pack, self.clock, self.facts, self.unsure, self.entries)
        self.rescope(())
        if state is None:
            for place in book.given:
                self.take_given(place)
            if not self.waiting:
                self.enter(next(iter(self.frames[0].flow.steps), ""))

    def state(self) -> State:
        return State(
            tuple(self.frames), self.facts, self.unsure, self.entries, frozenset(self.settled), tuple(self.passed),
            self.clock, frozenset(self.fresh), self.waiting, tuple(self.because), self.stuck, self.resumed,
            self.audience,
        )  # fmt: skip

    def go(self) -> None:
        """Walk on until something is asked, the end is reached, or there is no way on."""
        while not self.waiting and self.stuck is None:
            frame = self.frames[-1]
            if frame.tasks:
                self.perform(frame)
            elif frame.outcome:
                return
            else:
                self.leave(frame)

    def rescope(self, items: Items) -> None:
        frame = self.frames[-1]
        inside = items or frame.items
        scope(self.known, self.pack, self.facts, self.unsure, self.entries, inside, around_in(frame, inside))
        self.known.visits, self.known.results = frame.visits, frame.results

    def take_given(self, place: str) -> None:
        """A fact that was given before the first question: known from the start, if it is valid."""
        entry = self.book.places.get(place)
        fact = self.pack.facts.get(entry.fact) if entry is not None else None
        if entry is None or fact is None or fact.value is not None or (fact.name, ()) in self.settled or self.waiting:
            return  # on another version of the pack the fact may be gone, computed, or one with another given one
        task = Task("ask", place, entry.fact)
        if place == self.until:
            self.waiting = (task,)
            return
        value = self.valid(task, entry.value)
        if value is not None:
            self.learn(task, value, entry, given=True)

    def enter(self, step_id: str) -> None:
        """Go to a step, passing over those that are skipped."""
        while self.stuck is None:
            frame = self.frames[-1]
            step = frame.flow.steps.get(step_id)
            if step is None:
                self.stuck = "off-the-end"
                return
            if self.skips(step):
                step_id = self.below(step)  # only ever down, so that this comes to an end
                continue
            key = frame.prefix + step_id
            visit = frame.visits.get(step_id, 0) + 1
            over = step.at_most is not None and visit > step.at_most.times
            met = f"{key}>" if over else key
            if met in self.fresh:
                self.stuck = "circle"
                return
            self.fresh.add(met)
            if step.when is not None:
                self.because.append(Decision("rule", key, step.when))
            if over and step.at_most is not None:
                self.because.append(Decision("limit", key))
                target = step.at_most.otherwise
                if target in frame.flow.steps or target == NEXT:
                    step_id = self.below(step) if target == NEXT else target
                    continue
                self.reach(target)
                return
            frame = frame._replace(step=step_id, visits={**frame.visits, step_id: visit}, exit="")
            self.frames[-1] = frame._replace(tasks=self.tasks_of(step, frame, visit))
            self.rescope(())
            return

    def skips(self, step: Step) -> bool:
        """Whether a step is passed over: it is for another audience, or its `when` does not hold."""
        other = step.audience and step.audience != self.audience
        return bool(other) or (step.when is not None and not step.when.holds(self.known))

    def below(self, step: Step) -> str:
        ids = list(self.frames[-1].flow.steps)
        where = ids.index(step.id) + 1
        return ids[where] if where < len(ids) else ""

    def tasks_of(self, step: Step, frame: Frame, visit: int) -> tuple[Task, ...]:
        base = frame.prefix + step.id + (f"#{visit}" if visit > 1 else "")
        if not step.verb:
            return ()
        if not step.each:
            return tuple(self.tasks_at(step, base, frame.items))
        chosen = self.known.get(step.each)
        if chosen == ():  # nothing is asked, and that nothing is known of it
            self.entries = {**{fact: {} for fact in self.asked_in(step)}, **self.entries}
            self.known.entries = self.entries
        if not isinstance(chosen, tuple):
            return ()
        return tuple(task for item in chosen for task in self.tasks_at(step, f"{base}[{item}]", (*frame.items, item)))

    def asked_in(self, step: Step) -> tuple[str, ...]:
        """The facts that a step asks, by itself or in the flow that it runs."""
        if not step.run:
            return step.facts
        flows = [self.pack.flows[flow] for flow in flows_run(self.pack, step.run)]
        return tuple(fact for flow in flows for inner in flow.steps.values() for fact in inner.facts)

    def tasks_at(self, step: Step, place: str, items: Items) -> list[Task]:
        if step.verb != "ask":
            return [Task(step.verb, place, items=items)]  # type: ignore[arg-type]
        if not step.is_form:
            return [Task("ask", place, fact, items, repeat=step.again) for fact in step.facts]
        return [Task("ask", f"{place}.{fact}", fact, items, form=place, repeat=step.again) for fact in step.facts]

    def perform(self, frame: Frame) -> None:
        task = frame.tasks[0]
        if task.place == self.until:
            self.waiting = (task,)
            return
        if task.kind == "run":
            self.run(frame, task)
            return
        if task.items != frame.items or self.known.item is not None:
            self.rescope(task.items)
        if task.kind == "ask":
            self.ask(frame, task)
            return
        entry = self.book.places.get(task.place)
        step = frame.flow.steps[frame.step]
        if entry is None or entry.fact or not _fits(step, entry.value):
            self.waiting = (task,)
            return
        frame = frame._replace(tasks=frame.tasks[1:])
        if task.kind == "try" and not step.each:
            frame = frame._replace(results={**frame.results, frame.step: str(entry.value)})
        self.frames[-1] = frame
        self.pass_by(task, str(entry.value), entry)
        self.rescope(())

    def ask(self, frame: Frame, task: Task) -> None:
        found = self.find(task)
        if found == "skip":
            self.frames[-1] = frame._replace(tasks=frame.tasks[1:])
        elif found is None:
            self.waiting = tuple(
                other
                for other in frame.tasks
                if other == task or (task.form and other.form == task.form and not other.second and not self.find(other))
            )
        else:
            value, entry = found
            self.frames[-1] = frame._replace(tasks=frame.tasks[1:])
            self.learn(task, value, entry)

    def find(self, task: Task) -> tuple[Value | Special, Entry] | Literal["skip"] | None:
        """The answer that serves a place: its own, else the newest to the same fact. `None` where it must be asked."""
        fact = self.pack.facts[task.fact]
        if fact.audience and fact.audience != self.audience:
            return "skip"
        if not task.repeat and any((task.fact, task.items[:n]) in self.settled for n in range(len(task.items) + 1)):
            return "skip"
        own = self.book.places.get(task.place)
        if own is not None and own.fact == task.fact:  # else an older version asked something else here
            value = self.valid(task, own.value)
            return None if value is None else (value, own)
        taken = self.book.taken_back.get(task.place)
        if task.repeat or (taken is not None and taken.fact == task.fact):
            return None
        for entry in self.book.others(task.fact, task.items, task.place):
            value = self.valid(task, entry.value)
            if value is not None and entry.place != task.place + AGAIN:  # that one is only asked after this
                return value, entry
        return None

    def valid(self, task: Task, value: Written) -> Value | Special | None:
        fact = self.pack.facts[task.fact]
        try:
            return read(self.pack, fact, value, self.known, self.audience, self.language, optional=task.optional)
        except Refused:
            return None

    def learn(self, task: Task, value: Value | Special, entry: Entry, *, given: bool = False) -> None:
        """Take over an answer to a question."""
        fact = self.pack.facts[task.fact]
        known: Value | None = None if isinstance(value, Special) else value
        if task.items:
            if value is not Special.EMPTY:
                entries = {**self.entries.get(task.fact, {}), task.items: known}
                self.entries = {**self.entries, task.fact: entries}
                self.known.entries = self.entries
        elif known is None:
            self.facts.pop(task.fact, None)
            if value is Special.UNSURE:
                self.unsure |= {task.fact}
        else:
            self.facts[task.fact] = known
            self.unsure -= {task.fact}
        self.settled.add((task.fact, task.items))
        final = task.second or given or entry.place.endswith(AGAIN)  # said twice, or by somebody else
        if value is Special.UNSURE and fact.unsure_tell is not None and not final:
            self.ask_again(task)
        self.pass_by(task, value, entry, given=given)
        self.rescope(task.items)

    def ask_again(self, task: Task) -> None:
        """After "not sure" and what is told then, the question comes once more: after the form, where it is in one."""
        second = task._replace(place=task.place + AGAIN, repeat=True, second=True)
        frame = self.frames[-1]
        tasks, where = frame.tasks, 0
        while task.form and where < len(tasks) and tasks[where].form == task.form:
            where += 1
        self.frames[-1] = frame._replace(tasks=(*tasks[:where], second, *tasks[where:]))

    def pass_by(self, task: Task, value: Value | Special | str, entry: Entry, *, given: bool = False) -> None:
        frame = self.frames[-1]
        kept = entry.place != task.place
        because = () if given else tuple(self.because)
        self.passed.append(Passed(task, frame.flow.id, frame.step, value, entry, kept, given, because))
        self.because.clear()
        self.fresh.clear()
        self.clock = max(self.clock, entry.time, self.resumed.get(task.place, entry.time))
        self.known.today = self.clock.date()
        self.known.changed()

    def run(self, frame: Frame, task: Task) -> None:
        step = frame.flow.steps[frame.step]
        flow = self.pack.flows.get(step.run)
        if flow is None or not flow.steps:
            self.stuck = "missing-flow"
            return
        around = (*frame.around, step.each) if step.each else frame.around
        self.frames.append(Frame(flow, f"{task.place}/", task.items, around))
        self.rescope(())
        self.enter(next(iter(flow.steps)))

    def leave(self, frame: Frame) -> None:
        """All is done in a step: go where `then` says."""
        step = frame.flow.steps[frame.step]
        key = frame.prefix + step.id
        self.rescope(())
        target, decision = self.target(step, frame, key)
        if decision is not None:
            self.because.append(decision)
        if target == NEXT:
            self.enter(self.below(step))
        elif target in frame.flow.steps:
            self.enter(target)
        else:
            self.reach(target)

    def target(self, step: Step, frame: Frame, key: str) -> tuple[str, Decision | None]:
        then = step.then
        if then.answers:
            given = self.given_answers(step, frame)
            for answer, target in then.answers:
                if answer in given:
                    return target, Decision("answered", key)
        for row in then.rows:
            if row.when.holds(self.known):
                return row.target, Decision("rule", key, row.when)
        decision = None if then.otherwise == NEXT else Decision("else", key)
        return then.otherwise, decision

    def given_answers(self, step: Step, frame: Frame) -> tuple[str, ...]:
        """The answers of a step by which a `then` map can go."""
        if step.verb == "try":
            return (frame.results.get(step.id, ""),)
        if step.verb == "run":
            return (frame.exit,)
        name = step.facts[0]
        value = self.known.get(name)
        if value is None:
            return (UNSURE,) if self.known.is_unsure(name) else ()
        if isinstance(value, bool):
            return ("yes" if value else "no",)
        if isinstance(value, tuple):
            return value or ("none",)
        return (str(value),)

    def reach(self, name: str) -> None:
        """An outcome is reached: it goes back to the flow that runs this one, or it is the end."""
        frame = self.frames[-1]
        outcome = self.pack.outcome(frame.flow.id, name)
        if outcome is None:
            self.stuck = "missing-target"
            return
        for depth in range(len(self.frames) - 1, 0, -1):
            above = self.frames[depth - 1]
            if outcome.kind == "exit" or name in dict(above.flow.steps[above.step].then.answers):
                del self.frames[depth:]
                self.frames[-1] = above._replace(tasks=above.tasks[1:], exit=name)
                self.rescope(())
                return
        base = f"{frame.prefix}{name}."
        needs = [Task("ask", base + fact, fact, frame.items) for fact in outcome.needs]
        wants = [Task("ask", base + fact, fact, frame.items, optional=True) for fact in outcome.wants]
        self.frames[-1] = frame._replace(outcome=name, tasks=(*needs, *wants))


def _fits(step: Step, value: Written) -> bool:
    """Whether a logged answer of a `try` or `tell` is still one of its answers."""
    return value == SEEN if step.verb == "tell" else value in TRY_ANSWERS or value in step.also
