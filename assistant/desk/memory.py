"""The store as the desk uses it: which one, opened when it is first needed, and what was amiss with it, in words.

That a conversation goes on without it is decided in `desk.keeping`.
"""

from __future__ import annotations

import re
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from assistant.desk.config import SERVER, settings
from assistant.words import say

if TYPE_CHECKING:
    from assistant.store.protocol import Store, StoreError

_ADDRESS = re.compile(r"postgres(?:ql)?://\S*")
_QUOTED = re.compile(r'"[^"]*"')
PATIENCE = 3.0
"""Seconds that a person is kept waiting for others who write to the same place."""


def place() -> str:
    """Where sessions are kept: the server or file that the settings name, else a file in the user's data folder."""
    return settings().config.store or own_place()


def own_place() -> str:
    """The file in the user's data folder, where nobody but this program keeps anything."""
    from platformdirs import user_data_path

    return str(user_data_path("assistant") / "sessions.db")


class Memory:
    """A store that is opened at its first use.

    Args:
        where: a path or the address of a server; `place()` if left out.
        store: one that is open already.
    """

    def __init__(self, where: str = "", store: Store | None = None) -> None:
        self.where = where or place()
        self._store = store
        self._is_given = store is not None
        self._patience = PATIENCE
        self._lock = Lock()
        self._told: set[Path] = set()

    def store(self) -> Store:
        """The store. Where it could not be opened, that is tried anew each time.

        Raises:
            StoreError: it can't be opened.
        """
        with self._lock:  # a screen may list sessions in a thread while another answers
            if self._store is None:
                from assistant.store import open_store

                patience, self._patience = self._patience, 0.0  # where it was in vain, nobody is kept waiting again
                self._store = open_store(self.where, patience, is_own_place=self.where == own_place())
                self._patience = patience
            return self._store

    @property
    def is_shared(self) -> bool:
        """Whether others keep their sessions there too: then a list shows a customer nothing of theirs."""
        return self.where.startswith(SERVER)

    def apart(self) -> Memory:
        """One for another thread, with a connection of its own; the same where a store was handed in."""
        return self if self._is_given else Memory(self.where)

    def set_aside(self) -> str:
        """In words and once: a damaged file was put aside, and a new one begun; else ""."""
        aside = getattr(self._store, "set_aside", None)
        if aside is None or aside in self._told:
            return ""
        self._told.add(aside)
        return say("store.set_aside", name=aside)

    def close(self) -> None:
        """Let go of the store."""
        if self._store is not None:
            self._store.close()
            self._store = None


def trouble_words(error: StoreError, language: str = "en") -> str:
    """What is amiss with the store, in a sentence; an address in it is left out, since a password may stand there."""
    arguments = {name: _QUOTED.sub('"…"', _ADDRESS.sub("…", value)) for name, value in error.arguments.items()}
    return say(error.code, language, **arguments)


def shown_place(where: str) -> str:
    """Where sessions are kept, without a password: of a server only its scheme, host and database."""
    if not where.startswith(SERVER):
        return where
    scheme, _, rest = where.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"
