"""The screens as they were looked at, as text at every size: a change of one is a change to look at. And their colours: what
is drawn stands out in every theme, in pairs that are named.

ASSISTANT_FRAMES=1 python -m pytest tests/test_frames.py    writes them anew
"""

from __future__ import annotations

import asyncio
import gc
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from test_theme import LEAST, contrast, parts, seen
from textual._compositor import Compositor
from textual.screen import Screen

from assistant.tui.prose import Prose
from assistant.tui.theme import TEXT_ON, called, palette
from assistant.words.sentences import SENTENCES

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs"))

import pictures
from scenes import SCENES

FRAMES = Path(__file__).parent / "frames"
SHAPES = ("bold", "dim", "italic", "underline", "strike", "reverse")


@pytest.fixture(autouse=True, scope="module")
def _in_no_terminal() -> Iterator[None]:
    """A screen is taken when it is done: what would go to a terminal before is not made. And the collector does not go
    over all that is loaded again and again."""
    gc.disable()
    with patch.object(Compositor, "render_update", lambda compositor, **_: compositor._dirty_regions.clear()):
        yield
    gc.enable()


def text(lines: list[list[Segment]]) -> str:
    return "\n".join("".join(piece.text for piece in line).rstrip() for line in lines) + "\n"


def looks(lines: list[list[Segment]]) -> set[str]:
    """How words look: the names of ink and ground, and the shape of the letters."""
    colours = palette("dark")
    named = {(parts(colours[ink]), parts(colours[ground])): f"{ink} on {ground}" for ink, ground in TEXT_ON}
    found = set()
    for piece in (piece for line in lines for piece in line):
        for _, ink, ground in seen([piece]):
            shape = (one for one in SHAPES if getattr(piece.style, one))
            found.add(", ".join((named.get((ink, ground), f"{ink} on {ground}"), *shape)))
    return found


async def drawn(name: str) -> str:
    """A scene at every size as text, and how its words look; in the other themes none is faint."""
    frames: list[str] = []
    found: set[str] = set()
    for sizes in ((one,) for one in pictures.SIZES) if SCENES[name].by_width else (pictures.SIZES,):
        async with pictures.shown(SCENES[name], sizes[0]) as (app, pilot):
            for size in sizes:
                if size != app.size:
                    await pilot.resize_terminal(*size)
                    await pictures.settled(pilot)
                lines = pictures.strips(app)
                frames.append(f"{pictures.shown_size(size):-<{size[0]}}\n{text(lines)}")
                found |= looks(lines)
            assert longest(app.screen) <= 72, "lines are hard to follow"
            for theme in ("light", "high-contrast"):
                app.theme = called(theme)
                await pilot.pause()
                assert not faint(pictures.strips(app), theme), f"in {theme}"
    return "".join((*frames, "looks".ljust(40, "-"), *(f"\n{one}" for one in sorted(found)), "\n"))


def longest(screen: Screen[object]) -> int:
    """Columns of the longest line of running words."""
    shown = (one for one in screen.query(Prose) if one.display and one.content_size)
    return max((len(line.text.strip()) for one in shown for line in one.render_lines(one.region.reset_offset)), default=0)


def faint(lines: list[list[Segment]], theme: str) -> set[str]:
    """Words that do not stand out from their ground as they should in a theme."""
    pieces = (piece for line in lines for piece in line)
    return {words for words, *pair in seen(pieces) if contrast(*pair) < LEAST[theme]}


@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_is_as_it_was_looked_at(scene: str) -> None:
    now = asyncio.run(drawn(scene))
    file = FRAMES / f"{scene}.txt"
    if os.environ.get("ASSISTANT_FRAMES"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8")


def test_no_frame_is_held_of_a_screen_that_is_no_more() -> None:
    assert {file.stem for file in FRAMES.iterdir()} == set(SCENES)


def test_all_words_look_in_a_way_that_is_known_to_stand_out() -> None:
    held = {
        line for file in FRAMES.iterdir() for line in file.read_text(encoding="utf-8").split("looks-")[1].splitlines()[1:]
    }
    assert {line.partition(",")[0] for line in held} <= {" on ".join(pair) for pair in TEXT_ON}


def held() -> Iterator[tuple[str, list[str]]]:
    """Every frame that is held, with its scene and size."""
    for file in FRAMES.iterdir():
        shots = re.split(r"^(\d+x\d+)-*\n", file.read_text(encoding="utf-8").split("looks-")[0], flags=re.M)
        for size, shot in zip(shots[1::2], shots[2::2], strict=True):
            yield f"{file.stem} {size}", shot.splitlines()


def test_no_bar_names_more_than_five_keys() -> None:
    many = {where: lines[-1] for where, lines in held() if len(re.split(r" {3,}", lines[-1].strip())) > 5}
    assert not many


def test_a_way_out_is_named_on_every_screen_that_has_a_bar() -> None:
    ways = re.compile(r"\b(quit|close|back|cancel)\b")
    without = {where for where, lines in held() if not ways.search(lines[-1])}
    assert {where.split()[0] for where in without} <= {"leave", "filed-again"}  # two rows, one of which is harmless


def test_signs_are_one_cell_wide_and_none_is_an_emoji() -> None:
    wide = {(where, sign) for where, lines in held() for sign in "".join(lines) if sign != " " and cell_len(sign) != 1}
    assert not wide
    texts = (text for sentence in SENTENCES.values() for text in (sentence if isinstance(sentence, tuple) else (sentence,)))
    assert not {sign for text in texts for sign in text if ord(sign) >= 0x1F000 or sign == "\ufe0f"}
