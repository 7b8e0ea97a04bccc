"""A conversation that is being held: a session, who speaks, the clock, and where it is kept.

Faces show its prompt and hand back what was typed; they never call the engine. Whatever happens is kept before it is
shown. It knows nothing of screens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import engine
from assistant.desk.files import Files
from assistant.desk.summary import said_of_ending
from assistant.desk.who import own_name, speaker
from assistant.engine.events import Answered, Changed, Ended, Started, TakenBack
from assistant.engine.prompt import WITH_CASE, Attempt, Ending, Form, Question
from assistant.flow.reach import tells_apart

if TYPE_CHECKING:
    from assistant.case import Case
    from assistant.desk.keeping import Keeper
    from assistant.desk.memory import Memory
    from assistant.engine import Change, Session
    from assistant.engine.events import LogEvent, Written
    from assistant.engine.prompt import Prompt, Range, Reason, TrailEntry
    from assistant.flow.model import Pack
    from assistant.store.protocol import CaseRow


def local_now() -> datetime:
    """This moment, with the offset of the machine's time zone."""
    return datetime.now().astimezone()


class Overtaken(Exception):
    """Somebody else went on with the conversation meanwhile. It stands now where they left it; an answer that came too
    late is kept beside theirs and offered as the default.

    Attributes:
        by: who went on.
        answers: what they answered.
        offered: whether what was answered here is the default of what is asked now.
    """

    def __init__(self, by: str, answers: tuple[TrailEntry, ...], *, offered: bool = False) -> None:
        super().__init__(by)
        self.by = by
        self.answers = answers
        self.offered = offered


class AlreadyFiled(Exception):
    """The case was filed, and no answer has changed since."""

    def __init__(self, row: CaseRow) -> None:
        super().__init__(row.reference)
        self.row = row


class Conversation:
    """One conversation, from the first prompt to the ending.

    Attributes:
        session: where it stands; replaced at every answer, never changed.
        by: who answers.
        clock: tells the time of every event.
        source: the pack's folder or file, or nothing where it was never a file.
        files: what was given in answer to questions for files; copies that last until it is closed.
        keeper: keeps it; nothing where it is not to be kept.
        audience: for whom it is shown here: a view of this window, and nobody else's.
    """

    def __init__(
        self,
        session: Session,
        *,
        by: str = "",
        clock: Callable[[], datetime] = local_now,
        source: Path | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.session = session
        self.by = by
        self.clock = clock
        self.source = source
        self.keeper = keeper
        self.audience = session.started.audience
        self.files = Files()

    @classmethod
    def start(
        cls,
        pack: Pack,
        flow: str,
        *,
        audience: str = "customer",
        language: str = "",
        given: Mapping[str, object] | None = None,
        clock: Callable[[], datetime] = local_now,
        source: Path | None = None,
        keeper: Keeper | None = None,
    ) -> Conversation:
        """Begin one. It is kept from its first answer on.

        Args:
            pack, flow: what is held, by its flow's id.
            audience: "customer" or "agent".
            language: "" for the pack's own.
            given: facts that are known before the first question.
            clock, source, keeper: as for the class.

        Raises:
            Refused: a given fact is unknown or not valid.
        """
        by = speaker(audience)
        session = engine.start(pack, flow, now=clock(), audience=audience, language=language, given=given or {}, by=by)
        return cls(session, by=by, clock=clock, source=source, keeper=keeper)

    @property
    def pack(self) -> Pack:
        """The pack it is held on."""
        return self.session.pack

    @property
    def title(self) -> str:
        """What the flow is called."""
        return self.pack.flows[self.session.flow].title

    @property
    def prompt(self) -> Prompt:
        """What stands to be answered, or the ending."""
        return self.session.prompt

    @property
    def language(self) -> str:
        """The language of all that is shown."""
        return self.session.language

    @property
    def is_for_agent(self) -> bool:
        """Whether agents' notes and facts are shown."""
        return self.audience == "agent"

    def answer(self, value: object) -> None:
        """Answer the prompt. Files are read and copied now: what is given for them is paths, or names given before.

        Raises:
            Refused: the answer is not valid; everything stays as it was.
            Overtaken: somebody else went on meanwhile. So may all that changes it.
        """
        self.take(self._answered(value))

    def check_field(self, answers: Mapping[str, object], field: str) -> None:
        """See whether one field of the form that stands is valid, with what was typed above it; nothing is answered.

        Raises:
            Refused: it is not.
        """
        try:
            self._answered(answers, field)
        except engine.Refused as refused:
            asked = self.prompt
            place = next((one.place for one in asked.fields if one.fact == field), "") if isinstance(asked, Form) else ""
            wrong = next((error for error in refused.errors if error.place == place), None)
            if wrong is not None:
                raise wrong from None

    def _with_files(self, taken: object) -> Session:
        """The session with the files told that an answer names for the first time."""
        session = self.session
        for given in self.files.unattached(session, taken):
            session = engine.attach(
                session, name=given.name, digest=given.digest, size=given.size, media_type=given.media_type,
                beside=False, now=self.clock(), by=self.by,
            )  # fmt: skip
        return session

    def _answered(self, value: object, field: str = "") -> Session:
        """The session after an answer, of which one field may be new."""
        taken, wrong = self.files.answer(self.session, value, field)
        try:
            return engine.answer(self._with_files(taken), taken, now=self.clock(), by=self.by)
        except engine.Refused as refused:  # always, where files are: without them a form is not whole
            if wrong:
                errors = tuple(wrong.get(error.place, error) for error in refused.errors)
                raise engine.Refused("form", place=refused.place, errors=errors) from None
            raise

    def back(self) -> None:
        """Take the last answer back.

        Raises:
            Refused: there is none.
        """
        self.take(engine.back(self.session, now=self.clock(), by=self.by))

    def preview(self, place: str, value: object) -> Change:
        """What another answer at an earlier place would bring; `apply` makes it so.

        Raises:
            Refused: the answer is not valid there.
        """
        taken = self.files.change(self.session, place, value)
        return engine.change(self._with_files(taken), place, taken, now=self.clock(), by=self.by)

    def apply(self, change: Change) -> None:
        """Make a previewed change."""
        self.take(change.session)

    def note(self, text: str) -> None:
        """Write a note beside the conversation."""
        self.take(engine.note(self.session, text, now=self.clock(), by=self.by))

    def attach(self, path: str) -> str:
        """Give a file beside the questions, to go with the case; its name.

        Raises:
            Refused: it can't be taken.
        """
        given = self.files.take(path, self.session)
        session = engine.attach(
            self.session, name=given.name, digest=given.digest, size=given.size, media_type=given.media_type, beside=True,
            now=self.clock(), by=self.by,
        )  # fmt: skip
        last = self._last_case()
        if last is not None and last.filed:
            from assistant.desk.cases import enclosed

            self.take(session, (enclosed(last, given.name),))
        else:
            self.take(session)
        return given.name

    def hand_over(self, audience: str) -> None:
        """Show it to another audience, who speaks from here on. That an agent took over is put down; what the others who
        hold it are shown stays as it is.
        """
        self.by, self.audience = speaker(audience), audience
        if audience != self.session.audience:
            self.take(engine.hand_over(self.session, audience, now=self.clock(), by=own_name()))

    @property
    def leaves_out(self) -> bool:
        """Whether what only its present audience is asked is left out, since it began with another one."""
        return self.audience != self.session.state.audience and tells_apart(self.pack)

    def preview_as(self, audience: str) -> Change:
        """What going through it as another audience would bring; `go_on_as` makes it so."""
        return engine.go_on_as(self.session, audience, now=self.clock(), by=own_name())

    def go_on_as(self, audience: str) -> None:
        """Go through it as another audience from here on, who speaks and to whom it is shown, too."""
        change = self.preview_as(audience)
        self.by, self.audience = speaker(audience), audience
        self.take(change.session)

    def file(self, number: str = "", note: str = "", *, again: bool = False) -> CaseRow:
        """Say that the case was filed: its text stays as it is from here on.

        Args:
            number: what the portal gave, if anything.
            note: a word about it.
            again: file it once more though nothing has changed.

        Raises:
            AlreadyFiled: it was filed, and nothing has changed since.
        """
        from assistant.desk import cases

        now = self.clock()
        kept = self.keeper.cases if self.keeper is not None else ()
        found = cases.drafts(self.session, kept, self.case(), now)
        last = found[-1] if found else self._last_case()
        if last is not None and last.filed and not again:
            raise AlreadyFiled(last)
        if last is None or last.filed:
            last = cases.row(self.session, self.case(), kept, now=now)
        filed = cases.filed(last, reference=number.strip(), note=note.strip(), now=now, by=self.by)
        self.take(engine.file(self.session, portal=filed.portal, number=filed.reference, now=now, by=self.by), (filed,))
        return filed

    @property
    def solved(self) -> bool | None:
        """What was said about the ending that stands: whether it solved the problem; nothing where nobody said."""
        return said_of_ending(self.session.log)

    def say_solved(self, solved: bool) -> None:
        """Say whether it solved the problem: yes closes the session. It is kept, and in no list of open ones.

        Raises:
            Overtaken: as everything that changes it.
        """
        self.take(engine.end(self.session, now=self.clock(), by=self.by, solved=solved))

    def _last_case(self) -> CaseRow | None:
        return self.keeper.cases[-1] if self.keeper is not None and self.keeper.cases else None

    @property
    def code(self) -> str:
        """What it is called over the phone; "" while it is not kept."""
        return self.keeper.code if self.keeper is not None else ""

    @property
    def is_kept(self) -> bool:
        """Whether all that was said so far is in the store."""
        return self.keeper is not None and self.keeper.trouble is None and self.keeper.saved == len(self.session.log)

    def not_kept(self) -> str:
        """What is to be said to somebody who leaves while not all is kept; "" where all is."""
        return self.keeper.not_kept(self.session) if self.keeper is not None else ""

    @property
    def memory(self) -> Memory | None:
        """The store that it is kept in."""
        return self.keeper.memory if self.keeper is not None else None

    def news(self) -> str:
        """What is to be told about keeping it, once; "" for nothing."""
        return self.keeper.news() if self.keeper is not None else ""

    def take(self, session: Session, cases: tuple[CaseRow, ...] = ()) -> None:
        """Go on with a session, once it is kept.

        Raises:
            Overtaken: somebody else went on meanwhile; the conversation stands where they left it.
        """
        if session.ended and not _has_ended(session.log):
            session = engine.end(session, now=self.clock(), by=self.by)
        if self.keeper is not None:
            from assistant.store.protocol import Conflict

            try:
                self.keeper.keep(session, self.files.content, cases or self._drafts(session))
            except Conflict:
                session = self._overtaken(session, cases)
        self.session = session

    def _drafts(self, session: Session) -> tuple[CaseRow, ...]:
        kept = self.keeper.cases if self.keeper is not None else ()
        calls = isinstance(session.prompt, Ending) and session.prompt.kind in WITH_CASE
        if not calls and not kept:
            return ()
        from assistant.case import build
        from assistant.desk.cases import drafts

        now = self.clock()
        return drafts(session, kept, build(session, now=now), now)

    def _overtaken(self, ours: Session, cases: tuple[CaseRow, ...]) -> Session:
        """Go on from where somebody else left it, with what happened here put beside; the session, where theirs and ours
        did not meet, or the store has failed: then all is sent again later.

        Raises:
            Overtaken: they led the conversation elsewhere.
        """
        from assistant.desk.merging import merged

        assert self.keeper is not None
        before = self.session
        found = merged(self.keeper, ours, self.files.content, cases, now=self.clock(), by=self.by)
        if found is None or found.is_apart:
            return ours if found is None else found.session
        self.session, self.source = found.session, found.source
        places = {(entry.place, entry.value) for entry in before.trail}
        news = tuple(entry for entry in found.session.trail if (entry.place, entry.value) not in places)
        asked = found.session.prompt
        offered = bool({one.place for one in getattr(asked, "fields", (asked,))} & found.session.book.late.keys())
        raise Overtaken(found.by, news, offered=offered)

    def move_to(self, pack: Pack) -> None:
        """Go over to another version of the pack, which was edited meanwhile.

        Raises:
            KeyError: the flow is not in it any more.
        """
        self.take(engine.move(self.session, pack, now=self.clock(), by=self.by))

    def asked_at(self, place: str) -> Question | Attempt | None:
        """How an earlier place was asked, with its answer as the default; `None` for a fact given at the start."""
        return engine.asked_at(self.session, place)

    def facts_answered(self) -> dict[str, Written]:
        """The facts that were asked or given, as they were answered; not those asked once per item or left empty."""
        return {
            entry.fact: entry.value for entry in self.session.trail if entry.fact and not entry.items and entry.value != ""
        }

    def why(self, place: str = "") -> tuple[Reason, ...]:
        """Why the conversation is where it is, or why it came to an earlier place."""
        return engine.why(self.session, place)

    def left(self) -> Range:
        """How many questions are left."""
        return engine.left(self.session)

    def case(self) -> Case:
        """The case as it stands now."""
        from assistant.case import build

        return build(self.session, now=self.clock())

    def close(self) -> None:
        """End it: what could not be kept is tried once more, and the copies of the files that were given are removed."""
        if self.keeper is not None and self.keeper.trouble is not None:
            from assistant.store.protocol import Conflict

            with suppress(Conflict):
                self.keeper.keep(self.session, self.files.content, self._drafts(self.session))
        self.files.close()


def _has_ended(log: tuple[LogEvent, ...]) -> bool:
    """Whether the last that was said led to an ending that the log tells of already."""
    for event in reversed(log):
        if isinstance(event, Ended):
            return True
        if isinstance(event, Started | Answered | Changed | TakenBack):
            return False
    return False
