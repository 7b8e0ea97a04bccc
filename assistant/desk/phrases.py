"""What every face says about a conversation, in the same words: progress, answers, reasons, terms, waits.

It puts words together; how and where they are shown is each face's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from assistant.desk.reading import NONE, picks
from assistant.desk.who import own_name
from assistant.engine.events import UNSURE
from assistant.engine.prompt import (
    Attempt,
    Ending,
    Form,
    Prompt,
    Question,
    Range,
    Reason,
    Stuck,
    TrailEntry,
    Wait,
)  # fmt: skip
from assistant.engine.record import entry as told
from assistant.engine.sensitive import is_sensitive
from assistant.engine.wording import MASK, show
from assistant.flow.text import Blocks, fill, plain
from assistant.words import say
from assistant.words.formats import join, show_date, show_money, show_number

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation, Overtaken
    from assistant.desk.resuming import Reopened
    from assistant.engine import Refused

_MINUTE, _HOUR = 60, 3600
_TYPED = {"date": "talk.date_form", "files": "talk.files_form"}


def refusal(refused: Refused, language: str) -> str:
    """Why an answer was not taken, and what would be right."""
    return say("refused." + refused.code, language, **refused.arguments)


def was_asked(entry: TrailEntry) -> bool:
    """Whether it is a question that was really asked here."""
    return entry.kind != "tell" and not entry.given and not entry.kept


def answers_shown(trail: tuple[TrailEntry, ...]) -> list[TrailEntry]:
    """The answers of a trail that a person may look at and change: what was only told is none, and of a question that
    was asked twice, since the first answer was "not sure", the second counts."""
    places = {entry.place for entry in trail}
    return [entry for entry in trail if entry.kind != "tell" and f"{entry.place}.again" not in places]


def question_number(conversation: Conversation) -> int:
    """The how-manieth question stands now."""
    return sum(was_asked(entry) for entry in conversation.session.trail) + 1


def progress(number: int, left: Range, language: str) -> str:
    """Which question this is, and how many are left: "Question 4. 1 to 3 left."."""
    if left.most is None:
        rest = say("talk.left_at_least", language, least=max(left.least, 1))
    elif left.most <= 1:
        rest = say("talk.left_none", language)
    elif left.least == left.most:
        rest = say("talk.left", language, count=left.most)
    else:
        rest = say("talk.left_range", language, least=max(left.least, 1), most=left.most)
    return f"{say('talk.question', language, number=number)}. {rest}."


def progress_aloud(number: int, asked: int, left: Range, language: str) -> str:
    """Which questions stand, and how many come after them, as it is understood by ear.

    Args:
        number: the how-manieth question the first of them is.
        asked: how many stand, several in a form.
        left: how many are left, with those that stand.
        language: the reader's.
    """
    least = max(left.least - asked, 0)
    if left.most is None:
        rest = say("talk.after_at_least", language, least=least) if least else say("talk.after_open", language)
    elif (most := left.most - asked) <= 0:
        rest = say("talk.after_none", language)
    elif least == most:
        rest = say("talk.after", language, count=most)
    else:
        rest = say("talk.after_range" if least else "talk.after_at_most", language, least=least, most=most)
    which = say("talk.questions" if asked > 1 else "talk.question", language, number=number, last=number + asked - 1)
    return f"{which}. {rest}"


def label_of(entry: TrailEntry) -> str:
    """An answer in words; a sensitive one is masked."""
    return MASK if entry.sensitive else entry.label


def answer_line(entry: TrailEntry, language: str) -> str:
    """A question with its answer."""
    return told(entry.question, label_of(entry), language)


def different_lines(found: Reopened, language: str) -> list[str]:
    """What is different when a conversation is taken up again, in sentences."""
    told = found.differences
    lines = [say("moved.edited" if found.is_edited else "moved.day", language)]
    lines += [say("moved.lost", language, answer=answer_line(one, language)) for one in told.lost]
    lines += [say("moved.again", language, question=question) for question in told.again]
    if told.moved_to and told.moved_to not in told.again:
        lines.append(say("moved.to", language, question=told.moved_to))
    return [*lines, say("moved.kept", language)]


def overtaken_lines(error: Overtaken, language: str) -> list[str]:
    """That somebody else went on meanwhile, and what they answered."""
    is_own = error.by == own_name()
    lines = [say("overtaken.by_you", language) if is_own else say("overtaken.by", language, name=error.by)]
    lines += [answer_line(one, language) for one in error.answers if one.kind != "tell"]
    return [*lines, say("overtaken.offered" if error.offered else "overtaken.kept", language)]


class Known(NamedTuple):
    """A fact that is known: its name, what it is called, which others may be called too, and its value in words."""

    fact: str
    label: str
    words: str


def known_now(conversation: Conversation) -> tuple[Known, ...]:
    """What is known, computed facts too; sensitive values are masked."""
    pack, known = conversation.pack, conversation.session.known
    return tuple(
        Known(name, fact.label or name,
              MASK if is_sensitive(pack, name) else show(pack, name, value, conversation.language))
        for name, fact in pack.facts.items()
        if (value := known.get(name)) is not None
    )  # fmt: skip


def default_words(asked: Question | Attempt, language: str) -> str:
    """The answer that was here before, in words."""
    labels = {pick.value: pick.label for pick in picks(asked, language)}
    default = asked.default
    if isinstance(default, tuple):
        return join([labels.get(value, value) for value in default], language) or labels.get(NONE, "")
    if default == UNSURE:
        return say("answer.unsure", language)
    return labels.get(default or "", default or "") or say("answer.empty", language)


def form_of_answer(question: Question, language: str) -> list[str]:
    """How an answer that is typed is written, and between which limits."""
    if question.options and not question.many:
        return []
    found = []
    low, high = (_limit(question, limit, language) for limit in (question.low, question.high))
    if low and high:
        found.append(say("talk.between", language, low=low, high=high))
    elif low or high:
        found.append(say("talk.from", language, low=low) if low else say("talk.to", language, high=high))
    if question.unit and not low and not high:
        found.append(say("talk.unit", language, unit=question.unit))
    if question.example:
        found.append(say("talk.example", language, example=question.example))
    elif question.type in _TYPED:
        found.append(say(_TYPED[question.type], language))
    if question.type == "files":
        from assistant.desk.files import limits_words  # few questions ask for files

        found.append(limits_words(language))
    return found


def _limit(question: Question, limit: str, language: str) -> str:
    """A limit as it is shown: of how many may be picked just the digits."""
    if not limit or question.many:
        return limit
    if question.type == "date":
        return show_date(date.fromisoformat(limit), language)
    if question.type == "money":
        return show_money(Decimal(limit), question.unit, language)
    return show_number(Decimal(limit), language) if question.type == "number" else limit


def wait_words(wait: Wait | None, now: datetime, language: str) -> str:
    """How long to wait before answering; "" once it is over."""
    left = wait.seconds - (now - wait.since).total_seconds() if wait is not None else 0
    if left <= 0:
        return ""
    unit, size = ("hours", _HOUR) if left >= 2 * _HOUR else ("minutes", _MINUTE) if left > _MINUTE else ("seconds", 1)
    return say(f"talk.wait_{unit}", language, count=max(1, round(left / size)))


def when_words(then: datetime, now: datetime, language: str) -> str:
    """When something was, as one says it: today and yesterday with the time, else the day."""
    for day, code in ((now.date(), "tui.today"), (now.date() - timedelta(days=1), "tui.yesterday")):
        if then.date() == day:
            return say(code, language, time=f"{then:%H:%M}")
    return show_date(then.date(), language)


def why_words(conversation: Conversation) -> list[str]:
    """Why the prompt stands, in sentences: what the author says, the answers that led here, and for agents the rules."""
    prompt, language = conversation.prompt, conversation.language
    text = prompt.why if isinstance(prompt, Question) else ()
    said = [say("help.why", language, text=plain(text))] if text else []
    reasons = list(dict.fromkeys(_reasons(conversation, conversation.why())))
    if not reasons and not said:
        reasons = [say("why.rule_held" if isinstance(prompt, Ending) else "why.everybody", language)]
    return said + reasons


def _reasons(conversation: Conversation, reasons: tuple[Reason, ...]) -> Iterator[str]:
    """Reasons in words. Rules and names of steps are the author's: only agents read them."""
    is_for_agent, language = conversation.is_for_agent, conversation.language
    for reason in reasons:
        for entry in reason.answers:
            yield say("why.answered", language, answer=answer_line(entry, language))
        if reason.kind == "limit":
            yield say("why.limit", language)
        if reason.kind == "rule" and is_for_agent:
            yield say("why.rule", language, step=reason.step, rule=reason.rule)
        elif reason.kind == "rule" and not reason.answers and any(map(_is_said, conversation.session.trail)):
            yield say("why.rule_held", language)
        if reason.kind == "else" and is_for_agent:
            yield say("why.else", language, step=reason.step)


def _is_said(entry: TrailEntry) -> bool:
    return was_asked(entry) or entry.given


def terms(conversation: Conversation) -> list[tuple[str, Blocks]]:
    """The words of the glossary that stand in what is asked, with what they mean."""
    text, known = _all_text(conversation.prompt), conversation.session.known
    found = []
    for term in conversation.pack.glossary.values():
        names = {name.casefold() for name in (term.name, term.title, *term.also)}
        if any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for name in names):
            words = fill(
                term.tell, known, lambda name: show(conversation.pack, name, known.get(name), conversation.language)
            )
            found.append((term.title, words))
    return found


def _all_text(prompt: Prompt) -> str:
    if isinstance(prompt, Form):
        return " ".join(_all_text(field) for field in prompt.fields)
    if isinstance(prompt, Stuck):
        return ""
    texts = [plain(prompt.text)]
    if isinstance(prompt, Question):
        texts.append(plain(prompt.help))
    if isinstance(prompt, Question | Attempt):
        texts += [option.label for option in prompt.options]
    return " ".join(texts).casefold()
