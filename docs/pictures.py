"""Draw the screens: `python docs/pictures.py [FOLDER] [--scene NAME]… [--theme NAME]… [--size 80x24]…`.

What is not named is drawn in full; `--readme` draws the README's own pictures instead, in their places. Pictures are SVG;
tests take the same screens off as text. What is on them stands in `scenes`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from made_up import AGENT, NOW, begin, previewed
from rich.segment import Segment
from scenes import SCENES, Scene
from textual.app import App
from textual.pilot import Pilot

from assistant.desk.clipboard import Copied
from assistant.desk.memory import Memory
from assistant.desk.packs import shelf
from assistant.store import codes
from assistant.tui import app as program
from assistant.tui import countdown, guide
from assistant.tui.app import AssistantApp
from assistant.tui.home import Home
from assistant.tui.theme import PALETTES

SIZES = ((40, 12), (80, 24), (120, 40))
NO_COLOUR = "no-colour"
THEMES = (*PALETTES, NO_COLOUR)
README = {"home": ("home", (80, 24)), "question": ("guide", (80, 24)), "ending": ("ending", (80, 24)),
          "guide": ("guide", (120, 40))}  # fmt: skip
"""What the README shows, by the name of the file."""
_FOLDER = "/home/you"
"""What the folder is called that saved files are said to lie in."""


def shown_size(size: tuple[int, int]) -> str:
    """A size as it is named: 80x24."""
    return f"{size[0]}x{size[1]}"


async def picture(name: str, size: tuple[int, int], theme: str, folder: Path) -> Path:
    """Draw one screen into a file of a folder."""
    async with shown(SCENES[name], size, theme) as (app, _):
        svg = app.export_screenshot(title="assistant")
    file = folder / f"{name}-{shown_size(size)}-{theme}.svg"
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.S)  # nothing is fetched to look at a picture
    file.write_text(svg.replace("<svg ", '<svg xml:space="preserve" ', 1))  # not every viewer draws a space that leads
    return file


@asynccontextmanager
async def shown(
    scene: Scene, size: tuple[int, int] = (80, 24), theme: str = "dark", **options: Any
) -> AsyncIterator[tuple[AssistantApp, Pilot[int]]]:
    """The program, once somebody has come to a screen; with options of the app besides."""
    with _stage(scene, theme) as folder:
        app = _app(scene, folder, theme, options)
        async with app.run_test(size=size) as pilot:
            with patch("textual.app.wait_for_idle", _at_once):
                await pilot.press(*scene.keys)
            await settled(pilot)
            yield app, pilot


async def settled(pilot: Pilot[int]) -> None:
    """Wait until all is drawn and stays as it is, what is read in a thread too."""
    before: list[list[Segment]] | None = None
    while True:
        await pilot.pause(0.02)
        screen = pilot.app.screen
        reads = isinstance(screen, Home) and screen.sessions is None and screen.assistant.memory is not None
        now = strips(pilot.app)
        if now == before and not reads:
            return
        before = now


def strips(app: App[int]) -> list[list[Segment]]:
    """What is on the screen: the pieces of each of its lines."""
    return [list(strip) for strip in app.screen._compositor.render_strips()]


@contextmanager
def _stage(scene: Scene, theme: str) -> Iterator[Path]:
    """A folder of its own, and the same clock, codes, names and clipboard on every machine."""
    before = Path.cwd()
    environment = {"ASSISTANT_NAME": AGENT, "ASSISTANT_FLOWS": "", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(patch.dict(os.environ, environment))
        os.environ.pop("NO_COLOR", None)
        if theme == NO_COLOUR:
            os.environ["NO_COLOR"] = "1"
        stack.enter_context(patch.object(codes, "_DICE", Random(7)))
        stack.enter_context(patch.object(countdown, "monotonic", lambda: 0.0))
        stack.enter_context(patch.object(program, "copy_beside", lambda text, by_terminal: Copied("terminal")))
        if scene.is_first:
            stack.enter_context(patch.object(guide, "is_first_time", lambda: True))
            stack.enter_context(patch.object(AssistantApp, "is_headless", False))
        stack.callback(os.chdir, before)
        os.chdir(folder)
        stack.enter_context(patch.object(os, "getcwd", lambda: _FOLDER))
        yield folder


def _app(scene: Scene, folder: Path, theme: str, options: dict[str, Any]) -> AssistantApp:
    colours = "dark" if theme == NO_COLOUR else theme
    if scene.preview is not None:
        return previewed(folder, scene.preview, colours)
    memory = Memory(str(folder), scene.store()) if scene.is_kept else None
    conversation = scene.opens(memory)
    return AssistantApp(
        shelf().offers(), begin, conversation=conversation, memory=memory, audience=scene.audience, theme=colours,
        clock=lambda: NOW, **options,
    )  # fmt: skip


async def _at_once(*_: float) -> None:
    """What is waited between two keys: nothing. They are taken in the order in which they were pressed."""


def main() -> None:
    """Draw what is named."""
    parser = argparse.ArgumentParser(description="Draw the screens of the program as SVG.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--scene", action="append", choices=SCENES, metavar="NAME", help=", ".join(SCENES))
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--size", action="append", choices=[shown_size(size) for size in SIZES])
    parser.add_argument("--readme", action="store_true", help="the README's pictures, in their places")
    wanted = parser.parse_args()
    if wanted.readme:
        here = Path(__file__).resolve().parent
        for stem, (name, size) in README.items():
            print(asyncio.run(picture(name, size, "dark", here)).replace(here / f"{stem}.svg"))
        return
    wanted.folder.mkdir(parents=True, exist_ok=True)
    for name in wanted.scene or SCENES:
        for size in SIZES:
            if wanted.size is None or shown_size(size) in wanted.size:
                for theme in wanted.theme or THEMES:
                    print(asyncio.run(picture(name, size, theme, wanted.folder.absolute())))


if __name__ == "__main__":
    main()
