"""Taking a conversation over to another version of its pack.

What is called otherwise there is written into the log at once (`Moved`), so that a log is read without the versions that it
went through. What does not fit any more is left to the walk: it asks again.
"""

from __future__ import annotations

from datetime import datetime

from assistant.engine.book import Book
from assistant.engine.events import Answer, Moved, Renamed
from assistant.engine.renames import Renames
from assistant.engine.session import Session, replay
from assistant.engine.where import GIVEN, node_at, read_place
from assistant.flow.model import Pack, Step


def move(session: Session, pack: Pack, *, now: datetime, by: str = "") -> Session:
    """Go over to another version of the pack.

    Args:
        session: the conversation.
        pack: the other version.
        now: the time.
        by: who goes over.

    Raises:
        KeyError: the flow that the conversation began with is not in that version.
    """
    renames = Renames(session.pack, pack, session.flow)
    flow = renames.flow if renames.flow != session.flow else ""
    event = Moved(time=now, by=by, digest=pack.digest, flow=flow, renamed=_renamed(session.book, renames))
    return replay(pack, (*session.log, event))


def _renamed(book: Book, renames: Renames) -> tuple[Renamed, ...]:
    said = {place: Answer(place, entry.value, entry.fact, entry.items) for place, entry in book.places.items()}
    said |= book.taken_back
    places = _places(book, {**book.late, **said}, renames)
    found = []
    for answers, late in ((said, False), (book.late, True)):
        for before, answer in answers.items():
            now = renames.answer(answer)
            now = Answer(places[before], now.value, now.fact, now.items)
            if now != answer:
                found.append(Renamed(before, now, late))
    return tuple(found)


def _places(book: Book, said: dict[str, Answer], renames: Renames) -> dict[str, str]:
    """Where everything that was said stands now. Where two would stand at one place, the one that is asked there does, else
    the newest; the other goes where nothing else stands, from where it still serves its fact."""
    wanted: dict[str, list[str]] = {}
    for before, answer in said.items():
        wanted.setdefault(renames.place(before, answer.fact), []).append(before)

    def rank(before: str) -> tuple[bool, int]:
        entry = book.places.get(before)
        return _fits(renames, renames.answer(said[before])), entry.seq if entry is not None else -1

    came_from = {place: max(befores, key=rank) for place, befores in wanted.items()}
    places = {before: place for place, before in came_from.items()}
    for before in said:
        if before not in places:
            place = before
            while place in came_from:  # every place has one that came to it, so this leads to one that was left
                place = came_from[place]
            places[before] = place
    return places


def _fits(renames: Renames, answer: Answer) -> bool:
    """Whether an answer is to what is asked at its place."""
    spot = read_place(answer.place)
    node = node_at(renames.after, renames.flow, spot) if spot is not None else None
    if node is None:
        return answer.place == f"{GIVEN}.{answer.fact}"
    asked = node.facts if isinstance(node, Step) else (*node.needs, *node.wants)
    return answer.fact in asked if asked else not answer.fact
