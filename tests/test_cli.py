"""The commands, run as a user runs them: a process with arguments, pipes, a terminal, and an exit code."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli import Failure, main

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]

FLOW = """\
title: The kettle stays cold
summary: It does not heat.
phrases: [no hot water]
facts:
  plug: {ask: "Is it plugged in?"}
  cause: {ask: "What do you see?", choices: {lamp: The lamp is off, noise: A noise}}
  bought: {ask: "When was it bought?", type: date, refuse: {when: bought > today, tell: That day is still to come.}}
  age_days: {value: today - bought}
steps:
  plug: {ask: plug, then: {no: plug-in}}
  cause: {ask: cause}
  bought: {ask: bought, then: call}
outcomes:
  plug-in: {kind: solved, title: Plug it in}
  call: {kind: handoff, title: Call the shop, to: The shop, tell: "It is {{ age_days }} days old."}
"""

PART = """\
title: Look closely
steps:
  look: {try: Look at it., then: {worked: seen, else: not-seen}}
outcomes:
  seen: {kind: exit}
  not-seen: {kind: exit}
"""


@pytest.fixture
def packs(tmp_path) -> Path:
    pack = tmp_path / "flows" / "kettles"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("title: Kettles\nstart: cold-kettle\n", encoding="utf-8")
    (pack / "cold-kettle.yaml").write_text(FLOW, encoding="utf-8")
    (pack / "look.yaml").write_text(PART, encoding="utf-8")
    return pack


@pytest.fixture
def environment(tmp_path, packs) -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "ASSISTANT_FLOWS": str(packs.parent), "XDG_CACHE_HOME": str(tmp_path / "c"),
        "XDG_DATA_HOME": str(tmp_path / "d"), "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip


@pytest.fixture
def run(environment, tmp_path) -> Run:
    def command(*arguments: str | bytes, stdin: str | bytes = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "assistant", *arguments], input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True, timeout=60, env=environment, cwd=tmp_path, check=False,
        )  # fmt: skip
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return command


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


# --- conversations ---


def test_a_flow_is_held_over_pipes(run):
    done = run("run", "cold-kettle", stdin="no\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Is it plugged in?" in done.stdout
    assert "Solved: Plug it in" in done.stdout


def test_without_input_it_says_where_it_stopped_and_never_hangs(run):
    done = run("run", "cold-kettle", stdin="yes\n")
    assert done.returncode == 3
    assert "Stopped at: What do you see?" in done.stdout
    assert "Saved. To go on: assistant resume " in done.stdout


def test_the_command_to_go_on_goes_on(run):
    done = run("run", "cold-kettle", "--fact", "plug=yes", "--fact", "cause=lamp", stdin="2026-01-01\n")
    assert done.returncode == 0
    assert "Call the shop" in done.stdout


def test_alone_it_lists_the_flows_and_holds_the_one_that_is_picked(run):
    listed = run()
    assert listed.returncode == 3
    assert "1. " in listed.stdout
    assert "assistant run FLOW" in listed.stderr
    number = next(line.split(".")[0] for line in listed.stdout.splitlines() if line.endswith(". The kettle stays cold"))
    assert "Plug it in" in run(stdin=f"{number}\nno\n").stdout


def test_words_about_a_problem_pick_the_flow_that_fits(run):
    assert "Plug it in" in run("no", "hot water", "kettle", stdin="no\n").stdout


@pytest.mark.parametrize("stdin", [b"\xff\xfe\x00no\n", b"\x1b[Ano\xc3\n", b"x" * 1_000_000 + b"\nno\n", b"no"])
def test_any_bytes_may_come_in(run, stdin):
    assert run("run", "cold-kettle", stdin=stdin).returncode in (0, 3)


def test_a_flow_that_serves_others_can_be_held_by_its_author(run):
    done = run("run", "look", stdin="1\n")
    assert done.returncode == 0
    assert "seen" in done.stdout


# --- which flow ---


def test_a_flow_is_named_by_a_path_too(run, packs, tmp_path):
    for name in ("flows/kettles/cold-kettle.yaml", str(packs), "flows"):
        assert "Is it plugged in?" in run("run", name).stdout
    alone = write(tmp_path, "alone.yaml", FLOW)
    done = run("run", alone)
    assert f"assistant run {alone}\n" in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [("cold-ketle", "Did you mean `cold-kettle`?"), ("no/such.yaml", "no file or folder"), ("", "assistant list"),
     ("pack", "assistant list"), ("../kettles/cold-kettle", "no file or folder"), ("x" * 5000, "assistant list"),
     ("\x1b[31mred\u202e", "assistant list")],
)  # fmt: skip
def test_an_unknown_flow_is_said_with_the_next_step(run, name, said):
    done = run("run", name)
    assert done.returncode == 2
    assert said in done.stderr
    assert "\x1b" not in done.stderr


def test_a_flow_with_errors_tells_them_and_is_not_held(run, packs):
    write(packs, "cold-kettle.yaml", FLOW.replace("then: call", "then: cal"))
    done = run("run", "cold-kettle", stdin="no\n")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "cold-kettle.yaml:12:" in done.stderr
    assert "assistant check" in done.stderr


def test_a_pack_with_errors_is_left_out_of_the_list_and_named(run, packs):
    write(packs, "cold-kettle.yaml", "title: [")
    done = run("list")
    assert done.returncode == 0
    assert str(packs) in done.stderr
    assert "kettle stays cold" not in done.stdout


# --- facts and usage ---


@pytest.mark.parametrize(
    ("fact", "code", "said"),
    [("plugg=yes", 2, "Did you mean `plug`?"), ("age_days=3", 2, "worked out"), ("plug", 2, "--fact role=partner"),
     ("=x", 2, "--fact role=partner"), ("cause=nose", 3, "The lamp is off, A noise"),
     ("bought=2999-01-01", 3, "That day is still to come."), ("bought=", 3, "Please give an answer.")],
)  # fmt: skip
def test_a_wrong_fact_is_said_with_what_would_be_right(run, fact, code, said):
    done = run("run", "cold-kettle", "--fact", fact)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("run", "cold-kettle", "--bogus"), ("run", "cold-kettle", "--answers", "x", "--batch"),
     ("run", "cold-kettle", "--lang", "../x"), ("run", "cold-kettle", "--fact", "plug=yes", "--fact", "plug=no"),
     ("run", "cold-kettle", "--answers", "no-such-file"), ("run", "cold-kettle", "--batch", "no-such-file"),
     ("run", "cold-kettle", "--answers", "."), ("--bogus",), ("chek",)],
)  # fmt: skip
def test_wrong_usage_is_said_in_words(run, arguments):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert done.stdout == ""


def test_a_slip_in_a_command_names_the_right_one(run):
    assert "assistant check" in run("chek").stderr


# --- written answers ---


def test_answers_from_a_file_end_the_conversation(run, tmp_path):
    answers = write(tmp_path, "a.yaml", "plug: yes\ncause: A noise\nbought: 2026-01-01\n")
    done = run("run", "cold-kettle", "--answers", answers)
    assert (done.returncode, done.stderr) == (0, "")
    assert "What do you see? A noise" in done.stdout
    assert "Call the shop" in done.stdout


def test_answers_may_come_from_stdin(run):
    done = run("run", "cold-kettle", "--answers", "-", "--json", stdin='["no"]')
    assert json.loads(done.stdout)["outcome"] == "plug-in"
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("answers", "status", "said"),
    [("- yes\n", "waiting", "The answers ran out at cause: What do you see?"),
     ("- yes\n- nose\n", "invalid", "At cause: That is not one of the answers."),
     ("- no\n- lamp\n", "ended", "1 answer was left over: lamp"),
     ("plugg: no\n", "invalid", "Did you mean `plug`?")],
)  # fmt: skip
def test_answers_that_run_out_are_wrong_or_left_over_end_with_3(run, tmp_path, answers, status, said):
    file = write(tmp_path, "a.yaml", answers)
    done = run("run", "cold-kettle", "--answers", file)
    assert done.returncode == 3
    assert said in done.stderr
    told = run("run", "cold-kettle", "--answers", file, "--json")
    assert told.returncode == 3
    assert told.stderr == ""
    assert json.loads(told.stdout)["status"] == status


def test_json_without_answers_tells_the_first_question(run):
    done = run("run", "cold-kettle", "--json", "--fact", "plug=yes")
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"], told["at"]) == (3, "waiting", "cause")
    assert [choice["value"] for choice in told["prompt"]["choices"]] == ["lamp", "noise"]


def test_a_handoff_comes_with_its_case_and_a_solved_problem_without(run):
    facts = ("--fact", "plug=yes", "--fact", "cause=lamp", "--fact", "bought=2026-01-01")
    case = json.loads(run("run", "cold-kettle", "--json", *facts).stdout)["case"]
    assert [known["fact"] for known in case["known"]] == ["plug", "cause", "bought"]
    assert json.loads(run("run", "cold-kettle", "--json", "--fact", "plug=no").stdout)["case"] is None


def test_a_file_that_holds_no_answers_is_said(run, tmp_path):
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    assert "UTF-8" in run("run", "cold-kettle", "--answers", "bytes").stderr
    done = run("run", "cold-kettle", "--answers", write(tmp_path, "a.yaml", "a: {b"))
    assert done.returncode == 3
    assert "a.yaml:" in done.stderr
    told = run("run", "cold-kettle", "--json", "--answers", "a.yaml")
    assert (told.returncode, json.loads(told.stdout)["status"], told.stderr) == (3, "invalid", "")


# --- batches ---


def batch(run: Run, *lines: str | bytes, arguments: tuple[str, ...] = ()) -> list[dict[str, object]]:
    data = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    done = run("run", "cold-kettle", "--batch", *arguments, stdin=data)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_batch_gives_one_object_a_line_in_order_and_leaves_blank_lines_out(run):
    found = batch(run, '{"answers": ["no"], "id": 1}', "", '{"answers": {"plug": true}, "id": 2.50}')
    assert [(one["id"], one["status"]) for one in found] == [(1, "ended"), (2.5, "waiting")]


def test_other_keys_pass_through_and_ours_win(run):
    (found,) = batch(run, '{"answers": ["no", "x"], "note": {"a": [1]}, "status": "mine", "outcome": 5}')
    assert found["note"] == {"a": [1]}
    assert (found["status"], found["outcome"], found["unused"]) == ("ended", "plug-in", ["x"])


def test_a_line_has_facts_and_a_day_of_its_own(run):
    line = '{{"facts": {{"plug": "yes", "cause": "lamp"}}, "answers": ["2015-01-02"], "today": "{}"}}'
    early, late = batch(run, line.format("2015-01-01"), line.format("2015-01-03"))
    assert early["status"] == "invalid"
    assert early["problem"]["sentence"] == "That day is still to come."
    assert (late["status"], late["facts"]["age_days"]) == ("ended", "1")
    assert "2015" in late["case"]["notes"].rpartition("Written on")[2]


@pytest.mark.parametrize(
    ("line", "said"),
    [("nonsense", "not JSON"), ("[1]", "one JSON object"), ('{"answers": 5}', "“answers” must be a list"),
     ('{"facts": []}', "“facts” must be an object"), ('{"today": "2015-02-30"}', "“today” must be a day"),
     ('{"today": 5}', "“today” must be a day"), ('{"answers": [NaN]}', "not JSON"), ("[" * 100_000, "not JSON"),
     ('{"answers": [' + "9" * 5000 + "]}", ""), (b"\xff\xfe{}", "not JSON"), ('{"answers": [{"plug": [[1]]}]}', "no answer"),
     ('{"facts": {"plugg": "yes"}}', "Did you mean `plug`?"), ('{"answers": ["' + "x" * 1_000_000 + '"]}', "longer than")],
)  # fmt: skip
def test_a_line_that_is_no_good_is_told_and_stops_no_other(run, line, said):
    bad, good = batch(run, line, '{"answers": ["no"], "id": "next"}')
    assert bad["status"] == "invalid"
    assert said in bad["problem"]["sentence"]
    assert (good["id"], good["status"]) == ("next", "ended")


def test_hostile_text_passes_through_a_batch_as_escapes(run, environment, tmp_path):
    data = '{"answers": ["no"], "x": "\\u009b\\u202e\\ud800 дом"}'
    done = run("run", "cold-kettle", "--batch", stdin=data)
    assert json.loads(done.stdout)["x"] == "\x9b\u202e\ud800 дом"
    assert "дом" in done.stdout
    assert "\x9b" not in done.stdout


def test_a_batch_answers_each_line_as_it_comes(environment, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "run", "cold-kettle", "--batch"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env=environment, cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(2):
            process.stdin.write(b'{"answers": ["no"], "id": %d}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(30) == 0


# --- list and check ---


def test_the_list_names_every_flow_of_every_pack(run):
    done = run("list")
    assert "Kettles\n" in done.stdout
    assert "cold-kettle  The kettle stays cold" in done.stdout
    rows = json.loads(run("list", "--json").stdout)
    assert {row["id"]: row["offered"] for row in rows if row["pack"] == "kettles"} == {"cold-kettle": True, "look": False}


def test_a_sound_pack_has_no_problems(run, packs):
    (packs / "look.yaml").unlink()  # that no flow runs it would be told
    done = run("check", "flows/kettles")
    assert (done.returncode, done.stderr) == (0, "")
    assert "No problems in 1 flow." in done.stdout


def test_check_tells_every_problem_with_its_place_and_its_mend(run, packs):
    write(packs, "cold-kettle.yaml", FLOW.replace("then: call", "then: cal").replace("ask: cause}", "ask: cuse}"))
    done = run("check", "flows")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    places = [line for line in lines if line.startswith("flows/kettles/cold-kettle.yaml:")]
    assert [place.split(":")[1] for place in places] == ["11", "12"]
    assert lines[lines.index(places[0]) + 1].startswith("    ")
    assert "2 errors" in lines[-1]
    told = json.loads(run("check", "flows", "--json").stdout)
    assert [problem["line"] for problem in told["problems"] if problem["severity"] == "error"] == [11, 12]


def test_warnings_fail_only_a_strict_check(run, packs):
    write(packs, "second.yaml", FLOW)  # several flows are offered, and "none of these" leads nowhere
    loose, strict = run("check", "flows"), run("check", "flows", "--strict")
    assert "3 warnings" in loose.stdout
    assert (loose.returncode, strict.returncode) == (0, 1)


def test_checking_what_does_not_exist_is_a_problem(run):
    done = run("check", "nowhere")
    assert done.returncode == 1
    assert "nowhere" in done.stdout


def test_version_and_help_need_no_flows_and_no_engine(run, environment):
    assert run("--version").stdout.startswith("assistant ")
    assert "list" in run("--help").stdout
    code = "import sys, assistant.cli\nprint([m for m in sys.modules if m in ('babel', 'yaml', 'assistant.engine')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


# --- ends that are no ends ---


def test_a_closed_pipe_ends_quietly(environment, tmp_path):
    line = b'{"answers": ["no"]}\n' * 3000
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "run", "cold-kettle", "--batch"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(line[:20])
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        try:
            process.stdin.write(line)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.wait(30) == 141
        assert process.stderr.read() == b""


def test_an_error_of_the_program_is_an_apology_and_no_traceback(monkeypatch, capsys):
    def broken() -> list[Path]:
        raise ZeroDivisionError("\x1b[31mred")

    monkeypatch.setattr("assistant.desk.packs.at_hand", broken)
    with pytest.raises(SystemExit) as left:
        main(["list"])
    assert left.value.code == 70
    said = capsys.readouterr().err
    assert "ZeroDivisionError: [31mred" in said
    assert "ASSISTANT_DEBUG=1" in said
    monkeypatch.setenv("ASSISTANT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["list"])


def test_a_failure_says_its_sentence_without_controls(monkeypatch, capsys):
    def failing() -> list[Path]:
        raise Failure("no\x1b[2J")

    monkeypatch.setattr("assistant.desk.packs.at_hand", failing)
    with pytest.raises(SystemExit) as left:
        main(["list"])
    assert left.value.code == 2
    assert capsys.readouterr().err == "no[2J\n"


# --- a terminal ---


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(sys.executable, [sys.executable, "-m", "assistant", *arguments], environment)
        self.shown = ""

    def until(self, words: str) -> None:
        """Read until words are shown that were not shown before."""
        start, end = len(self.shown), time.monotonic() + 30
        while words not in self.shown[start:]:
            assert time.monotonic() < end, self.shown
            if select.select([self.file], [], [], 0.2)[0]:
                self.shown += os.read(self.file, 65536).decode()

    def type(self, keys: str) -> None:
        os.write(self.file, keys.encode())

    def leave(self, keys: str = "") -> int:
        """The exit code, once everything that is shown was read.

        `keys` are typed until it ends: one that comes just while the line editor takes the terminal over can be lost.
        """
        end = time.monotonic() + 30
        while True:
            if not select.select([self.file], [], [], 0.3)[0]:
                if time.monotonic() > end:
                    os.kill(self.pid, signal.SIGKILL)
                    raise AssertionError(self.shown)
                if keys:
                    self.type(keys)
                continue
            try:
                data = os.read(self.file, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            self.shown += data.decode()
        os.close(self.file)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def terminal(environment, tmp_path) -> Callable[..., Terminal]:
    return lambda *arguments: Terminal(list(arguments), {**environment, "TERM": "dumb"}, tmp_path)


def test_on_a_terminal_one_prompt_is_one_line_and_enter_finishes(terminal):
    session = terminal("run", "cold-kettle")
    session.until("Number, 1 to 2: ")
    session.type("no\n")
    session.until("/help: ")
    session.type("\n")
    assert session.leave() == 0
    assert "Solved: Plug it in" in session.shown


def test_ctrl_c_and_ctrl_d_end_cleanly_with_the_way_to_go_on(terminal):
    for keys, code in (("\x03", 130), ("\x04", 3)):
        session = terminal("run", "cold-kettle")
        session.until("Number, 1 to 2: ")
        session.type("yes\n")
        session.until("Number, 1 to 2: ")
        assert session.leave(keys) == code
        assert "Saved. To go on: assistant resume " in session.shown
        assert "Traceback" not in session.shown


def test_ctrl_c_in_the_list_of_flows_ends_cleanly(terminal):
    session = terminal()
    session.until("problem: ")
    assert session.leave("\x03") == 130
    assert "Traceback" not in session.shown


def test_a_line_can_be_edited_with_the_arrow_keys(terminal):
    session = terminal("run", "cold-kettle")
    session.until("Number, 1 to 2: ")
    session.type("o\x1b[Dn\n")
    session.until("Plug it in")
    session.type("/quit\n")
    assert session.leave() == 0


def test_an_interrupted_batch_ends_cleanly(environment, tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "run", "cold-kettle", "--batch"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=tmp_path,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b'{"answers": ["no"]}\n')
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert b"Traceback" not in process.stderr.read()
