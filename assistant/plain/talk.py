"""A conversation held line by line: shows a prompt, reads a line, and sends the answer or does what a command says.

It keeps what was typed into a form until the form is taken. Everything else is held by the desk's conversation.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from assistant.desk.afterwards import is_asked, leads_on
from assistant.desk.conversation import Conversation, Overtaken
from assistant.desk.phrases import overtaken_lines, progress, question_number, refusal
from assistant.desk.reading import Unclear, read, understood
from assistant.engine import Refused
from assistant.engine.events import SEEN, Written
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Question, Stuck
from assistant.engine.wording import heading
from assistant.plain import commands
from assistant.plain.commands import Moved, Quit, WentBack
from assistant.plain.ending import show_ending
from assistant.plain.lines import LONGEST, Lines, TooLong
from assistant.plain.showing import show_attempt, show_form_head, show_kept, show_notice, show_question
from assistant.words import say

DONE, FAULTY, RAN_OUT, INTERRUPTED = 0, 1, 3, 130


MOST_IN_VAIN = 200
"""How many lines of a pipe may be no answer, one after the other: a person would have given up long before."""


class Left(NamedTuple):
    """How a talk was left: an exit code, and the flow that is wanted next ("" for none)."""

    code: int
    wanted: str = ""


class Talk:
    """One conversation on two streams.

    Args:
        conversation: what is held.
        lines: where it is read and written.
        called: what the flow was called by, to say how to go on.
    """

    def __init__(self, conversation: Conversation, lines: Lines, called: str) -> None:
        self.conversation = conversation
        self.lines = lines
        self.called = called
        self.typed: dict[str, Written] = {}
        """What was typed into fields of a form that is not taken yet, by place."""
        self.facts_told: dict[str, str] = {}
        self.asked_in_vain = 0

    @property
    def language(self) -> str:
        """The language of the conversation."""
        return self.conversation.language

    def run(self) -> Left:
        """Hold the conversation until it ends, is quit, or nothing more can be read."""
        self.lines.say(self.conversation.title)
        self.lines.say(say("talk.begin", self.language))
        try:
            while True:
                left = self._one()
                if left is not None:
                    return left
        except Quit:
            return self._stopped(DONE)
        except EOFError:
            return self._stopped(RAN_OUT)
        except KeyboardInterrupt:
            self.lines.say()
            return self._stopped(INTERRUPTED)

    def _one(self) -> Left | None:
        """Show the prompt that stands and take its answer; says how the talk was left once it was."""
        prompt = self.conversation.prompt
        self.asked_in_vain = 0
        self._above(prompt)
        try:
            match prompt:
                case Question():
                    show_question(self.lines, prompt, self.language, self.conversation.is_for_agent)
                    self._send(prompt)
                case Form():
                    self._form(prompt)
                case Attempt():
                    now = self.conversation.clock()
                    show_attempt(self.lines, prompt, self.language, self.conversation.is_for_agent, now)
                    self._send(prompt)
                case Notice():
                    now = self.conversation.clock()
                    show_notice(self.lines, prompt, self.language, self.conversation.is_for_agent, now)
                    self._seen(prompt)
                case Ending():
                    show_ending(self.lines, self.conversation, prompt)
                    return self._afterwards(prompt)
                case Stuck():
                    fault = say("script.stuck_" + prompt.code.replace("-", "_"), self.language)
                    self.lines.say(say("stuck.sentence", self.language, place=prompt.place, fault=fault))
                    return self._afterwards(prompt)
        except Moved:
            pass
        except WentBack:
            self._back()
        except Overtaken as error:
            self._overtaken(error)
        return None

    def _back(self) -> None:
        try:
            commands.back(self)
        except Overtaken as error:
            self._overtaken(error)

    def _overtaken(self, error: Overtaken) -> None:
        """Somebody else went on: what they said, before the question that stands now."""
        self.typed.clear()
        self.lines.say()
        for line in overtaken_lines(error, self.language):
            self.lines.say(line)

    def _above(self, prompt: Question | Form | Attempt | Notice | Ending | Stuck) -> None:
        """What stands above a prompt: which question it is, what is known now, which answers still serve."""
        self.lines.say()
        news = self.conversation.news()
        if news:
            self.lines.say(news)
            self.lines.say()
        if self.conversation.is_for_agent and commands.tell_new_facts(self):
            self.lines.say()
        show_kept(self.lines, prompt, self.conversation.session.trail, self.language)
        if isinstance(prompt, Question | Form | Attempt):
            number = question_number(self.conversation)
            self.lines.say(progress(number, self.conversation.left(), self.language))
            self.lines.say()

    def _send(self, prompt: Question | Attempt) -> None:
        """Read answers until one is taken."""
        while True:
            value = self._read(prompt)
            try:
                self.conversation.answer(value)
            except Refused as refused:
                self.refuse(refused)
            else:
                return

    def _read(self, prompt: Question | Attempt) -> Written:
        """Read lines until one means an answer; commands are done on the way."""
        wants_text = isinstance(prompt, Question) and not prompt.options
        several = isinstance(prompt, Question) and prompt.many
        code = "prompt.answer" if wants_text else "prompt.several" if several else "prompt.number"
        is_long = isinstance(prompt, Question) and prompt.type == "text" and wants_text
        while True:
            typed = self.line(code, keeps_lines=is_long)
            if "\n" not in typed and commands.run(self, typed, prompt):
                continue
            if is_long:
                typed = self._with_more_lines(typed)
            try:
                return self.read(prompt, typed)
            except Unclear as unclear:
                self.lines.say(say(unclear.code, self.language, **unclear.arguments))

    def _with_more_lines(self, typed: str) -> str:
        """A text of several lines: each but the last ends with a backslash."""
        while typed.endswith("\\"):
            typed = f"{typed[:-1].rstrip()}\n{self.line('prompt.more', keeps_lines=True)}"
        return typed

    def read(self, prompt: Question | Attempt, typed: str) -> Written:
        """The answer that typed words mean. Of a date or an amount that was not written as it goes on, it is said how it
        was read.

        Raises:
            Unclear: they mean none.
        """
        today = self.conversation.clock().date()
        value = read(prompt, typed, self.language, today)
        if isinstance(prompt, Question) and value != typed and (words := understood(prompt, typed, self.language, today)):
            self.lines.say(words)
        return value

    def line(self, code: str, *, keeps_lines: bool = False) -> str:
        """Read one line after the sentence `code`, or where lines are kept the several that were pasted.

        Raises:
            EOFError: nothing more can be read, or what comes from a pipe was no answer too often.
        """
        self.asked_in_vain += 1
        if self.asked_in_vain > MOST_IN_VAIN and not self.lines.is_live:
            raise EOFError
        while True:
            try:
                return self.lines.ask(say(code, self.language), keeps_lines=keeps_lines)
            except TooLong:
                self.lines.say(say("talk.too_long", self.language, max=LONGEST))

    def refuse(self, refused: Refused) -> None:
        """Say why an answer was not taken."""
        self.lines.say(refusal(refused, self.language))

    def _form(self, form: Form) -> None:
        """Ask the fields one by one and send them together; of a refused form only the refused ones are asked again."""
        show_form_head(self.lines, form, self.language, self.conversation.is_for_agent)
        answers: dict[str, Written] = {}
        pending = form.fields
        while True:
            self._fields(form, pending, answers)
            try:
                self.conversation.answer(answers)
            except Refused as refused:
                pending = self._refused_fields(form, refused)
            else:
                self.typed.clear()
                return

    def _fields(self, form: Form, pending: tuple[Question, ...], answers: dict[str, Written]) -> None:
        """Ask fields one after the other; back leads to the field above, asked now or not."""
        asked = list(pending)
        number = 0
        while number < len(asked):
            field = asked[number]
            if field.place in self.typed:
                field = msgspec.structs.replace(field, default=self.typed[field.place])
            show_question(self.lines, field, self.language, self.conversation.is_for_agent)
            try:
                answers[field.fact] = self.typed[field.place] = self._read(field)
            except WentBack:
                above = form.fields.index(asked[number]) - 1
                if above < 0:
                    raise
                if number:
                    number -= 1
                else:
                    asked.insert(0, form.fields[above])
                self.lines.say()
            else:
                number += 1
                if number < len(asked):
                    self.lines.say()

    def _refused_fields(self, form: Form, refused: Refused) -> tuple[Question, ...]:
        errors = {error.place: error for error in refused.errors}
        again = tuple(field for field in form.fields if field.place in errors)
        self.lines.say()
        if not again:
            self.refuse(refused)
            return form.fields
        for field in again:
            self.refuse(errors[field.place])
            del self.typed[field.place]
        self.lines.say(say("talk.form_again", self.language))
        self.lines.say()
        return again

    def _seen(self, notice: Notice) -> None:
        while True:
            typed = self.line("prompt.seen")
            if commands.run(self, typed, notice):
                continue
            if not typed:
                self.conversation.answer(SEEN)
                return
            self.lines.say(say("help.seen", self.language))

    def _afterwards(self, prompt: Ending | Stuck) -> Left:
        """What can still be done when nothing is asked any more."""
        code = FAULTY if isinstance(prompt, Stuck) else DONE
        self.lines.say()
        self.lines.say(say("ending.save", self.language))
        if is_asked(self.conversation):
            self.lines.say(say("ending.say_solved", self.language))
        while True:
            try:
                typed = self.line("prompt.afterwards") if self.lines.is_live else self.lines.ask("")
                self.asked_in_vain += 1
                if self.asked_in_vain > MOST_IN_VAIN and not self.lines.is_live:
                    return Left(code)
                if commands.run(self, typed, prompt):
                    continue
            except (EOFError, Quit):
                return Left(code)
            except TooLong:
                continue
            related = leads_on(self.conversation)
            solved = commands.yes_or_no(typed.casefold(), self.language) if is_asked(self.conversation) else None
            if solved is not None:
                commands.run(self, "/solved " + ("yes" if solved else "no"), prompt)
                continue
            number = typed.rstrip(".")
            if number.isdecimal() and 0 < int(number[:6]) <= len(related):
                return Left(code, related[int(number) - 1][0])
            if not typed:
                return Left(code)
            self.lines.say(say("prompt.afterwards", self.language))

    def _stopped(self, code: int) -> Left:
        """Say where it stopped and how to go on."""
        question = heading(self.conversation.prompt)
        self.lines.say()
        if question:
            self.lines.say(say("stopped.at", self.language, question=question))
        if self.conversation.code and self.conversation.is_kept:
            self.lines.say(say("resume.saved", self.language, code=self.conversation.code))
            return Left(code)
        lost = self.conversation.not_kept()
        if lost and self.conversation.code:
            self.lines.say(lost)
            return Left(code)
        self.lines.say(say("stopped.nothing_kept", self.language))
        self.lines.exactly(say("stopped.go_on", self.language, command=commands.to_go_on(self)))
        return Left(code)
