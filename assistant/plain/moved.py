"""What is different when a conversation is taken up again, line by line, and the choice between the two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.desk.phrases import different_lines
from assistant.plain.asides import command_in
from assistant.plain.leaving import Quit
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.resuming import Reopened
    from assistant.plain.lines import Lines


def choose(found: Reopened, lines: Lines) -> bool:
    """Say what is different, and read whether the person stays on the version that it was held on.

    Raises:
        EOFError: there is nothing more to read.
        Quit: the person leaves; nothing was changed.
    """
    language = found.language
    lines.say(found.title)
    lines.say()
    for line in different_lines(found, language):
        lines.say(line)
    lines.say()
    if not found.is_edited:
        return False
    lines.say(say("moved.go_on", language), "1. ")
    lines.say(say("moved.stay", language), "2. ")
    while True:
        typed = lines.ask_on(say("moved.number", language), language).rstrip(".")
        if typed in ("", "1", "2"):
            return typed == "2"
        if command_in(typed, wants_text=False) == "quit":
            raise Quit
        lines.say(say("moved.help", language))
