"""A conversation held line by line: shows a prompt, reads a line, and sends the answer or does what a command says.

It keeps what was typed into a form until the form is taken. Everything else is held by the desk's conversation.
"""

from __future__ import annotations

from assistant.desk.conversation import Conversation, Overtaken
from assistant.desk.phrases import Known, overtaken_lines, progress_aloud, question_number, refusal
from assistant.desk.reading import Unclear, numbers_of, picks, read, understood
from assistant.engine import Refused
from assistant.engine.events import SEEN, Written
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Prompt, Question, Stuck
from assistant.plain import commands
from assistant.plain.afterwards import afterwards
from assistant.plain.ending import show_ending
from assistant.plain.forms import ask_form
from assistant.plain.helping import commands_at
from assistant.plain.leaving import DONE, INTERRUPTED, RAN_OUT, Left, Moved, Quit, WentBack, stopped
from assistant.plain.lines import Lines
from assistant.plain.showing import prompt_words, show_attempt, show_form_head, show_kept, show_notice, show_question
from assistant.words import say

MOST_IN_VAIN = 200
"""How many lines of a pipe may be no answer, one after the other: a person would have given up long before."""


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
        self.facts_told: tuple[Known, ...] = ()
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
            return stopped(self, DONE)
        except EOFError:
            return stopped(self, RAN_OUT)
        except KeyboardInterrupt:
            self.lines.say()
            return stopped(self, INTERRUPTED)

    def _one(self) -> Left | None:
        """Show the prompt that stands and take its answer; says how the talk was left once it was."""
        prompt = self.conversation.prompt
        self.asked_in_vain = 0
        self._above(prompt)
        self.show(prompt)
        try:
            match prompt:
                case Question() | Attempt():
                    self._send(prompt)
                case Form():
                    ask_form(self, prompt)
                case Notice():
                    self._seen(prompt)
                case Ending() | Stuck():
                    return afterwards(self, prompt)
        except Moved:
            pass
        except WentBack:
            self._back()
        except Overtaken as error:
            self._overtaken(error)
        return None

    def show(self, prompt: Prompt) -> None:
        """Show a prompt, or a field of a form, with all that belongs to it."""
        lines, language, is_for_agent = self.lines, self.language, self.conversation.is_for_agent
        match prompt:
            case Question():
                show_question(lines, prompt, language, is_for_agent)
            case Form():
                show_form_head(lines, prompt, language, is_for_agent)
            case Attempt():
                show_attempt(lines, prompt, language, is_for_agent, self.conversation.clock())
            case Notice():
                show_notice(lines, prompt, language, is_for_agent, self.conversation.clock())
            case Ending():
                show_ending(lines, self.conversation, prompt)
            case Stuck():
                fault = say("script.stuck_" + prompt.code.replace("-", "_"), language)
                lines.say(say("stuck.sentence", language, place=prompt.place, fault=fault))

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

    def _above(self, prompt: Prompt) -> None:
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
            asked = len(prompt.fields) if isinstance(prompt, Form) else 1
            number, left = question_number(self.conversation), self.conversation.left()
            self.lines.say(progress_aloud(number, asked, left, self.language))
            self.lines.say()

    def _send(self, prompt: Question | Attempt) -> None:
        """Read answers until one is taken."""
        while True:
            value = self.read_answer(prompt)
            try:
                self.conversation.answer(value)
            except Refused as refused:
                self.refuse(refused, prompt)
            else:
                return

    def read_answer(self, prompt: Question | Attempt) -> Written:
        """Read lines until one means an answer; commands are done on the way."""
        words = prompt_words(prompt, self.language)
        is_long = isinstance(prompt, Question) and prompt.type == "text" and not prompt.options
        while True:
            typed = self.line(words, keeps_lines=is_long)
            if "\n" not in typed and commands.run(self, typed, prompt):
                continue
            if is_long:
                typed = self._with_more_lines(typed)
            try:
                return self.read(prompt, typed)
            except Unclear as unclear:
                self.wrong(prompt, say(unclear.code, self.language, **unclear.arguments))

    def _with_more_lines(self, typed: str) -> str:
        """A text of several lines: each but the last ends with a backslash."""
        while typed.endswith("\\"):
            typed = f"{typed[:-1].rstrip()}\n{self.line(say('prompt.more', self.language), keeps_lines=True)}"
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

    def line(self, words: str, *, keeps_lines: bool = False) -> str:
        """Read one line after `words`, or where lines are kept the several that were pasted.

        Raises:
            EOFError: nothing more can be read, or what comes from a pipe was no answer too often.
        """
        self.asked_in_vain += 1
        if self.asked_in_vain > MOST_IN_VAIN and not self.lines.is_live:
            raise EOFError
        return self.lines.ask_on(words, self.language, keeps_lines=keeps_lines)

    def refuse(self, refused: Refused, asked: Question | Attempt | None = None) -> None:
        """Say why an answer was not taken."""
        self.wrong(asked, refusal(refused, self.language))

    def wrong(self, asked: Question | Attempt | None, words: str) -> None:
        """Say what is wrong with an answer; where answers have numbers, which of them there are."""
        if asked is not None and asked.options:
            numbers = numbers_of(picks(asked, self.language), self.language)
            if numbers not in words:
                words = f"{words} {say('talk.choose', self.language, numbers=numbers)}"
        self.lines.say(words)

    def _seen(self, notice: Notice) -> None:
        while True:
            typed = self.line(say("prompt.seen", self.language))
            if commands.run(self, typed, notice):
                continue
            if not typed:
                self.conversation.answer(SEEN)
                return
            self.lines.say(say("talk.only_enter", self.language, commands=commands_at(self, notice)))
