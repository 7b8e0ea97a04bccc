"""How a conversation is left, or a prompt of it: for an earlier answer, for another place, for good; and what is said then.

It says what is kept and how to go on; who is asked what before is the talk's.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from assistant.engine.sensitive import is_sensitive
from assistant.engine.wording import heading
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk

DONE, FAULTY, RAN_OUT, INTERRUPTED = 0, 1, 3, 130


class Moved(Exception):
    """The conversation stands elsewhere now."""


class WentBack(Exception):
    """The last answer is to be taken back."""


class Quit(Exception):
    """The person leaves."""


class Left(NamedTuple):
    """How a talk was left: an exit code, and the flow that is wanted next ("" for none)."""

    code: int
    wanted: str = ""


def stopped(talk: Talk, code: int) -> Left:
    """Say where it stopped and how to go on."""
    question = heading(talk.conversation.prompt)
    talk.lines.say()
    if question:
        talk.lines.say(say("stopped.at", talk.language, question=question))
    if not _say_kept(talk):
        talk.lines.say(say("stopped.nothing_kept", talk.language))
        talk.lines.exactly(say("stopped.go_on", talk.language, command=to_go_on(talk)))
    return Left(code)


def ended(talk: Talk, code: int) -> Left:
    """Say at an ending what is kept."""
    if not _say_kept(talk):
        talk.lines.say(say("ending.not_kept", talk.language))
    return Left(code)


def _say_kept(talk: Talk) -> bool:
    """Say how to come to it again, where any of it is in the store, and whether it is."""
    conversation = talk.conversation
    if not conversation.code:
        return False
    saved = say("resume.saved", talk.language, code=conversation.code)
    words = saved if conversation.is_kept else conversation.not_kept()
    talk.lines.say(words)
    return bool(words)


def to_go_on(talk: Talk) -> str:
    """The command that starts again with what was answered; what is sensitive is left to be asked."""
    parts = ["assistant", "run", talk.called]
    if talk.conversation.is_for_agent:
        parts.append("--agent")
    if talk.language != talk.conversation.pack.language:
        parts += ["--lang", talk.language]
    for name, value in talk.conversation.facts_answered().items():
        if not is_sensitive(talk.conversation.pack, name):
            parts += ["--fact", f"{name}={value if isinstance(value, str) else ','.join(value) or 'none'}"]
    return shlex.join(parts)
