"""Which facts still matter at a step: what can be read, asked or shown from there on. All else is forgotten, which keeps
the number of states small however much was asked before.

Judged from the shape of the flows alone. Knows nothing of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.flow.expression import Call, Name, Rule, Special, Word
from assistant.flow.model import NEXT, Fact, Flow, Outcome, Pack, Step
from assistant.flow.reads import nodes
from assistant.flow.text import Text

_NONE: frozenset[str] = frozenset()


class Matters(NamedTuple):
    """Facts whose value is `read`, that are `asked` where they are not settled, and that a text `shows`."""

    read: frozenset[str] = _NONE
    asked: frozenset[str] = _NONE
    shown: frozenset[str] = _NONE

    def plus(self, other: Matters) -> Matters:
        """Both."""
        return Matters(self.read | other.read, self.asked | other.asked, self.shown | other.shown)


class Matter:
    """What matters at each step of a pack's flows."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._flows: dict[str, dict[str, Matters]] = {}
        self._whole: dict[str, Matters] = {}
        self._read: dict[int, frozenset[str]] = {}

    def before(self, flow: str, step: str) -> Matters:
        """From entering a step on, in its own flow."""
        if flow not in self._flows:
            self._flows[flow] = self._fixed(self.pack.flows[flow])
        return self._flows[flow].get(step, Matters())

    def after(self, flow: str, step: str) -> Matters:
        """From the `then` of a step on."""
        one = self.pack.flows[flow]
        found = self._of_then(one, one.steps[step])
        for target in targets(one, one.steps[step]):
            found = found.plus(self.before(flow, target) if target in one.steps else self.of_outcome(flow, target))
        return found

    def of_outcome(self, flow: str, name: str) -> Matters:
        """From reaching an outcome on."""
        outcome = self.pack.outcome(flow, name)
        if outcome is None:
            return Matters()
        found = Matters(read=self._reads((outcome.come_back,)))
        for fact in (*outcome.needs, *outcome.wants):
            found = found.plus(self._of_asking(fact))
        return self._of_texts(texts_of_outcome(outcome), found)

    def read_by(self, rule: Rule) -> frozenset[str]:
        """The facts that a rule reads, those behind computed ones too; `today` is none. A step's result and how often it
        was entered are facts of their own here."""
        key = id(rule)
        if key not in self._read:
            self._read[key] = frozenset(self._in_rule(rule))
        return self._read[key]

    def _in_rule(self, rule: Rule) -> Iterator[str]:
        pending, seen = [rule.expression], set()
        while pending:
            for node in nodes(pending.pop()):
                if isinstance(node, Name) and node.name not in seen:
                    seen.add(node.name)
                    fact = self.pack.facts.get(node.name)
                    if fact is not None and fact.value is not None:
                        pending.append(fact.value.expression)
                    else:
                        yield node.name
                elif isinstance(node, Special) and node.name == "item":
                    yield "item"
                elif isinstance(node, Call) and node.function in ("result", "visits"):
                    step = node.arguments[0]
                    yield f"{node.function}:{step.value if isinstance(step, Word) else ''}"

    def _reads(self, rules: Iterable[Rule | None]) -> frozenset[str]:
        return _NONE.union(*(self.read_by(rule) for rule in rules if rule is not None))

    def _of_asking(self, name: str) -> Matters:
        fact = self.pack.facts[name]
        read = self._reads((fact.min, fact.max, *(one.when for one in fact.refuse), *(one.when for one in fact.choices)))
        return self._of_texts(texts_of_fact(fact), Matters(read - {name}, frozenset({name})))

    def _of_texts(self, texts: Iterable[Text | None], found: Matters) -> Matters:
        read, shown = set(found.read), set(found.shown)
        for text in texts:
            if text is None:
                continue
            read |= self._reads(part.when for part in text.parts)
            for name in text.facts():
                fact = self.pack.facts.get(name)
                if fact is not None and fact.value is not None:
                    read |= self.read_by(fact.value)
                else:
                    shown.add(name)
        return Matters(frozenset(read), found.asked, frozenset(shown))

    def _of_then(self, flow: Flow, step: Step) -> Matters:
        read = self._reads(row.when for row in step.then.rows)
        if step.then.answers and step.verb == "ask":
            read |= {step.facts[0]}
        return Matters(read)

    def _of_step(self, flow: Flow, step: Step) -> Matters:
        read = self._reads((step.when,)) | ({step.each} if step.each else _NONE)
        if step.at_most is not None:
            read |= {f"visits:{step.id}"}
        found = self._of_texts(texts_of_step(step), Matters(read)).plus(self._of_then(flow, step))
        for fact in step.facts:
            found = found.plus(self._of_asking(fact))
        if step.run in self.pack.flows:
            found = found.plus(self._of_flow(step.run))
        return found

    def _of_flow(self, flow: str) -> Matters:
        """Everywhere in a flow that is run. What it knows of its own steps is gone when it comes back."""
        if flow not in self._whole:
            self._whole[flow] = Matters()
            one = self.pack.flows[flow]
            found = Matters()
            for step in one.steps.values():
                found = found.plus(self._of_step(one, step))
                for target in targets(one, step):
                    found = found.plus(self.of_outcome(flow, target)) if target not in one.steps else found
            self._whole[flow] = found
        return self._whole[flow]

    def _fixed(self, flow: Flow) -> dict[str, Matters]:
        """For each step of a flow, by going round until nothing changes."""
        own = {step.id: self._of_step(flow, step) for step in flow.steps.values()}
        after = {step.id: list(targets(flow, step)) for step in flow.steps.values()}
        found = dict(own)
        for step_id, leads in after.items():
            for target in leads:
                if target not in flow.steps:
                    found[step_id] = found[step_id].plus(self.of_outcome(flow.id, target))
        changed = True
        while changed:
            changed = False
            for step_id in reversed(list(flow.steps)):
                now = found[step_id]
                for target in after[step_id]:
                    if target in flow.steps:
                        now = now.plus(found[target])
                if now != found[step_id]:
                    found[step_id], changed = now, True
        return found


def targets(flow: Flow, step: Step) -> Iterator[str]:
    """Everything that a step can lead to in its own flow: steps and outcomes."""
    ids = list(flow.steps)
    where = ids.index(step.id) + 1
    below = ids[where] if where < len(ids) else ""
    named = [target for _, target in step.then.answers] + [row.target for row in step.then.rows] + [step.then.otherwise]
    named += [step.at_most.otherwise] if step.at_most is not None else []
    named += [NEXT] if step.when is not None or step.audience else []
    for target in dict.fromkeys(named):
        found = below if target == NEXT else target
        if found:
            yield found


def texts_of_step(step: Step) -> tuple[Text | None, ...]:
    """Every text that a step shows."""
    message = step.message
    return (step.text, step.note, step.label, *((message.to, message.subject, message.body) if message else ()))


def texts_of_fact(fact: Fact) -> tuple[Text | None, ...]:
    """Every text that asking a fact may show."""
    choices = (text for choice in fact.choices for text in (choice.help, choice.note))
    return (fact.ask, fact.help, fact.why, fact.note, fact.unsure_tell, *(one.tell for one in fact.refuse), *choices)


def texts_of_outcome(outcome: Outcome) -> tuple[Text | None, ...]:
    """Every text that an outcome shows."""
    message = outcome.message
    return (
        outcome.title, outcome.tell, outcome.note, outcome.subject, outcome.to, outcome.hours, *outcome.fields.values(),
        *((message.to, message.subject, message.body) if message else ()),
    )  # fmt: skip
