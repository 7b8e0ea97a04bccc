"""The way that a conversation took, step by step: what was entered, what was passed over, and how each was left.

A walk only keeps what answers need; tests, coverage and drawings need the rest. So this walks once more, over the same
answers, and writes down what `engine.walk` decides. It decides nothing itself.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from assistant.engine.session import Session
from assistant.engine.state import Decision, Frame
from assistant.engine.walk import _Walker
from assistant.flow.model import Pack, Step

MoveKind = Literal["step", "skip", "limit", "answer", "row", "else", "outcome"]


class Move(NamedTuple):
    """One thing that a walk did.

    Attributes:
        kind: it entered a step (`step`), passed one over since its `when` did not hold (`skip`), found it entered too
            often (`limit`), left it by an answer, a row or for want of either (`answer`, `row`, `else`; only where the
            step's `then` names some), or reached an `outcome`, be it that of a flow that was run.
        flow: the flow that it happened in.
        name: the step, or the outcome.
        detail: the answer, or the number of the row from 0.
        place: the place of the step (or of the outcome), visits counted.
    """

    kind: MoveKind
    flow: str
    name: str
    detail: str = ""
    place: str = ""


def trace(session: Session, pack: Pack | None = None) -> tuple[Move, ...]:
    """What the walk of a session did, in order.

    Args:
        session: the conversation; of what was changed or taken back, nothing is told.
        pack: another version of its pack to walk over.

    Raises:
        KeyError: the pack does not hold the flow that the session began with.
    """
    tracer = _Tracer(session, pack or session.pack)
    tracer.go()
    return tuple(tracer.moves)


class _Tracer(_Walker):
    def __init__(self, session: Session, pack: Pack) -> None:
        self.moves: list[Move] = []
        super().__init__(
            pack, session.flow, session.started, session.book, session.state.resumed, None, session.state.audience, ""
        )

    def skips(self, step: Step) -> bool:
        skipped = super().skips(step)
        frame = self.frames[-1]
        visit = frame.visits.get(step.id, 0) + 1
        place = frame.prefix + step.id + (f"#{visit}" if visit > 1 else "")
        if not skipped:
            over = step.at_most is not None and visit > step.at_most.times
            self.moves.append(Move("limit" if over else "step", frame.flow.id, step.id, place=place))
        elif step.audience in ("", self.audience):
            self.moves.append(Move("skip", frame.flow.id, step.id, place=place))
        return skipped

    def target(self, step: Step, frame: Frame, key: str) -> tuple[str, Decision | None]:
        target, decision = super().target(step, frame, key)
        kind: MoveKind = "else"
        detail = ""
        if decision is not None and decision.kind == "answered":
            given = self.given_answers(step, frame)
            kind, detail = "answer", next(answer for answer, _ in step.then.answers if answer in given)
        elif decision is not None and decision.rule is not None:
            rules = [row.when for row in step.then.rows]
            kind, detail = "row", str(next(number for number, rule in enumerate(rules) if rule is decision.rule))
        if step.then.answers or step.then.rows:
            self.moves.append(Move(kind, frame.flow.id, step.id, detail, key))
        return target, decision

    def reach(self, name: str) -> None:
        frame = self.frames[-1]
        super().reach(name)
        if self.stuck is None:
            self.moves.append(Move("outcome", frame.flow.id, name, place=frame.prefix + name))
