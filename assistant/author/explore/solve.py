"""What rules come to where much is open, piece by piece: each narrows what is known, once for every way in which it can
be. Knows nothing of expressions; how they are put together is `decide`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from assistant.author.explore.know import Domain, Know, Limits, Linear, Made, Many, Mark
from assistant.flow.model import Fact

TODAY = "today"
ITEM = "item"


class Pick(NamedTuple):
    """Something that follows from which choice a fact is: for each choice, what."""

    fact: str
    values: tuple[tuple[str, object], ...]


class Chosen(NamedTuple):
    """What was chosen for a fact with several choices."""

    fact: str


Result = object
"""A truth value, text, `Linear`, `Pick`, `Chosen`, `Made`, a tuple of these, or `None` for unknown."""

Ways = Iterator[tuple[Know, Result]]
Truths = Iterator[tuple[Know, bool | None]]


def of_domain(name: str, domain: Domain | None, fact: Fact | None) -> Result:
    """What a fact is, by what is known of it."""
    if domain is None or domain in (Mark.UNSURE, Mark.EMPTY):
        return None
    if isinstance(domain, Many):
        return Chosen(name)
    if isinstance(domain, frozenset):
        boolean = fact is not None and fact.type == "yes-no"
        if name.startswith("visits:"):
            return Linear((), Fraction(int(next(iter(domain)))))
        return Pick(name, tuple((value, value == "yes" if boolean else value) for value in sorted(domain)))
    if fact is not None and fact.type in ("number", "money", "date"):
        return Linear(((name, Fraction(1)),), Fraction(0), fact.type == "date")
    return Made(name, frozenset({name}))


def picked(pick: Pick, know: Know, *, by: Callable[[object], object] = lambda value: value) -> Ways:
    """Each thing that a pick can come to, with the choices that lead there."""
    domain = know.facts.get(pick.fact)
    groups: dict[object, set[str]] = {}
    for choice, value in pick.values:
        if isinstance(domain, frozenset) and choice in domain:
            groups.setdefault(by(value), set()).add(choice)
    for value, choices in groups.items():
        yield know if len(groups) == 1 else know.narrowed(pick.fact, frozenset(choices)), value


def mapped(value: Pick | str, to: Callable[[str], object]) -> Result:
    if isinstance(value, str):
        return to(value)
    return Pick(value.fact, tuple((choice, to(one) if isinstance(one, str) else None) for choice, one in value.values))


def ordered(operation: str, difference: Linear, know: Know) -> Truths:
    """Whether a sum is below, at or above 0."""
    if not difference.terms:
        number = difference.number
        yield know, {
            "==": number == 0, "<": number < 0, "<=": number <= 0, ">": number > 0, ">=": number >= 0,
        }[operation]  # fmt: skip
        return
    zero = Fraction(0)
    for limits, held in {
        "==": (
            (Limits(zero, zero), True),
            (Limits(None, zero, high_open=True), False),
            (Limits(zero, low_open=True), False),
        ),
        "<": ((Limits(None, zero, high_open=True), True), (Limits(zero), False)),
        "<=": ((Limits(None, zero), True), (Limits(zero, low_open=True), False)),
        ">": ((Limits(zero, low_open=True), True), (Limits(None, zero), False)),
        ">=": ((Limits(zero), True), (Limits(None, zero, high_open=True), False)),
    }[operation]:  # fmt: skip
        inner = know.limited(difference, limits)
        if inner is not None:
            yield inner, held


def decided(made: Made, know: Know) -> Truths:
    """A question that nothing can be worked out about: as it was decided, else both ways."""
    if made in know.decided:
        yield know, know.decided[made]
        return
    for held in (True, False):
        yield know._replace(decided={**know.decided, made: held}), held


def same_text(left: Result, right: Result, know: Know, fold: bool) -> Truths:
    """Whether two texts are the same. A text that is one literal is no other."""
    if not isinstance(left, Made):
        left, right = right, left
    assert isinstance(left, Made)
    if left == right:
        yield know, True
        return
    if isinstance(right, Made):
        first, second = sorted((left, right), key=lambda made: made.key)
        yield from decided(Made(f"{first.key} == {second.key}", first.facts | second.facts), know)
        return
    prefix = f"{left.key} == '"
    asked = Made(f"{prefix}{folded(right, fold)}'", left.facts)
    is_another = any(held and made != asked and made.key.startswith(prefix) for made, held in know.decided.items())
    yield from [(know, False)] if is_another else decided(asked, know)


def has(fact: str, choice: str, know: Know) -> Truths:
    """Whether one of several choices was chosen."""
    domain = know.facts[fact]
    assert isinstance(domain, Many)
    if choice in domain.chosen or choice in domain.left:
        yield know, choice in domain.chosen
        return
    if choice not in domain.every:
        yield know, False
        return
    yield know.narrowed(fact, domain._replace(chosen=domain.chosen | {choice})), True
    without = domain._replace(left=domain.left | {choice})
    if without.possible:
        yield know.narrowed(fact, without), False


def has_any(fact: str, choices: list[str], know: Know) -> Truths:
    if not choices:
        yield know, False
        return
    for inner, held in has(fact, choices[0], know):
        if held:
            yield inner, True
        else:
            yield from has_any(fact, choices[1:], inner)


def has_all(fact: str, choices: list[str], know: Know) -> Truths:
    if not choices:
        yield know, True
        return
    for inner, held in has(fact, choices[0], know):
        if held:
            yield from has_all(fact, choices[1:], inner)
        else:
            yield inner, False


def is_known(found: Result, know: Know) -> Truths:
    if isinstance(found, Pick):
        yield from picked(found, know, by=lambda value: value is not None)  # type: ignore[misc]
    else:
        yield know, found is not None


def folded(value: Result, fold: bool) -> Result:
    return value.casefold() if fold and isinstance(value, str) else value
