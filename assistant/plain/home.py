"""The list of flows, and picking one by its number or by a few words about the problem."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.desk.offers import ranked
from assistant.desk.packs import Found, Offer
from assistant.plain.lines import LONGEST, Lines, TooLong
from assistant.words import say

LISTED = 20
"""How many flows are listed at once; words find the others."""


def choose(offers: Sequence[Offer], lines: Lines, words: str = "") -> Found | None:
    """Show the flows and read which one is wanted; nothing where the person leaves.

    Args:
        offers: the flows to choose from, at least one.
        lines: where the list is written and the choice is read.
        words: words about the problem that were said already.

    Raises:
        EOFError: there is nothing more to read.
    """
    language = offers[0].language
    named = [offer for offer in offers if not offer.is_otherwise] or list(offers)
    listed = named
    while True:
        if words:
            listed = ranked(named, words)
            if len(listed) == 1:
                return listed[0].found
            lines.say(say("home.fits" if listed else "home.nothing_fits", language))
            listed = listed or named
        else:
            lines.say(say("home.title", language))
        _show(listed, lines, language)
        chosen: Offer | None = None
        while chosen is None:
            words = _read(lines, language)
            if words.casefold() in ("q", "/quit"):
                return None
            if words.rstrip(".").isdecimal():
                chosen = _numbered(offers, listed, int(words.rstrip(".")[:6]))
                if chosen is None:
                    lines.say(say("home.no_way_on", language))
            elif words:
                break
        if chosen is not None:
            return chosen.found


def _show(listed: Sequence[Offer], lines: Lines, language: str) -> None:
    lines.say()
    for number, offer in enumerate(listed[:LISTED], 1):
        head = f"{number}. "
        lines.say(offer.entry.title, head)
        if offer.entry.summary:
            lines.say(offer.entry.summary, " " * len(head))
    lines.say(say("home.none", language), "0. ")
    if len(listed) > LISTED:
        lines.say(say("home.more", language, count=len(listed) - LISTED))
    lines.say()


def _read(lines: Lines, language: str) -> str:
    while True:
        try:
            return lines.ask(say("prompt.home", language))
        except TooLong:
            lines.say(say("talk.too_long", language, max=LONGEST))


def _numbered(offers: Sequence[Offer], listed: Sequence[Offer], number: int) -> Offer | None:
    """The flow with a number; "none of these" leads where a pack says."""
    if number == 0:
        return next((offer for offer in offers if offer.is_otherwise), None)
    return listed[number - 1] if number <= min(len(listed), LISTED) else None
