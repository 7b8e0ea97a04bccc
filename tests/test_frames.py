"""The screens as they were looked at, as text: a change of one is a change to look at.

ASSISTANT_FRAMES=1 python -m pytest tests/test_frames.py    writes them anew
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs"))

import pictures

FRAMES = Path(__file__).parent / "frames"
SCENES = ("home-sessions", "guide", "ending", "moved", "case")
CASES = [(scene, size) for scene in SCENES for size in pictures.SIZES]


@pytest.mark.parametrize(("scene", "size"), CASES, ids=lambda one: one if isinstance(one, str) else "x".join(map(str, one)))
def test_a_screen_is_as_it_was_looked_at(scene, size, monkeypatch):
    monkeypatch.setenv("ASSISTANT_FLOWS", "")
    drawn = asyncio.run(pictures.frame(scene, size))
    file = FRAMES / f"{scene}-{size[0]}x{size[1]}.txt"
    if os.environ.get("ASSISTANT_FRAMES"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")
