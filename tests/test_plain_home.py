"""The first prompt of plain mode: going on with what was left by a letter, a number, a code or a file, as on the screens."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from desks import FACTS, FLOW, Desk, write_pack
from terminals import Terminal

from assistant.desk.handing import export
from assistant.desk.memory import Memory
from assistant.desk.packs import Found, Offer
from assistant.desk.resuming import Reopened
from assistant.engine.wording import heading
from assistant.flow.cache import Entry
from assistant.plain.hold import go_on
from assistant.plain.home import choose
from assistant.plain.lines import Lines
from assistant.store.codes import new_code

Home = Callable[..., tuple[object, str]]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def home(desk: Desk) -> Home:
    """Types lines at the first prompt; gives what was chosen and all that was shown."""

    def run(*typed: str, words: str = "", audience: str = "customer", memory: Memory = desk.memory) -> tuple[object, str]:
        offers = [
            Offer(Found(desk.pack, name), Entry(name, title, "", (), True), "en", False)
            for name, title in (("lost-order", "The order never came"), ("other", "The order is broken"))
        ]
        sink = io.StringIO()
        lines = Lines(io.StringIO("".join(f"{line}\n" for line in typed)), sink)
        try:
            found = choose(offers, lines, words, memory=memory, audience=audience, clock=desk.clock)
        except EOFError:
            found = None
        return found, sink.getvalue()

    return run


def code_of(found: object) -> str:
    assert isinstance(found, Reopened)
    return found.go_on().code


def test_the_last_sessions_are_said_first_in_a_line_each(desk, home):
    for answer in ("shop", "way", "home", "shop"):
        desk.begin(answer)
    _, shown = home()
    head, *lines = shown.partition("What is going wrong?")[0].splitlines()
    assert head == "Go on where you stopped"
    assert lines[0].startswith("r. The order never came; at: Is it late?; today,")
    assert [line[:3] for line in lines[:3]] == ["r. ", "- T", "- T"]
    assert lines[3] == "r goes on with the first of them; /sessions lists all that are open."
    assert shown.index("What is going wrong?") < shown.index("1. The order never came")


def test_without_an_open_session_nothing_is_said_of_any(home):
    found, shown = home("r", "/sessions")
    assert found is None
    assert shown.startswith("What is going wrong?")
    assert shown.count("There is no open session.") == 2


def test_r_goes_on_with_the_last_session(desk, home):
    desk.begin("shop")
    last = desk.begin("way")
    assert code_of(home("r")[0]) == last.code


def test_a_code_typed_there_takes_that_session_up(desk, home):
    conversation = desk.begin("way", "yes")
    desk.begin("shop")
    found, _ = home(conversation.code.lower().replace("-", " "))
    assert code_of(found) == conversation.code
    assert isinstance(found, Reopened)
    assert heading(found.session().prompt) == "Look in the yard."


def test_a_file_typed_there_takes_its_session_up(desk, home, tmp_path):
    conversation = desk.begin("way", "yes")
    file = tmp_path / "handed over.assistant"
    export(desk.memory, desk.stored(conversation.code), file)
    elsewhere = Memory(str(tmp_path / "elsewhere.db"))
    assert code_of(home(str(file), memory=elsewhere)[0]) == conversation.code


@pytest.mark.parametrize(
    ("typed", "words"),
    [("QF7K-2M9X", "is not a code"), ("nowhere.assistant", "No such file"), ("NOBODYS", "No conversation has the code")],
)
def test_a_code_or_a_file_that_leads_nowhere_is_told_in_words(home, typed, words):
    found, shown = home(new_code() if typed == "NOBODYS" else typed)
    assert found is None
    assert words in " ".join(shown.split())
    assert "No topic fits" not in shown


def test_words_with_a_dash_and_an_order_number_are_words(desk, home):
    desk.begin("way")
    assert "No topic fits these words." in home("A-1234")[1]


def test_the_list_of_sessions_is_picked_from_by_number(desk, home):
    first = desk.begin("shop")
    desk.begin("way")
    found, shown = home("/sessions", "7", "what", "?", "2")
    assert "There is no answer 7. Choose from 1 to 2." in shown
    assert "There is no answer what. Choose from 1 to 2." in shown
    assert "Enter alone goes back to the list of topics" in " ".join(shown.split())
    assert code_of(found) == first.code


def test_an_empty_line_in_the_list_of_sessions_picks_none(desk, home):
    desk.begin("shop")
    assert home("/sessions", "", "1")[0] == Found(desk.pack, "lost-order")
    assert home("/sessions", "q", "1")[0] is None


def test_a_customer_sees_no_sessions_of_others_in_a_shared_store_and_an_agent_does(desk, home):
    desk.begin("way")
    shared = Memory("postgresql://example.com/x", desk.memory.store())
    assert "Go on where you stopped" not in home(memory=shared)[1]
    assert "There is no open session." in home("r", memory=shared)[1]
    assert "Go on where you stopped" in home(memory=shared, audience="agent")[1]


def test_an_agent_goes_on_as_one(desk, home):
    desk.begin("way")
    found, _ = home("r", audience="agent")
    assert isinstance(found, Reopened)
    assert found.go_on().is_for_agent


def test_a_store_that_fails_is_told_in_a_line_and_flows_are_offered(desk, home, tmp_path):
    broken = tmp_path / "broken.db"
    broken.mkdir()
    found, shown = home("1", memory=Memory(str(broken)))
    assert shown.index("is not a file of sessions") < shown.index("What is going wrong?")
    assert found == Found(desk.pack, "lost-order")


@pytest.mark.parametrize("typed", ["q", "/quit", "Q"])
def test_q_leaves(home, typed):
    assert home(typed, "1")[0] is None


@pytest.mark.parametrize("typed", ["?", "/help", "/"])
def test_the_first_prompt_says_that_a_question_mark_helps_and_it_does(home, typed):
    _, shown = home(typed)
    before, _, after = shown.partition("about the problem:")
    assert before.endswith("? helps, q stops.\nNumber, or a few words ")
    assert "Type the number of what is going wrong, or a few words about it" in after
    assert "/sessions lists all of them" in after


def test_no_line_is_answered_by_silence(home):
    assert home("")[1].count("? helps, q stops.") == 2
    assert "There is no answer 9. Choose from 1 to 2, or 0." in home("9")[1]
    assert "There is no command /what." in home("/what")[1]


def test_what_is_different_is_said_before_a_session_goes_on_and_can_be_left(desk, home):
    conversation = desk.begin("way", "yes")
    events = len(desk.stored(conversation.code).events)
    write_pack(desk.pack, FLOW, FACTS.replace("way: On its way, ", ""))
    found, _ = home("r")
    assert isinstance(found, Reopened)
    sink = io.StringIO()
    assert go_on(found, Lines(io.StringIO("3\n/quit\n"), sink)) == 0
    assert "This answer no longer fits: Where is the order? On its way" in " ".join(sink.getvalue().split())
    assert sink.getvalue().endswith(
        "Type 1 or 2. Enter alone is 1. /quit stops, and nothing is changed.\n1 or 2 (Enter for 1):\n"
    )
    assert len(desk.stored(conversation.code).events) == events


@pytest.fixture
def run(desk: Desk, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `assistant` as it is typed."""

    def command(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "ASSISTANT_FLOWS": str(desk.pack), "ASSISTANT_STORE": desk.memory.where,
            "XDG_CACHE_HOME": str(tmp_path / "cache"), **more,
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments], input=stdin, capture_output=True, text=True, timeout=60,
            env=environment, cwd=tmp_path,
        )  # fmt: skip

    return command


def test_alone_it_goes_on_with_the_last_session(desk, run):
    conversation = desk.begin("way", "yes")
    done = run("--plain", stdin="r\n")
    assert "Welcome back. Nothing was lost." in done.stdout
    assert f"Stopped at: Look in the yard.\nSaved. To go on: assistant resume {conversation.code}" in done.stdout


def test_options_may_stand_behind_the_words(run, tmp_path, desk):
    for arguments in (("order never came", "--agent"), ("--agent", "order never came")):
        assert "There is no command /facts." not in run(*arguments, stdin="1\n/facts\n").stdout
    assert "There is no command /facts." in run("order never came", stdin="1\n/facts\n").stdout
    assert "Did you mean: assistant list" in run("lst", "--plain").stderr
    for arguments in (("order never came", "--plain"), ("--plain", "order never came")):
        terminal = Terminal(tmp_path, *arguments)
        try:
            terminal.until("Number, 1 to 3: ")
            terminal.type("q\r")
            assert terminal.ended() == 0
        finally:
            terminal.close()


def test_a_setting_makes_plain_text_the_usual_way(tmp_path):
    settings = tmp_path / "config.toml"
    settings.write_text("plain = true\n")
    terminal = Terminal(tmp_path, ASSISTANT_CONFIG=str(settings))
    try:
        terminal.until("? helps, q stops.")
        terminal.type("q\r")
        assert terminal.ended() == 0
    finally:
        terminal.close()
