"""Each kind of answer, given as a person would: on the screen and line by line."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from support import pack
from textual.events import Key, Paste
from textual.pilot import Pilot

from assistant.desk.conversation import Conversation
from assistant.desk.reading import Unclear, as_offered, picks, plain_number, read, understood
from assistant.engine import Refused
from assistant.engine.prompt import Option, Question
from assistant.plain.lines import Lines
from assistant.plain.talk import Talk
from assistant.tui import countdown
from assistant.tui.app import AssistantApp
from assistant.tui.ask import Ask
from assistant.tui.guide import Guide
from assistant.tui.picker import Month, Picker

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = NOW.date()
FACTS = """
bought: {ask: "When was it bought?", type: date, max: today, unsure: true}
planned: {ask: "When will it be?", type: date}
mail: {ask: "Your address?", type: email, unsure: true}
cost: {ask: "What did it cost?", type: money, min: 1, max: 5000}
price: {ask: "Any price?", type: money}
many: {ask: "How many?", type: number, min: 1, max: 99, unsure: true}
shots: {ask: "Any pictures?", type: files, none: true}
words: {ask: "What does it say?", type: text, unsure: true}
name: {ask: "Its name?", type: text}
colour: {ask: "Which colour?", choices: {red: Red, blue: Blue}}
kind: {ask: "Which kind?", choices: {a: One, b: Two}}
"""
PORTALS = "hub: {title: The hub, url: 'https://hub.example.com/', fields: {}}"
SIGNS = {" ": "space", ".": "full_stop", "/": "slash", ",": "comma", "\\": "backslash", "-": "minus", "@": "at"}
Keys = Pilot[int]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "own" / name))
    monkeypatch.chdir(tmp_path)


def held(step: str, *, wants: str = "") -> Conversation:
    """A conversation of one step, and a question after it."""
    case = (
        f"\noutcomes:\n  filed: {{kind: case, title: Filed, wants: [{wants}], case: {{portal: hub, subject: S}}}}"
        if wants
        else ""
    )
    end = "filed" if wants else "done"
    flow = f"steps:\n  first: {{{step}}}\n  kind: {{ask: kind, then: {{a: {end}, b: {end}}}}}{case}"
    return Conversation.start(pack(flow, facts=FACTS, portals=PORTALS), "main", clock=lambda: NOW)


def run(
    conversation: Conversation, act: Callable[[AssistantApp, Keys], Awaitable[None]], size: tuple[int, int] = (80, 24)
) -> None:
    app = AssistantApp([], lambda *_: conversation, conversation=conversation, clock=lambda: NOW)

    async def session() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(app, pilot)

    asyncio.run(session())


async def typed(pilot: Keys, text: str) -> None:
    await pilot.press(*(SIGNS.get(sign, sign) for sign in text))
    await pilot.pause()


def shown(app: AssistantApp) -> str:
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def asked_words(app: AssistantApp) -> str:
    """What stands on the question's side, as one line."""
    lines = shown(app).splitlines()
    return " ".join(word for line in lines for word in (line.partition("│")[2] or line).split())


def said(conversation: Conversation) -> list[object]:
    return [entry.value for entry in conversation.session.trail]


def in_plain(conversation: Conversation, *lines: str) -> str:
    """What is written where these lines are typed."""
    out = io.StringIO()
    Talk(conversation, Lines(io.StringIO("\n".join(lines) + "\n"), out), "main").run()
    return " ".join(out.getvalue().split())


# Dates


@pytest.mark.parametrize(
    ("text", "meant"),
    [("3 Mar", "2026-03-03"), ("yesterday", "2026-11-21"), ("3.3.", "2026-03-03"), ("2026-03-03", "2026-03-03")],
)
def test_a_date_is_typed_freely_and_shown_before_it_is_sent(text: str, meant: str) -> None:
    conversation = held("ask: bought")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, text.lower())
        day = date.fromisoformat(meant)
        assert f"= {day.day} {day:%B} {day.year}" in shown(app)
        assert not said(conversation)
        await pilot.press("enter")
        assert said(conversation) == [meant]

    run(conversation, act)


def test_of_an_ambiguous_date_it_is_told_how_it_was_read() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "4/3/2026")
        assert "= 4 March 2026 (read day first; the other way round it is 3 April 2026)" in asked_words(app)

    run(held("ask: bought"), act)


def test_what_can_not_be_read_is_told_once_and_only_until_something_else_is_typed() -> None:
    conversation = held("ask: planned")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "soon")
        assert "can't be read" not in shown(app), "nobody is interrupted while typing"
        await pilot.press("enter")
        await pilot.pause()
        assert shown(app).count("can't be read") == 1
        await typed(pilot, "er")
        assert "can't be read" not in shown(app)
        assert app.screen.query_one(Ask).line.value == "sooner"

    run(conversation, act)


def test_dates_are_understood_line_by_line_too_and_told() -> None:
    conversation = held("ask: bought")
    told = in_plain(conversation, "someday", "4/3/2026", "/quit")
    assert "That can't be read as a date. Write it like 22 November 2026, or 2026-11-22." in told
    assert "= 4 March 2026 (read day first; the other way round it is 3 April 2026)" in told
    assert said(conversation) == ["2026-03-04"]


def test_a_date_of_a_form_and_a_changed_one_are_typed_freely() -> None:
    conversation = held("ask: [bought, name]")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "yesterday")
        await pilot.press("enter")
        await typed(pilot, "x")
        await pilot.press("enter", "t", "1")
        await pilot.pause()
        await typed(pilot, "3 nov")
        await pilot.press("enter")
        await pilot.pause()
        assert conversation.facts_answered()["bought"] == "2026-11-03"

    run(conversation, act)


# The calendar


def test_a_day_is_picked_from_a_calendar() -> None:
    conversation = held("ask: bought")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("down")
        await pilot.pause()
        assert isinstance(app.screen, Picker)
        assert "November 2026" in shown(app)
        await pilot.press("up", "left", "pageup", "enter")
        await pilot.pause()
        assert said(conversation) == ["2026-10-14"]

    run(conversation, act, (40, 12))


@pytest.mark.parametrize("key", ["escape", "b", "и", "backspace"])
def test_the_calendar_is_left_without_a_change(key: str) -> None:
    conversation = held("ask: bought")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "3 nov")
        await pilot.press("down", "left", key)
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert app.screen.query_one(Ask).line.value == "3 nov"
        assert not said(conversation)

    run(conversation, act)


def test_the_calendar_begins_with_the_day_that_is_typed() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "3 mar")
        await pilot.press("down")
        await pilot.pause()
        assert "March 2026" in shown(app)

    run(held("ask: bought"), act)


def test_days_beyond_the_limits_can_be_reached_neither_by_key_nor_by_click() -> None:
    conversation = held("ask: bought")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("down", "right", "pagedown", "down")
        await pilot.pause()
        month = app.screen.query_one(Month)
        assert month.day == TODAY
        await pilot.click(month, offset=(1, 2 + 4))  # Monday 23
        await pilot.pause()
        assert isinstance(app.screen, Picker)
        await pilot.click(month, offset=(1, 2 + 3))  # Monday 16
        await pilot.pause()
        assert said(conversation) == ["2026-11-16"]

    run(conversation, act)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_calendar_stops_at_its_own_ends(day: date) -> None:
    month = Month(day, TODAY, "en", None, None)
    assert month.weeks()
    month.render()


def test_keys_typed_ahead_go_through_the_calendar() -> None:
    conversation = held("ask: bought")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        for key, sign in (("down", None), ("left", None), ("enter", "\r"), ("2", "2")):
            app.post_message(Key(key, sign))
        for _ in range(10):
            await pilot.pause()
        assert said(conversation) == ["2026-11-21", "b"]

    run(conversation, act)


# Not sure, and what was answered before


@pytest.mark.parametrize("fact", ["bought", "words", "mail"])
def test_zero_means_not_sure_where_it_is_offered(fact: str) -> None:
    conversation = held(f"ask: {fact}")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert ("0 " if fact == "mail" else "0↵") in shown(app), "the row shows the keys that pick it"
        await pilot.press("0", *(() if fact == "mail" else ("enter",)))
        await pilot.pause()
        assert said(conversation) == ["unsure"]

    run(conversation, act)


@pytest.mark.parametrize("fact", ["bought", "mail"])
def test_zero_takes_the_place_of_what_was_answered_before(fact: str) -> None:
    conversation = held(f"ask: {fact}")
    conversation.answer({"bought": "2026-11-20", "mail": "old@example.com"}[fact])
    conversation.back()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert app.screen.query_one(Ask).line.value
        await pilot.press("0", *(() if fact == "mail" else ("enter",)))
        await pilot.pause()
        assert said(conversation) == ["unsure"]

    run(conversation, act)


def test_a_long_text_that_was_written_before_is_not_lost_to_one_key() -> None:
    conversation = held("ask: words")
    conversation.answer("first\nsecond")
    conversation.back()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "0↵" not in shown(app), "there it would be typed"
        await typed(pilot, "!")
        await pilot.press("enter")
        assert said(conversation) == ["first\nsecond!"]

    run(conversation, act)


def question(**more: object) -> Question:
    options = (Option("a", "One"), Option("b", "Two"))
    return Question(**{"place": "p", "fact": "f", "type": "choice", "text": (), "options": options, **more})  # type: ignore[arg-type]


def test_an_answer_that_is_not_offered_any_more_is_not_offered_again() -> None:
    assert as_offered(question(default="closed")).default is None
    assert as_offered(question(default="a")).default == "a"
    assert as_offered(question(default="unsure")).default is None
    assert as_offered(question(default="unsure", unsure=True)).default == "unsure"
    assert as_offered(question(default=("a", "closed"), many=True)).default == ("a",)
    assert as_offered(question(default=("closed",), many=True)).default is None
    assert as_offered(question(default="", optional=True)).default == ""
    assert read(question(default="closed"), "", "en") == ""


# Numbers and amounts


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("1,5", "en", "1.5"), ("1.5", "en", "1.5"), ("1,5", "de", "1.5"), ("1.5", "de", "1.5"),
        ("1,250", "en", "1250"), ("1.250", "en", "1.250"), ("1,250", "de", "1.250"), ("1.250", "de", "1250"),
        ("1,250.50", "de", "1250.50"), ("1.250,50", "en", "1250.50"), ("1 250,5", "fr", "1250.5"), ("1'000", "en", "1000"),
        ("1,234,567", "en", "1234567"), ("0,125", "en", "0.125"), ("-3", "en", "-3"), ("\N{MINUS SIGN}3,5", "en", "-3.5"),
        ("€12", "en", "12"), ("12 eur", "en", "12"), ("1,2,3", "en", "1,2,3"), ("about 5", "en", "about 5"),
        ("12.", "en", "12."), ("1,25.50", "en", "1,25.50"),
    ],
)  # fmt: skip
def test_a_comma_or_a_point_is_read_by_a_clear_rule(text: str, language: str, meant: str) -> None:
    assert plain_number(text, language, "EUR") == meant


def test_an_amount_is_shown_as_it_was_read_and_its_limits_with_their_unit() -> None:
    conversation = held("ask: cost")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "From US$1.00 to US$5,000.00." in shown(app)
        await typed(pilot, "1.250,5")
        assert "= US$1,250.50" in shown(app)
        await pilot.press("enter")
        assert conversation.session.known.get("cost") == 1250.5

    run(conversation, act)


def test_the_unit_of_an_amount_without_limits_is_told() -> None:
    assert "In USD." in in_plain(held("ask: price"), "/quit")


def test_a_wrong_amount_is_told_once_with_what_would_be_right() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "99999")
        await pilot.press("enter")
        await pilot.pause()
        assert shown(app).count("too large") == 1

    run(held("ask: cost"), act)


def test_an_amount_with_too_many_decimals_is_not_shown_rounded() -> None:
    asked = question(type="money", options=(), unit="USD")
    assert understood(asked, "1.239", "en") == "= 1.239 USD"
    assert understood(asked, "1.23", "en") == "= US$1.23"
    assert understood(asked, "abc", "en") == ""


# Files


def test_tab_completes_a_path_and_the_file_is_shown_before_it_is_sent(tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(b"x" * 214_000)
    (tmp_path / "invitation.txt").write_bytes(b"x")
    conversation = held("ask: shots")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "i")
        await pilot.press("tab")
        await pilot.pause()
        assert "invitation.txt  invoice.pdf" in shown(app)
        await typed(pilot, "o")
        await pilot.press("right")
        await pilot.pause()
        assert "invoice.pdf, 214 kB, PDF" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert said(conversation) == [("invoice.pdf",)]

    run(conversation, act)


def test_the_line_that_asks_for_a_file_beside_the_questions_completes_too(tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(b"x" * 1000)
    conversation = held("ask: name")
    conversation.hand_over("agent")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f8", "i", "n", "tab")
        await pilot.pause()
        assert "invoice.pdf, 1 kB, PDF" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert conversation.session.attached[-1].name == "invoice.pdf"

    run(conversation, act)


# Texts of several lines


def test_nothing_that_is_pasted_is_lost() -> None:
    conversation = held("ask: name")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        app.post_message(Paste("first\r\nsecond\n\nthird\n"))
        await pilot.pause()
        await pilot.pause()
        assert "4 lines" in shown(app)
        await pilot.press("enter")
        assert said(conversation) == ["first\nsecond\n\nthird"]

    run(conversation, act)


def test_what_is_pasted_where_one_line_is_wanted_stays_one() -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        line = app.screen.query_one(Ask).line
        app.post_message(Paste("me@example.com\n"))
        await pilot.pause()
        assert line.value == "me@example.com"

    run(held("ask: mail"), act)


def test_a_backslash_at_the_end_adds_a_line() -> None:
    conversation = held("ask: name")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "one\\")
        await pilot.press("enter")
        await typed(pilot, "two")
        assert not said(conversation)
        await pilot.press("enter")
        assert said(conversation) == ["one\ntwo"]

    run(conversation, act)


def test_line_by_line_a_backslash_at_the_end_adds_a_line_too() -> None:
    conversation = held("ask: name")
    in_plain(conversation, "one\\", "two", "/quit")
    assert said(conversation) == ["one\ntwo"]


# What may stay empty


@pytest.mark.parametrize("fact", ["bought", "name", "cost", "mail"])
def test_enter_leaves_empty_what_may_stay_empty_and_it_is_told(fact: str) -> None:
    conversation = held("ask: planned", wants=fact)
    conversation.answer("2026-11-22")
    conversation.answer("a")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "Enter leaves it empty." in asked_words(app)
        await pilot.press("enter")
        await pilot.pause()
        assert said(conversation)[-1] == ""
        assert conversation.session.ended

    run(conversation, act)


def test_what_was_answered_before_can_be_emptied() -> None:
    conversation = held("ask: planned", wants="name")
    for value in ("2026-11-22", "a", "Its name"):
        conversation.answer(value)
    conversation.back()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert app.screen.query_one(Ask).line.value == "Its name"
        app.screen.query_one(Ask).line.value = ""
        await pilot.press("enter")
        await pilot.pause()
        assert said(conversation)[-1] == ""

    run(conversation, act)


def test_a_choice_that_may_stay_empty_has_a_row_for_it() -> None:
    conversation = held("ask: planned", wants="colour")
    conversation.answer("2026-11-22")
    conversation.answer("a")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "Leave it empty" in shown(app)
        assert "Enter leaves it empty" not in shown(app), "Enter picks the row under the cursor"
        await pilot.press("end", "enter")
        await pilot.pause()
        assert said(conversation)[-1] == ""

    run(conversation, act)


def test_what_must_be_answered_is_not_left_empty() -> None:
    conversation = held("ask: name")
    conversation.answer("x")
    conversation.back()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        app.screen.query_one(Ask).line.value = ""
        await pilot.press("enter")
        await pilot.pause()
        assert "Please give an answer." in shown(app)

    run(conversation, act)


# Waiting


def test_a_wait_counts_down_and_can_be_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = held('try: "Turn it off and on.", wait: 90s')
    passed = timedelta(0)
    monkeypatch.setattr(countdown, "monotonic", lambda: passed.total_seconds())

    async def act(app: AssistantApp, pilot: Keys) -> None:
        nonlocal passed
        wait = app.screen.query_one(countdown.Countdown)
        assert "Wait 1:30" in shown(app)
        for seconds, words in ((1, "Wait 1:29"), (85, "Wait 0:05"), (90, "The wait is over.")):
            passed = timedelta(seconds=seconds)
            wait._tick()
            await pilot.pause()
            assert words in shown(app)
        await pilot.press("1")
        assert said(conversation) == ["worked"]
        assert not wait.display

    run(conversation, act)


def test_line_by_line_a_wait_is_told_once() -> None:
    told = in_plain(held('try: "Turn it off and on.", wait: 90s'), "/why", "2", "/quit")
    assert told.count("Wait about") == 1


def test_all_that_is_offered_for_a_typed_answer_can_be_typed() -> None:
    asked = question(type="date", options=(), unsure=True)
    assert [pick.number for pick in picks(asked, "en")] == [0]
    assert read(asked, "0", "en", TODAY) == "unsure"
    with pytest.raises(Unclear):
        read(asked, "1", "en", TODAY)


@pytest.mark.parametrize(
    "wrong", ["me@example..com", ".me@example.com", "me.@example.com", "me@.example.com", "a..b@example.com"]
)
def test_an_address_with_a_dot_too_many_is_told_at_once(wrong: str) -> None:
    conversation = held("ask: mail")
    with pytest.raises(Refused):
        conversation.answer(wrong)
    conversation.answer("first.last+tag@mail.example.co.uk")
