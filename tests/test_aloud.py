"""Flows as scripts to read aloud, and the words in which rules and ways are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import pack

from assistant.author.aloud import WIDTH, aloud
from assistant.author.telling import Teller
from assistant.flow.load import load
from assistant.words.formats import clean

FLOWS = Path(__file__).resolve().parent.parent / "flows" / "webex"
WEBEX = load(FLOWS).pack
assert WEBEX is not None

FACTS = """
light: {ask: Which light is on?, choices: {red: Red, green: Green, off: No light}, unsure: true}
sure: {ask: "Are you sure?", label: Sure}
bought: {ask: "Since when?", label: Bought on, type: date}
pages: {ask: "How many pages?", label: Pages, type: number}
price: {ask: "What was the price?", label: Price, type: money}
serial: {ask: Which number is on it?, label: Serial number, type: text}
parts: {ask: "Which parts?", label: Parts, many: true, choices: {tray: The tray, lid: The lid}}
ends_on: {value: "years(bought, 2)"}
"""


def script(main: str, **files: str) -> str:
    """The script of a flow written here, without the breaks of its lines."""
    return aloud(pack(main, facts=FACTS, **files), "main")


def flat(text: str) -> str:
    return " ".join(text.split())


# Rules -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("light == 'red'", "Which light is on? Red"),
        ("light != 'red'", "Which light is on? not “Red”"),
        ("sure", "Sure: Yes"),
        ("not sure", "Sure: No"),
        ("sure and pages > 3", "Sure: Yes, and Pages: more than 3"),
        ("sure or pages >= 3", "Sure: Yes, or Pages: at least 3"),
        ("sure and (pages < 3 or pages == 9)", "Sure: Yes, and (Pages: less than 3, or Pages: 9)"),
        ("pages <= 1000 and sure and known(serial)", "Pages: at most 1,000, and Sure: Yes, and “Serial number” is known"),
        ("3 < pages", "Pages: more than 3"),
        ("not known(serial)", "“Serial number” is not known"),
        ("unsure(light)", "Which light is on? not sure"),
        ("bought > today", "Bought on: after today"),
        ("bought <= '2026-11-22'", "Bought on: on or before 22 November 2026"),
        ("ends_on < today", "Ends on: before today"),
        ("price >= 100", "Price: at least US$100.00"),
        ("light in ['red', 'green']", "Which light is on? Red or Green"),
        ("light not in ['red', 'green']", "Which light is on? not “Red or Green”"),
        ("not (light in team)", "Which light is on? not “red or green”"),
        ("any_of(parts, 'tray')", "Parts: The tray"),
        ("any_of(parts, 'tray', 'lid')", "Parts: The tray or The lid"),
        ("all_of(parts, 'tray', 'lid')", "Parts: all of The tray and The lid"),
        ("only(parts, 'tray')", "Parts: nothing but The tray"),
        ("'tray' in parts", "Parts: The tray"),
        ("count(parts) > 1", "how many of “Parts”: more than 1"),
        ("days_until(bought) < 3", "days until “Bought on”: less than 3"),
        ("result('knock') == 'failed'", "Knock hard: It didn't help"),
        ("result('knock') == 'odd'", "Knock hard: It sounds odd"),
        ("visits('knock') < 3", "times at “Knock hard”: less than 3"),
        ("pages * 2 > 7", "pages * 2 > 7"),  # no good words: as it is written
        ("sure and pages * 2 > 7", "sure and pages * 2 > 7"),
        ("lower(serial) == 'x'", "lower(serial) == 'x'"),
    ],
)  # fmt: skip
def test_a_rule_is_told_with_the_labels_of_what_it_reads(rule: str, words: str) -> None:
    flow = f"""
steps:
  form: {{ask: [light, sure, bought, pages, price, serial, parts]}}
  knock: {{try: Knock., label: Knock hard, also: {{odd: It sounds odd}}}}
  it: {{when: "{rule}", tell: Hello.}}
  last: {{tell: Bye., then: done}}
"""
    found = pack(flow, facts=FACTS, pack="lists: {team: [red, green]}")
    when = found.flows["main"].steps["it"].when
    assert when is not None
    assert Teller(found).rule(when, "main") == words.replace("red or green", "Red or Green")


# The script ------------------------------------------------------------------------------------------------------------


def test_every_answer_is_told_with_where_it_leads() -> None:
    told = script(
        "steps:\n  light: {then: {off: done, unsure: last}}\n  hit: {tell: Hit it.}\n  last: {tell: Bye., then: other}\n"
    )
    assert "1.  Ask: Which light is on?\n" in told
    assert "    - “No light”: go to ending A, “Done”.\n" in told
    assert "    - “I'm not sure”: go to step 3, “Bye.”.\n" in told
    assert "    - “Red” or “Green”: go on to step 2.\n" in told
    assert "2.  Say:\n    Hit it.\n\n    Then go on to step 3.\n" in told


def test_what_falls_through_is_written_out_even_where_nothing_is_named() -> None:
    told = flat(script("steps:\n  light: {}\n  pages: {}\n  last: {ask: [sure, serial], then: done}\n"))
    assert "- “Red”, “Green”, “No light” or “I'm not sure”: go on to step 2." in told
    assert "- Any answer: go on to step 3." in told
    assert "3. Ask these together: - Are you sure? - Which number is on it? Then go to ending A, “Done”." in told


def test_a_step_says_when_it_is_met_and_where_it_goes_on_else() -> None:
    told = flat(script("steps:\n  light: {}\n  it: {when: light == 'red', tell: Stop.}\n  last: {tell: Bye., then: done}\n"))
    assert "2. Only if Which light is on? Red. Otherwise go on to step 3. Say: Stop. Then go on to step 3." in told


def test_a_way_up_is_a_way_back_and_a_limit_is_told() -> None:
    told = flat(
        script("steps:\n  knock: {try: Knock., at_most: {times: 2, else: other}, then: {failed: knock, else: done}}\n")
    )
    assert "- After 2 times: go to ending A, “Other”." in told
    assert "- “It didn't help”: go back to step 1, “Knock.”." in told
    assert "- “It worked” or “I skipped this”: go to ending B, “Done”." in told


def test_rules_of_a_then_are_told_in_order() -> None:
    told = flat(script("steps:\n  pages: {}\n  fork: {then: [{when: pages > 3, then: done}, {else: other}]}\n"))
    assert (
        "2. Nothing is asked here: - If Pages: more than 3: go to ending A, “Done”. - Otherwise: go to ending B, “Other”."
        in told
    )


PART = """
steps:
  a: {try: Wait., then: {worked: fixed, failed: gone}}
  b: {try: Wait more., then: {worked: fixed, else: broken}}
outcomes:
  fixed: {kind: exit, title: It is fixed}
  broken: {kind: exit}
  gone: {kind: action, title: Throw it away}
"""


def test_a_flow_that_is_run_is_told_in_place_and_its_exits_lead_on_from_there() -> None:
    told = flat(
        script(
            "steps:\n  part: {run: part, then: {fixed: done, else: next}}\n  last: {tell: Bye., then: other}\n", part=PART
        )
    )
    assert "1. Part: “part”. It is told in steps 1.1 to 1.2. 1.1. Have them try this" in told
    assert "- “It worked”: the part is done (“It is fixed”), go to ending A, “Done”." in told
    assert "- “It didn't help”: go to ending B, “Throw it away”." in told
    assert "- “It didn't help” or “I skipped this”: the part is done (“Broken”), go on to step 2." in told


def test_a_flow_that_is_run_twice_is_told_once_and_referred_to() -> None:
    main = (
        "steps:\n  one: {run: part, then: {fixed: done, else: next}}\n  two: {run: part, then: {fixed: other, else: one}}\n"
    )
    told = flat(script(main, part=PART))
    assert told.count("Have them try this") == 2
    assert "2. Part: “part”, once more as in steps 1.1 to 1.2. When it is done: - “It is fixed”: go to ending" in told
    assert "- “Broken”: go back to step 1, “part”." in told
    assert "- It ends there: go to ending B, “Throw it away”." in told


def test_a_part_whose_way_on_hangs_on_rules_is_told_at_its_step() -> None:
    main = "steps:\n  pages: {}\n  one: {run: part, then: [{when: pages > 3, then: done}, {else: other}]}\n"
    told = flat(script(main, part=PART))
    assert "2. Part: “part”. It is told in steps 2.1 to 2.2. - If Pages: more than 3: go to ending" in told
    assert "the part is done (“It is fixed”), go on as told at step 2." in told


def test_an_each_and_an_audience_are_told() -> None:
    told = flat(
        script(
            "steps:\n  parts: {}\n  it: {each: parts, tell: 'Clean {{ item }}.'}\n"
            "  agents: {audience: agent, tell: Look it up.}\n  last: {tell: Bye., then: done}\n"
        )
    )
    assert "2. Once for each of “Parts”. Say: Clean [each in turn]. Then go on to step 3." in told
    assert "3. Only if an agent holds it. Otherwise go on to step 4." in told


def test_an_ending_says_all_that_it_holds() -> None:
    told = flat(
        script(
            "steps:\n  light: {then: end}\n"
            "outcomes:\n  end:\n    kind: case\n    title: A case\n    needs: [serial]\n    wants: [pages]\n"
            "    note: Be quick.\n    related: [main]\n    come_back: today + 2\n"
            "    tell: ['Now:', {when: known(pages), tell: 'There are {{ pages }} pages.'}]\n"
            "    message: {to: The desk, subject: It broke, body: 'Number {{ serial }}'}\n"
            "    case: {portal: hub, subject: 'Printer {{ serial }}', fields: {Model: A}}\n",
            portals="hub: {title: The hub, fields: {Model: {choices: [A]}}}",
        )
    )
    for words in (
        "A. Case: A case First ask for what is not known yet: Serial number. Ask also, but they may leave it empty: Pages.",
        "They are to come back on: today + 2.",
        "Now: If “Pages” is known: There are [Pages] pages.",
        "The case for The hub is written already. Its subject: Printer [Serial number] - Model: A",
        "A message is written. To: The desk. Its subject: It broke | Number [Serial number]",
        "Offered afterwards: “main”.",
        "For agents: Be quick.",
    ):
        assert words in told


@pytest.mark.parametrize("flow", WEBEX.flows)
def test_the_script_of_a_shipped_flow_is_whole_and_fits_the_page(flow: str) -> None:
    told = aloud(WEBEX, flow)
    lines = told.splitlines()
    assert all(len(line) <= WIDTH for line in lines)
    assert "\n\n\n\n" not in told
    assert clean(told) == told
    heads = [line.split()[0] for line in lines if re.match(r"\d+(\.\d+)*\. ", line)]
    numbers = {head.rstrip(".") for head in heads}
    assert len(heads) == len(numbers)
    assert sum("." not in number for number in numbers) == len(WEBEX.flows[flow].steps)
    assert set(re.findall(r"to step ([\d.]*\d)", flat(told))) <= numbers
    letters = set(re.findall(r"^([A-Z])\. ", told, re.M))
    assert set(re.findall(r"to ending ([A-Z]+),", flat(told))) == letters


def test_a_flow_runs_into_each_of_its_own_endings() -> None:
    told = flat(aloud(WEBEX, "change-provisioning-contact"))
    for outcome in WEBEX.flows["change-provisioning-contact"].outcomes.values():
        assert f": {Teller(WEBEX).outcome(outcome)}" in told


def test_an_unknown_flow_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        aloud(WEBEX, "no-such-flow")
