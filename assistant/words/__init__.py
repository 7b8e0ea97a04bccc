"""The program's own words, in every language that has a catalogue.

Every sentence has a code (`refused.not_a_date`); `sentences` holds the English text of each, and gettext catalogues the
others. What a flow's author wrote is no concern of this room, and neither is where a sentence is shown.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.words.sentences import SENTENCES

if TYPE_CHECKING:
    from gettext import NullTranslations

_LOCALES = Path(__file__).parent / "locale"
_PLACE = re.compile(r"\{([a-z_]+)\}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def say(code: str, /, language: str = "en", **arguments: object) -> str:
    """The program's own sentence called `code`, in a language, with arguments put in.

    Args:
        code: the sentence's name in `sentences`.
        language: such as "en" or "pt-BR"; English stands in for a language without a catalogue.
        arguments: what replaces `{name}`. A sentence with a plural form needs the whole number `count`.

    Raises:
        KeyError: no such sentence, or an argument that it needs is missing.
    """
    english = SENTENCES[code]
    if isinstance(english, tuple):
        template = _catalogue(language).ngettext(*english, int(str(arguments["count"])))
    else:
        template = _catalogue(language).gettext(english)
    # One pass, so that braces in an argument stay what they are.
    return _PLACE.sub(lambda place: str(arguments[place[1]]), template)


def is_language(name: str) -> bool:
    """Whether a name could be that of a language, such as "en" or "pt-BR"."""
    return _LANGUAGE.fullmatch(name) is not None


@cache
def _catalogue(language: str) -> NullTranslations:
    from gettext import NullTranslations, translation

    if language == "en" or not is_language(language):
        return NullTranslations()
    return translation("assistant", _LOCALES, [language.replace("-", "_")], fallback=True)
