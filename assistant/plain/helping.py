"""Help at a prompt: about what is asked first, then the commands that do something there.

What a command does is its own; here stands only when it is worth a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.desk.afterwards import ASKED_ABOUT
from assistant.desk.card import parts
from assistant.desk.phrases import terms
from assistant.engine.prompt import Ending, Notice, Prompt, Question, Stuck
from assistant.flow.text import plain
from assistant.plain.casework import beside, has_case
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk

_COMMANDS = (
    "back", "again", "change", "why", "trail", "map", "case", "copy", "parts", "save", "filed", "solved", "note", "attach",
    "notes", "facts", "code", "agent", "customer", "quit",
)  # fmt: skip
_MOST = ("back", "again", "change", "why")


def show_help(talk: Talk, prompt: Prompt) -> None:
    """How to find out, why it is asked, the terms in it, how to answer; then the commands."""
    language = talk.language
    if isinstance(prompt, Question):
        if prompt.help:
            talk.lines.blocks(prompt.help)
        if prompt.why:
            talk.lines.say(say("help.why", language, text=plain(prompt.why)))
    if not isinstance(prompt, Ending | Stuck):
        for title, text in terms(talk.conversation):
            talk.lines.say(say("help.term", language, title=title, text=plain(text)))
        wants_text = isinstance(prompt, Question) and not prompt.options
        how = "help.seen" if isinstance(prompt, Notice) else "help.text" if wants_text else "help.answer"
        talk.lines.say(say(how, language))
        if wants_text and isinstance(prompt, Question) and prompt.type == "text":
            talk.lines.say(say("help.lines", language))
    for name in of_use(talk, prompt):
        talk.lines.say(say(f"command.{name}", language))
    talk.lines.say(say("command.bare", language))


def commands_at(talk: Talk, prompt: Prompt) -> str:
    """The names of the commands that are typed most, where they do something."""
    return ", ".join(f"/{name}" for name in (*(one for one in of_use(talk, prompt) if one in _MOST), "help", "quit"))


def of_use(talk: Talk, prompt: Prompt) -> list[str]:
    """The commands that do something at a prompt, in the order in which they are told."""
    conversation = talk.conversation
    trail = conversation.session.trail
    is_answered = any(entry.kind != "tell" for entry in trail)
    idle = {
        "back": all(entry.given for entry in trail),
        "change": not is_answered,
        "trail": not is_answered,
        "why": isinstance(prompt, Stuck),
        "parts": not parts(conversation),
        "filed": not has_case(talk),
        "solved": not (isinstance(prompt, Ending) and prompt.kind in ASKED_ABOUT),
        "notes": not beside(talk),
        "facts": not conversation.is_for_agent,
        "code": not conversation.code,
        "agent": conversation.is_for_agent,
        "customer": not conversation.is_for_agent,
    }
    return [name for name in _COMMANDS if not idle.get(name)]
