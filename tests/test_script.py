"""Scripts: answers by name and in order hold a conversation, and whatever is wrong with them is told, never raised."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from assistant.engine import Session, script
from assistant.engine.prompt import Notice
from assistant.engine.script import AnswersError, Result, answers_from, as_json, read_answers, run, values_from
from assistant.flow.load import load
from assistant.flow.model import Flow, Pack, Step

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=timezone(timedelta(hours=1)))

FILES = {
    "pack.yaml": "title: Printers\ncurrency: EUR\n",
    "facts.yaml": """
powered: {ask: "Is it on?"}
devices: {ask: "Which devices?", many: true, none: None of these, choices: {laptop: Laptop, phone: Phone}}
network: {ask: "Which network does {{ item }} use?", label: Network, choices: {home: Home, guest: Guest}}
status: {ask: "What does it show?", choices: {idle: Idle, err: Error}, unsure: {tell: Look at the display.}}
bought:
  ask: When was it bought?
  type: date
  refuse: {when: bought > today, tell: That day is still to come.}
price: {ask: "What did it cost?", type: money}
pin: {ask: "Which PIN?", sensitive: true, type: text}
loud_pin: {value: lower(pin)}
days: {value: days_until(bought)}
colour: {ask: "Which colour?", choices: {red: blue, blue: green}}
order: {ask: "Which order?", type: text}
address: {ask: "Which address?", type: email}
pictures: {ask: "Which pictures?", type: files}
""",
    "walk.yaml": """
title: It does not print
steps:
  powered: {ask: powered, then: {no: on}}
  state: {ask: status, then: {idle: fine}}
  look: {tell: Look at it.}
  buy: {ask: [bought, price]}
  repair: {run: repair, then: {fixed: fine, else: next}}
  retry: {try: Once more., label: Tried again, at_most: {times: 3, else: give-up}, then: {worked: fine, else: retry}}
outcomes:
  on: {kind: action, title: Turn it on}
  fine: {kind: solved, title: It prints}
  give-up: {kind: handoff, title: Call us}
""",
    "repair.yaml": """
title: Repair
steps:
  incognito: {try: Try another browser., then: {worked: fixed, else: still}}
outcomes:
  fixed: {kind: exit}
  still: {kind: exit}
""",
    "each.yaml": """
title: Networks
steps:
  which: {ask: devices}
  nets: {ask: network, each: devices}
  clear: {try: "Clear {{ item }}.", each: devices}
  sum: {ask: powered, then: done}
outcomes:
  done: {kind: solved, title: Done}
""",
    "two.yaml": """
title: Two repairs
steps:
  first: {run: repair, then: {fixed: done, still: next}}
  second: {run: mend, then: {fixed: done, still: done}}
outcomes:
  done: {kind: solved, title: Done}
""",
    "mend.yaml": """
title: Mend
steps:
  incognito: {try: Try yet another browser., then: {worked: fixed, else: still}}
outcomes:
  fixed: {kind: exit}
  still: {kind: exit}
""",
    "secret.yaml": """
title: Secrets
steps:
  ask-pin: {ask: pin}
  order: {ask: order, then: done}
outcomes:
  done: {kind: solved, title: Done}
""",
    "letter.yaml": """
title: A letter
steps:
  colour: {ask: colour, then: ask-somebody}
outcomes:
  ask-somebody:
    kind: action
    title: Ask somebody
    needs: [order]
    wants: [address, pictures]
    message: {to: Your shop, subject: "Order {{ order }}", body: "It is **{{ colour }}**.\\n\\n{{ record }}"}
""",
    "both.yaml": """
title: Both
steps:
  repair: {run: repair, then: {fixed: done, still: next}}
  incognito: {try: "Try it once more.", then: done}
outcomes:
  done: {kind: solved, title: Done}
""",
    "loop.yaml": """
title: A loop
steps:
  retry: {try: Once more., then: {worked: done, else: retry}}
outcomes:
  done: {kind: solved, title: Done}
""",
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("pack")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    loaded = load(Path(folder))
    assert loaded.pack is not None, [str(problem) for problem in loaded.problems]
    return loaded.pack


def held(pack: Pack, flow: str, answers: str, **more: Any) -> Result:
    return run(pack, flow, read_answers(answers, "answers.yaml"), now=NOW, **more)


def outcome(result: Result) -> str | None:
    told: str | None = as_json(result)["outcome"]
    assert result.fault is None, result.fault.sentence()
    return told


def places(result: Result) -> dict[str, Any]:
    return {entry["place"]: entry["value"] for entry in as_json(result)["trail"]}


def session(result: Result) -> Session:
    assert result.session is not None
    return result.session


# By name and in order


def test_a_mapping_answers_by_fact_step_and_path(pack: Pack) -> None:
    result = held(pack, "walk", "{powered: yes, state: err, bought: 2026-01-02, buy.price: 50, repair/incognito: worked}")
    assert outcome(result) == "fine"
    assert places(result) == {
        "powered": "yes", "state": "err", "buy.bought": "2026-01-02", "buy.price": "50.00", "repair/incognito": "worked",
    }  # fmt: skip
    assert result.unused == ()


def test_plain_values_are_used_up_by_what_is_really_asked(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, err, 2026-01-02, 50, failed, worked]")
    assert outcome(result) == "fine"
    assert places(result)["retry"] == "worked"


def test_a_tell_takes_no_answer_and_is_among_the_prompts_shown(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, err]")
    assert [prompt.place for prompt in result.shown if isinstance(prompt, Notice)] == ["look"]
    assert result.place == "buy.bought"


def test_names_and_plain_values_mix_and_names_go_first(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, {price: 7}, err, 2026-01-02, {repair/incognito: worked}]")
    assert outcome(result) == "fine"
    assert places(result)["buy.price"] == "7.00"


def test_the_same_name_again_is_for_the_next_time_it_is_asked(pack: Pack) -> None:
    start = "[yes, err, 2026-01-02, 50, failed, "
    result = held(pack, "walk", start + "{retry: failed}, {retry: skipped}, {retry: worked}]")
    assert outcome(result) == "fine"
    assert places(result) | {"retry": "failed", "retry#2": "skipped", "retry#3": "worked"} == places(result)


def test_a_visit_can_be_named(pack: Pack) -> None:
    start = "[{retry#2: worked}, {retry#1: skipped}, yes, err, 2026-01-02, 50, failed]"
    result = held(pack, "walk", start)
    assert outcome(result) == "fine"
    assert places(result) | {"retry": "skipped", "retry#2": "worked"} == places(result)


def test_after_not_sure_the_second_asking_takes_the_next_answer_of_the_name(pack: Pack) -> None:
    by_fact = held(pack, "walk", "[yes, {status: unsure}, {status: idle}]")
    by_path = held(pack, "walk", "{powered: yes, state.again: idle, status: unsure}")
    for result in (by_fact, by_path):
        assert outcome(result) == "fine"
        assert places(result) | {"state": "unsure", "state.again": "idle"} == places(result)


def test_a_step_without_a_path_is_found_in_the_one_flow_run_that_has_it(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, err, 2026-01-02, 50, {incognito: worked}]")
    assert outcome(result) == "fine"


def test_a_step_that_two_flows_run_have_needs_its_path(pack: Pack) -> None:
    result = held(pack, "two", "{incognito: worked}")
    assert result.fault is not None
    assert (result.status, result.fault.code) == ("invalid", "script.name_in_many")
    assert "repair, mend" in result.fault.sentence()
    assert outcome(held(pack, "two", "{first/incognito: failed, second/incognito: worked}")) == "done"


def test_a_step_of_the_flow_itself_goes_before_one_of_a_flow_it_runs(pack: Pack) -> None:
    result = held(pack, "both", "[{incognito: worked}, failed]")
    assert outcome(result) == "done"
    assert places(result) == {"repair/incognito": "failed", "incognito": "worked"}


def test_a_name_that_means_nothing_is_refused_before_anything_is_asked_with_the_nearest(pack: Pack) -> None:
    result = held(pack, "walk", "- powered: yes\n- poweerd: yes\n")
    assert result.fault is not None
    assert (result.status, result.fault.code, result.fault.at) == ("invalid", "script.unknown_name", (2, 3))
    assert "powered" in result.fault.sentence()
    assert result.session is None
    assert as_json(result)["trail"] == []


@pytest.mark.parametrize("name", ["repair", "repair/nothing", "powered/powered", "buy.pin", "given.nothing", "a//b", "/"])
def test_a_path_that_leads_nowhere_is_refused(pack: Pack, name: str) -> None:
    result = run(pack, "walk", answers_from({name: "yes"}), now=NOW)
    assert result.fault is not None
    assert result.fault.code == "script.unknown_name"


# Several items, forms, needs


def test_an_each_takes_a_mapping_of_items_whatever_their_order(pack: Pack) -> None:
    result = held(pack, "each", "{devices: [laptop, phone], network: {phone: guest, laptop: home}, "
                                "clear: {laptop: worked, phone: failed}, powered: yes}")  # fmt: skip
    assert outcome(result) == "done"
    assert places(result) | {"nets[laptop]": "home", "nets[phone]": "guest", "clear[phone]": "failed"} == places(result)
    assert as_json(result)["facts"]["network"] == {"laptop": "home", "phone": "guest"}


def test_an_each_takes_one_plain_value_or_one_of_a_name_per_item(pack: Pack) -> None:
    result = held(pack, "each", "['laptop,phone', home, guest, {clear: worked}, {'clear[phone]': skipped}, yes]")
    assert outcome(result) == "done"
    assert places(result) | {"nets[phone]": "guest", "clear[laptop]": "worked", "clear[phone]": "skipped"} == places(result)


def test_items_that_are_not_asked_about_are_left_over(pack: Pack) -> None:
    result = held(pack, "each", "{devices: laptop, network: {laptop: home, phone: guest}, clear: worked, powered: no}")
    assert outcome(result) == "done"
    assert as_json(result)["unused"] == [{"network": {"phone": "guest"}}]


def test_a_form_can_be_answered_by_its_steps_name(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, err, {buy: {price: 5, bought: 2026-02-03}}, worked]")
    assert outcome(result) == "fine"
    assert places(result) | {"buy.bought": "2026-02-03", "buy.price": "5.00"} == places(result)


def test_a_value_for_a_form_as_a_whole_answers_none_of_its_fields(pack: Pack) -> None:
    result = held(pack, "walk", "{powered: yes, state: err, buy: 2026-02-03}")
    assert (result.status, result.place) == ("waiting", "buy.bought")
    assert as_json(result)["unused"] == [{"buy": "2026-02-03"}]


def test_a_form_waits_for_the_field_that_has_no_answer(pack: Pack) -> None:
    result = held(pack, "walk", "{powered: yes, state: err, bought: 2026-02-03}")
    told = as_json(result)
    assert (told["status"], told["at"]) == ("waiting", "buy.price")
    assert [field["fact"] for field in told["prompt"]["fields"]] == ["bought", "price"]


def test_what_an_ending_needs_and_wants_is_asked_and_wants_may_be_left_empty(pack: Pack) -> None:
    named = held(pack, "letter", "{colour: red, ask-somebody.order: 0012, address: none, pictures: 'a.png, b.png'}")
    plain = held(pack, "letter", "[red, 0012, none, [a.png, b.png]]")
    for result in (named, plain):
        assert outcome(result) == "ask-somebody"
        facts = as_json(result)["facts"]
        assert facts == {"colour": "red", "order": "0012", "pictures": ["a.png", "b.png"]}


def test_values_come_before_labels(pack: Pack) -> None:
    by_value = held(pack, "letter", "{colour: blue}")  # the label of red, but a value too
    by_label = held(pack, "letter", "{colour: Green}")
    assert places(by_value) == places(by_label) == {"colour": "blue"}


def test_the_labels_of_the_programs_own_answers_serve_too(pack: Pack) -> None:
    result = held(pack, "each", '[None of these, "yes"]')
    assert outcome(result) == "done"
    assert as_json(result)["facts"]["devices"] == "none"
    assert places(held(pack, "walk", "[Yes, I'm not sure]")) == {"powered": "yes", "state": "unsure"}


# Refusals that are expected, and those that are not


def test_a_refusal_that_is_expected_is_followed_by_the_next_answer(pack: Pack) -> None:
    result = held(
        pack,
        "walk",
        """
- powered: yes
- status: err
- bought: 2026-12-01
  refused: That day is still to come.
- bought: 2026-01-02
- price: 3
- incognito: worked
""",
    )
    assert outcome(result) == "fine"
    assert places(result)["buy.bought"] == "2026-01-02"


def test_a_refusal_in_other_words_than_expected_is_told(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, err, {bought: 2026-12-01, refused: Never heard of it}, 3]")
    assert result.fault is not None
    assert (result.status, result.fault.code, result.place) == ("invalid", "script.refused_otherwise", "buy.bought")
    assert "still to come" in result.fault.sentence()


def test_an_answer_that_is_taken_though_a_refusal_was_expected_is_told(pack: Pack) -> None:
    result = held(pack, "walk", "[{powered: yes, refused: No}]")
    assert result.fault is not None
    assert (result.status, result.fault.code) == ("invalid", "script.not_refused")


def test_a_refusal_is_expected_of_the_first_item_only(pack: Pack) -> None:
    result = held(pack, "each", "[[laptop, phone], {network: {laptop: x, phone: guest}, refused: Home}, home, "
                                "{clear: worked}, worked, yes]")  # fmt: skip
    assert outcome(result) == "done"
    assert as_json(result)["facts"]["network"] == {"laptop": "home", "phone": "guest"}


def test_going_back_comes_right_after_an_expected_refusal(pack: Pack) -> None:
    result = held(pack, "walk", """
- powered: yes
- status: maybe
  refused: not one of the answers
- back
- powered: no
""", usually={"status": "idle"})  # fmt: skip
    assert outcome(result) == "on"


def test_a_bad_answer_stops_where_it_is_refused(pack: Pack) -> None:
    result = held(pack, "walk", "- powered: yes\n- status: broken\n- incognito: worked\n")
    told = as_json(result)
    assert (told["status"], told["at"], told["prompt"]) == ("invalid", "state", None)
    assert told["problem"]["code"] == "refused.not_a_choice"
    assert "Idle, Error" in told["problem"]["sentence"]
    assert result.fault is not None
    assert result.fault.at == (2, 3)
    assert told["unused"] == [{"incognito": "worked"}]


def test_the_refused_field_of_a_form_is_named(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, err, {bought: 2026-01-02}, {price: a lot}]")
    assert as_json(result)["at"] == "buy.price"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"powered": "maybe"}, "refused.not_yes_or_no"),
        ({"days": "3"}, "refused.computed_fact"),
        ({"nothing": "x"}, "refused.unknown_fact"),
    ],
)
def test_a_given_fact_that_is_not_valid_stops_it_at_once(pack: Pack, given: dict[str, Any], code: str) -> None:
    result = held(pack, "walk", "[]", given=given)
    assert result.fault is not None
    assert (result.status, result.fault.code, result.place) == ("invalid", code, "given." + next(iter(given)))


def test_a_flow_that_does_not_exist_is_told(pack: Pack) -> None:
    result = held(pack, "wlak", "[yes]")
    assert result.fault is not None
    assert (result.status, result.fault.code) == ("invalid", "refused.unknown_flow")
    assert "walk" in result.fault.sentence()


def test_a_flow_that_has_no_way_on_is_told() -> None:
    flow = Flow(id="f", title="F", steps={"a": Step(id="a", verb="")})
    result = held(Pack(id="p", title="P", flows={"f": flow}), "f", "[]")
    told = as_json(result)
    assert (told["status"], told["at"], told["problem"]["code"]) == ("invalid", "a", "script.stuck_off_the_end")


# Changing and going back


def test_a_change_happens_once_every_line_above_is_used_up(pack: Pack) -> None:
    result = held(pack, "walk", """
- powered: yes
- status: err
- change: {powered: no}
  no_longer: [status]
""", usually={"bought": "2026-01-02"})  # fmt: skip
    assert outcome(result) == "on"
    assert session(result).log[-1].time == NOW


def test_lines_below_a_change_wait_until_it_has_happened(pack: Pack) -> None:
    result = held(pack, "walk", "[{powered: yes}, {change: {powered: no}}, {status: err}]")
    assert outcome(result) == "on"
    assert as_json(result)["unused"] == [{"status": "err"}]


def test_a_change_after_the_ending_opens_the_conversation_again(pack: Pack) -> None:
    result = held(pack, "walk", "[no, {change: {given.powered: yes}}]", given={})
    assert result.fault is not None  # it was asked, not given
    assert result.fault.code == "script.nothing_to_change"
    assert outcome(held(pack, "walk", "[no, {change: {powered: yes}}, idle]")) == "fine"


def test_a_given_fact_can_be_changed(pack: Pack) -> None:
    result = held(pack, "walk", "[{change: {powered: no}}]", given={"powered": "yes"})
    assert outcome(result) == "on"
    assert as_json(result)["facts"] == {"powered": "no"}
    assert as_json(result)["trail"] == []


def test_of_several_answers_of_a_name_the_newest_is_changed(pack: Pack) -> None:
    result = held(pack, "loop", "[failed, failed, {change: {retry: worked}}]")
    assert outcome(result) == "done"
    assert places(result) == {"retry": "failed", "retry#2": "worked"}


def test_one_item_of_an_each_can_be_changed(pack: Pack) -> None:
    start = "[[laptop, phone], home, guest, worked, worked, "
    for change in ("{change: {network: {laptop: guest}}}", "{change: {'nets[laptop]': guest}}"):
        result = held(pack, "each", start + change + ", yes]")
        assert as_json(result)["facts"]["network"] == {"laptop": "guest", "phone": "guest"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("{change: {powered: yes}, no_longer: [status]}", "script.still_applies"),
        ("{change: {powered: no}, no_longer: []}", "script.no_longer_applies"),
        ("{change: {powered: perhaps}}", "refused.not_yes_or_no"),
        ("{change: {price: 4}}", "script.nothing_to_change"),
        ("{change: {powered: no}, refused: Never}", "script.not_refused"),
        ("{change: {powered: no}, no_longer: [nothing]}", "script.unknown_name"),
    ],
)
def test_a_change_that_does_not_come_out_as_expected_is_told(pack: Pack, change: str, code: str) -> None:
    result = held(pack, "walk", f"[yes, err, {change}]")
    assert result.fault is not None
    assert (result.status, result.fault.code) == ("invalid", code)


def test_after_the_ending_a_bad_change_leaves_no_outcome(pack: Pack) -> None:
    told = as_json(held(pack, "walk", "[no, {change: {powered: perhaps}}]"))
    assert (told["status"], told["at"], told["outcome"], told["message"]) == ("invalid", "powered", None, None)


def test_a_change_may_be_expected_to_be_refused(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, {change: {powered: perhaps}, refused: yes or no}, idle]")
    assert outcome(result) == "fine"


def test_back_takes_the_last_answer_back_and_it_is_asked_again(pack: Pack) -> None:
    for back in ("back", "{back: true}"):
        result = held(pack, "walk", f"[yes, idle, {back}, err]")
        assert result.place == "buy.bought"
        assert places(result) == {"powered": "yes", "state": "err"}


def test_back_comes_before_a_tell_goes_on(pack: Pack) -> None:
    result = held(pack, "walk", "[yes, err, back, back, no]")
    assert outcome(result) == "on"


def test_back_in_quotes_is_an_answer(pack: Pack) -> None:
    assert places(held(pack, "letter", "[red, 'back']")) == {"colour": "red", "ask-somebody.order": "back"}


def test_back_at_the_beginning_is_refused(pack: Pack) -> None:
    result = held(pack, "walk", "[back]")
    assert result.fault is not None
    assert result.fault.code == "refused.nothing_to_go_back_to"
    assert outcome(held(pack, "walk", "[{back: true, refused: nothing to go back to}, no]")) == "on"


# What is usual


def test_what_is_usual_serves_where_no_answer_is_given_and_may_stay_unused(pack: Pack) -> None:
    usual = {"powered": "no", "status": "err", "buy": {"bought": "2026-01-02", "price": "3"}, "retry": "failed"}
    result = held(pack, "walk", "{powered: yes, incognito: failed}", usually=usual)
    assert outcome(result) == "give-up"
    assert places(result) | {"powered": "yes", "retry#3": "failed"} == places(result)
    assert outcome(held(pack, "walk", "{}", usually=usual)) == "on"


def test_usual_answers_that_lead_round_and_round_are_stopped(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "MOST_WITHOUT_A_LINE", 20)
    result = held(pack, "loop", "[]", usually={"retry": "failed"})
    assert result.fault is not None
    assert (result.status, result.fault.code) == ("invalid", "script.circle")


def test_answers_that_are_given_may_be_more_than_that(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "MOST_WITHOUT_A_LINE", 20)
    assert outcome(held(pack, "loop", json.dumps(["failed"] * 30 + ["worked"]))) == "done"


# What is told


def test_what_waits_is_told_so_that_another_program_can_go_on(pack: Pack) -> None:
    told = as_json(held(pack, "walk", "[yes]"))
    assert (told["status"], told["at"], told["outcome"], told["kind"]) == ("waiting", "state", None, None)
    assert told["prompt"] == {
        "place": "state", "fact": "status", "type": "choice", "text": "What does it show?", "item": None, "many": False,
        "optional": False,
        "choices": [
            {"value": "idle", "label": "Idle"}, {"value": "err", "label": "Error"},
            {"value": "unsure", "label": "I'm not sure"},
        ],
    }  # fmt: skip


def test_a_try_that_waits_offers_its_answers(pack: Pack) -> None:
    told = as_json(held(pack, "loop", "[]"))["prompt"]
    assert (told["fact"], told["type"], told["text"]) == (None, "try", "Once more.")
    assert [choice["value"] for choice in told["choices"]] == ["worked", "failed", "skipped"]


def test_an_ending_is_told_with_its_message(pack: Pack) -> None:
    told = as_json(held(pack, "letter", "[red, A1, none, none]"))
    assert (told["flow"], told["status"], told["at"], told["kind"]) == ("letter", "ended", None, "action")
    assert told["digest"] == pack.digest
    assert told["prompt"] is told["problem"] is None
    assert told["message"]["to"] == "Your shop"
    assert told["message"]["subject"] == "Order A1"
    assert told["message"]["body"].startswith("It is blue.")
    assert "Which order? A1" in told["message"]["body"]
    json.dumps(told)


def test_facts_that_are_worked_out_are_told_too(pack: Pack) -> None:
    told = as_json(held(pack, "walk", "[yes, err, 2026-11-25, 3]", given={"bought": "2026-11-20"}))
    assert told["facts"] | {"days": "-2", "bought": "2026-11-20"} == told["facts"]


def test_what_is_sensitive_is_masked_everywhere(pack: Pack) -> None:
    told = as_json(held(pack, "secret", "[{ask-pin: Tr0ub4dor}, {order: A1}, {pin: Tr0ub4dor}, {ask-pin: Tr0ub4dor}]"))
    assert told["facts"] == {"pin": "•••", "loud_pin": "•••", "order": "A1"}
    assert told["trail"][0] == {"place": "ask-pin", "fact": "pin", "value": "•••", "label": "•••"}
    assert told["unused"] == [{"pin": "•••"}, {"ask-pin": "•••"}]
    assert "tr0ub4dor" not in json.dumps(told).casefold()


def test_left_over_answers_are_told_as_they_were_written(pack: Pack) -> None:
    result = held(pack, "walk", "[no, {status: err}, [a, b], 'last', {change: {retry: worked}}, back, {price: 3}]")
    told = as_json(result)
    assert told["outcome"] == "on"
    assert told["unused"] == [{"status": "err"}, ["a", "b"], "last", {"change": {"retry": "worked"}}, "back", {"price": "3"}]


# Reading


def test_json_reads_as_yaml_does(pack: Pack) -> None:
    written = '[{"powered": true}, {"status": "err"}, {"bought": "2026-01-02"}, {"price": 50.0}, "worked"]'
    assert outcome(held(pack, "walk", written)) == "fine"
    assert places(held(pack, "walk", written))["buy.price"] == "50.00"


def test_scalars_are_taken_as_written() -> None:
    assert [line.value for line in read_answers("[0012345, no, 1e3, 2026-01-02]", "a").lines] == [
        "0012345", "no", "1e3", "2026-01-02",
    ]  # fmt: skip
    assert [line.value for line in answers_from([True, 3, 2.50, NOW.date(), None, ("a", "b")]).lines] == [
        "yes", "3", "2.5", "2026-11-22", "", ("a", "b"),
    ]  # fmt: skip


def test_values_by_name_are_read_from_plain_data() -> None:
    assert values_from({"powered": False, "network": {"laptop": "home"}}) == {
        "powered": "no", "network": {"laptop": "home"},
    }  # fmt: skip
    with pytest.raises(AnswersError):
        values_from(["yes"])


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("just words", "script.not_answers", (1, 1)),
        ("- a: [[b]]", "script.not_an_answer", (1, 7)),
        ("- a: yes\n  b: no\n  refused: x", "script.expects_of_one", (1, 3)),
        ("refused: x", "script.expects_of_one", (1, 1)),
        ("- a: yes\n  refused: [x]", "script.refused_is_text", (2, 12)),
        ("- a: yes\n  no_longer: [b]", "script.no_longer_of_change", (2, 14)),
        ("- back: 2", "script.back_is_true", (1, 9)),
        ("- change: a", "script.change_is_named", (1, 11)),
        ("a: b\na: c", "script.unreadable", (2, 1)),
        ('{"a": "b",\n "a": "c"}', "script.unreadable", (2, 2)),
        ("", "script.unreadable", (1, 1)),
    ],
)
def test_what_can_not_be_read_is_told_with_its_place(text: str, code: str, at: tuple[int, int]) -> None:
    with pytest.raises(AnswersError) as caught:
        read_answers(text, "answers.yaml")
    assert (caught.value.code, caught.value.line, caught.value.column) == (code, *at)
    assert str(caught.value).startswith(f"answers.yaml:{at[0]}:{at[1]}: ")


@pytest.mark.parametrize("data", [object(), [[["a"]]], {"a": {"b": [["c"]]}}, {"a": object()}])
def test_plain_data_that_is_no_answer_is_refused(data: object) -> None:
    with pytest.raises(AnswersError):
        answers_from(data)


def test_deeply_nested_data_is_refused_and_not_followed() -> None:
    data: object = "a"
    for _ in range(5_000):
        data = {"a": data}
    with pytest.raises(AnswersError):
        answers_from(data)
    with pytest.raises(AnswersError):
        read_answers("[" * 30_000, "a")


@pytest.mark.parametrize("name", ["x" * 60_000, "a[" * 30_000, "a[b]" * 15_000, "a/" * 30_000, "#" * 60_000, "", "\x00"])
def test_hostile_names_are_refused_in_few_words(pack: Pack, name: str) -> None:
    result = run(pack, "walk", answers_from([{name: "yes"}]), now=NOW)
    if not name:  # no name at all is an answer in order
        assert result.status == "waiting"
        return
    assert result.fault is not None
    assert len(result.fault.sentence()) < 1_000
