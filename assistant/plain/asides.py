"""What a command asks by itself: which answer is to be changed, whether it is to be done, under which number it was filed.

Everywhere here an empty line leaves all as it was, `/quit` leaves the program, and `/help` says what can be typed. What
is done with an answer is the command's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.plain.leaving import Quit
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk

BARE = {"b": "back", "w": "why", "?": "help", "q": "quit"}
"""Commands that are one letter where no text is wanted."""
_LOOKS_LIKE_ONE = re.compile(r"/[a-z?]*")


def command_in(typed: str, *, wants_text: bool) -> str:
    """The name of the command that a line begins with, without its `/`; "" for none. A path is text where that is wanted,
    and so is a bare letter."""
    if not typed.startswith("/"):
        return "" if wants_text else BARE.get(typed.casefold(), "")
    word = typed.partition(" ")[0].casefold()
    if wants_text and not _LOOKS_LIKE_ONE.fullmatch(word):
        return ""
    return "help" if word in ("/", "/?") else word[1:]


def ask(talk: Talk, words: str, told: str, *, wants_text: bool = False, passing: tuple[str, ...] = ()) -> str | None:
    """Read an answer to what a command asks.

    Args:
        talk: where it is read.
        words: what stands before the line.
        told: what `/help` says, by its code.
        wants_text: whether bare letters are an answer.
        passing: commands that are an answer here.

    Returns:
        what was typed; nothing after `/back`.

    Raises:
        Quit: the person leaves.
    """
    while True:
        typed = talk.line(words)
        name = "" if typed in passing else command_in(typed, wants_text=wants_text)
        match name:
            case "":
                return typed
            case "quit":
                raise Quit
            case "back":
                return None
            case "help":
                talk.lines.say(say(told, talk.language))
            case _:
                talk.lines.say(say("command.not_here", talk.language, name=f"/{name}"))


def is_sure(talk: Talk, code: str, otherwise: str = "change.nothing") -> bool:
    """Ask whether something is to be done; where it is not, say so.

    Args:
        talk: where it is asked.
        code: the question.
        otherwise: what is said after a no, or an empty line.
    """
    answer: bool | None = None
    while answer is None:
        typed = ask(talk, say(code, talk.language), "help.sure")
        answer = yes_or_no(typed, talk.language) if typed else False
        if answer is None:
            talk.lines.say(say("refused.not_yes_or_no", talk.language))
    if not answer:
        talk.lines.say(say(otherwise, talk.language))
    return answer


def yes_or_no(typed: str, language: str) -> bool | None:
    """A yes or a no, however short it is typed; nothing for anything else."""
    typed = typed.casefold()
    for code, word, value in (("answer.yes", "yes", True), ("answer.no", "no", False)):
        if typed and (say(code, language).casefold().startswith(typed) or word.startswith(typed)):
            return value
    return None
