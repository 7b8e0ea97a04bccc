"""Taking up a session again: on another day, in another version of its flow, by somebody else."""

from __future__ import annotations

import shutil

import pytest
from desks import FACTS, FLOW, TO_CASE, Desk, say, write_pack

from assistant.desk.card import save_case
from assistant.desk.conversation import Conversation
from assistant.desk.phrases import different_lines
from assistant.desk.related import begin_related
from assistant.desk.resuming import Gone, NoCode, Reopened, Unreadable, by_key, open_sessions
from assistant.engine.prompt import Ending, Question
from assistant.flow.text import plain
from assistant.store.protocol import WrongCode


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def edited(desk: Desk, *changes: tuple[str, str], facts: tuple[str, str] = ("", "")) -> None:
    """Edit the flow while somebody is in it."""
    flow = FLOW
    for before, after in changes:
        assert before in flow
        flow = flow.replace(before, after)
    assert facts[0] in FACTS
    write_pack(desk.pack, flow, FACTS.replace(*facts))


def told(found: Reopened) -> list[str]:
    """What is said to be different."""
    return different_lines(found, "en") if found.differences else []


def at(conversation: Conversation) -> str:
    return conversation.prompt.place


def test_a_session_goes_on_where_it_stopped_and_nothing_is_said(desk):
    code = desk.begin("way", "yes").code
    found = desk.another().reopened(code)
    assert told(found) == []
    again = found.go_on()
    assert at(again) == "look"
    assert [entry.value for entry in again.session.trail] == ["way", "yes"]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{} ".lower()])
def test_a_code_may_be_typed_in_any_way(desk, typed):
    conversation = desk.begin("way")
    for code in (conversation.code, conversation.code.replace("-", ""), conversation.code.replace("-", " ")):
        assert desk.stored(typed.format(code).lower()).summary.flow == "lost-order"


def test_a_code_with_a_slip_is_told_from_one_that_nobody_has(desk):
    code = desk.begin("way").code
    slip = code[:-1] + ("2" if code[-1] != "2" else "3")
    with pytest.raises(NoCode):
        desk.stored(slip)
    other = Desk(desk.folder / "elsewhere").begin("way").code
    with pytest.raises(WrongCode):
        desk.stored(other)


def test_ten_wrong_codes_make_the_asker_wait_and_then_the_right_one_serves(desk):
    code = desk.begin("way").code
    waits = []
    for number in range(11):
        try:
            desk.stored(f"AAAA-AAA{'2345679ACEF'[number]}")
        except WrongCode as error:
            waits.append(error.wait)
        except NoCode:
            waits.append(0)
    assert waits[8] == 0
    assert waits[10] > 0
    with pytest.raises(WrongCode):
        desk.stored(code)
    desk.clock.on_by(1)
    assert desk.stored(code).summary.flow == "lost-order"


def test_a_session_that_was_removed_is_told_to_be_gone(desk):
    conversation = desk.begin("way")
    key = desk.stored(conversation.code).summary.id
    desk.memory.store().purge([key])
    with pytest.raises(Gone):
        by_key(desk.memory, key)
    with pytest.raises(WrongCode):
        desk.stored(conversation.code)


def test_open_sessions_are_listed_newest_first_and_ended_ones_are_not(desk):
    desk.begin("way")
    desk.begin("shop", "no", "2026-11-20")
    desk.begin("way", "yes", "worked")
    assert [(one.state, one.at) for one in open_sessions(desk.memory)] == [
        ("later", "Wait until 4 December 2026"), ("open", "Is it late?"),
    ]  # fmt: skip


def test_a_flow_that_only_reads_otherwise_is_gone_over_to_in_silence(desk):
    code = desk.begin("way").code
    edited(desk, facts=("Is it late?", "Is it late already?"))
    found = desk.reopened(code)
    assert told(found) == []
    prompt = found.go_on().prompt
    assert isinstance(prompt, Question)
    assert plain(prompt.text) == "Is it late already?"


def test_a_renamed_step_keeps_its_answers(desk):
    code = desk.begin("way", "yes", "failed").code
    edited(desk, ("  look: {try: Look in the yard.", "  yard: {was: look, try: Look in the yard."))
    found = desk.reopened(code)
    assert told(found) == []
    assert [entry.place for entry in found.go_on().session.trail] == ["place", "late", "yard"]


def test_a_choice_that_was_removed_is_asked_again_with_what_was_said(desk):
    code = desk.begin("way", "yes").code
    edited(desk, facts=("shop: In the shop, way: On its way, home", "shop: In the shop, home"))
    found = desk.reopened(code)
    assert told(found) == [
        "This guide was changed since you were here.",
        "This answer no longer fits: Where is the order? On its way",
        "It asks again: Where is the order?",
        "Your other answers are kept.",
    ]
    again = found.go_on()
    assert at(again) == "place"
    assert at(say(again, "shop")) == "look"


def test_a_step_that_was_added_before_is_asked_and_the_rest_is_kept(desk):
    code = desk.begin("way", "yes").code
    edited(desk, ("  late: {ask: late", "  order_number: {ask: order_number}\n  late: {ask: late"))
    found = desk.reopened(code)
    assert told(found) == [
        "This guide was changed since you were here.", "You are now at: Which order?", "Your other answers are kept.",
    ]  # fmt: skip
    assert at(say(found.go_on(), "A-1")) == "look"


def test_who_stays_on_the_old_version_stays_on_it_to_the_end(desk):
    code = desk.begin("way", "yes").code
    edited(desk, facts=("shop: In the shop, way: On its way, home", "shop: In the shop, home"))
    stayed = desk.reopened(code).go_on(stay=True)
    assert at(stayed) == "look"
    again = desk.another().reopened(code)
    assert told(again) == []
    conversation = say(again.go_on(), "failed", "2026-11-20", "A-1234", "me@example.com", "4711", "")
    assert isinstance(conversation.prompt, Ending)
    assert conversation.prompt.outcome == "write-case"


def test_a_version_after_the_one_that_was_declined_is_offered_again(desk):
    code = desk.begin("way", "yes").code
    edited(desk, facts=("shop: In the shop, way: On its way, home", "shop: In the shop, home"))
    desk.reopened(code).go_on(stay=True)
    edited(desk, facts=("shop: In the shop, way: On its way, home", "shop: In a shop, home"))
    assert told(desk.reopened(code)) != []


def test_a_pack_that_has_moved_or_gone_leaves_the_session_on_what_the_store_keeps(desk):
    code = desk.begin("way").code
    shutil.rmtree(desk.pack)
    again = desk.reopened(code)
    assert told(again) == []
    assert at(say(again.go_on(), "yes")) == "look"


def test_a_pack_that_is_broken_now_leaves_the_session_on_what_the_store_keeps(desk):
    code = desk.begin("way").code
    (desk.pack / "lost-order.yaml").write_text("title: [", encoding="utf-8")
    assert at(say(desk.reopened(code).go_on(), "yes")) == "look"


def test_where_no_version_can_be_read_all_that_was_said_can_still_be_shown(desk, monkeypatch):
    code = desk.begin("way", "yes").code
    shutil.rmtree(desk.pack)
    monkeypatch.setattr(type(desk.memory.store()), "pack", lambda store, digest: None)
    with pytest.raises(Unreadable) as unreadable:
        desk.reopened(code)
    shown = unreadable.value.snapshot
    assert [(line.question, line.label) for line in shown.trail] == [
        ("Where is the order?", "On its way"), ("Is it late?", "Yes"),
    ]  # fmt: skip
    assert "yard" in shown.at


def test_ten_days_later_the_ending_counts_from_the_new_day(desk):
    conversation = desk.to_case()
    assert "12 days" in plain(conversation.prompt.text)  # type: ignore[union-attr]
    desk.clock.on_by(10)
    again = desk.reopened(conversation.code)
    assert told(again) == []
    assert "2 days" in plain(again.go_on().prompt.text)  # type: ignore[union-attr]


def test_where_the_new_day_leads_elsewhere_it_is_told(desk):
    edited(desk, ("  bought: {ask: bought, then: write-case}", "  bought:\n    ask: bought\n    then:\n"
                  "      - {when: days_until(until) >= 0, then: write-case}\n      - {else: found}"))  # fmt: skip
    conversation = desk.begin(*TO_CASE[:4])
    assert at(conversation) == "write-case.order_number"
    desk.clock.on_by(30)
    found = desk.reopened(conversation.code)
    assert told(found) == [
        "Time has passed, and it leads elsewhere now.", "You are now at: It was in the yard", "Your other answers are kept.",
    ]  # fmt: skip
    assert not found.is_edited


def test_a_session_that_is_handed_over_is_seen_whole_by_the_agent(desk):
    code = desk.begin("way", "yes").code
    agent = desk.another().reopened(code, audience="agent").go_on()
    assert agent.is_for_agent
    assert [entry.label for entry in agent.session.trail] == ["On its way", "Yes"]
    assert agent.case().known


def test_files_that_were_given_go_on_with_the_session(desk, tmp_path):
    (tmp_path / "yard.png").write_bytes(b"a picture")
    conversation = desk.to_case(tmp_path / "yard.png")
    conversation.close()
    again = desk.another().reopened(conversation.code).go_on()
    given = again.files.find("yard.png")
    assert given is not None
    with given.open() as file:
        assert file.read() == b"a picture"
    save_case(again, tmp_path / "case.zip")
    assert (tmp_path / "case.zip").exists()


def test_a_customer_is_shown_nothing_of_a_store_that_is_shared(desk):
    desk.begin("way")
    desk.memory.where = "postgresql://db.example.com/desk"
    assert open_sessions(desk.memory, audience="customer") == []
    assert len(open_sessions(desk.memory, audience="agent")) == 1


def test_an_agent_who_takes_over_changes_nothing_of_what_the_customer_is_shown(desk, monkeypatch):
    mine = desk.begin("way")
    monkeypatch.setenv("ASSISTANT_NAME", "Desk 7")
    agent = desk.another().reopened(mine.code, audience="agent").go_on()
    mine.answer("yes")
    assert agent.is_for_agent
    assert not mine.is_for_agent
    assert desk.reopened(mine.code).go_on().is_for_agent  # it is Desk 7's own now
    monkeypatch.setenv("ASSISTANT_NAME", "Desk 8")
    assert not desk.reopened(mine.code).go_on().is_for_agent


def test_an_ended_conversation_is_shown_as_it_ended_whatever_was_edited_since(desk):
    conversation = desk.begin("way", "yes", "worked")
    edited(desk, facts=("shop: In the shop, way: On its way, home", "shop: In the shop, home"))
    found = desk.reopened(conversation.code)
    assert told(found) == []
    assert isinstance(found.go_on().prompt, Ending)


def test_who_goes_on_with_an_old_version_is_told_so(desk):
    code = desk.begin("way").code
    assert desk.reopened(code).welcome() == "Welcome back. Nothing was lost."
    (desk.pack / "lost-order.yaml").write_text("title: [", encoding="utf-8")
    assert "can't be used as it is now" in desk.reopened(code).welcome()


def test_a_version_that_would_show_what_was_said_in_confidence_is_not_gone_over_to(desk):
    conversation = desk.to_case()
    conversation.back()
    edited(desk, facts=(", sensitive: true", ""))
    again = desk.reopened(conversation.code).go_on()
    assert [entry.sensitive for entry in again.session.trail if entry.fact == "pin"] == [True]


def test_a_day_that_must_not_be_shown_is_in_no_list(desk):
    edited(desk, facts=('bought: {ask: "When was it bought?", type: date}',
                        'bought: {ask: "When was it bought?", type: date, sensitive: true}'))  # fmt: skip
    conversation = desk.begin("way", "no", "2026-11-20")
    assert desk.stored(conversation.code).summary.come_back == ""


OTHER = """\
title: Something else
steps:
  gone: {ask: gone}
  more: {ask: more, then: end}
facts:
  gone: {ask: Is it gone?}
  more: {ask: Is there more?}
outcomes:
  end: {kind: case, title: Write, case: {portal: hub, subject: It is gone}}
"""


def test_what_was_known_and_tried_before_another_flow_is_there_when_one_comes_again(desk):
    (desk.pack / "other.yaml").write_text(OTHER, encoding="utf-8")
    other = begin_related(desk.begin("way", "yes", "failed"), "other")
    other.answer("yes")
    told = [entry.fact for entry in other.session.trail]
    assert "place" in told
    again = desk.reopened(other.code).go_on()
    assert [entry.fact for entry in again.session.trail] == told
    assert again.facts_answered() == other.facts_answered()
    assert "this was tried" in again.case().notes
    assert again.case().notes == other.case().notes


def test_what_was_known_before_is_there_though_the_pack_is_read_from_the_store(desk):
    (desk.pack / "other.yaml").write_text(OTHER, encoding="utf-8")
    other = begin_related(desk.begin("way", "yes", "failed"), "other")
    other.answer("yes")
    shutil.rmtree(desk.pack)
    again = desk.reopened(other.code).go_on()
    assert again.facts_answered() == {"place": "way", "late": "yes", "gone": "yes"}


def test_what_an_agent_began_is_shown_as_for_agents_to_that_agent_and_to_whoever_asks_for_it(desk, monkeypatch):
    monkeypatch.setenv("ASSISTANT_NAME", "desk 1")
    code = desk.begin("shop", audience="agent").code
    assert desk.reopened(code).go_on().is_for_agent
    monkeypatch.setenv("ASSISTANT_NAME", "desk 2")
    assert not desk.reopened(code).go_on().is_for_agent
    assert desk.reopened(code, audience="agent").go_on().is_for_agent
