"""What holds for every flow and every way through it: generated packs and the shipped one are walked at random, with
answers given, taken back and changed, and after each event the session must be what its log says.

ASSISTANT_LONG=1 walks many more of them.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st
from support import NOW

from assistant.case import build
from assistant.engine import (
    Refused,
    Session,
    answer,
    asked_at,
    back,
    change,
    choose_language,
    differences,
    hand_over,
    late,
    left,
    move,
    replay,
    resume,
    start,
    why,
)
from assistant.engine import note as write_note
from assistant.engine.events import Answer, Answered, Changed, Late, LogEvent, TakenBack
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Question, Range, Stuck
from assistant.engine.wording import written
from assistant.flow.load import compile_sources, load
from assistant.flow.model import Pack

LONG = os.environ.get("ASSISTANT_LONG") == "1"
SHIPPED = Path(__file__).parent.parent / "flows" / "webex"
MOST_PROMPTS = 60
"""A walk that meets more prompts is in a loop that its answers don't leave."""


def profile(short: int, long: int) -> settings:
    """How many examples are tried, usually and in the long profile."""
    return settings(
        max_examples=long if LONG else short,
        deadline=None,
        database=None,
        print_blob=False,
        derandomize=not LONG,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


# --- Packs -----------------------------------------------------------------------------------------------------------

YAML = dict[str, Any]


class Maker:
    """Makes the source of one pack."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.facts: dict[str, YAML] = {}
        self.kinds: dict[str, list[str]] = {}
        self.item_facts: list[str] = []

    def pick(self, options: Sequence[Any]) -> Any:
        return self.rng.choice(options)

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def count(self, low: int, high: int) -> int:
        return self.rng.randint(low, high)

    def sources(self) -> dict[str, bytes]:
        self.make_facts()
        files: dict[str, YAML] = {"pack.yaml": {"title": "Made"}}
        shared: YAML = {"done": {"kind": "solved", "title": "Done"}}
        if self.chance(50):
            shared["shared"] = self.outcome()
        self.shared = list(shared)
        self.flows: dict[str, YAML] = {}
        if self.chance(60):
            self.flows["items"] = self.flow("items", runs=[], per_item=True)
        runs: list[str] = []
        for name in ("inner", "outer")[: self.count(0, 2)]:
            self.flows[name] = self.flow(name, runs=list(runs))
            runs.append(name)
        self.flows["main"] = self.flow("main", runs=runs)
        files |= {"outcomes.yaml": shared, "facts.yaml": self.facts}
        files |= {f"{name}.yaml": flow for name, flow in self.flows.items()}
        return {name: json.dumps(file, indent=1).encode() for name, file in files.items()}

    # Facts

    def make_facts(self) -> None:
        for kind in ("yes-no", "yes-no", "choice", "many", "number", self.pick(["text", "email", "money"]),
                     self.pick(["date", "files", "choice", "many", "yes-no"])):  # fmt: skip
            name = f"{kind[0]}{len(self.facts)}"
            self.facts[name] = self.fact(kind, name)
            self.kinds.setdefault(kind, []).append(name)
        self.item_facts = ["i0", "i1"]
        self.facts["i0"] = {"ask": "Item?", "choices": {"x": "X", "y": "Y"}, "unsure": self.pick([True, {"tell": "Look."}])}
        self.facts["i1"] = {"ask": "Item?", "type": "number", "max": "5"}
        self.facts["fork"] = {"ask": "Which way?"}
        self.facts["k0"] = {"value": self.rule()}
        self.kinds["computed"] = ["k0"]
        names = [name for name in self.facts if name not in (*self.item_facts, "fork", "k0")]
        self.asked = self.rng.sample(names, 4)  # few, so that several places ask the same

    def fact(self, kind: str, name: str) -> YAML:
        fact: YAML = {"ask": f"What of {name}?"}
        if kind in ("choice", "many"):
            choices: YAML = {"x": "X", "y": "Y", "z": {"label": "Z", "when": self.rule()} if self.chance(40) else "Z"}
            if self.chance(15):
                choices["y"] = {"label": "Y", "audience": "agent"}
            fact["choices"] = choices
            if kind == "many":
                fact["many"] = True
                fact |= self.pick([{}, {"none": "None"}, {"none": True, "max": "2"}])
        elif kind != "yes-no":
            fact["type"] = kind
        fact |= {
            "number": self.pick([{}, {"min": "0", "max": "9"}]),
            "date": self.pick([{}, {"max": "today"}, {"refuse": {"when": f"{name} > today + 3", "tell": "Too far."}}]),
            "text": self.pick([{}, {"pattern": "[A-Za-z ]+"}]),
        }.get(kind, {})
        if kind != "text":
            fact |= self.pick([{}, {}, {"unsure": True}, {"unsure": {"tell": "Look at it."}}])
        if "refuse" not in fact and self.chance(20):
            fact["refuse"] = {"when": self.rule(), "tell": "Not now."}
        if self.chance(8):
            fact["audience"] = "agent"
        return fact

    def rule(self, flow: Sequence[str] = (), tries: Sequence[str] = ()) -> str:
        """A rule over the facts that there are so far."""
        depth = self.count(0, 3)
        if depth == 0:
            return f"not ({self.atom(flow, tries)})"
        if depth == 1:
            return f"{self.atom(flow, tries)} {self.pick(['and', 'or'])} {self.atom(flow, tries)}"
        return self.atom(flow, tries)

    def atom(self, steps: Sequence[str], tries: Sequence[str]) -> str:
        options = ["today >= '2026-11-24'"] * 6 + ["today == '2026-11-22'", "true"]
        templates = {
            "yes-no": ["{0}", "not {0}", "known({0})", "unsure({0})", "(true if {0} else false)"],
            "choice": ["{0} == 'x'", "{0} != 'y'", "{0} in ['x', 'z']", "unsure({0})"],
            "many": ["'x' in {0}", "count({0}) > 1", "only({0}, 'x', 'y')", "known({0})"],
            "number": ["{0} > 3", "{0} * 2 <= 7", "known({0})"],
            "money": ["{0} >= 10", "round({0}) == 5"],
            "date": ["{0} < today", "days_until({0}) > 1"],
            "text": ["lower({0}) == 'ada'"],
            "email": ["{0} == 'ada@example.com'"],
            "files": ["count({0}) > 0"],
            "computed": ["{0}", "not {0}"],
        }
        for kind, names in self.kinds.items():
            options += [template.format(name) for name in names for template in templates[kind]]
        if self.item_facts:
            options += ["any_of(i0, 'x')", "only(i0, 'x')", "count(i0) > 0", "sum(i1) > 3", "unsure(i0)"]
        options += [f"visits('{step}') > 1" for step in steps] + [f"result('{step}') == 'worked'" for step in tries]
        return str(self.pick(options))

    # Flows

    def outcome(self) -> YAML:
        needs, wants = ([self.pick(self.asked)] if self.chance(50) else [] for _ in range(2))
        made: YAML = {"kind": self.pick(["solved", "action", "handoff"]), "title": "End", "tell": "All is said."}
        return made | ({"needs": needs} if needs else {}) | ({"wants": wants} if wants else {})

    def flow(self, name: str, runs: list[str], *, per_item: bool = False) -> YAML:
        self.outcomes: dict[str, YAML] = {}
        self.inner = name != "main"
        ids = [f"s{number}" for number in range(self.count(2, 4) if self.inner else self.count(5, 10))]
        forked = self.fork(ids) if not self.inner and self.chance(75) else {}
        verbs = {step: self.pick(["ask", "ask", "ask", "form", "try", "tell", "junction", "run", "each"]) for step in ids}
        if not self.inner:  # somewhere the facts of items must be asked per item
            verbs[self.pick([step for step in ids[:-1] if step not in forked])] = "items"
            verbs[ids[-1]] = "items-run" if "items" in self.flows else verbs[ids[-1]]
        tries = [step for step in ids if verbs[step] == "try" and step not in forked]
        steps = {}
        for number, step in enumerate(ids):
            if step in forked:
                steps[step] = forked[step]
                continue
            made = self.step(verbs[step], runs, per_item)
            rule = self.item_rule if per_item else lambda: self.rule(ids, tries)
            made |= self.leaving(made, ids, number, rule)
            last = number + 1 == len(ids)  # which has to lead out
            if self.chance(25) and not last:
                made["when"] = rule()
            if self.chance(6) and not last:
                made["audience"] = self.pick(["agent", "customer"])
            if self.chance(12) and ("try" in made or made.get("again")) and "each" not in made:
                made["at_most"] = {"times": self.count(1, 2), "else": self.target(ids, number)}
            steps[step] = made
        flow: YAML = {"title": name, "steps": steps}
        return flow | ({"outcomes": self.outcomes} if self.outcomes else {})

    def fork(self, ids: list[str]) -> dict[str, YAML]:
        """A question with two ways on, which ask the same at two places and come together again."""
        if len(ids) < 6:
            return {}
        where = self.count(0, len(ids) - 6)
        first, left_way, right_way, after = ids[where : where + 4]
        again: list[YAML] = [{}, {}, {"again": True}]
        asked = self.pick(self.asked)
        return {
            first: {"ask": "fork", "then": {"yes": left_way, "no": right_way}, **self.pick(again)},
            left_way: {"ask": asked, "then": after},
            right_way: {"ask": asked, **self.pick(again)},
        }

    def item_rule(self) -> str:
        return str(self.pick(["i0 == 'x'", "i1 > 2", "known(i0)", "unsure(i0)"]))

    def step(self, verb: str, runs: list[str], per_item: bool) -> YAML:
        names = self.item_facts if per_item else self.asked
        many = self.kinds["many"]
        if verb == "items":
            return {"each": self.pick(many), "ask": ["i0", "i1"]}
        if verb == "items-run":
            return {"each": self.pick(many), "run": "items"}
        if verb == "run" and runs:
            return {"run": self.pick(runs)}
        if verb == "each" and not per_item:
            around = {"each": self.pick(many)}
            if "items" in self.flows and self.chance(40):
                return around | {"run": "items"}
            inner = self.pick([{"ask": "i0"}, {"ask": "i0"}, {"ask": ["i0", "i1"]}, {"try": "Do it."}, {"tell": "So."}])
            return around | inner | ({"again": True} if "ask" in inner and self.chance(15) else {})
        if verb == "try":
            return {"try": "Do it.", "also": {"odd": "It looks odd"}} if self.chance(30) else {"try": "Do it."}
        if verb == "tell":
            return {"tell": "So it is.", **({"wait": "2 minutes"} if self.chance(20) else {})}
        if verb == "junction":
            return {}
        again = {"again": True} if self.chance(20) else {}
        if verb == "form" and len(names) > 1:
            chosen = [self.pick(names) for _ in range(self.count(2, 3))]
            fields = [name for name in dict.fromkeys(chosen) if "choices" not in self.facts[name] or per_item]
            if len(fields) > 1:
                return {"ask": fields, **again}
        return {"ask": self.pick(names), **again}

    def target(self, ids: list[str], number: int) -> str:
        """Somewhere ahead, or an ending."""
        kind = self.pick(["step"] * 6 + ["next"] * 3 + ["shared", "own"])
        if kind == "step" and number + 1 < len(ids):
            return str(self.pick(ids[number + 1 :]))
        if kind == "next" and number + 1 < len(ids):
            return "next"
        if kind == "shared" and not self.inner:
            return str(self.pick(self.shared))
        name = self.pick(["first", "second"])
        if self.inner and not (name == "second" and self.outcomes and self.chance(20)):
            self.outcomes.setdefault(f"e-{name}", {"kind": "exit"})
            return f"e-{name}"
        self.outcomes.setdefault(f"o-{name}", self.outcome())
        return f"o-{name}"

    def leaving(self, step: YAML, ids: list[str], number: int, rule: Callable[[], str]) -> YAML:
        """Its `then`: whatever it is, the step below can be reached, and the last step leads out."""
        last = number + 1 == len(ids)
        if last:
            name = "e-first" if self.inner else "o-first"
            self.outcomes.setdefault(name, {"kind": "exit"} if self.inner else self.outcome())
            return {"then": name}
        bare = {"then": "next"} if "run" in step and "each" not in step else {}
        shape = self.pick(["none", "none", "map", "rows", "loop"])
        if shape == "none":
            return bare
        if shape == "loop":
            return {"then": [{"when": rule(), "then": self.pick(ids[: number + 1])}, {"else": "next"}]}
        if shape == "rows" or "each" in step or isinstance(step.get("ask"), list):
            return {"then": [{"when": rule(), "then": self.target(ids, number)}, {"else": "next"}]}
        ways: list[str] = []
        if "run" in step:
            ways = [name for name in self.flows[step["run"]].get("outcomes", {}) if name != "e-first"]
        elif "try" in step:
            ways = ["worked", "failed", "skipped", *step.get("also", {})]
        elif "ask" in step:
            fact = self.facts[step["ask"]]
            if "choices" in fact:
                ways = [*fact["choices"], *(["none"] if "many" in fact else [])]
            elif "type" not in fact:
                ways = ["yes", "no"]
            ways += ["unsure"] if ways and "unsure" in fact else []
        kept = [] if "run" in step else [self.pick(ways)] if ways else []  # the last way on is the step below
        named = [way for way in ways if way not in kept and self.chance(40)]
        if not named:
            return bare
        return {"then": {way: self.target(ids, number) for way in named} | {"else": "next"}}


RENAMED = re.compile(r"\b(?:[a-z]\d|fork|inner|outer|items|shared|[eo]-(?:first|second)|[xyz])\b")
"""The names of facts, steps, flows, outcomes and choices in generated packs."""


def new_name(old: str) -> str:
    """Another name for each; some are swapped."""
    return {"x": "y", "y": "x", "s0": "s1", "s1": "s0", "y0": "y1", "y1": "y0", "i0": "i1", "i1": "i0"}.get(old, f"{old}9")


def in_new_names(text: str) -> str:
    return RENAMED.sub(lambda found: new_name(found[0]), text)


def renamed(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources with another name for everything, each told in its `was`."""
    old = {new_name(name): name for name in RENAMED.findall(" ".join([*map(bytes.decode, sources.values()), *sources]))}

    def with_was(things: YAML) -> None:
        for name, thing in things.items():
            if name in old:
                thing["was"] = old[name]

    again = {in_new_names(name): json.loads(in_new_names(text.decode())) for name, text in sources.items()}
    for name, file in again.items():
        if name == "facts.yaml":
            with_was(file)
            for fact in file.values():
                choices = fact.get("choices", {})
                choices |= {value: {"label": label} for value, label in choices.items() if isinstance(label, str)}
                with_was(choices)
        elif name == "outcomes.yaml":
            with_was(file)
        elif name != "pack.yaml":
            with_was({name.removesuffix(".yaml"): file})
            with_was(file["steps"])
            with_was(file.get("outcomes", {}))
    return {name: json.dumps(file).encode() for name, file in again.items()}


def made(seed: int) -> Pack:
    """A valid pack: facts of all types, flows that run flows, loops, limits, forms, items, needs and wants."""
    return compiled(Maker(random.Random(seed)).sources())


def compiled(sources: dict[str, bytes]) -> Pack:
    found = compile_sources(sources, "made")
    assert found.pack is not None, [str(one) for one in found.problems if one.severity == "error"]
    for name, text in sources.items():
        note(f"{name}: {json.dumps(json.loads(text))}")
    return found.pack


packs = st.builds(made, st.integers(0, 2**32))


@cache
def shipped() -> Pack:
    found = load(SHIPPED)
    assert found.pack is not None
    return found.pack


# --- Answers ---------------------------------------------------------------------------------------------------------


def plausible(asked: Question | Attempt | Form | Notice, rng: random.Random) -> Any:
    """An answer that is probably valid."""
    if isinstance(asked, Form):
        return {field.fact: plausible(field, rng) for field in asked.fields}
    if isinstance(asked, Notice):
        return "seen"
    if isinstance(asked, Attempt):
        return rng.choice([option.value for option in asked.options])
    if asked.optional and rng.random() < 0.3:
        return ""
    if asked.unsure and rng.random() < 0.25:
        return "unsure"
    values = [option.value for option in asked.options]
    if asked.many:
        size = rng.randint(0 if asked.none else 1, min(2, len(values)))
        return rng.sample(values, size) or "none"
    if values:
        return rng.choice(values)
    return {
        "text": lambda: rng.choice(["Ada", "none", "a b", asked.example or "Bob"]),
        "email": lambda: rng.choice(["ada@example.com", "BOB@example.org"]),
        "number": lambda: rng.choice(["0", "3", "4.5", "9"]),
        "money": lambda: rng.choice(["5", "12.50"]),
        "date": lambda: (date(2026, 11, 22) + timedelta(days=rng.randint(-30, 3))).isoformat(),
        "files": lambda: rng.choice(["a.png", "a.png,b.png"]),
    }[asked.type]()


def try_plausible(session: Session, rng: random.Random, now: datetime) -> Session | None:
    """The session after some answer that is not refused; nothing where ten were."""
    prompt = session.prompt
    assert isinstance(prompt, Question | Attempt | Form | Notice)
    for _ in range(10):
        try:
            return answer(session, plausible(prompt, rng), now=now)
        except Refused:
            continue
    return None


HUGE = 10**5000
"""More digits than Python writes."""

ODD: dict[str, object] = {ascii(text): text for text in [
    "", " ", "\x00\x1b[31m", "\ud800", "\u202eabc\u202c", "\u200f\u200e", "**bold** <b>&amp;{{ b0 }}", "[a](javascript:x)",
    "unsure", "none", "next", "\r\n\r\n\n\n\nx\n", "a\u0301", "1e999999", "-0", "\u0663", "0x10", "2026-13-45",
    "9999-12-31", "0001-01-01", "a@b", "@", ",", ",,,,", "=1+1",
]} | {
    "a long text": "x" * 1_000_000, "a long list": "a," * 30_000, "many digits": "9" * 400, "many marks": "a\u0301" * 500,
    "a huge number": HUGE, "a negative one": -HUGE, "0": 0, "1": 1, "True": True, "None": None, "nan": float("nan"),
    "inf": float("inf"), "-0.0": -0.0, "1e308": 1e308, "1j": 1j, "a long range": range(10**9), "an object": object(),
    "NaN": Decimal("NaN"), "sNaN": Decimal("sNaN"), "Infinity": Decimal("Infinity"), "a huge decimal": Decimal("1e999999"),
    "a moment": datetime(2026, 11, 22, 12, 0), "a monstrous decimal": Decimal("1e999999999999"),
    "a tiny decimal": Decimal("1e-999999999999"),
    "the first day": date.min, "the last day": date.max,
    "the first moment": datetime.min, "the last moment": datetime.max.replace(tzinfo=UTC), "bytes": b"x",
    "more bytes": bytearray(b"x"), "a set": {1, 2}, "a frozen set": frozenset("ab"), "a tuple": ("x", "y"),
    "with nothing": ["x", None], "nested": [["x"]], "deeply nested": [[[[]]]], "the same often": ["x"] * 5000,
    "many": [str(number) for number in range(5000)], "list of bytes": [b"x"], "list of huge": [HUGE],
    "a mapping": {"": "worked"}, "a huge key": {HUGE: 1}, "an odd key": {"\x1b[31m": "x"}, "no key": {None: 1}, "empty": {},
}  # fmt: skip


class Odd:
    """An odd answer that can be printed."""

    def __init__(self, value: object, name: str = "") -> None:
        self.value = value
        self.name = name or ascii(value)

    def __repr__(self) -> str:
        return self.name


odd = st.sampled_from(sorted(ODD)).map(lambda name: Odd(ODD[name], name)) | st.one_of(
    st.text(st.characters(exclude_categories=[]), max_size=30),
    st.binary(max_size=20),
    st.dictionaries(st.one_of(st.text(max_size=3), st.none(), st.integers(), st.just("")), st.text(max_size=3), max_size=3),
    st.recursive(st.none() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3), max_leaves=5),
).map(Odd)


# --- What a session is -----------------------------------------------------------------------------------------------


def said(session: Session) -> list[tuple[str, object]]:
    return [(entry.place, entry.value) for entry in session.trail]


def picture(session: Session) -> object:
    """All that a session is, so deep that nothing can change it afterwards."""
    state = session.state
    return deepcopy((session.log, state.facts, state.unsure, state.entries, state.settled, said(session), session.prompt))


def check_replay(session: Session) -> None:
    """The session is what its log says, and can be explained, counted, filed and written down."""
    again = replay(session.pack, session.log)
    assert again.state == session.state
    assert again == session
    assert again.prompt == session.prompt
    assert again.trail == session.trail
    now = session.log[-1].time
    assert build(again, now=now) == build(session, now=now)
    assert msgspec.json.decode(msgspec.json.encode(session.log), type=tuple[LogEvent, ...]) == session.log
    for entry in session.trail:
        why(session, entry.place)
    why(session)
    spread = left(session)
    assert spread.least >= 0
    assert spread.most is None or spread.least <= spread.most


def size(prompt: object) -> int:
    """How many questions a prompt asks."""
    return len(prompt.fields) if isinstance(prompt, Form) else int(isinstance(prompt, Question | Attempt))


def check_left(session: Session, rng: random.Random, now: datetime) -> None:
    """From here on only answers are given: at each point as many questions come as were announced there."""
    announced: list[Range] = []
    asked: list[int] = []
    ended = False
    for _ in range(MOST_PROMPTS):
        if isinstance(session.prompt, Ending | Stuck):
            ended = isinstance(session.prompt, Ending)
            break
        announced.append(left(session))
        asked.append(size(session.prompt))
        after = try_plausible(session, rng, now)
        if after is None:
            asked.pop()
            announced.pop()
            break
        session = after
    for number, spread in enumerate(announced):
        came = sum(asked[number:])
        assert spread.most is None or came <= spread.most, (number, spread, asked, said(session))
        assert not ended or spread.least <= came, (number, spread, asked, said(session))


class Conversation:
    """A conversation held by somebody who answers, goes back and changes at random."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = NOW

    def tick(self) -> datetime:
        self.now += timedelta(seconds=20)
        return self.now

    def do(self, action: str, rng: random.Random, odd: object) -> None:
        """Do something; the session must be what its log says, and the one before it what it was."""
        before, shown = self.session, picture(self.session)
        getattr(self, action)(rng, odd)
        assert picture(before) == shown
        check_replay(self.session)
        note(f"{action}: {said(self.session)} -> {self.session.prompt.place}")

    @property
    def asks(self) -> bool:
        return not isinstance(self.session.prompt, Ending | Stuck)

    def answer(self, rng: random.Random, odd: object) -> None:
        for _ in range(rng.randint(1, 4)):
            before = self.session
            after = try_plausible(before, rng, self.tick()) if self.asks else None
            if after is None:
                return
            self.session = after
            self.check_back(before, after)

    def check_back(self, before: Session, after: Session) -> None:
        """Back after an answer: the same place, facts and trail. Where older answers serve behind it, or it came to serve
        an earlier place, back leads to the last place in walk order, or before it where what was taken back had served."""
        returned = back(after, now=self.tick())
        check_replay(returned)
        new = {one.place for one in after.log[-1].answers}  # type: ignore[union-attr]
        passed, came = before.state.passed, after.state.passed
        if came[: len(passed)] == passed and {one.task.place for one in came[len(passed) :]} == new:
            assert returned.prompt.place == before.prompt.place
            assert returned.trail == before.trail
            assert returned.state._replace(passed=()) == before.state._replace(passed=())
        else:
            places = {one.place for one in returned.log[-1].answers}  # type: ignore[union-attr]
            waiting = {task.place for task in returned.state.waiting}
            assert came[-1].task.place in waiting or any(one.kept and one.entry.place in places for one in came[:-1])

    def answer_oddly(self, rng: random.Random, odd: object) -> None:
        with suppress(Refused):
            check_replay(answer(self.session, odd, now=self.tick()))

    def back(self, rng: random.Random, odd: object) -> None:
        for _ in range(rng.randint(1, 2)):
            if all(entry.given for entry in self.session.trail):
                with pytest.raises(Refused, match="nothing_to_go_back_to"):
                    back(self.session, now=self.tick())
                return
            self.session = back(self.session, now=self.tick())

    def change(self, rng: random.Random, odd: object) -> None:
        trail = self.session.trail
        if not trail:
            return
        where = rng.randrange(len(trail))
        values: list[object] = ["yes", "no", "x", "y", "z", ["x"], ["x", "y"], "none", "3", "4", "2026-11-19", "worked"]
        values += ["failed", "unsure", "", "Ada", "bob@example.org", "a.png", odd]
        for value in rng.sample(values, len(values)):
            try:
                preview = change(self.session, trail[where].place, value, now=self.tick())
            except Refused:
                continue
            behind = trail[where + 1 :]
            assert sorted((*preview.kept, *preview.no_longer), key=behind.index) == list(behind)
            check_replay(preview.session)
            self.check_change_back(preview.session, where)
            self.session = preview.session
            return

    def check_change_back(self, changed: Session, where: int) -> None:
        """Changed and changed back on one day: the same trail and facts, unless the answer serves another place now because
        it is the newest of its fact, or was a kept "not sure", after which the question comes once more."""
        entry = self.session.trail[where]
        lent = any(other.kept and other.fact == entry.fact and other is not entry for other in self.session.trail)
        one_day = len({event.day for event in self.session.log}) == 1
        met = entry.place in {other.place for other in changed.trail}
        if not met or not one_day or lent or (entry.kept and entry.value == "unsure"):
            return
        restored = change(changed, entry.place, entry.value, now=self.tick()).session
        assert said(restored) == said(self.session)
        assert restored.state.facts == self.session.state.facts
        assert restored.state.entries == self.session.state.entries
        assert restored.state.unsure == self.session.state.unsure

    def resume(self, rng: random.Random, odd: object) -> None:
        self.now += timedelta(days=rng.randint(1, 3))
        self.session = resume(self.session, now=self.tick())
        assert self.session.known.today == self.now.date()

    def look_otherwise(self, rng: random.Random, odd: object) -> None:
        place = self.session.prompt.place
        self.session = hand_over(self.session, rng.choice(["agent", "customer"]), now=self.tick())
        self.session = choose_language(self.session, rng.choice(["en", "de", "ru"]), now=self.tick())
        self.session = write_note(self.session, "Somebody called.", now=self.tick())
        assert self.session.prompt.place == place

    def stay(self, rng: random.Random, odd: object) -> None:
        """To the same version of the pack, nothing changes."""
        after = move(self.session, self.session.pack, now=self.tick())
        assert after.log[-1].renamed == ()  # type: ignore[union-attr]
        assert (after.state, said(after)) == (self.session.state, said(self.session))
        assert not differences(self.session, after)
        self.session = after

    def count(self, rng: random.Random, odd: object) -> None:
        check_left(self.session, rng, self.tick())


OFTEN = {"answer": 6, "change": 4, "back": 2, "count": 2, "answer_oddly": 1, "resume": 1, "stay": 1, "look_otherwise": 1}
actions = st.lists(
    st.tuples(st.sampled_from([name for name, times in OFTEN.items() for _ in range(times)]), st.integers(0, 2**32), odd),
    min_size=10,
    max_size=40 if LONG else 20,
)


def hold(session: Session, todo: Sequence[tuple[str, int, Odd]]) -> None:
    conversation = Conversation(session)
    check_replay(session)
    for number, (action, seed, value) in enumerate(todo):
        conversation.do(action, random.Random(f"{number} {seed}"), value.value)


@profile(220, 4000)
@given(pack=packs, agent=st.booleans(), seed=st.integers(0, 2**32), todo=actions)
def test_a_conversation_on_a_generated_pack_is_what_its_log_says(
    pack: Pack, agent: bool, seed: int, todo: list[tuple[str, int, Odd]]
) -> None:
    rng = random.Random(seed)
    audience = "agent" if agent else "customer"
    known: dict[str, object] = {}
    for name in rng.sample(sorted(pack.facts), rng.choice([0, 0, 1, 3])):
        value = rng.choice(["yes", "x", "3", "2026-11-20", "Ada", "unsure"])
        with suppress(Refused):
            start(pack, "main", now=NOW, given={**known, name: value}, audience=audience)
            known[name] = value
    hold(start(pack, "main", now=NOW, given=known, audience=audience), todo)


@profile(120, 3000)
@given(seed=st.integers(0, 2**32), todo=actions)
def test_a_conversation_goes_on_as_it_was_where_everything_is_called_otherwise(
    seed: int, todo: list[tuple[str, int, Odd]]
) -> None:
    sources = Maker(random.Random(seed)).sources()
    given = {"fork": "yes"} if seed % 3 == 0 else {}
    conversation = Conversation(start(compiled(sources), "main", now=NOW, given=given))
    for number, (action, number_seed, value) in enumerate(todo):
        conversation.do(action, random.Random(f"{number} {number_seed}"), value.value)
    other = compiled(renamed(sources))
    for _ in range(3):
        before = conversation.session
        after = move(before, other, now=conversation.tick())
        check_replay(after)
        assert pictured(after) == json.loads(in_new_names(json.dumps(pictured(before))))
        assert not differences(before, after)
        if all(entry.given for entry in before.trail):
            return
        conversation.session = back(before, now=conversation.tick())


def pictured(session: Session) -> Any:
    """A session in the names of its pack: what was said, what stands, what is known and what would be offered."""
    pack, book, state = session.pack, session.book, session.state

    def value(fact: str, said: Any) -> Any:
        """A typed text is no name, whatever it says."""
        is_typed = fact in pack.facts and not pack.facts[fact].choices
        return list(str(said).encode()) if is_typed else said

    known = {name: value(name, written(one)) for name, one in state.facts.items()}
    per_item = [(name, items, value(name, str(one))) for name, of in state.entries.items() for items, one in of.items()]
    trail = [(one.place, value(one.fact, one.value), one.fact, one.items, one.kept, one.by) for one in session.trail]
    taken_back = [(one.place, value(one.fact, one.value)) for one in book.taken_back.values()]
    entries = [(one.place, value(one.fact, one.value), one.seq, one.since) for one in book.places.values()]
    waiting = [task.place for task in state.waiting]
    return json.loads(json.dumps([known, per_item, trail, session.prompt.place, waiting, taken_back, entries]))


class Two:
    """Two people on one session. Each looks at a copy that may be stale; what the later one answered is kept out of force on
    top of what the other one did, and then both see the same."""

    def __init__(self, session: Session) -> None:
        self.stored = session
        self.copies = [session, session]
        self.now = NOW

    def do(self, who: int, action: str, rng: random.Random) -> None:
        self.now += timedelta(seconds=20)
        mine = getattr(self, action)(self.copies[who], rng)
        if mine is None:
            return
        event = mine.log[-1]
        if self.copies[who].log == self.stored.log:
            self.stored = mine
        elif isinstance(event, Answered | Changed):
            before = self.stored
            self.stored = late(before, event.answers, now=self.now, by=str(who))
            assert (self.stored.state, self.stored.trail) == (before.state, before.trail)
        self.copies[who] = self.stored
        check_replay(self.stored)
        self.check_offered()

    def check_offered(self) -> None:
        """What came too late is offered at its place as long as nothing newer was said there."""
        newest: dict[str, tuple[bool, Answer]] = {}
        for event in self.stored.log:
            if isinstance(event, Answered | Changed | TakenBack | Late):
                newest |= {one.place: (isinstance(event, Late), one) for one in event.answers}
        came_late = {place: one for place, (is_late, one) in newest.items() if is_late}
        assert self.stored.book.late == came_late
        prompt = self.stored.prompt
        standing = prompt.fields if isinstance(prompt, Form) else (prompt,)
        for asked in (*standing, *(asked_at(self.stored, entry.place) for entry in self.stored.trail)):
            if isinstance(asked, Question | Attempt) and asked.place in came_late:
                assert asked.default == came_late[asked.place].value

    def answer(self, session: Session, rng: random.Random) -> Session | None:
        return None if isinstance(session.prompt, Ending | Stuck) else try_plausible(session, rng, self.now)

    def change(self, session: Session, rng: random.Random) -> Session | None:
        for entry in rng.sample(session.trail, len(session.trail)):
            asked = asked_at(session, entry.place)
            for _ in range(3 if asked is not None else 0):
                with suppress(Refused):
                    return change(session, entry.place, plausible(asked, rng), now=self.now).session
        return None

    def back(self, session: Session, rng: random.Random) -> Session | None:
        with suppress(Refused):
            return back(session, now=self.now)
        return None


@profile(150, 2000)
@given(
    pack=packs,
    todo=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(["answer"] * 3 + ["change", "back"]), st.integers(0, 2**32)),
        min_size=10,
        max_size=30,
    ),
)
def test_two_people_on_one_session_leave_a_log_that_replays(pack: Pack, todo: list[tuple[int, str, int]]) -> None:
    two = Two(start(pack, "main", now=NOW))
    for number, (who, action, seed) in enumerate(todo):
        two.do(who, action, random.Random(f"{number} {seed}"))
        note(f"{who} {action}: {said(two.stored)}, late {two.stored.book.late}")


@profile(100, 1000)
@given(
    flow=st.sampled_from(sorted(name for name, one in shipped().flows.items() if one.offered)),
    agent=st.booleans(),
    known=st.sampled_from([{}, {}, {"change_reason": "missing"}, {"line_status": "awaiting", "can_edit_order": "yes"}]),
    todo=actions,
)
def test_a_conversation_on_the_shipped_pack_is_what_its_log_says(
    flow: str, agent: bool, known: dict[str, str], todo: list[tuple[str, int, Odd]]
) -> None:
    hold(start(shipped(), flow, now=NOW, given=known, audience="agent" if agent else "customer"), todo)


@profile(200, 2000)
@given(seed=st.integers(0, 2**20), agent=st.booleans(), flow=st.sampled_from(sorted(shipped().flows)))
def test_every_walk_of_the_shipped_flows_ends_as_soon_as_was_said(seed: int, agent: bool, flow: str) -> None:
    assume(shipped().flows[flow].offered)
    rng = random.Random(seed)
    session = start(shipped(), flow, now=NOW, audience="agent" if agent else "customer")
    check_left(session, rng, NOW)
    for _ in range(MOST_PROMPTS):
        if isinstance(session.prompt, Ending):
            return
        after = try_plausible(session, rng, NOW)
        assert after is not None, session.prompt
        session = after
    raise AssertionError(f"no ending after {MOST_PROMPTS} prompts: {said(session)}")


@profile(300, 6000)
@given(pack=packs, seed=st.integers(0, 2**20), agent=st.booleans())
def test_what_is_left_is_announced_honestly_from_the_first_question_on(pack: Pack, seed: int, agent: bool) -> None:
    session = start(pack, "main", now=NOW, audience="agent" if agent else "customer")
    check_left(session, random.Random(seed), NOW)


FACTS_OF_ALL_TYPES = {
    "yes": {"ask": "?", "unsure": True},
    "one": {"ask": "?", "choices": {"x": "X", "y": "Y, Z"}},
    "many": {"ask": "?", "many": True, "none": True, "min": "1", "choices": {"x": "X", "y": "Y, Z"}},
    "text": {"ask": "?", "type": "text", "pattern": "[a-z]+( [a-z]+)*"},
    "free": {"ask": "?", "type": "text", "refuse": {"when": "lower(free) == 'no'", "tell": "Not {{ free }}."}},
    "number": {"ask": "?", "type": "number", "max": "100"},
    "money": {"ask": "?", "type": "money", "min": "-5"},
    "day": {"ask": "?", "type": "date", "max": "today + 5000"},
    "mail": {"ask": "?", "type": "email"},
    "files": {"ask": "?", "type": "files", "max": "3"},
}


@cache
def asking(fact: str) -> Session:
    flow = {"title": "T", "steps": {"a": {"ask": fact} if fact else {"try": "Do it."}, "b": {"tell": "So.", "then": "end"}}}
    flow["outcomes"] = {"end": {"kind": "solved", "title": "E", "wants": sorted(FACTS_OF_ALL_TYPES)}}
    sources = {"facts.yaml": FACTS_OF_ALL_TYPES, "main.yaml": flow}
    found = compile_sources({name: json.dumps(text).encode() for name, text in sources.items()}, "types")
    assert found.pack is not None, found.problems
    return start(found.pack, "main", now=NOW)


@profile(400, 20000)
@given(fact=st.sampled_from(["", *FACTS_OF_ALL_TYPES]), value=odd, wanted=st.integers(0, 11))
def test_no_answer_however_odd_raises_anything_but_refused(fact: str, value: Odd, wanted: int) -> None:
    """At a question, a `try`, a `tell` and the wants of an ending."""
    session = asking(fact)
    for prompt in ["worked", "seen", *[""] * 9][: wanted if not fact else 0]:
        session = answer(session, prompt, now=NOW)
    shown = picture(session)
    try:
        after = answer(session, value.value, now=NOW)
    except Refused:
        assert picture(session) == shown
        return
    check_replay(after)
    assert not set(str(after.log[-1].answers[0].value)) & set("\x00\x1b\u202e\u202c\ud800\r")  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ODD)
def test_every_odd_answer_is_refused_or_taken_as_a_valid_one(name: str) -> None:
    for fact in ("", *FACTS_OF_ALL_TYPES):
        try:
            after = answer(asking(fact), ODD[name], now=NOW)
        except Refused:
            continue
        check_replay(after)
