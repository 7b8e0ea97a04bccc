"""The first prompt: picking a flow by its number or by a few words about the problem, or going on with a session.

What is done with what was chosen is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.desk.conversation import local_now
from assistant.desk.offers import ranked
from assistant.desk.packs import Found, Offer
from assistant.desk.reading import numbers_words
from assistant.plain.asides import command_in
from assistant.plain.leaving import Quit
from assistant.plain.lines import Lines
from assistant.plain.returning import Returning
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.desk.resuming import Reopened

LISTED = 20
"""How many flows are listed at once; words find the others."""


def choose(
    offers: Sequence[Offer],
    lines: Lines,
    words: str = "",
    *,
    memory: Memory | None = None,
    audience: str = "customer",
    clock: Callable[[], datetime] = local_now,
) -> Found | Reopened | None:
    """Show what there is and read what is wanted: a flow to begin, or a session to go on with; nothing where the person
    leaves.

    Args:
        offers: the flows to choose from, at least one.
        lines: where the list is written and the choice is read.
        words: words about the problem that were said already.
        memory: the store; nothing where no session is to be offered.
        audience: who chooses.
        clock: tells the time.

    Raises:
        EOFError: there is nothing more to read.
    """
    language = offers[0].language
    returning = Returning(lines, memory, audience, language, clock) if memory is not None else None
    try:
        return _Home(offers, lines, language, returning).choose(words)
    except Quit:
        return None


class _Home:
    def __init__(self, offers: Sequence[Offer], lines: Lines, language: str, returning: Returning | None) -> None:
        self.offers = offers
        self.named = [offer for offer in offers if not offer.is_otherwise] or list(offers)
        self.listed: Sequence[Offer] = self.named
        self.lines = lines
        self.language = language
        self.returning = returning

    def choose(self, words: str) -> Found | Reopened:
        """Read lines until one of them chooses something."""
        if not words:
            if self.returning is not None:
                self.returning.offer()
            self._say("home.title")
            self._list()
        while True:
            typed, words = words or self.lines.ask_on(say("prompt.home", self.language), self.language), ""
            found = self._chosen(typed)
            if found is not None:
                return found

    def _chosen(self, typed: str) -> Found | Reopened | None:
        """What a line chooses: a session, a flow; nothing where it only brought an answer."""
        if self.returning is not None:
            is_session, session = self.returning.typed(typed)
            if is_session:
                return session
        name, number = command_in(typed, wants_text=False), typed.rstrip(".")
        match name:
            case "quit":
                raise Quit
            case "help":
                self._help()
            case "resume" if self.returning is not None:
                return self.returning.last()
            case "sessions" if self.returning is not None:
                return self.returning.listed()
            case _ if name and typed.startswith("/"):
                self._say("command.unknown", name=f"/{name}")
            case _ if number.isdecimal():
                return self._numbered(int(number[:6]))
            case _ if typed.casefold() == "r" and self.returning is not None:
                return self.returning.last()
            case _ if typed:
                return self._fitting(typed)
            case _:
                self._say("home.hint")
        return None

    def _numbered(self, number: int) -> Found | None:
        """The flow with a number; "none of these" leads where a pack says."""
        most = min(len(self.listed), LISTED)
        if 0 < number <= most:
            return self.listed[number - 1].found
        otherwise = next((offer.found for offer in self.offers if offer.is_otherwise), None)
        if number:
            numbers = numbers_words(most, has_zero=True, language=self.language)
            self._say("talk.no_such_number", number=number, numbers=numbers)
        elif otherwise is None:
            self._say("home.no_way_on")
        return otherwise if not number else None

    def _fitting(self, words: str) -> Found | None:
        """The one flow that words fit; else those that they fit are listed."""
        found = ranked(self.named, words)
        if len(found) == 1:
            return found[0].found
        self._say("home.fits" if found else "home.nothing_fits")
        self.listed = found or self.named
        self._list()
        return None

    def _list(self) -> None:
        self.lines.say()
        for number, offer in enumerate(self.listed[:LISTED], 1):
            head = f"{number}. "
            self.lines.say(offer.entry.title, head)
            if offer.entry.summary:
                self.lines.say(offer.entry.summary, " " * len(head))
        self.lines.say(say("home.none", self.language), "0. ")
        if len(self.listed) > LISTED:
            self._say("home.more", count=len(self.listed) - LISTED)
        self.lines.say()
        self._say("home.hint")

    def _help(self) -> None:
        self._say("home.help")
        if self.returning is not None:
            self._say("home.help_sessions")
        self._say("home.help_quit")

    def _say(self, code: str, /, **arguments: object) -> None:
        self.lines.say(say(code, self.language, **arguments))
