"""Lists of sessions and of cases: those changed last first, of some states, found by the beginnings of words.

A list must not take longer because there are more sessions. So a word that few sessions have is looked up among the
terms; where all words are common, what changed last is walked until enough is found.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from assistant.store.migrate import Link
from assistant.store.protocol import Query

FEW = 10_000
"""Up to so many sessions are looked up one by one and then put in order."""

HIGHEST = "\U0010ffff"
"""Sorts after whatever a word goes on with."""


class Listing(NamedTuple):
    """What is listed: a table, its column with the session's key, what is wanted of it, its order and all its states."""

    table: str
    key: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    states: tuple[str, ...]


def listed(link: Link, kind: Listing, query: Query) -> list[tuple[Any, ...]]:
    """The rows that a query asks for."""
    states = tuple(state for state in kind.states if not query.states or state in query.states)
    words = sorted(set(query.words))
    counts = {word: _count(link, word, query.exact) for word in words}
    words.sort(key=lambda word: counts[word])
    if not states or 0 in counts.values():
        return []
    if words and counts[words[0]] <= FEW:
        return _looked_up(link, kind, query, states, words)
    rows = [row for state in states for row in _walked(link, kind, query, state, words)]
    order = [kind.columns.index(name) for name in kind.order]
    return sorted(rows, key=lambda row: [row[place] for place in order], reverse=True)[: query.limit]


def _looked_up(link: Link, kind: Listing, query: Query, states: tuple[str, ...], words: list[str]) -> list[tuple[Any, ...]]:
    """From the sessions with the rarest word; a cross join keeps SQLite from beginning at the other end."""
    where, values = _narrowed(kind, query, words[1:])
    sql = (
        f"SELECT {_columns(kind)} FROM (SELECT DISTINCT session AS found FROM terms WHERE {_term(query.exact)}) AS hits"
        f" CROSS JOIN {kind.table} AS t WHERE t.{kind.key} = hits.found AND t.state IN ({', '.join('?' * len(states))})"
        f"{where} ORDER BY {_order(kind)} LIMIT ?"
    )
    return link.execute(sql, (*_span(words[0], query.exact), *states, *values, query.limit)).fetchall()


def _walked(link: Link, kind: Listing, query: Query, state: str, words: list[str]) -> list[tuple[Any, ...]]:
    """From what changed last, one state at a time, since that is how the index is sorted."""
    where, values = _narrowed(kind, query, words)
    sql = f"SELECT {_columns(kind)} FROM {kind.table} AS t WHERE t.state = ?{where} ORDER BY {_order(kind)} LIMIT ?"
    return link.execute(sql, (state, *values, query.limit)).fetchall()


def _narrowed(kind: Listing, query: Query, words: list[str]) -> tuple[str, list[str]]:
    has = f" AND EXISTS (SELECT 1 FROM terms WHERE session = t.{kind.key} AND {_term(query.exact)})"
    before = " AND t.changed < ?" if query.before else ""
    values = [part for word in words for part in _span(word, query.exact)]
    return before + has * len(words), [query.before, *values] if query.before else values


def _count(link: Link, word: str, exact: bool) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM terms WHERE {_term(exact)} LIMIT ?) AS hits"
    return int(link.execute(sql, (*_span(word, exact), FEW + 1)).fetchone()[0])


def _term(exact: bool) -> str:
    return "term = ?" if exact else "term >= ? AND term < ?"


def _span(word: str, exact: bool) -> tuple[str, ...]:
    return (word,) if exact else (word, word + HIGHEST)


def _columns(kind: Listing) -> str:
    return ", ".join(f't."{name}"' for name in kind.columns)


def _order(kind: Listing) -> str:
    return ", ".join(f't."{name}" DESC' for name in kind.order)
