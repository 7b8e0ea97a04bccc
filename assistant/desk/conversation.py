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
from assistant.desk.packs import Found, open_pack
from assistant.engine.prompt import Attempt, Form, Question

if TYPE_CHECKING:
    from assistant.case import Case
    from assistant.engine import Change, Session
    from assistant.engine.events import Written
    from assistant.engine.prompt import Prompt, Range, Reason
    from assistant.flow.model import Pack

SAVED_AS = (".md", ".txt", ".json")
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
    """

    def __init__(
        self, session: Session, *, by: str = "", clock: Callable[[], datetime] = local_now, source: Path | None = None
    ) -> None:
        self.session = session
        self.by = by
        self.clock = clock
        self.source = source

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
        session = engine.start(
            pack, flow, now=clock(), audience=audience, language=language, given=given or {}, by=audience
        )
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
        """Answer the prompt.

        Raises:
            Refused: the answer is not valid; everything stays as it was.
        """
        self.session = engine.answer(self.session, value, now=self.clock(), by=self.by)

    def check_field(self, answers: Mapping[str, object], field: str) -> None:
        """See whether one field of the form that stands is valid, with what was typed above it; nothing is answered.

        Raises:
            Refused: it is not.
        """
        try:
            engine.answer(self.session, answers, now=self.clock(), by=self.by)
        except engine.Refused as refused:
            asked = self.prompt
            place = next((one.place for one in asked.fields if one.fact == field), "") if isinstance(asked, Form) else ""
            wrong = next((error for error in refused.errors if error.place == place), None)
            if wrong is not None:
                raise wrong from None

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
        return engine.change(self.session, place, value, now=self.clock(), by=self.by)

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
                return Conversation.start(
                    pack, flow, audience=self.session.audience, language=self.language, given=given,
                    clock=self.clock, source=self.source,
                )  # fmt: skip
            except engine.Refused as refused:
                del given[refused.place.removeprefix("given.")]

    def facts_answered(self) -> dict[str, Written]:
        """The facts that were asked or given, as they were answered; not those asked once per item or left empty."""
        return {
            entry.fact: entry.value
            for entry in self.session.trail
            if entry.fact and not entry.items and entry.value != ""
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
        """Write the case to a new file, readable by its owner only: Markdown, text or JSON by the name's ending.

        Raises:
            UnknownKind: another ending.
            OSError: the file is there already, or cannot be written.
        """
        text = self._written(path.suffix.lower()).encode("utf-8", "replace")
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)

    def _written(self, ending: str) -> str:
        if ending not in SAVED_AS:
            raise UnknownKind(ending)
        from assistant import case
        from assistant.words.formats import safe_json

        if ending == ".json":
            return safe_json(case.as_json(self.case()), indent=2) + "\n"
        write = case.as_markdown if ending == ".md" else case.as_text
        return write(self.case(), self.language).rstrip() + "\n"
