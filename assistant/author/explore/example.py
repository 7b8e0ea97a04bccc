"""A way through the states as answers that one could type, held against the engine itself: what it does not confirm is not
told as an example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import NamedTuple

from assistant.author.explore.know import Domain, Form, Limits, Many, Mark, Variable
from assistant.author.explore.moves import Said
from assistant.author.explore.samples import numbers, texts
from assistant.author.explore.solve import TODAY
from assistant.author.explore.states import Node
from assistant.engine import script
from assistant.engine.lines import Answers, Line
from assistant.engine.result import Result
from assistant.flow.model import Fact, Pack

_MOST_TRIED = 60
"""So many sets of values are tried for one way."""

Confirms = Callable[[Result], bool]


class Example(NamedTuple):
    """Answers in the order in which they are asked, by the fact or step that they are for, and what came of them."""

    answers: tuple[tuple[str, str | tuple[str, ...]], ...]
    result: Result

    def __str__(self) -> str:
        return ", ".join(f"{name}: {_written(value)}" for name, value in self.answers) or "no answer at all"


class _Asked(NamedTuple):
    """One time that something was answered: what, and what the way says about it."""

    said: Said
    fact: Fact | None
    domain: Domain | None


def example(pack: Pack, flow: str, audience: str, way: Sequence[Node], now: datetime, confirms: Confirms) -> Example | None:
    """Answers that go a way.

    Args:
        pack: the flow and all it can reach.
        flow: its id.
        audience: for whom.
        way: the states of the way.
        now: the moment at which it is held.
        confirms: whether what came of the answers is what the way leads to.

    Returns:
        the first that the engine confirms; nothing where none is found.
    """
    gone = _Way(pack, way)
    for tried, values in enumerate(gone.values(now.date())):
        if tried == _MOST_TRIED:
            break
        answers = tuple(gone.answers(values))
        lines = tuple(Line(value=value) for _, value in answers)
        result = script.run(pack, flow, Answers(lines), now=now, audience=audience)
        is_held = result.session is not None and (result.status != "invalid" or result.session.stuck)
        if is_held and not result.unused and confirms(result):
            return Example(answers, result)
    return None


class _Way:
    """What a way says about each answer: the last that was known of it while it still mattered."""

    def __init__(self, pack: Pack, way: Sequence[Node]) -> None:
        self.pack = pack
        self.asked: list[_Asked] = []
        self.limits: dict[tuple[tuple[Variable | int, int], ...], Limits] = {}
        self.decided: dict[tuple[str, int], bool] = {}
        current: dict[str, int] = {}
        for node in way:
            if node.move is None:
                continue
            for said in node.move.said:
                if said.kind == "ask":
                    current[said.name] = len(self.asked)
                self.asked.append(_Asked(said, pack.facts.get(said.name) if said.kind == "ask" else None, None))
            know = node.move.know
            for name, domain in know.facts.items():
                if name in current and self.asked[current[name]].said.answer == "":
                    one = self.asked[current[name]]
                    self.asked[current[name]] = one._replace(domain=_finer(one.domain, domain))
            for form, limits in know.limits.items():
                placed = _placed(form, current)
                if placed:
                    self.limits[placed] = limits
            for made, held in know.decided.items():
                for name in made.facts & current.keys():
                    self.decided[made.key, current[name]] = held

    def answers(self, values: dict[int, str]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
        """Every answer, with the values that were chosen for what is open."""
        for number, one in enumerate(self.asked):
            said = one.said
            if said.kind == "tell":
                continue
            if said.kind == "try" or said.answer == "unsure":
                yield said.name, said.answer
            elif said.answer == "unsure-unsure":
                yield from ((said.name, "unsure"), (said.name, "unsure"))
            elif said.answer == "empty":
                yield said.name, "" if one.fact is not None and one.fact.type == "text" else "none"
            elif isinstance(one.domain, Many):
                yield said.name, _chosen(one.domain)
            elif isinstance(one.domain, frozenset):
                yield said.name, _first(one.fact, one.domain)
            else:
                yield said.name, values.get(number, "")

    def values(self, today: date) -> Iterator[dict[int, str]]:
        """Values for everything that is neither picked nor fixed, one set after the other."""
        open_ones = [
            number
            for number, one in enumerate(self.asked)
            if one.fact is not None and one.said.answer == "" and not isinstance(one.domain, Many | frozenset)
        ]
        yield from self._filled(open_ones, {}, {TODAY: Fraction(today.toordinal())})

    def _filled(
        self, pending: list[int], values: dict[int, str], numbers_so_far: dict[Variable | int, Fraction]
    ) -> Iterator[dict[int, str]]:
        if not pending:
            yield dict(values)
            return
        number, fact = pending[0], self.asked[pending[0]].fact
        assert fact is not None
        if fact.type in ("number", "money", "date"):
            today = int(numbers_so_far[TODAY])
            for value in numbers(fact, self._limits_of(number, numbers_so_far), today):
                written = date.fromordinal(int(value)).isoformat() if fact.type == "date" else _decimal(value)
                yield from self._filled(pending[1:], {**values, number: written}, {**numbers_so_far, number: value})
        else:
            for text in texts(fact, self._decided_of(number), number, [*values.values()]):
                yield from self._filled(pending[1:], {**values, number: text}, numbers_so_far)

    def _limits_of(self, number: int, known: dict[Variable | int, Fraction]) -> Limits:
        """Between what a value lies, by all that hangs on it and on nothing else that is open."""
        found = Limits()
        for form, limits in self.limits.items():
            factor = dict(form).get(number)
            others = [(variable, count) for variable, count in form if variable != number]
            if factor is None or any(variable not in known for variable, _ in others):
                continue
            rest = sum((known[variable] * count for variable, count in others), Fraction(0))
            low = None if limits.low is None else (limits.low - rest) / factor
            high = None if limits.high is None else (limits.high - rest) / factor
            one = Limits(low, high, limits.low_open, limits.high_open)
            found = found.narrowed(one if factor > 0 else Limits(high, low, limits.high_open, limits.low_open))
        return found

    def _decided_of(self, number: int) -> dict[str, bool]:
        return {key: held for (key, where), held in self.decided.items() if where == number}


def _placed(form: Form, current: dict[str, int]) -> tuple[tuple[Variable | int, int], ...]:
    """A form over the times that its facts were asked; nothing where one of them is nothing that was asked."""
    placed: list[tuple[Variable | int, int]] = []
    for variable, count in form:
        if variable == TODAY:
            placed.append((TODAY, count))
        elif isinstance(variable, str) and variable in current:
            placed.append((current[variable], count))
        else:
            return ()
    return tuple(placed)


def _finer(before: Domain | None, now: Domain) -> Domain:
    """What is known of a fact, when what does not matter any more was forgotten."""
    return before if before is not None and now is Mark.SOME else now


def _first(fact: Fact | None, domain: Iterable[str]) -> str:
    order = ["yes", "no"] if fact is None or fact.type == "yes-no" else [choice.value for choice in fact.choices]
    return min(domain, key=lambda value: order.index(value) if value in order else len(order))


def _chosen(domain: Many) -> str | tuple[str, ...]:
    chosen = sorted(domain.chosen) or (sorted(domain.every - domain.left)[:1] if domain.some else [])
    return tuple(chosen) if chosen else "none"


def _decimal(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.4f}".rstrip("0")


def _written(value: str | tuple[str, ...]) -> str:
    return (value or '""') if isinstance(value, str) else f"[{', '.join(value)}]"
