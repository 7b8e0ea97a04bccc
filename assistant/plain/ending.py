"""The ending as lines one can use: what to do, the message or the case ready to copy, and what was sent and what not.

It shows; the talk reads what is typed afterwards.
"""

from __future__ import annotations

from assistant.case import as_text
from assistant.desk.afterwards import leads_on
from assistant.desk.conversation import Conversation
from assistant.engine.prompt import WITH_CASE, Ending
from assistant.flow.text import plain
from assistant.plain.lines import Lines
from assistant.plain.showing import show_letter
from assistant.words import say


def show_ending(lines: Lines, conversation: Conversation, ending: Ending) -> None:
    """Everything about an ending, from its title to the flows that may be of use afterwards."""
    language = conversation.language
    lines.say(f"{say('ending.' + ending.kind, language)}: {ending.title or ending.outcome}")
    lines.say()
    if ending.text:
        lines.blocks(ending.text)
        lines.say()
    for code, value in (("ending.to", ending.to), ("ending.hours", ending.hours)):
        if value:
            lines.say(say(code, language, **{code.rpartition(".")[2]: value}))
    for link in ending.links:
        lines.say(f"{link.title}: {link.url}")
    if ending.come_back:
        lines.say(say("ending.come_back", language, day=ending.come_back))
    if ending.to or ending.hours or ending.links or ending.come_back:
        lines.say()
    if ending.note and conversation.is_for_agent:
        lines.say(say("talk.for_you", language, note=plain(ending.note)))
        lines.say()
    show_letter(lines, ending.letter, language)
    if ending.kind in WITH_CASE:
        lines.say(say("ending.case_ready", language))
        lines.say()
        lines.exactly(as_text(conversation.case(), language, is_underlined=False).rstrip())
    else:  # a case says so itself
        lines.say(say("ending.nothing_sent" if ending.letter is not None else "ending.nothing_sent_solved", language))
    if leads_on(conversation):
        lines.say()
        show_leads_on(lines, conversation)


def show_leads_on(lines: Lines, conversation: Conversation) -> None:
    """The flows that can be begun from an ending, by their numbers."""
    offered = leads_on(conversation)
    if offered:
        code = "ending.leads_on_by_number" if conversation.solved is False else "ending.related_by_number"
        lines.say(say(code, conversation.language))
    for number, (_, title) in enumerate(offered, 1):
        lines.say(title, f"{number}. ")
