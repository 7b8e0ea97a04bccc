"""The colours: dark, light and high-contrast themes of our own, every pair of text and ground at least 4.5:1 (7:1 in high
contrast), and one of the terminal's own 16 colours, for terminals that have no others.

Textual's own themes fail that in places. Colours are named here once; style sheets use the names. Which theme is wanted
is said by the settings, and which ground the terminal has by itself or by its environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

# name: (background, panel, hairline, text, quiet, accent, picked, on_picked, good, care, wrong)
PALETTES: dict[str, tuple[str, ...]] = {
    "dark": (
        "#12161c", "#1b222b", "#2c3743", "#e6ebf0", "#9aa7b4", "#7cc4ff",
        "#1f5f99", "#ffffff", "#7fd1a0", "#f0c674", "#ff9a8b",
    ),
    "light": (
        "#fbfaf7", "#f1efe9", "#d9d5cb", "#1d232b", "#57616c", "#0b5cad",
        "#0b5cad", "#ffffff", "#1f7a45", "#8a5a00", "#b3261e",
    ),
    "high-contrast": (
        "#000000", "#262626", "#ffffff", "#ffffff", "#ffffff", "#ffff00",
        "#ffff00", "#000000", "#00ff66", "#ffff00", "#ff9a9a",
    ),
    # Only what can be read on any ground that a terminal may have: its own text colour, and white on blue for what is
    # picked. What is good or wrong is said by its sign and its words anyway.
    "ansi": (
        "ansi_default", "ansi_default", "ansi_default", "ansi_default", "ansi_default", "ansi_default",
        "ansi_blue", "ansi_bright_white", "ansi_default", "ansi_default", "ansi_default",
    ),
}  # fmt: skip

NAMES = ("background", "panel", "hairline", "text", "quiet", "accent", "picked", "on-picked", "good", "care", "wrong")

TEXT_ON = (
    ("text", "background"), ("text", "panel"), ("quiet", "background"), ("quiet", "panel"), ("accent", "background"),
    ("accent", "panel"), ("on-picked", "picked"), ("good", "background"), ("care", "background"), ("wrong", "background"),
    ("care", "panel"), ("wrong", "panel"), ("good", "panel"), ("background", "accent"),
)  # fmt: skip
"""Every pair of text and ground that a screen shows."""

_DEFAULT = RichColor.default()
_COLOURLESS = Style(color=_DEFAULT, bgcolor=_DEFAULT)
_REVERSED = Style(color=_DEFAULT, bgcolor=_DEFAULT, reverse=True)

_LIGHT_GROUNDS = (7, *range(9, 16))
"""The colours of the 16 that are light, as other programs of terminals read COLORFGBG."""


def themes() -> tuple[str, ...]:
    """The names of all themes, and `auto` for the one that fits the terminal."""
    return ("auto", *PALETTES)


def palette(name: str) -> dict[str, str]:
    """The colours of a theme by their names."""
    return dict(zip(NAMES, PALETTES[name], strict=True))


def called(name: str) -> str:
    """What Textual calls a theme of ours, so that it is none of its own."""
    return f"assistant-{name}"


def chosen(name: str, environment: Mapping[str, str], *, few_colours: bool = False, on_light: bool | None = None) -> str:
    """The theme that a name means in a terminal: `auto` is ansi with few colours, light on a light ground, else dark.

    Args:
        name: of a theme, or `auto`.
        environment: of the process; COLORFGBG tells the ground in some terminals, such as "0;15".
        few_colours: whether the terminal has 16 colours or fewer.
        on_light: whether its ground is light, where it told so itself.
    """
    if name != "auto":
        return name
    if few_colours:
        return "ansi"
    if on_light is not None:
        return "light" if on_light else "dark"
    ground = environment.get("COLORFGBG", "").rpartition(";")[2].strip()
    return "light" if ground.isdecimal() and int(ground) in _LIGHT_GROUNDS else "dark"


class NoColours(LineFilter):
    """Takes all colours out; what had a ground of its own (the picked row, a selection, the cursor) is reversed instead."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The pieces of a line without colours."""
        return [Segment(text, without_colour(style) if style else None, control) for text, style, control in segments]


@lru_cache(4096)
def without_colour(style: Style) -> Style:
    """A look without colours."""
    stands_out = style.bgcolor is not None and style.bgcolor not in _plain_grounds()
    return style + (_REVERSED if stands_out else _COLOURLESS)


@cache
def _plain_grounds() -> frozenset[object]:
    grounds = {palette(name)[ground] for name in PALETTES for ground in ("background", "panel")}
    return frozenset(Color.parse(ground).rich_color for ground in grounds)


def for_textual() -> list[Theme]:
    """The themes, for Textual."""
    return [_theme(name) for name in PALETTES]


def _theme(name: str) -> Theme:
    colours = palette(name)
    return Theme(
        name=called(name),
        ansi=name == "ansi",
        primary=colours["accent"],
        secondary=colours["picked"],
        accent=colours["accent"],
        foreground=colours["text"],
        background=colours["background"],
        surface=colours["background"],
        panel=colours["panel"],
        success=colours["good"],
        warning=colours["care"],
        error=colours["wrong"],
        dark=name != "light",
        text_alpha=1.0,
        variables={
            "ansi-background": colours["background"],
            "ansi-foreground": colours["text"],
            "hairline": colours["hairline"],
            "quiet": colours["quiet"],
            "ink": colours["text"],
            "good": colours["good"],
            "care": colours["care"],
            "wrong": colours["wrong"],
            "link-color": colours["accent"],
            "link-background": "transparent",
            "link-background-hover": colours["picked"],
            "link-color-hover": colours["on-picked"],
            "picked": colours["picked"],
            "on-picked": colours["on-picked"],
            "input-cursor-background": colours["accent"],
            "input-cursor-foreground": colours["background"],
            "input-selection-background": colours["picked"],
            "input-selection-foreground": colours["on-picked"],
            "scrollbar": colours["hairline"],
            "scrollbar-background": colours["background"],
            "scrollbar-corner-color": colours["background"],
            "scrollbar-background-hover": colours["background"],
            "scrollbar-background-active": colours["background"],
            "scrollbar-hover": colours["quiet"],
            "scrollbar-active": colours["accent"],
        },
    )
