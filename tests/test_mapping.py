"""The map of a flow: what was passed, where one is, what may come, and where each step leads."""

from __future__ import annotations

from support import pack, talk

from assistant.desk.mapping import Stop, stops

FACTS = """
place: {ask: "Where is it?", label: Place, choices: {shop: In the shop, home: At home}}
late: {ask: "Is it late?"}
"""
MAIN = """
steps:
  place: {ask: place, then: {shop: done}}
  late: {ask: late}
  look: {run: look, then: {seen: done, else: next}}
  last: {tell: Wait., then: other}
"""
LOOK = """
steps:
  yard: {try: Look in the yard., then: {worked: seen, else: not-seen}}
outcomes:
  seen: {kind: exit}
  not-seen: {kind: exit}
"""


def on(*answers: object) -> list[Stop]:
    return stops(talk(pack(MAIN, facts=FACTS, look=LOOK), *answers).session)


def states(found: list[Stop]) -> dict[str, str]:
    return {stop.name: stop.state for stop in found}


def test_one_stands_at_the_first_step_and_all_else_may_come():
    found = on()
    assert states(found) == {
        "Place": "here", "Is it late?": "ahead", "look": "ahead", "Wait.": "ahead", "Done": "ahead", "Other": "ahead",
    }  # fmt: skip


def test_a_flow_that_is_run_is_opened_in_place():
    found = on("home", "yes")
    here = next(stop for stop in found if stop.state == "here")
    assert (here.name, here.depth) == ("Look in the yard.", 1)
    assert states(found)["look"] == "passed"
    assert [stop.name for stop in found if stop.depth == 1] == ["Look in the yard.", "seen", "not-seen"]


def test_what_was_left_out_is_told_from_what_was_passed():
    found = on("shop")
    assert states(found) == {
        "Place": "passed", "Is it late?": "skipped", "look": "skipped", "Wait.": "skipped", "Done": "here", "Other": "ahead",
    }  # fmt: skip


def test_the_ways_that_leave_the_line_are_told_with_their_answers_in_words():
    found = on()
    assert found[0].ways == (("In the shop", "Done"),)
    assert next(stop for stop in found if stop.name == "Wait.").ways == (("", "Other"),)
