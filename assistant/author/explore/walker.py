"""One step further from a state, in every way in which answers can lead there: `language.md` §5 over knowledge with much of
it left open. What it does must be what `engine.walk` does; the tests hold the two against each other.

Where something can't be told exactly (what was asked once for each item) it allows more than can happen, never less.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

from assistant.author.explore.decide import ITEM, TODAY, Decider, has
from assistant.author.explore.know import Domain, Know, Limits, Linear, Many, Mark
from assistant.author.explore.matters import texts_of_fact, texts_of_outcome, texts_of_step
from assistant.engine.where import flows_run
from assistant.flow.expression import Rule
from assistant.flow.model import NEXT, TRY_ANSWERS, Fact, Flow, Pack, Step
from assistant.flow.reads import facts_read
from assistant.flow.text import Text

_MOST_COUNTED = 12
"""How often a step is counted that only `visits` asks about."""


class Frame(NamedTuple):
    """A flow that is walked, and the step that is entered next; of a flow that runs another, the step that does. `more`
    is set once an item of its `each` was done; `kept` is what its steps know of themselves, while another flow runs."""

    flow: str
    step: str
    more: bool = False
    kept: tuple[tuple[str, Domain], ...] = ()


class State(NamedTuple):
    """Where a conversation can be. `met` are the steps that were entered since something was asked last."""

    frames: tuple[Frame, ...]
    know: Know
    met: frozenset[tuple[str, ...]] = frozenset()


class End(NamedTuple):
    """An outcome is reached, and all it needs is known."""

    flow: str
    outcome: str


class Trap(NamedTuple):
    """There is no way on."""

    code: Literal["circle", "off-the-end", "no-answer", "missing"]
    flow: str
    name: str


class Said(NamedTuple):
    """Something that was answered: a fact (a value unless it says what), how a `try` went, or that a `tell` was read."""

    kind: Literal["ask", "try", "tell"]
    name: str
    answer: str = ""


class Taken(NamedTuple):
    """A way out of a step, or something reached: `what` is the answer, the number of the row, and so on."""

    flow: str
    step: str
    kind: Literal["step", "skip", "answer", "row", "else", "over", "asked", "choice", "outcome"]
    what: str = ""


class Noticed(NamedTuple):
    """Something about a rule or a text in this state that an author should know."""

    kind: Literal["unknown-rule", "unsettled", "perhaps-unknown", "all-refused", "no-choice"]
    flow: str
    where: str
    name: str
    at: tuple[int, int] = (0, 0)


class Move(NamedTuple):
    """One way on. `next_item` leads to another item of an `each`: there are only so many of them."""

    to: State | End | Trap
    said: tuple[Said, ...]
    taken: tuple[Taken, ...]
    noticed: tuple[Noticed, ...]
    know: Know
    next_item: bool = False


class _Doing(NamedTuple):
    """A step that is being done: what is known by now, and what was said, taken and noticed on the way."""

    know: Know
    said: tuple[Said, ...] = ()
    taken: tuple[Taken, ...] = ()
    noticed: tuple[Noticed, ...] = ()


class Walker:
    """The moves from states of one pack, for one audience."""

    def __init__(self, pack: Pack, audience: str) -> None:
        self.pack = pack
        self.audience = audience
        self.decider = Decider(pack.facts, pack.tables)
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
        doing = _Doing(state.know)
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

    def _enter(self, state: State, flow: Flow, step: Step, doing: _Doing) -> Iterator[Move]:
        visit, most = self._visit(flow, step, doing.know), step.at_most
        over = most is not None and visit > most.times
        key = (*(frame.step for frame in state.frames[:-1]), step.id, ">" if over else "")
        if key in state.met:
            yield _move(Trap("circle", flow.id, step.id), doing)
            return
        state = state._replace(met=state.met | {key})
        if most is not None and over:
            yield from self._go(state, flow, step, most.otherwise, doing, Taken(flow.id, step.id, "over"))
            return
        if visit:
            doing = doing._replace(know=doing.know.with_fact(f"visits:{step.id}", frozenset({str(visit)})))
        doing = self._shown(texts_of_step(step), flow, step.id, doing)
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

    def _done(self, flow: Flow, step: Step, doing: _Doing) -> Iterator[tuple[_Doing, str]]:
        """Doing what a step says, once; with how a `try` went."""
        if step.verb == "ask":
            for inner in self._asked(flow, step.id, step.facts, doing, again=step.again, optional=False):
                yield inner, ""
        elif step.verb == "try":
            yield from self._tried(flow, step, doing)
        elif step.verb == "tell":
            yield _say(doing, Said("tell", step.id)), ""
        else:
            yield doing, ""

    def _tried(self, flow: Flow, step: Step, doing: _Doing) -> Iterator[tuple[_Doing, str]]:
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
            yield _say(doing._replace(know=know), Said("try", step.id, group[0])), group[0]

    def _asked(
        self, flow: Flow, where: str, facts: tuple[str, ...], doing: _Doing, *, again: bool, optional: bool
    ) -> Iterator[_Doing]:
        """Asking facts one after the other, each that is not settled."""
        if not facts:
            yield doing
            return
        fact = self.pack.facts[facts[0]]
        skipped = bool(fact.audience) and fact.audience != self.audience
        settled = fact.name in doing.know.facts and not again
        answered = [doing] if skipped or settled else self._answers(flow, where, fact, doing, optional=optional)
        for inner in answered:
            yield from self._asked(flow, where, facts[1:], inner, again=again, optional=optional)

    def _answers(self, flow: Flow, where: str, fact: Fact, doing: _Doing, *, optional: bool) -> Iterator[_Doing]:
        """The ways in which a question can be answered."""
        doing = self._shown(texts_of_fact(fact), flow, where, doing)
        doing = doing._replace(taken=(*doing.taken, Taken(flow.id, where, "asked", fact.name)))
        for domain, know in self._domains(fact, doing.know):
            offers = domain.every if isinstance(domain, Many) else domain if isinstance(domain, frozenset) else ()
            choices = tuple(Taken(fact.name, "", "choice", choice) for choice in sorted(offers))
            known = doing._replace(know=know.with_fact(fact.name, domain), taken=(*doing.taken, *choices))
            is_offered = domain != frozenset() and (not isinstance(domain, Many) or domain.possible)
            taken = list(self._valid(fact, known)) if is_offered else []
            for inner in taken:
                yield _say(inner, Said("ask", fact.name))
            if not taken and not fact.unsure and not optional:
                noticed = Noticed("all-refused" if is_offered else "no-choice", flow.id, where, fact.name)
                yield known._replace(noticed=(*known.noticed, noticed), know=know.with_fact(fact.name, Mark.SOME))
        if fact.unsure:
            twice = "unsure-unsure" if fact.unsure_tell is not None else "unsure"
            yield _say(doing._replace(know=doing.know.with_fact(fact.name, Mark.UNSURE)), Said("ask", fact.name, twice))
        if optional:
            yield _say(doing._replace(know=doing.know.with_fact(fact.name, Mark.EMPTY)), Said("ask", fact.name, "empty"))

    def _domains(self, fact: Fact, know: Know) -> Iterator[tuple[Domain, Know]]:
        """What a fact can be: its choices that are offered, for each way in which their rules can hold."""
        if fact.type not in ("yes-no", "choice"):
            yield Mark.SOME, know
        elif fact.type == "yes-no":
            yield frozenset({"yes", "no"}), know
        elif all(choice.when is None and not choice.audience for choice in fact.choices):
            yield from self._choices(fact, frozenset(choice.value for choice in fact.choices), know)
        else:
            yield from self._offered(fact, 0, frozenset(), know)

    def _offered(self, fact: Fact, number: int, offered: frozenset[str], know: Know) -> Iterator[tuple[Domain, Know]]:
        if number == len(fact.choices):
            yield from self._choices(fact, offered, know)
            return
        choice = fact.choices[number]
        if choice.audience and choice.audience != self.audience:
            yield from self._offered(fact, number + 1, offered, know)
        elif choice.when is None:
            yield from self._offered(fact, number + 1, offered | {choice.value}, know)
        else:
            for inner, held in self.decider.truths(choice.when.expression, know):
                yield from self._offered(fact, number + 1, offered | {choice.value} if held else offered, inner)

    def _choices(self, fact: Fact, offered: frozenset[str], know: Know) -> Iterator[tuple[Domain, Know]]:
        yield Many(offered, some=not fact.none) if fact.many else offered, know

    def _valid(self, fact: Fact, doing: _Doing) -> Iterator[_Doing]:
        """An answer within its limits, which no `refuse` turns down."""
        for low, rule in ((True, fact.min), (False, fact.max)):
            if rule is not None and fact.type in ("number", "money", "date"):
                doing = self._limited(fact, rule, doing, low=low)
        if fact.type in ("money",) and fact.min is None:
            own = Linear(((fact.name, Fraction(1)),), Fraction(0))
            doing = doing._replace(know=doing.know.limited(own, Limits(Fraction(0))) or doing.know)
        yield from self._not_refused([one.when for one in fact.refuse], doing)

    def _limited(self, fact: Fact, rule: Rule, doing: _Doing, *, low: bool) -> _Doing:
        own = Linear(((fact.name, Fraction(1)),), Fraction(0), fact.type == "date")
        found = list(self.decider.values(rule.expression, doing.know))
        if len(found) == 1 and isinstance(found[0][1], Linear):  # else the limit is left open
            zero = Fraction(0)
            limited = found[0][0].limited(own.plus(found[0][1], -1), Limits(zero) if low else Limits(None, zero))
            return doing._replace(know=limited) if limited is not None else doing
        return doing

    def _not_refused(self, rules: list[Rule], doing: _Doing) -> Iterator[_Doing]:
        if not rules:
            yield doing
            return
        for know, held in self.decider.truths(rules[0].expression, doing.know):
            if held is not True:
                yield from self._not_refused(rules[1:], doing._replace(know=know))

    def _each(self, state: State, flow: Flow, step: Step, doing: _Doing) -> Iterator[Move]:
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

    def _item(self, state: State, flow: Flow, step: Step, doing: _Doing) -> Iterator[Move]:
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

    def _of_item(self, state: State, flow: Flow, step: Step, doing: _Doing) -> Iterator[Move]:
        if step.verb == "run":
            yield self._run(state, flow, step, doing, more=True)
            return
        for inner, _ in self._done(flow, step, doing):
            frame = state.frames[-1]._replace(more=True)
            met = frozenset() if inner.said else state.met
            to = State((*state.frames[:-1], frame), self._outside(step, inner.know), met)
            yield _move(to, inner)

    def _items_done(self, step: Step, doing: _Doing) -> _Doing:
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

    def _run(self, state: State, flow: Flow, step: Step, doing: _Doing, *, more: bool) -> Move:
        called = self.pack.flows.get(step.run)
        if called is None or not called.steps:
            return _move(Trap("missing", flow.id, step.id), doing)
        own = tuple((name, domain) for name, domain in doing.know.facts.items() if name.startswith(("result:", "visits:")))
        above = state.frames[-1]._replace(more=more, kept=own)
        know = doing.know.without(frozenset(name for name, _ in own))
        frames = (*state.frames[:-1], above, Frame(called.id, next(iter(called.steps))))
        return _move(State(frames, know, state.met), doing)

    def _leave(self, state: State, flow: Flow, step: Step, doing: _Doing, answer: str) -> Iterator[Move]:
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

    def _by_fact(self, step: Step, doing: _Doing, answers: list[tuple[str, str]]) -> Iterator[tuple[str, _Doing, str]]:
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
        self, name: str, domain: Many, doing: _Doing, answers: list[tuple[str, str]]
    ) -> Iterator[tuple[str, _Doing, str]]:
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

    def _by_rows(self, state: State, flow: Flow, step: Step, doing: _Doing, number: int) -> Iterator[Move]:
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

    def _held(self, rule: Rule | None, flow: Flow, step: str, doing: _Doing) -> Iterator[tuple[_Doing, bool]]:
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

    def _go(self, state: State, flow: Flow, step: Step, target: str, doing: _Doing, taken: Taken) -> Iterator[Move]:
        """Go where a step leads."""
        doing = doing._replace(taken=(*doing.taken, taken))
        if target == NEXT:
            ids = list(flow.steps)
            where = ids.index(step.id) + 1
            target = ids[where] if where < len(ids) else ""
            if not target:
                yield _move(Trap("off-the-end", flow.id, step.id), doing)
                return
        if target in flow.steps:
            frame = state.frames[-1]._replace(step=target, more=False)
            met = frozenset() if doing.said else state.met
            yield _move(State((*state.frames[:-1], frame), doing.know, met), doing)
        else:
            yield from self._reach(state, flow, target, doing)

    def _reach(self, state: State, flow: Flow, name: str, doing: _Doing) -> Iterator[Move]:
        outcome = self.pack.outcome(flow.id, name)
        if outcome is None:
            yield _move(Trap("missing", flow.id, name), doing)
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
            yield _move(End(flow.id, name), doing)
            return
        for asked in self._asked(flow, name, outcome.needs, doing, again=False, optional=False):
            for done in self._asked(flow, name, outcome.wants, asked, again=False, optional=True):
                shown = self._shown(texts_of_outcome(outcome), flow, name, done)
                yield _move(End(flow.id, name), shown)

    def _return(self, state: State, flow: Flow, step: Step, doing: _Doing, name: str) -> Iterator[Move]:
        frame = state.frames[-1]
        know = doing.know.without(frozenset(name for name in doing.know.facts if name.startswith(("result:", "visits:"))))
        for own, domain in frame.kept:
            know = know.with_fact(own, domain)
        doing = doing._replace(know=know)
        state = state._replace(frames=(*state.frames[:-1], frame._replace(kept=())))
        if frame.more:
            to = state._replace(know=self._outside(step, know))
            yield _move(to, doing)
        else:
            yield from self._leave(state, flow, step, doing, name)

    def _shown(self, texts: tuple[Text | None, ...], flow: Flow, where: str, doing: _Doing) -> _Doing:
        """Look whether everything that texts show is settled. Rules in them split nothing here: one that may hold counts."""
        found: list[Noticed] = []
        for text in texts:
            for part in text.parts if text is not None else ():
                names = list(Text((part,)).facts())
                if names:
                    found.extend(self._unsettled(names, part.when, flow, where, doing.know))
        return doing._replace(noticed=(*doing.noticed, *found)) if found else doing

    def _unsettled(self, names: list[str], when: Rule | None, flow: Flow, where: str, know: Know) -> Iterator[Noticed]:
        ways = [know]
        if when is not None:
            ways = [inner for inner, held in self.decider.truths(when.expression, know) if held]
        for name in names:
            fact = self.pack.facts.get(name)
            if fact is None or fact.per_item or not ways:
                continue
            if fact.value is None:
                domain = ways[0].facts.get(name)
                if domain is None and not (fact.audience and fact.audience != self.audience):
                    yield Noticed("unsettled", flow.id, where, name)
                elif domain is Mark.UNSURE:
                    yield Noticed("perhaps-unknown", flow.id, where, name)
            else:
                yield from self._unsettled_behind(fact, flow, where, ways)

    def _unsettled_behind(self, fact: Fact, flow: Flow, where: str, ways: list[Know]) -> Iterator[Noticed]:
        """A computed fact is not known where one that it needs was never asked."""
        assert fact.value is not None
        asked = _asked_behind(fact, self.pack)
        for know in ways:
            for inner, value in self.decider.values(fact.value.expression, know):
                if value is None:
                    never = [name for name in asked if name not in inner.facts]
                    kind: Literal["unsettled", "perhaps-unknown"] = "unsettled" if never else "perhaps-unknown"
                    yield Noticed(kind, flow.id, where, never[0] if never else fact.name)
                    return

    def _table(self, state: State) -> str:
        """The table of the item that is gone through."""
        for frame in reversed(state.frames):
            step = self.pack.flows[frame.flow].steps[frame.step]
            if frame.more and step.each:
                return self.pack.facts[step.each].table
        return ""


def _move(to: State | End | Trap, doing: _Doing) -> Move:
    return Move(to, doing.said, doing.taken, doing.noticed, doing.know)


def _say(doing: _Doing, said: Said) -> _Doing:
    return doing._replace(said=(*doing.said, said))


def _asked_behind(fact: Fact, pack: Pack) -> list[str]:

    assert fact.value is not None
    return sorted(
        name for name in facts_read(fact.value, pack.facts) if name in pack.facts and pack.facts[name].value is None
    )


def _results_read(pack: Pack) -> frozenset[str]:
    """Results and counts of steps that some rule of the pack asks for."""
    from assistant.author.explore.matters import Matter

    matter, found = Matter(pack), set()
    for flow in pack.flows.values():
        for step in flow.steps:
            found |= {name for name in matter.before(flow.id, step).read if name.startswith(("result:", "visits:"))}
    return frozenset(found)
