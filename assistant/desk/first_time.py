"""Whether somebody is here for the first time on this machine: told once, by a marker in the place for a program's state.

It knows nothing of what a newcomer is told.
"""

from __future__ import annotations

MARKER = "welcomed"


def is_first_time() -> bool:
    """Whether nobody was welcomed here yet; from now on somebody was. Where that can't be put down, nobody is."""
    from platformdirs import user_state_path

    marker = user_state_path("assistant") / MARKER
    try:
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch(exist_ok=False)
    except OSError:
        return False
    return True
