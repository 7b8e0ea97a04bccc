"""Prompts as lines: what is asked, what can be picked, what is worth knowing before answering.

Nothing is read here. The ending has a module of its own.
"""

from __future__ import annotations

from datetime import datetime

from assistant.desk.phrases import answer_line, default_words, form_of_answer, wait_words
from assistant.desk.reading import Pick, as_offered, numbers_of, picks
from assistant.engine.events import UNSURE
from assistant.engine.prompt import Attempt, Form, Letter, Notice, Prompt, Question, TrailEntry, Wait
from assistant.flow.text import Blocks, plain
from assistant.plain.lines import Lines
from assistant.words import say

MOST_REPEATED = 9
"""How many answers are told again after every command: more are only told when they are asked for."""


def trail_line(entry: TrailEntry, language: str) -> str:
    """A question with its answer, and where the answer came from if it was not asked here."""
    answer = answer_line(entry, language)
    if entry.given:
        return say("trail.given", language, answer=answer)
    return say("trail.kept", language, answer=answer) if entry.kept else answer


def show_kept(lines: Lines, prompt: Prompt, trail: tuple[TrailEntry, ...], language: str) -> None:
    """Say which earlier answers served without being asked again."""
    places = {kept.place for kept in prompt.kept}
    for entry in trail:
        if entry.place in places:
            lines.say(say("talk.kept", language, answer=answer_line(entry, language)))
    if places:
        lines.say()


def show_question(lines: Lines, question: Question, language: str, is_for_agent: bool) -> None:
    """A question with its help, answers and default."""
    question = as_offered(question)
    _about(lines, question.item, language)
    for text in (question.told, question.text):
        if text:
            lines.blocks(text)
            lines.say()
    if question.help:
        lines.blocks(question.help[:1])
        if len(question.help) > 1:
            lines.say(say("talk.more_help", language))
        lines.say()
    _note(lines, question.note, language, is_for_agent)
    for words in form_of_answer(question, language):
        lines.say(words)
    offered = picks(question, language)
    _picks(lines, offered, language, is_for_agent)
    if question.many:
        lines.say(say("talk.several", language))
    if question.unsure and all(pick.value != UNSURE for pick in offered):
        lines.say(say("talk.unsure_command", language))
    if question.default is not None:
        code = "talk.default_or_empty" if question.optional else "talk.default"
        lines.say(say(code, language, label=default_words(question, language)))
    elif question.optional:
        lines.say(say("talk.may_be_empty", language))


def show_answers(lines: Lines, prompt: Prompt, language: str) -> None:
    """The answers to what is asked, a line each with its number; of many, only how they are heard again."""
    offered = picks(prompt, language) if isinstance(prompt, Question | Attempt) else ()
    if len(offered) > MOST_REPEATED:
        lines.say(say("talk.again", language, count=len(offered)))
        return
    for pick in offered:
        lines.say(pick.label, f"{pick.number}. ")


def prompt_words(asked: Question | Attempt, language: str) -> str:
    """What stands before the line: what can be typed, and of numbers which."""
    if isinstance(asked, Question) and not asked.options:
        return say("prompt.answer_or_zero" if picks(asked, language) else "prompt.answer", language)
    several = isinstance(asked, Question) and asked.many
    code = "prompt.several" if several else "prompt.number"
    return say(code, language, numbers=numbers_of(picks(asked, language), language))


def show_form_head(lines: Lines, form: Form, language: str, is_for_agent: bool) -> None:
    """What stands above the fields of a form."""
    _about(lines, form.item, language)
    lines.say(say("talk.form", language, count=len(form.fields)))
    lines.say()
    _note(lines, form.note, language, is_for_agent)


def show_attempt(lines: Lines, attempt: Attempt, language: str, is_for_agent: bool, now: datetime) -> None:
    """An instruction and how it can have gone."""
    attempt = as_offered(attempt)
    _about(lines, attempt.item, language)
    lines.blocks(attempt.text)
    lines.say()
    _note(lines, attempt.note, language, is_for_agent)
    _wait(lines, attempt.wait, language, now)
    lines.say(say("talk.how_did_it_go", language))
    offered = picks(attempt, language)
    _picks(lines, offered, language, is_for_agent)
    if attempt.default is not None:
        lines.say(say("talk.default", language, label=default_words(attempt, language)))


def show_notice(lines: Lines, notice: Notice, language: str, is_for_agent: bool, now: datetime) -> None:
    """Something that is said, with its message if it has one."""
    _about(lines, notice.item, language)
    lines.blocks(notice.text)
    lines.say()
    show_letter(lines, notice.letter, language)
    _note(lines, notice.note, language, is_for_agent)
    _wait(lines, notice.wait, language, now)


def show_letter(lines: Lines, letter: Letter | None, language: str) -> None:
    """A message as it can be copied: its lines are not wrapped."""
    if letter is None:
        return
    lines.say(say("ending.message", language))
    lines.say()
    if letter.to:
        lines.exactly(say("message.to", language, to=letter.to))
    lines.exactly(say("message.subject", language, subject=letter.subject))
    lines.say()
    lines.exactly(plain(letter.body))
    lines.say()


def _about(lines: Lines, item: str, language: str) -> None:
    if item:
        lines.say(say("talk.about", language, item=item))


def _note(lines: Lines, note: Blocks, language: str, is_for_agent: bool) -> None:
    if note and is_for_agent:
        lines.say(say("talk.for_you", language, note=plain(note)))
        lines.say()


def _picks(lines: Lines, offered: tuple[Pick, ...], language: str, is_for_agent: bool) -> None:
    for pick in offered:
        number = f"{pick.number}. "
        lines.say(pick.label, number)
        indent = " " * len(number)
        if pick.help:
            lines.blocks(pick.help, indent)
        if pick.note and is_for_agent:
            lines.say(say("talk.for_you", language, note=plain(pick.note)), indent)


def _wait(lines: Lines, wait: Wait | None, language: str, now: datetime) -> None:
    words = wait_words(wait, now, language)
    if words:
        lines.say(words)
        lines.say()
