"""The ways in which a question can be answered, and what texts show of what is known: for the walker, which says where.

Every answer that the engine takes is allowed for: its choices that are offered, within its limits, not refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from assistant.author.explore.decide import Decider
from assistant.author.explore.know import Domain, Know, Limits, Linear, Many, Mark
from assistant.author.explore.matters import texts_of_fact
from assistant.author.explore.moves import Doing, Noticed, Said, Taken, said_too
from assistant.flow.expression import Rule
from assistant.flow.model import Fact, Flow, Pack
from assistant.flow.reads import facts_read
from assistant.flow.text import Text


class Asking:
    """Questions and texts of one pack, for one audience."""

    def __init__(self, pack: Pack, audience: str) -> None:
        self.pack = pack
        self.audience = audience
        self.decider = Decider(pack.facts, pack.tables)

    def answers(self, flow: Flow, where: str, fact: Fact, doing: Doing, *, optional: bool) -> Iterator[Doing]:
        """The ways in which a question can be answered."""
        doing = self.shown(texts_of_fact(fact), flow, where, doing)
        doing = doing._replace(taken=(*doing.taken, Taken(flow.id, where, "asked", fact.name)))
        for domain, know in self._domains(fact, doing.know):
            offers = domain.every if isinstance(domain, Many) else domain if isinstance(domain, frozenset) else ()
            choices = tuple(Taken(fact.name, "", "choice", choice) for choice in sorted(offers))
            known = doing._replace(know=know.with_fact(fact.name, domain), taken=(*doing.taken, *choices))
            is_offered = domain != frozenset() and (not isinstance(domain, Many) or domain.possible)
            taken = list(self._valid(fact, known)) if is_offered else []
            for inner in taken:
                yield said_too(inner, Said("ask", fact.name))
            if not taken and not fact.unsure and not optional:
                noticed = Noticed("all-refused" if is_offered else "no-choice", flow.id, where, fact.name)
                yield known._replace(noticed=(*known.noticed, noticed), know=know.with_fact(fact.name, Mark.SOME))
        if fact.unsure:
            twice = "unsure-unsure" if fact.unsure_tell is not None else "unsure"
            yield said_too(doing._replace(know=doing.know.with_fact(fact.name, Mark.UNSURE)), Said("ask", fact.name, twice))
        if optional:
            yield said_too(doing._replace(know=doing.know.with_fact(fact.name, Mark.EMPTY)), Said("ask", fact.name, "empty"))

    def _domains(self, fact: Fact, know: Know) -> Iterator[tuple[Domain, Know]]:
        """What a fact can be: its choices that are offered, for each way in which their rules can hold."""
        if fact.type not in ("yes-no", "choice"):
            yield Mark.SOME, know
        elif fact.type == "yes-no":
            yield frozenset({"yes", "no"}), know
        elif all(choice.when is None and not choice.audience for choice in fact.choices):
            yield from self._choices(fact, frozenset(choice.value for choice in fact.choices), know)
        else:
            yield from self._offered(fact, 0, frozenset(), know)

    def _offered(self, fact: Fact, number: int, offered: frozenset[str], know: Know) -> Iterator[tuple[Domain, Know]]:
        if number == len(fact.choices):
            yield from self._choices(fact, offered, know)
            return
        choice = fact.choices[number]
        if choice.audience and choice.audience != self.audience:
            yield from self._offered(fact, number + 1, offered, know)
        elif choice.when is None:
            yield from self._offered(fact, number + 1, offered | {choice.value}, know)
        else:
            for inner, held in self.decider.truths(choice.when.expression, know):
                yield from self._offered(fact, number + 1, offered | {choice.value} if held else offered, inner)

    def _choices(self, fact: Fact, offered: frozenset[str], know: Know) -> Iterator[tuple[Domain, Know]]:
        yield Many(offered, some=not fact.none) if fact.many else offered, know

    def _valid(self, fact: Fact, doing: Doing) -> Iterator[Doing]:
        """An answer within its limits, which no `refuse` turns down."""
        for low, rule in ((True, fact.min), (False, fact.max)):
            if rule is not None and fact.type in ("number", "money", "date"):
                doing = self._limited(fact, rule, doing, low=low)
        if fact.type in ("money",) and fact.min is None:
            own = Linear(((fact.name, Fraction(1)),), Fraction(0))
            doing = doing._replace(know=doing.know.limited(own, Limits(Fraction(0))) or doing.know)
        yield from self._not_refused([one.when for one in fact.refuse], doing)

    def _limited(self, fact: Fact, rule: Rule, doing: Doing, *, low: bool) -> Doing:
        own = Linear(((fact.name, Fraction(1)),), Fraction(0), fact.type == "date")
        found = list(self.decider.values(rule.expression, doing.know))
        if len(found) == 1 and isinstance(found[0][1], Linear):  # else the limit is left open
            zero = Fraction(0)
            limited = found[0][0].limited(own.plus(found[0][1], -1), Limits(zero) if low else Limits(None, zero))
            return doing._replace(know=limited) if limited is not None else doing
        return doing

    def _not_refused(self, rules: list[Rule], doing: Doing) -> Iterator[Doing]:
        if not rules:
            yield doing
            return
        for know, held in self.decider.truths(rules[0].expression, doing.know):
            if held is not True:
                yield from self._not_refused(rules[1:], doing._replace(know=know))

    def shown(self, texts: tuple[Text | None, ...], flow: Flow, where: str, doing: Doing) -> Doing:
        """Look whether everything that texts show is settled. Rules in them split nothing here: one that may hold counts."""
        found: list[Noticed] = []
        for text in texts:
            for part in text.parts if text is not None else ():
                names = list(Text((part,)).facts())
                if names:
                    found.extend(self._unsettled(names, part.when, flow, where, doing.know))
        return doing._replace(noticed=(*doing.noticed, *found)) if found else doing

    def _unsettled(self, names: list[str], when: Rule | None, flow: Flow, where: str, know: Know) -> Iterator[Noticed]:
        ways = [know]
        if when is not None:
            ways = [inner for inner, held in self.decider.truths(when.expression, know) if held]
        for name in names:
            fact = self.pack.facts.get(name)
            if fact is None or fact.per_item or not ways:
                continue
            if fact.value is None:
                domain = ways[0].facts.get(name)
                if domain is None and not (fact.audience and fact.audience != self.audience):
                    yield Noticed("unsettled", flow.id, where, name)
                elif domain is Mark.UNSURE:
                    yield Noticed("perhaps-unknown", flow.id, where, name)
            else:
                yield from self._unsettled_behind(fact, flow, where, ways)

    def _unsettled_behind(self, fact: Fact, flow: Flow, where: str, ways: list[Know]) -> Iterator[Noticed]:
        """A computed fact is not known where one that it needs was never asked."""
        assert fact.value is not None
        asked = _asked_behind(fact, self.pack)
        for know in ways:
            for inner, value in self.decider.values(fact.value.expression, know):
                if value is None:
                    never = [name for name in asked if name not in inner.facts]
                    kind: Literal["unsettled", "perhaps-unknown"] = "unsettled" if never else "perhaps-unknown"
                    yield Noticed(kind, flow.id, where, never[0] if never else fact.name)
                    return


def _asked_behind(fact: Fact, pack: Pack) -> list[str]:

    assert fact.value is not None
    return sorted(
        name for name in facts_read(fact.value, pack.facts) if name in pack.facts and pack.facts[name].value is None
    )
