"""What came of written answers, as lines for a reader: the answers as they were understood, and the ending."""

from __future__ import annotations

from assistant.desk.conversation import Conversation
from assistant.engine.prompt import Ending
from assistant.plain.ending import show_ending
from assistant.plain.lines import Lines
from assistant.plain.showing import trail_line


def show_result(conversation: Conversation, lines: Lines) -> None:
    """Write the trail, and the ending if it was reached."""
    for entry in conversation.session.trail:
        if entry.kind != "tell":
            lines.say(trail_line(entry, conversation.language))
    prompt = conversation.prompt
    if isinstance(prompt, Ending):
        lines.say()
        show_ending(lines, conversation, prompt)
