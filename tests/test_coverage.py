"""What conversations reach of a flow, and where what they don't reach stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

import pytest
from support import NOW, pack, talk

from assistant.author.coverage import Spot, all_spots, by_group, percent, reached
from assistant.author.spots import Coverage, Covered, Missing, coverage
from assistant.author.suites import suites
from assistant.author.verdicts import Report, run_tests
from assistant.engine.trace import trace
from assistant.flow.model import Pack

FACTS = """
powered: {ask: "Is it on?"}
light: {ask: "Which light?", choices: {green: Green, red: Red}, unsure: true}
devices: {ask: "Which devices?", many: true, none: None, choices: {laptop: Laptop, phone: Phone}}
number: {ask: "Which number?", type: number}
role: {ask: "Who are you?", choices: {user: A user, agent: An agent}}
"""

FLOW = """
steps:
  powered: {then: {no: done}}
  paper: {when: "light == 'red'", try: Put paper in., then: {worked: done, failed: other, else: next}}
  number: {then: [{when: number > 5, then: done}]}
  which: {ask: devices}
  clear: {tell: "Clear {{ item }}.", each: devices}
  retry: {try: Once more., at_most: {times: 2, else: other}, then: {worked: done, else: retry}}
outcomes:
  ask-somebody: {kind: action, title: Ask, needs: [role, light]}
"""


def spots(found: Iterable[Spot]) -> set[str]:
    """Spots as words: `answer powered no`."""
    return {" ".join(part for part in (spot.kind, spot.name, spot.detail) if part) for spot in found}


@pytest.fixture(scope="module")
def printers() -> Pack:
    return pack(FLOW.replace("then: other", "then: ask-somebody"), facts=FACTS)


def test_a_flow_has_spots_for_steps_branches_choices_and_outcomes(printers: Pack) -> None:
    assert spots(all_spots(printers, "main")) == {
        "step powered", "step paper", "step number", "step which", "step clear", "step retry",
        "answer powered no", "else powered",
        "skip paper", "answer paper worked", "answer paper failed", "else paper",
        "row number 0", "else number", "limit retry", "answer retry worked", "else retry",
        "choice powered yes", "choice powered no",
        "choice devices laptop", "choice devices phone", "choice devices none",
        "result paper worked", "result paper failed", "result paper skipped",
        "result retry worked", "result retry failed", "result retry skipped",
        "choice light green", "choice light red", "choice light unsure", "choice role user", "choice role agent",
        "outcome ask-somebody", "outcome done", "outcome other",
    }  # fmt: skip


def test_a_conversation_reaches_what_it_walks_through(printers: Pack) -> None:
    session = talk(printers, True, 3, ["phone"], "seen", "failed", "skipped").session
    assert spots(reached(printers, session)) == {
        "step powered", "else powered", "skip paper", "step number", "else number", "step which", "step clear",
        "step retry", "else retry", "limit retry", "outcome other",
        "choice powered yes", "choice number 3", "choice devices phone", "result retry failed", "result retry skipped",
    }  # fmt: skip


def test_the_ways_out_of_a_step_are_told_apart(printers: Pack) -> None:
    by_row = talk(printers, True, 7).session
    assert {"row number 0", "outcome done"} <= spots(reached(printers, by_row))
    by_answer = talk(printers, False).session
    assert spots(reached(printers, by_answer)) == {"step powered", "answer powered no", "choice powered no", "outcome done"}
    by_result = talk(printers, "failed", given={"light": "red", "powered": "yes"}).session
    assert {"step paper", "answer paper failed", "result paper failed"} <= spots(reached(printers, by_result))
    assert "choice light red" not in spots(reached(printers, by_result))  # it was given, and nobody picked it


def test_what_was_reached_before_a_change_or_a_step_back_counts_too(printers: Pack) -> None:
    changed = talk(printers, True, 7).change("powered", False).session
    assert {"row number 0", "answer powered no", "choice powered yes"} <= spots(reached(printers, changed))
    taken_back = talk(printers, True, 3).back().say(7).session
    assert {"else number", "row number 0"} <= spots(reached(printers, taken_back))


def test_a_session_is_walked_on_the_version_that_is_asked_about(printers: Pack) -> None:
    session = talk(printers, False).session
    newer = pack("steps: {powered: {then: {no: next}}, more: {tell: More., then: other}}", facts=FACTS)
    assert "step more" in spots(reached(newer, session))
    assert "step more" not in spots(reached(printers, session))


def test_an_answer_that_names_all_leaves_nothing_to_fall_through() -> None:
    flow = "steps: {powered: {then: {yes: done, no: other}}}"
    assert "else powered" not in spots(all_spots(pack(flow, facts=FACTS), "main"))
    flow = "steps: {light: {then: {green: done, red: other, unsure: done}}}"
    assert "else light" not in spots(all_spots(pack(flow, facts=FACTS), "main"))
    flow = "steps: {a: {try: A., also: {late: Late}, then: {worked: done, failed: other, skipped: done, late: done}}}"
    assert "else a" not in spots(all_spots(pack(flow), "main"))


PART = """
steps: {look: {try: Look., then: {worked: yes-there, else: gone}}}
outcomes: {yes-there: {kind: exit}, gone: {kind: exit}}
"""


def test_a_flow_that_is_run_has_spots_of_its_own_and_its_exits_are_branches() -> None:
    both = pack("steps: {look: {run: part, then: {yes-there: done, gone: other}}}", part=PART)
    assert spots(all_spots(both, "main")) == {
        "step look", "answer look yes-there", "answer look gone", "outcome done", "outcome other",
    }  # fmt: skip
    session = talk(both, "worked").session
    assert {spot for spot in reached(both, session) if spot.flow == "part"} == {
        Spot("step", "part", "look"), Spot("answer", "part", "look", "worked"), Spot("result", "part", "look", "worked"),
        Spot("outcome", "part", "yes-there"),
    }  # fmt: skip
    assert Spot("answer", "main", "look", "yes-there") in reached(both, session)
    one = pack("steps: {look: {run: part, then: {yes-there: done, else: other}}}", part=PART)
    assert "else look" in spots(all_spots(one, "main"))


def test_the_rows_of_a_table_need_not_be_reached_one_by_one() -> None:
    facts = "code: {ask: Which code?, choices: codes.csv, unsure: true}"
    tables = {"codes.csv": "value,label\n1,One\n2,Two\n"}
    found = pack("steps: {code: {then: {'1': done, else: other}}}", facts=facts, tables=tables)
    assert spots(all_spots(found, "main")) == {
        "step code", "answer code 1", "else code", "choice code unsure", "outcome done", "outcome other",
    }  # fmt: skip


def test_a_step_for_the_other_audience_is_neither_entered_nor_skipped_by_its_rule() -> None:
    flow = "steps: {a: {tell: A., audience: agent}, b: {tell: B., then: done}}"
    found = pack(flow)
    session = talk(found, "seen").session
    assert not {"step a", "skip a"} & spots(reached(found, session))
    assert "step a" in spots(reached(found, talk(found, "seen", audience="agent").session))


def test_the_way_of_a_conversation_can_be_told_step_by_step() -> None:
    both = pack("steps: {look: {run: part, then: {yes-there: done, else: other}}}", part=PART)
    assert [(move.kind, move.place, move.detail) for move in trace(talk(both, "failed").session)] == [
        ("step", "look", ""), ("step", "look/look", ""), ("else", "look/look", ""), ("outcome", "look/gone", ""),
        ("else", "look", ""), ("outcome", "other", ""),
    ]  # fmt: skip


def test_percent_is_never_rounded_up_to_all() -> None:
    assert (percent(0, 0), percent(1, 1), percent(1999, 2000), percent(2, 3)) == (100, 100, 99.9, 66.6)


def test_spots_are_counted_by_group(printers: Pack) -> None:
    assert by_group(all_spots(printers, "main")) == {"steps": 6, "branches": 11, "choices": 16, "outcomes": 3}


# Where they stand


FILES = {
    "pack.yaml": "title: Printers\n",
    "outcomes.yaml": "other: {kind: action, title: Other}\n",
    "facts.yaml": """
        light:
          ask: Which light?
          choices:
            green: Green
            red: Red
          unsure: true
        powered: {ask: Is it on?}
    """,
    "power.yaml": """
        title: Power
        facts:
          plug: {ask: Is it plugged in?, choices: {in: In, out: Out}}
        steps:
          light:
            then: {green: done}
          paper:
            when: light == 'red'
            try: Put paper in.
            also: {jammed: Jammed}
            then:
              worked: done
              else: next
          powered:
            then:
              - {when: powered, then: done}
              - {else: next}
          plug:
          never:
            when: plug == 'out' and powered
            ask: powered
            then: {no: done}
          last:
            try: Once more.
            at_most:
              times: 1
              else: other
            then: {worked: done, else: last}
        outcomes:
          done: {kind: solved, title: Done}
    """,
    "power.test.yaml": """
        tests:
          - name: The light is green
            answers: {light: green}
            expect: {outcome: done}
          - name: It must be tried again
            answers: {light: unsure, powered: no, plug: in, last: failed}
            expect: {outcome: other}
    """,
}


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(dedent(text).lstrip("\n"))
    found = run_tests(suites([tmp_path]), NOW, with_coverage=True)
    assert found.is_clean, "\n".join(found.as_lines(0))
    return found


def test_everything_that_is_not_reached_is_told_with_its_place(report: Report) -> None:
    covered = report.covered
    assert covered is not None
    assert [(f"{one.path}:{one.line}:{one.column}", *one.spot[0:1], *one.spot[2:]) for one in covered.missing] == [
        ("facts.yaml:5:5", "choice", "light", "red"),
        ("facts.yaml:7:1", "choice", "powered", "yes"),
        ("power.yaml:3:52", "choice", "plug", "out"),
        ("power.yaml:7:3", "step", "paper", ""),
        ("power.yaml:9:5", "result", "paper", "failed"),
        ("power.yaml:9:5", "result", "paper", "skipped"),
        ("power.yaml:9:5", "result", "paper", "worked"),
        ("power.yaml:10:12", "result", "paper", "jammed"),
        ("power.yaml:12:7", "answer", "paper", "worked"),
        ("power.yaml:13:7", "else", "paper", ""),
        ("power.yaml:16:16", "row", "powered", "0"),
        ("power.yaml:19:3", "step", "never", ""),
        ("power.yaml:22:5", "else", "never", ""),
        ("power.yaml:22:12", "answer", "never", "no"),
        ("power.yaml:24:5", "result", "last", "skipped"),
        ("power.yaml:24:5", "result", "last", "worked"),
        ("power.yaml:28:12", "answer", "last", "worked"),
    ]


def test_of_a_step_that_is_never_entered_only_that_is_told_to_a_reader(report: Report) -> None:
    covered = report.covered
    assert covered is not None
    told = [one.sentence for one in covered.worth_telling()]
    assert "Not tested: the step `paper`." in told
    assert not [sentence for sentence in told if "`paper`" in sentence and "step" not in sentence]
    assert "Not tested: the answer `red` to `light`, where `power` asks it." in told
    assert "Not tested: row 1 of `then` in `powered`." in told


def test_the_report_ends_with_the_percentage_of_all(report: Report) -> None:
    lines = list(report.as_lines(0.4))
    reached, spots = report.covered.counts if report.covered is not None else (0, 0)
    assert lines[-1] == "2 tests passed in 0.4 s."
    assert lines[-2] == f"{int(1000 * reached / spots) / 10:g} % is tested: {reached} of {spots}."
    assert lines[-3].startswith("power  ")
    assert "4 of 6 steps" in lines[-3]


def test_how_much_is_wanted_is_compared_exactly(printers: Pack) -> None:
    missing = Missing(Spot("step", "main", "powered"), "main.yaml", 1, 1)
    flow = Covered("main", {"steps": 1999}, {"steps": 2000})
    assert not Coverage((flow,), (missing,)).is_at_least(100)
    assert Coverage((flow,), (missing,)).is_at_least(99.95)
    assert Coverage((), ()).is_at_least(100)


def test_a_pack_with_an_error_has_no_coverage(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("title: A\n")
    (tmp_path / "a.yaml").write_text("title: A\nsteps: {a: {tell: A.}}\n")
    (suite,) = suites([tmp_path])
    assert coverage([(suite, frozenset())]).flows == ()
