"""Who speaks: the name that every event of an agent carries."""

from __future__ import annotations

from assistant.desk.config import settings
from assistant.words.formats import clean

CUSTOMER = "customer"
_LONGEST = 80


def own_name() -> str:
    """The name that was configured, else that of the login; "agent" where the machine knows none."""
    name = settings().config.name
    if not name:
        import getpass  # slow to import, and customers have no name here

        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):
            name = ""
    return " ".join(clean(name).split())[:_LONGEST] or "agent"


def speaker(audience: str) -> str:
    """Who speaks in a conversation for an audience: nobody's name is kept until it is handed over."""
    return own_name() if audience == "agent" else CUSTOMER
