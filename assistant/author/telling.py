"""How the parts of a flow are said in words: rules with the labels of what they read, answers, steps, texts.

What a rule has no good words for is said as its author wrote it. Knows nothing of where the words are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from assistant.engine.wording import label as label_of_value
from assistant.engine.wording import show
from assistant.flow.expression import (
    Call,
    Compare,
    Day,
    Expression,
    Flag,
    Group,
    Known,
    Logic,
    Name,
    Not,
    Number,
    Rule,
    Special,
    Value,
    Word,
)  # fmt: skip
from assistant.flow.model import Fact, Flow, Outcome, Pack, Step
from assistant.flow.text import Blocks, Part, Text, fill, line, plain, plain_text
from assistant.words import say
from assistant.words.formats import clean, join

_NUMBERS = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
_DATES = {"<": "before", "<=": "until", ">": "after", ">=": "since"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class NoWords(Exception):
    """A rule for which there are no words but its own."""


class Teller:
    """Says what stands in a pack, in the pack's language."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.language = pack.language

    def say(self, code: str, **arguments: object) -> str:
        """A sentence of the program's own."""
        return say(code, self.language, **arguments)

    # Names -----------------------------------------------------------------------------------------------------------

    def fact(self, name: str) -> str:
        """What a fact is called: its label, else its question, else its name as words."""
        fact = self.pack.facts.get(name)
        if fact is not None and fact.label:
            return tidy(fact.label)
        return (self.line(fact.ask) if fact is not None else "") or as_words(name)

    def step(self, step: Step) -> str:
        """What a step is called in one line: what it asks, tries or says, or the flow that it runs."""
        if step.verb == "ask":
            if step.is_form:
                return join([self.fact(name) for name in step.facts], self.language)
            return self.question(step.facts[0]) if step.facts else as_words(step.id)
        if step.verb == "run":
            return self.flow(step.run)
        return self.line(step.label) or self.line(step.text) or as_words(step.id)

    def question(self, name: str) -> str:
        """A fact's question in one line."""
        fact = self.pack.facts.get(name)
        return (self.line(fact.ask) if fact is not None else "") or self.fact(name)

    def flow(self, name: str) -> str:
        """A flow's title."""
        flow = self.pack.flows.get(name)
        return tidy(flow.title if flow is not None else self.pack.titles.get(name, name))

    def outcome(self, outcome: Outcome) -> str:
        """An outcome's title; for an exit without one, its name as words."""
        return self.line(outcome.title) or as_words(outcome.id)

    # Answers ---------------------------------------------------------------------------------------------------------

    def answer(self, step: Step, answer: str) -> str:
        """An answer of an `ask` or a `try`, as the person reads it on the screen."""
        if step.verb == "try":
            return tidy(step.also[answer]) if answer in step.also else self.say(f"answer.{answer}")
        return self.choice(step.facts[0] if step.facts else "", answer)

    def choice(self, name: str, answer: str) -> str:
        """An answer to a fact's question in words."""
        fact = self.pack.facts.get(name)
        if answer == "unsure":
            return self.say("answer.unsure")
        if answer == "none":
            return show(self.pack, name, (), self.language)
        if fact is not None and fact.type == "yes-no":
            return self.say("answer.yes" if answer == "yes" else "answer.no")
        return tidy(label_of_value(fact, answer))

    # Texts -----------------------------------------------------------------------------------------------------------

    def line(self, text: Text | None) -> str:
        """What stands in a text always, as one line; a fact in it shows as its label."""
        if text is None:
            return ""
        return tidy(" ".join(line(self.blocks(part)) for part in text.parts if part.when is None))

    def paragraphs(self, text: Text | None, flow: str) -> list[str]:
        """A text in plain paragraphs, those that depend on a rule behind their rule."""
        found = []
        for part in text.parts if text is not None else ():
            words = clean(plain(self.blocks(part))).strip()
            if part.when is not None:
                words = self.say("telling.if", rule=self.rule(part.when, flow)) + ":\n" + words
            found.append(words)
        return found

    def blocks(self, part: Part) -> Blocks:
        """The blocks of a part with its facts shown as their labels, whether its rule holds or not."""
        record = plain_text(self.say("telling.record")).parts[0].blocks
        return fill(Text((Part(part.blocks),)), Known(date.min), self._placeholder, record)

    def _placeholder(self, name: str) -> str:
        if name == "item":
            return self.say("telling.item")
        return self.say("telling.to_fill", label=self.fact(name))

    # Rules -----------------------------------------------------------------------------------------------------------

    def rule(self, rule: Rule, flow: str) -> str:
        """A rule in words; where there are no good ones, as it is written.

        Args:
            rule: the rule.
            flow: the flow in which it stands: its steps may be spoken of.
        """
        try:
            return self._rule(rule.expression, flow)
        except NoWords:
            return tidy(rule.source)

    def _rule(self, node: Expression, flow: str) -> str:
        match node:
            case Name(name, "fact" | "computed"):
                return self._is(self.fact(name), self.say("answer.yes"))
            case Not(operand):
                return self._denied(operand, flow)
            case Logic(operation, operands):
                return self._joined(operation, [self._operand(one, operation, flow) for one in operands])
            case Compare(operation, left, right):
                return self._compared(operation, left, right, flow)
            case Call("known", (Name(name),)):
                return self.say("telling.known", label=self.fact(name))
            case Call("unsure", (Name(name),)):
                return self._is(self.fact(name), self.say("telling.not_sure"))
            case Call("any_of" | "all_of" | "only" as function, (Name(name), *members)):
                words = [self._value(one, name) for one in members]
                if function == "any_of":
                    return self._is(self.fact(name), join(words, self.language, "or"))
                return self._is(self.fact(name), self.say(f"telling.{function}", value=join(words, self.language)))
        raise NoWords

    def _operand(self, node: Expression, around: str, flow: str) -> str:
        words = self._rule(node, flow)
        inner = isinstance(node, Logic) and node.operation != around
        return self.say("telling.inner", rule=words) if inner else words

    def _joined(self, operation: str, parts: list[str]) -> str:
        first, *rest = parts
        for part in rest:
            first = self.say(f"telling.{operation}", first=first, second=part)
        return first

    def _denied(self, node: Expression, flow: str) -> str:
        match node:
            case Name(name, "fact" | "computed"):
                return self._is(self.fact(name), self.say("answer.no"))
            case Call("known", (Name(name),)):
                return self.say("telling.not_known", label=self.fact(name))
            case Compare("==", left, right):
                return self._compared("!=", left, right, flow)
            case Compare("in", left, right):
                return self._compared("not in", left, right, flow)
        raise NoWords

    def _compared(self, operation: str, left: Expression, right: Expression, flow: str) -> str:
        if not isinstance(left, Name | Call) and operation in _MIRRORED:
            left, right, operation = right, left, _MIRRORED[operation]
        if isinstance(right, Name) and isinstance(left, Word) and operation in ("in", "not in"):
            value = self._value(left, right.name)  # `'a' in f`: one of several chosen ones
            return self._is(self.fact(right.name), value if operation == "in" else self.say("telling.not", value=value))
        subject, fact, value_of = self._subject(left, flow)
        if isinstance(right, Group):
            if operation not in ("in", "not in"):
                raise NoWords
            value = join([value_of(one) for one in right.members], self.language, "or")
        else:
            value = value_of(right)
        if operation in ("!=", "not in"):
            value = self.say("telling.not", value=value)
        elif operation in _NUMBERS:
            dated = fact is not None and fact.type == "date"
            value = self.say("telling." + (_DATES if dated else _NUMBERS)[operation], value=value)
        return self._is(subject, value)

    def _subject(self, node: Expression, flow: str) -> tuple[str, Fact | None, Callable[[Expression], str]]:
        """What a comparison is about: its words, the fact, and how a value beside it is said."""
        match node:
            case Name(name):
                return self.fact(name), self.pack.facts.get(name), lambda value: self._value(value, name)
            case Call("result", (Word(step_id),)):
                step = self._step_of(flow, step_id)
                return self.step(step), None, lambda value: self.answer(step, _word(value))
            case Call("visits", (Word(step_id),)):
                subject = self.say("telling.visits", step=self.step(self._step_of(flow, step_id)))
            case Call("count" | "days_until" as function, (Name(name),)):
                subject = self.say(f"telling.{function}", label=self.fact(name))
            case _:
                raise NoWords
        return subject, None, lambda value: self._value(value, "")

    def _step_of(self, flow: str, step_id: str) -> Step:
        found: Flow | None = self.pack.flows.get(flow)
        if found is None or step_id not in found.steps:
            raise NoWords
        return found.steps[step_id]

    def _value(self, node: Expression, fact: str) -> str:
        """A value beside a fact: a literal in the fact's words, another fact by its label."""
        match node:
            case Word(value) | Number(value) | Day(value) | Flag(value):
                known: Value = value
                return tidy(show(self.pack, fact, known, self.language))
            case Name(name):
                return self.say("telling.named", label=self.fact(name))
            case Special("today"):
                return self.say("telling.today")
        raise NoWords

    def _is(self, label: str, value: str) -> str:
        return self.say("telling.asked_is" if label.endswith("?") else "telling.is", label=label, value=value)


def _word(node: Expression) -> str:
    if isinstance(node, Word):
        return node.value
    raise NoWords


def as_words(name: str) -> str:
    """A name as words: `not-found` as "Not found"."""
    words = re.sub(r"[-_]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def tidy(text: str) -> str:
    """A text on one line, with nothing in it that is not to be seen."""
    return " ".join(clean(text).split())
