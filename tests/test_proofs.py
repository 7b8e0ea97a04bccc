"""The proofs: what no answers can reach is known to be so, every trap is found with answers that lead into it, and whatever
the engine does the explorer has allowed for.
"""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import NOW, pack
from test_engine_properties import made, shipped, try_plausible

from assistant.author.explore.example import example
from assistant.author.explore.moves import End, Taken, Trap
from assistant.author.explore.states import explore
from assistant.author.proofs import Proofs, prove
from assistant.engine import start
from assistant.engine.prompt import Ending, Stuck
from assistant.flow.model import Pack
from assistant.flow.reach import part

LONG = os.environ.get("ASSISTANT_LONG") == "1"


def proved(main: str, **files: str) -> Proofs:
    """What is proved of an inline pack."""
    return prove(pack(main, **files), NOW)  # type: ignore[arg-type]


def codes(found: Proofs) -> list[str]:
    return [problem.code for problem in found.problems]


def told(found: Proofs, code: str) -> str:
    """The sentence of the one problem with a code."""
    (problem,) = (one for one in found.problems if one.code == code)
    return problem.message


def straight(rule: str, facts: str) -> Proofs:
    """A flow that asks some facts in a line, and has a step that a rule guards."""
    asked = [line.partition(":")[0] for line in facts.strip().splitlines() if "{value:" not in line]
    asks = "".join(f"\n  ask-{number}: {{ask: {name}}}" for number, name in enumerate(asked))
    flow = f'steps:{asks}\n  guarded: {{when: "{rule}", tell: Here it is.}}\n  last: {{then: done}}\n'
    return proved(flow, facts=facts)


NUMBERS = """
n: {ask: "How many?", type: number}
m: {ask: "How many more?", type: number}
"""
DAYS = """
from_day: {ask: "From?", type: date}
to_day: {ask: "To?", type: date}
span: {value: to_day - from_day}
old: {value: days_until(from_day)}
"""
CHOICES = """
c: {ask: "Which?", choices: {x: X, y: Y, z: Z}}
d: {ask: "Which other?", choices: {x: X, y: Y}}
b: {ask: "Is it so?"}
"""
SEVERAL = """
s: {ask: "Which of these?", many: true, none: None, choices: {x: X, y: Y, z: Z}}
"""


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("n > 7 and n < 5", NUMBERS),
        ("n == 3 and n != 3", NUMBERS),
        ("n > 7 and n * 2 < 10", NUMBERS),
        ("n + m > 7 and m + n < 5", NUMBERS),
        ("n - m > 0 and m - n > 0", NUMBERS),
        ("min(n, 3) > 4", NUMBERS),
        ("span > 7 and to_day < from_day + 5", DAYS),
        ("old > 3 and old < 4", DAYS),
        ("from_day > today and old < 0", DAYS),
        ("from_day == '2026-01-01' and from_day > '2026-06-01'", DAYS),
        ("c == 'x' and c in ['y', 'z']", CHOICES),
        ("c == d and c == 'z'", CHOICES),
        ("b and not b", CHOICES),
        ("(7 if c == 'x' else 30) > 20 and c == 'x'", CHOICES),
        ("'x' in s and only(s, 'y', 'z')", SEVERAL),
        ("count(s) > 1 and count(s) < 2", SEVERAL),
        ("all_of(s, 'x', 'y') and not any_of(s, 'x')", SEVERAL),
    ],
)
def test_rules_that_contradict_each_other_are_proved_never_to_hold(rule, facts):
    assert "F703" in codes(straight(rule, facts))


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("n > 5 and n < 7", NUMBERS),
        ("n > 5 and n < 6", NUMBERS),
        ("n + m > 7 and n < 5", NUMBERS),
        ("n >= 3 and n <= 3", NUMBERS),
        ("span > 7 and from_day < today", DAYS),
        ("old >= 3 and old < 4", DAYS),
        ("c == d", CHOICES),
        ("c != d and b", CHOICES),
        ("'x' in s and not only(s, 'x')", SEVERAL),
        ("count(s) > 2", SEVERAL),
        ("only(s, 'y')", SEVERAL),
    ],
)
def test_rules_that_can_hold_are_not_called_contradictions(rule, facts):
    found = straight(rule, facts)
    assert "F703" not in codes(found)


def test_a_date_lies_on_whole_days_and_a_number_need_not():
    assert "F703" in codes(straight("old > 3 and old < 4", DAYS))
    assert "F703" not in codes(straight("n > 3 and n < 4", NUMBERS))


def test_a_trap_is_told_with_the_shortest_answers_that_lead_into_it_and_the_engine_confirms_them():
    found = proved(
        """
        steps:
          place: {ask: place, then: {shop: out}}
          sure: {ask: sure}
          round: {when: not sure, then: place-again}
          out: {then: done}
          place-again: {when: place == 'home', then: round}
          there: {then: other}
        """,
        facts="""
        place: {ask: "Where?", choices: {shop: Shop, home: Home}}
        sure: {ask: "Sure?"}
        """,
    )
    assert told(found, "F701") == (
        "Answers can lead to `round`, and no further: it comes back to this step without asking anything. "
        "For example: place: home, sure: no."
    )


def test_what_was_decided_in_a_flow_that_is_run_still_holds_when_it_comes_back():
    found = proved(
        """
        steps:
          look: {run: look, then: {seen: done, else: next}}
          light: {when: lamp, tell: It is on.}
          last: {then: other}
        """,
        facts='lamp: {ask: "Is it on?"}',
        look="""
        steps:
          lamp: {ask: lamp, then: {yes: seen, no: not-seen}}
        outcomes:
          seen: {kind: exit}
          not-seen: {kind: exit}
        """,
    )
    assert told(found, "F703") == "No answers ever lead to `light`."


def test_an_exit_that_is_never_reached_is_told_where_it_is_caught():
    found = proved(
        """
        steps:
          look: {run: look, then: {seen: done, lost: other}}
        """,
        facts='lamp: {ask: "Is it on?"}',
        look="""
        steps:
          lamp: {ask: lamp}
          dark: {when: lamp and not lamp, then: lost}
          clear: {then: seen}
        outcomes:
          seen: {kind: exit}
          lost: {kind: exit}
        """,
    )
    assert told(found, "F704") == "No answers take the way `lost` from `look` to `other`."


def test_at_most_ends_a_round_and_how_often_is_counted():
    def flow(limit: str) -> str:
        return f"""
        steps:
          look:
            try: Look.
            {limit}
            then: {{worked: done, else: look}}
        """

    assert codes(proved(flow("at_most: {times: 3, else: other}"))) == []
    assert codes(proved(flow(""))) == ["F702"]


def test_visits_are_known_as_often_as_the_step_was_entered():
    found = proved(
        """
        steps:
          look:
            try: Look.
            at_most: {times: 2, else: other}
            then: {worked: done, else: check}
          check:
            then: [{when: visits('look') > 2, then: done}, {else: look}]
        """
    )
    assert codes(found) == ["F704"]


def test_the_result_of_a_try_is_known_until_it_is_tried_again():
    found = proved(
        """
        steps:
          look: {try: Look., then: {worked: done}}
          went-well: {when: "result('look') == 'worked'", tell: It did.}
          last: {then: other}
        """
    )
    assert told(found, "F703") == "No answers ever lead to `went-well`."


def test_a_refused_value_is_never_met_again():
    found = proved(
        """
        steps:
          n: {ask: n}
          large: {when: n > 10, tell: So many.}
          last: {then: done}
        """,
        facts='n: {ask: "How many?", type: number, refuse: {when: n > 5, tell: Too many.}}',
    )
    assert told(found, "F703") == "No answers ever lead to `large`."


def test_limits_of_a_number_are_known():
    found = proved(
        """
        steps:
          n: {ask: n}
          large: {when: n > 10, tell: So many.}
          last: {then: done}
        """,
        facts='n: {ask: "How many?", type: number, min: 1, max: 10}',
    )
    assert told(found, "F703") == "No answers ever lead to `large`."


def test_a_table_is_read_row_by_row():
    found = proved(
        """
        steps:
          code: {ask: code}
          call: {when: "fix == 'Call'", tell: Call.}
          never: {when: "fix == 'Call' and code == 'e1'", tell: Never.}
          last: {then: done}
        """,
        facts="""
        code: {ask: "Which?", choices: codes.csv}
        fix: {value: "lookup(code, 'fix')"}
        """,
        tables={"codes.csv": "value,label,fix\ne1,One,Wait\ne2,Two,Call\n"},
    )
    assert told(found, "F703") == "No answers ever lead to `never`."


def test_a_text_that_is_one_word_is_no_other():
    found = proved(
        """
        steps:
          word: {ask: word}
          one: {when: "lower(word) == 'one' and lower(word) == 'two'", tell: Never.}
          same: {when: "word == 'one'", tell: Perhaps.}
          last: {then: done}
        """,
        facts='word: {ask: "Which word?", type: text}',
    )
    assert told(found, "F703") == "No answers ever lead to `one`."


def test_what_is_asked_of_agents_only_is_proved_for_both():
    found = proved(
        """
        steps:
          inside: {ask: inside, audience: agent}
          room: {tell: "It is in {{ inside }}."}
          last: {then: done}
        """,
        facts='inside: {ask: "Which room?", type: text}',
    )
    assert told(found, "F706").startswith("`room` shows `inside`, which is not asked on every way there.")


def test_a_computed_text_is_settled_where_all_that_it_needs_is():
    flow = """
        steps:
          b: {ask: b, then: {no: last}}
          n: {ask: n}
          last: {tell: "It is {{ twice }}.", then: done}
    """
    facts = """
        b: {ask: "So?"}
        n: {ask: "How many?", type: number}
        twice: {value: n * 2}
    """
    assert told(proved(flow, facts=facts), "F706") == (
        "`last` shows `n`, which is not asked on every way there. For example: b: no."
    )
    assert codes(proved(flow.replace("It is {{ twice }}.", "It is so."), facts=facts)) == []


def test_an_asked_fact_is_settled_behind_a_rule_that_cannot_hold_without_it():
    found = proved(
        """
        steps:
          b: {ask: b, then: {no: last}}
          n: {ask: n}
          last: {tell: [{when: known(n), tell: "It is {{ n }}."}, So it is.], then: done}
        """,
        facts="""
        b: {ask: "So?"}
        n: {ask: "How many?", type: number}
        """,
    )
    assert codes(found) == []


def test_not_sure_counts_as_not_known():
    found = proved(
        """
        steps:
          b: {ask: b}
          off: {when: not b, tell: It is off.}
          last: {then: done}
        """,
        facts='b: {ask: "Is it on?", unsure: true}',
    )
    assert told(found, "F708") == (
        "At `off` it may not be known whether `not b` holds; it then counts as not holding. For example: b: unsure."
    )


def many_facts(asked_again: bool) -> Pack:
    """Two hundred steps over thirty yes-no facts."""
    names = [f"f{number}" for number in range(30)]
    facts = "\n".join(f'{name}: {{ask: "Is {name}?"}}' for name in names)
    asks = "".join(f"\n  a{number}: {{ask: {name}}}" for number, name in enumerate(names))
    times = 5 if asked_again else 1
    tries = "".join(
        f"\n  t{turn}-{number}: {{when: {name}, try: Do it., then: {{worked: done}}}}"
        for turn in range(times) for number, name in enumerate(names)
    )  # fmt: skip
    return pack(f"steps:{asks}{tries}\n  last: {{then: other}}\n", facts=facts)


def test_thirty_facts_do_not_make_a_billion_states():
    found = explore(many_facts(asked_again=False), "main", "customer")
    assert found.whole
    assert not found.joined
    assert len(found.nodes) < 1_000


def test_facts_that_matter_all_at_once_are_not_told_apart_but_still_proved():
    found = prove(many_facts(asked_again=True), NOW)
    assert set(codes(found)) == {"F725"}
    assert found.states < 60_000


def test_where_it_gives_up_it_says_of_what_nothing_is_proved():
    found = prove(many_facts(asked_again=False), NOW, limit=50)
    assert codes(found) == ["F711"]
    assert found.unproven == ("main",)


def test_the_shipped_pack_has_nothing_but_hints():
    found = prove(shipped(), NOW)
    assert {problem.severity for problem in found.problems} <= {"hint"}
    assert found.unproven == ()


def test_for_every_ending_of_the_shipped_flows_there_are_answers_that_the_engine_confirms():
    for flow in shipped().flows:
        of_flow = part(shipped(), flow)
        found = explore(of_flow, flow, "customer")
        ends = [(number, node.at) for number, node in enumerate(found.nodes) if isinstance(node.at, End)]
        assert ends
        for number, end in ends:
            shown = example(of_flow, flow, "customer", found.way(number), NOW, lambda result: result.status == "ended")
            assert shown is not None, end
            prompt = shown.result.session.prompt  # type: ignore[union-attr]
            assert isinstance(prompt, Ending)
            assert prompt.outcome == end.outcome


def allowed(of_pack: Pack, flow: str, audience: str, seed: int) -> None:
    """Random walks of the engine stay within what was explored."""
    found = explore(part(of_pack, flow), flow, audience, 20_000)
    if not found.whole:
        return
    ends = {(node.at.flow, node.at.outcome) for node in found.nodes if isinstance(node.at, End)}
    traps = {node.at.code for node in found.nodes if isinstance(node.at, Trap)}
    rng = random.Random(seed)
    for _ in range(4):
        session, now = start(of_pack, flow, now=NOW, audience=audience), NOW
        for _ in range(40):
            now += timedelta(minutes=1)
            if isinstance(session.prompt, Ending | Stuck):
                break
            further = try_plausible(session, rng, now)
            if further is None:
                break
            session = further
        for passed in session.state.passed:
            if passed.step in of_pack.flows[passed.flow].steps and not passed.given:
                assert Taken(passed.flow, passed.step, "step") in found.taken
        if isinstance(session.prompt, Ending):
            assert (session.prompt.flow, session.prompt.outcome) in ends
        elif isinstance(session.prompt, Stuck):
            assert session.prompt.code.partition("-")[0] in {code.partition("-")[0] for code in traps}


@given(seed=st.integers(0, 10**9))
@settings(max_examples=1_500 if LONG else 60, deadline=None, derandomize=not LONG, suppress_health_check=list(HealthCheck))
def test_whatever_the_engine_does_was_allowed_for(seed):
    of_pack = made(seed)
    for flow in of_pack.flows:
        for audience in ("customer", "agent"):
            allowed(of_pack, flow, audience, seed)


@pytest.mark.parametrize("flow", sorted(shipped().flows))
def test_whatever_the_engine_does_in_the_shipped_flows_was_allowed_for(flow):
    for audience in ("customer", "agent"):
        allowed(shipped(), flow, audience, 1)
