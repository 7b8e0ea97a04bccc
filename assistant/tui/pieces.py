"""Pieces of a conversation as the screens show them: the bar on top, what is told about keeping it, messages, agents' notes.

It puts words and blocks together; what is asked and answered is the screens'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from assistant.desk.phrases import known_now
from assistant.engine.prompt import Letter
from assistant.engine.record import entry, recorded
from assistant.flow.text import Blocks, Listing, Paragraph, Span
from assistant.tui.bars import Said, TopBar
from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation


TRIED = {"worked": "✓", "failed": "✗", "skipped": "–"}


def top(bar: TopBar, conversation: Conversation, action: str = "") -> None:
    """Show where one is, for whom, and what the session is called; or that it is not kept."""
    language = conversation.language
    audience = say(f"tui.{conversation.audience}", language)
    in_trouble = conversation.keeper is not None and conversation.keeper.trouble is not None
    kept = say("tui.not_kept", language) if in_trouble else conversation.code
    right = " · ".join(filter(None, (audience, kept)))
    bar.show(conversation.pack.title, conversation.title, right, action, short=kept or audience, language=language)


def tell(line: Said, conversation: Conversation, said: str = "") -> None:
    """Say what was done, and what there is to tell about keeping the conversation."""
    in_trouble = conversation.keeper is not None and conversation.keeper.trouble is not None
    news = conversation.news()
    line.say(" ".join(filter(None, (said, news))), wrong=bool(news) and in_trouble)


def for_you(note: Blocks, language: str) -> Blocks:
    """An agent's note with its mark."""
    return (Paragraph((Span(say("tui.for_you", language), bold=True),)), *note) if note else ()


def beside(conversation: Conversation) -> Blocks:
    """What was put beside the questions: notes, the newest last, and files."""
    session, language = conversation.session, conversation.language
    lines = [say("tui.note_by", language, text=note.text, by=note.by) for note in session.notes]
    lines += [file.name for file in session.attached if file.beside]
    spans = [span for line in lines for span in (Span("", "break"), Span(line))]
    return (Paragraph((Span(say("record.notes", language), bold=True), *spans)),) if lines else ()


def letter_blocks(letter: Letter | None, language: str) -> Blocks:
    """A message as blocks: to whom, about what, and its words."""
    if letter is None:
        return ()
    head = [say("message.to", language, to=letter.to)] if letter.to else []
    head.append(say("message.subject", language, subject=letter.subject))
    return (*(Paragraph((Span(words),)) for words in head), *letter.body)


def kept_blocks(conversation: Conversation) -> Blocks:
    """Which earlier answers serve without being asked again."""
    kept = conversation.prompt.kept
    if not kept:
        return ()
    items = tuple((Paragraph((Span(entry(one.question, one.label, conversation.language)),)),) for one in kept)
    return (Paragraph((Span(say("tui.kept", conversation.language)),)), Listing(items))


def side_content(conversation: Conversation) -> Content:
    """The case as it grows, for the agent's side: what is known, name over value, what is not, and what was tried."""
    language = conversation.language
    found = recorded(conversation.session, language)  # what is sensitive is masked
    parts: list[tuple[str, str]] = []
    for one in known_now(conversation):
        parts.extend([(f"{clean(one.label)}\n", "$quiet"), (f"{clean(one.words)}\n", "bold $ink")])
    unknown = [f"? {clean(one.label)}" for one in found.not_known]
    tried = [f"{TRIED.get(one.result, '·')} {clean(entry(one.label, one.text, language))}" for one in found.tried]
    for code, rows in (("tui.unknown", unknown), ("tui.tried", tried)):
        if rows:
            parts.append((f"\n{say(code, language)}\n", "$quiet"))
            parts.extend((f"{row}\n", "$ink") for row in rows)
    return Content.assemble(*parts)
