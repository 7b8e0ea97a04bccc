"""The colours: a dark, a light and a high-contrast theme of our own, every pair of text and ground at least 4.5:1.

Textual's own themes fail that in places. Colours are named here once; style sheets use the names.
"""

from __future__ import annotations

from textual.theme import Theme

# name: (background, panel, hairline, text, quiet, accent, picked, on_picked, good, care, wrong)
PALETTES: dict[str, tuple[str, ...]] = {
    "assistant-dark": (
        "#12161c", "#1b222b", "#2c3743", "#e6ebf0", "#9aa7b4", "#7cc4ff",
        "#1f5f99", "#ffffff", "#7fd1a0", "#f0c674", "#ff9a8b",
    ),
    "assistant-light": (
        "#fbfaf7", "#f1efe9", "#d9d5cb", "#1d232b", "#57616c", "#0b5cad",
        "#0b5cad", "#ffffff", "#1f7a45", "#8a5a00", "#b3261e",
    ),
    "assistant-contrast": (
        "#000000", "#000000", "#ffffff", "#ffffff", "#ffffff", "#ffff00",
        "#ffff00", "#000000", "#00ff66", "#ffff00", "#ff9a9a",
    ),
}  # fmt: skip

NAMES = ("background", "panel", "hairline", "text", "quiet", "accent", "picked", "on-picked", "good", "care", "wrong")

TEXT_ON = (
    ("text", "background"), ("text", "panel"), ("quiet", "background"), ("quiet", "panel"), ("accent", "background"),
    ("accent", "panel"), ("on-picked", "picked"), ("good", "background"), ("care", "background"), ("wrong", "background"),
    ("care", "panel"), ("wrong", "panel"), ("good", "panel"),
)  # fmt: skip
"""Every pair of text and ground that a screen shows."""


def palette(name: str) -> dict[str, str]:
    """The colours of a theme by their names."""
    return dict(zip(NAMES, PALETTES[name], strict=True))


def themes() -> list[Theme]:
    """The themes, for Textual."""
    return [_theme(name) for name in PALETTES]


def _theme(name: str) -> Theme:
    colours = palette(name)
    return Theme(
        name=name,
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
        dark=name != "assistant-light",
        text_alpha=1.0,
        variables={
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
            "scrollbar": colours["hairline"],
            "scrollbar-background": colours["background"],
            "scrollbar-corner-color": colours["background"],
            "scrollbar-background-hover": colours["background"],
            "scrollbar-background-active": colours["background"],
            "scrollbar-hover": colours["quiet"],
            "scrollbar-active": colours["accent"],
        },
    )
