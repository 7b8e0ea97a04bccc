"""A flow as a script to read aloud: what is asked and told at each step, each answer and where it leads, what falls
through written out, and the endings last. For an expert who checks a flow with a colleague, over the phone perhaps.

Plain text, no wider than prose should be. Holds no conversation: everything that could come is told.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from assistant.author.telling import Teller, as_words, tidy
from assistant.author.ways import Way, Ways, answers_of
from assistant.flow.expression import Name
from assistant.flow.model import Flow, Message, Outcome, Pack, Step
from assistant.flow.text import Text
from assistant.words.formats import join

WIDTH = 76
_INDENT = "    "
_LONGEST_TITLE = 64
_BULLET = re.compile(r"\s*(?:- |\d+\. )")


class _Frame(NamedTuple):
    """A flow that is told, and the step of another in whose place it stands."""

    flow: Flow
    numbers: str = ""
    above: _Frame | None = None
    step: Step | None = None

    def number(self, step: str) -> str:
        """What a step of it is called."""
        return f"{self.numbers}{list(self.flow.steps).index(step) + 1}"


def aloud(pack: Pack, flow: str) -> str:
    """A flow as a script to read aloud. Flows that it runs are told in their place, each once.

    Args:
        pack: a pack that holds the flow and all that it runs.
        flow: the flow's id.

    Raises:
        KeyError: the pack has no such flow.
    """
    here, script = pack.flows[flow], _Script(pack)
    title = script.teller.flow(flow)
    lines = [title, "=" * min(WIDTH, len(title))]
    if here.summary:
        lines += ["", *_wrapped(tidy(here.summary), "")]
    lines += script.steps(_Frame(here))
    lines += script.endings()
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Script:
    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.teller = Teller(pack)
        self.ways = Ways(self.teller, few=None)
        self.say = self.teller.say
        self.told: dict[str, str] = {}
        """The flows that were told, each with the number of the step in whose place."""
        self.ends: dict[str, tuple[Outcome, Flow]] = {}
        """The endings that were led to, each with the flow it stands in; their order gives their letters."""

    # Steps -----------------------------------------------------------------------------------------------------------

    def steps(self, frame: _Frame) -> Iterator[str]:
        """All steps of a flow, those of the flows that it runs behind the steps that run them."""
        for step in frame.flow.steps.values():
            number = frame.number(step.id)
            first, *others = self.step(frame, step)
            yield ""
            lead = f"{number}. ".ljust(len(_INDENT))
            yield from _wrapped(first, lead, _INDENT)
            for line in others:
                yield _INDENT + line
            if step.verb == "run" and self.told.get(step.run) == number:
                yield from self.steps(_Frame(self.pack.flows[step.run], f"{number}.", frame, step))

    def step(self, frame: _Frame, step: Step) -> Iterator[str]:
        """A step in lines: for whom it is, what it says, where it leads."""
        ways = self.ways.of(frame.flow, step)
        conditions = list(self.conditions(frame, step, ways))
        sentences = [*conditions, self.sentence(frame, step)]
        yield sentences[0]
        for sentence in sentences[1:]:
            yield from _wrapped(sentence, "", width=WIDTH - len(_INDENT))
        yield from _apart(self.texts(frame, step))
        yield from self.beside(frame, step)
        if step.verb in ("try", "tell"):
            yield ""
        yield from self.leads(frame, step, ways)

    def conditions(self, frame: _Frame, step: Step, ways: Iterable[Way]) -> Iterator[str]:
        """When a step is met at all, and how often."""
        skip = next((way for way in ways if way.kind == "skip"), None)
        if skip is not None:
            rules = [self.teller.rule(step.when, frame.flow.id)] if step.when is not None else []
            where = self.where(frame, step, skip.target)
            if step.audience:
                rules.insert(0, self.say("aloud.agent" if step.audience == "agent" else "aloud.customer"))
            yield self.say("aloud.only", rule=join(rules, self.pack.language), where=where)
        if step.each:
            yield self.say("aloud.each", label=self.teller.fact(step.each))

    def sentence(self, frame: _Frame, step: Step) -> str:
        """What is done at a step, in a sentence."""
        match step.verb:
            case "ask":
                return self.say("aloud.form") if step.is_form else self.say("aloud.ask", question=self.teller.step(step))
            case "try":
                return self.say("aloud.try", title=self.teller.line(step.label) or as_words(step.id))
            case "tell":
                return self.say("aloud.tell")
            case "run":
                return self.run(frame, step)
            case _:
                return self.say("aloud.junction")

    def run(self, frame: _Frame, step: Step) -> str:
        """That another flow is held here; it is told once, and referred to from then on."""
        here, inner = frame.number(step.id), self.pack.flows[step.run]
        told = self.told.setdefault(step.run, here)
        code = "aloud.run" if told == here else "aloud.run_again"
        return self.say(code, title=self.teller.flow(step.run), first=f"{told}.1", last=f"{told}.{len(inner.steps)}")

    def texts(self, frame: _Frame, step: Step) -> Iterator[list[str]]:
        """What is read to the person, part by part."""
        if step.verb in ("try", "tell"):
            yield from self.parts(step.text, frame.flow.id)
        if step.message is not None:
            yield self.message(step.message, frame.flow.id)
        if step.verb in ("try", "tell") and step.note is not None:
            yield self.lines(self.said_of("aloud.note", step.note, frame.flow.id))

    def beside(self, frame: _Frame, step: Step) -> Iterator[str]:
        """What helps with the questions of a step."""
        for name in step.facts:
            if step.is_form:
                yield from _bullet(self.teller.question(name))
            hang = "  " if step.is_form else ""
            for line in self.about(frame, name):
                yield hang + line
        if step.verb == "ask" and step.note is not None:
            yield from self.lines(self.said_of("aloud.note", step.note, frame.flow.id))

    def said_of(self, code: str, text: Text, flow: str) -> str:
        """A text behind a word that says what it is."""
        return self.say(code, text="\n\n".join(self.teller.paragraphs(text, flow)))

    def about(self, frame: _Frame, name: str) -> Iterator[str]:
        """What helps with a question, and which answers are not taken."""
        fact = self.pack.facts[name]
        for code, text in (("aloud.help", fact.help), ("aloud.note", fact.note), ("aloud.unsure", fact.unsure_tell)):
            if text is not None:
                yield from self.lines(self.said_of(code, text, frame.flow.id))
        for refusal in fact.refuse:
            rule = self.teller.rule(refusal.when, frame.flow.id)
            yield from self.lines(self.say("aloud.refuse", rule=rule, text=self.teller.line(refusal.tell)))

    def leads(self, frame: _Frame, step: Step, ways: Iterable[Way]) -> Iterator[str]:
        """Where a step leads, one line for each place. A flow told in its place leads on by itself."""
        told_here = step.verb == "run" and self.told.get(step.run) == frame.number(step.id)
        for way in ways:
            if way.kind == "skip" or (told_here and way.kind in ("answer", "end") and not step.each):
                continue
            where = self.where(frame, step, way.target, inside=step.run if way.kind == "end" else "")
            if told_here and way.kind != "limit" and not (step.each or step.then.rows):
                continue
            words = self.takes(step, way)
            if words:
                yield from _bullet(self.say("aloud.way", answer=words, where=where))
            else:
                yield from self.lines(self.say("aloud.then", where=where))

    def takes(self, step: Step, way: Way) -> str:
        """What takes a way: its rule, or its answers, which are all where none is named; "" where nothing is asked."""
        words = way.words
        if not words and step.verb in ("ask", "try") and not step.is_form and not step.each:
            answers = answers_of(self.pack, step)
            if answers is None:
                return self.say("aloud.any")
            words = tuple(self.teller.answer(step, answer) for answer in answers)
        if way.kind == "answer" or (way.kind in ("else", "next") and not step.then.rows):
            words = tuple(self.say("telling.named", label=word) for word in words)
        told = join(words, self.pack.language, "or")
        return told[:1].upper() + told[1:]

    # Where a way leads -----------------------------------------------------------------------------------------------

    def where(self, frame: _Frame, step: Step, target: str, inside: str = "") -> str:
        """Where a way from a step leads, as an invitation. `inside` is the flow whose ending it is, if not this one."""
        if not inside and target in frame.flow.steps:
            return self.to_step(frame, step, target)
        outcome = self.ways.ends(inside)[target] if inside else self.pack.outcome(frame.flow.id, target)
        assert outcome is not None  # a pack that loads has no other target
        return self.to_outcome(frame, outcome)

    def to_step(self, frame: _Frame, step: Step | None, target: str) -> str:
        ids = list(frame.flow.steps)
        number = frame.number(target)
        if step is not None and step.id in ids:
            distance = ids.index(target) - ids.index(step.id)
            if distance == 1:
                return self.say("aloud.on", number=number)
            if distance <= 0:
                return self.say("aloud.back", number=number, title=self.short(frame.flow.steps[target]))
        return self.say("aloud.to_step", number=number, title=self.short(frame.flow.steps[target]))

    def to_outcome(self, frame: _Frame, outcome: Outcome) -> str:
        """The ending itself, or where the flow above goes on."""
        below = frame
        while below.above is not None and below.step is not None:
            if outcome.kind == "exit" or outcome.id in dict(below.step.then.answers):
                return self.to_above(below.above, below.step, outcome)
            below = below.above
        letter = self.letter(outcome, frame.flow)
        return self.say("aloud.to_ending", letter=letter, title=self.teller.outcome(outcome))

    def to_above(self, above: _Frame, step: Step, outcome: Outcome) -> str:
        ways = self.ways.after(above.flow, step, outcome.id)
        title = self.teller.outcome(outcome)
        if len(ways) != 1 or step.each:
            return self.say("aloud.done_open", exit=title, number=above.number(step.id))
        return self.say("aloud.done", exit=title, where=self.where(above, step, ways[0].target))

    def letter(self, outcome: Outcome, flow: Flow) -> str:
        """What an ending is called: A, B, … Z, AA, …"""
        shared = self.pack.outcomes.get(outcome.id) == outcome
        key = outcome.id if shared else f"{outcome.at.path}/{outcome.id}"
        self.ends.setdefault(key, (outcome, flow))
        return _letter(list(self.ends).index(key))

    def short(self, step: Step) -> str:
        """A step's title, cut where it is a whole text."""
        return textwrap.shorten(self.teller.step(step), _LONGEST_TITLE, placeholder="…")

    # Endings ---------------------------------------------------------------------------------------------------------

    def endings(self) -> Iterator[str]:
        """Every ending that was led to, with its letter."""
        if self.ends:
            heading = self.say("aloud.endings")
            yield from ("", "", heading, "-" * len(heading))
        for number, (outcome, flow) in enumerate(self.ends.values()):
            kind, title = self.say(f"kind.{outcome.kind}"), self.teller.outcome(outcome)
            yield ""
            yield from _wrapped(f"{kind}: {title}", f"{_letter(number)}. ".ljust(len(_INDENT)), _INDENT)
            for line in _apart(self.ending(outcome, flow.id)):
                yield _INDENT + line

    def ending(self, outcome: Outcome, flow: str) -> Iterator[list[str]]:
        """What there is to an ending, part by part."""
        asked = [("aloud.needs", outcome.needs), ("aloud.wants", outcome.wants)]
        sentences = [
            self.say(code, facts=join([self.teller.fact(name) for name in names], self.pack.language))
            for code, names in asked
            if names
        ]
        if outcome.come_back is not None:
            day = outcome.come_back
            known = day.expression.name if isinstance(day.expression, Name) else ""
            sentences.append(self.say("aloud.come_back", day=self.teller.fact(known) if known else tidy(day.source)))
        yield [line for sentence in sentences for line in self.lines(sentence)]
        yield from self.parts(outcome.tell, flow)
        if outcome.to is not None:
            yield self.lines(self.say("aloud.to", to=self.teller.line(outcome.to)))
        if outcome.portal:
            portal = self.pack.portals[outcome.portal]
            case = self.say("aloud.case", portal=tidy(portal.title), subject=self.teller.line(outcome.subject))
            fields = [_bullet(f"{tidy(name)}: {self.teller.line(text)}") for name, text in outcome.fields.items()]
            yield [*self.lines(case), *(line for field in fields for line in field)]
        if outcome.message is not None:
            yield self.message(outcome.message, flow)
        if outcome.related:
            titles = [self.say("telling.named", label=self.teller.flow(name)) for name in outcome.related]
            yield self.lines(self.say("aloud.related", titles=join(titles, self.pack.language)))
        if outcome.note is not None:
            yield self.lines(self.said_of("aloud.note", outcome.note, flow))

    # Texts -----------------------------------------------------------------------------------------------------------

    def parts(self, text: Text | None, flow: str) -> Iterator[list[str]]:
        """The parts of a text, each in lines."""
        return (self.lines(part) for part in self.teller.paragraphs(text, flow))

    def message(self, message: Message, flow: str) -> list[str]:
        """A message that is sent by the person, in full."""
        to = " / ".join(tidy(words) for words in self.teller.paragraphs(message.to, flow))
        head = self.say("aloud.message", to=to, subject=self.teller.line(message.subject))
        return [*self.lines(head), *(f"| {line}" for line in _apart(self.parts(message.body, flow)))]

    def lines(self, text: str) -> list[str]:
        """A text in lines; a list in it keeps its form."""
        found = []
        for line in text.split("\n"):
            bullet = _BULLET.match(line)
            hang = " " * len(bullet[0]) if bullet else ""
            found += _wrapped(line, "", hang, WIDTH - len(_INDENT) - 2) if line.strip() else [""]
        return found


def _apart(parts: Iterable[list[str]]) -> Iterator[str]:
    """Parts with an empty line between them."""
    filled = [part for part in parts if part]
    for number, part in enumerate(filled):
        if number:
            yield ""
        yield from part


def _wrapped(text: str, lead: str, hang: str = "", width: int = WIDTH) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=lead, subsequent_indent=hang, break_on_hyphens=False, drop_whitespace=True
    ) or [lead]


def _bullet(text: str) -> list[str]:
    return _wrapped(text, "- ", "  ", WIDTH - len(_INDENT))


def _letter(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
