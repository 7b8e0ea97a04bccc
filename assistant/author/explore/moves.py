"""States of a conversation and moves between them, as plain data: positions, what was said, taken and noticed on the way."""

from __future__ import annotations

from typing import Literal, NamedTuple

from assistant.author.explore.know import Domain, Know


class Frame(NamedTuple):
    """A flow that is walked, and the step that is entered next; of a flow that runs another, the step that does. `more`
    is set once an item of its `each` was done; `kept` is what its steps know of themselves, while another flow runs."""

    flow: str
    step: str
    more: bool = False
    kept: tuple[tuple[str, Domain], ...] = ()


class State(NamedTuple):
    """Where a conversation can be. `met` are the steps that were entered since something was asked last."""

    frames: tuple[Frame, ...]
    know: Know
    met: frozenset[tuple[str, ...]] = frozenset()


class End(NamedTuple):
    """An outcome is reached, and all it needs is known."""

    flow: str
    outcome: str


class Trap(NamedTuple):
    """There is no way on."""

    code: Literal["circle", "off-the-end", "no-answer", "missing"]
    flow: str
    name: str


class Said(NamedTuple):
    """Something that was answered: a fact (a value unless it says what), how a `try` went, or that a `tell` was read."""

    kind: Literal["ask", "try", "tell"]
    name: str
    answer: str = ""


class Taken(NamedTuple):
    """A way out of a step, or something reached: `what` is the answer, the number of the row, and so on."""

    flow: str
    step: str
    kind: Literal["step", "skip", "answer", "row", "else", "over", "asked", "choice", "outcome"]
    what: str = ""


class Noticed(NamedTuple):
    """Something about a rule or a text in this state that an author should know."""

    kind: Literal["unknown-rule", "unsettled", "perhaps-unknown", "all-refused", "no-choice"]
    flow: str
    where: str
    name: str
    at: tuple[int, int] = (0, 0)


class Move(NamedTuple):
    """One way on. `next_item` leads to another item of an `each`: there are only so many of them."""

    to: State | End | Trap
    said: tuple[Said, ...]
    taken: tuple[Taken, ...]
    noticed: tuple[Noticed, ...]
    know: Know
    next_item: bool = False


class Doing(NamedTuple):
    """A step that is being done: what is known by now, and what was said, taken and noticed on the way."""

    know: Know
    said: tuple[Said, ...] = ()
    taken: tuple[Taken, ...] = ()
    noticed: tuple[Noticed, ...] = ()


def move_to(to: State | End | Trap, doing: Doing) -> Move:
    """The move that ends what is being done."""
    return Move(to, doing.said, doing.taken, doing.noticed, doing.know)


def said_too(doing: Doing, said: Said) -> Doing:
    """What is being done, with one more thing said."""
    return doing._replace(said=(*doing.said, said))
