"""The path so far: what was answered when and by whom, flows that lie under their titles, and the way to each answer by keys
and by clicks. And the screen of a question that is longer than the screen.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from test_tui import Keys, held, run, shown

from assistant.tui.app import AssistantApp
from assistant.tui.change import ChangeAnswer, PickAnswer
from assistant.tui.choices import Choices
from assistant.tui.guide import Guide
from assistant.tui.help import Why
from assistant.tui.trail import Trail, stops

RESEND = "resend-provisioning-email"
TO_THE_LETTER = ("2", "1")
PAST_THE_FLOW = (*TO_THE_LETTER, "enter", "2", "2")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CACHE", "DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.chdir(tmp_path)


def bar(app: AssistantApp) -> str:
    return shown(app).splitlines()[-1]


def test_a_flow_is_open_while_it_is_run_and_lies_under_its_title_afterwards() -> None:
    conversation = held(RESEND)
    conversation.answer("failed")
    inside = stops(conversation, set())
    assert [(one.is_flow, one.is_open, one.depth) for one in inside] == [(True, True, 0), (False, False, 1)]
    for answer in ("yes", "seen", "failed"):
        conversation.answer(answer)
    [closed] = stops(conversation, set())
    assert closed.is_flow
    assert closed.name == "Find the provisioning email (3 answers)"
    assert len(stops(conversation, {closed.place})) == 4


def test_an_answer_tells_when_and_by_whom_it_was_given() -> None:
    conversation = held()
    conversation.answer("left")
    [stop] = stops(conversation, set())
    assert stop.given.replace("\u00a0", " ") == "today, 12:00 · customer"


def test_tab_leads_to_the_path_and_back_and_enter_changes_the_answer_there() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "2", "tab")
        await pilot.pause()
        assert isinstance(app.focused, Trail)
        assert "customer" in shown(app)
        assert "Enter change" in bar(app)
        await pilot.press("tab")
        assert isinstance(app.focused, Choices)
        await pilot.press("tab", "up", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ChangeAnswer)
        assert app.screen.place == conversation.session.trail[0].place

    run(act, conversation)


def test_in_the_path_digits_still_answer() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "tab", "2")
        assert [entry.value for entry in conversation.session.trail] == ["left", "no"]

    run(act, conversation)


def test_a_flow_in_the_path_is_opened_by_enter_and_by_a_click() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press(*PAST_THE_FLOW)
        await pilot.pause()
        trail = app.screen.query_one(Trail)
        assert "Email arrived before" not in shown(app)
        await pilot.press("tab", "home")
        await pilot.pause()
        assert "Enter open" in bar(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "Email arrived before" in shown(app)
        await pilot.click(Trail, offset=(3, 0))
        await pilot.pause()
        assert "Email arrived before" not in shown(app)
        assert trail.at == 0

    run(act, held(RESEND))


def test_the_list_of_answers_opens_a_flow_too_and_tells_when_and_by_whom() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press(*PAST_THE_FLOW, "t")
        await pilot.pause()
        assert "today, 12:00 · customer" in shown(app).replace("\u00a0", " ")
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(app.screen, PickAnswer)
        assert "Email arrived before" in shown(app)
        await pilot.press("3")
        await pilot.pause()
        assert isinstance(app.screen, ChangeAnswer)

    run(act, held(RESEND))


def test_on_a_narrow_screen_tab_shows_the_list() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "tab")
        await pilot.pause()
        assert isinstance(app.screen, PickAnswer)

    run(act, held(), size=(40, 12))


@pytest.mark.parametrize("audience", ["customer", "agent"])
def test_what_goes_on_stands_below_what_is_to_be_read(audience: str) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press(*TO_THE_LETTER)
        await pilot.pause()
        text = shown(app)
        assert text.index("A filter may have") < text.index("To: Your IT administrator") < text.index("Go on")

    run(act, held(RESEND, audience))


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
def test_a_question_with_a_note_begins_at_its_beginning(size: tuple[int, int]) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "Look in the inbox" in shown(app)
        assert app.screen.query_one("#main").scroll_y == 0

    run(act, held(RESEND, "agent"), size=size)


def test_answers_below_the_screen_are_one_key_away_and_the_bar_says_so() -> None:
    conversation = held(RESEND)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.pause()
        assert "↓ answers below" in bar(app)
        assert "It worked\n" not in shown(app)
        await pilot.press("down")
        await pilot.pause()
        await pilot.pause()
        assert "It didn't help" in shown(app)
        assert "answers below" not in bar(app)
        current = app.screen.query_one(Choices).current
        assert current is not None
        assert current.value == "worked", "the first Down only shows them"
        await pilot.press("down", "enter")
        assert conversation.session.trail[0].value == "failed"

    run(act, conversation, size=(40, 12))


def test_enter_picks_no_answer_that_was_never_in_sight() -> None:
    conversation = held(RESEND)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert not conversation.session.trail
        assert "It didn't help" in shown(app)
        await pilot.press("enter")
        assert conversation.session.trail[0].value == "worked"

    run(act, conversation, size=(40, 12))


def test_typed_ahead_down_picks_whatever_the_height() -> None:
    """Nobody has seen the second question yet: Down means the list."""
    conversation = held(RESEND)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        from textual.events import Key

        guide = app.screen
        assert isinstance(guide, Guide)
        guide.are_below = False
        for key in ("down", "enter", "down", "enter"):
            app.post_message(Key(key, None))
        for _ in range(10):
            await pilot.pause()
        assert [entry.value for entry in conversation.session.trail][:2] == ["failed", "no"]

    run(act, conversation, size=(40, 12))


def test_why_on_the_first_question_does_not_speak_of_answers() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, Why)
        assert "before" not in shown(app).split("Why this")[1].split("Enter")[0]

    run(act, held(RESEND))


def test_the_agents_side_grows_with_what_is_known_and_tried() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2")
        await pilot.pause()
        assert "✗ Looked in the inbox" in " ".join(shown(app).split())
        await pilot.press("1")
        await pilot.pause()
        side = shown(app)
        assert "Tried" in side
        assert side.count("Email arrived before") == 2  # in the path and in the case

    run(act, held(RESEND, "agent"), size=(120, 40))


@pytest.mark.parametrize(("size", "count"), [((120, 40), 1), ((80, 24), 1)])
def test_a_note_is_shown_once_whatever_the_width(size: tuple[int, int], count: int) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert shown(app).count("For you") == count
        await pilot.resize_terminal(200 - size[0], 40)
        await pilot.pause()
        await pilot.pause()
        assert shown(app).count("For you") == 1

    run(act, held(RESEND, "agent"), size=size)


def test_the_keys_are_told_once_and_never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AssistantApp, "is_headless", property(lambda _: False))
    told: list[bool] = []

    async def act(app: AssistantApp, pilot: Keys) -> None:
        told.append("b goes back" in shown(app))
        await pilot.press("2")
        assert "b goes back" not in shown(app)

    run(act, held())
    run(act, held())
    assert told == [True, False]


def test_where_nothing_can_be_put_down_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from assistant.desk.first_time import is_first_time

    (tmp_path / "a-file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "a-file"))
    assert not is_first_time()


def test_asked_once_more_what_was_read_already_makes_room_for_the_answers() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "0")
        await pilot.pause()
        seen = " ".join(shown(app).split())
        assert "say so once more" in seen
        assert "It means that the order is linked" not in seen
        assert "0 I'm not sure" in seen
        await pilot.press("question_mark")
        await pilot.pause()
        assert "It means that the order is linked" in " ".join(shown(app).split())

    run(act, held())


def test_an_agent_sees_at_the_ending_which_notes_go_along_and_a_customer_does_not() -> None:
    conversation = held(onboarded="yes", change_reason="left")
    conversation.note("Waits for a call")

    async def customer(app: AssistantApp, pilot: Keys) -> None:
        assert "Waits for a call" not in shown(app)

    async def agent(app: AssistantApp, pilot: Keys) -> None:
        assert "Waits for a call" in shown(app)

    run(customer, conversation, size=(80, 60))
    conversation.hand_over("agent")
    run(agent, conversation, size=(80, 60))
