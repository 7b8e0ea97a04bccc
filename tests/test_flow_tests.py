"""Tests of flows: what a file of tests may say, what comes of each expectation, and how a failure reads."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent, indent

import pytest
from click.testing import CliRunner
from support import pack as pack_of

from assistant.author.suites import suites
from assistant.author.testfile import read_tests
from assistant.author.testing import Verdict, run_test
from assistant.author.verdicts import failure_lines, run_tests
from assistant.cli import author as commands
from assistant.flow.model import Pack
from assistant.flow.problem import Problem

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
FLOWS = Path(__file__).parent.parent / "flows"

FACTS = """
powered: {ask: "Is it on?"}
light: {ask: "Which light?", choices: {green: Green, red: {label: Red, note: It blinks.}}, unsure: {tell: Look at it.}}
devices: {ask: "Which devices?", many: true, none: None of these, choices: {laptop: Laptop, phone: Phone}}
network: {ask: "Which network does {{ item }} use?", choices: {home: Home, guest: Guest}}
bought:
  ask: When was it bought?
  type: date
  refuse: {when: bought > today, tell: That day is still to come.}
price: {ask: "What did it cost?", type: money}
pin: {ask: "Which PIN?", type: text, sensitive: true}
number: {ask: "Which number is on the sticker?", type: text}
age_in_days: {value: 0 - days_until(bought)}
"""

MAIN = """
steps:
  powered: {then: {no: on}}
  light: {}
  old:
    when: age_in_days > 30
    tell: Its time was over on {{ bought }}.
  paper:
    when: light == 'red'
    try: Put **paper** in. Close it until it clicks.
    label: Put paper in
    also: {jammed: It is jammed}
    note: The tray is at the bottom.
    then: {worked: prints, jammed: desk}
  buy: {ask: [bought, price]}
  which: {ask: devices}
  nets: {ask: network, each: devices}
  repair: {run: repair, then: {fixed: prints, else: next}}
  retry: {try: Print once more., at_most: {times: 2, else: desk}, then: {worked: prints, skipped: desk, else: retry}}
outcomes:
  on: {kind: action, title: Switch it on, tell: The switch is at the back.}
  prints: {kind: solved, title: It prints}
  desk:
    kind: case
    title: Open a case
    needs: [number]
    case: {portal: desk, subject: "Printer {{ number }} is broken", fields: {Urgency: High}}
    message: {to: The desk, subject: "Printer {{ number }}", body: "Please come.\\n\\n{{ record }}"}
"""

REPAIR = """
steps:
  restart: {try: Switch it off and on., then: {worked: fixed, else: broken}}
outcomes:
  fixed: {kind: exit}
  broken: {kind: exit}
"""

PORTALS = """
desk: {title: The desk, fields: {Urgency: {choices: [High, Low]}}, other_fields: none}
"""

USUAL = """
powered: yes
light: green
bought: 2026-11-20
price: 50
devices: none
restart: failed
retry: skipped
number: PR-42
pin: "0000"
"""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of(MAIN, facts=FACTS, repair=REPAIR, portals=PORTALS, secret="steps: {pin: {}, end: {then: done}}")


def read(pack: Pack, text: str, flow: str = "main") -> tuple[Problem, ...]:
    return read_tests(dedent(text), f"{flow}.test.yaml", pack, flow)[1]


def run(pack: Pack, answers: str = "{}", expect: str = "", more: str = "") -> Verdict:
    """The verdict on one test, whose usual answers lead to a case."""
    text = "today: 2026-11-22\nusually:\n" + indent(USUAL.strip(), "  ") + "\ntests:\n  - name: A test\n"
    text += indent(dedent(more), "    ") + "\n    answers:\n" + indent(dedent(answers), "      ")
    text += "\n    expect:\n" + indent(dedent(expect), "      ") + "\n"
    tests, problems = read_tests(text, "main.test.yaml", pack, "main")
    assert problems == (), [str(problem) for problem in problems]
    return run_test(pack, tests, tests.tests[0], NOW)


def told(verdict: Verdict) -> str:
    return "\n".join(one.sentence for one in verdict.differences)


# What a file may say


def test_a_file_of_tests_says_all_that_the_language_knows(pack: Pack) -> None:
    text = """
        today: 2026-11-22
        usually: {powered: yes, number: PR-42}
        tests:
          - name: Everything at once
            audience: agent
            lang: en
            facts: {light: red}
            answers:
              - paper: failed
              - bought: 2026-12-01
                refused: still to come
              - bought: 2026-10-20
              - price: "50.0"
              - devices: [laptop, phone]
              - network: {phone: guest, laptop: home}
              - repair/restart: failed
              - retry: failed
              - change: {price: 60}
                no_longer: []
              - back
              - retry: failed
              - retry#2: failed
            expect:
              outcome: desk
              kind: case
              passed: [paper, buy, repair/restart, retry]
              not_passed: [old]
              asked: [devices, retry]
              not_asked: [light]
              text: [Close it until it clicks, The tray is at the bottom]
              no_text: [Switch it on]
              case:
                portal: desk
                subject: Printer PR-42 is broken
                fields: {Urgency: High}
                tried: {failed: [paper, repair/restart, retry]}
                text: [50]
              message: {to: The desk, text: [Please come, Printer PR-42]}
    """.replace("text: [50]", "text: [Which network does Laptop use? Home]")
    tests, problems = read_tests(dedent(text), "main.test.yaml", pack, "main")
    assert problems == ()
    verdict = run_test(pack, tests, tests.tests[0], NOW)
    assert told(verdict) == ""


@pytest.mark.parametrize(
    ("text", "code", "at", "words"),
    [
        ("tests:\n  - name: a\n    answer: {}\n", "F101", (3, 5), "Did you mean `answers`?"),
        ("test: []\ntests: []\n", "F101", (1, 1), "Did you mean `tests`?"),
        ("today: 2026-11-22\n", "F102", (1, 1), "`tests` is missing"),
        ("tests:\n  - answers: {}\n", "F102", (2, 5), "`name` is missing"),
        ("tests: none\n", "F103", (1, 8), "list"),
        ("tests: [a]\n", "F103", (1, 9), "a test takes"),
        ("just words\n", "F103", (1, 1), "keys"),
        ("today: tomorrow\ntests: []\n", "F109", (1, 8), "no date"),
        ("usually: {pwered: yes}\ntests: []\n", "F602", (1, 11), "Did you mean `powered`?"),
        ("usually: [yes]\ntests: []\n", "F103", (1, 10), "keys with values"),
        ("tests:\n  - name: a\n    audience: agents\n", "F105", (3, 15), "Did you mean `agent`?"),
        ("tests:\n  - name: a\n    lang: in English\n", "F606", (3, 11), "language"),
        ("tests:\n  - name: a\n    facts: {ligth: red}\n", "F202", (3, 13), "Did you mean `light`?"),
        ("tests:\n  - name: a\n    facts: {age_in_days: 3}\n", "F409", (3, 13), "computed"),
        ("tests:\n  - name: a\n    facts: {light: [[red]]}\n", "F604", (3, 21), "no answer"),
        ("tests:\n  - name: a\n    answers: {ligth: red}\n", "F602", (3, 15), "Did you mean `light`?"),
        ("tests:\n  - name: a\n    answers: {rapair/restart: worked}\n", "F602", (3, 15), "restart"),
        ("tests:\n  - name: a\n    answers: yes\n", "F604", (3, 14), "a list, or names"),
        ("tests:\n  - name: a\n    answers: [{light: [[a]]}]\n", "F604", (3, 24), "no answer"),
        ("tests:\n  - name: a\n    answers:\n      - change: red\n", "F604", (4, 17), "`change` takes"),
        ("tests:\n  - name: a\n    answers:\n      - back: 2\n", "F604", (4, 15), "- back"),
        ("tests:\n  - name: a\n    answers:\n      - light: red\n        no_longer: [x]\n", "F604", (5, 20), "no_longer"),
        ("tests:\n  - name: a\n    answers:\n      - change: {pin: red}\n        no_longer: [x]\n", "F602", (4, 18), "`x`"),
        ("tests:\n  - name: a\n    answers: [{light: red, refused: Sorry, taken}]\n", "F012", (3, 44), "taken"),
        ("tests:\n  - name: a\n    answers: [{change: {'': red}}]\n", "F604", (3, 24), "`change` takes"),
        ("tests:\n  - name: a\n    answers: [{change: {light: a}, no_longer: ''}]\n", "F604", (3, 47), "no_longer"),
        ("tests:\n  - name: a\n    answers: [{'': {a: b}}]\n", "F604", (3, 20), "no answer"),
        ("tests:\n  - name: a\n  - name: a\n", "F605", (3, 5), "line 2"),
        ("tests:\n  - name: a\n    expect: {outcom: on}\n", "F101", (3, 14), "Did you mean `outcome`?"),
        ("tests:\n  - name: a\n    expect: on\n", "F103", (3, 13), "keys with values"),
        ("tests:\n  - name: a\n    expect: {outcome: print}\n", "F607", (3, 23), "Did you mean `prints`?"),
        ("tests:\n  - name: a\n    expect: {kind: solve}\n", "F105", (3, 20), "Did you mean `solved`?"),
        ("tests:\n  - name: a\n    expect: {passed: [papr]}\n", "F608", (3, 23), "Did you mean `paper`?"),
        ("tests:\n  - name: a\n    expect: {not_passed: [bought]}\n", "F608", (3, 27), "No step"),
        ("tests:\n  - name: a\n    expect: {asked: [prise]}\n", "F602", (3, 22), "Did you mean `price`?"),
        ("tests:\n  - name: a\n    expect: {not_asked: [repair]}\n", "F602", (3, 26), "Nothing that is asked"),
        ("tests:\n  - name: a\n    expect: {text: {a: b}}\n", "F103", (3, 20), "`text` takes"),
        ("tests:\n  - name: a\n    expect: {case: {portal: dsek}}\n", "F211", (3, 29), "Did you mean `desk`?"),
        ("tests:\n  - name: a\n    expect: {case: {field: {}}}\n", "F101", (3, 21), "Did you mean `fields`?"),
        ("tests:\n  - name: a\n    expect: {case: {fields: {Urgency: [High]}}}\n", "F103", (3, 39), "takes a text"),
        ("tests:\n  - name: a\n    expect: {case: {tried: {faild: [paper]}}}\n", "F101", (3, 29), "Did you mean `failed`?"),
        ("tests:\n  - name: a\n    expect: {case: {tried: {failed: [papr]}}}\n", "F608", (3, 38), "Did you mean `paper`?"),
        ("tests:\n  - name: a\n    expect: {message: {for: me}}\n", "F101", (3, 24), "There is: text, to."),
        ("tests:\n  - name: a\n    name: b\n", "F005", (3, 5), ""),
        ("tests: {{ a }}\n", "F009", (1, 8), ""),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_of_tests_is_told_with_its_place_and_the_nearest_name(
    pack: Pack, text: str, code: str, at: tuple[int, int], words: str
) -> None:
    problems = read(pack, text)
    assert [(one.code, (one.line, one.column)) for one in problems] == [(code, at)], [str(one) for one in problems]
    assert words in problems[0].message


def test_every_mistake_is_told_at_once(pack: Pack) -> None:
    text = """
        today: never
        usually: {lite: red}
        tests:
          - nam: First
            answers: [{a: b}, {c: [[d]]}, {e: f, refused: g, h: i}]
            expect: {outcome: nowhere, passed: [here, there], case: {tried: {lost: [x]}}}
          - name: Second
            expect: {asked: [you]}
    """
    codes = sorted(one.code for one in read(pack, text))
    assert codes == ["F101", "F101", "F102", "F109", *["F602"] * 6, *["F604"] * 2, "F607", *["F608"] * 3]


def test_a_step_that_two_flows_have_needs_its_path() -> None:
    two = "steps:\n  a: {run: one, then: {yes-a: next, no-a: next}}\n  b: {run: two, then: {yes-b: done, no-b: done}}\n"
    part = (
        "steps: {look: {try: Look., then: {worked: yes-X, else: no-X}}}\noutcomes: {yes-X: {kind: exit}, no-X: {kind: exit}}"
    )
    pack = pack_of(two, one=part.replace("X", "a"), two=part.replace("X", "b"))
    problems = read(pack, "tests:\n  - name: a\n    answers: [{look: worked}]\n    expect: {passed: [look]}\n")
    assert [one.code for one in problems] == ["F603", "F603"]
    assert "one, two" in problems[0].message
    text = "tests:\n  - name: a\n    answers: [{a/look: worked}, {b/look: failed}]\n    expect: {passed: [a/look, b/look]}\n"
    tests, problems = read_tests(text, "main.test.yaml", pack, "main")
    assert problems == ()
    assert run_test(pack, tests, tests.tests[0], NOW).passed


def test_tests_of_a_flow_that_is_not_there_name_the_nearest(pack: Pack) -> None:
    (problem,) = read(pack, "tests: []", flow="mian")
    assert (problem.code, str(problem).startswith("mian.test.yaml:1:1:")) == ("F601", True)
    assert "Did you mean `main`?" in problem.message


# Holding the conversation


def test_what_is_usual_serves_where_a_test_says_nothing_and_may_stay_unused(pack: Pack) -> None:
    assert run(pack, expect="outcome: desk").passed
    assert run(pack, "- powered: no", "outcome: on").passed


def test_a_question_without_an_answer_fails_and_is_told(pack: Pack) -> None:
    tests, _ = read_tests("tests:\n  - name: a\n    answers: [{powered: yes}]\n", "main.test.yaml", pack, "main")
    verdict = run_test(pack, tests, tests.tests[0], NOW)
    assert not verdict.passed
    assert told(verdict) == "`light` is asked, and nothing in the test answers it: “Which light?” Add a line `- light: …`."
    assert [one.at for one in verdict.differences] == [(2, 5)]


def test_the_field_of_a_form_that_has_no_answer_is_told() -> None:
    facts = "a: {ask: A?}\nprice: {ask: B?}\n"
    pack = pack_of("steps: {buy: {ask: [a, price]}, end: {then: done}}", facts=facts)
    tests, _ = read_tests("tests:\n  - name: a\n    answers: {a: yes}\n", "main.test.yaml", pack, "main")
    verdict = run_test(pack, tests, tests.tests[0], NOW)
    assert "`buy.price` is asked" in told(verdict)
    assert "`- price: …`" in told(verdict)


def test_an_answer_that_nothing_asks_for_fails_and_says_what_was_asked(pack: Pack) -> None:
    verdict = run(pack, "- powered: no\n- light: red", "outcome: on")
    assert told(verdict) == "Nothing asked for this answer: `light`. Asked was: powered."
    assert verdict.differences[0].at[1] == 9


def test_a_plain_answer_that_is_left_over_is_told_as_it_is_written(pack: Pack) -> None:
    assert told(run(pack, "[no, red]")) == "Nothing asked for this answer: `red`. Asked was: powered."


def test_a_change_that_never_comes_to_pass_fails(pack: Pack) -> None:
    verdict = run(pack, "- powered: no\n- light: red\n- change: {powered: yes}")
    assert "never happened" in told(verdict)


def test_a_change_happens_before_what_is_usual_is_asked(pack: Pack) -> None:
    verdict = run(pack, "- light: red\n- change: {powered: no}\n  no_longer: [light]", "outcome: on\nnot_passed: [paper]")
    assert told(verdict) == ""


def test_a_bad_answer_names_the_one_that_was_probably_meant(pack: Pack) -> None:
    verdict = run(pack, "- light: redd")
    assert "Choose one of: Green, Red. Did you mean `red`? (green, red, unsure)" in told(verdict)


def test_a_bad_answer_among_the_usual_ones_is_told_where_it_stands(pack: Pack) -> None:
    text = "tests:\n  - name: a\n    answers: {powered: yes}\nusually:\n  light: gren\n"
    tests, problems = read_tests(text, "main.test.yaml", pack, "main")
    assert problems == ()
    verdict = run_test(pack, tests, tests.tests[0], NOW)
    assert "Did you mean `green`?" in told(verdict)
    assert verdict.differences[0].at == (5, 3)


def test_a_bad_fact_is_told_where_it_stands(pack: Pack) -> None:
    tests, _ = read_tests("tests:\n  - name: a\n    facts:\n      powered: perhaps\n", "main.test.yaml", pack, "main")
    verdict = run_test(pack, tests, tests.tests[0], NOW)
    assert [one.at for one in verdict.differences] == [(4, 7)]
    assert "answer yes or no" in told(verdict)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            "- bought: 2026-12-01\n  refused: Never\n- bought: 2026-11-01",
            "was to be refused with “Never”, but what was said",
        ),
        ("- bought: 2026-11-01\n  refused: still to come", "was to be refused (“still to come”), but it was taken"),
        ("- light: red\n- change: {light: green}\n  no_longer: [powered]", "powered was to apply no longer"),
        ("- light: red\n- paper: failed\n- change: {light: green}\n  no_longer: []", "Nothing was to be lost"),
        ("- change: {price: 3}", "price has not been answered yet"),
        ("- back", "nothing to go back to"),
    ],
)
def test_what_is_expected_of_an_answer_and_does_not_come_is_told(pack: Pack, answers: str, words: str) -> None:
    assert words in told(run(pack, answers))


def test_the_day_of_a_test_is_that_of_its_file_and_a_test_may_have_its_own(pack: Pack) -> None:
    assert run(pack, "- bought: 2026-11-22", "not_passed: [old]").passed
    assert not run(pack, "- bought: 2026-11-23", "not_passed: [old]").passed
    late = run(
        pack, more="today: 2027-11-22\nfacts: {bought: 2026-11-20}", expect="passed: [old]\ntext: [over on 20 November]"
    )
    assert told(late) == ""


def test_without_a_day_a_test_is_held_on_the_day_it_is_run(pack: Pack) -> None:
    text = "tests:\n  - name: a\n    facts: {bought: 2026-11-23}\n    answers: {powered: no}\n"
    tests, _ = read_tests(text, "main.test.yaml", pack, "main")
    assert "still to come" in told(run_test(pack, tests, tests.tests[0], NOW))
    assert run_test(pack, tests, tests.tests[0], NOW.replace(day=23)).passed


# What is expected


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("outcome: prints", "It was to end in `prints`, but it ended in `desk` (Open a case)."),
        ("kind: solved", "It was to end as `solved`, but its ending `desk` is of the kind `case`."),
        (
            "passed: [light, old]",
            "It was to pass the step `old`, but it did not. It passed: powered, light, buy,",
        ),
        ("passed: [repair, light]", "It was to pass the step `light` after `repair`, but it did before."),
        ("not_passed: [repair/restart]", "It was not to pass the step `repair/restart`, but it did."),
        (
            "asked: [network]",
            "`network` was to be asked, but it was not. Asked was: powered, light, ",
        ),
        ("not_asked: [price]", "`price` was not to be asked, but it was."),
        ("text: [Print one more]", "These words were to be shown: “Print one more” Shown was: “Print once more.”"),
        ("text: [zzz]", "These words were to be shown, but they were not: “zzz”"),
        ("no_text: [once more]", "These words were not to be shown: “once more” Shown was: “Print once more.”"),
        ("case: {subject: Printer 42 is broken}", "to be “Printer 42 is broken”, but it is “Printer PR-42 is broken”."),
        ("case: {fields: {Urgency: Low}}", "The field `Urgency` of the case was to be “Low”, but it is “High”."),
        ("case: {fields: {Urgence: High}}", "The case has no field `Urgence`. Did you mean `Urgency`?"),
        (
            "case: {tried: {worked: [repair/restart]}}",
            "`repair/restart` was to be in the case as `worked`, but it is",
        ),
        (
            "case: {tried: {failed: [paper]}}",
            "`paper` was to be in the case as tried, but it is not.",
        ),
        ("case: {text: [What did it cost]}", ""),
        ("case: {text: [What did it costs]}", "It says: “"),
        ("case: {text: [zzz]}", "These words were to be in the case, but they are not: “zzz”"),
        ("message: {to: Somebody}", "The message was to go to “Somebody”, but it goes to “The desk”."),
        ("message: {text: [Please go]}", "These words were to be in the message: “Please go” It says: “Please come.”"),
        ("message: {text: [zzz]}", "These words were to be in the message, but they are not: “zzz”"),
    ],
)
def test_an_expectation_that_is_not_met_says_what_came(pack: Pack, expect: str, words: str) -> None:
    verdict = run(pack, expect=expect)
    assert words in told(verdict)
    assert len(verdict.differences) == (1 if words else 0)


@pytest.mark.parametrize("expect", ["case: {portal: desk}", "case: {subject: a}", "case: {fields: {a: b}}",
                                    "case: {tried: {failed: [paper]}}", "case: {text: [a]}"])  # fmt: skip
def test_an_ending_without_a_case_says_so(pack: Pack, expect: str) -> None:
    assert told(run(pack, "- powered: no", expect)) == "There is no case: the ending `on` is of the kind `action`."


def test_an_ending_without_a_message_says_so(pack: Pack) -> None:
    assert told(run(pack, "- powered: no", "message: {to: you, text: [a]}")) == "There is no message.\nThere is no message."


def test_what_was_known_already_was_not_asked(pack: Pack) -> None:
    verdict = run(pack, more="facts: {light: green}", expect="asked: [light]")
    assert told(verdict) == "`light` was to be asked, but it was known already."


def test_a_case_for_another_portal_is_told() -> None:
    flow = "steps: {a: {tell: A., then: b}}\noutcomes: {b: {kind: handoff, title: B}}"
    pack = pack_of(flow, portals=PORTALS)
    tests, _ = read_tests("tests:\n  - name: a\n    expect: {case: {portal: desk}}\n", "main.test.yaml", pack, "main")
    assert told(run_test(pack, tests, tests.tests[0], NOW)) == "The case was to go to `desk`, but it goes to `-`."


def test_words_may_stand_on_the_way_and_in_what_is_told_after_not_sure(pack: Pack) -> None:
    verdict = run(pack, "- light: unsure\n- light: red\n- paper: worked", "text: [Look at it, Put paper in., It prints]")
    assert told(verdict) == ""


def test_notes_are_shown_to_agents_only(pack: Pack) -> None:
    answers, expect = "- light: red\n- paper: worked", "text: [The tray is at the bottom., It blinks.]"
    assert run(pack, answers, expect, more="audience: agent").passed
    assert len(run(pack, answers, expect).differences) == 2


def test_only_the_way_that_led_to_the_end_was_passed(pack: Pack) -> None:
    verdict = run(pack, "- light: red\n- paper: failed\n- change: {light: green}", "not_passed: [paper]\nasked: [paper]")
    assert told(verdict) == ""


def test_steps_are_passed_in_the_order_that_is_expected_and_a_visit_can_be_named(pack: Pack) -> None:
    assert run(pack, "- retry: failed\n- retry: worked", "passed: [restart, retry, retry#2]\noutcome: prints").passed
    assert not run(pack, "- retry: worked", "passed: [retry, retry]").passed


def test_all_that_came_otherwise_is_told_in_the_order_of_the_file(pack: Pack) -> None:
    verdict = run(pack, expect="text: [zzz]\noutcome: prints\nasked: [network]\nkind: solved")
    assert [one.code for one in verdict.differences] == ["test.text", "test.outcome", "test.not_asked", "test.kind"]
    assert [one.at for one in verdict.differences] == sorted(one.at for one in verdict.differences)


# How a failure reads


def test_a_failure_reads_as_the_conversation_up_to_where_it_differed(pack: Pack) -> None:
    verdict = run(pack, "- powered: no", "outcome: prints")
    assert list(failure_lines(verdict)) == [
        "main.test.yaml:18:16: It was to end in `prints`, but it ended in `on` (Switch it on).",
        "  The conversation:",
        "    powered: no  Is it on? No",
        "                 It ended: Switch it on (`on`)",
    ]


def test_a_conversation_that_waits_shows_the_question_and_what_was_told(pack: Pack) -> None:
    text = "tests:\n  - name: a\n    today: 2026-12-31\n    facts: {bought: 2026-11-01}\n    answers: [yes, {light: red}]\n"
    tests, _ = read_tests(text, "main.test.yaml", pack, "main")
    lines = list(failure_lines(run_test(pack, tests, tests.tests[0], NOW)))
    assert [line.strip() for line in lines[2:]] == [
        "bought: 2026-11-01  When was it bought? 1 November 2026 (given at the start)",
        "powered: yes        Is it on? Yes",
        "light: red          Which light? Red",
        "old                 Its time was over on 1 November 2026.",
        "It waits for an answer: Put paper in",
    ]


def test_what_is_sensitive_is_masked_in_a_failure(pack: Pack) -> None:
    text = "tests:\n  - name: a\n    answers: {pin: Tr0ub4dor}\n    expect: {text: [zzz]}\n"
    tests, _ = read_tests(text, "secret.test.yaml", pack, "secret")
    verdict = run_test(pack, tests, tests.tests[0], NOW)
    lines = "\n".join(failure_lines(verdict))
    assert "pin: •••" in lines
    assert "Tr0ub4dor" not in lines


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    inside = tmp_path / "pack"
    (inside / "more").mkdir(parents=True)
    files = {
        "pack.yaml": "title: Printers\n",
        "power.yaml": "title: Power\nsteps: {on: {try: Switch it on., then: {worked: done, else: other}}}\n"
        "outcomes: {done: {kind: solved, title: Done}, other: {kind: action, title: Other}}\n",
        "power.test.yaml": "tests:\n  - name: It works\n    answers: [worked]\n    expect: {outcome: done}\n",
        "paper.yaml": "title: P\nsteps: {in: {tell: Put it in., then: done}}\noutcomes: {done: {kind: solved, title: D}}\n",
        "more/paper.test.yaml": "tests:\n  - name: Paper is put in\n    expect: {outcome: done}\n",
    }
    for name, text in files.items():
        (inside / name).write_text(text)
    return inside


def command(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(commands.test, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, result.output


def test_all_is_well_in_a_few_words(folder: Path) -> None:
    code, output = command("pack")
    assert code == 0
    assert output.rstrip("\n").rpartition(" in ")[0] == "2 tests passed"
    assert output.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("pack", ["It works", "Paper is put in"]),
        (".", ["It works", "Paper is put in"]),
        ("pack/more", ["Paper is put in"]),
        ("pack/power.yaml", ["It works"]),
        ("pack/paper.yaml", ["Paper is put in"]),
        ("pack/power.test.yaml", ["It works"]),
        ("pack/more/paper.test.yaml", ["Paper is put in"]),
    ],
)
def test_a_path_means_a_pack_a_folder_a_flow_or_a_file_of_tests(folder: Path, path: str, names: list[str]) -> None:
    report = run_tests(suites([Path(path)]), NOW)
    assert sorted(verdict.test.name for verdict in report.verdicts) == names
    assert report.is_clean


def test_a_test_that_is_meant_twice_is_run_once(folder: Path) -> None:
    paths = [Path("pack"), Path("pack/power.yaml"), folder / "power.test.yaml"]
    assert len(run_tests(suites(paths), NOW).verdicts) == 2


ALONE = "title: A\nsteps: {a: {tell: A., then: b}}\noutcomes: {b: {kind: solved, title: B}}\n"


def test_a_flow_without_a_pack_is_tested_with_the_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "alone.yaml").write_text(
        "title: A\nsteps: {a: {tell: A., then: b}}\noutcomes: {b: {kind: solved, title: B}}\n"
    )
    (tmp_path / "alone.test.yaml").write_text("tests:\n  - name: It ends\n    expect: {outcome: b}\n")
    for path in (tmp_path / "alone.yaml", tmp_path / "alone.test.yaml", tmp_path):
        report = run_tests(suites([path]), NOW)
        assert ([verdict.passed for verdict in report.verdicts], report.problems) == ([True], ())


def test_a_failure_is_told_with_its_file_and_exits_with_1(folder: Path) -> None:
    with (folder / "power.test.yaml").open("a") as file:
        file.write("  - name: It helps\n    answers: [failed]\n    expect: {outcome: done}\n")
    code, output = command("pack")
    assert code == 1
    assert "FAILED: It helps\n" in output
    assert f"{Path('pack/power.test.yaml')}:7:23: It was to end in `done`, but it ended in `other` (Other).\n" in output
    assert "1 of 3 tests failed" in output


def test_a_problem_in_a_file_of_tests_exits_with_1_and_the_other_tests_are_run(folder: Path) -> None:
    (folder / "power.test.yaml").write_text("tests:\n  - name: a\n    answer: []\n")
    code, output = command("pack")
    assert code == 1
    assert "pack/power.test.yaml:3:5: F101" in output
    assert "Did you mean `answers`?" in output


def test_a_pack_that_cannot_be_used_tells_its_errors(folder: Path) -> None:
    (folder / "power.yaml").write_text("title: Power\nsteps: {on: {tell: On., then: nowhere}}\n")
    code, output = command("pack")
    assert code == 1
    assert "pack/power.yaml:2:31: F201" in output


def test_as_json_every_test_is_told(folder: Path) -> None:
    with (folder / "power.test.yaml").open("a") as file:
        file.write("  - name: It helps\n    answers: [failed]\n    expect: {outcome: done}\n")
    code, output = command("pack", "--json", "--coverage")
    data = json.loads(output)
    assert (code, data["tests"], data["failed"]) == (1, 3, 1)
    failed = next(one for one in data["results"] if not one["passed"])
    assert (failed["name"], failed["flow"], failed["path"], failed["line"]) == (
        "It helps",
        "power",
        "pack/power.test.yaml",
        5,
    )
    assert failed["failures"] == [
        {"code": "test.outcome", "line": 7, "column": 23, "message": failed["failures"][0]["message"]}
    ]  # fmt: skip
    assert failed["conversation"]["outcome"] == "other"
    assert data["coverage"]["percent"] < 100


def test_where_there_are_no_tests_it_says_so_and_is_wrong_usage(tmp_path: Path) -> None:
    from assistant.cli import Failure

    with pytest.raises(Failure, match=r"FLOW\.test\.yaml"):
        command(str(tmp_path))
    with pytest.raises(Failure, match="no file or folder"):
        command(str(tmp_path / "missing"))


def test_coverage_under_the_wanted_percentage_fails(folder: Path) -> None:
    code, output = command("pack", "--fail-under", "100")
    assert code == 1
    assert "less than the 100 % that are wanted" in output
    assert command("pack", "--fail-under", "50")[0] == 0


def test_the_shipped_tests_pass_and_cover_all_of_the_shipped_flows() -> None:
    report = run_tests(suites([FLOWS]), NOW, with_coverage=True)
    assert report.is_clean, "\n".join(report.as_lines(0))
    assert report.covered is not None
    assert [one.sentence for one in report.covered.missing] == []
    assert len(report.covered.flows) >= 5


# Broken files


def _mutated(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 3)):
        number = chance.randrange(len(lines))
        line = lines[number]
        column = chance.randrange(max(len(line), 1))
        match chance.randrange(7):
            case 0:
                lines[number] = line[:column] + line[column + 1 :]
            case 1:
                lines[number] = line[:column] + chance.choice("{}[]:,-#'\"|>&*!%@`\t\n~\x00é \ufeff") + line[column:]
            case 2:
                lines[number] = "  " * chance.randrange(6) + line.lstrip()
            case 3:
                lines[number] = lines[chance.randrange(len(lines))]
            case 4:
                lines[number] = ""
            case 5:
                words = text.split()
                lines[number] = line.replace(line.split()[-1] if line.split() else "", chance.choice(words)) + "\n"
            case 6:
                lines[number] = line.partition(":")[0] + ":\n"
    return "".join(lines)


@pytest.mark.parametrize("seed", range(8))
def test_a_mutated_file_of_tests_has_problems_or_verdicts_and_never_a_traceback(seed: int) -> None:
    chance = random.Random(seed)
    (suite,) = suites([FLOWS / "webex"])
    assert suite.pack is not None
    files = sorted((FLOWS / "webex").glob("*.test.yaml"))
    told = 0
    for _ in range(40):
        file = chance.choice(files)
        tests, problems = read_tests(_mutated(file.read_text(), chance), file.name, suite.pack, file.name.split(".")[0])
        told += bool(problems)
        assert all(problem.message and problem.fix for problem in problems)
        for test in tests.tests:
            verdict = run_test(suite.pack, tests, test, NOW)
            assert verdict.passed or all("\n" not in line for line in failure_lines(verdict))
    assert told > 10  # the mutants are not harmless
