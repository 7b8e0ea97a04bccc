"""The commands about what is written down: showing, copying and saving it, notes and files beside it, and filing it.

None of them leads elsewhere. What a case says is the desk's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.case import as_text
from assistant.desk.card import Part, parts, save_said, whole_text
from assistant.desk.cases import already_filed, name_of
from assistant.desk.clipboard import copied_words, copy_beside
from assistant.desk.conversation import AlreadyFiled
from assistant.desk.reading import Pick, fitting, numbers_words
from assistant.desk.saving import path_typed
from assistant.engine import Refused
from assistant.engine.prompt import WITH_CASE, Ending
from assistant.plain.asides import ask, is_sure
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk


def show_case(talk: Talk, _: str = "") -> None:
    """What is written down so far; its headings are not underlined, since that is heard sign by sign."""
    talk.lines.exactly(as_text(talk.conversation.case(), talk.language, is_underlined=False).rstrip())


def save(talk: Talk, argument: str) -> None:
    """Write it to a file."""
    if not argument:
        talk.lines.say(say("command.save_needs_name", talk.language))
        return
    talk.lines.say(save_said(talk.conversation, path_typed(argument))[0])


def show_parts(talk: Talk, _: str = "") -> None:
    """The parts that can be copied one by one, each with its number before it."""
    found = parts(talk.conversation)
    if not found:
        talk.lines.say(say("copy.no_parts", talk.language))
        return
    for number, part in enumerate(found, 1):
        if "\n" in part.text:
            talk.lines.say(f"{part.name}:", f"{number}. ")
            talk.lines.exactly(part.text)
        else:
            talk.lines.exactly(f"{number}. {part.name}: {part.text}")
    talk.lines.say(say("copy.how", talk.language))


def copy(talk: Talk, argument: str) -> None:
    """Copy all, or the part that is named, by the system's clipboard, else into a file; the terminal is not asked, since a
    pipe may read along."""
    language, wanted = talk.language, argument.strip()
    if wanted == "?":
        show_parts(talk)
        return
    if not wanted:
        talk.lines.say(copied_words(copy_beside(whole_text(talk.conversation), by_terminal=False), language))
        return
    found = parts(talk.conversation)
    chosen = _chosen(found, wanted)
    if chosen is not None:
        said = copied_words(copy_beside(chosen.text, by_terminal=False), language)
        talk.lines.say(f"{chosen.name}: {said}")
    elif found:
        numbers = numbers_words(len(found), has_zero=False, language=language)
        talk.lines.say(say("copy.no_such_part", language, name=wanted, numbers=numbers))
    else:
        talk.lines.say(say("copy.no_parts", language))


def _chosen(found: tuple[Part, ...], wanted: str) -> Part | None:
    """The part with a number, or the one that a name fits."""
    number = wanted.rstrip(".")
    if number.isdecimal():
        return found[int(number) - 1] if 0 < int(number[:6]) <= len(found) else None
    picks = fitting([Pick(str(index), part.name) for index, part in enumerate(found)], wanted)
    return found[int(picks[0].value)] if len(picks) == 1 else None


def note(talk: Talk, argument: str) -> None:
    """Write a note beside the conversation."""
    if not argument.strip():
        talk.lines.say(say("command.note_needs_text", talk.language))
        return
    talk.conversation.note(argument.strip())
    talk.lines.say(say("cases.done_noted", talk.language))


def attach(talk: Talk, argument: str) -> None:
    """Give a file beside the questions."""
    if not argument.strip():
        talk.lines.say(say("command.attach_needs_file", talk.language))
        return
    try:
        name = talk.conversation.attach(argument)
    except Refused as refused:
        talk.refuse(refused)
    else:
        talk.lines.say(say("cases.done_attached", talk.language, name=name))


def beside(talk: Talk) -> list[str]:
    """The notes and files that were given beside the questions, in words."""
    session, language = talk.conversation.session, talk.language
    told = [say("tui.note_by", language, text=one.text, by=one.by) for one in session.notes]
    return told + [file.name for file in session.attached if file.beside]


def show_notes(talk: Talk, _: str = "") -> None:
    """List them."""
    told = beside(talk)
    for words in told or [say("command.no_notes", talk.language)]:
        talk.lines.say(words, "- " if told else "")


def has_case(talk: Talk) -> bool:
    """Whether there is a case that can be filed."""
    prompt = talk.conversation.prompt
    return isinstance(prompt, Ending) and prompt.kind in WITH_CASE


def filed(talk: Talk, argument: str) -> None:
    """The person has filed the case: under the number that is said, or asked for with a word about it; once more only if
    they say so."""
    conversation, language = talk.conversation, talk.language
    if not has_case(talk):
        talk.lines.say(say("command.no_case", language))
        return
    number: str | None = argument.strip()
    about: str | None = ""
    if not number:
        number = ask(talk, say("prompt.filed_number", language), "help.filed", wants_text=True)
        if number is not None:
            about = ask(talk, say("prompt.filed_note", language), "help.filed", wants_text=True)
    if number is None or about is None:
        talk.lines.say(say("change.nothing", language))
        return
    try:
        row = conversation.file(number, about)
    except AlreadyFiled as error:
        talk.lines.say(already_filed(error.row, language))
        if not is_sure(talk, "prompt.file_again", "command.stays_filed"):
            return
        row = conversation.file(number, about, again=True)
    name = name_of(row, conversation.code)
    code = "cases.done_filed_number" if row.reference else "cases.done_filed"
    talk.lines.say(say(code, language, name=name, number=row.reference))
