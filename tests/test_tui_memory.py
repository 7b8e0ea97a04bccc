"""What is kept, on the screens: going on with a session, codes, edited flows, two people, notes, cases."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from desks import FACTS, FLOW, TO_CASE, Desk, say, write_pack
from test_tui import Keys, shown, typed
from textual.events import Key

from assistant.desk import handing
from assistant.desk.conversation import Conversation
from assistant.desk.memory import Memory
from assistant.desk.packs import Offer, shelf
from assistant.desk.resuming import by_key
from assistant.engine.events import Filed, HandedOver, Late
from assistant.store.codes import ALPHABET, read_code
from assistant.store.protocol import Query, Stored, StoreError, Summary
from assistant.tui.app import AssistantApp
from assistant.tui.ask import Ask
from assistant.tui.bars import KeyBar, Said, TopBar
from assistant.tui.casecard import CaseCard
from assistant.tui.cases import Cases
from assistant.tui.choices import Choices
from assistant.tui.ending import EndingCard
from assistant.tui.entry import Entry
from assistant.tui.guide import Guide
from assistant.tui.help import Sheet
from assistant.tui.home import Home
from assistant.tui.moved import Moved
from assistant.tui.overtaken import Told
from assistant.tui.sessions import Sessions
from assistant.tui.start import _left
from assistant.tui.sure import Sure

SIZES = [(40, 12), (80, 24), (120, 40)]
NOBODYS = next(code for last in ALPHABET if read_code(code := f"AAAA-AAA{last}"))
"""A code that no session has."""
Act = Callable[[AssistantApp, Keys], Awaitable[None]]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("ASSISTANT_NAME", "desk-one")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def run(desk: Desk, act: Act, size: tuple[int, int] = (80, 24), **options: object) -> AssistantApp:
    """The screens on a desk's store, until `act` is through."""

    def begin(offer: Offer, audience: str) -> Conversation:
        return desk.begin(audience=audience)

    options.setdefault("memory", desk.memory)
    options.setdefault("offers", shelf().offers())
    app = AssistantApp(begin=begin, clock=desk.clock, **options)  # type: ignore[arg-type]

    async def session() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(app, pilot)

    asyncio.run(session())
    return app


async def until(pilot: Keys, holds: Callable[[], bool]) -> None:
    for _ in range(200):
        await pilot.pause(0.02)
        if holds():
            return
    raise AssertionError("it never came to that:\n" + shown(pilot.app))  # type: ignore[arg-type]


async def listed(app: AssistantApp, pilot: Keys) -> Home:
    """Home, once it has read the sessions."""
    home = app.screen
    assert isinstance(home, Home)
    await until(pilot, lambda: home.sessions is not None)
    await pilot.pause()
    return home


def text_of(app: AssistantApp) -> str:
    return " ".join(shown(app).split())


def held_by(app: AssistantApp) -> Conversation:
    assert app.conversation is not None
    return app.conversation


def kept(desk: Desk, conversation: Conversation) -> Stored:
    assert conversation.keeper is not None
    return by_key(desk.another().memory, conversation.keeper.key)


def coded(desk: Desk, *answers: object) -> Conversation:
    """A session whose code begins with a letter: on Home a digit would pick a flow."""
    conversation = desk.begin(*answers)
    return conversation if conversation.code[0].isalpha() else coded(desk, *answers)


class Broken:
    """A store that fails until it is mended."""

    def __init__(self, desk: Desk) -> None:
        self.real = desk.memory.store()
        self.is_broken = True

    def __getattr__(self, name: str) -> object:
        verb = getattr(self.real, name)

        def tried(*arguments: object) -> object:
            if self.is_broken:
                raise StoreError("store.full", is_passing=True)
            return verb(*arguments)

        return tried if callable(verb) else verb


# --- Home ---


@pytest.mark.parametrize("keys", [("f9",), ("down", "enter"), ("enter", "enter"), ("down", "r"), ("down", "к")])
def test_home_offers_the_last_session_and_one_key_goes_on(desk: Desk, keys: tuple[str, ...]) -> None:
    desk.begin("home")
    desk.begin("way", "yes")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        assert "Go on where you stopped" in shown(app)
        assert "The order never came" in shown(app)
        await pilot.press(*keys)
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert [entry.value for entry in held_by(app).session.trail] == ["way", "yes"]
        assert "Welcome back" in shown(app)

    run(desk, act)


def test_a_click_goes_on_with_the_session_under_it(desk: Desk) -> None:
    desk.begin("way", "yes")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await pilot.click("#open", offset=(8, 0))
        await pilot.pause()
        assert held_by(app).prompt.place == "look"

    run(desk, act)


def test_without_a_session_home_is_as_it_was(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        assert "Go on" not in shown(app)
        assert "go on" not in shown(app)

    run(desk, act)


def test_the_digits_of_the_flows_stay_theirs(desk: Desk) -> None:
    desk.begin("way", "yes")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await pilot.press("1")
        await pilot.pause()
        assert held_by(app).session.trail == ()

    run(desk, act)


def test_letters_of_keys_that_are_not_offered_go_into_the_line(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        home = await listed(app, pilot)
        await pilot.press("down", "c")
        await typed(pilot, "hange")
        assert home.line.value == "change"

    run(desk, act)


def test_a_high_screen_offers_three_and_the_way_to_all(desk: Desk) -> None:
    for _ in range(5):
        desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        home = await listed(app, pilot)
        assert [row.key for row in home.open.rows] == ["F9", "", "", "F7"]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert [row.key for row in home.open.rows] == ["F9", "F7"]

    run(desk, act, size=(120, 40))


@pytest.mark.parametrize("size", SIZES)
def test_home_keeps_the_question_in_sight(desk: Desk, size: tuple[int, int]) -> None:
    desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        assert "What is going wrong?" in shown(app)
        assert "F9" in shown(app)
        assert "today" in text_of(app) or "Go on: The order never came" in text_of(app)

    run(desk, act, size=size)


def slow_listing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A store that lists its sessions only once it may."""
    may = threading.Event()
    store = desk.memory.store()
    real = store.sessions

    def sessions(query: Query) -> list[Summary]:
        may.wait(10)
        return real(query)

    monkeypatch.setattr(store, "sessions", sessions)
    desk.memory = Memory(desk.memory.where, store)
    return may


def test_sessions_that_come_after_a_key_are_put_below_so_that_nothing_moves(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.begin("way")
    may = slow_listing(desk, monkeypatch)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        home = app.screen
        assert isinstance(home, Home)
        await pilot.press("down")
        before = home.choices.region.y
        may.set()
        await listed(app, pilot)
        assert home.choices.region.y == before
        assert home.open.region.y > before
        await pilot.press("down", "down", "down", "enter")
        await pilot.pause()
        assert held_by(app).prompt.place == "late"

    run(desk, act)


def test_with_a_store_that_does_not_answer_home_is_usable(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    may = slow_listing(desk, monkeypatch)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "never got")
        assert "Send the provisioning email again" in shown(app)
        may.set()

    run(desk, act)


def test_keys_typed_ahead_go_on_with_the_session_and_then_answer_in_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.begin("way")
    may = slow_listing(desk, monkeypatch)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        for key, sign in (("f9", None), ("1", "1"), ("2", "2")):
            app.post_message(Key(key, sign))
        await pilot.pause()
        assert isinstance(app.screen, Home)
        may.set()
        await until(pilot, lambda: isinstance(app.screen, Guide) and len(held_by(app).session.trail) == 3)
        assert [entry.value for entry in held_by(app).session.trail] == ["way", "yes", "failed"]

    run(desk, act)


def test_what_is_amiss_with_the_store_is_told_and_the_flows_are_there(desk: Desk) -> None:
    broken = Memory(desk.memory.where, Broken(desk))  # type: ignore[arg-type]

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        assert "The disk is full." in shown(app)
        await pilot.press("f9", "1")
        await pilot.pause()
        assert isinstance(app.screen, Guide)

    run(desk, act, memory=broken)


def test_that_a_damaged_file_was_put_aside_is_told(desk: Desk) -> None:
    place = Path(desk.memory.where)
    place.parent.mkdir(parents=True)
    place.write_bytes(b"\0no database" * 500)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        assert "was damaged. It was put aside" in text_of(app)

    run(desk, act)
    assert len(list(place.parent.glob("*damaged*"))) == 1


# --- By code, by file, from the list ---


@pytest.mark.parametrize("form", ["{}-{}", "{}{}", "{} {}"])
def test_a_code_in_the_line_goes_on_however_it_is_written(desk: Desk, form: str) -> None:
    first, second = coded(desk, "way", "yes").code.lower().split("-")
    desk.begin("home")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await typed(pilot, form.format(first, second))
        assert "Enter goes on with the session" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert held_by(app).prompt.place == "look"
        assert held_by(app).session.audience == "customer"

    run(desk, act)


def test_an_agent_who_types_the_code_sees_it_as_an_agent_under_an_own_name(desk: Desk) -> None:
    conversation = coded(desk, "way", "yes")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f6")
        await typed(pilot, conversation.code)
        await pilot.press("enter")
        await pilot.pause()
        assert held_by(app).is_for_agent
        assert "Known so far" in shown(app)
        await pilot.press("2")
        await pilot.pause()

    run(desk, act, size=(120, 40))
    stored = kept(desk, conversation)
    assert any(isinstance(event, HandedOver) for event in stored.events)
    assert [event.by for event in stored.events][-1] == "desk-one"


@pytest.mark.parametrize(
    ("line", "said"),
    [("QF7K-2222", "is not a code"), ("qf7k2222", "is not a code"), (NOBODYS, "No conversation has the code")],
)
def test_a_wrong_code_is_said_and_home_stays(desk: Desk, line: str, said: str) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await typed(pilot, line)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Home)
        assert said in text_of(app)
        assert app.screen.line.value == line

    run(desk, act)


def test_after_ten_wrong_codes_the_asker_is_told_to_wait(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, NOBODYS)
        for _ in range(11):
            await pilot.press("enter")
        assert "Too many wrong codes" in text_of(app)

    run(desk, act)


@pytest.mark.parametrize("line", ["sign-post", "81234567", "typo-mail"])
def test_words_and_order_numbers_are_no_codes(desk: Desk, line: str) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, line)
        await pilot.press("enter")
        await pilot.pause()
        assert "not a code" not in text_of(app)

    run(desk, act)


def test_a_file_of_a_session_opens_it_and_a_damaged_one_is_told(desk: Desk, tmp_path: Path) -> None:
    conversation = desk.begin("way", "yes")
    handing.export(desk.memory, kept(desk, conversation), tmp_path / "it.assistant", sensitive=True)
    (tmp_path / "no.assistant").write_bytes(b"PK\x03\x04 and no more")
    elsewhere = Desk(tmp_path / "elsewhere")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        home = await listed(app, pilot)
        for name, said in (("no.assistant", "is not a file of a conversation"), ("gone.assistant", "could not be read")):
            home.line.value = f"'{tmp_path / name}'" if name[0] == "n" else str(tmp_path / name)
            await pilot.pause()
            assert "Enter opens the session in this file" in shown(app)
            await pilot.press("enter")
            await pilot.pause()
            assert said in text_of(app)
        home.line.value = str(tmp_path / "it.assistant")
        await pilot.press("enter")
        await pilot.pause()
        assert held_by(app).prompt.place == "look"

    run(elsewhere, act, size=(160, 24))


def test_all_sessions_are_listed_searched_and_picked(desk: Desk) -> None:
    desk.to_case()
    desk.begin("home")
    desk.begin("way", "yes")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await pilot.press("f7")
        await pilot.pause()
        assert isinstance(app.screen, Sessions)
        assert len(app.screen.choices.rows) == 2
        await pilot.press("s")
        assert ["Write to the hub" in row.help for row in app.screen.choices.rows] == [True]
        await pilot.press("s")
        assert len(app.screen.choices.rows) == 3
        await pilot.press("slash")
        await typed(pilot, "A-12")
        await pilot.pause()
        assert len(app.screen.choices.rows) == 1
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, EndingCard)

    run(desk, act)


def test_back_from_the_list_leads_home_and_a_session_removed_meanwhile_is_told(desk: Desk) -> None:
    conversation = desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await pilot.press("f7")
        await pilot.pause()
        assert conversation.keeper is not None
        desk.memory.store().purge([conversation.keeper.key])
        await pilot.press("1")
        await pilot.pause()
        assert "not kept any more" in shown(app)
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, Home)

    run(desk, act)


# --- Another version of the flow, another day ---


def edited(desk: Desk) -> Conversation:
    """A session whose flow has lost a choice that was picked."""
    conversation = desk.begin("way", "yes")
    write_pack(desk.pack, facts=FACTS.replace("way: On its way, ", ""))
    return conversation


@pytest.mark.parametrize("size", SIZES)
def test_what_is_different_is_said_first_and_nothing_is_kept_before_the_choice(desk: Desk, size: tuple[int, int]) -> None:
    conversation = edited(desk)
    before = kept(desk, conversation)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(app.screen, Moved)
        assert "was changed since you were here" in text_of(app)
        assert "quit" in shown(app)
        if size[1] > 12:
            assert "no longer fits: Where is the order? On its way" in text_of(app)
            assert "Go on with the guide as it is now" in text_of(app)
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, Home)

    run(desk, act, size=size)
    assert kept(desk, conversation) == before


@pytest.mark.parametrize(("key", "place"), [("1", "place"), ("2", "look")])
def test_one_goes_on_with_the_version_of_now_or_stays(desk: Desk, key: str, place: str) -> None:
    edited(desk)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await pilot.press("f9")
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
        assert held_by(app).prompt.place == place
        assert "Welcome back" in shown(app)

    run(desk, act)


def test_keys_typed_before_it_is_shown_choose_nothing(desk: Desk) -> None:
    edited(desk)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        for key, sign in (("f9", None), ("2", "2")):
            app.post_message(Key(key, sign))
        await pilot.pause(0.2)
        assert isinstance(app.screen, Moved)

    run(desk, act)


def test_another_day_that_leads_elsewhere_can_only_be_gone_on_with(desk: Desk) -> None:
    dated = FLOW.replace(
        "  place: {ask: place}\n",
        '  bought: {ask: bought}\n  over: {when: "until < today", tell: The time is over.}\n  place: {ask: place}\n',
    ).replace("  bought: {ask: bought, then: write-case}\n", "  last: {tell: On., then: write-case}\n")
    write_pack(desk.pack, dated)
    desk.begin("2026-11-20")
    desk.clock.on_by(30)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        await pilot.press("f9")
        await pilot.pause()
        assert isinstance(app.screen, Moved)
        assert [row.label for row in app.screen.query_one(Choices).rows] == ["Go on"]
        await pilot.press("enter")
        await pilot.pause()
        assert held_by(app).prompt.place == "over"

    run(desk, act)


def test_what_was_reopened_elsewhere_is_shown_first(desk: Desk) -> None:
    reopened = desk.reopened(edited(desk).code)

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert isinstance(app.screen, Moved)

    run(desk, act, reopened=reopened)


# --- The conversation: code, news, leaving ---


@pytest.mark.parametrize("size", SIZES)
def test_the_code_stands_on_the_screen_and_in_help(desk: Desk, size: tuple[int, int]) -> None:
    conversation = desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert conversation.code in shown(app).splitlines()[0]
        await pilot.press("question_mark")
        await pilot.pause()
        app.screen.query_one("#sheet").scroll_end(animate=False)
        await pilot.pause()
        assert f"assistant resume {conversation.code}" in text_of(app)

    run(desk, act, size=size, conversation=conversation)


def test_the_code_comes_with_the_first_answer(desk: Desk) -> None:
    conversation = desk.begin()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert not conversation.code
        await pilot.press("2")
        await pilot.pause()
        assert conversation.code in shown(app).splitlines()[0]

    run(desk, act, conversation=conversation)


def test_that_nothing_can_be_kept_is_told_once_and_that_it_is_again(desk: Desk) -> None:
    broken = Broken(desk)
    broken.is_broken = False
    desk.memory = Memory(desk.memory.where, broken)  # type: ignore[arg-type]
    conversation = desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        broken.is_broken = True
        await pilot.press("1")
        await pilot.pause()
        assert "kept in memory only" in text_of(app)
        assert "! not kept" in shown(app).splitlines()[0]
        await pilot.press("2")
        await pilot.pause()
        assert "kept in memory only" not in text_of(app)
        assert "! not kept" in shown(app).splitlines()[0]
        broken.is_broken = False
        await pilot.press("f2")
        await pilot.pause()
        assert "Everything is saved again" in text_of(app)
        assert "! not kept" not in shown(app)

    run(desk, act, conversation=conversation)
    assert len(kept(desk, conversation).events) == len(conversation.session.log)


def test_leaving_what_is_kept_asks_nothing_and_says_how_to_go_on(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    conversation = desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("1", "q")
        await pilot.pause()
        assert not isinstance(app.screen, Sure)

    app = run(desk, act, conversation=conversation)
    assert app.return_value == 0
    _left(held_by(app))
    assert capsys.readouterr().out == f"Saved. To go on: assistant resume {conversation.code}\n"


def test_leaving_what_is_not_kept_asks_unless_it_can_be_kept_by_now(desk: Desk) -> None:
    broken = Broken(desk)
    broken.is_broken = False
    desk.memory = Memory(desk.memory.where, broken)  # type: ignore[arg-type]
    conversation = desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        broken.is_broken = True
        await pilot.press("1", "q")
        await pilot.pause()
        assert isinstance(app.screen, Sure)
        await pilot.press("1")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        broken.is_broken = False
        await pilot.press("q")

    assert run(desk, act, conversation=conversation).return_value == 0
    assert len(kept(desk, conversation).events) == len(conversation.session.log)


def test_nothing_is_said_of_a_conversation_that_was_not_begun_or_is_over(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    _left(desk.begin())
    _left(desk.begin("way", "yes", "worked"))
    assert capsys.readouterr().out == ""


# --- Two people ---


def two(desk: Desk, *answers: object) -> tuple[Conversation, Conversation]:
    """The same session at two desks."""
    conversation = desk.begin(*answers)
    return conversation, desk.another().reopened(conversation.code, "agent").go_on()


def test_the_later_one_is_told_who_went_on_and_the_late_answer_is_offered(desk: Desk) -> None:
    ours, theirs = two(desk, "way")
    say(theirs, "yes", "failed")
    theirs.back()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        for sign in "21":
            app.post_message(Key(sign, sign))  # the second key was meant for a question that does not stand
        await until(pilot, lambda: isinstance(app.screen, Told))
        await pilot.pause()
        assert "You went on with this conversation in another window" in text_of(app)
        assert "Is it late? Yes" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert ours.prompt.place == "look"
        assert [entry.value for entry in ours.session.trail] == ["way", "yes"]

    run(desk, act, conversation=ours)
    assert any(isinstance(event, Late) for event in kept(desk, ours).events)


def test_the_late_answer_to_what_is_asked_still_is_picked_already(desk: Desk) -> None:
    ours, theirs = two(desk, "way")
    theirs.apply(theirs.preview("place", "home"))

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, Told))
        await pilot.press("enter")
        await pilot.pause()
        assert ours.prompt.place == "late"
        current = app.screen.query_one("#choices", Choices).current
        assert current is not None
        assert current.value == "no"

    run(desk, act, conversation=ours)


def test_a_change_that_came_too_late_leaves_the_screens_of_changing(desk: Desk) -> None:
    ours, theirs = two(desk, "way", "yes")
    say(theirs, "failed")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("t", "1", "1")
        await until(pilot, lambda: isinstance(app.screen, Told))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Guide)
        assert "Changed." not in shown(app)
        assert ours.prompt.place == "bought"

    run(desk, act, conversation=ours)


def test_at_an_ending_too_one_is_told(desk: Desk) -> None:
    ours, theirs = two(desk, *TO_CASE, "")
    theirs.back()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert isinstance(app.screen, EndingCard)
        await pilot.press("f", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, Told))
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Guide)

    run(desk, act, conversation=ours)


# --- Beside the questions ---


def test_an_agent_writes_a_note_and_gives_a_file_beside_the_questions(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "log one.txt").write_text("text")
    conversation = desk.begin("way", "yes", "failed", audience="agent")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await typed(pilot, "2026")
        await pilot.press("f7")
        await typed(pilot, "Call q back")
        await pilot.press("f4", "enter")
        await pilot.pause()
        assert "The note is saved" in shown(app)
        assert "Call q back (desk-one)" in text_of(app)
        assert app.screen.query_one(Ask).line.value == "2026", "what was being typed is still there"
        assert app.screen.query_one(Ask).is_typing
        await pilot.press("f8")
        await typed(pilot, "nothing")
        await pilot.press("enter")
        await pilot.pause()
        assert "There is no file" in text_of(app)
        app.screen.query_one(Entry).value = f"'{tmp_path / 'log one.txt'}'"
        await pilot.press("enter")
        await pilot.pause()
        assert "log one.txt is attached" in text_of(app)
        for leaves in ("escape", "f2"):  # Escape is slow in some terminals, and never the only way
            await pilot.press("f7", leaves)
            assert not app.screen.query_one(Entry).display

    run(desk, act, size=(120, 40), conversation=conversation)
    session = desk.another().reopened(conversation.code).go_on().session
    assert [note.text for note in session.notes] == ["Call q back"]
    assert [file.name for file in session.attached] == ["log one.txt"]


def test_a_customer_has_no_notes(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f7")
        await pilot.pause()
        assert not app.screen.query_one(Entry).display

    run(desk, act, conversation=desk.begin("way"))


@pytest.mark.parametrize("how", ["key", "click"])
def test_one_goes_on_as_agent_and_back(desk: Desk, how: str) -> None:
    conversation = desk.begin("way")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        for is_agent in (True, False):
            if how == "key":
                await pilot.press("f6")
            else:
                bar = shown(app).splitlines()[0]
                await pilot.click(TopBar, offset=(bar.index("customer" if is_agent else "agent ·") + 1, 0))
            await pilot.pause()
            assert conversation.is_for_agent == is_agent
            assert ("Known so far" in shown(app)) == is_agent

    run(desk, act, size=(120, 40), conversation=conversation)
    assert [event.audience for event in kept(desk, conversation).events if isinstance(event, HandedOver)] == [
        "agent", "customer",
    ]  # fmt: skip


def test_notes_are_reached_by_mouse_alone(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.click("#beside", offset=(4, 0))
        await pilot.pause()
        assert app.screen.query_one(Entry).display
        bar = shown(app).splitlines()[-1]
        await pilot.click(KeyBar, offset=(bar.index("cancel") + 1, 0))
        await pilot.pause()
        assert not app.screen.query_one(Entry).display

    run(desk, act, conversation=desk.begin("way", audience="agent"))


# --- Filing, and cases ---


def test_the_case_is_filed_with_its_number_and_a_note_and_twice_only_after_a_question(desk: Desk) -> None:
    conversation = desk.to_case()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        assert "filed" in shown(app).splitlines()[-1]
        await pilot.press("f")
        await typed(pilot, "C-77")
        await pilot.press("enter")
        await typed(pilot, "by phone")
        await pilot.press("enter")
        await pilot.pause()
        assert "Filed: today" in text_of(app)
        assert "Number C-77" in text_of(app)
        await pilot.press("f")
        await typed(pilot, "C-78")
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Sure)
        assert "C-77" in text_of(app)
        await pilot.press("1")
        await pilot.pause()
        assert [row.reference for row in kept(desk, conversation).cases] == ["C-77"]
        await pilot.press("f")
        await typed(pilot, "C-78")
        await pilot.press("enter", "enter")
        await pilot.pause()
        await pilot.press("2")
        await pilot.pause()
        assert "Number C-78" in text_of(app)

    run(desk, act, conversation=conversation)
    found = kept(desk, conversation)
    assert (found.cases[0].reference, found.cases[0].note, found.cases[0].state) == ("C-77", "by phone", "filed")
    assert sum(isinstance(event, Filed) for event in found.events) == 2


def test_a_change_after_filing_makes_the_case_ready_to_file_again(desk: Desk) -> None:
    conversation = desk.to_case()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f", "enter", "enter")
        await pilot.pause()
        assert "Filed: today" in text_of(app)
        await pilot.press("b")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, EndingCard)
        assert "Filed:" not in text_of(app)

    run(desk, act, conversation=conversation)
    assert [row.state for row in kept(desk, conversation).cases] == ["filed", "draft"]


def test_what_needs_no_case_is_not_filed(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("f")
        assert not app.screen.query_one(Entry).display

    run(desk, act, conversation=desk.begin("way", "yes", "worked"))


async def case_card(app: AssistantApp, pilot: Keys) -> CaseCard:
    await pilot.press("1")
    await pilot.pause()
    assert isinstance(app.screen, CaseCard)
    return app.screen


def test_an_agent_reaches_the_cases_from_home_and_back(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await listed(app, pilot)
        assert "cases" not in shown(app).splitlines()[-1]
        await pilot.press("f6")
        assert "cases" in shown(app).splitlines()[-1]
        await pilot.press("f5")
        await pilot.pause()
        assert isinstance(app.screen, Cases)
        assert "There are no such cases" in shown(app)
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, Home)

    run(desk, act)


def test_back_from_the_cases_leaves_where_there_are_no_flows(desk: Desk) -> None:
    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.press("b")

    assert run(desk, act, cases=True, offers=[]).return_value == 0


def test_cases_stand_by_their_state_and_are_found_by_order_and_words(desk: Desk) -> None:
    desk.to_case()
    filed = say(desk.begin("way", "yes", "failed", "2026-11-20", "B-9", "you@example.com", "4711", ""))
    filed.file("C-1")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        cases = app.screen
        assert isinstance(cases, Cases)
        for labels in (["Order A-1234 never came"], ["Order B-9 never came"], []):
            assert [row.label for row in cases.choices.rows] == labels
            await pilot.press("s")
        assert len(cases.choices.rows) == 2
        for line, count in (("a-12", 1), ("you@ex", 1), ("never", 2), ("4711", 0), ("c-1", 1)):
            await pilot.press("slash")
            cases.line.value = ""
            await typed(pilot, line)
            await pilot.pause()
            assert len(cases.choices.rows) == count, line
            await pilot.press("escape")
        await pilot.click("#kinds", offset=(1, 0))
        await pilot.pause()
        assert cases.kind == "draft"

    run(desk, act, cases=True)


def test_a_kept_case_is_filed_noted_attached_to_exported_and_closed(desk: Desk, tmp_path: Path) -> None:
    conversation = desk.to_case()
    (tmp_path / "more.txt").write_text("more")

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await case_card(app, pilot)
        await pilot.press("f")
        await typed(pilot, "C-5")
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert "Number C-5" in text_of(app)
        await pilot.press("f", "enter", "enter")
        await pilot.pause()
        assert isinstance(app.screen, Sure)
        await pilot.press("1")
        await pilot.pause()
        await pilot.press("n")
        await typed(pilot, "They called")
        await pilot.press("enter")
        await pilot.pause()
        assert "They called" in text_of(app)
        await pilot.press("a")
        await typed(pilot, "nothing.txt")
        await pilot.press("enter")
        await pilot.pause()
        assert "There is no file" in text_of(app)
        app.screen.query_one(Entry).value = str(tmp_path / "more.txt")
        await pilot.press("enter")
        await pilot.pause()
        assert "more.txt is attached" in text_of(app)
        await pilot.press("s", "enter")
        await pilot.pause()
        assert "Saved as" in text_of(app)
        await pilot.press("s", "enter")
        await pilot.pause()
        assert "There is a file" in text_of(app)
        await pilot.press("escape", "x")
        await pilot.pause()
        assert "· closed" in text_of(app)
        await pilot.press("b")
        await pilot.pause()
        assert isinstance(app.screen, Cases)
        assert app.screen.choices.rows == (), "it is no draft any more"

    run(desk, act, size=(120, 40), cases=True)
    case = kept(desk, conversation).cases[0]
    assert (case.state, case.reference, case.note) == ("closed", "C-5", "They called")
    assert "Order A-1234" in (tmp_path / f"{conversation.code}.md").read_text()


def test_a_case_copies_its_parts_and_leads_to_its_conversation(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    desk.to_case()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await case_card(app, pilot)
        copied: list[str] = []
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("2", "c")
        assert copied[0] == "Order A-1234 never came"
        assert "Order A-1234 never came" in copied[1]
        await pilot.press("r")
        await pilot.pause()
        assert isinstance(app.screen, EndingCard)
        assert "Welcome back" in shown(app)

    run(desk, act, cases=True)


def test_what_can_be_done_about_a_case_is_clicked_as_well(desk: Desk) -> None:
    desk.to_case()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await pilot.click("#rows", offset=(8, 0))
        await pilot.pause()
        await pilot.click("#more", offset=(8, 1))
        await pilot.pause()
        assert app.screen.query_one(Entry).display
        await typed(pilot, "q and b")
        await pilot.press("enter")
        await pilot.pause()
        assert "q and b" in text_of(app)

    run(desk, act, cases=True)


def test_a_store_that_fails_is_told_on_the_screens_of_cases(desk: Desk) -> None:
    broken = Broken(desk)
    broken.is_broken = False
    desk.memory = Memory(desk.memory.where, broken)  # type: ignore[arg-type]
    desk.to_case()

    async def act(app: AssistantApp, pilot: Keys) -> None:
        await case_card(app, pilot)
        broken.is_broken = True
        await pilot.press("n")
        await typed(pilot, "A word")
        await pilot.press("enter")
        await pilot.pause()
        assert "The disk is full" in shown(app)
        assert app.screen.query_one(Entry).value == "A word", "what was typed stays"
        await pilot.press("escape", "b")
        await pilot.pause()
        assert "The disk is full" in shown(app)
        assert app.screen.query_one(Said).display

    run(desk, act, cases=True)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", ["sessions", "cases", "case", "filed"])
def test_every_screen_fits_every_size_and_shows_the_way_out(desk: Desk, size: tuple[int, int], screen: str) -> None:
    conversation = desk.to_case()
    desk.begin("way")
    keys = {"sessions": ("f7",), "cases": ("f5",), "case": ("f5", "1"), "filed": ("f", "4", "enter", "enter")}[screen]

    async def act(app: AssistantApp, pilot: Keys) -> None:
        if screen != "filed":
            await listed(app, pilot)
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        lines = shown(app).splitlines()
        assert "quit" in lines[-1]
        assert len(lines) == size[1]
        assert {"sessions": "The order never came", "cases": "Order A-1234", "case": "Order A-1234", "filed": "Filed:"}[
            screen
        ] in text_of(app)
        assert len(app.screen.query(Sheet)) == 0

    options: dict[str, object] = {"conversation": conversation} if screen == "filed" else {"audience": "agent"}
    run(desk, act, size=size, **options)
