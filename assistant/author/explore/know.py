"""What is known in a state, with everything left open that no rule has asked about: which of its choices a fact may be,
between which limits a number, a date or a difference of dates lies, and which yes-or-no questions about text were decided.

Immutable: every narrowing gives a new value, or nothing where that can't be. Knows nothing of rules and flows.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from math import ceil, floor, gcd
from typing import NamedTuple


class Mark(Enum):
    """What a fact is, where it is no set of choices."""

    UNSURE = "unsure"
    EMPTY = "empty"
    ANY = "any"  # asked once for each item: settled, nobody knows how
    SOME = "some"  # a text, number, date or files: what it may be stands in the limits and the decided questions


class Many(NamedTuple):
    """What a fact with several choices may be: `every` one that is offered, those that are `chosen`, those that are `left`
    out; with `some`, it is not none of them."""

    every: frozenset[str]
    chosen: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()
    some: bool = False

    @property
    def possible(self) -> bool:
        """Whether it can be at all."""
        return not (self.some and self.left == self.every)


Domain = frozenset[str] | Many | Mark


class Made(NamedTuple):
    """A number or text that is worked out in a way nobody can solve here: it stays open, but it is one and the same."""

    key: str
    facts: frozenset[str]


Variable = str | Made
"""A fact by its name, `today`, or something worked out."""

Form = tuple[tuple[Variable, int], ...]
"""A sum of variables with whole factors, which have no common divisor; the first is above 0."""


class Limits(NamedTuple):
    """Between what a form lies; `None` for no limit. A limit itself is included unless it is open."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def possible(self) -> bool:
        """Whether anything lies between."""
        if self.low is None or self.high is None:
            return True
        return self.low < self.high or (self.low == self.high and not self.low_open and not self.high_open)

    def narrowed(self, other: Limits) -> Limits:
        """Between both."""
        low, low_open = self.low, self.low_open
        if other.low is not None and (low is None or (other.low, other.low_open) > (low, low_open)):
            low, low_open = other.low, other.low_open
        high, high_open = self.high, self.high_open
        if other.high is not None and (high is None or (other.high, not other.high_open) < (high, not high_open)):
            high, high_open = other.high, other.high_open
        return Limits(low, high, low_open, high_open)

    def widened(self, other: Limits) -> Limits:
        """Between the lower and the higher of both."""
        low = high = None
        low_open = high_open = False
        if self.low is not None and other.low is not None:
            low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        if self.high is not None and other.high is not None:
            high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
            high_open = not closed
        return Limits(low, high, low_open, high_open)

    def whole(self) -> Limits:
        """The same for what can only be a whole number."""
        low, high = self.low, self.high
        if low is not None:
            low = Fraction(floor(low) + 1 if self.low_open else ceil(low))
        if high is not None:
            high = Fraction(ceil(high) - 1 if self.high_open else floor(high))
        return Limits(low, high)


class Linear(NamedTuple):
    """A sum of variables with factors, and a number. Days count from the first of the year 1."""

    terms: tuple[tuple[Variable, Fraction], ...]
    number: Fraction
    is_date: bool = False

    def plus(self, other: Linear, factor: int = 1) -> Linear:
        """The sum; with a factor of -1 the difference. Two dates give a number, a date and a number a date."""
        terms = dict(self.terms)
        for variable, count in other.terms:
            terms[variable] = terms.get(variable, Fraction(0)) + factor * count
        left = tuple(sorted(((name, count) for name, count in terms.items() if count), key=lambda term: str(term[0])))
        return Linear(left, self.number + factor * other.number, self.is_date != other.is_date)

    def times(self, factor: Fraction) -> Linear:
        """A multiple."""
        terms = tuple((name, count * factor) for name, count in self.terms) if factor else ()
        return Linear(terms, self.number * factor, self.is_date)


class Know(NamedTuple):
    """What is known in a state. The dictionaries are never changed.

    Attributes:
        facts: what was settled; a fact that is not in it was never asked.
        limits: for sums of numbers and dates.
        decided: yes-or-no questions that nothing can be worked out about, by what they ask.
        whole: the variables that are whole numbers (dates among them).
    """

    facts: dict[str, Domain]
    limits: dict[Form, Limits]
    decided: dict[Made, bool]
    whole: frozenset[Variable]

    def with_fact(self, name: str, domain: Domain) -> Know:
        """A fact that is something else from here on: what was known about it is forgotten."""
        know = self.without(frozenset({name})) if name in self.facts else self
        return know._replace(facts={**know.facts, name: domain})

    def narrowed(self, name: str, domain: Domain) -> Know:
        """A fact of which more is known now."""
        return self._replace(facts={**self.facts, name: domain})

    def without(self, names: frozenset[str]) -> Know:
        """Everything but what is about some facts."""
        return Know(
            {name: domain for name, domain in self.facts.items() if name not in names},
            {form: limits for form, limits in self.limits.items() if not any(about(one) & names for one, _ in form)},
            {made: held for made, held in self.decided.items() if not made.facts & names},
            self.whole,
        )

    def joined(self, other: Know) -> Know:
        """What holds of both, where the same facts are settled in the same way."""
        facts = {name: _joined(domain, other.facts[name]) for name, domain in self.facts.items()}
        limits = {
            form: wide for form, one in self.limits.items()
            if form in other.limits and (wide := one.widened(other.limits[form])) != Limits()
        }  # fmt: skip
        decided = {made: held for made, held in self.decided.items() if other.decided.get(made) is held}
        return Know(facts, limits, decided, self.whole | other.whole)

    def limited(self, linear: Linear, limits: Limits) -> Know | None:
        """A sum that lies between limits; nothing where it can't."""
        form, scale = _form(linear)
        number = linear.number
        moved = Limits(
            None if limits.low is None else (limits.low - number) / scale,
            None if limits.high is None else (limits.high - number) / scale,
            limits.low_open, limits.high_open,
        )  # fmt: skip
        if scale < 0:
            moved = Limits(moved.high, moved.low, moved.high_open, moved.low_open)
        found = self.limits.get(form, Limits()).narrowed(moved)
        if all(variable in self.whole for variable, _ in form):
            found = found.whole()
        return self._replace(limits={**self.limits, form: found}) if found.possible else None


def settled_as(domain: Domain) -> object:
    """In which way a fact is settled, whatever it may be."""
    return domain if isinstance(domain, Mark) else type(domain)


def _joined(one: Domain, other: Domain) -> Domain:
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one | other
    if isinstance(one, Many) and isinstance(other, Many):
        return Many(one.every | other.every, one.chosen & other.chosen, one.left & other.left, one.some and other.some)
    return one


def _form(linear: Linear) -> tuple[Form, Fraction]:
    """The form of a sum without its number, and by what it is to be multiplied to be that sum."""
    divisor = 1
    for _, count in linear.terms:
        divisor = divisor * count.denominator // gcd(divisor, count.denominator)
    counts = [int(count * divisor) for _, count in linear.terms]
    common = gcd(*counts) if len(counts) > 1 else abs(counts[0])
    sign = -1 if counts[0] < 0 else 1
    form = tuple((term[0], count // common * sign) for term, count in zip(linear.terms, counts, strict=True))
    return form, Fraction(common * sign, divisor)


def about(variable: Variable) -> frozenset[str]:
    """The facts that a variable is about."""
    return variable.facts if isinstance(variable, Made) else frozenset({variable})
