"""What can be said besides an answer: `/back`, `/change`, `/why` and the others.

A command that leads elsewhere ends by raising `Moved`, `WentBack` or `Quit`, so that no stale question is answered.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.case import as_text
from assistant.desk.afterwards import ASKED_ABOUT
from assistant.desk.card import save_said, whole_text
from assistant.desk.cases import already_filed, name_of
from assistant.desk.clipboard import copied_words, copy_beside
from assistant.desk.conversation import AlreadyFiled
from assistant.desk.mapping import stops
from assistant.desk.phrases import answer_line, known_now, label_of, terms, why_words
from assistant.desk.reading import SKIP_COMMAND, UNSURE_COMMAND, Unclear, picks
from assistant.engine import Refused
from assistant.engine.events import Written
from assistant.engine.prompt import WITH_CASE, Attempt, Ending, Notice, Prompt, Question, Stuck, TrailEntry
from assistant.engine.sensitive import is_sensitive
from assistant.engine.wording import heading
from assistant.flow.text import plain
from assistant.plain.ending import show_leads_on
from assistant.plain.showing import show_attempt, show_question, trail_line
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk

BARE = {"b": "back", "w": "why", "?": "help", "q": "quit"}
_TOLD = (
    "command.back", "command.change", "command.why", "command.trail", "command.case", "command.save", "command.note",
    "command.attach", "command.notes", "command.copy", "command.map", "command.filed", "command.solved", "command.code",
    "command.agent", "command.quit",
)  # fmt: skip
_LOOKS_LIKE_ONE = re.compile(r"/[a-z]+")


class Moved(Exception):
    """The conversation stands elsewhere now."""


class WentBack(Exception):
    """The last answer is to be taken back."""


class Quit(Exception):
    """The person leaves."""


def run(talk: Talk, typed: str, prompt: Prompt) -> bool:
    """Do what was typed if it is a command, and say whether it was.

    Raises:
        Moved, WentBack, Quit: nothing more is to be read for this prompt.
    """
    name, argument = _command(typed, prompt)
    if not name:
        return False
    match name:
        case "back":
            raise WentBack
        case "quit":
            raise Quit
        case "change":
            _change(talk, argument)
            raise Moved
        case "agent" | "customer":
            _hand_over(talk, name)
            raise Moved
        case "why":
            _why(talk)
        case "help":
            _help(talk, prompt)
        case "case":
            talk.lines.exactly(as_text(talk.conversation.case(), talk.language).rstrip())
        case "facts" if talk.conversation.is_for_agent:
            talk.facts_told.clear()
            tell_new_facts(talk)
        case _ if name in _SIMPLE:
            _SIMPLE[name](talk, argument)
        case _:
            talk.lines.say(say("command.unknown", talk.language, name=f"/{name}"))
    if asked := heading(prompt):  # so that nobody has to remember what is asked
        talk.lines.say()
        talk.lines.say(asked)
    return True


def _command(typed: str, prompt: Prompt) -> tuple[str, str]:
    """The command and what follows it. Bare letters are commands where no text is wanted and no answer is called so."""
    word, _, argument = typed.partition(" ")
    if isinstance(prompt, Question) and typed in (SKIP_COMMAND, UNSURE_COMMAND):
        return "", ""
    wants_text = isinstance(prompt, Question) and not prompt.options
    if typed.startswith("/"):
        is_one = not wants_text or _LOOKS_LIKE_ONE.fullmatch(word.casefold())
        return (word[1:].casefold() or "help", argument) if is_one else ("", "")
    if wants_text or typed.casefold() not in BARE:
        return "", ""
    offered = picks(prompt, "en") if isinstance(prompt, Question | Attempt) else ()
    is_answer = any(typed.casefold() in (pick.value.casefold(), pick.label.casefold()) for pick in offered)
    return ("", "") if is_answer else (BARE[typed.casefold()], "")


def back(talk: Talk) -> None:
    """Take the last answer back."""
    try:
        talk.conversation.back()
    except Refused as refused:
        talk.refuse(refused)


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


def tell_new_facts(talk: Talk) -> bool:
    """Say what became known since this was told last, computed facts too; says whether there was anything."""
    facts = known_now(talk.conversation)
    fresh = [f"{label}: {words}" for label, words in facts.items() if talk.facts_told.get(label) != words]
    if fresh:
        talk.lines.say(say("talk.known_now", talk.language, facts="; ".join(fresh)))
    talk.facts_told = facts
    return bool(fresh)


def _trail(talk: Talk, _: str = "") -> None:
    entries = [entry for entry in talk.conversation.session.trail if entry.kind != "tell"]
    if not entries:
        talk.lines.say(say("trail.empty", talk.language))
    for number, entry in enumerate(entries, 1):
        talk.lines.say(trail_line(entry, talk.language), f"{number}. ")


def _change(talk: Talk, argument: str) -> None:
    """Change an earlier answer, once it is said what is lost by it."""
    entries = [entry for entry in talk.conversation.session.trail if entry.kind != "tell"]
    if not argument:
        _trail(talk)
    if not entries:
        return
    number = (argument or talk.line("prompt.change")).rstrip(".")
    if not number.isdecimal() or not 0 < int(number[:6]) <= len(entries):
        if number:
            talk.lines.say(say("talk.no_such_number", talk.language, number=number))
        talk.lines.say(say("change.nothing", talk.language))
        return
    entry = entries[int(number) - 1]
    asked = talk.conversation.asked_at(entry.place)
    while True:
        value = _new_answer(talk, entry, asked)
        if value in (None, entry.value):
            break
        try:
            change = talk.conversation.preview(entry.place, value)
        except Refused as refused:
            talk.refuse(refused)
            continue
        for lost in change.no_longer:
            talk.lines.say(say("talk.no_longer", talk.language, answer=answer_line(lost, talk.language)))
        if not change.no_longer:
            talk.lines.say(say("change.loses_nothing", talk.language))
        if not _confirmed(talk):
            break
        talk.conversation.apply(change)
        talk.lines.say(say("change.done", talk.language))
        return
    talk.lines.say(say("change.nothing", talk.language))


def _new_answer(talk: Talk, entry: TrailEntry, asked: Question | Attempt | None) -> Written | None:
    """Another answer for an earlier place, or nothing where it stays. A given fact has no question of its own."""
    talk.lines.say()
    language, is_for_agent = talk.language, talk.conversation.is_for_agent
    if isinstance(asked, Question):
        show_question(talk.lines, asked, language, is_for_agent)
    elif asked is not None:
        show_attempt(talk.lines, asked, language, is_for_agent, talk.conversation.clock())
    else:
        talk.lines.say(entry.question)
        talk.lines.say(say("talk.default", language, label=label_of(entry)))
    while True:
        typed = talk.line("prompt.answer")
        if not typed or (typed.startswith("/") and typed not in (SKIP_COMMAND, UNSURE_COMMAND)):
            return None
        try:
            return talk.read(asked, typed) if asked is not None else typed
        except Unclear as unclear:
            talk.lines.say(say(unclear.code, language, **unclear.arguments))


def _hand_over(talk: Talk, audience: str) -> None:
    """Show it to another audience; where the way leaves out what only that one is asked, offer to go through that too."""
    conversation, language = talk.conversation, talk.language
    conversation.hand_over(audience)
    talk.lines.say(say(f"tui.now_{audience}", language))
    if not conversation.leaves_out:
        return
    talk.lines.say(say(f"audience.leaves_out_{audience}", language))
    for lost in conversation.preview_as(audience).no_longer:
        talk.lines.say(say("talk.no_longer", language, answer=answer_line(lost, language)))
    if _confirmed(talk, f"audience.go_on_{audience}"):
        conversation.go_on_as(audience)
        talk.lines.say(say(f"audience.goes_on_{audience}", language))


def _confirmed(talk: Talk, code: str = "prompt.confirm") -> bool:
    return yes_or_no(talk.line(code).casefold(), talk.language) is True


def _why(talk: Talk) -> None:
    reasons = why_words(talk.conversation)
    for reason in reasons:
        talk.lines.say(reason, "- " if len(reasons) > 1 else "")


def _help(talk: Talk, prompt: Prompt) -> None:
    """Help about what is asked: how to find out, why it is asked, the terms in it; then the commands."""
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
    for code in (*_TOLD, *(("command.facts",) if talk.conversation.is_for_agent else ()), "command.bare"):
        talk.lines.say(say(code, language))


def _save(talk: Talk, argument: str) -> None:
    language = talk.language
    if not argument:
        talk.lines.say(say("command.save_needs_name", language))
        return
    talk.lines.say(save_said(talk.conversation, Path(argument).expanduser())[0])


def _note(talk: Talk, argument: str) -> None:
    if not argument.strip():
        talk.lines.say(say("command.note_needs_text", talk.language))
        return
    talk.conversation.note(argument.strip())
    talk.lines.say(say("cases.done_noted", talk.language))


def _attach(talk: Talk, argument: str) -> None:
    if not argument.strip():
        talk.lines.say(say("command.attach_needs_file", talk.language))
        return
    try:
        name = talk.conversation.attach(argument)
    except Refused as refused:
        talk.refuse(refused)
    else:
        talk.lines.say(say("cases.done_attached", talk.language, name=name))


def _filed(talk: Talk, argument: str) -> None:
    """The person has filed the case; once more only if they say so."""
    conversation, language = talk.conversation, talk.language
    prompt = conversation.prompt
    if not (isinstance(prompt, Ending) and prompt.kind in WITH_CASE):
        talk.lines.say(say("command.no_case", language))
        return
    try:
        row = conversation.file(argument)
    except AlreadyFiled as error:
        talk.lines.say(already_filed(error.row, language))
        if not _confirmed(talk, "command.filed_again"):
            return
        row = conversation.file(argument, again=True)
    talk.lines.say(say("cases.done_filed", language, name=name_of(row, conversation.code)))


def _map(talk: Talk, _: str) -> None:
    """The flow as a list, a step a line, each with where one stands to it in words."""
    for stop in stops(talk.conversation.session):
        name = say("map.ending", talk.language, name=stop.name) if stop.is_outcome else stop.name
        words = say(f"map.{stop.state}", talk.language, name=name)
        for _depth in range(stop.depth):
            words = say("map.inside", talk.language, words=words)
        talk.lines.say(words)


def _copy(talk: Talk, _: str) -> None:
    """Copy all by the system's clipboard, else into a file; the terminal is not asked, since a pipe may read along."""
    copied = copy_beside(whole_text(talk.conversation), by_terminal=False)
    talk.lines.say(copied_words(copied, talk.language))


def _notes(talk: Talk, _: str) -> None:
    session, language = talk.conversation.session, talk.language
    told = [say("tui.note_by", language, text=note.text, by=note.by) for note in session.notes]
    told += [file.name for file in session.attached if file.beside]
    for words in told or [say("command.no_notes", language)]:
        talk.lines.say(words, "- " if told else "")


def _solved(talk: Talk, argument: str) -> None:
    """Say whether the ending solved the problem; then what leads on, where it did not."""
    language, typed = talk.language, argument.strip().casefold()
    prompt = talk.conversation.prompt
    if not (isinstance(prompt, Ending) and prompt.kind in ASKED_ABOUT):
        talk.lines.say(say("command.not_over", language))
        return
    solved = yes_or_no(typed, language)
    if solved is None:
        talk.lines.say(say("command.solved_needs_word", language))
        return
    talk.conversation.say_solved(solved)
    if solved:
        talk.lines.say(say("ending.closed", language))
        return
    show_leads_on(talk.lines, talk.conversation)
    talk.lines.say(say("command.change", language))


def yes_or_no(typed: str, language: str) -> bool | None:
    """A yes or a no, however short it is typed; nothing for anything else."""
    for code, word, value in (("answer.yes", "yes", True), ("answer.no", "no", False)):
        if typed and (say(code, language).casefold().startswith(typed) or word.startswith(typed)):
            return value
    return None


def _code(talk: Talk, _: str) -> None:
    code = talk.conversation.code
    talk.lines.say(say("resume.code" if code else "command.no_code", talk.language, code=code))


_SIMPLE: dict[str, Callable[[Talk, str], None]] = {
    "trail": _trail,
    "save": _save,
    "note": _note,
    "attach": _attach,
    "notes": _notes,
    "copy": _copy,
    "map": _map,
    "solved": _solved,
    "code": _code,
    "filed": _filed,
}
"""Commands that lead nowhere else."""
