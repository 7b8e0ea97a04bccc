"""Cases: what was said and tried is written down as it was, for whoever takes over, and nothing else is claimed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from msgspec import structs

from assistant.case import Case, as_json, as_markdown, as_text, build
from assistant.engine import Session, answer, back, note, start
from assistant.engine.record import record
from assistant.engine.script import answers_from, run
from assistant.flow.load import load
from assistant.flow.model import Flow, Pack, Step
from assistant.flow.text import plain

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=timezone(timedelta(hours=1)))

FILES = {
    "pack.yaml": "title: Printers\ncurrency: EUR\n",
    "portals.yaml": """
hub:
  title: Service Hub
  url: https://hub.example.com/open
  way: |
    1. Sign in.
    2. Click **Open Case**.
  fields: {Type of Request: {choices: [Repair]}, Order: {}}
  other_fields: unknown
  attach: pictures
amt:
  title: Amt
  language: de
  fields: {Order: {}}
""",
    "facts.yaml": """
powered: {ask: "Is it on?"}
devices: {ask: "Which devices?", label: Devices, many: true, none: None of these, choices: {laptop: Laptop, phone: Phone}}
network: {ask: "Which network does {{ item }} use?", choices: {home: Home, guest: Guest}, unsure: true}
status: {ask: "What does it show?", choices: {idle: Idle, err: Error}, unsure: {tell: Look at the display.}}
bought: {ask: "When was it bought?", label: Bought, type: date}
price: {ask: "What did it cost?", label: Price, type: money}
pin: {ask: "Which PIN?", label: PIN, type: text, sensitive: true}
message: {ask: "What does it say?", label: Message, type: text}
order: {ask: "Which order?", label: Order, type: text}
pictures: {ask: "Which pictures are there?", label: Pictures, type: files}
overdue: {value: days_until(bought) < 0}
""",
    "outcomes.yaml": """
open-case:
  kind: case
  title: Open a case
  needs: [order]
  wants: [message, pictures]
  case:
    portal: hub
    subject: Order {{ order }} does not print
    fields: {Type of Request: Repair, Order: "{{ order }}"}
""",
    "print.yaml": """
title: It does not print
summary: Paper goes in, nothing comes out.
steps:
  powered: {ask: powered, then: {no: turn-it-on}}
  devices: {ask: devices}
  networks: {ask: network, each: devices}
  status: {ask: status}
  buy: {ask: [bought, price]}
  clear: {try: "Clear the cache.", label: Cleared the cache, also: {locked: The settings are locked}, then: open-case}
outcomes:
  turn-it-on: {kind: action, title: Turn it on}
""",
    "order.yaml": """
title: Orders
steps:
  devices: {ask: devices}
  networks: {ask: network, each: devices}
  both: {ask: [status, order], then: done}
outcomes:
  done: {kind: handoff, title: "Call about {{ network }}"}
""",
    "tries.yaml": """
title: Tries
steps:
  devices: {ask: devices}
  restart: {try: "Restart it.", each: devices}
  repair: {run: repair, then: {fixed: fine, still: next}}
  retry: {try: "Is it **better**?", at_most: {times: 2, else: fine}, then: {worked: fine, else: retry}}
outcomes:
  fine: {kind: solved, title: It prints}
""",
    "repair.yaml": """
title: Repair
steps:
  incognito: {try: Open a private window., label: Used a private window, then: {worked: fixed, else: still}}
outcomes:
  fixed: {kind: exit}
  still: {kind: exit}
""",
    "abroad.yaml": """
title: Abroad
steps:
  bought: {ask: bought}
  pin: {ask: pin, then: amt}
outcomes:
  amt:
    kind: case
    title: Write to the office
    needs: [order]
    case: {portal: amt, subject: "PIN {{ pin }}", fields: {Order: "{{ order }} of {{ bought }}"}}
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


def held(pack: Pack, flow: str, answers: object, **more: Any) -> Session:
    result = run(pack, flow, answers_from(answers), now=NOW, **more)
    assert result.session is not None
    assert result.fault is None, result.fault.sentence()
    assert not result.unused
    return result.session


FULL = {
    "powered": "yes", "devices": ["laptop", "phone"], "network": {"laptop": "home", "phone": "unsure"}, "status": "err",
    "bought": "2026-10-01", "price": "50", "clear": "locked", "order": "A-1", "message": "Error 7",
    "pictures": "one.png,two.png",
}  # fmt: skip


@pytest.fixture
def full(pack: Pack) -> Case:
    return build(held(pack, "print", FULL), now=NOW)


def known(case: Case) -> list[tuple[str, str]]:
    return [(one.label, one.text) for one in case.known]


# What stands in a case


def test_a_case_names_its_portal_subject_and_documented_fields(full: Case) -> None:
    assert full.portal is not None
    assert (full.portal.id, full.portal.title, full.portal.language) == ("hub", "Service Hub", "en")
    assert full.portal.other_fields_unknown
    assert full.subject == "Order A-1 does not print"
    assert full.fields == {"Type of Request": "Repair", "Order": "A-1"}
    assert full.attachments == ("one.png", "two.png")


def test_known_facts_stand_in_the_order_of_the_walk_and_in_words(full: Case) -> None:
    assert known(full) == [
        ("Is it on?", "Yes"),
        ("Devices", "Laptop and Phone"),
        ("Which network does Laptop use?", "Home"),
        ("What does it show?", "Error"),
        ("Bought", "1 October 2026"),
        ("Price", "€50.00"),
        ("Order", "A-1"),
        ("Message", "Error 7"),
        ("Pictures", "one.png and two.png"),
    ]
    assert [one.value for one in full.known if one.fact in ("devices", "price", "bought")] == [
        ("laptop", "phone"), "2026-10-01", "50.00",
    ]  # fmt: skip


def test_what_is_not_sure_is_not_known_and_what_is_left_empty_is_neither(pack: Pack) -> None:
    empty = {"message": "", "pictures": "none"}
    answers = {**FULL, "devices": "phone", "network": "home", "status.again": "unsure", "status": "unsure", **empty}
    case = build(held(pack, "print", answers), now=NOW)
    assert [(one.fact, one.label) for one in case.not_known] == [("status", "What does it show?")]
    assert {one.fact for one in case.known}.isdisjoint({"status", "message", "pictures"})
    assert case.attachments == ()


def test_an_item_that_is_not_sure_is_not_known_by_its_own_name(full: Case) -> None:
    assert [one.label for one in full.not_known] == ["Which network does Phone use?"]


def test_the_second_answer_after_not_sure_is_what_is_known(pack: Pack) -> None:
    case = build(held(pack, "print", [*["yes", "none", "unsure", "idle"]]), now=NOW)
    assert known(case)[-1] == ("What does it show?", "Idle")
    assert case.not_known == ()
    assert known(case)[1] == ("Devices", "None of these")


def test_a_question_that_is_asked_again_stands_where_it_was_answered_last(pack: Pack) -> None:
    session = held(pack, "order", {"devices": "none", "status": "unsure", "order": "A-1", "both.status.again": "err"})
    assert [one.fact for one in build(session, now=NOW).known] == ["devices", "order", "status"]


def test_a_text_shows_all_answers_of_a_fact_asked_per_item(pack: Pack) -> None:
    answers = {"devices": ["laptop", "phone"], "network": {"laptop": "home", "phone": "unsure"}, "status": "err"}
    case = build(held(pack, "order", {**answers, "order": "A-1"}), now=NOW)
    assert case.subject == "Call about Home, not known"


def test_a_field_that_the_portal_does_not_have_is_left_out(pack: Pack) -> None:
    hub = structs.replace(pack.portals["hub"], fields={"Order": pack.portals["hub"].fields["Order"]})
    smaller = structs.replace(pack, portals={**pack.portals, "hub": hub})
    assert build(held(smaller, "print", FULL), now=NOW).fields == {"Order": "A-1"}


def test_given_facts_are_known_first_and_worked_out_ones_are_not_listed(pack: Pack) -> None:
    case = build(held(pack, "print", ["yes"], given={"bought": "2026-10-01"}), now=NOW)
    assert known(case) == [("Bought", "1 October 2026"), ("Is it on?", "Yes")]


def test_a_changed_or_taken_back_answer_leaves_no_trace(pack: Pack) -> None:
    session = back(held(pack, "print", ["yes", ["phone"]]), now=NOW)
    assert known(build(session, now=NOW)) == [("Is it on?", "Yes")]


def test_everything_tried_is_listed_with_how_it_went(pack: Pack) -> None:
    answers = {"devices": ["laptop", "phone"], "restart": {"laptop": "skipped", "phone": "worked"},
               "repair/incognito": "failed", "retry": "failed", "retry#2": "skipped"}  # fmt: skip
    case = build(held(pack, "tries", [*({name: value} for name, value in answers.items())]), now=NOW)
    assert [(one.place, one.step, one.label, one.result, one.text) for one in case.tried] == [
        ("restart[laptop]", "restart", "Restart it. (Laptop)", "skipped", "skipped"),
        ("restart[phone]", "restart", "Restart it. (Phone)", "worked", "worked"),
        ("repair/incognito", "incognito", "Used a private window", "failed", "didn't help"),
        ("retry", "retry", "Is it better?", "failed", "didn't help"),
        ("retry#2", "retry", "Is it better?", "skipped", "skipped"),
    ]


def test_an_authors_own_answer_to_a_try_is_told_in_the_authors_words(full: Case) -> None:
    assert [(one.label, one.result, one.text) for one in full.tried] == [
        ("Cleared the cache", "locked", "The settings are locked")
    ]


# Halfway, without a portal, stuck


def test_halfway_there_is_no_portal_and_the_notes_say_which_question_stands(pack: Pack) -> None:
    case = build(held(pack, "print", ["yes"]), now=NOW)
    assert case.portal is None
    assert case.fields == {}
    assert case.subject == "It does not print"
    assert "At the question: Which devices?" in case.notes
    assert "Nothing was tried." in case.notes


def test_a_form_that_stands_is_told_by_its_first_question(pack: Pack) -> None:
    case = build(held(pack, "print", ["yes", "none", "err"]), now=NOW)
    assert "At the question: When was it bought?" in case.notes


def test_while_a_case_asks_what_it_needs_its_portal_is_there_already(pack: Pack) -> None:
    case = build(held(pack, "print", ["yes", "none", "err", "2026-10-01", "3", "failed"]), now=NOW)
    assert case.portal is not None
    assert case.portal.id == "hub"
    assert "At the question: Which order?" in case.notes


def test_another_ending_gives_a_record_without_a_portal(pack: Pack) -> None:
    case = build(held(pack, "print", ["no"]), now=NOW)
    assert (case.portal, case.subject) == (None, "Turn it on")
    assert "At the ending: Turn it on" in case.notes


def test_a_flow_without_a_way_on_still_gives_a_case() -> None:
    flow = Flow(id="f", title="Broken flow", steps={"a": Step(id="a", verb="")})
    case = build(start(Pack(id="p", title="P", flows={"f": flow}), "f", now=NOW), now=NOW)
    assert case.subject == "Broken flow"
    assert "could not go on" in case.notes


# Notes, language, what is sensitive


def test_the_notes_hold_the_whole_record_and_where_it_comes_from(pack: Pack) -> None:
    session = note(held(pack, "print", FULL), "Caller is\nin a hurry", now=NOW, by="agent")
    notes = build(session, now=NOW).notes
    for words in (
        "It does not print", "Paper goes in, nothing comes out.", "- Is it on? Yes", "- Message: Error 7",
        "- Which network does Phone use?", "- Cleared the cache: The settings are locked", "At the ending: Open a case",
        "- Caller is\n  in a hurry", "- one.png\n- two.png", "from the flow print", pack.digest[:8],
        "Written on 22 November 2026, 14:05 (UTC+01:00).",
    ):  # fmt: skip
        assert words in notes
    assert "overdue" not in notes


def test_a_case_is_written_in_its_portals_language(pack: Pack) -> None:
    answers = {"bought": "2026-10-01", "pin": "October", "order": "May 1"}
    case = build(held(pack, "abroad", answers, language="en"), now=NOW)
    assert case.portal is not None
    assert case.portal.language == "de"
    assert case.fields == {"Order": "May 1 of 1. Oktober 2026"}  # what was typed stays
    assert "Written on 22. November 2026" in case.notes
    assert known(case)[1] == ("PIN", "October")


def test_sensitive_values_stand_in_the_case_and_are_masked_in_a_record(pack: Pack) -> None:
    session = held(pack, "abroad", {"bought": "2026-10-01", "pin": "s3cret", "order": "1"})
    case = build(session, now=NOW)
    assert case.subject == "PIN s3cret"
    assert "- PIN: s3cret" in case.notes
    message = plain(record(session, language="en", stopped="Here", now=NOW))
    assert "s3cret" not in message
    assert "- PIN: •••" in message
    assert message.endswith("Where it stopped\n\nHere\n\nWritten on 22 November 2026, 14:05 (UTC+01:00).")


# Renderings


def test_both_renderings_say_that_nothing_was_sent_and_how_to_file_it(full: Case) -> None:
    for text in (as_markdown(full, "en"), as_text(full, "en")):
        for words in (
            "Service Hub", "Nothing was sent.", "https://hub.example.com/open", "1. Sign in.", "Order A-1 does not print",
            "- Type of Request: Repair", "Attach these files yourself: one.png and two.png", full.notes,
        ):  # fmt: skip
            assert words in text


def test_only_a_portal_with_unknown_fields_says_that_its_form_may_ask_more(pack: Pack, full: Case) -> None:
    documented = build(held(pack, "abroad", {"bought": "2026-10-01", "pin": "1", "order": "1"}), now=NOW)
    halfway = build(held(pack, "print", []), now=NOW)
    for write in (as_markdown, as_text):
        assert "The form may ask for more" in write(full, "en")
        assert "The form may ask for more" not in write(documented, "en")
        assert "The form may ask for more" not in write(halfway, "en")
        assert "Nothing was sent." in write(halfway, "en")


HOSTILE = "*a* [x](https://evil.example) <b> `c` ``` # d\n- e\n````\n## f"


def test_what_was_typed_is_never_markup_in_markdown(pack: Pack) -> None:
    case = build(held(pack, "print", {**FULL, "order": HOSTILE, "message": HOSTILE, "pictures": ["*p*.png"]}), now=NOW)
    tokens = MarkdownIt().parse(as_markdown(case, "en"))
    headings = [tokens[number + 1].content for number, token in enumerate(tokens) if token.type == "heading_open"]
    assert headings == ["Case: Service Hub", "Where to file it", "How to file it", "Subject", "Fields", "Notes"]
    inline = [child for token in tokens for child in token.children or []]
    assert [child.attrs["href"] for child in inline if child.type == "link_open"] == ["https://hub.example.com/open"]
    assert not [child for child in inline if child.type in ("em_open", "html_inline", "code_inline")]
    assert [child.content for child in inline if child.type == "text" and "*p*.png" in child.content]
    fences = [token.content for token in tokens if token.type == "fence"]
    assert [fence.rstrip("\n") for fence in fences] == [case.subject, case.notes]
    assert "*a* [x](https://evil.example) <b> `c` ``` # d\n" in fences[1]


def test_plain_text_holds_what_was_typed_and_nothing_that_steers_a_terminal(pack: Pack) -> None:
    case = build(held(pack, "print", {**FULL, "message": "*a* \x1b[31m<b>\u202e"}), now=NOW)
    text = as_text(case, "en")
    assert "- Message: *a* [31m<b>" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    hub = structs.replace(pack.portals["hub"], title="Hub\x1b[2J")
    strange = structs.replace(pack, portals={"hub": hub})
    assert "\x1b" not in as_text(build(held(strange, "print", FULL), now=NOW), "en")


def test_json_has_the_shape_that_others_rely_on(pack: Pack, full: Case) -> None:
    told = json.loads(json.dumps(as_json(full)))
    assert list(told) == ["portal", "subject", "fields", "notes", "known", "not_known", "tried", "attachments"]
    assert list(told["portal"]) == ["id", "title", "url", "language", "way", "other_fields_unknown"]
    assert told["portal"]["way"] == "1. Sign in.\n2. Click Open Case."
    assert told["known"][1] == {
        "fact": "devices", "label": "Devices", "value": ["laptop", "phone"], "text": "Laptop and Phone",
    }  # fmt: skip
    assert told["not_known"] == [{"fact": "network", "label": "Which network does Phone use?"}]
    assert told["tried"] == [
        {"place": "clear", "step": "clear", "label": "Cleared the cache", "result": "locked",
         "text": "The settings are locked"}
    ]  # fmt: skip
    assert told["attachments"] == ["one.png", "two.png"]
    assert as_json(build(held(pack, "print", ["yes"]), now=NOW))["portal"] is None


def test_building_a_case_changes_nothing(pack: Pack) -> None:
    session = held(pack, "print", ["yes"])
    first, second = build(session, now=NOW), build(session, now=NOW)
    assert first == second
    assert answer(session, "none", now=NOW).prompt.place == "status"
