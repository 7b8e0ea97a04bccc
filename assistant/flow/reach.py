"""What one flow of a pack can reach: its flows, facts, outcomes, portals and tables, and nothing else of the pack.

So much is cached for each flow, is proved with it, and is all that a conversation on it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Set

import msgspec

from assistant.flow.expression import Name, Rule
from assistant.flow.model import Fact, Flow, Pack
from assistant.flow.reads import nodes
from assistant.flow.text import Text


def part(pack: Pack, flow: str) -> Pack:
    """The part of a pack that one flow can reach: flows, facts, outcomes, portals, tables, and all titles.

    Raises:
        KeyError: it has no such flow.
    """
    flows: dict[str, Flow] = {}
    pending = [flow]
    while pending:
        one = pack.flows[pending.pop()]
        if one.id not in flows:
            flows[one.id] = one
            pending.extend(step.run for step in one.steps.values() if step.run in pack.flows)
    targets = {target for one in flows.values() for target in _targets(one)}
    outcomes = {name: outcome for name, outcome in pack.outcomes.items() if name in targets}
    related = {
        name for one in (*outcomes.values(), *(o for f in flows.values() for o in f.outcomes.values()))
        for name in one.related
    }  # fmt: skip
    facts = _facts(pack, flows, outcomes)
    spoken = (flows, outcomes, facts, pack.portals, pack.glossary)
    tables = pack.tables if any(fact.table for fact in facts.values()) or _look_up(spoken) else {}
    return msgspec.structs.replace(
        pack, flows=flows, outcomes=outcomes, facts=facts, tables=tables,
        titles={name: title for name, title in pack.titles.items() if name in related or name in flows},
    )  # fmt: skip


def with_facts(pack: Pack, whole: Pack, names: Set[str]) -> Pack:
    """The part of a pack with facts of the whole besides: those of these names, or called so before, and what they read."""
    wanted = [name for name, fact in whole.facts.items() if name in names or not names.isdisjoint(fact.was)]
    found = _closed(whole, wanted)
    return msgspec.structs.replace(pack, facts={**found, **pack.facts}) if found.keys() - pack.facts.keys() else pack


def tells_apart(pack: Pack) -> bool:
    """Whether something of a pack is only for agents, or only for customers."""
    return any(step.audience for flow in pack.flows.values() for step in flow.steps.values()) or any(
        fact.audience or any(choice.audience for choice in fact.choices) for fact in pack.facts.values()
    )


def _targets(flow: Flow) -> set[str]:
    return {target for step in flow.steps.values() for target in step.targets}


def _names(value: object) -> set[str]:
    """Every fact that a struct speaks of, in rules and in texts."""
    found: set[str] = set()
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Rule):
            found.update(node.name for node in nodes(one.expression) if isinstance(node, Name))
        elif isinstance(one, Text):
            found.update(one.facts())
            pending.extend(part.when for part in one.parts if part.when is not None)
        elif isinstance(one, msgspec.Struct):
            pending.extend(getattr(one, name) for name in one.__struct_fields__)
        elif isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, tuple):
            pending.extend(one)
    return found


def facts_needed(pack: Pack) -> frozenset[str]:
    """The facts that something of a pack asks, reads or shows."""
    return frozenset(_facts(pack, pack.flows, pack.outcomes))


def _facts(pack: Pack, flows: dict[str, Flow], outcomes: object) -> dict[str, Fact]:
    wanted = _names(flows) | _names(outcomes) | _names(pack.portals) | _names(pack.glossary)
    for flow in flows.values():
        for step in flow.steps.values():
            wanted.update((*step.facts, *((step.each,) if step.each else ())))
    for group in (outcomes, *(flow.outcomes for flow in flows.values())):
        assert isinstance(group, dict)
        for outcome in group.values():
            wanted.update((*outcome.needs, *outcome.wants))
    wanted.update(portal.attach for portal in pack.portals.values() if portal.attach)
    return _closed(pack, wanted)


def _closed(pack: Pack, names: Iterable[str]) -> dict[str, Fact]:
    """Facts of these names, and those that they read."""
    pending, found = list(names), set()
    while pending:
        name = pending.pop()
        if name in pack.facts and name not in found:
            found.add(name)
            pending.extend(_names(pack.facts[name]))
    return {name: fact for name, fact in pack.facts.items() if name in found}


def _look_up(value: object) -> bool:
    """Whether something in it may read a table."""
    return b"lookup" in msgspec.msgpack.encode(value)
