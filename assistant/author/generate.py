"""Tests for what no test reaches yet: ways from the explorer, held by the engine to an ending, and only as many of them as
it takes. Somebody reads and names them; what they expect is what comes today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from assistant.author.coverage import Spot, SpotKind, all_spots, reached
from assistant.author.explore.example import example
from assistant.author.explore.know import Limits
from assistant.author.explore.moves import End, State, Taken
from assistant.author.explore.samples import numbers, texts
from assistant.author.explore.states import Explored, Node, explore
from assistant.author.proofs import audiences
from assistant.author.saved import add_test, as_test
from assistant.author.suites import ENDING, Suite
from assistant.author.testing import run_test
from assistant.engine import Refused, Session, answer, change, script
from assistant.engine.lines import Answers, Line
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Question
from assistant.engine.result import Result
from assistant.engine.wording import heading
from assistant.flow.files import source_files
from assistant.flow.model import Pack
from assistant.flow.reach import part

_MOST_QUESTIONS = 80
"""A conversation that asks more is in a round that plain answers don't leave."""


class Generated(NamedTuple):
    """A test that was made: its text, and what it reaches that nothing did before."""

    text: str
    spots: frozenset[Spot]


def generate(pack: Pack, flow: str, covered: frozenset[Spot], now: datetime) -> Iterator[Generated]:
    """Tests of one flow for what is not covered, those that reach most first.

    Args:
        pack: all of it, as it was loaded.
        flow: the flow's id.
        covered: what tests reach already.
        now: the moment at which they are held.
    """
    missing = all_spots(pack, flow) - covered
    sessions = [(session, reached(pack, session)) for session in conversations(pack, flow, now)]
    sessions += [(one, reached(pack, one)) for one in _with_choices(pack, missing, [one for one, _ in sessions], now)]
    names: dict[str, int] = {}
    while missing and sessions:
        session, spots = max(sessions, key=lambda found: (len(found[1] & missing), -len(found[0].log)))
        fresh = spots & missing
        if not fresh:
            return
        missing -= fresh
        yield Generated(as_test(session, _name(session, names)), fresh)


def add_missing(suite: Suite, now: datetime) -> Iterator[tuple[Path, int]]:
    """Write tests for what those of a suite do not reach, flow by flow, at the end of the flow's file of tests.

    Args:
        suite: the tests of a pack.
        now: the moment at which they are held, where a test names no day.

    Returns:
        for each file that was written, how many tests.

    Raises:
        NotAdded: a file is none of tests.
        OSError: one can't be written.
    """
    pack = suite.pack
    if pack is None:
        return
    sessions = [run_test(pack, file, test, now).result.session for file in suite.files for test in file.tests]
    covered = frozenset(spot for session in sessions if session is not None for spot in reached(pack, session))
    for flow in suite.flows:
        made = list(generate(pack, flow, covered, now))
        if made:
            file = _file_of(suite, flow)
            for one in made:
                add_test(file, one.text)
            yield file, len(made)


def _file_of(suite: Suite, flow: str) -> Path:
    """The file of a flow's tests: the one that there is, else one beside the flow."""
    known = next((Path(one.path) for one in suite.files if one.flow == flow), None)
    if known is not None:
        return known
    file = next((file for name, file in source_files(suite.root).items() if Path(name).stem == flow), suite.root)
    return file.with_name(f"{flow}{ENDING}")


def _name(session: Session, names: dict[str, int]) -> str:
    """What a made test is called until somebody gives it a better name: its ending, and a number."""
    prompt = session.prompt
    title = (prompt.title or prompt.outcome) if isinstance(prompt, Ending) else heading(prompt)
    names[title] = names.get(title, 0) + 1
    return title if names[title] == 1 else f"{title} ({names[title]})"


def conversations(pack: Pack, flow: str, now: datetime) -> Iterator[Session]:
    """A conversation for every way and every end of a flow that was found, each held to an ending.

    Args:
        pack: all of it, as it was loaded.
        flow: the flow's id.
        now: the moment at which they are held.
    """
    of_flow = part(pack, flow)
    for audience in audiences(pack):
        found = explore(of_flow, flow, audience)
        wanted: list[tuple[list[Node], Spot | None]] = [
            (found.way(number), None) for number, node in enumerate(found.nodes) if isinstance(node.at, End)
        ]
        wanted += [(found.way_over(node), _spot(taken)) for taken, node in found.taken.items()]
        seen: set[tuple[object, ...]] = set()
        for way, spot in wanted:

            def confirms(result: Result, spot: Spot | None = spot) -> bool:
                return spot is None or (result.session is not None and spot in reached(of_flow, result.session))

            shown = example(of_flow, flow, audience, [*way, *_on(found, way[-1])], now, confirms)
            shown = shown or example(of_flow, flow, audience, way, now, confirms)
            if shown is None or shown.answers in seen or shown.result.session is None:
                continue
            seen.add(shown.answers)
            session = _finished(shown.result.session, now)
            if session is not None:
                yield session


def _spot(taken: Taken) -> Spot | None:
    """What of coverage a way out is."""
    kind = _KINDS.get(taken.kind)
    return Spot(kind, taken.flow, taken.step or taken.what, taken.what if taken.step else "") if kind is not None else None


_KINDS: dict[str, SpotKind] = {
    "step": "step", "skip": "skip", "answer": "answer", "row": "row", "else": "else", "over": "limit", "outcome": "outcome",
}  # fmt: skip


def _on(found: Explored, node: Node) -> list[Node]:
    """The shortest way from a node to an end."""
    if not isinstance(node.at, State) or node.move is None:
        return []
    start = found.reached_by(node.move)
    came: dict[int, int] = {start: -1}
    pending = [start]
    for number in pending:
        if isinstance(found.nodes[number].at, End):
            way = []
            while number != start:
                way.append(Node(found.nodes[number].at, came[number], found.nodes[number].move))
                number = came[number]
            return way[::-1]
        for other in found.leads[number]:
            if other not in came:
                came[other] = number
                pending.append(other)
    return []


def _with_choices(pack: Pack, missing: Iterable[Spot], sessions: list[Session], now: datetime) -> Iterator[Session]:
    """For every choice and result that nothing reaches, a conversation with this answer instead of another."""
    for spot in sorted(missing):
        if spot.kind not in ("choice", "result"):
            continue
        for session in sessions:
            changed = _changed(pack, session, spot, now)
            if changed is not None and spot in reached(pack, changed):
                yield changed
                break


def _changed(pack: Pack, session: Session, spot: Spot, now: datetime) -> Session | None:
    for entry in session.trail:
        step = entry.place.rpartition("/")[2].partition("#")[0].partition("[")[0]
        is_it = entry.fact == spot.name if spot.kind == "choice" else (not entry.fact and step == spot.name)
        if not is_it or entry.kept:
            continue
        fact = pack.facts.get(entry.fact)
        value: object = (spot.detail,) if fact is not None and fact.many and spot.detail != "none" else spot.detail
        try:
            changed = _finished(change(session, entry.place, value, now=now).session, now)
        except Refused:
            continue
        return _afresh(changed, now) if changed is not None else None
    return None


def _afresh(session: Session, now: datetime) -> Session | None:
    """The same answers, given from the beginning: what was said before a change is no part of a test."""
    asked = [one for one in session.trail if one.kind != "tell" and not one.given and not one.kept]
    lines = tuple(Line(value=one.value if one.value != () else "none") for one in asked)
    result = script.run(session.pack, session.flow, Answers(lines), now=now, audience=session.state.audience)
    return result.session if result.status == "ended" else None


def _finished(session: Session, now: datetime) -> Session | None:
    """The conversation, with what is still asked answered as simply as can be; nothing where it comes to no ending."""
    for _ in range(_MOST_QUESTIONS):
        if isinstance(session.prompt, Ending):
            return session
        further = _further(session, now)
        if further is None:
            return None
        session = further
    return None


def _further(session: Session, now: datetime) -> Session | None:
    prompt = session.prompt
    if isinstance(prompt, Notice):
        return answer(session, "seen", now=now)
    if isinstance(prompt, Attempt):
        return answer(session, prompt.options[0].value, now=now)
    if isinstance(prompt, Form):
        return _first_taken(session, _forms(session, prompt, now), now)
    if isinstance(prompt, Question):
        return _first_taken(session, _simple(session, prompt, now), now)
    return None


def _forms(session: Session, form: Form, now: datetime) -> Iterator[object]:
    """A form with simple answers; of each field another one, as often as the first are refused."""
    fields = {field.fact: list(_simple(session, field, now)) for field in form.fields}
    for turn in range(max(map(len, fields.values()), default=0)):
        yield {fact: values[min(turn, len(values) - 1)] for fact, values in fields.items() if values}


def _simple(session: Session, question: Question, now: datetime) -> Iterator[object]:
    """Answers to a question, the simplest first."""
    fact = session.pack.facts[question.fact]
    if question.optional:
        yield ""
    if question.options:
        yield from ((option.value,) if question.many else option.value for option in question.options)
    elif fact.type in ("number", "money", "date"):
        for value in numbers(fact, Limits(), now.date().toordinal()):
            yield now.date().fromordinal(int(value)).isoformat() if fact.type == "date" else str(value.numerator)
    else:
        for text in texts(fact, {}, len(session.trail), []):
            yield (text,) if fact.type == "files" else text
    if question.none:
        yield "none"
    if question.unsure:
        yield "unsure"


def _first_taken(session: Session, values: Iterable[object], now: datetime) -> Session | None:
    for value in values:
        try:
            return answer(session, value, now=now)
        except Refused:
            continue
    return None
