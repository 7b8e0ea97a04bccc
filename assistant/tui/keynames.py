"""How keys are called in words: on bars, in help and in hints, as they are set now. What a key does is the screen's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.binding import Binding, BindingsMap
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, key_to_character
from textual.screen import Screen

from assistant.words import say

TWINS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзфывапролдячсмить", strict=True))
"""The letters on the same keys of a Cyrillic keyboard."""
YES_NO = {"y": True, "n": False, TWINS["y"]: True, TWINS["n"]: False}
"""The keys that say yes and no, and nothing else."""

_SIGNS = {
    "left": "←", "right": "→", "up": "↑", "down": "↓", "escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn",
    "space": "Space",
}  # fmt: skip
_NAMED = {key.value for key in Keys}
_IN_FULL = {short: full for full, short in KEY_NAME_REPLACEMENTS.items()}


def bound(screen: Screen[Any]) -> dict[str, tuple[Binding, list[str]]]:
    """The bindings of a screen that have an id, by it, each with its keys as they are set now."""
    found: dict[str, tuple[Binding, list[str]]] = {}
    for key, bindings in screen._bindings.key_to_bindings.items():
        for binding in bindings:
            if binding.id:
                found.setdefault(binding.id, (binding, []))[1].append(key)
    return found


def display(key: str) -> str:
    """A key as one finds it on a keyboard."""
    before, plus, last = key.rpartition("+")
    if plus and last:
        return "+".join(part.title() for part in (*before.split("+"), last))
    if key in _SIGNS or len(key) == 1:
        return _SIGNS.get(key, key)
    if types_text(key):
        return character_of(key) or key
    return key.upper() if key[:1] == "f" and key[1:].isdecimal() else key.title()


def character_of(key: str) -> str | None:
    """What a key types, such as `-` of `minus`; nothing where there is no such key, or it types nothing."""
    return key_to_character(_IN_FULL.get(key, key))


def several(keys: Sequence[str], language: str) -> str:
    """Keys that do the same, such as "b, ← or F2". A letter stands for the one on the same key of another keyboard too."""
    from assistant.words.formats import join

    twins = {TWINS.get(key) for key in keys}
    names = (display(key) for key in keys if key not in twins)
    return join(["“:”" if name == ":" else name for name in names], language, "or")  # a colon comes after the names


def one_of(keys: Sequence[str]) -> str:
    """The key to tell of several: a letter that a Latin keyboard has, else `?`, else a function key; "" for none."""
    letter = next((key for key in keys if len(key) == 1 and key.isascii()), "")
    if not letter and "question_mark" in keys:
        return "?"
    return letter or next((display(key) for key in keys if key[:1] == "f" and key[1:].isdecimal()), "")


def shown(screen: Screen[Any], action: str, key: str) -> str:
    """A key as a bar or a hint names it: the mapped one of an action where there is one, of the same kind (letter or not).

    Args:
        screen: whose action it is.
        action: such as "screen.back", or just "back".
        key: how it is named where nothing is mapped.
    """
    keymap = getattr(screen.app, "keymap", None)
    if not keymap:
        return key
    name = action.removeprefix("screen.")
    defaults = (type(screen)._merged_bindings or BindingsMap()).key_to_bindings.values()
    own = next((one.id for ones in defaults for one in ones if one.action == name and one.id in keymap), None)
    if own is None:
        return key
    keys = keymap[own]
    alike = [one for one in keys if types_text(one) == (len(key) == 1)]
    return display((alike or list(keys) or [""])[0]) if keys else ""


def rows(screen: Screen[Any], code: str, language: str) -> list[str]:
    """The lines of a sentence that lists keys, with the keys as they are set now. What has no key has no line.

    Args:
        screen: whose keys they are.
        code: of a sentence with a line each, in which `{guide_back}` stands for the keys of `guide.back`.
        language: the reader's.
    """
    ids = {binding.id for base in type(screen).__mro__ for binding in _own(base) if binding.id}
    keys = {name.replace(".", "_"): "" for name in ids}
    keys |= {name.replace(".", "_"): several(found, language) for name, (_, found) in bound(screen).items()}
    return [row for row in say(code, language, **keys).split("\n") if not row.startswith(":")]


def types_text(key: str) -> bool:
    """Whether a key types a character, so that it is text while the cursor is in a line."""
    return key == "space" or (key not in _NAMED and "+" not in key)


def _own(base: type) -> list[Binding]:
    return [one for one in base.__dict__.get("BINDINGS", ()) if isinstance(one, Binding)]
