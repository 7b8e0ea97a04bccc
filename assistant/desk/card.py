"""An ending taken apart into what a person does with it: parts to copy, the way to file, a link to open, a file to save.

Every face shows the same parts; nothing is sent by any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.desk.files import entry_words
from assistant.desk.saving import SAVED_AS, UnknownKind, write_new
from assistant.engine.prompt import WITH_CASE, Ending, Letter
from assistant.flow.text import Block, Blocks, Listing, Paragraph, Span, plain
from assistant.words import say

if TYPE_CHECKING:
    from assistant.case import Case, Told
    from assistant.desk.conversation import Conversation
    from assistant.desk.files import Files


class Part(NamedTuple):
    """Something to copy by itself: what it is called, and its text."""

    name: str
    text: str


def parts(conversation: Conversation) -> tuple[Part, ...]:
    """What can be copied part by part: the fields of a message or of a case. Nothing at an ending without either."""
    prompt, language = conversation.prompt, conversation.language
    if not isinstance(prompt, Ending):
        return ()
    found = letter_parts(prompt.letter, language)
    if prompt.kind in WITH_CASE:
        found += case_parts(conversation.case(), language, conversation.files)
    return found


def case_parts(case: Case, language: str, files: Files | None = None) -> tuple[Part, ...]:
    """A case part by part; attachments with their sizes where the files are at hand."""
    found = tuple(Part(name, text) for name, text in case.fields.items())
    found += (Part(say("case.subject", language), case.subject), Part(say("case.notes", language), case.notes))
    if case.attachments:
        listed = [entry_words(name, files.find(name) if files else None, language) for name in case.attachments]
        found += (Part(say("record.attachments", language), "\n".join(listed)),)
    return found


def letter_parts(letter: Letter | None, language: str) -> tuple[Part, ...]:
    """A message part by part."""
    if letter is None:
        return ()
    to = (Part(say("message.to_name", language), letter.to),) if letter.to else ()
    subject, body = Part(say("message.subject_name", language), letter.subject), plain(letter.body)
    return (*to, subject, Part(say("message.body_name", language), body))


def whole_text(conversation: Conversation) -> str:
    """All there is to copy: the message, else the case as far as it is written, or what to do where none is called for."""
    from assistant.case import as_text

    prompt = conversation.prompt
    letter = getattr(prompt, "letter", None)
    if isinstance(letter, Letter):
        return letter_text(letter, conversation.language)
    return as_text(conversation.case(), conversation.language, told=told(conversation))


def told(conversation: Conversation) -> Told | None:
    """What stands in a file in place of a case: all that the ending says, where it calls for none."""
    from assistant.case import Told

    prompt = conversation.prompt
    if not isinstance(prompt, Ending) or prompt.kind in WITH_CASE:
        return None
    return Told(prompt.title, (*prompt.text, *facts(conversation)))


def letter_text(letter: Letter, language: str) -> str:
    """A message as it can be pasted."""
    head = [say("message.to", language, to=letter.to)] if letter.to else []
    return "\n".join((*head, say("message.subject", language, subject=letter.subject), "", plain(letter.body)))


def facts(conversation: Conversation) -> Blocks:
    """What stands beside an ending's text: whom to turn to, when, links; and for a case the way to its portal."""
    prompt, language = conversation.prompt, conversation.language
    if not isinstance(prompt, Ending):
        return ()
    lines: list[tuple[Block, ...]] = []
    for code, value in (("to", prompt.to), ("hours", prompt.hours)):
        if value:
            lines.append((Paragraph((Span(say(f"ending.{code}", language, **{code: value})),)),))
    if prompt.come_back:
        lines.append((Paragraph((Span(say("ending.come_back", language, day=prompt.come_back)),)),))
    lines += [(Paragraph((Span(f"{link.title}: "), Span(link.url, "link", url=link.url))),) for link in prompt.links]
    portal = conversation.case().portal if prompt.kind in WITH_CASE else None
    return ((Listing(tuple(lines)),) if lines else ()) + (portal.way if portal is not None else ())


def link(conversation: Conversation) -> str:
    """What there is to open: the portal of a case, else the first link of the ending or its text; "" for nothing."""
    prompt = conversation.prompt
    if not isinstance(prompt, Ending):
        return ""
    portal = conversation.case().portal if prompt.kind in WITH_CASE else None
    if portal is not None and portal.url:
        return portal.url
    if prompt.links:
        return prompt.links[0].url
    return next(_links(prompt.text), "")


def _links(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (span.url for span in block.spans if span.kind == "link")
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _links(item)


def not_sent(conversation: Conversation) -> str:
    """What was sent and what was not, in plain words."""
    prompt, language = conversation.prompt, conversation.language
    if isinstance(prompt, Ending) and prompt.kind in WITH_CASE:
        portal = conversation.case().portal
        unknown = portal is not None and portal.other_fields_unknown
        more = " " + say("case.other_fields", language) if unknown else ""
        return say("ending.nothing_sent", language) + more
    has_letter = isinstance(prompt, Ending) and prompt.letter is not None
    return say("ending.nothing_sent" if has_letter else "ending.nothing_sent_solved", language)


def file_name(conversation: Conversation) -> str:
    """A file name to offer that is free here: what the flow is called, and the code, or the day while there is none."""
    from assistant.case.parcel import numbered

    first = name = f"{conversation.session.flow}-{conversation.code or f'{conversation.clock():%Y-%m-%d}'}.md"
    taken: set[str] = set()
    while Path(name).exists():
        taken.add(name)
        name = numbered(first, taken)
    return name


def save_case(conversation: Conversation, path: Path) -> None:
    """Write the case of a conversation to a new file, readable by its owner only.

    The name's ending tells how: Markdown, text or JSON; a draft for a mail program; all of these with the files that were
    given, in an archive.

    Raises:
        UnknownKind: another ending.
        OSError: the file is there already, or cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in SAVED_AS:
        raise UnknownKind(ending)
    from assistant.case import parcel

    case, prompt = conversation.case(), conversation.prompt
    letter = getattr(prompt, "letter", None)
    given = filter(None, map(conversation.files.find, case.attachments))
    files = tuple(parcel.Attached(file.name, file.media_type, file.open) for file in given)
    is_case = isinstance(prompt, Ending) and prompt.kind in WITH_CASE
    whole = parcel.Parcel(
        case, letter, files, conversation.language, conversation.clock(), has_message=letter is not None or is_case,
        told=told(conversation),
    )  # fmt: skip
    write_new(path, lambda file: parcel.write(whole, ending, file))


def save_said(conversation: Conversation, path: Path) -> tuple[str, bool]:
    """Save the case under a name; what came of it in words, and whether it is saved."""
    return saved_words(partial(save_case, conversation), path, conversation.language)


def saved_words(write: Callable[[Path], None], path: Path, language: str) -> tuple[str, bool]:
    """Write a case under a name; what came of it in words, and whether it is saved."""
    try:
        write(path)
    except UnknownKind:
        return say("saved.unknown_kind", language, name=path, kinds=", ".join(SAVED_AS)), False
    except FileExistsError:
        return say("saved.exists", language, name=path), False
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return say("saved.failed", language, name=path, reason=reason), False
    return say("saved.done", language, name=path.absolute()), True
