"""What can still be done when nothing is asked any more: commands, whether it is solved, a flow that leads on, leaving.

It reads what is typed at an ending; showing the ending has a module of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.desk.afterwards import is_asked, leads_on
from assistant.desk.reading import numbers_words
from assistant.engine.prompt import Ending, Stuck
from assistant.plain import commands
from assistant.plain.asides import yes_or_no
from assistant.plain.leaving import DONE, FAULTY, Left, Quit, ended
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk


def afterwards(talk: Talk, prompt: Ending | Stuck) -> Left:
    """Read until the person leaves, or goes on to another flow.

    Raises:
        Moved, WentBack: it is not over any more.
    """
    code = FAULTY if isinstance(prompt, Stuck) else DONE
    talk.lines.say()
    if is_asked(talk.conversation):
        talk.lines.say(say("ending.ask_solved", talk.language))
    try:
        while True:
            typed = talk.line(_words(talk, prompt))
            if commands.run(talk, typed, prompt):
                continue
            if not typed:
                return ended(talk, code)
            related = leads_on(talk.conversation)
            number = typed.rstrip(".")
            if number.isdecimal() and 0 < int(number[:6]) <= len(related):
                return Left(code, related[int(number) - 1][0])
            solved = yes_or_no(typed, talk.language) if is_asked(talk.conversation) else None
            if solved is None:
                talk.lines.say(_wrong(talk, number, len(related)))
            else:
                commands.run(talk, "/solved " + ("yes" if solved else "no"), prompt)
    except EOFError:
        talk.lines.say()
        return ended(talk, code)
    except Quit:
        return ended(talk, code)


def _words(talk: Talk, prompt: Ending | Stuck) -> str:
    """What stands before the line: all that can be typed there."""
    if isinstance(prompt, Stuck):
        return say("prompt.stuck", talk.language)
    asked, count = is_asked(talk.conversation), len(leads_on(talk.conversation))
    if not count:
        return say("prompt.solved" if asked else "prompt.afterwards", talk.language)
    numbers = numbers_words(count, has_zero=False, language=talk.language)
    return say("prompt.solved_or_number" if asked else "prompt.afterwards_number", talk.language, numbers=numbers)


def _wrong(talk: Talk, number: str, count: int) -> str:
    """What is said to what means nothing there, with what would be right."""
    language = talk.language
    if number.isdecimal() and count:
        numbers = numbers_words(count, has_zero=False, language=language)
        return say("talk.no_such_number", language, number=number, numbers=numbers)
    if is_asked(talk.conversation) and not number.isdecimal():
        return say("refused.not_yes_or_no", language)
    return say("ending.nothing_asked", language)
