"""Building a case from a session, ended or halfway: what was said, tried and seen, written down for somebody else.

A case is written in its portal's language, whatever the conversation's; what a person typed stays as it was typed. It
is the one thing that holds `sensitive` values in full. How it looks is `case.render`.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

import assistant
from assistant.engine.events import Noted
from assistant.engine.prompt import Attempt, Ending, Form, Question, Stuck
from assistant.engine.record import (
    KnownFact,
    Recorded,
    Tried,
    UnknownFact,
    heading,
    item_label,
    listing,
    paragraph,
    record_blocks,
    recorded,
    shower,
)
from assistant.engine.session import Session
from assistant.engine.where import node_at, read_place
from assistant.flow.model import Outcome, Portal
from assistant.flow.text import Block, Blocks, Text, fill, line, plain
from assistant.words import say
from assistant.words.formats import show_time

_SHORT = 8
"""So many characters of a digest tell packs apart for a reader."""


class FiledAt(msgspec.Struct, frozen=True):
    """The portal that takes the case. `other_fields_unknown`: its form asks more than is documented."""

    id: str
    title: str
    url: str
    language: str
    way: Blocks
    other_fields_unknown: bool


class Case(msgspec.Struct, frozen=True):
    """A case, ready to file.

    Attributes:
        portal: where to file it; nothing where no case is called for (yet).
        subject: its subject, else the title of the ending or of the flow.
        fields: what the portal's form is known to ask, by the form's names.
        notes: the whole record as plain text, ready to copy.
        known, not_known, tried: the record as data, in the order of the walk.
        attachments: the names of files that go with it.
    """

    portal: FiledAt | None
    subject: str
    fields: dict[str, str]
    notes: str
    known: tuple[KnownFact, ...]
    not_known: tuple[UnknownFact, ...]
    tried: tuple[Tried, ...]
    attachments: tuple[str, ...]


def build(session: Session, *, now: datetime) -> Case:
    """The case of a session.

    Args:
        session: any conversation. Where its ending is a case, or the questions of one are being asked, the portal and
            its fields are filled in; else there is only the record.
        now: the time at which it is written.
    """
    outcome = _outcome(session)
    portal, language = _portal(session, outcome)
    found = recorded(session, language, full=True)
    documented = portal.fields if portal is not None else {}
    written = outcome.fields if outcome is not None else {}
    attachments = _attachments(session)
    return Case(
        portal=_filed_at(session, portal, language) if portal is not None else None,
        subject=_subject(session, outcome, language, full=True),
        fields={name: plain(_filled(session, text, language)) for name, text in written.items() if name in documented},
        notes=plain(_notes(session, found, attachments, language, now)),
        known=found.known,
        not_known=found.not_known,
        tried=found.tried,
        attachments=attachments,
    )


def _outcome(session: Session) -> Outcome | None:
    """The outcome that is reached, even while what it needs is still asked."""
    place = read_place(session.prompt.place)
    if place is None:
        return None
    node = node_at(session.pack, session.flow, place)
    return node if isinstance(node, Outcome) else None


def subject(session: Session, *, full: bool) -> str:
    """The subject of a session's case by itself; without `full`, sensitive values in it are masked, as in lists."""
    outcome = _outcome(session)
    return _subject(session, outcome, _portal(session, outcome)[1], full=full)


def _portal(session: Session, outcome: Outcome | None) -> tuple[Portal | None, str]:
    """The portal that takes the case, if any, and the language in which it is written."""
    portal = session.pack.portals.get(outcome.portal) if outcome is not None else None
    return portal, (portal.language if portal is not None else "") or session.pack.language


def _filled(session: Session, text: Text | None, language: str, *, full: bool = True) -> Blocks:
    item = item_label(session, session.prompt.place, language)
    return fill(text, session.known, shower(session.pack, session.known, language, full=full, item=item))


def _filed_at(session: Session, portal: Portal, language: str) -> FiledAt:
    way = _filled(session, portal.way, language)
    return FiledAt(portal.id, portal.title, portal.url, language, way, portal.other_fields_unknown)


def _subject(session: Session, outcome: Outcome | None, language: str, *, full: bool) -> str:
    title = session.pack.flows[session.flow].title
    if outcome is None:
        return title
    return line(_filled(session, outcome.subject or outcome.title, language, full=full)) or title


def _attachments(session: Session) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for asked in session.trail:
        fact = session.pack.facts.get(asked.fact)
        if fact is not None and fact.type == "files":
            value = session.known.entries.get(asked.fact, {}).get(asked.items) if asked.items else None
            value = value or session.known.facts.get(asked.fact)
            names.update(dict.fromkeys(value if isinstance(value, tuple) else ()))
    names.update((one.name, None) for one in session.attached if one.beside)
    return tuple(names)


def _notes(
    session: Session, found: Recorded, attachments: tuple[str, ...], language: str, now: datetime
) -> tuple[Block, ...]:
    """The record with what only a case needs: the problem, notes of agents, files, and where it comes from."""
    flow = session.pack.flows[session.flow]
    blocks: list[Block] = [heading(say("record.wrong", language)), paragraph(flow.title)]
    if flow.summary:
        blocks.append(paragraph(flow.summary))
    blocks.extend(record_blocks(found, language, _stopped(session, language)))
    noted = [event.text for event in session.log if isinstance(event, Noted)]
    for code, texts in (("record.notes", noted), ("record.attachments", attachments)):
        if texts:
            blocks += [heading(say(code, language)), listing(*texts)]
    source = say("record.source", language, flow=flow.id, pack=session.pack.digest[:_SHORT], version=assistant.__version__)
    return (*blocks, paragraph(source + " " + say("record.written_on", language, time=show_time(now, language))))


def _stopped(session: Session, language: str) -> str:
    """Where it stopped, as a sentence."""
    prompt = session.prompt
    if isinstance(prompt, Ending):
        outcome = _outcome(session)
        title = line(_filled(session, outcome.title, language)) if outcome is not None else prompt.title
        return say("record.ended_with", language, title=title)
    if isinstance(prompt, Stuck):
        return say("record.stuck", language)
    if isinstance(prompt, Form):
        prompt = prompt.fields[0]
    if isinstance(prompt, Question):
        question = line(prompt.text)
    else:
        label = prompt.label if isinstance(prompt, Attempt) else ""
        question = label or line(prompt.text[:1])
    return say("record.stopped_at", language, question=question)
