"""Keys of one's own: which bindings a settings file maps to which keys, and which of that is refused, with the reason.

The last way out of a screen is never lost, Ctrl+C always ends the program, and no key does two things on one screen.
What a screen does with a key is the screen's.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from textual.binding import Binding, BindingsMap
from textual.keys import Keys, _character_to_key
from textual.screen import Screen
from textual.widgets import Input

from assistant.flow.problem import near
from assistant.tui.choices import Choices
from assistant.tui.keynames import TWINS, character_of, display, types_text
from assistant.tui.keys import Keyed
from assistant.words import say

Keymap = Mapping[str, tuple[str, ...]]
"""Keys by the id of a binding."""

_NAMES = {key.value for key in Keys}
_RESERVED = {"ctrl+c", "enter", "up", "down", "tab", "shift+tab", "slash", "y", "n", *"0123456789"}
"""Keys that answer, lead into the line, or end the program: they mean the same on every screen."""
_ALIASES = {"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+left_square_bracket"}
"""What terminals send for Backspace, Tab, Enter and Esc."""
_WAYS_OUT = ("leave", "close")


class Checked(NamedTuple):
    """A keymap that can be used, and what was refused: the id of a binding and a sentence each."""

    keymap: Keymap
    refused: tuple[tuple[str, str], ...]


def checked(wanted: Mapping[str, str]) -> Checked:
    """Hold keys of one's own against all screens.

    Args:
        wanted: keys with commas between them, by the id of a binding.
    """
    screens = [_by_id(screen) for screen in _screens()]
    ids = {name for screen in screens for name in screen if name}
    refused: dict[str, str] = {}
    keymap: dict[str, tuple[str, ...]] = {}
    for name, keys in wanted.items():
        default = {key for screen in screens for key in screen.get(name, ())}
        problem = "" if name in ids else say("keymap.unknown", name=name[:40], near=near(name[:40], ids))
        found = tuple(dict.fromkeys(_key(key) for key in keys.split(",") if key))
        problem = problem or _unfit(name, found, default)
        if problem:
            refused[name] = problem
        else:
            keymap[name] = found
    _drop_clashes(keymap, screens, refused)
    return Checked(keymap, tuple(refused.items()))


def mapped(bindings: BindingsMap, keymap: Keymap) -> BindingsMap:
    """The bindings of a screen with keys of one's own in the place of its own. Letters bring those on the same keys of a
    Cyrillic keyboard along, where these are free."""
    kept: list[Binding] = []
    moved: dict[str, Binding] = {}
    for key, ones in bindings.key_to_bindings.items():
        for one in ones:
            if one.id is not None and one.id in keymap:
                moved[one.id] = one
            else:
                kept.append(one.with_key(key))
    taken = {one.key for one in kept} | {key for name in moved for key in keymap[name]}
    for name, one in moved.items():
        twins = (twin for key in keymap[name] if (twin := TWINS.get(key, "")) and twin not in taken)
        kept += [one.with_key(key) for key in (*keymap[name], *twins)]
    return BindingsMap(kept)


def take_over(screen: Screen[Any], keymap: Keymap) -> None:
    """Give a screen keys of one's own."""
    screen._bindings = mapped(screen._bindings, keymap)


def _unfit(name: str, keys: tuple[str, ...], default: set[str]) -> str:
    """Why a binding can't have these keys, whatever else is mapped; or ""."""
    for key in keys:
        if not _is_key(key):
            return say("keymap.no_key", key=key[:40], near=near(key[:40], _NAMES) if len(key) > 1 else "")
        if key in (_RESERVED | _ALIASES | _own_of_widgets()) - default:
            return say("keymap.reserved", name=name, key=key)
    if name.rpartition(".")[2] in _WAYS_OUT and all(types_text(key) for key in keys):
        usual = sorted(key for key in default if not types_text(key))
        return say("keymap.no_way_out", name=name, key=usual[0] if usual else "f10")
    return ""


def _own_of_widgets() -> set[str]:
    """The keys that a line or a list takes for itself while the cursor is there."""
    return {key for one in (Input, Choices) for key in BindingsMap(one.BINDINGS).key_to_bindings}


def _drop_clashes(keymap: dict[str, tuple[str, ...]], screens: list[dict[str, set[str]]], refused: dict[str, str]) -> None:
    """Refuse what would give one key two meanings; what is refused has its old keys again, so look anew each time."""
    while True:
        clash = next((found for screen in screens for found in _clashes(screen, keymap)), None)
        if clash is None:
            return
        name, key, other = clash
        code = "keymap.taken" if other else "keymap.fixed"
        refused[name] = say(code, name=name, key=display(key), other=other)
        del keymap[name]


def _clashes(screen: dict[str, set[str]], keymap: Keymap) -> Iterator[tuple[str, str, str]]:
    """Which mapped binding wants which key that is another's; "" for one that can't be mapped."""
    owners: dict[str, str] = {}
    now = {name: set(keymap.get(name, own)) for name, own in screen.items()}
    for name in sorted(now, key=lambda name: name in keymap):  # those that were there come first
        for key in sorted(now[name]):
            if owners.setdefault(key, name) != name and name in keymap:
                yield name, key, owners[key]


def _screens() -> Iterable[type[Screen[Any]]]:
    """All screens of the program."""
    import assistant.tui

    for module in pkgutil.iter_modules(assistant.tui.__path__, "assistant.tui."):
        import_module(module.name)
    waiting: list[type] = [Keyed]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if issubclass(one, Screen) and one.__module__ != Keyed.__module__:
            yield one


def _by_id(screen: type[Screen[Any]]) -> dict[str, set[str]]:
    """The keys of a screen by the id of their binding; those that can't be mapped under ""."""
    ours = (base for base in screen.__mro__ if base.__module__.startswith("assistant."))
    own = BindingsMap(one for base in ours for one in base.__dict__.get("BINDINGS", ()))
    found: dict[str, set[str]] = {}
    for key, ones in own.key_to_bindings.items():
        for one in ones:
            found.setdefault(one.id or "", set()).add(key)
    return found


def _key(key: str) -> str:
    """The name of a key, however it was written."""
    key = key.strip() or key
    if len(key) == 1:
        return _character_to_key(key)
    return key.lower()


def _is_key(key: str) -> bool:
    """Whether there is such a key."""
    return not key.startswith("<") and (key in _NAMES or character_of(key.rpartition("+")[2]) is not None)
