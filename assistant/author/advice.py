"""What is not wrong but worth a look: what nobody uses, phrases that two flows share, sources that were not read for long,
texts whose marks were not understood. Judged from the compiled pack and the day; nothing is walked here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

from assistant.author.explore.matters import texts_of_fact, texts_of_outcome, texts_of_step
from assistant.flow.model import At, Flow, Pack
from assistant.flow.problem import Problem, Problems
from assistant.flow.reach import facts_needed
from assistant.flow.text import Block, Listing, Paragraph, Span, Text

LONGEST_UNREAD = timedelta(days=365)
"""How long a source may go without being looked at."""

_LEFT_OVER = re.compile(r"\*\*|(?<!\w)__\w|\]\(|`|^#{1,6} |^\|.*\|$", re.M)
"""Marks of Markdown that were left standing as text."""
_TAG = re.compile(r"</?[a-z]{1,10}/?>", re.I)
_ONE_BRACE = re.compile(r"\{\s*(\w+)\s*\}")
_BARE = re.compile(r"\b(?:https?://|www\.)\S+", re.I)


def advise(pack: Pack, today: date) -> tuple[Problem, ...]:
    """Everything that is worth a look.

    Args:
        pack: all of it, as it was loaded.
        today: the day, for sources.
    """
    problems = Problems()
    _unused(pack, problems)
    _phrases(pack, problems)
    for fact in pack.facts.values():
        if fact.pattern and not fact.example:
            _report(problems, "F728", fact.at, name=fact.name)
    for flow in pack.flows.values():
        _reviewed(flow, today, problems)
    for where, at, text in _texts(pack):
        _marks(where, at, text, pack.facts, problems)
    return problems.all()


def _report(problems: Problems, code: str, at: At, **arguments: str) -> None:
    problems.report(code, at.path, (at.line, at.column), None, **arguments)


def _unused(pack: Pack, problems: Problems) -> None:
    needed = facts_needed(pack)
    for fact in pack.facts.values():
        if fact.name not in needed:
            _report(problems, "F721", fact.at, name=fact.name)
    run = {step.run for flow in pack.flows.values() for step in flow.steps.values()}
    for flow in pack.flows.values():
        if not flow.offered and flow.id not in run:
            _report(problems, "F722", flow.at, name=flow.id)


def _phrases(pack: Pack, problems: Problems) -> None:
    first: dict[str, Flow] = {}
    for flow in pack.flows.values():
        for phrase in flow.phrases:
            other = first.setdefault(" ".join(phrase.casefold().split()), flow)
            if other is not flow:
                _report(problems, "F723", flow.at, phrase=phrase, name=flow.id, other=other.id)


def _reviewed(flow: Flow, today: date, problems: Problems) -> None:
    if not flow.source:
        return
    try:
        read = date.fromisoformat(flow.reviewed)
    except ValueError:
        _report(problems, "F724", flow.at, name=flow.id, when="It does not say when they were read last.")
        return
    if today - read > LONGEST_UNREAD:
        _report(problems, "F724", flow.at, name=flow.id, when=f"They were read last on {flow.reviewed}.")


def _texts(pack: Pack) -> Iterator[tuple[str, At, Text]]:
    """Every text of a pack, with what it belongs to."""
    for flow in pack.flows.values():
        for step in flow.steps.values():
            yield from ((step.id, step.at, text) for text in texts_of_step(step) if text is not None)
        for outcome in flow.outcomes.values():
            yield from ((outcome.id, outcome.at, text) for text in texts_of_outcome(outcome) if text is not None)
    for outcome in pack.outcomes.values():
        yield from ((outcome.id, outcome.at, text) for text in texts_of_outcome(outcome) if text is not None)
    for fact in pack.facts.values():
        yield from ((fact.name, fact.at, text) for text in texts_of_fact(fact) if text is not None)
    for portal in pack.portals.values():
        if portal.way is not None:
            yield portal.id, portal.at, portal.way


def _marks(where: str, at: At, text: Text, facts: Collection[str], problems: Problems) -> None:
    for span in _spans(tuple(block for part in text.parts for block in part.blocks)):
        if span.kind == "link":
            if not _is_good(span.url):
                _report(problems, "F727", at, name=where, url=span.url)
        elif span.kind == "text" and not span.code:
            for marks in (_BARE, _LEFT_OVER, _TAG, _ONE_BRACE):
                mark = marks.search(span.text)
                if mark is not None and (marks is not _ONE_BRACE or mark[1] in facts):
                    _report(problems, "F726", at, name=where, mark=mark[0].strip())
                    break


def _spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.spans
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _spans(item)


def _is_good(url: str) -> bool:
    """Whether a link leads to a page or to a mailbox."""
    try:
        found = urlsplit(url)
        host = found.hostname or ""
    except ValueError:
        return False
    if found.scheme == "mailto":
        return "@" in found.path
    return found.scheme in ("http", "https") and host.strip(".") == host != ""
