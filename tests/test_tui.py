"""The screens, driven by keys and clicks as a person would."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from support import pack
from test_webex import ENDINGS, Answers, webex
from textual.events import Paste
from textual.pilot import Pilot

from assistant.desk.conversation import Conversation
from assistant.desk.memory import Memory
from assistant.desk.packs import Offer, shelf
from assistant.desk.reading import picks
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Question
from assistant.plain.hold import hold
from assistant.plain.lines import Lines
from assistant.tui.app import AssistantApp
from assistant.tui.ask import Ask
from assistant.tui.bars import KeyBar, Said
from assistant.tui.cases import Cases
from assistant.tui.change import ChangeAnswer, PickAnswer
from assistant.tui.choices import Choices
from assistant.tui.ending import EndingCard
from assistant.tui.guide import Guide
from assistant.tui.help import Help, Why
from assistant.tui.home import Home
from assistant.tui.keys import Keyed
from assistant.tui.pieces import side_content
from assistant.tui.sure import Sure

CHANGE = "change-provisioning-contact"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(0)))
Keys = Pilot[int]

SIGNS = {" ": "space", ".": "full_stop", "@": "at", "-": "minus", "/": "slash", "?": "question_mark"}


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def held(flow: str = CHANGE, audience: str = "customer", **given: str) -> Conversation:
    return Conversation.start(webex(), flow, audience=audience, given=given, clock=lambda: NOW)


def begin(offer: Offer, audience: str) -> Conversation:
    return held(offer.found.flow, audience)


def run(
    act: Callable[[AssistantApp, Keys], Awaitable[None]],
    conversation: Conversation | None = None,
    size: tuple[int, int] = (80, 24),
    **options: object,
) -> AssistantApp:
    app = AssistantApp(shelf().offers(), begin, conversation=conversation, **options)  # type: ignore[arg-type]

    async def session() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(app, pilot)

    asyncio.run(session())
    return app


async def typed(pilot: Keys, text: str) -> None:
    await pilot.press(*(SIGNS.get(sign, sign) for sign in text))


def keys_for(conversation: Conversation, answers: Answers) -> Iterator[str]:
    """What a person presses for the answers of a table, question by question."""
    for _ in range(40):
        if isinstance(prompt := conversation.prompt, Ending):
            return
        if isinstance(prompt, Notice):
            yield "1"
            continue
        fields = prompt.fields if isinstance(prompt, Form) else (prompt,)
        for asked in fields:
            assert isinstance(asked, Question | Attempt)
            name = asked.fact if isinstance(asked, Question) else asked.place.rpartition("/")[2]
            wanted = str(answers[name])
            number = next((pick.number for pick in picks(asked, "en") if pick.value == wanted), None)
            yield str(number) if number is not None else f"{wanted if wanted != 'save-error.png' else ''}\n"
    raise AssertionError(f"it stays at {prompt.place}")


async def answered(pilot: Keys, conversation: Conversation, answers: Answers) -> None:
    for keys in keys_for(conversation, answers):
        await typed(pilot, keys.rstrip("\n"))
        if keys.endswith("\n"):
            await pilot.press("enter")
    await pilot.pause()


def shown(app: AssistantApp) -> str:
    """All text on the screen."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


SHORTEST = {row[1]: row for row in sorted(ENDINGS, key=lambda row: -len(row[3])) if row[2] != "exit"}
"""Each ending once: that each flow reaches all of its own is shown in the plain face."""


@pytest.mark.parametrize(("flow", "outcome", "kind", "answers"), SHORTEST.values(), ids=SHORTEST)
def test_every_ending_is_reached_by_keys_alone(flow: str, outcome: str, kind: str, answers: Answers) -> None:
    conversation = held(flow)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await answered(pilot, conversation, answers)
        assert isinstance(app.screen, EndingCard)
        assert conversation.prompt.outcome == outcome  # type: ignore[union-attr]
        assert conversation.prompt.title in " ".join(shown(app).split())  # type: ignore[union-attr]

    run(act, conversation)


def test_a_whole_flow_typed_ahead_ends_where_it_should() -> None:
    """Every key is on its way before the first is looked at."""
    burst = "1221112026-11-19\r2222181234567\rold@example.com\rnew@example.com\rno error\r\r"

    async def act(app: AssistantApp, pilot: Keys) -> None:
        from textual.events import Key

        for sign in burst:
            app.post_message(Key("enter", "\r") if sign == "\r" else Key(SIGNS.get(sign, sign), sign))
        for _ in range(20):
            await pilot.pause()
        assert isinstance(app.screen, EndingCard)
        facts = app.screen.conversation.facts_answered()
        assert (facts["order_number"], facts["new_email"]) == ("81234567", "new@example.com")
        assert facts["error_text"] == "no error"

    run(act)


def test_home_filters_while_typing_and_enter_takes_what_fits_best() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert isinstance(app.screen, Home)
        await typed(pilot, "never got")
        assert [row.label for row in app.screen.choices.rows if row.key == "1"] == ["Send the provisioning email again"]
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert app.screen.conversation.session.flow == "resend-provisioning-email"

    run(act)


def test_zero_on_home_leads_to_something_else() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("0")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert app.screen.conversation.session.flow == "something-else"

    run(act)


def test_words_from_the_command_line_stand_in_the_line() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert isinstance(app.screen, Home)
        assert app.screen.line.value == "typo in the contact"
        assert app.screen.choices.rows[0].label == "Change the provisioning contact email"

    run(act, words="typo in the contact")


def test_the_audience_is_switched_on_home_and_agents_see_their_notes() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f6", "1", "2")
        await pilot.pause()
        assert "For you" in shown(app)
        assert "This is the PONR" in shown(app)

    run(act, size=(120, 40))


def test_a_customer_sees_no_note_for_agents() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2")
        assert "PONR" not in shown(app)

    run(act, held(), size=(120, 40))


@pytest.mark.parametrize("key", ["b", "left", "backspace", "f2", "и"])
def test_back_is_free_and_offers_the_answer_again(key: str) -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("3")
        assert conversation.prompt.place == "onboarded"
        await pilot.press(key)
        assert conversation.prompt.place == "reason"
        current = app.screen.query_one(Choices).current
        assert current is not None
        assert current.value == "wrong-person"

    run(act, conversation)


def test_back_at_the_beginning_says_so() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("b")
        assert app.screen.query_one(Said).display

    run(act, held())


def test_an_answer_in_the_middle_is_changed_with_a_preview_and_changed_back() -> None:
    conversation = held()
    answers: Answers = {
        "change_reason": "left", "onboarded": "no", "can_edit_order": "yes", "line_status": "awaiting",
        "offer": "a-flex", "email_received_on": "2026-11-20",
    }  # fmt: skip

    async def act(app: AssistantApp, pilot: Keys) -> None:
        for name in answers:
            keys = next(keys_for(conversation, answers)) if name != "email_received_on" else "2026-11-20\n"
            await typed(pilot, keys.rstrip("\n"))
            if keys.endswith("\n"):
                await pilot.press("enter")
        assert conversation.prompt.place == "edit-on-order"
        before = [(entry.place, entry.value) for entry in conversation.session.trail]
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(app.screen, PickAnswer)
        await pilot.press("4")
        await pilot.pause()
        assert isinstance(app.screen, ChangeAnswer)
        await pilot.press("2")
        await pilot.pause()
        assert "no longer apply" in shown(app)
        assert "20 November 2026" in shown(app)
        assert conversation.prompt.place == "edit-on-order", "nothing is changed before it is confirmed"
        await pilot.press("1")
        await pilot.pause()
        assert conversation.prompt.place == "edit-from-subscriptions"
        await pilot.press("t", "4", "1")
        await pilot.pause()
        assert conversation.prompt.place == "edit-on-order"
        assert [(entry.place, entry.value) for entry in conversation.session.trail] == before

    run(act, conversation)


def test_a_change_that_is_not_confirmed_leaves_all_as_it_was() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "2", "1")
        await pilot.press("t", "2", "1")
        await pilot.pause()
        await pilot.press("2")
        await pilot.pause()
        assert isinstance(app.screen, PickAnswer), "another answer can be picked"
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert conversation.prompt.place == "line"

    run(act, conversation)


def test_what_is_wrong_with_an_answer_is_said_beside_it_and_what_was_typed_stays() -> None:
    form = held()

    async def wrong(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "2", "1", "1", "1")
        await typed(pilot, "2026-13-40")
        await pilot.press("enter")
        assert "no day 2026-13-40" in " ".join(shown(app).split())
        assert app.screen.query_one(Ask).line.value == "2026-13-40"
        assert form.prompt.place == "clock"

    run(wrong, form)


def test_a_form_is_asked_field_by_field_and_back_goes_to_the_field_above() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "2", "1", "1")
        assert "1 of 2" in shown(app)
        await pilot.press("1")
        assert "2 of 2" in shown(app)
        assert "▸ On which day did" in shown(app), "the path names the field that is asked"
        await pilot.press("f2")
        assert "1 of 2" in shown(app)
        current = app.screen.query_one(Choices).current
        assert current is not None
        assert current.value == "a-flex", "what was answered is offered again"

    run(act, conversation)


def test_letters_that_are_no_keys_go_into_the_line_and_are_understood_as_an_answer() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "misspelled")
        assert app.screen.query_one(Ask).line.value == "misspelled"
        await pilot.press("enter")
        assert conversation.session.trail[0].value == "typo"

    run(act, conversation)


def test_y_and_n_answer_yes_and_no() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "n", "y")
        assert [entry.value for entry in conversation.session.trail] == ["left", "no", "yes"]

    run(act, conversation)


def test_help_is_about_this_question_and_why_names_what_led_here() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2")
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, Help)
        assert "Why we ask" in shown(app)
        assert "Control Hub" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, Why)

    run(act, held(), size=(80, 40))


def test_a_click_picks_and_a_click_on_the_trail_changes() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.click(Choices, offset=(6, 1))
        await pilot.pause()
        assert [entry.value for entry in conversation.session.trail] == ["left"]
        await pilot.click("#trail", offset=(3, 1))
        await pilot.pause()
        assert isinstance(app.screen, ChangeAnswer)

    run(act, conversation)


def test_a_click_on_the_key_bar_is_as_good_as_the_key() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2")
        bar = shown(app).splitlines()[-1]
        await pilot.click(KeyBar, offset=(bar.index("back") + 1, 0))
        await pilot.pause()
        assert conversation.prompt.place == "reason"

    run(act, conversation)


def test_the_ending_copies_one_part_and_all_and_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    answers = next(row[3] for row in ENDINGS if row[:2] == (CHANGE, "open-case"))
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await answered(pilot, conversation, answers)
        copied: list[str] = []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("2")
        assert copied == ["Change the provisioning contact of order 81234567"]
        assert app.screen.query_one(Said).display
        await pilot.press("c")
        assert "Change Provisioning Contact Email" in copied[1]
        assert "Nothing was sent" in copied[1]

    run(act, conversation)


def test_without_any_clipboard_a_copy_becomes_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setitem(__import__("sys").modules, "pyperclip", None)
    conversation = held(onboarded="yes", change_reason="left")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("c")

    run(act, conversation)
    assert len(list(tmp_path.glob("assistant-*.txt"))) == 1


def test_the_ending_is_saved_under_a_name(tmp_path: Path) -> None:
    conversation = held(onboarded="yes", change_reason="left")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("s", "enter")
        assert list(tmp_path.glob("change-provisioning-contact-*.md"))
        await pilot.press("s", "enter")  # another name is offered where this one is taken
        assert len(list(tmp_path.glob("change-provisioning-contact-*.md"))) == 2
        (tmp_path / "a.md").write_text("mine")
        await pilot.press("s", "ctrl+u", "a", "full_stop", "m", "d", "enter")
        assert "There is a file" in " ".join(shown(app).split())
        assert (tmp_path / "a.md").read_text() == "mine"

    run(act, conversation)


def test_what_is_pasted_as_a_name_makes_a_file_without_control_characters(tmp_path: Path) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("s", "ctrl+u")
        app.post_message(Paste("a\x01b\x08\t\x7fc.md"))
        await pilot.press("enter")
        assert [file.name for file in tmp_path.glob("*.md")] == ["abc.md"]

    run(act, held(onboarded="yes", change_reason="left"))


def test_back_from_an_ending_asks_the_last_question_again() -> None:
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "1")
        await pilot.pause()
        assert isinstance(app.screen, EndingCard)
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert conversation.prompt.place == "onboarded"

    run(act, conversation)


def test_a_related_flow_begins_with_what_is_known() -> None:
    answers = next(row[3] for row in ENDINGS if row[:2] == (CHANGE, "send-it-again"))
    conversation = held()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await answered(pilot, conversation, answers)
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert app.screen.conversation.session.flow == "resend-provisioning-email"
        assert app.screen.conversation.prompt.place == "onboarded"

    run(act, conversation)


def test_leaving_in_the_middle_asks_once_and_an_untouched_one_is_left_at_once() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2", "q")
        await pilot.pause()
        assert isinstance(app.screen, Sure)
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        await pilot.press("q", "2")

    assert run(act, held()).return_value == 0

    async def untouched(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("q")

    assert run(untouched, held()).return_value == 0


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40), (20, 5), (200, 60)])
@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast", "ansi"])
def test_every_size_shows_the_question_and_a_way_to_quit(size: tuple[int, int], theme: str) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2")
        text = " ".join(shown(app).split())
        if size[0] >= 40:
            assert "onboarded for" in text
            assert "quit" in text

    run(act, held(), size=size, theme=theme)


def test_resizing_in_the_middle_keeps_what_is_typed() -> None:
    conversation = held("something-else")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "The page")
        for size in ((40, 12), (120, 40), (10, 3), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.screen.query_one(Ask).line.value == "The page"

    run(act, conversation)


def test_markup_and_control_characters_are_shown_and_never_interpreted() -> None:
    conversation = held("something-else")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        line = app.screen.query_one(Ask).line
        line.value = "[bold red]x[/] \x1b[2J {{ order_number }} [@click=app.exit]y[/]"
        await pilot.press("enter")
        text = shown(app)
        assert "[bold red]x[/]" in text
        assert "\x1b" not in text
        assert "[@click=app" in text

    run(act, conversation, size=(160, 40))


def test_a_screen_is_opened_once_whatever_it_is_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def told(screen: Keyed, before: Callable[[Keyed], None] = Keyed.opened) -> None:
        opened.append(type(screen).__name__)
        before(screen)

    monkeypatch.setattr(Keyed, "opened", told)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f9")
        await pilot.pause()
        app.push_screen(Cases())
        await pilot.pause()
        assert opened == ["Guide", "Map", "Cases"]

    run(act, held(), memory=Memory())


def test_two_facts_that_are_called_the_same_both_stand_at_the_side_and_in_plain() -> None:
    facts = "paper: {ask: Which paper?, type: text, label: Size}\nroom: {ask: Which room?, type: text, label: Size}\n"
    found = pack("steps: {paper: {ask: paper}, room: {ask: room}, more: {ask: more, then: done}}",
                 facts=facts + "more: {ask: More?}\n")  # fmt: skip
    conversation = Conversation.start(found, "main", audience="agent")
    for value in ("A4", "large"):
        conversation.answer(value)
    assert side_content(conversation).plain == "Size\nA4\nSize\nlarge\n"
    sink = io.StringIO()
    hold(conversation, Lines(io.StringIO("/facts\n/facts\n"), sink))
    assert sink.getvalue().count("Known now: Size: A4; Size: large") == 3
