"""The conversation: a pure fold of a log over a flow. No clock, no disk, no screen."""

from assistant.engine.answers import Refused
from assistant.engine.left import left
from assistant.engine.session import (
    Change,
    Session,
    answer,
    back,
    change,
    choose_language,
    hand_over,
    note,
    replay,
    resume,
    start,
)  # fmt: skip
from assistant.engine.why import why

__all__ = [
    "Change", "Refused", "Session", "answer", "back", "change", "choose_language", "hand_over", "left", "note", "replay",
    "resume", "start", "why",
]  # fmt: skip
