"""The conversation: a pure fold of a log over a flow. No clock, no disk, no screen."""

from assistant.engine.answers import Refused
from assistant.engine.beside import attach, choose_language, end, file, hand_over, late, note
from assistant.engine.differ import Differences, differences
from assistant.engine.left import left
from assistant.engine.move import move
from assistant.engine.session import (
    Change,
    Session,
    answer,
    asked_at,
    back,
    change,
    go_on_as,
    replay,
    resume,
    start,
)  # fmt: skip
from assistant.engine.why import why

__all__ = [
    "Change", "Differences", "Refused", "Session", "answer", "asked_at", "attach", "back", "change", "choose_language",
    "differences", "end", "file", "go_on_as",
    "hand_over", "late", "left", "move", "note", "replay", "resume", "start", "why",
]  # fmt: skip
