"""One step further from a state, in every way in which answers can lead there: the walk over knowledge with much of
it left open. What it does must be what `engine.walk` does; the tests hold the two against each other.

Where something can't be told exactly (what was asked once for each item) it allows more than can happen, never less.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.author.explore.asking import Asking
from assistant.author.explore.know import Know, Many, Mark
from assistant.author.explore.matters import Matter, texts_of_outcome, texts_of_step
from assistant.author.explore.moves import Doing, End, Frame, Move, Noticed, Said, State, Taken, Trap, move_to, said_too
from assistant.author.explore.solve import ITEM, TODAY, has
from assistant.engine.where import flows_run
from assistant.flow.expression import Rule
from assistant.flow.model import NEXT, TRY_ANSWERS, Flow, Pack, Step

_MOST_COUNTED = 12
"""How often a step is counted that only `visits` asks about."""


class Walker(Asking):
    """The moves from states of one pack, for one audience."""

    def __init__(self, pack: Pack, audience: str) -> None:
        super().__init__(pack, audience)
        self._per_item: dict[str, frozenset[str]] = {}
        self._read_results = _results_read(pack)

    def start(self, flow: str) -> State:
        """The state in which a flow begins."""
        first = next(iter(self.pack.flows[flow].steps))
        whole = {name for name, fact in self.pack.facts.items() if fact.type == "date"} | {TODAY}
        return State((Frame(flow, first),), Know({}, {}, {}, frozenset(whole)))

    def moves(self, state: State) -> Iterator[Move]:
        """Every way on from a state."""
        frame = state.frames[-1]
        flow = self.pack.flows[frame.flow]
        step = flow.steps[frame.step]
        self.decider.item_table = self._table(state)
        doing = Doing(state.know)
        if frame.more:  # an item of its `each` is done: another one, or on
            yield from (move._replace(next_item=True) for move in self._item(state, flow, step, doing))
            yield from self._leave(state, flow, step, self._items_done(step, doing), "")
            return
        if step.audience and step.audience != self.audience:
            yield from self._go(state, flow, step, NEXT, doing, Taken(flow.id, step.id, "skip"))
            return
        for inner, held in self._held(step.when, flow, step.id, doing):
            if held:
                yield from self._enter(state, flow, step, inner)
            else:
                yield from self._go(state, flow, step, NEXT, inner, Taken(flow.id, step.id, "skip"))

    def _enter(self, state: State, flow: Flow, step: Step, doing: Doing) -> Iterator[Move]:
        visit, most = self._visit(flow, step, doing.know), step.at_most
        over = most is not None and visit > most.times
        key = (*(frame.step for frame in state.frames[:-1]), step.id, ">" if over else "")
        if key in state.met:
            yield move_to(Trap("circle", flow.id, step.id), doing)
            return
        state = state._replace(met=state.met | {key})
        if most is not None and over:
            yield from self._go(state, flow, step, most.otherwise, doing, Taken(flow.id, step.id, "over"))
            return
        if visit:
            doing = doing._replace(know=doing.know.with_fact(f"visits:{step.id}", frozenset({str(visit)})))
        doing = self.shown(texts_of_step(step), flow, step.id, doing)
        doing = doing._replace(taken=(*doing.taken, Taken(flow.id, step.id, "step")))
        if step.each:
            yield from self._each(state, flow, step, doing)
        elif step.verb == "run":
            yield self._run(state, flow, step, doing, more=False)
        else:
            for inner, answer in self._done(flow, step, doing):
                yield from self._leave(state, flow, step, inner, answer)

    def _visit(self, flow: Flow, step: Step, know: Know) -> int:
        """The how-manieth entry it is; 0 where nobody counts."""
        if step.at_most is None and f"visits:{step.id}" not in self._read_results:
            return 0
        before = know.facts.get(f"visits:{step.id}")
        count = int(next(iter(before))) if isinstance(before, frozenset) else 0
        return min(count + 1, step.at_most.times + 1 if step.at_most is not None else _MOST_COUNTED)

    def _done(self, flow: Flow, step: Step, doing: Doing) -> Iterator[tuple[Doing, str]]:
        """Doing what a step says, once; with how a `try` went."""
        if step.verb == "ask":
            for inner in self._asked(flow, step.id, step.facts, doing, again=step.again, optional=False):
                yield inner, ""
        elif step.verb == "try":
            yield from self._tried(flow, step, doing)
        elif step.verb == "tell":
            yield said_too(doing, Said("tell", step.id)), ""
        else:
            yield doing, ""

    def _tried(self, flow: Flow, step: Step, doing: Doing) -> Iterator[tuple[Doing, str]]:
        answers = (*TRY_ANSWERS, *step.also)
        name = f"result:{step.id}"
        together: dict[str, list[str]] = {}
        for answer in answers:
            key = answer if name in self._read_results else dict(step.then.answers).get(answer, "")
            together.setdefault(key, []).append(answer)
        for group in together.values():
            know = doing.know
            if name in self._read_results and not step.each:
                know = know.with_fact(name, frozenset({group[0]}))
            yield said_too(doing._replace(know=know), Said("try", step.id, group[0])), group[0]

    def _asked(
        self, flow: Flow, where: str, facts: tuple[str, ...], doing: Doing, *, again: bool, optional: bool
    ) -> Iterator[Doing]:
        """Asking facts one after the other, each that is not settled."""
        if not facts:
            yield doing
            return
        fact = self.pack.facts[facts[0]]
        skipped = bool(fact.audience) and fact.audience != self.audience
        settled = fact.name in doing.know.facts and not again
        answered = [doing] if skipped or settled else self.answers(flow, where, fact, doing, optional=optional)
        for inner in answered:
            yield from self._asked(flow, where, facts[1:], inner, again=again, optional=optional)

    def _each(self, state: State, flow: Flow, step: Step, doing: Doing) -> Iterator[Move]:
        """Once for every chosen value; nothing where none is chosen, or nothing is known of it."""
        domain = doing.know.facts.get(step.each)
        if not isinstance(domain, Many):
            if domain is Mark.ANY:
                yield from self._item(state, flow, step, doing)
            yield from self._leave(state, flow, step, doing, "")
            return
        if not domain.chosen and not domain.some:
            nothing = doing.know.narrowed(step.each, domain._replace(left=domain.every))
            done = self._items_done(step, doing._replace(know=nothing))
            yield from self._leave(state, flow, step, done, "")
        if domain.left != domain.every:
            some = doing._replace(know=doing.know.narrowed(step.each, domain._replace(some=True)))
            yield from self._item(state, flow, step, some)

    def _item(self, state: State, flow: Flow, step: Step, doing: Doing) -> Iterator[Move]:
        domain = doing.know.facts.get(step.each)
        choices = frozenset(choice.value for choice in self.pack.facts[step.each].choices)
        items = domain.every - domain.left if isinstance(domain, Many) else choices
        inside = self._asked_inside(step)
        self.decider.item_table = self.pack.facts[step.each].table
        fresh = doing.know.without(inside).with_fact(ITEM, items)
        ways = [fresh]
        before = sorted(inside & doing.know.facts.keys())
        if before:  # some were asked for other items, or for this one when it was met before
            for name in before:
                fresh = fresh.with_fact(name, Mark.ANY)
            ways.append(fresh)
        for know in ways:
            yield from self._of_item(state, flow, step, doing._replace(know=know))

    def _of_item(self, state: State, flow: Flow, step: Step, doing: Doing) -> Iterator[Move]:
        if step.verb == "run":
            yield self._run(state, flow, step, doing, more=True)
            return
        for inner, _ in self._done(flow, step, doing):
            frame = state.frames[-1]._replace(more=True)
            met = frozenset() if inner.said else state.met
            to = State((*state.frames[:-1], frame), self._outside(step, inner.know), met)
            yield move_to(to, inner)

    def _items_done(self, step: Step, doing: Doing) -> Doing:
        """What was asked for each item is known as such from here on."""
        know = doing.know
        for name in sorted(self._asked_inside(step)):
            if name not in know.facts:
                know = know.with_fact(name, Mark.ANY)
        return doing._replace(know=know)

    def _outside(self, step: Step, know: Know) -> Know:
        """What is known once an item is done: of what was asked for it only that it was."""
        inside = self._asked_inside(step)
        asked = {name for name in inside if name in know.facts}
        know = know.without(inside | {ITEM})
        for name in sorted(asked):
            know = know.with_fact(name, Mark.ANY)
        return know

    def _asked_inside(self, step: Step) -> frozenset[str]:
        """The facts that are asked for each item of a step."""
        if not step.run:
            return frozenset(step.facts)
        if step.run not in self._per_item:
            flows = [self.pack.flows[name] for name in flows_run(self.pack, step.run)]
            inside = frozenset(fact for flow in flows for inner in flow.steps.values() for fact in inner.facts)
            self._per_item[step.run] = inside
        return self._per_item[step.run]

    def _run(self, state: State, flow: Flow, step: Step, doing: Doing, *, more: bool) -> Move:
        called = self.pack.flows.get(step.run)
        if called is None or not called.steps:
            return move_to(Trap("missing", flow.id, step.id), doing)
        own = tuple((name, domain) for name, domain in doing.know.facts.items() if name.startswith(("result:", "visits:")))
        above = state.frames[-1]._replace(more=more, kept=own)
        know = doing.know.without(frozenset(name for name, _ in own))
        frames = (*state.frames[:-1], above, Frame(called.id, next(iter(called.steps))))
        return move_to(State(frames, know, state.met), doing)

    def _leave(self, state: State, flow: Flow, step: Step, doing: Doing, answer: str) -> Iterator[Move]:
        """Where `then` says."""
        pending = [doing]
        if step.verb == "ask" and not step.each:
            pending = []
            for target, inner, named in self._by_fact(step, doing, list(step.then.answers)):
                if target:
                    yield from self._go(state, flow, step, target, inner, Taken(flow.id, step.id, "answer", named))
                else:
                    pending.append(inner)
        elif answer in dict(step.then.answers):
            target = dict(step.then.answers)[answer]
            alike = [answer] if step.verb == "run" else [one for one, other in step.then.answers if other == target]
            *more, last = (Taken(flow.id, step.id, "answer", one) for one in alike)
            doing = doing._replace(taken=(*doing.taken, *more))
            yield from self._go(state, flow, step, target, doing, last)
            return
        for inner in pending:
            yield from self._by_rows(state, flow, step, inner, 0)

    def _by_fact(self, step: Step, doing: Doing, answers: list[tuple[str, str]]) -> Iterator[tuple[str, Doing, str]]:
        """The ways out by what a fact is; with no target where none is named."""
        name = step.facts[0]
        domain = doing.know.facts.get(name)
        if not answers or domain is None or domain in (Mark.EMPTY, Mark.SOME):
            yield "", doing, ""
        elif domain is Mark.ANY:
            yield from ((target, doing, answer) for answer, target in answers)
            yield "", doing, ""
        elif domain is Mark.UNSURE:
            target = dict(answers).get("unsure", "")
            yield target, doing, "unsure"
        elif isinstance(domain, frozenset):
            for answer, target in answers:
                if answer in domain:
                    yield target, doing._replace(know=doing.know.narrowed(name, frozenset({answer}))), answer
            left = domain - {answer for answer, _ in answers}
            if left:
                yield "", doing._replace(know=doing.know.narrowed(name, left)), ""
        elif isinstance(domain, Many):
            yield from self._by_many(name, domain, doing, answers)

    def _by_many(
        self, name: str, domain: Many, doing: Doing, answers: list[tuple[str, str]]
    ) -> Iterator[tuple[str, Doing, str]]:
        if not answers:
            yield "", doing, ""
            return
        (answer, target), rest = answers[0], answers[1:]
        if answer == "none":
            if not domain.chosen and not domain.some:
                nothing = domain._replace(left=domain.every)
                yield target, doing._replace(know=doing.know.narrowed(name, nothing)), answer
            if domain.left != domain.every:
                some = domain._replace(some=True)
                yield from self._by_many(name, some, doing._replace(know=doing.know.narrowed(name, some)), rest)
            return
        for know, held in has(name, answer, doing.know):
            if held:
                yield target, doing._replace(know=know), answer
            else:
                left = know.facts[name]
                assert isinstance(left, Many)
                yield from self._by_many(name, left, doing._replace(know=know), rest)

    def _by_rows(self, state: State, flow: Flow, step: Step, doing: Doing, number: int) -> Iterator[Move]:
        rows = step.then.rows
        if number == len(rows):
            yield from self._go(state, flow, step, step.then.otherwise, doing, Taken(flow.id, step.id, "else"))
            return
        for inner, held in self._held(rows[number].when, flow, step.id, doing):
            if held:
                taken = Taken(flow.id, step.id, "row", str(number))
                yield from self._go(state, flow, step, rows[number].target, inner, taken)
            else:
                yield from self._by_rows(state, flow, step, inner, number + 1)

    def _held(self, rule: Rule | None, flow: Flow, step: str, doing: Doing) -> Iterator[tuple[Doing, bool]]:
        """Whether a rule holds here; where it is unknown, that is noticed."""
        if rule is None:
            yield doing, True
            return
        for know, held in self.decider.truths(rule.expression, doing.know):
            inner = doing._replace(know=know)
            if held is None:
                noticed = Noticed("unknown-rule", flow.id, step, rule.source, (rule.line, rule.column))
                inner = inner._replace(noticed=(*inner.noticed, noticed))
            yield inner, held is True

    def _go(self, state: State, flow: Flow, step: Step, target: str, doing: Doing, taken: Taken) -> Iterator[Move]:
        """Go where a step leads."""
        doing = doing._replace(taken=(*doing.taken, taken))
        if target == NEXT:
            ids = list(flow.steps)
            where = ids.index(step.id) + 1
            target = ids[where] if where < len(ids) else ""
            if not target:
                yield move_to(Trap("off-the-end", flow.id, step.id), doing)
                return
        if target in flow.steps:
            frame = state.frames[-1]._replace(step=target, more=False)
            met = frozenset() if doing.said else state.met
            yield move_to(State((*state.frames[:-1], frame), doing.know, met), doing)
        else:
            yield from self._reach(state, flow, target, doing)

    def _reach(self, state: State, flow: Flow, name: str, doing: Doing) -> Iterator[Move]:
        outcome = self.pack.outcome(flow.id, name)
        if outcome is None:
            yield move_to(Trap("missing", flow.id, name), doing)
            return
        doing = doing._replace(taken=(*doing.taken, Taken(flow.id, "", "outcome", name)))
        for depth in range(len(state.frames) - 1, 0, -1):
            above = state.frames[depth - 1]
            caller = self.pack.flows[above.flow]
            step = caller.steps[above.step]
            if outcome.kind == "exit" or name in dict(step.then.answers):
                met = frozenset() if doing.said else state.met
                yield from self._return(state._replace(frames=state.frames[:depth], met=met), caller, step, doing, name)
                return
        if outcome.kind == "exit":  # the flow is held by itself, though it only serves others
            yield move_to(End(flow.id, name), doing)
            return
        for asked in self._asked(flow, name, outcome.needs, doing, again=False, optional=False):
            for done in self._asked(flow, name, outcome.wants, asked, again=False, optional=True):
                shown = self.shown(texts_of_outcome(outcome), flow, name, done)
                yield move_to(End(flow.id, name), shown)

    def _return(self, state: State, flow: Flow, step: Step, doing: Doing, name: str) -> Iterator[Move]:
        frame = state.frames[-1]
        know = doing.know.without(frozenset(name for name in doing.know.facts if name.startswith(("result:", "visits:"))))
        for own, domain in frame.kept:
            know = know.with_fact(own, domain)
        doing = doing._replace(know=know)
        state = state._replace(frames=(*state.frames[:-1], frame._replace(kept=())))
        if frame.more:
            to = state._replace(know=self._outside(step, know))
            yield move_to(to, doing)
        else:
            yield from self._leave(state, flow, step, doing, name)

    def _table(self, state: State) -> str:
        """The table of the item that is gone through."""
        for frame in reversed(state.frames):
            step = self.pack.flows[frame.flow].steps[frame.step]
            if frame.more and step.each:
                return self.pack.facts[step.each].table
        return ""


def _results_read(pack: Pack) -> frozenset[str]:
    """Results and counts of steps that some rule of the pack asks for."""
    matter, found = Matter(pack), set()
    for flow in pack.flows.values():
        for step in flow.steps:
            found |= {name for name in matter.before(flow.id, step).read if name.startswith(("result:", "visits:"))}
    return frozenset(found)
