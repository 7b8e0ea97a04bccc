"""What can be said besides an answer: `/back`, `/change`, `/why` and the others.

A command that leads elsewhere ends by raising `Moved`, `WentBack` or `Quit`, so that no stale question is answered. What is
written down and filed has commands in a module of its own, and so has help.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.desk.afterwards import ASKED_ABOUT
from assistant.desk.mapping import stops
from assistant.desk.phrases import answer_line, known_now, label_of, why_words
from assistant.desk.reading import SKIP_COMMAND, UNSURE_COMMAND, Unclear, numbers_words, picks
from assistant.engine import Refused
from assistant.engine.events import Written
from assistant.engine.prompt import Attempt, Ending, Prompt, Question, TrailEntry
from assistant.engine.wording import heading
from assistant.plain import casework
from assistant.plain.asides import ask, command_in, is_sure, yes_or_no
from assistant.plain.ending import show_leads_on
from assistant.plain.helping import show_help
from assistant.plain.leaving import Moved, Quit, WentBack
from assistant.plain.showing import prompt_words, show_answers, show_attempt, show_question, trail_line
from assistant.words import say

if TYPE_CHECKING:
    from assistant.plain.talk import Talk


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
            if _change(talk, argument):
                raise Moved
        case "agent" | "customer":
            _hand_over(talk, name)
            raise Moved
        case "again":
            talk.lines.say()
            talk.show(prompt)
            return True
        case "help":
            show_help(talk, prompt)
        case "facts" if talk.conversation.is_for_agent:
            talk.facts_told = ()
            tell_new_facts(talk)
        case _ if name in _SIMPLE:
            _SIMPLE[name](talk, argument)
        case _:
            talk.lines.say(say("command.unknown", talk.language, name=f"/{name}"))
    if asked := heading(prompt):  # so that nobody has to remember what is asked, nor the numbers of its answers
        talk.lines.say()
        talk.lines.say(asked)
        show_answers(talk.lines, prompt, talk.language)
    return True


def _command(typed: str, prompt: Prompt) -> tuple[str, str]:
    """The command and what follows it. Bare letters are commands where no text is wanted and no answer is called so."""
    if isinstance(prompt, Question) and typed in (SKIP_COMMAND, UNSURE_COMMAND):
        return "", ""
    name = command_in(typed, wants_text=isinstance(prompt, Question) and not prompt.options)
    offered = picks(prompt, "en") if isinstance(prompt, Question | Attempt) else ()
    if any(typed.casefold() in (pick.value.casefold(), pick.label.casefold()) for pick in offered):
        return "", ""
    return name, typed.partition(" ")[2]


def back(talk: Talk) -> None:
    """Take the last answer back."""
    try:
        talk.conversation.back()
    except Refused as refused:
        talk.refuse(refused)


def tell_new_facts(talk: Talk) -> bool:
    """Say what became known since this was told last, computed facts too; says whether there was anything."""
    facts = known_now(talk.conversation)
    fresh = [f"{one.label}: {one.words}" for one in facts if one not in talk.facts_told]
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


def _change(talk: Talk, argument: str) -> bool:
    """Change an earlier answer, once it is said what is lost by it; whether it was changed."""
    entries = [entry for entry in talk.conversation.session.trail if entry.kind != "tell"]
    if not argument or not entries:
        _trail(talk)
    if not entries:
        return False
    number = _numbered(talk, argument, len(entries))
    if not number:
        talk.lines.say(say("change.nothing", talk.language))
        return False
    entry = entries[number - 1]
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
        if not is_sure(talk, "prompt.confirm"):
            return False
        talk.conversation.apply(change)
        talk.lines.say(say("change.done", talk.language))
        return True
    talk.lines.say(say("change.nothing", talk.language))
    return False


def _numbered(talk: Talk, typed: str, most: int) -> int:
    """The number of an earlier answer; 0 for none."""
    numbers = numbers_words(most, has_zero=False, language=talk.language)
    while True:
        typed = typed or ask(talk, say("prompt.change", talk.language, numbers=numbers), "help.change") or ""
        number = typed.rstrip(".")
        if not number or (number.isdecimal() and 0 < int(number[:6]) <= most):
            return int(number or 0)
        talk.lines.say(say("talk.no_such_number", talk.language, number=number, numbers=numbers))
        typed = ""


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
    words = prompt_words(asked, language) if asked is not None else say("prompt.answer", language)
    while True:
        typed = ask(talk, words, "help.new_answer", wants_text=True, passing=(SKIP_COMMAND, UNSURE_COMMAND))
        if not typed:
            return None
        try:
            return talk.read(asked, typed) if asked is not None else typed
        except Unclear as unclear:
            talk.wrong(asked, say(unclear.code, language, **unclear.arguments))


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
    if is_sure(talk, f"audience.go_on_{audience}", "audience.left_so"):
        conversation.go_on_as(audience)
        talk.lines.say(say(f"audience.goes_on_{audience}", language))


def _why(talk: Talk, _: str = "") -> None:
    reasons = why_words(talk.conversation)
    for reason in reasons:
        talk.lines.say(reason, "- " if len(reasons) > 1 else "")


def _map(talk: Talk, _: str) -> None:
    """Where one is; then the flow as a list, a step a line, each with where one stands to it in words."""
    found = stops(talk.conversation.session)
    for stop in (*(one for one in found if one.state == "here"), *found):
        name = say("map.ending", talk.language, name=stop.name) if stop.is_outcome else stop.name
        words = say(f"map.{stop.state}", talk.language, name=name)
        for _depth in range(stop.depth):
            words = say("map.inside", talk.language, words=words)
        talk.lines.say(words)


def _solved(talk: Talk, argument: str) -> None:
    """Say whether the ending solved the problem; then what leads on, where it did not."""
    language = talk.language
    prompt = talk.conversation.prompt
    if not (isinstance(prompt, Ending) and prompt.kind in ASKED_ABOUT):
        talk.lines.say(say("command.not_over", language))
        return
    solved = yes_or_no(argument.strip(), language)
    if solved is None:
        talk.lines.say(say("command.solved_needs_word", language))
        return
    talk.conversation.say_solved(solved)
    if solved:
        talk.lines.say(say("ending.closed", language))
        return
    show_leads_on(talk.lines, talk.conversation)
    talk.lines.say(say("command.change", language))


def _code(talk: Talk, _: str) -> None:
    code = talk.conversation.code
    talk.lines.say(say("resume.code" if code else "command.no_code", talk.language, code=code))


_SIMPLE: dict[str, Callable[[Talk, str], None]] = {
    "trail": _trail,
    "why": _why,
    "map": _map,
    "solved": _solved,
    "code": _code,
    "case": casework.show_case,
    "save": casework.save,
    "copy": casework.copy,
    "parts": casework.show_parts,
    "note": casework.note,
    "attach": casework.attach,
    "notes": casework.show_notes,
    "filed": casework.filed,
}
"""Commands that lead nowhere else."""
