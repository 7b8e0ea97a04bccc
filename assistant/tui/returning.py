"""Taking a session up again from a screen: by its code, from a list, or out of a file. What is wrong is given back in words.

Which way is shown (what is different first, or the conversation at once) is decided here; how a session is found and
what is different in it is the desk's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.desk import resuming
from assistant.desk.returning import NotTakenUp, wrong_words
from assistant.flow.text import Listing, Paragraph, Span
from assistant.store.codes import shown
from assistant.tui.bars import Said
from assistant.words import say

if TYPE_CHECKING:
    from textual.screen import Screen

    from assistant.desk.memory import Memory
    from assistant.desk.resuming import Reopened, Unreadable
    from assistant.store.protocol import Stored
    from assistant.tui.app import AssistantApp


def by_code(app: AssistantApp, typed: str) -> str:
    """Go on with the session that a code means."""
    return _take_up(app, lambda memory: resuming.by_code(memory, typed, app.clock()), typed)


def by_key(app: AssistantApp, key: str) -> str:
    """Go on with a session of a list."""
    return _take_up(app, lambda memory: resuming.by_key(memory, key))


def from_file(app: AssistantApp, path: Path) -> str:
    """Go on with the session that a file holds."""
    from assistant.desk import handing  # which reads flows, and zip archives: not for sessions that are here

    brought: list[handing.Brought] = []

    def find(memory: Memory) -> Stored:
        brought.append(handing.bring_in(memory, path, app.clock()))
        return brought[0].stored

    try:
        wrong = _take_up(app, find, str(path))
    except handing.NotASession as error:
        return say(error.code, app.speaks, **error.arguments)
    if not wrong and brought[0].parted:
        app.call_after_refresh(_tell_parted, app, shown(brought[0].stored.summary.code))
    return wrong


def _tell_parted(app: AssistantApp, code: str) -> None:
    for said in app.screen.query(Said):
        said.say(say("handing.parted", app.speaks, code=code))


def _take_up(app: AssistantApp, find: Callable[[Memory], Stored], called: str = "") -> str:
    """Show a session again; "" once that is done, else what is wrong."""
    language = app.speaks
    assert app.memory is not None  # else nothing offers it
    try:
        stored = find(app.memory)
        audience = "agent" if app.audience == "agent" else ""
        reopened = resuming.reopen(app.memory, stored, audience=audience, clock=app.clock)
        app.show(first_screen(app, reopened))
    except NotTakenUp as error:
        return wrong_words(error, called, language)
    except resuming.Unreadable as unreadable:
        app.push_screen(_snapshot(unreadable, language))
    return ""


def first_screen(app: AssistantApp, reopened: Reopened) -> Screen[None]:
    """What a session that was taken up shows first: what is different, else the conversation."""
    if reopened.differences:
        from assistant.tui.moved import Moved

        return Moved(reopened)
    return going_on(app, reopened)


def going_on(app: AssistantApp, reopened: Reopened, *, stay: bool = False) -> Screen[None]:
    """The conversation of a session that was taken up, with a word of welcome."""
    conversation = reopened.go_on(stay=stay)
    app.conversation = conversation
    return app.screen_of(conversation, reopened.welcome(stay=stay))


def _snapshot(unreadable: Unreadable, language: str) -> Screen[None]:
    """What can be shown of a session whose flow can't be read."""
    from assistant.engine.record import entry as told
    from assistant.tui.help import Sheet

    found = unreadable.snapshot
    lines = tuple((Paragraph((Span(told(one.question, one.label, language)),)),) for one in found.trail)
    head = Paragraph((Span(say("sessions.unreadable", language)),))
    return Sheet(unreadable.stored.summary.title, (head, Listing(lines)) if lines else (head,), language)
