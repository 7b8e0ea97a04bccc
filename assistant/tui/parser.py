"""What a terminal sends, taken apart: Textual's own parser, but that an answer about the ground is taken out, and that what
Textual would die of is passed over. A terminal may say anything, and the keys behind it are keys.

Textual knows no such answer: it would hand it on as typed characters. What an answer means is `ground`'s.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable
from contextlib import suppress
from functools import partial

from textual import constants, events
from textual._parser import ParseEOF, ParseTimeout, Peek1, Read1, TokenCallback
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.keys import Keys
from textual.message import Message

from assistant.tui.ground import ANSWER, Ground, is_light

_BELL, _ESC, _STRING_END = "\x07", "\x1b", "\\"
_LONGEST = 128
_WAIT = 1.0
"""Seconds that may pass within an answer or a paste. It has begun then, so that nobody waits for a key meanwhile."""
_LARGEST = 1000
"""Columns or lines of a terminal; who tells of more is wrong, and drawing them would take for ever."""
_MANY = 32
_ENDLESS = re.compile(rf"\x1b\[[0-?]{{{_MANY - 2}}}")
"""The beginning of a control sequence that is longer than any: Textual would take it for typed characters."""

_Reading = Generator[Read1 | Peek1, str, None]


class Listening(XTermParser):
    """Textual's parser, but that an answer about the ground becomes a `Ground`, or nothing if it makes no sense, and that
    nonsense of other kinds is passed over."""

    def parse(self, token_callback: TokenCallback[Message]) -> _Reading:
        """Parse what is typed, as Textual does. What may be the beginning of an answer is held back as long as Textual
        itself waits for the rest of a key."""
        heard = partial(self._heard, token_callback)
        rest = super().parse(heard)
        wanted = next(rest)
        held = begun = tail = ""  # not handed on yet; how far an answer has begun; the last that was typed
        try:
            while True:
                try:
                    character = yield Read1(constants.ESCAPE_DELAY) if held else wanted
                except ParseTimeout:
                    begun = _ESC if held == _ESC else ""  # an answer in pieces may still go on
                    wanted, held, tail = _quiet(rest, _on(rest, held, wanted)), "", ""
                    continue
                tail = (tail + character)[-_MANY:]
                if begun + character == ANSWER:
                    held = begun = yield from _taken(token_callback)
                elif begun and ANSWER.startswith(begun + character):
                    held, begun = held + character, begun + character
                elif character == _ESC and (held or wanted.timeout is None):
                    wanted = _quiet(rest, _on(rest, held, wanted))
                    held = begun = _ESC
                elif _ENDLESS.fullmatch(tail):
                    held = begun = yield from _passed_over()
                    rest = super().parse(heard)  # it forgets the beginning
                    wanted = next(rest)
                else:
                    pasted = (yield from _pasted()) if tail.endswith(BRACKETED_PASTE_START) else ""
                    wanted = _on(rest, held + character + pasted, wanted)
                    held = begun = ""
        except ParseEOF as end:
            with suppress(StopIteration):
                _on(rest, held, wanted)
                rest.throw(end)

    def _heard(self, token_callback: TokenCallback[Message], token: Message) -> None:
        """Hand on what was understood, but no size that no terminal has. Without a size in pixels, the mouse is told of in
        columns and lines."""
        if isinstance(token, events.Resize):
            is_sane = min(token.size) > 0 and max(token.size) <= _LARGEST
            self.mouse_pixels = is_sane and token.pixel_size is not None and min(token.pixel_size) > 0
            if not is_sane:
                return
        token_callback(token)

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        """The keys that a sequence stands for; none where its numbers make no sense."""
        try:
            return list(super()._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):
            return [events.Key(Keys.Ignore, sequence)]


def _on(rest: _Reading, typed: str, wanted: Read1 | Peek1) -> Read1 | Peek1:
    """Hand on what was typed, and say what is wanted next."""
    for character in typed:
        wanted = rest.send(character)
    return wanted


def _quiet(rest: _Reading, wanted: Read1 | Peek1) -> Read1 | Peek1:
    """Say that nothing more came, where that was waited for."""
    return wanted if wanted.timeout is None else rest.throw(ParseTimeout())


def _pasted() -> Generator[Read1, str, str]:
    """A paste up to its end, without the characters that are taken for the beginning of a key. Where nothing more comes,
    it ends too: the next key is one."""
    text = ""
    with suppress(ParseTimeout):
        while not text.endswith(BRACKETED_PASTE_END):
            text += yield Read1(_WAIT)
    return text.removesuffix(BRACKETED_PASTE_END).replace(_ESC, "") + BRACKETED_PASTE_END


def _passed_over() -> Generator[Read1, str, str]:
    """Pass over the rest of an endless control sequence; a key behind it is given back."""
    with suppress(ParseTimeout):
        while True:
            character = yield Read1(_WAIT)
            if character < " ":
                return character
            if character > "?":
                break
    return ""


def _taken(token_callback: TokenCallback[Message]) -> Generator[Read1, str, str]:
    """Take the rest of an answer, whatever it says; what begins in the middle of it, such as a key, is given back."""
    colour = ""
    with suppress(ParseTimeout):
        while len(colour) < _LONGEST:
            character = yield Read1(_WAIT)
            if character == _ESC:
                follows = yield Read1(_WAIT)
                if follows != _STRING_END:
                    return _ESC + follows
            if character in (_BELL, _ESC):
                light = is_light(colour)
                if light is not None:
                    token_callback(Ground(is_light=light))
                break
            colour += character
    return ""
