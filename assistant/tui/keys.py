"""Keys, in the order in which they were pressed.

Textual hands a key to the widget that has the focus when the key arrives, and the widget sees it later. Typed ahead, keys
would meet the question before the one that they were meant for. Here each key does what it does before the next one is
looked at: the app asks its screen first (`Keyed.press`), and everything that a key starts is done at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from textual import events
from textual.actions import SkipAction, parse
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input

Result = TypeVar("Result")


class Keyed:
    """A screen that takes its keys at once. Mix it into a `Screen`."""

    is_open = False
    """Whether it is put together. Keys that come earlier wait until it is."""

    is_surprise = False
    """Whether nobody could expect it: then what was pressed before it was shown was not meant for it."""

    on_result: Callable[[Any], object] | None = None
    """Who waits for its result (`show_over`)."""

    _since = 0.0
    _is_mapped = False

    def take_keymap(self) -> None:
        """Take over the keys of one's own, once."""
        assert isinstance(self, Screen)
        keymap = getattr(self.app, "keymap", None)
        if keymap and not self._is_mapped:
            from assistant.tui.keymap import take_over

            take_over(self, keymap)
        self._is_mapped = True

    def opened(self) -> None:
        """To be called at the end of `on_mount`: from here on keys mean something."""
        assert isinstance(self, Screen)
        self.take_keymap()
        self.is_open = True
        self._since = Message().time
        release = getattr(self.app, "release", None)
        if release is not None:
            release()

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave, and hand the result on at once: Textual does so some time later, and the next key would come first."""
        assert isinstance(self, Screen)
        if not self.is_active:
            return AwaitComplete()
        done, self.on_result = self.on_result, None
        gone = self.app.pop_screen()
        if done is not None:
            done(result)
        return gone

    def press(self, event: events.Key) -> bool:
        """Do what a key means, and say whether it meant anything here."""
        assert isinstance(self, Screen)
        if self.is_surprise and event.time < self._since:
            return True
        return self.key(event) or self._typed(event) or self._bound(event.key)

    def paste(self, text: str) -> None:
        """Put what is pasted into the line that has the cursor, else into the one that the screen has for words. However
        many lines it has, it answers nothing."""
        assert isinstance(self, Screen)
        line = self.focused if isinstance(self.focused, Input) else self.line_for_words()
        if line is not None:
            joined: Callable[[str], str] = getattr(line, "joined", one_line)
            insert(line, joined(text))

    def line_for_words(self) -> Input | None:
        """The line that a paste goes into while the cursor is in none, with the cursor in it now; nothing without one."""
        return None

    def key(self, event: events.Key) -> bool:
        """What a key means to this screen, before its bindings."""
        return False

    def _bound(self, key: str) -> bool:
        """Run what a key is bound to, on the focused widget or the screen."""
        assert isinstance(self, Screen)
        for node in (self.focused, self, self.app):  # what scrolls in between has keys of its own, which must not win
            for binding in node._bindings.key_to_bindings.get(key, ()) if node is not None else ():
                _, name, arguments = parse(binding.action)
                method = getattr(node, f"action_{name}", None)
                if method is None or name == "submit":  # what is typed is sent by the screen itself
                    continue
                with suppress(SkipAction):  # it has no use for the key just now; another may
                    method(*arguments)
                    return True
        return False

    def binds(self, key: str) -> bool:
        """Whether a key has a use on this screen, wherever the cursor is."""
        assert isinstance(self, Screen)
        return key in self._bindings.key_to_bindings

    def _typed(self, event: events.Key) -> bool:
        """A character goes into the line that has the cursor."""
        assert isinstance(self, Screen)
        focused = self.focused
        if isinstance(focused, Input) and event.is_printable and event.character:
            insert(focused, event.character)
            return True
        return False


def one_line(text: str) -> str:
    """Several lines as one."""
    return " ".join(part for line in text.splitlines() if (part := line.strip()))


def insert(line: Input, text: str) -> None:
    """Type into a line, over what is selected."""
    if line.selection.is_empty:
        line.insert_text_at_cursor(text)
    else:
        line.replace(text, *line.selection)


class KeyedScreen(Keyed, Screen[Result]):
    """A screen whose keys are taken at once."""

    def on_compose(self) -> None:
        """Have the classes of its width before anything stands on it, so that nothing is dressed twice."""
        for name in self._get_breakpoint_classes(self.app.size.width, self.app.HORIZONTAL_BREAKPOINTS or []):
            self.set_class(True, name, update=False)

    def _compositor_refresh(self) -> None:
        """Textual's own, but not while it holds back all that is drawn: it would draw the screen and throw it away."""
        if not self.app._batch_count:
            super()._compositor_refresh()


class KeyedModal(Keyed, ModalScreen[Result]):
    """A screen over another, whose keys are taken at once."""


def show_over(app: App[Any], screen: Keyed, done: Callable[[Any], object]) -> None:
    """Show a screen over the one that is shown, until it gives a result.

    Args:
        app: shows it.
        screen: what is shown.
        done: takes the result, as soon as there is one.
    """
    assert isinstance(screen, Screen)
    screen.on_result = done
    app.push_screen(screen)


def focus(widget: Widget | None, screen: Screen[Result]) -> None:
    """Put the cursor somewhere at once, and leave what is shown where it is."""
    screen.set_focus(widget, scroll_visible=False)
