"""Which facts must not be shown: only a case, and their own question, may hold them in full."""

from __future__ import annotations

from assistant.flow.model import Pack
from assistant.flow.reads import facts_read


def is_sensitive(pack: Pack, name: str) -> bool:
    """Whether a fact must not be shown: it is `sensitive`, or worked out from one that is."""
    fact = pack.facts.get(name)
    if fact is None:
        return False
    if fact.sensitive or fact.value is None:
        return fact.sensitive
    return any(pack.facts[other].sensitive for other in facts_read(fact.value, pack.facts) if other in pack.facts)
