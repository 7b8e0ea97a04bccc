"""From where a conversation stands to what a face shows: prompts and the trail, in words.

Texts are filled with the values known at that point, labels and dates in the reader's language. Nothing is decided here.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from assistant.engine.answers import Special, offered
from assistant.engine.prompt import (
    Attempt,
    Ending,
    Form,
    Kept,
    Letter,
    Notice,
    Option,
    Prompt,
    Question,
    Stuck,
    TrailEntry,
    Wait,
)  # fmt: skip
from assistant.engine.record import record, shower
from assistant.engine.state import Passed, Task, known_at
from assistant.engine.where import items_at, read_place
from assistant.engine.wording import label, show, written
from assistant.flow.expression import Known, Rule, Value
from assistant.flow.model import TRY_ANSWERS, Fact, Message, Step
from assistant.flow.text import Blocks, Text, fill, line
from assistant.words import say
from assistant.words.formats import show_date

if TYPE_CHECKING:
    from assistant.engine.session import Session


class Filler:
    """Fills texts for one session at one place of its walk."""

    def __init__(self, session: Session, known: Known, around: str = "") -> None:
        self.session = session
        self.known = known
        self.language = session.language
        self.around = around

    def show(self, name: str) -> str:
        """A fact in words; `item` is the label of the item around, and a sensitive value is masked."""
        item = label(self.session.pack.facts.get(self.around), self.known.item or "")
        return shower(self.session.pack, self.known, self.language, full=False, item=item)(name)

    def blocks(self, text: Text | None, record: Blocks = ()) -> Blocks:
        """A text as blocks."""
        return fill(text, self.known, self.show, record)

    def words(self, text: Text | None) -> str:
        """A text as one line."""
        return line(self.blocks(text))


def present(session: Session) -> Prompt:
    """The prompt that stands."""
    state = session.state
    kept = _kept(session)
    frame = state.frames[-1]
    if state.stuck is not None:
        return Stuck(place=frame.prefix + frame.step, code=state.stuck, kept=kept)
    if not state.waiting:
        return _ending(session, kept)
    first = state.waiting[0]
    if first.form and len(state.waiting) > 1:
        fields = tuple(_question(session, task, ()) for task in state.waiting)
        filler = _filler(session, first)
        note = filler.blocks(state.step.note) if state.step is not None else ()
        return Form(place=first.form, fields=fields, note=note, item=_item(filler, first), kept=kept)
    if first.kind == "ask":
        return _question(session, first, kept)
    assert state.step is not None
    return _attempt(session, first, state.step, kept) if first.kind == "try" else _notice(session, first, state.step, kept)


def _filler(session: Session, task: Task) -> Filler:
    frame = session.state.frames[-1]
    step = session.state.step
    around = step.each if step is not None and step.each else (frame.around[-1] if frame.around else "")
    return Filler(session, session.known_for(task), around)


def _item(filler: Filler, task: Task) -> str:
    return filler.show("item") if task.items else ""


def _kept(session: Session) -> tuple[Kept, ...]:
    """Answers from other places that serve behind the newest one given by hand: they are announced once."""
    passed = session.state.passed
    newest = max((one.entry.seq for one in passed if not one.kept), default=0)
    where = max((number for number, one in enumerate(passed) if one.entry.seq == newest and not one.kept), default=-1)
    return tuple(Kept(entry.place, entry.question, entry.label) for entry in session.trail[where + 1 :] if entry.kept)


def _question(session: Session, task: Task, kept: tuple[Kept, ...]) -> Question:
    pack, known = session.pack, session.known_for(task)
    filler = _filler(session, task)
    fact = pack.facts[task.fact]
    step = session.state.step
    alone = not task.form or len(session.state.waiting) == 1  # a form's note stands above its fields
    step_note = filler.blocks(step.note) if step is not None and alone else ()
    return Question(
        place=task.place,
        fact=fact.name,
        type=fact.type,
        text=filler.blocks(fact.ask),
        label=fact.label,
        many=fact.many,
        options=_options(fact, known, session, filler),
        none=(fact.none if fact.none != "none" else say("answer.none", filler.language)) if fact.none else "",
        unsure=fact.unsure,
        optional=task.optional,
        sensitive=fact.sensitive,
        told=filler.blocks(fact.unsure_tell) if task.second else (),
        help=filler.blocks(fact.help),
        why=filler.blocks(fact.why),
        note=step_note + filler.blocks(fact.note),
        example=fact.example,
        low=_limit(fact.min, known),
        high=_limit(fact.max, known),
        unit=pack.currency if fact.type == "money" else "",
        item=_item(filler, task),
        default=session.book.default(task.place, fact.name),
        kept=kept,
    )


def _limit(rule: Rule | None, known: Known) -> str:
    value: Value | None = rule.evaluate(known) if rule is not None else None
    return "" if value is None else str(written(value))


def _options(fact: Fact, known: Known, session: Session, filler: Filler) -> tuple[Option, ...]:
    if fact.type == "yes-no":
        return tuple(Option(word, say(f"answer.{word}", filler.language)) for word in ("yes", "no"))
    return tuple(
        Option(choice.value, choice.label, filler.blocks(choice.help), filler.blocks(choice.note))
        for choice in offered(fact, known, session.state.audience)
    )


def _attempt(session: Session, task: Task, step: Step, kept: tuple[Kept, ...]) -> Attempt:
    filler = _filler(session, task)
    usual = [Option(answer, say(f"answer.{answer}", filler.language)) for answer in TRY_ANSWERS]
    more = [Option(answer, words) for answer, words in step.also.items()]
    return Attempt(
        place=task.place,
        text=filler.blocks(step.text),
        options=(*usual[:2], *more, usual[2]),
        label=filler.words(step.label),
        note=filler.blocks(step.note),
        wait=_wait(session, step),
        item=_item(filler, task),
        default=session.book.default(task.place, ""),
        kept=kept,
    )


def _notice(session: Session, task: Task, step: Step, kept: tuple[Kept, ...]) -> Notice:
    filler = _filler(session, task)
    return Notice(
        place=task.place,
        text=filler.blocks(step.text),
        letter=_letter(session, filler, step.message, ""),
        note=filler.blocks(step.note),
        wait=_wait(session, step),
        item=_item(filler, task),
        kept=kept,
    )


def _wait(session: Session, step: Step) -> Wait | None:
    """A wait runs from the answer before it, and goes on over a resumption."""
    if not step.wait:
        return None
    times = [one.entry.time for one in session.state.passed]
    since = max(times, default=session.started.time)
    return Wait(step.wait, since)


def _letter(session: Session, filler: Filler, message: Message | None, stopped: str) -> Letter | None:
    if message is None:
        return None
    own = record(session, language=filler.language, stopped=stopped, now=_now(session)) if message.body.has_record else ()
    return Letter(filler.words(message.to), filler.words(message.subject), filler.blocks(message.body, own))


def _now(session: Session) -> datetime:
    return session.log[-1].time


def _ending(session: Session, kept: tuple[Kept, ...]) -> Ending:
    pack, state = session.pack, session.state
    frame = state.frames[-1]
    outcome = state.outcome(pack)
    assert outcome is not None
    filler = Filler(session, session.known, frame.around[-1] if frame.around else "")
    title = filler.words(outcome.title)
    needs_record = outcome.tell is not None and outcome.tell.has_record
    own = record(session, language=filler.language, stopped=title, now=_now(session)) if needs_record else ()
    day = outcome.come_back.evaluate(session.known) if outcome.come_back is not None else None
    return Ending(
        place=frame.prefix + outcome.id,
        flow=frame.flow.id,
        outcome=outcome.id,
        kind=outcome.kind,
        title=title,
        text=filler.blocks(outcome.tell, own),
        links=outcome.links,
        letter=_letter(session, filler, outcome.message, title),
        note=filler.blocks(outcome.note),
        to=filler.words(outcome.to),
        hours=filler.words(outcome.hours),
        related=tuple((flow, pack.titles[flow]) for flow in outcome.related if flow in pack.titles),
        come_back=show_date(day, filler.language) if day is not None else "",
        kept=kept,
    )


def trail_of(session: Session) -> tuple[TrailEntry, ...]:
    """The trail in words."""
    return tuple(_entry(session, one) for one in session.state.passed)


def _entry(session: Session, one: Passed) -> TrailEntry:
    task, pack = one.task, session.pack
    step = pack.flows[one.flow].steps.get(one.step)
    filler = Filler(session, session.known)
    if task.items:
        spot = read_place(task.place)
        around = [fact for fact, _ in items_at(pack, session.flow, spot)] if spot is not None else []
        filler = Filler(session, known_at(pack, session.state, task.items, tuple(around)), around[-1] if around else "")
    sensitive, name = False, ""
    if task.kind == "ask":
        fact = pack.facts[task.fact]
        name = fact.label
        question, said, sensitive = filler.words(fact.ask), _answer_label(session, fact, one), fact.sensitive
    else:
        assert step is not None
        question = filler.words(step.label or step.text)
        value = str(one.value)
        said = step.also.get(value) or say(f"answer.{value}", filler.language)
        if task.items:
            question = f"{question} ({filler.show('item')})"
    return TrailEntry(
        place=task.place,
        kind="ask" if task.kind == "ask" else "try" if task.kind == "try" else "tell",
        question=question,
        value=one.entry.value,
        label=said,
        name=name or question,
        fact=task.fact,
        items=task.items,
        sensitive=sensitive,
        kept=one.kept,
        given=one.given,
        time=one.entry.time,
        by=one.entry.by,
    )


def _answer_label(session: Session, fact: Fact, one: Passed) -> str:
    if one.value is Special.UNSURE:
        return say("answer.unsure", session.language)
    if isinstance(one.value, Special):
        return say("answer.empty", session.language)
    return show(session.pack, fact.name, one.value, session.language)
