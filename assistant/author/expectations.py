"""What a test expects, held against what came: every difference, with its place in the test file.

Only ended conversations are looked at. What is said of a difference stands in `words`; how it is laid out elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from assistant import case
from assistant.author.testfile import At, Expectation
from assistant.engine.names import Name, Slot, understand, understand_step
from assistant.engine.prompt import WITH_CASE, Attempt, Ending, Form, Letter, Notice, Prompt, Question
from assistant.engine.result import Result
from assistant.engine.session import Session
from assistant.engine.trace import trace
from assistant.flow.problem import near
from assistant.flow.text import plain
from assistant.words import say

_SHORTEST = 0.4
"""Texts that are less alike than this are not called near."""

_LONGEST = 300
"""So much of a text is compared with others."""


class Difference(NamedTuple):
    """Something that came otherwise: a sentence's code with its arguments, and where the test says so."""

    code: str
    at: At
    arguments: dict[str, str]

    @property
    def sentence(self) -> str:
        """What was expected, and what came."""
        return say(self.code, **self.arguments)


def differences(result: Result, expected: Sequence[Expectation], now: datetime) -> tuple[Difference, ...]:
    """All that came otherwise than expected.

    Args:
        result: of a conversation that ended.
        expected: what the test expects.
        now: the moment at which it was held.
    """
    held = _Held(result, now)
    found = []
    for one in expected:
        told = _CHECKS[one.key](held, one)
        if told is not None:
            found.append(Difference(told[0], one.at, told[1]))
    return tuple(found)


Told = tuple[str, dict[str, str]] | None


class _Held:
    """A conversation that was held, as expectations look at it."""

    def __init__(self, result: Result, now: datetime) -> None:
        self.result = result
        self.now = now
        self.pack, self.flow = result.pack, result.flow
        assert result.session is not None
        self.session: Session = result.session
        ending = self.session.prompt
        assert isinstance(ending, Ending)
        self.ending = ending

    @cached_property
    def passed(self) -> list[str]:
        """The places of the steps that were gone through, in order."""
        return [move.place for move in trace(self.session) if move.kind == "step"]

    @cached_property
    def asked(self) -> list[Slot]:
        """Everything that was really asked, in order."""
        return slots_asked(self.result.shown)

    @cached_property
    def words(self) -> list[str]:
        """Every text that was shown, on one line each."""
        is_for_agent = self.session.audience == "agent"
        return [squeezed(text) for prompt in self.result.shown for text in words_of(prompt, is_for_agent) if text]

    @cached_property
    def letters(self) -> list[Letter]:
        """Every message that was shown, that of the ending first."""
        shown = [prompt for prompt in self.result.shown if isinstance(prompt, Notice | Ending)]
        return [prompt.letter for prompt in reversed(shown) if prompt.letter is not None]

    @cached_property
    def case(self) -> case.Case | None:
        """The case, where the ending brings one."""
        return case.build(self.session, now=self.now) if self.ending.kind in WITH_CASE else None

    def step(self, name: str) -> Name:
        found = understand_step(name, self.pack, self.flow)
        assert isinstance(found, Name)  # else the file has a problem, and is not run
        return found


def slots_asked(shown: Iterable[Prompt]) -> list[Slot]:
    """Everything that prompts ask, in order: each field of a form by itself."""
    found: list[Slot] = []
    for prompt in shown:
        for field in prompt.fields if isinstance(prompt, Form) else (prompt,):
            if isinstance(field, Question | Attempt):
                found.append(Slot(field.place, field.fact if isinstance(field, Question) else ""))
    return found


def squeezed(text: str) -> str:
    """A text on one line, with single blanks."""
    return " ".join(text.split())


def words_of(prompt: Prompt, is_for_agent: bool) -> Iterator[str]:
    """Every text of a prompt that a person of that audience can read.

    Args:
        prompt: what is shown.
        is_for_agent: whether notes are shown too.
    """
    match prompt:
        case Form():
            for field in prompt.fields:
                yield from words_of(field, is_for_agent)
        case Question():
            yield from (plain(blocks) for blocks in (prompt.told, prompt.text, prompt.help, prompt.why))
            yield prompt.none
        case Attempt():
            yield plain(prompt.text)
        case Notice():
            yield plain(prompt.text)
            yield from _letter_words(prompt.letter)
        case Ending():
            yield prompt.title
            yield plain(prompt.text)
            yield from (part for link in prompt.links for part in (link.title, link.url))
            yield from _letter_words(prompt.letter)
            yield from (prompt.to, prompt.hours, prompt.come_back)
            yield from (title for _, title in prompt.related)
    if isinstance(prompt, Question | Attempt):
        for option in prompt.options:
            yield option.label
            yield plain(option.help)
            yield plain(option.note) if is_for_agent else ""
    if is_for_agent and not isinstance(prompt, Form) and hasattr(prompt, "note"):
        yield plain(prompt.note)


def _letter_words(letter: Letter | None) -> Iterator[str]:
    if letter is not None:
        yield from (letter.to, letter.subject, plain(letter.body))


# One function for each thing that can be expected


def _outcome(held: _Held, one: Expectation) -> Told:
    end = held.ending
    if end.outcome == one.value:
        return None
    return "test.outcome", {"wanted": one.value, "came": end.outcome, "title": end.title or end.kind}


def _kind(held: _Held, one: Expectation) -> Told:
    end = held.ending
    return None if end.kind == one.value else ("test.kind", {"wanted": one.value, "came": end.kind, "outcome": end.outcome})


def _passed(held: _Held, one: Expectation) -> Told:
    way = ", ".join(held.passed)
    where, before = 0, ""
    for name in one.values:
        step = held.step(name)
        places = [number for number, place in enumerate(held.passed) if step.opens(Slot(place, "")) is not None]
        after = [number for number in places if number >= where]
        if not after:
            code = "test.passed_before" if places else "test.not_passed"
            return code, {"name": name, "before": before, "way": way}
        where, before = after[0] + 1, name
    return None


def _not_passed(held: _Held, one: Expectation) -> Told:
    step = held.step(one.value)
    passed = any(step.opens(Slot(place, "")) is not None for place in held.passed)
    return ("test.passed", {"name": one.value}) if passed else None


def _was_asked(held: _Held, name: str) -> bool:
    found = understand(name, held.pack, held.flow)
    assert isinstance(found, Name)
    return any(found.opens(slot) is not None for slot in held.asked)


def _asked(held: _Held, one: Expectation) -> Told:
    if _was_asked(held, one.value):
        return None
    if held.session.known.get(one.value) is not None:
        return "test.known", {"name": one.value}
    return "test.not_asked", {"name": one.value, "asked": ", ".join(dict.fromkeys(map(name_of, held.asked)))}


def _not_asked(held: _Held, one: Expectation) -> Told:
    return ("test.asked", {"name": one.value}) if _was_asked(held, one.value) else None


def name_of(slot: Slot) -> str:
    """What an answer to something that is asked can be called in a test: its fact, else its place."""
    return slot.fact or slot.place


def _text(held: _Held, one: Expectation) -> Told:
    return _among(one.value, held.words, "test.text")


def _no_text(held: _Held, one: Expectation) -> Told:
    found = next((text for text in held.words if squeezed(one.value) in text), None)
    return None if found is None else ("test.no_text", {"wanted": one.value, "came": _around(found, squeezed(one.value))})


def _among(wanted: str, texts: Sequence[str], code: str) -> Told:
    if any(squeezed(wanted) in text for text in texts):
        return None
    nearest = _nearest(squeezed(wanted), texts)
    return (code + "_near", {"wanted": wanted, "came": nearest}) if nearest else (code, {"wanted": wanted})


def _nearest(wanted: str, texts: Sequence[str]) -> str:
    """The sentence that is most like what was wanted; "" where none is."""
    import difflib  # only failures need it

    sentences = [sentence for text in texts for sentence in _sentences(text)]
    wanted = wanted[:_LONGEST]
    matcher = difflib.SequenceMatcher(None, "", wanted.casefold(), autojunk=False)
    best, nearest = _SHORTEST, ""
    for sentence in dict.fromkeys(sentences):
        folded = sentence[:_LONGEST].casefold()
        matcher.set_seq1(folded)
        if 2 * min(len(folded), len(wanted)) < best * (len(folded) + len(wanted)) or matcher.quick_ratio() < best:
            continue
        if (ratio := matcher.ratio()) > best:
            best, nearest = ratio, sentence
    return nearest


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in text.replace("? ", "?\n").replace(". ", ".\n").replace(": ", ":\n").splitlines()]


def _around(text: str, words: str, width: int = 60) -> str:
    """The words with what stands around them."""
    start = text.index(words)
    left, right = max(0, start - width), start + len(words) + width
    return ("…" if left else "") + text[left:right] + ("…" if right < len(text) else "")


def _portal(held: _Held, one: Expectation) -> Told:
    if held.case is None:
        return _no_case(held)
    came = held.case.portal.id if held.case.portal is not None else "-"
    return None if came == one.value else ("test.case_portal", {"wanted": one.value, "came": came})


def _subject(held: _Held, one: Expectation) -> Told:
    if held.case is None:
        return _no_case(held)
    came = held.case.subject
    return None if squeezed(came) == squeezed(one.value) else ("test.case_subject", {"wanted": one.value, "came": came})


def _field(held: _Held, one: Expectation) -> Told:
    if held.case is None:
        return _no_case(held)
    came = held.case.fields.get(one.name)
    if came is None:
        return "test.case_no_field", {"name": one.name, "near": near(one.name, held.case.fields)}
    if squeezed(came) == squeezed(one.value):
        return None
    return "test.case_field", {"name": one.name, "wanted": one.value, "came": came}


def _tried(held: _Held, one: Expectation) -> Told:
    if held.case is None:
        return _no_case(held)
    step = held.step(one.value)
    tried = [tried for tried in held.case.tried if step.opens(Slot(tried.place, "")) is not None]
    if any(found.result == one.name for found in tried):
        return None
    if tried:
        return "test.case_tried", {"name": one.value, "wanted": one.name, "came": tried[-1].result}
    return "test.case_not_tried", {"name": one.value, "tried": ", ".join(found.place for found in held.case.tried) or "-"}


def _case_text(held: _Held, one: Expectation) -> Told:
    if held.case is None:
        return _no_case(held)
    portal = held.case.portal
    text = case.as_text(held.case, portal.language if portal is not None else held.session.language)
    return _among(one.value, [squeezed(part) for part in (text, *text.splitlines())], "test.case_text")


def _no_case(held: _Held) -> Told:
    return "test.no_case", {"outcome": held.ending.outcome, "kind": held.ending.kind}


def _to(held: _Held, one: Expectation) -> Told:
    if not held.letters:
        return "test.no_message", {}
    if any(squeezed(letter.to) == squeezed(one.value) for letter in held.letters):
        return None
    return "test.message_to", {"wanted": one.value, "came": held.letters[0].to or "-"}


def _message_text(held: _Held, one: Expectation) -> Told:
    if not held.letters:
        return "test.no_message", {}
    whole = [squeezed(f"{letter.subject} {plain(letter.body)}") for letter in held.letters]
    lines = [squeezed(line) for letter in held.letters for line in (letter.subject, *plain(letter.body).splitlines())]
    return _among(one.value, [*whole, *lines], "test.message_text")


_CHECKS: dict[str, Callable[[_Held, Expectation], Told]] = {
    "outcome": _outcome, "kind": _kind, "passed": _passed, "not_passed": _not_passed, "asked": _asked,
    "not_asked": _not_asked, "text": _text, "no_text": _no_text, "case.portal": _portal, "case.subject": _subject,
    "case.fields": _field, "case.tried": _tried, "case.text": _case_text, "message.to": _to,
    "message.text": _message_text,
}  # fmt: skip
