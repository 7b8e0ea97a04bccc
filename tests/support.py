"""Helpers for tests: packs written inline, and conversations held with few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from textwrap import dedent

from assistant.engine import Session, answer, back, change, replay, resume, start
from assistant.engine.prompt import Ending, Prompt
from assistant.engine.session import Change
from assistant.flow.load import Loaded, compile_sources
from assistant.flow.model import Pack

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

OUTCOMES = """
done: {kind: solved, title: Done}
other: {kind: action, title: Other}
"""
"""Endings that every inline pack has, so that flows need not bring their own."""


def loaded(main: str, *, facts: str = "", tables: Mapping[str, str] | None = None, **files: str) -> Loaded:
    """A pack from YAML: `main` and all other `files` are flows (a title is put in), unless named like a reserved file.

    Args:
        main: the flow that `talk` holds.
        facts: facts.yaml.
        tables: CSV files by name.
        files: more flows, `_` in their names standing for `-`; `pack`, `outcomes`, `portals` and `texts` are files of
            the pack.
    """
    sources = {"pack.yaml": "title: Test\n", "outcomes.yaml": OUTCOMES, "facts.yaml": dedent(facts), **(tables or {})}
    for name, text in {"main": main, **files}.items():
        reserved = name in ("pack", "outcomes", "portals", "texts")
        own = dedent(text)
        if name == "outcomes":
            own = OUTCOMES + own
        elif name == "pack":
            own = "title: Test\n" + own
        sources[f"{name.replace('_', '-')}.yaml"] = own if reserved else f"title: {name}\n{own}"
    return compile_sources({name: text.encode() for name, text in sources.items() if text.strip()}, "test")


def pack(main: str, *, facts: str = "", tables: Mapping[str, str] | None = None, **files: str) -> Pack:
    """The pack, which must be without an error."""
    found = loaded(main, facts=facts, tables=tables, **files)
    assert found.pack is not None, "\n".join(str(one) for one in found.problems if one.severity == "error")
    return found.pack


def errors(main: str, *, facts: str = "", tables: Mapping[str, str] | None = None, **files: str) -> set[str]:
    """The codes of the errors in a pack."""
    found = loaded(main, facts=facts, tables=tables, **files)
    return {one.code for one in found.problems if one.severity == "error"}


class Talk:
    """A conversation that is held: its session, and a clock that goes on by a minute with every event."""

    def __init__(self, session: Session, now: datetime = NOW) -> None:
        self.session = session
        self.now = now

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def on(self, day: str) -> Talk:
        """Go on on another day, at noon."""
        self.now = datetime.combine(date.fromisoformat(day), NOW.timetz())
        return self

    def say(self, *answers: object) -> Talk:
        """Answer what is asked, one after the other."""
        for value in answers:
            self.session = answer(self.session, value, now=self._tick())
        return self

    def back(self, times: int = 1) -> Talk:
        """Take answers back."""
        for _ in range(times):
            self.session = back(self.session, now=self._tick())
        return self

    def preview(self, place: str, value: object) -> Change:
        """What a change would come to."""
        return change(self.session, place, value, now=self._tick())

    def change(self, place: str, value: object) -> Talk:
        """Change an answer."""
        self.session = self.preview(place, value).session
        return self

    def resume(self) -> Talk:
        """Go on after a pause."""
        self.session = resume(self.session, now=self._tick())
        return self

    def replayed_on(self, other: Pack) -> Talk:
        """The same log on another version of the pack."""
        return Talk(replay(other, self.session.log), self.now)

    @property
    def prompt(self) -> Prompt:
        return self.session.prompt

    @property
    def at(self) -> str:
        """The place that waits, or the ending's."""
        return self.prompt.place

    @property
    def ending(self) -> str:
        """The outcome that was reached."""
        assert isinstance(self.prompt, Ending), f"it waits at {self.at}"
        return self.prompt.outcome

    @property
    def facts(self) -> dict[str, object]:
        """All that is known without an item."""
        return dict(self.session.state.facts)

    @property
    def path(self) -> list[str]:
        """The places of the trail."""
        return [entry.place for entry in self.session.trail]

    @property
    def said(self) -> list[tuple[str, object]]:
        """The places of the trail with their answers, as written."""
        return [(entry.place, entry.value) for entry in self.session.trail]

    @property
    def kept(self) -> list[str]:
        """The places whose answers are announced as kept."""
        return [kept.place for kept in self.prompt.kept]

    def value(self, name: str) -> object:
        """A fact, computed or not; `None` where it is unknown."""
        return self.session.known.get(name)


def talk(
    pack: Pack,
    *answers: object,
    flow: str = "main",
    given: Mapping[str, object] | None = None,
    audience: str = "customer",
    now: datetime = NOW,
) -> Talk:
    """Begin a conversation and answer."""
    return Talk(start(pack, flow, now=now, given=given, audience=audience), now).say(*answers)
