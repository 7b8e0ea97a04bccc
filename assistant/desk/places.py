"""Where the program keeps things on this machine."""

from __future__ import annotations

import os
from typing import NamedTuple

from assistant.desk.config import config_file
from assistant.desk.memory import place, shown_place
from assistant.desk.packs import folders
from assistant.words import say


class Located(NamedTuple):
    """Something that lies somewhere. `what` is a code of `words`."""

    what: str
    where: str


def located() -> list[Located]:
    """Where flows, sessions and the cache are, and where settings come from. The password of a server is left out."""
    from platformdirs import user_cache_path

    found = [Located("flows", str(folder)) for folder in folders()]
    found.append(Located("sessions", shown_place(place())))
    found.append(Located("cache", os.fspath(user_cache_path("assistant"))))
    found.append(Located("config", os.fspath(config_file())))
    found.append(Located("logs", say("locate.no_logs")))
    return found
