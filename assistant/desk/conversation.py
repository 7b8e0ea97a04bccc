"""A conversation that is being held: a session, who speaks and the clock.

Faces show its prompt and hand back what was typed; they never call the engine. It knows nothing of screens.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import engine
from assistant.desk.files import Files
from assistant.desk.packs import Found, open_pack
from assistant.engine.prompt import Attempt, Ending, Form, Question

if TYPE_CHECKING:
    from assistant.case import Case
    from assistant.case.parcel import Parcel
    from assistant.engine import Change, Session
    from assistant.engine.events import Written
    from assistant.engine.prompt import Prompt, Range, Reason
    from assistant.flow.model import Pack

SAVED_AS = (".md", ".txt", ".json", ".eml", ".zip")
WITH_CASE = ("case", "handoff")
"""Kinds of endings with a case, or a record that is the same, to hand on."""


def local_now() -> datetime:
    """This moment, with the offset of the machine's time zone."""
    return datetime.now().astimezone()


class UnknownKind(ValueError):
    """A file name that ends in none of `SAVED_AS`."""


class Conversation:
    """One conversation, from the first prompt to the ending.

    Attributes:
        session: where it stands; replaced at every answer, never changed.
        by: who answers.
        clock: tells the time of every event.
        source: the pack's folder or file, or nothing where it was never a file.
        files: what was given in answer to questions for files; copies that last until it is closed.
    """

    def __init__(
        self, session: Session, *, by: str = "", clock: Callable[[], datetime] = local_now, source: Path | None = None
    ) -> None:
        self.session = session
        self.by = by
        self.clock = clock
        self.source = source
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
    ) -> Conversation:
        """Begin one.

        Args:
            pack, flow: what is held, by its flow's id.
            audience: "customer" or "agent"; also who answers.
            language: "" for the pack's own.
            given: facts that are known before the first question.
            clock, source: as for the class.

        Raises:
            Refused: a given fact is unknown or not valid.
        """
        session = engine.start(pack, flow, now=clock(), audience=audience, language=language, given=given or {}, by=audience)
        return cls(session, by=audience, clock=clock, source=source)

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
        return self.session.audience == "agent"

    def answer(self, value: object) -> None:
        """Answer the prompt. Files are read and copied now: what is given for them is paths, or names given before.

        Raises:
            Refused: the answer is not valid; everything stays as it was.
        """
        self.session = self._answered(value)

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

    def _answered(self, value: object, field: str = "") -> Session:
        """The session after an answer, of which one field may be new."""
        taken, wrong = self.files.answer(self.session, value, field)
        try:
            return engine.answer(self.session, taken, now=self.clock(), by=self.by)
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
        self.session = engine.back(self.session, now=self.clock(), by=self.by)

    def preview(self, place: str, value: object) -> Change:
        """What another answer at an earlier place would bring; `apply` makes it so.

        Raises:
            Refused: the answer is not valid there.
        """
        taken = self.files.change(self.session, place, value)
        return engine.change(self.session, place, taken, now=self.clock(), by=self.by)

    def apply(self, change: Change) -> None:
        """Make a previewed change."""
        self.session = change.session

    def asked_at(self, place: str) -> Question | Attempt | None:
        """How an earlier place was asked, with its answer as the default; `None` for a fact given at the start."""
        session = self.session
        while True:
            prompt = session.prompt
            for asked in prompt.fields if isinstance(prompt, Form) else (prompt,):
                if isinstance(asked, Question | Attempt) and asked.place == place:
                    return asked
            try:
                session = engine.back(session, now=self.clock(), by=self.by)
            except engine.Refused:
                return None

    def related(self, flow: str) -> Conversation:
        """Begin another flow of the pack, with what is known; an answer that it does not take is left to be asked."""
        pack = self.pack if self.source is None else open_pack(Found(self.source, flow))
        given = {fact: value for fact, value in self.facts_answered().items() if fact in pack.facts}
        while True:
            try:
                other = Conversation.start(
                    pack, flow, audience=self.session.audience, language=self.language, given=given,
                    clock=self.clock, source=self.source,
                )  # fmt: skip
            except engine.Refused as refused:
                del given[refused.place.removeprefix("given.")]
            else:
                other.files.adopt(self.files, other.session)
                return other

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

    def save(self, path: Path) -> None:
        """Write the case to a new file, readable by its owner only, in the way that the name's ending tells: as Markdown,
        text or JSON; as a draft for a mail program; or all of these with the files that were given, in an archive.

        Raises:
            UnknownKind: another ending.
            OSError: the file is there already, or cannot be written.
        """
        ending = path.suffix.lower()
        if ending not in SAVED_AS:
            raise UnknownKind(ending)
        from assistant.case import parcel

        whole = self._parcel()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                parcel.write(whole, ending, file)
        except BaseException:  # half a file is worse than none
            path.unlink(missing_ok=True)
            raise

    def _parcel(self) -> Parcel:
        from assistant.case.parcel import Attached, Parcel

        case, prompt = self.case(), self.prompt
        letter = getattr(prompt, "letter", None)
        given = filter(None, map(self.files.find, case.attachments))
        files = tuple(Attached(file.name, file.media_type, file.open) for file in given)
        is_case = isinstance(prompt, Ending) and prompt.kind in WITH_CASE
        return Parcel(case, letter, files, self.language, self.clock(), has_message=letter is not None or is_case)

    def close(self) -> None:
        """End it: the copies of the files that were given are removed."""
        self.files.close()
