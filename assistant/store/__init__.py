"""Memory: sessions with their logs, the packs they are held on, files, cases, codes and what is searched. One protocol
(`store.protocol`), three back ends. It knows nothing of clocks, faces and of what a conversation means.
"""

from __future__ import annotations

from pathlib import Path

from assistant.store.protocol import Store


def open_store(where: str | Path, patience: float | None = None, *, is_own_place: bool = False) -> Store:
    """Open the store that a setting names, and make it where there is none.

    Args:
        where: `postgresql://…`, or the path of a file.
        patience: seconds to wait where others are in the way; as long as is usual if left out.
        is_own_place: nobody named the path, so only this program keeps anything there.

    Raises:
        StoreError: it can't be opened.
    """
    waits = {} if patience is None else {"patience": patience}
    if isinstance(where, str) and where.startswith(("postgresql://", "postgres://")):
        from assistant.store.postgres import PostgresStore

        return PostgresStore(where, **waits)
    from assistant.store.sqlite import SqliteStore

    return SqliteStore(Path(where), **waits, is_own_place=is_own_place)
