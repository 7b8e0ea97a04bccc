"""Values in words and as they are written: the labels a reader sees, and the form that logs and answer files hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from assistant.engine.events import UNSURE, Written
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Prompt, Question, Stuck
from assistant.flow.expression import Choose, Name, Rule, Value
from assistant.flow.model import Fact, Pack
from assistant.flow.text import line
from assistant.words import say
from assistant.words.formats import join, show_date, show_money, show_number

MASK = "•••"


def show(pack: Pack, fact_name: str, value: Value | None, language: str) -> str:
    """A value in words: a choice's label, a date or an amount in the reader's language.

    Args:
        pack: where the fact is defined.
        fact_name: the fact, or "" for a bare value.
        value: the value; `None` is said as "not known".
        language: the reader's language.
    """
    if value is None:
        return say("value.not_known", language)
    fact = pack.facts.get(fact_name)
    if isinstance(value, bool):
        return say("answer.yes" if value else "answer.no", language)
    if isinstance(value, tuple):
        if not value:
            return (fact.none if fact is not None and fact.none not in ("", "none") else "") or say("answer.none", language)
        return join([_words(pack, fact, member) for member in value], language)
    if isinstance(value, Decimal):
        if fact is not None and fact.type == "money":
            return show_money(value, pack.currency, language)
        return show_number(value, language)
    if isinstance(value, date):
        return show_date(value, language)
    return _words(pack, fact, value)


def _words(pack: Pack, fact: Fact | None, value: str) -> str:
    """A value as its choice is labelled; that of a computed fact as in the choices that it can give."""
    givers = _givers(pack, fact.value) if fact is not None and fact.value is not None else (fact,)
    return next((words for giver in givers if (words := label(giver, value)) != value), value)


def _givers(pack: Pack, rule: Rule) -> Iterator[Fact]:
    """The facts of which a rule can give the value as it is."""
    pending = [rule.expression]
    while pending:
        match pending.pop():
            case Choose(_, yes, no):
                pending += [no, yes]
            case Name(name) if (fact := pack.facts.get(name)) is not None:
                if fact.value is None:
                    yield fact
                else:
                    pending.append(fact.value.expression)


def label(fact: Fact | None, value: str) -> str:
    """The label of a choice's value; any other text as it is."""
    if fact is not None:
        for choice in fact.choices:
            if choice.value == value:
                return choice.label
    return value


def written(value: Value | None) -> Written:
    """A value as it is written in answers and logs: `yes`, `50.00`, `2026-11-22`, `("a", "b")`; unknown is `unsure`."""
    if value is None:
        return UNSURE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def heading(prompt: Prompt) -> str:
    """A prompt in one line; nothing for an ending."""
    match prompt:
        case Question():
            return line(prompt.text)
        case Form():
            return line(prompt.fields[0].text)
        case Attempt():
            return prompt.label or line(prompt.text[:1])
        case Notice():
            return line(prompt.text[:1])
        case Ending() | Stuck():
            return ""
