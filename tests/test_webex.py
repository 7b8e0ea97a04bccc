"""The shipped pack: every ending of every flow is reached, and says what a person needs there."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from assistant.case import build
from assistant.engine.answersfile import answers_from
from assistant.engine.prompt import Ending
from assistant.engine.script import Result, run
from assistant.flow.load import load
from assistant.flow.model import Pack
from assistant.flow.text import plain

FLOWS = Path(__file__).parent.parent / "flows"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

Answers = dict[str, object]

ACCESS: Answers = {"onboarded": "no", "can_edit_order": "yes"}
AWAITING: Answers = {**ACCESS, "line_status": "awaiting"}
CLOSED: Answers = {**ACCESS, "line_status": "closed"}
CLOCK: Answers = {"offer": "a-flex", "email_received_on": "2026-11-20"}
BROWSERS: Answers = {"clear-cache": "failed", "other-browser": "failed", "private-window": "failed"}
NOT_FOUND: Answers = {"spam": "failed", "email_arrived": "yes", "look-again": "failed"}
CONTACTS: Answers = {"order_number": "81234567", "current_email": "old@example.com", "new_email": "new@example.com"}
EXTRAS: Answers = {"error_text": "Save does nothing", "screenshots": "save-error.png"}
ORDER: Answers = {"order_number": "81234567"}
CHANGE, RESEND = "change-provisioning-contact", "resend-provisioning-email"
LEFT: Answers = {"change_reason": "left"}
MISSING: Answers = {"change_reason": "missing"}

ENDINGS: list[tuple[str, str, str, Answers]] = [
    (CHANGE, "set-up-now", "action", {**MISSING, "spam": "worked"}),
    (
        CHANGE, "wait-for-start-date", "action",
        {**MISSING, "spam": "failed", "email_arrived": "no", "requested_start_date": "2026-12-01"},
    ),
    (CHANGE, "send-it-again", "action", {**MISSING, **NOT_FOUND, "address_is_right": "yes"}),
    (CHANGE, "finish-in-control-hub", "action", {**LEFT, "onboarded": "yes"}),
    (
        CHANGE, "ask-order-placer", "action",
        {**LEFT, "onboarded": "no", "can_edit_order": "no", **ORDER, "new_email": "new@example.com",
         "order_placer_email": "sales@example.com"},
    ),
    (
        CHANGE, "ask-what-the-status-means", "action",
        {**LEFT, **ACCESS, "line_status": "other", "status_text": "Booked", **ORDER},
    ),
    (CHANGE, "updated", "solved", {**LEFT, **AWAITING, **CLOCK, "edit-on-order": "worked"}),
    (CHANGE, "updated", "solved", {**LEFT, **CLOSED, "edit-from-subscriptions": "worked"}),
    (CHANGE, "updated", "solved", {**LEFT, **CLOSED, "edit-from-subscriptions": "failed", "clear-cache": "worked"}),
    (CHANGE, "finish-in-control-hub", "action", {**LEFT, **CLOSED, "edit-from-subscriptions": "too-late"}),
    (
        CHANGE, "ask-partner", "action",
        {**LEFT, **AWAITING, **CLOCK, "edit-on-order": "failed", **BROWSERS, "role": "customer", **CONTACTS, **EXTRAS},
    ),
    (
        CHANGE, "open-case", "case",
        {**LEFT, **AWAITING, **CLOCK, "edit-on-order": "failed", **BROWSERS, "role": "partner", **CONTACTS, **EXTRAS},
    ),
    (RESEND, "set-up-now", "action", {"spam": "worked"}),
    (
        RESEND, "wait-for-start-date", "action",
        {"spam": "failed", "email_arrived": "no", "requested_start_date": "2026-12-01"},
    ),
    (RESEND, "finish-in-control-hub", "action", {**NOT_FOUND, "onboarded": "yes"}),
    (
        RESEND, "ask-order-placer", "action",
        {**NOT_FOUND, "onboarded": "no", "can_edit_order": "no", **ORDER, "order_placer_email": ""},
    ),
    (
        RESEND, "ask-what-the-status-means", "action",
        {**NOT_FOUND, **ACCESS, "line_status": "other", "status_text": "Booked", **ORDER},
    ),
    (RESEND, "sent-again", "solved", {**NOT_FOUND, **AWAITING, **CLOCK, "resend-on-order": "worked"}),
    (RESEND, "sent-again", "solved", {**NOT_FOUND, **CLOSED, "resend-from-subscriptions": "worked"}),
    (RESEND, "change-first", "action", {**NOT_FOUND, **CLOSED, "resend-from-subscriptions": "wrong-address"}),
    (
        RESEND, "ask-partner", "action",
        {**NOT_FOUND, **CLOSED, "resend-from-subscriptions": "failed", **BROWSERS, "role": "customer", **ORDER,
         "current_email": "unsure", **EXTRAS},
    ),
    (
        RESEND, "open-case", "case",
        {**NOT_FOUND, **CLOSED, "resend-from-subscriptions": "failed", **BROWSERS, "role": "cisco-sales", **ORDER,
         "current_email": "old@example.com", **EXTRAS},
    ),
    (
        "something-else", "hand-over", "handoff",
        {"happened": "The page stays white", "expected": "The order", "since_when": "Monday", **ORDER, **EXTRAS},
    ),
    ("find-provisioning-email", "not-found", "exit", NOT_FOUND),
    ("fix-ccw-editing", "fixed", "exit", {"clear-cache": "failed", "other-browser": "worked"}),
    ("fix-ccw-editing", "not-fixed", "exit", BROWSERS),
]  # fmt: skip


every_ending = pytest.mark.parametrize(
    ("flow", "outcome", "kind", "answers"),
    ENDINGS,
    ids=[f"{flow}-{outcome}-{n}" for n, (flow, outcome, _, _) in enumerate(ENDINGS)],
)


@cache
def webex() -> Pack:
    loaded = load(FLOWS / "webex")
    assert loaded.problems == ()
    assert loaded.pack is not None
    return loaded.pack


def hold(flow: str, answers: Answers, **options: str) -> Result:
    return run(webex(), flow, answers_from(answers), now=NOW, **options)  # type: ignore[arg-type]


def ending(result: Result) -> Ending:
    assert result.session is not None
    prompt = result.session.prompt
    assert isinstance(prompt, Ending), (result.status, result.place, result.fault and result.fault.sentence())
    return prompt


@every_ending
def test_an_ending_is_reached_with_no_answer_left_over(flow: str, outcome: str, kind: str, answers: Answers) -> None:
    result = hold(flow, answers)
    end = ending(result)
    assert (end.outcome, end.kind, result.unused) == (outcome, kind, ())


@pytest.mark.parametrize("flow", sorted(webex().flows))
def test_every_ending_that_a_flow_can_have_stands_in_the_table(flow: str) -> None:
    pack = webex()
    shown = {outcome for name, outcome, _, _ in ENDINGS if name == flow}
    own = set(pack.flows[flow].outcomes)
    targets = {target for step in pack.flows[flow].steps.values() for _, target in step.then.answers}
    possible = own | (targets & set(pack.outcomes))
    if not pack.flows[flow].offered:  # the flows that run it show each of its exits
        assert shown <= possible
        return
    assert shown == possible


@every_ending
def test_no_ending_shows_a_gap(flow: str, outcome: str, kind: str, answers: Answers) -> None:
    end = ending(hold(flow, answers))
    if kind == "exit":
        return
    mail = f"{end.letter.subject} {plain(end.letter.body)}" if end.letter else ""
    words = f"{end.title} {plain(end.text)} {mail}"
    body = words.split("Not known")[0]  # the record names on purpose what nobody could tell
    assert end.title
    assert "not known" not in body.replace("is not known to us", "")
    assert "{" not in words


def test_the_case_is_written_with_all_that_was_said_and_tried() -> None:
    answers = next(given for flow, outcome, _, given in ENDINGS if (flow, outcome) == (CHANGE, "open-case"))
    result = hold(CHANGE, answers)
    assert result.session is not None
    case = build(result.session, now=NOW)
    assert dict(case.fields) == {"Type of Request": "Change Provisioning Contact Email"}
    assert case.portal is not None
    assert case.portal.url == "https://www.cisco.com/go/cs"
    known = {one.fact: one.text for one in case.known}
    assert known["order_number"] == "81234567"
    assert (known["current_email"], known["new_email"]) == ("old@example.com", "new@example.com")
    assert [(one.step, one.result) for one in case.tried][-3:] == [
        ("clear-cache", "failed"), ("other-browser", "failed"), ("private-window", "failed"),
    ]  # fmt: skip
    assert case.attachments == ("save-error.png",)


def test_a_resend_case_names_no_type_of_request() -> None:
    answers = next(given for flow, outcome, _, given in ENDINGS if (flow, outcome) == (RESEND, "open-case"))
    result = hold(RESEND, answers)
    assert result.session is not None
    assert not build(result.session, now=NOW).fields


def test_a_customer_gets_the_same_record_as_a_mail_to_the_partner() -> None:
    answers = next(given for flow, outcome, _, given in ENDINGS if (flow, outcome) == (CHANGE, "ask-partner"))
    end = ending(hold(CHANGE, answers))
    assert end.letter is not None
    body = plain(end.letter.body)
    for part in ("81234567", "old@example.com", "new@example.com", "Change Provisioning Contact Email", "browser's cache"):
        assert part in body


@pytest.mark.parametrize(
    ("offer", "received", "left", "deadline"),
    [("a-flex", "2026-11-20", "5", "27 November 2026"), ("other", "2026-11-20", "28", "20 December 2026")],
)
def test_the_window_is_seven_days_for_a_flex_and_thirty_for_others(
    offer: str, received: str, left: str, deadline: str
) -> None:
    answers = {**LEFT, **AWAITING, "offer": offer, "email_received_on": received, "edit-on-order": "worked"}
    words = plain(ending(hold(CHANGE, answers)).text)
    assert deadline in words
    assert f"Days left:\n{left}" in words or f"Days left: {left}" in words


def test_the_last_days_of_the_window_are_said_before_the_change() -> None:
    soon = hold(
        CHANGE, {**LEFT, **AWAITING, "offer": "a-flex", "email_received_on": "2026-11-17", "edit-on-order": "worked"}
    )
    late = hold(
        CHANGE, {**LEFT, **AWAITING, "offer": "a-flex", "email_received_on": "2026-11-01", "edit-on-order": "worked"}
    )
    calm = hold(CHANGE, {**LEFT, **AWAITING, "offer": "other", "email_received_on": "2026-11-17", "edit-on-order": "worked"})
    told = [
        [entry.place for entry in one.session.trail if entry.kind == "tell"] for one in (soon, late, calm) if one.session
    ]
    assert told == [["hurry"], ["overdue"], []]


def test_an_email_from_the_future_is_refused_in_the_authors_words() -> None:
    result = hold(CHANGE, {**LEFT, **AWAITING, "offer": "a-flex", "email_received_on": "2026-12-01"})
    assert result.status == "invalid"
    assert result.fault is not None
    assert result.fault.sentence() == "That day is still to come."


def test_nothing_promises_that_changing_the_contact_sends_the_mail() -> None:
    end = ending(hold(CHANGE, {**LEFT, **CLOSED, "edit-from-subscriptions": "worked"}))
    words = plain(end.text)
    assert "If it is not there, send it again" in words
    assert end.related == ((RESEND, "Send the provisioning email again"),)


@pytest.mark.parametrize("flow", sorted(webex().flows))
def test_every_flow_names_its_source_and_the_day_it_was_reviewed(flow: str) -> None:
    assert webex().flows[flow].source
    assert webex().flows[flow].reviewed == "2026-11-22"


def test_only_flows_that_stand_by_themselves_are_offered() -> None:
    assert {flow.id for flow in webex().flows.values() if flow.offered} == {CHANGE, RESEND, "something-else"}
