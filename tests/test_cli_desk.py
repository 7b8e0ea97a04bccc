"""The commands about what is kept, run as a user runs them: real processes on a real file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from desks import FACTS, FLOW, TO_CASE, Desk, write_pack

from assistant.desk.conversation import Overtaken

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def desk(tmp_path) -> Desk:
    """A desk with the pack at hand."""
    return Desk(tmp_path)


@pytest.fixture
def run(desk, tmp_path) -> Run:
    """Runs `assistant` in a folder of its own."""

    def command(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ, "ASSISTANT_FLOWS": str(desk.pack), "ASSISTANT_STORE": desk.memory.where,
            "ASSISTANT_NAME": "Desk 7", "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "XDG_DATA_HOME": str(tmp_path / "home"), **more,
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments], input=stdin, capture_output=True, text=True, cwd=tmp_path,
            env=environment, timeout=60,
        )  # fmt: skip

    return command


def code_of(run: Run) -> str:
    found = json.loads(run("sessions", "--json").stdout)
    return str(found[0]["code"])


def test_a_conversation_that_was_left_is_listed_and_goes_on_by_its_code(run):
    left = run("run", "lost-order", stdin="2\n")
    code = code_of(run)
    assert f"Saved. To go on: assistant resume {code}" in left.stdout
    listed = run("resume")
    assert code in listed.stdout
    assert "Is it late?" in listed.stdout
    again = run("resume", code.lower().replace("-", " "), stdin="1\n")
    assert "Look in the yard." in again.stdout
    assert json.loads(run("resume", "--json").stdout)[0]["at"] == "Look in the yard."


def test_nothing_open_says_how_to_begin(run):
    assert run("resume").stdout == "There is no conversation to go on with. Begin one: assistant\n"
    assert run("sessions").stdout == "There are no sessions.\n"
    assert run("cases").stdout == "There are no such cases.\n"


@pytest.mark.parametrize(
    ("code", "says"),
    [("QF7K-2M9", "is not a code"), ("hello", "is not a code"), ("\x1b[31mAAAA-AAAA", "is not a code"),
     ("no-such-file.assistant", "There is no file called"), ("missing.json", "There is no file called “missing.json”")],
)  # fmt: skip
def test_a_wrong_code_or_file_is_told_in_a_sentence(run, code, says):
    done = run("resume", code)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_the_eleventh_wrong_code_has_to_wait(run, desk):
    code = desk.begin("way").code
    for _ in range(10):
        run("resume", "AAAA-AAAA")
    assert "Too many wrong codes. Wait " in run("resume", code).stderr


def test_what_is_different_is_said_before_the_conversation_goes_on(run, desk):
    code = desk.begin("way", "yes").code
    write_pack(desk.pack, FLOW, FACTS.replace("way: On its way, ", ""))
    seen = json.loads(run("resume", code, "--json").stdout)
    assert seen["different"]["edited"] is True
    assert seen["different"]["again"] == ["Where is the order?"]
    assert [one["label"] for one in seen["different"]["lost"]] == ["On its way"]
    assert (seen["status"], seen["at"]) == ("waiting", "place")
    stayed = run("resume", code, stdin="2\n3\n")
    assert "This answer no longer fits: Where is the order? On its way" in stayed.stdout
    assert "When was it bought?" in stayed.stdout
    moved = run("resume", code, "--stay", stdin="")
    assert "When was it bought?" in moved.stdout


def test_a_session_is_handed_over_by_code_and_its_notes_and_facts_are_seen(run, desk):
    code = desk.begin("way").code
    handed = run("resume", code, "--agent", stdin="/note Customer is upset\n/trail\n")
    assert "Where is the order? On its way" in handed.stdout
    shown = json.loads(run("sessions", "show", code, "--json").stdout)
    assert shown["audience"] == "agent"
    assert [(note["text"], note["by"]) for note in shown["notes"]] == [("Customer is upset", "Desk 7")]


def test_a_session_is_handed_over_by_file_and_goes_on_elsewhere(run, desk, tmp_path):
    code = desk.begin("way").code
    exported = run("sessions", "export", code, "--to", "x.assistant")
    assert "assistant resume x.assistant" in exported.stdout
    elsewhere = {"ASSISTANT_STORE": str(tmp_path / "elsewhere.db"), "ASSISTANT_FLOWS": ""}
    again = run("resume", "x.assistant", "--agent", stdin="1\n", **elsewhere)
    assert "Look in the yard." in again.stdout
    assert code in run("resume", **elsewhere).stdout
    assert "is there already" in run("sessions", "export", code, "--to", "x.assistant").stderr


def test_the_conversation_can_be_killed_at_any_prompt_and_nothing_is_lost(run, desk, tmp_path):
    environment = {**os.environ, "ASSISTANT_FLOWS": str(desk.pack), "ASSISTANT_STORE": desk.memory.where}
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "run", "lost-order"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env=environment, text=True, bufsize=0,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("2\n1\n")
    process.stdin.flush()
    shown = ""
    while "Look in the yard" not in shown:
        shown += process.stdout.read(1)
    process.kill()
    process.communicate()
    assert "Look in the yard." in run("resume", code_of(run), stdin="").stdout


def test_sessions_are_shown_and_exported_with_what_is_sensitive_masked(run, desk):
    code = desk.to_case().code
    for command in (("show", code), ("show", code, "--json"), ("export", "--as", "jsonl"), ("export", code, "--as", "md")):
        done = run("sessions", *command)
        assert done.returncode == 0, done.stderr
        assert "4711" not in done.stdout
        assert "me@example.com" in done.stdout
    assert "4711" in run("sessions", "show", code, "--sensitive").stdout
    lines = run("sessions", "export", "--as", "jsonl", "--sensitive").stdout.splitlines()
    assert [json.loads(line)["code"] for line in lines] == [code]
    assert "4711" in lines[0]


def test_a_handed_over_file_leaves_sensitive_answers_behind_and_says_so(run, desk):
    code = desk.to_case().code
    assert "1 sensitive answer was left out" in run("sessions", "export", code, "--to", "a.assistant").stdout
    assert "left out" not in run("sessions", "export", code, "--to", "b.assistant", "--sensitive").stdout


def test_sessions_are_searched_and_listed_by_state(run, desk):
    desk.to_case()
    desk.begin("shop")
    assert len(json.loads(run("sessions", "--find", "a-12", "--json").stdout)) == 1
    assert len(json.loads(run("sessions", "--state", "open", "--json").stdout)) == 1
    assert "Write to the hub" in run("sessions").stdout


def test_old_sessions_are_purged_for_good_once_it_is_said_twice(run, desk):
    desk.clock.on_by(-100)
    old = desk.to_case().code
    desk.clock.on_by(100)
    new = desk.begin("way").code
    asked = run("sessions", "purge", "--older-than", "90d")
    assert (asked.returncode, asked.stderr) == (3, "Nothing was removed. Without a terminal say --yes.\n")
    assert run("sessions", "purge", "--older-than", "90d", "--yes").stdout == "1 session was removed for good.\n"
    assert [one["code"] for one in json.loads(run("sessions", "--json").stdout)] == [new]
    assert old not in run("cases").stdout
    assert b"me@example.com" not in Path(desk.memory.where).read_bytes()


def test_a_person_is_purged_by_name_or_address(run, desk, monkeypatch):
    desk.to_case()
    desk.begin("way")
    monkeypatch.setenv("ASSISTANT_NAME", "Desk 9")
    desk.begin("way", audience="agent")
    assert "1 session was removed" in run("sessions", "purge", "--person", "me@example.com", "--yes").stdout
    assert "1 session was removed" in run("sessions", "purge", "--person", "desk 9", "--yes").stdout
    assert run("sessions", "purge", "--person", "nobody", "--yes").stdout == "There is nothing to remove.\n"
    assert len(json.loads(run("sessions", "--json").stdout)) == 1


@pytest.mark.parametrize("wrong", [(), ("--older-than", "soon"), ("--older-than", "-1d")])
def test_a_purge_without_a_clear_limit_is_wrong_usage(run, wrong):
    assert run("sessions", "purge", "--yes", *wrong).returncode == 2


def test_a_case_is_filed_found_noted_closed_and_exported(run, desk, tmp_path):
    code = desk.to_case().code
    (tmp_path / "reply.txt").write_text("They answered")
    assert "draft" in run("cases", "--state", "draft").stdout
    assert f"Filed: {code}" in run("cases", "file", code, "--number", "C-77", "--note", "by phone").stdout
    twice = run("cases", "file", code, "--number", "C-78")
    assert (twice.returncode, "filed already" in twice.stderr, "C-77" in twice.stderr) == (2, True, True)
    assert "C-77" in run("cases", "--find", "a-1234").stdout
    run("cases", "note", code, "They called")
    assert "reply.txt is attached" in run("cases", "attach", code, "reply.txt").stdout
    assert "no file" in run("cases", "attach", code, "nothing.txt").stderr
    assert run("cases", "export", code, "case.zip").returncode == 0
    assert (tmp_path / "case.zip").exists()
    shown = json.loads(run("cases", "show", code, "--json").stdout)
    assert (shown["state"], shown["number"], shown["note"]) == ("filed", "C-77", "by phone\nThey called")
    assert "Order A-1234 never came" in run("cases", "show", code).stdout
    assert "Closed" in run("cases", "close", code).stdout
    assert run("cases", "--state", "filed").stdout == "There are no such cases.\n"


def test_a_case_is_filed_in_the_plain_face_and_asks_before_it_is_filed_again(run):
    answers = "\n".join(("2", "1", "2", TO_CASE[3], *TO_CASE[4:], "", "/filed C-77", "/filed C-78", "no", "/code", ""))
    done = run("run", "lost-order", stdin=answers)
    assert "Filed: " in done.stdout
    assert "and no answer has changed since" in " ".join(done.stdout.split())
    found = json.loads(run("cases", "--json").stdout)
    assert [(one["state"], one["number"]) for one in found] == [("filed", "C-77")]


def test_a_session_without_a_case_says_so(run, desk):
    code = desk.begin("way").code
    assert run("cases", "show", code).stderr == f"The conversation {code} has no such case.\n"


def test_locate_tells_where_things_are_and_no_password(run, desk):
    assert desk.memory.where in run("locate").stdout
    shown = run("locate", "--json", ASSISTANT_STORE="postgresql://me:secret@db.example.com/desk").stdout
    assert "secret" not in shown
    assert "db.example.com" in shown


def test_a_store_that_cannot_be_used_is_told_and_the_conversation_goes_on(run, tmp_path):
    (tmp_path / "file").write_text("no folder")
    place = {"ASSISTANT_STORE": str(tmp_path / "file" / "sessions.db")}
    done = run("run", "lost-order", stdin="2\n1\n", **place)
    assert "Look in the yard." in done.stdout
    assert "kept in memory only" in done.stdout
    assert "nothing was kept" in done.stdout
    listed = run("sessions", **place)
    assert (listed.returncode, "Traceback" in listed.stderr) == (1, False)


def test_a_file_of_a_newer_program_is_refused_and_left_as_it_is(run, desk):
    import sqlite3

    desk.begin("way")
    desk.memory.close()
    with sqlite3.connect(desk.memory.where) as database:
        database.execute("UPDATE meta SET value = '999'")
    database.close()
    before = Path(desk.memory.where).read_bytes()
    refused = run("sessions")
    assert refused.returncode == 1
    assert "newer version" in refused.stderr
    assert Path(desk.memory.where).read_bytes() == before


@pytest.mark.parametrize("person", ["?!", "...", " ", "-"])
def test_a_person_without_a_name_removes_nobody(run, desk, person):
    desk.begin("way")
    run("sessions", "purge", "--person", person, "--yes")
    assert len(json.loads(run("sessions", "--json").stdout)) == 1


def test_customer_is_nobodys_name(run, desk):
    desk.begin("way")
    assert run("sessions", "purge", "--person", "customer", "--yes").stdout == "There is nothing to remove.\n"


def test_a_person_is_found_by_a_sensitive_answer_to_be_purged(run, desk):
    desk.to_case()
    desk.begin("way")
    assert "1 session was removed" in run("sessions", "purge", "--person", "4711", "--yes").stdout


@pytest.mark.parametrize(
    "command", [("sessions", "--find"), ("cases", "--find"), ("sessions", "purge", "--yes", "--person"), ("resume",)]
)
def test_bytes_that_are_no_text_are_no_fault(run, desk, command):
    desk.begin("way")
    done = run(*command, os.fsdecode(b"\xff\xfe"))
    assert done.returncode in (0, 2)
    assert "Sorry" not in done.stderr


@pytest.mark.parametrize(
    "address",
    ["postgresql://me:secret@[::bad/x", "postgresql://me:sec%ZZret@h/x", "postgresql://h.example.com:1/x?user=u&password=secret",
     "postgresql://me:sec/ret@127.0.0.1:1/x"],
)  # fmt: skip
def test_a_password_is_never_shown(run, address):
    for command in (("locate",), ("sessions",), ("resume",)):
        done = run(*command, ASSISTANT_STORE=address)
        assert "sec" not in done.stdout + done.stderr.replace("seconds", "")


@pytest.mark.parametrize("name", ["{}/x", "{}/²", "{}/1234567", "{}/-1"])
def test_a_number_that_is_no_cases_is_not_taken_for_the_last_one(run, desk, name):
    code = desk.to_case().code
    done = run("cases", "file", name.format(code), "--number", "C-1")
    assert done.returncode == 2
    assert "has no such case" in done.stderr


def test_a_long_argument_is_no_code(run):
    assert "is not a code" in run("resume", "A" * 100_000).stderr


def test_a_closed_case_can_be_opened_again(run, desk):
    code = desk.to_case().code
    run("cases", "close", code)
    assert "Open again" in run("cases", "reopen", code).stdout
    assert json.loads(run("cases", "--json").stdout)[0]["state"] == "draft"


def test_what_was_said_too_late_is_shown_with_the_session(run, desk):
    mine = desk.begin("way")
    desk.another().reopened(mine.code).go_on().answer("yes")
    with pytest.raises(Overtaken):
        mine.answer("no")
    late = json.loads(run("sessions", "show", mine.code, "--json").stdout)["late"]
    assert [(one["place"], one["value"]) for one in late] == [("late", "no")]
    assert "Said too late" in run("sessions", "show", mine.code).stdout


def test_agents_start_as_such(run):
    assert "lost-order" in run("--agent", "list").stdout


@pytest.mark.parametrize(("place", "words"), [("/", "/ is not a file of sessions"), ("/..", "is not a file of sessions"),
                                              ("file:kept.db", "store takes a file")])  # fmt: skip
def test_a_place_that_is_no_file_is_told_in_words(run, place, words):
    done = run("sessions", ASSISTANT_STORE=place)
    assert words in done.stderr
    assert "Sorry" not in done.stderr
    assert done.returncode != 70
