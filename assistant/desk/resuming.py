"""Taking up a session again: by its code or from a list, on the day that it is now, and on the flow as it is now.

Where the flow was edited, or the new day leads elsewhere, the person is told before anything is kept. How answers find
their places in another version is the engine's.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant import engine
from assistant.desk.conversation import Conversation, Overtaken, local_now
from assistant.desk.keeping import Keeper
from assistant.desk.packs import pack_kept, pack_now
from assistant.desk.phrases import label_of
from assistant.desk.summary import Snapshot, read_snapshot, terms_of
from assistant.desk.who import own_name, speaker
from assistant.engine.events import HandedOver, Resumed, facts_said
from assistant.store.codes import read_code
from assistant.store.protocol import Query, Stored, Summary, WrongCode
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.engine import Differences, Session
    from assistant.flow.model import Pack

OFFERED = 50
_LONGEST_CODE = 40


class NoCode(Exception):
    """What was typed can't be a code: a sign of it is wrong."""


class Unreadable(Exception):
    """The flow that a session was held on can't be read by this program: it can be looked at, but not gone on with.

    Attributes:
        stored: the session.
        snapshot: what can be shown of it.
    """

    def __init__(self, stored: Stored) -> None:
        super().__init__(stored.summary.title)
        self.stored = stored
        self.snapshot: Snapshot = read_snapshot(stored.snapshot)


class Gone(Exception):
    """The session is not in the store any more."""


class Way(NamedTuple):
    """A way to go on: the session as it would be, and the pack's place."""

    session: Session
    source: Path | None


class Reopened:
    """A session that was taken up again. Nothing is kept before `go_on`.

    Attributes:
        differences: what is different now; false where there is nothing to say.
    """

    def __init__(
        self, keeper: Keeper, differences: Differences, onward: Way, stay: Way | None, clock: Callable[[], datetime],
        view: str, remark: str = "",
    ) -> None:  # fmt: skip
        self.differences = differences
        self._keeper = keeper
        self._onward = onward
        self._stay = stay
        self._clock = clock
        self._view = view
        self._remark = remark

    @property
    def is_edited(self) -> bool:
        """Whether the flow has changed since."""
        return self._stay is not None

    def welcome(self, *, stay: bool = False) -> str:
        """A word to somebody who goes on: that nothing was lost, and on which version of the guide it is."""
        first = self._onward.session.log[-1].by not in {event.by for event in self._onward.session.log[:-2]}
        words = say("resume.taken_over" if self._view == "agent" and first else "resume.welcome", self.language)
        remark = "resume.stays" if stay and self._stay is not None else self._remark
        return f"{words} {say(remark, self.language)}" if remark else words

    @property
    def key(self) -> str:
        """The session's key."""
        return self._keeper.key

    @property
    def language(self) -> str:
        """The language of the conversation."""
        return self._onward.session.language

    @property
    def title(self) -> str:
        """What the flow is called."""
        return self._onward.session.pack.flows[self._onward.session.flow].title

    def session(self, *, stay: bool = False) -> Session:
        """The session as it would be held, on the version as it is now or on the one that it was held on."""
        return self._way(stay).session

    def _way(self, stay: bool) -> Way:
        return self._stay if stay and self._stay is not None else self._onward

    def as_object(self) -> dict[str, object] | None:
        """What is different, for `--json`; nothing where nothing is."""
        found = self.differences
        if not found:
            return None
        lost = [{"place": one.place, "question": one.question, "label": label_of(one)} for one in found.lost]
        return {"edited": self.is_edited, "moved_to": found.moved_to or None, "again": list(found.again), "lost": lost}

    def go_on(self, *, stay: bool = False) -> Conversation:
        """Hold it again. Where somebody else has gone on with it since, it stands where they left it.

        Args:
            stay: on the version that it was held on.
        """
        way = self._way(stay)
        keeper = self._keeper
        keeper.source = way.source
        conversation = Conversation(way.session, by=speaker(self._view), clock=self._clock, source=way.source, keeper=keeper)
        conversation.audience = self._view
        conversation.files.restore(way.session.attached, lambda digest: keeper.memory.store().file(keeper.key, digest))
        with suppress(Overtaken):
            conversation.take(way.session)
        return conversation


def open_sessions(memory: Memory, limit: int = OFFERED, words: str = "", audience: str = "agent") -> list[Summary]:
    """The sessions that can be gone on with, those spoken in last first. A customer is shown nothing of a store that is
    shared: those sessions are other people's, and one's own is found by its code.

    Args:
        memory: the store.
        limit: at most so many.
        words: beginnings of words that all must be found.
        audience: who looks.

    Raises:
        StoreError: the store fails.
    """
    if memory.is_shared and audience == "customer":
        return []
    return memory.store().sessions(Query(states=("open", "later"), words=tuple(dict.fromkeys(terms_of(words))), limit=limit))


def by_code(memory: Memory, typed: str, now: datetime) -> Stored:
    """The session that a code means.

    Raises:
        NoCode: it can't be one.
        WrongCode: no session has it, or the asker has to wait.
        StoreError: the store fails.
    """
    code = read_code(typed)
    store = memory.store()
    try:
        asked = typed[:_LONGEST_CODE].encode("utf-8", "replace").decode()
        key = store.find(code or asked, own_name(), now)  # a slip counts too, else guessing would be free
    except WrongCode as wrong:
        if code is None and not wrong.wait:
            raise NoCode from None
        raise
    stored = store.load(key)
    assert stored is not None  # a code goes with its session
    return stored


def by_key(memory: Memory, key: str) -> Stored:
    """A session that was picked from a list.

    Raises:
        Gone: it was removed meanwhile.
        StoreError: the store fails.
    """
    stored = memory.store().load(key)
    if stored is None:
        raise Gone
    return stored


def reopen(memory: Memory, stored: Stored, *, audience: str = "", clock: Callable[[], datetime] = local_now) -> Reopened:
    """Take a session up again.

    Args:
        memory: the store that it is in.
        stored: the session.
        audience: for whom it is shown from here on; as it was if left out.
        clock: tells the time of every event.

    Raises:
        Unreadable: its flow can't be read.
        StoreError: the store fails.
    """
    now = clock()
    current = pack_now(stored.summary, facts_said(stored.events))
    before = as_held(memory, stored, current.pack if current is not None else None)
    view = audience or _view(before)
    by = speaker(view)
    declined = next((one.declined for one in reversed(stored.events) if isinstance(one, Resumed) and one.declined), "")

    def handed(session: Session) -> Session:
        if view != session.audience and audience:
            return engine.hand_over(session, view, now=now, by=by)
        return session

    keeper = Keeper(memory, None, stored)
    moved = None
    if current is not None and current.pack.digest not in (before.pack.digest, declined) and not before.ended:
        moved = _moved(before, current.pack, now, by)
    if current is None or moved is None:
        is_same = current is not None and current.pack.digest == before.pack.digest
        source = current.found.pack if current is not None and is_same else None
        session = handed(engine.resume(before, now=now, by=by, declined=declined))
        remark = "" if is_same or before.ended else "resume.stays" if declined else "resume.old"
        return Reopened(keeper, engine.differences(before, session), Way(session, source), None, clock, view, remark)
    onward = handed(engine.resume(moved, now=now, by=by))
    stay = handed(engine.resume(before, now=now, by=by, declined=current.pack.digest))
    found = engine.differences(before, onward)
    return Reopened(keeper, found, Way(onward, current.found.pack), Way(stay, None), clock, view)


def as_held(memory: Memory, stored: Stored, now: Pack | None = None) -> Session:
    """The session on the pack that it was held on; where that can't be read any more, on the pack as it is `now`.

    Raises:
        Unreadable: on neither.
        StoreError: the store fails.
    """
    try:
        return engine.replay(_pack_held(memory, stored, now), stored.events)
    except KeyError:
        if now is None:
            raise Unreadable(stored) from None
    try:
        return engine.replay(now, stored.events)
    except KeyError:
        raise Unreadable(stored) from None


def _pack_held(memory: Memory, stored: Stored, now: Pack | None) -> Pack:
    summary = stored.summary
    return pack_kept(memory.store(), summary.pack, summary.flow, now, facts_said(stored.events))


def _view(session: Session) -> str:
    """For whom a session is shown that is taken up without a word: an agent's stays an agent's for whoever took it over
    last, or began it; nobody else is shown what is for agents only."""
    handed = [event for event in session.log if isinstance(event, HandedOver)]
    if handed and handed[-1].by == own_name():
        return handed[-1].audience
    return session.started.audience if session.started.by == own_name() else "customer"


def _moved(session: Session, pack: Pack, now: datetime, by: str) -> Session | None:
    """The session on another version; nothing where that has no such flow, or would show what was said in confidence."""
    try:
        moved = engine.move(session, pack, now=now, by=by)
    except KeyError:
        return None
    private = {entry.value for entry in session.trail if entry.sensitive}
    return None if any(entry.value in private and not entry.sensitive for entry in moved.trail) else moved
