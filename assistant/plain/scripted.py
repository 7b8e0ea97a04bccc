"""What came of written answers, as lines for a reader: the answers as they were understood, the ending, and the faults."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.desk.conversation import Conversation
from assistant.engine.prompt import Ending
from assistant.engine.result import Result
from assistant.engine.wording import heading
from assistant.plain.ending import show_ending
from assistant.plain.lines import Lines
from assistant.plain.showing import trail_line
from assistant.words import say


def show_result(conversation: Conversation, lines: Lines) -> None:
    """Write the trail, and the ending if it was reached."""
    for entry in conversation.session.trail:
        if entry.kind != "tell":
            lines.say(trail_line(entry, conversation.language))
    prompt = conversation.prompt
    if isinstance(prompt, Ending):
        lines.say()
        show_ending(lines, conversation, prompt)


def faults(result: Result) -> Iterator[str]:
    """What is to be told about answers that were wrong, missing or left over."""
    language = result.language
    if result.fault is not None:
        problem = result.fault.sentence(language)
        yield say("cli.refused_at", language, place=result.place, problem=problem) if result.place else problem
    if result.status == "waiting" and result.session is not None:
        yield say("cli.waiting_at", language, place=result.place, question=heading(result.session.prompt))
    if result.unused:
        left = ", ".join(line.name or str(line.value) for line in result.unused)
        yield say("cli.unused", language, count=len(result.unused), answers=left)
