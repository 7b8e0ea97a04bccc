"""A case as Markdown, as plain text and as JSON. All three say the same; subject and notes stand ready to be copied."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from assistant.case.build import Case
from assistant.engine.prompt import Letter
from assistant.engine.record import entry, listing, paragraph
from assistant.flow.text import Blocks, Listing, Paragraph, Span, markdown, plain
from assistant.words import say
from assistant.words.formats import clean, join

Json = dict[str, Any]


class Told(NamedTuple):
    """What an ending that calls for no case says by itself: its title, and what to do."""

    title: str
    blocks: Blocks


def as_markdown(case: Case, language: str, *, told: Told | None = None, letter: Letter | None = None) -> str:
    """A case as Markdown. What people typed is escaped; subject and notes stand in blocks of their own, as written.

    Args:
        case: what to write.
        language: of the headings; the case itself is in its portal's.
        told: what stands there in place of the way to file it, where no case is called for.
        letter: the message of the ending.
    """

    def part(heading: str, body: Blocks | str) -> str:
        return f"## {heading}\n\n" + (_fenced(body) if isinstance(body, str) else markdown(body))

    return _written(
        case, language, lambda title: "# " + markdown((Paragraph((Span(title),)),)), part, markdown, told, letter
    )


def as_text(
    case: Case, language: str, *, told: Told | None = None, letter: Letter | None = None, is_underlined: bool = True
) -> str:
    """A case as plain text. Arguments as for `as_markdown`, and whether its headings are underlined."""

    def head(words: str, sign: str) -> str:
        return f"{words}\n{sign * len(words)}\n" if is_underlined else f"{words}\n"

    def part(heading: str, body: Blocks | str) -> str:
        return head(heading, "-") + (body if isinstance(body, str) else plain(body))

    return _written(case, language, lambda title: head(title, "=").rstrip(), part, plain, told, letter)


def as_json(case: Case) -> Json:
    """A case as plain data. Texts of several lines are plain text."""
    portal = case.portal
    return {
        "portal": None
        if portal is None
        else {
            "id": portal.id,
            "title": portal.title,
            "url": portal.url,
            "language": portal.language,
            "way": plain(portal.way),
            "other_fields_unknown": portal.other_fields_unknown,
        },
        "subject": case.subject,
        "fields": dict(case.fields),
        "notes": case.notes,
        "known": [
            {"fact": known.fact, "label": known.label, "value": _json_value(known.value), "text": known.text}
            for known in case.known
        ],
        "not_known": [{"fact": unknown.fact, "label": unknown.label} for unknown in case.not_known],
        "tried": [
            {"place": one.place, "step": one.step, "label": one.label, "result": one.result, "text": one.text}
            for one in case.tried
        ],
        "attachments": list(case.attachments),
    }


def _json_value(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value) or "none"


def _written(
    case: Case,
    language: str,
    title: Callable[[str], str],
    part: Callable[[str, Blocks | str], str],
    blocks: Callable[[Blocks], str],
    told: Told | None,
    letter: Letter | None,
) -> str:
    """The order of things, for every rendering that is read by people."""

    def parts() -> Iterator[str]:
        yield from to_do(told) if told is not None else to_file()
        if case.attachments:
            yield blocks((paragraph(say("case.attach", language, files=join(case.attachments, language))),))
        if letter is not None:
            yield from message(letter)
        yield part(say("case.notes", language), case.notes)

    def to_do(told: Told) -> Iterator[str]:
        yield title(told.title)
        if told.blocks:
            yield blocks(told.blocks)
        yield blocks((paragraph(say("ending.nothing_sent", language)),))

    def message(letter: Letter) -> Iterator[str]:
        if letter.to:
            yield part(say("message.to_name", language), letter.to)
        yield part(say("message.subject_name", language), letter.subject)
        yield part(say("message.body_name", language), plain(letter.body))

    def to_file() -> Iterator[str]:
        portal = case.portal
        words = say("case.title", language)
        yield title(entry(words, portal.title, language) if portal is not None else words)
        yield blocks((paragraph(say("ending.nothing_sent", language)),))
        if portal is not None and portal.url:
            yield part(say("case.link", language), (Paragraph((Span(portal.url, "link", url=portal.url),)),))
        if portal is not None and portal.way:
            yield part(say("case.way", language), portal.way)
        yield part(say("case.subject", language), case.subject)
        if case.fields:
            yield part(say("case.fields", language), (_fields(case, language),))
        if portal is not None and portal.other_fields_unknown:
            yield blocks((paragraph(say("case.other_fields", language)),))

    return clean("\n\n".join(parts())) + "\n"


def _fields(case: Case, language: str) -> Listing:
    return listing(*(entry(name, value, language) for name, value in case.fields.items()))


def _fenced(text: str) -> str:
    """Text as a block that Markdown leaves alone, whatever stands in it."""
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
