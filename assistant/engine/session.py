"""A conversation as a value: a pack, a log, and what the log folds to. Every verb takes a session and gives a new one.

Time is an input, nothing is stored and nothing is shown here. What stands in a prompt is put together by
`engine.present`; the fold itself is `engine.walk`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import msgspec

from assistant.engine.answers import Refused, Special, read
from assistant.engine.book import Book
from assistant.engine.events import (
    SEEN,
    UNSURE,
    Answer,
    Answered,
    Attached,
    Changed,
    HandedOver,
    LanguageChosen,
    LogEvent,
    Moved,
    Noted,
    Resumed,
    Started,
    TakenBack,
)  # fmt: skip
from assistant.engine.present import present, trail_of
from assistant.engine.prompt import Attempt, Prompt, Question, TrailEntry
from assistant.engine.state import Passed, State, Task, known_at
from assistant.engine.taking import form, question, result
from assistant.engine.walk import walk
from assistant.engine.where import GIVEN
from assistant.engine.wording import written
from assistant.flow.expression import Known
from assistant.flow.model import Pack
from assistant.flow.problem import near


class Session(msgspec.Struct, frozen=True, dict=True):
    """One conversation. Equal logs over equal packs are equal sessions.

    Attributes:
        pack: the flow and all it can reach.
        log: everything that happened, in order. The truth.
        book: the answers of the log that are in force.
        state: where the fold of the log has come to.
    """

    pack: Pack
    log: tuple[LogEvent, ...]
    book: Book
    state: State

    @property
    def started(self) -> Started:
        """How it began."""
        first = self.log[0]
        assert isinstance(first, Started)
        return first

    @cached_property
    def flow(self) -> str:
        """The id of the flow that it began with, as this version of the pack calls it."""
        return _flow_of(self.log)

    @cached_property
    def audience(self) -> str:
        """Who looks at it now. What is skipped follows the audience at the start, until somebody goes on as another
        (`go_on_as`); for whom it is walked stands in `state`."""
        handed = [event.audience for event in self.log if isinstance(event, HandedOver)]
        return handed[-1] if handed else self.started.audience

    @cached_property
    def language(self) -> str:
        """The language in which it is held now."""
        chosen = [event.language for event in self.log if isinstance(event, LanguageChosen)]
        return (chosen[-1] if chosen else self.started.language) or self.pack.language

    @property
    def ended(self) -> bool:
        """Whether an ending is reached and nothing is asked any more."""
        return self.state.stuck is None and not self.state.waiting

    @property
    def stuck(self) -> bool:
        """Whether the flow itself has no way on."""
        return self.state.stuck is not None

    @cached_property
    def known(self) -> Known:
        """What is known where the conversation stands."""
        return known_at(self.pack, self.state)

    def known_for(self, task: Task) -> Known:
        """What is known at one waiting place: inside its item, where it is in an `each`."""
        return known_at(self.pack, self.state, task.items)

    @cached_property
    def prompt(self) -> Prompt:
        """What to show now."""
        return present(self)

    @cached_property
    def trail(self) -> tuple[TrailEntry, ...]:
        """What was asked and tried so far, in walk order, given facts first."""
        return trail_of(self)

    @cached_property
    def notes(self) -> tuple[Noted, ...]:
        """What was noted beside the conversation."""
        return tuple(event for event in self.log if isinstance(event, Noted))

    @cached_property
    def attached(self) -> tuple[Attached, ...]:
        """The files that were given, in answers and beside the conversation."""
        return tuple(event for event in self.log if isinstance(event, Attached))


class Change(NamedTuple):
    """What changing an answer would come to: the session after it, which later answers still serve, and which do not."""

    session: Session
    kept: tuple[TrailEntry, ...]
    no_longer: tuple[TrailEntry, ...]


def start(
    pack: Pack,
    flow: str,
    *,
    now: datetime,
    audience: str = "customer",
    language: str = "",
    given: Mapping[str, object] | None = None,
    by: str = "",
) -> Session:
    """Begin a conversation.

    Args:
        pack: a pack that holds the flow.
        flow: the flow's id.
        now: the time, with its offset from UTC.
        audience: "customer" or "agent".
        language: the reader's language; the pack's if left out.
        given: facts that are known before the first question, with their answers.
        by: who begins it.

    Raises:
        Refused: a given fact is unknown, computed, or its value is not valid.
        KeyError: the pack has no such flow.
    """
    pack.flows[flow]
    began = Started(time=now, by=by, flow=flow, digest=pack.digest, audience=audience, language=language or pack.language)
    session = replay(pack, (began,))
    answers = []
    for name, value in (given or {}).items():
        checked = _given(session, name, value)
        answers.append(checked)
        session = replay(pack, (msgspec.structs.replace(began, given=tuple(answers)),))
    return session


def _given(session: Session, name: str, value: object) -> Answer:
    fact = session.pack.facts.get(name)
    place = f"{GIVEN}.{name}"
    if fact is None:
        raise Refused("unknown_fact", place=place, name=name, near=near(name, session.pack.facts))
    if fact.value is not None:
        raise Refused("computed_fact", place=place, name=name)
    known = _before(session, session.state.passed)
    try:
        taken = read(session.pack, fact, value, known, session.started.audience, session.language)
    except Refused as refused:
        refused.place = place
        raise
    return Answer(place, UNSURE if isinstance(taken, Special) else written(taken), name)


def _before(session: Session, passed: tuple[Passed, ...]) -> Known:
    """What the given facts alone make known."""
    known = known_at(session.pack, session.state, ())
    known.facts = {one.task.fact: one.value for one in passed if one.given and not isinstance(one.value, Special)}
    known.changed()
    return known


def replay(pack: Pack, log: tuple[LogEvent, ...]) -> Session:
    """The session that a log folds to: the same that led to the log, on the same pack.

    Raises:
        KeyError: the pack does not hold the flow that the log began with.
    """
    return _refolded(pack, log, Book.of(log))


def _refolded(pack: Pack, log: tuple[LogEvent, ...], book: Book) -> Session:
    """The session of a log whose answers stand in `book`, walked from the start. A resumption counts from where the
    conversation stood then, and may lead elsewhere from there: so they are put into the walk one after the other."""
    flow, started = _flow_of(log), log[0]
    assert isinstance(started, Started)
    resumed: dict[str, datetime] = {}
    audience = next((one.audience for one in reversed(log) if isinstance(one, HandedOver) and one.walks), "")
    state = walk(pack, flow, started, book, audience=audience)
    for seq, event in enumerate(log):
        if isinstance(event, Resumed):
            place = _stood(state, seq)
            resumed = {**resumed, place: max(event.time, resumed.get(place, event.time))}
            state = walk(pack, flow, started, book, resumed=resumed, audience=audience)
    return Session(pack, log, book, state)


def _flow_of(log: tuple[LogEvent, ...]) -> str:
    """The flow that a log began with, by the newest name."""
    renamed = (event.flow for event in reversed(log) if isinstance(event, Moved) and event.flow)
    started = log[0]
    assert isinstance(started, Started)
    return next(renamed, started.flow)


def _stood(state: State, seq: int) -> str:
    """The last place of a walk that was behind the conversation at an event of the log; "" at the beginning."""
    place = ""
    for one in state.passed:
        if not one.given:
            if one.entry.since > seq:
                break
            place = one.task.place
    return place


def answer(session: Session, value: object, *, now: datetime, by: str = "") -> Session:
    """Answer what is asked.

    Args:
        session: the conversation; it stays as it is.
        value: the answer; for a form a mapping of facts to answers; for a notice anything.
        now: the time.
        by: who answers.

    Raises:
        Refused: it is no answer here. For a form, `errors` has one entry for each refused field.
    """
    waiting = session.state.waiting
    if not waiting:
        raise Refused("not_waiting")
    first = waiting[0]
    if first.kind == "ask" and (len(waiting) > 1 or isinstance(value, Mapping)):
        answers = form(session, waiting, value)
    elif first.kind == "ask":
        answers = (question(session, first, value, session.known_for(first)),)
    else:
        step = session.state.step
        assert step is not None  # at an outcome nothing but facts is asked
        said = SEEN if first.kind == "tell" else result(step, first.place, value)
        answers = (Answer(first.place, said, items=first.items),)
    event = Answered(time=now, by=by, answers=answers)
    log = (*session.log, event)
    book = session.book.add(len(session.log), event)
    if _disturbs(session, answers):
        return _refolded(session.pack, log, book)
    state = walk(session.pack, session.flow, session.started, book, state=session.state)
    return Session(session.pack, log, book, state)


def _disturbs(session: Session, answers: tuple[Answer, ...]) -> bool:
    """Whether an answer could serve an earlier place that an older answer to the same fact serves now."""
    facts = {(one.fact, one.items) for one in answers if one.fact}
    return any(one.kept and (one.task.fact, one.task.items) in facts for one in session.state.passed)


def back(session: Session, *, now: datetime, by: str = "") -> Session:
    """Take back the last answer in walk order; it is offered again where it stood.

    Raises:
        Refused: nothing has been answered yet.
    """
    own = [one for one in session.state.passed if not one.given]
    if not own:
        raise Refused("nothing_to_go_back_to")
    last = own[-1]
    taken = [last]
    if last.task.form:  # a form is answered and taken back as one
        taken = [one for one in own if one.task.form == last.task.form and one.entry.since == last.entry.since]
    answers = []
    for one in taken:
        fact, items = one.task.fact, one.task.items
        answers.append(Answer(one.task.place, one.entry.value, fact, items))
        if one.kept:  # the answer that served here serves no other place either
            answers.append(Answer(one.entry.place, one.entry.value, one.entry.fact, one.entry.items))
    return _append(session, TakenBack(time=now, by=by, answers=tuple(answers)))


def change(session: Session, place: str, value: object, *, now: datetime, by: str = "") -> Change:
    """What changing an earlier answer would come to. Nothing is applied to `session`: take the new one if it is wanted.

    Args:
        session: the conversation.
        place: a place of its trail, `given.FACT` for a given fact.
        value: the new answer.
        now: the time.
        by: who changes it.

    Raises:
        Refused: no such place in the trail, or the answer is not valid there.
    """
    where = next((index for index, one in enumerate(session.state.passed) if one.task.place == place), None)
    if where is None:
        places = [one.task.place for one in session.state.passed]
        raise Refused("unknown_place", place=place, name=place, near=near(place, places))
    one = session.state.passed[where]
    if one.task.kind == "ask":
        known = _before_place(session, place).known_for(one.task)
        new = question(session, one.task, value, known)
    elif one.task.kind == "try":
        step = session.pack.flows[one.flow].steps[one.step]
        new = Answer(place, result(step, place, value), items=one.task.items)
    else:
        raise Refused("unknown_place", place=place, name=place, near="")
    return _compared(session, _append(session, Changed(time=now, by=by, answers=(new,))), where + 1)


def go_on_as(session: Session, audience: str, *, now: datetime, by: str = "") -> Change:
    """What going on as another audience would come to: what only that one is asked is asked, what only others are is not.
    Nothing is applied to `session`: take the new one if it is wanted.

    Args:
        session: the conversation.
        audience: "customer" or "agent".
        now: the time.
        by: who goes on.
    """
    return _compared(session, _append(session, HandedOver(time=now, by=by, audience=audience, walks=True)), 0)


def _compared(session: Session, changed: Session, since: int) -> Change:
    """Which answers, from one of the walk on, still serve after a change."""
    after = {other.task.place: other for other in changed.state.passed}
    kept: list[TrailEntry] = []
    no_longer: list[TrailEntry] = []
    for passed, entry in zip(session.state.passed[since:], session.trail[since:], strict=True):
        still = after.get(passed.task.place)
        (kept if still is not None and still.value == passed.value else no_longer).append(entry)
    return Change(changed, tuple(kept), tuple(no_longer))


def _before_place(session: Session, place: str) -> Session:
    """The session as it stood before one place of its walk, which waits for an answer."""
    pack, log, book, state = session.pack, session.log, session.book, session.state
    before = walk(pack, session.flow, session.started, book, resumed=state.resumed, audience=state.audience, until=place)
    return Session(pack, log, book, before)


def asked_at(session: Session, place: str) -> Question | Attempt | None:
    """How an earlier place was asked. The default is what came too late to it, else the answer that serves there.

    Args:
        session: the conversation.
        place: a place of its trail.

    Returns:
        The question by itself, even of a form; nothing where the place is not in the trail, or only told something.
    """
    one = next((one for one in session.state.passed if one.task.place == place), None)
    if one is None or one.task.kind == "tell":
        return None
    prompt = _before_place(session, place).prompt
    assert isinstance(prompt, Question | Attempt)
    late = session.book.late.get(place)
    default = late.value if late is not None and late.fact == one.task.fact else one.entry.value
    return msgspec.structs.replace(prompt, default=default)


def resume(session: Session, *, now: datetime, by: str = "", declined: str = "") -> Session:
    """Go on after a pause. What is shown from here on uses the new day, which may lead elsewhere.

    Args:
        session: the conversation.
        now: the time.
        by: who goes on.
        declined: the digest of a newer version of the pack that the person did not want to go over to.
    """
    return _append(session, Resumed(time=now, by=by, declined=declined))


def _append(session: Session, event: LogEvent) -> Session:
    log = (*session.log, event)
    return _refolded(session.pack, log, session.book.add(len(session.log), event))
