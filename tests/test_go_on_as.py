"""Going on as somebody else: a hand-over changes what is shown; going on as an agent changes what is asked."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from desks import Desk
from support import NOW, Talk, pack, talk

from assistant import engine
from assistant.desk.conversation import Conversation
from assistant.engine.prompt import Ending, Question
from assistant.plain.hold import hold
from assistant.plain.lines import Lines
from assistant.tui.app import AssistantApp

FACTS = """\
power: {ask: Is the printer switched on?}
serial: {ask: Which serial number has it?, type: text, audience: agent}
office:
  ask: Where does it stand?
  choices: {here: Here, away: {label: Elsewhere, audience: customer}}
paper: {ask: Is there paper in it?}
"""
FLOW = """\
steps:
  first: {ask: power, then: place}
  place: {ask: office, then: inside}
  inside: {ask: serial, audience: agent, then: last}
  last: {ask: paper, then: {yes: prints, no: fill}}
outcomes:
  prints: {kind: solved, title: It prints., tell: It prints.}
  fill: {kind: action, title: Fill it., tell: Fill it with paper.}
"""


@pytest.fixture(scope="module")
def told_apart():
    return pack(FLOW, facts=FACTS)


def asked(session: engine.Session) -> str:
    assert isinstance(session.prompt, Question)
    return session.prompt.fact


def at_paper(told_apart) -> Talk:
    held = talk(told_apart, "yes", "here")
    assert asked(held.session) == "paper"  # what only agents are asked is left out
    return held


def test_a_hand_over_leaves_the_way_as_it_is(told_apart):
    session = engine.hand_over(at_paper(told_apart).session, "agent", now=NOW)
    assert session.audience == "agent"
    assert asked(session) == "paper"


def test_going_on_as_an_agent_asks_what_agents_are_asked_and_keeps_what_was_said(told_apart):
    change = engine.go_on_as(at_paper(told_apart).session, "agent", now=NOW)
    assert asked(change.session) == "serial"
    assert [entry.value for entry in change.kept] == ["yes", "here"]
    assert change.no_longer == ()
    after = engine.answer(change.session, "A 7", now=NOW)
    assert asked(after) == "paper"


def test_a_preview_leaves_the_conversation_as_it_was(told_apart):
    session = at_paper(told_apart).session
    engine.go_on_as(session, "agent", now=NOW)
    assert asked(session) == "paper"


def test_an_answer_that_an_agent_is_not_offered_no_longer_applies(told_apart):
    session = talk(told_apart, "yes", "away").session
    change = engine.go_on_as(session, "agent", now=NOW)
    assert [entry.value for entry in change.no_longer] == ["away"]
    assert asked(change.session) == "office"
    again = engine.go_on_as(change.session, "customer", now=NOW)
    assert asked(again.session) == "paper"  # and comes back with those whom it is offered


def test_going_on_as_an_agent_survives_the_log(told_apart):
    session = engine.go_on_as(at_paper(told_apart).session, "agent", now=NOW).session
    for more in (session, engine.answer(session, "A 7", now=NOW)):
        assert engine.replay(told_apart, more.log) == more
        assert engine.replay(told_apart, more.log).prompt == more.prompt


def test_how_many_questions_are_left_counts_those_of_agents(told_apart):
    session = talk(told_apart, "yes").session
    as_agent = engine.go_on_as(session, "agent", now=NOW).session
    assert engine.left(as_agent).least == engine.left(session).least + 1


def test_back_and_change_keep_to_the_way_of_the_agent(told_apart):
    session = engine.go_on_as(at_paper(told_apart).session, "agent", now=NOW).session
    session = engine.answer(session, "A 7", now=NOW)
    assert asked(engine.back(session, now=NOW)) == "serial"
    changed = engine.change(session, "first", "no", now=NOW)
    assert asked(changed.session) == "paper"
    assert "A 7" in [entry.value for entry in changed.kept]


def test_only_a_flow_that_tells_them_apart_leaves_something_out(tmp_path: Path, told_apart):
    same = Desk(tmp_path).begin("shop")
    same.hand_over("agent")
    assert not same.leaves_out
    conversation = Conversation.start(told_apart, "main")
    assert not conversation.leaves_out
    conversation.hand_over("agent")
    assert conversation.leaves_out
    conversation.go_on_as("agent")
    assert not conversation.leaves_out


def said(conversation: Conversation, typed: str) -> str:
    out = io.StringIO()
    hold(conversation, Lines(io.StringIO(typed), out))
    return out.getvalue()


def test_in_plain_text_it_is_told_and_asked_first(told_apart):
    conversation = Conversation.start(told_apart, "main")
    shown = said(conversation, "1\n1\n/agent\nyes\nA 7\n1\n")
    assert "what only agents are asked is left out" in shown
    assert "From here on it asks what agents are asked." in shown
    assert shown.index("Which serial number") > shown.index("From here on")
    assert isinstance(conversation.prompt, Ending)


def test_in_plain_text_what_no_longer_applies_is_said_before_it_is_done(told_apart):
    conversation = Conversation.start(told_apart, "main")
    shown = said(conversation, "1\n2\n/agent\nno\n")
    assert "This no longer applies: Where does it stand? Elsewhere" in shown
    assert conversation.is_for_agent
    assert conversation.facts_answered()["office"] == "away"


def test_in_plain_text_a_customer_sees_it_as_a_customer_again(told_apart):
    conversation = Conversation.start(told_apart, "main", audience="agent")
    shown = said(conversation, "1\n/customer\nyes\n1\n")
    assert "You see it as customers do now." in shown
    assert not conversation.is_for_agent
    assert asked(conversation.session) == "paper"


async def pressed(conversation: Conversation, *keys: str) -> str:
    app = AssistantApp([], lambda offer, audience: conversation, conversation=conversation)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        lines = ("".join(part.text for part in line) for line in app.screen._compositor.render_strips())
        return " ".join(" ".join(lines).split())


def on_screen(conversation: Conversation, *keys: str) -> str:
    return asyncio.run(pressed(conversation, *keys))


def test_on_the_screens_a_hand_over_says_what_is_left_out_and_the_palette_goes_on(told_apart):
    conversation = Conversation.start(told_apart, "main")
    assert "F12 has “go on” to change that." in on_screen(conversation, "1", "1", "f6")
    shown = on_screen(conversation, "f12", *"go on as", "enter", "2")
    assert "Which serial number" in shown
    assert conversation.prompt.place == "inside"


def test_on_the_screens_what_no_longer_applies_is_shown_and_leaving_it_so_is_the_first_answer(told_apart):
    conversation = Conversation.start(told_apart, "main")
    shown = on_screen(conversation, "1", "2", "f6", "f12", *"go on as", "enter")
    assert "These answers would no longer apply:" in shown
    assert "Elsewhere" in shown
    on_screen(conversation, "f12", *"go on as", "enter", "1")
    assert conversation.prompt.place == "last"


def test_what_is_typed_into_a_form_stays_at_a_hand_over():
    form = pack("steps:\n  both: {ask: [power, paper], then: done}\n", facts=FACTS)
    conversation = Conversation.start(form, "main")
    assert "Is there paper in it?" in on_screen(conversation, "1", "f6")


def test_the_palette_offers_it_only_where_something_is_left_out(told_apart):
    conversation = Conversation.start(told_apart, "main")
    assert "go on as" not in on_screen(conversation, "1", "f12")
