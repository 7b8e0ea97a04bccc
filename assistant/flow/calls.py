"""What the functions of the rule language do, over values; `None` stands for unknown throughout.

Their grammar stands in `flow.functions`. Each takes what is known (for `today`) and its arguments, already worked out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.flow.expression import Known


def whole(number: Decimal) -> int:
    """A count of days or years; what no calendar holds is refused before it becomes a number of many digits."""
    if abs(number) > 10_000_000:
        raise OverflowError
    return int(number)


def _members(value: Any) -> tuple[Any, ...] | None:
    """The members of a many fact or of a fact's entries. Several values per item count one by one."""
    if value is None:
        return None
    flat: list[Any] = []
    for member in value:
        flat.extend(member) if isinstance(member, tuple) else flat.append(member)
    return tuple(flat)


def _any_of(known: Known, of: Any, *wanted: Any) -> bool | None:
    members = _members(of)
    if members is None:
        return None
    if any(member is not None and member in wanted for member in members):
        return True
    return None if None in members or (members and None in wanted) else False


def _all_of(known: Known, of: Any, *wanted: Any) -> bool | None:
    members = _members(of)
    if members is None or None in members:
        return None
    if any(value is not None and value not in members for value in wanted):
        return False
    return None if None in wanted else True


def _only(known: Known, of: Any, *wanted: Any) -> bool | None:
    members = _members(of)
    if members is None or None in members:
        return None
    if all(member in wanted for member in members):
        return bool(members)
    return None if None in wanted else False


def _count(known: Known, of: Any) -> Decimal | None:
    return None if of is None else Decimal(len(of))


def _sum(known: Known, of: Any) -> Decimal | None:
    if of is None or None in of:
        return None
    total = Decimal(0)
    for member in of:
        total += member
    return total


def _extreme(pick: Callable[[Any], Any]) -> Callable[..., Any]:
    def function(known: Known, *values: Any) -> Any:
        members = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
        if len(values) == 1 and values[0] is None:
            return None
        return None if None in members or not members else pick(members)

    return function


_ROUNDING = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "": ROUND_HALF_UP}


def round_half_up(value: Decimal, places: int, way: str = "") -> Decimal:
    """`value` at `places` decimals; a half goes away from zero, unless `way` is "up" (never below) or "down"."""
    with localcontext() as context:
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-places), rounding=_ROUNDING[way])


def _round(known: Known, value: Any, places: Any = Decimal(0), way: str = "") -> Decimal | None:
    if value is None or places is None:
        return None
    return round_half_up(value, int(places), way)


def _years(known: Known, day: Any, count: Any) -> date | None:
    if day is None or count is None:
        return None
    year = day.year + whole(count)
    leap_day = (day.month, day.day) == (2, 29)
    try:
        return date(year, day.month, day.day)
    except ValueError:
        if leap_day and 1 <= year <= 9999:
            return date(year, 2, 28)
        raise


def _age(known: Known, born: Any) -> Decimal | None:
    """Whole years at today; somebody born on 29 February is a year older from 1 March on in years without a 29th."""
    if born is None:
        return None
    today = known.today
    before_birthday = (today.month, today.day) < (born.month, born.day)
    return Decimal(today.year - born.year - before_birthday)


def _days_until(known: Known, day: Any) -> Decimal | None:
    return None if day is None else Decimal((day - known.today).days)


def _lower(known: Known, text: Any) -> str | None:
    return None if text is None else text.lower()


CALLS: dict[str, Callable[..., Any]] = {
    "any_of": _any_of, "all_of": _all_of, "only": _only, "count": _count, "sum": _sum,
    "min": _extreme(min), "max": _extreme(max), "round": _round,
    "days_until": _days_until, "age": _age, "years": _years, "lower": _lower,
}  # fmt: skip
"""Every function but those that ask about facts, steps and tables by name."""
