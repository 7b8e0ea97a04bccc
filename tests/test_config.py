"""Settings: what counts, what is told of a mistake, and how the file is changed without losing a line of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk import config
from assistant.desk.config import NAMES, VARIABLES, Wrong, change, config_file, schema, settings
from assistant.desk.settingsfile import lines_of, named, put, statements, take_out
from assistant.desk.who import own_name

GOOD = """\
# How this desk works.
name = "Desk 7"   # shown in cases

theme = "light"
flows = [
  "packs",  # ours
  "/srv/packs",
]

[keys]
"guide.back" = "b,f2"
ending.copy = ["k", "f5"]
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a file of settings, which counts from then on."""
    file = tmp_path / "config.toml"
    monkeypatch.setenv("ASSISTANT_CONFIG", str(file))
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    config._read.cache_clear()

    def written(text: str) -> Path:
        file.write_text(text, newline="")
        config._read.cache_clear()
        return file

    return written


def told(file: Path) -> list[tuple[int, str]]:
    """Mistakes as (line, sentence)."""
    found = [(one.where.rpartition(":"), one.problem) for one in settings().mistakes]
    assert all(where[0] == str(file) for where, _ in found)
    return [(int(where[2]), problem) for where, problem in found]


def test_without_a_file_everything_is_as_it_is_without(write: Write) -> None:
    assert settings() == (config.Config(), {}, ())


def test_the_file_sets_things_and_says_where(write: Write, tmp_path: Path) -> None:
    file = write(GOOD)
    found = settings()
    assert found.config.name == own_name() == "Desk 7"
    assert found.config.theme == "light"
    assert found.config.flows == (str(tmp_path / "packs"), "/srv/packs")
    assert found.config.keys == {"guide.back": "b,f2", "ending.copy": "k,f5"}
    assert found.sources["flows"] == ("file", f"{file}:5")
    assert found.sources["keys.ending.copy"] == ("file", f"{file}:12")
    assert found.mistakes == ()


def test_the_environment_wins_over_the_file(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(GOOD)
    monkeypatch.setenv("ASSISTANT_NAME", "Desk 9")
    monkeypatch.setenv("ASSISTANT_FLOWS", os.pathsep.join(("/a", "/b")))
    found = settings()
    assert found.config.name == "Desk 9"
    assert found.config.flows == ("/a", "/b")
    assert found.sources["name"] == ("environment", "ASSISTANT_NAME")
    assert found.config.theme == "light"


def test_a_variable_that_cannot_be_is_told_and_the_file_counts(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write(GOOD)
    monkeypatch.setenv("ASSISTANT_THEME", "drak")
    found = settings()
    assert found.config.theme == "light"
    assert [one.where for one in found.mistakes] == ["ASSISTANT_THEME"]
    assert "Did you mean `dark`?" in found.mistakes[0].problem


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('theem = "dark"', "Did you mean `theme`?"),
        ('theme = "drak"', "Did you mean `dark`?"),
        ("theme = 3", "theme can't be “3”"),
        ('motion = "yes"', "true or false"),
        ("name = 7", "takes a text"),
        ('name = "' + "x" * 90 + '"', "too long"),
        ('flows = "packs"', "a list"),
        ("flows = [\n  1,\n]", "a list"),
        ('plain = "maybe"', "true or false"),
        ('store = "foo://bar"', "not foo://"),
        ('store = "File:kept.db?mode=ro"', "not File:"),
        ('language = "??"', "no language"),
        ('keys = "b"', "names with keys"),
        ("keys.guide.back = 3", "keys in quotes"),
        ("name = Desk 7", "can't be read"),
        ("name", "can't be read"),
        ('name = "x', "can't be read"),
        ("flows = [", "can't be read"),
        ("[kyes]", "Did you mean `keys`?"),
        ("[", "can't be read"),
        ("name = '''" + "\n" * 600, "can't be read"),
        ("x = " + "[" * 5000, "can't be read"),
        ("name = " + "9" * 5000, "can't be read"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_all_else_counts(write: Write, line: str, words: str) -> None:
    file = write(f"# settings\n\n{line}\n")
    assert [number for number, _ in told(file)] == [3]
    assert words in told(file)[0][1]
    file = write(f'audience = "agent"\n\n{line}\n')
    assert words in told(file)[0][1]
    assert settings().config.audience == "agent"


def test_all_mistakes_are_told_at_once(write: Write) -> None:
    file = write('theem = 1\nname = "Desk 7"\nthis is wrong\nname = "Desk 8"\n[other]\nx = 1\ny = 2\n')
    assert [line for line, _ in told(file)] == [1, 3, 4, 5]
    assert settings().config.name == "Desk 7"


@pytest.mark.parametrize("data", [b"name = '\xff'", b"\x00" * 70_000, b"\xfe\xff"])
def test_what_is_no_text_is_told_and_passed_over(write: Write, data: bytes) -> None:
    file = write("")
    file.write_bytes(data)
    config._read.cache_clear()
    assert settings().mistakes[0].where.startswith(str(file))
    assert settings().config == config.Config()


def test_a_folder_or_a_pipe_in_its_place_is_told_at_once(write: Write, tmp_path: Path) -> None:
    file = write("")
    file.unlink()
    os.mkfifo(file)
    config._read.cache_clear()
    assert "it is no file" in settings().mistakes[0].problem


def test_a_change_leaves_every_other_line_as_it_was(write: Write) -> None:
    file = write(GOOD)
    change("theme", "dark")
    assert file.read_text() == GOOD.replace('"light"', '"dark"')
    change("name", "Desk 8")
    assert 'name = "Desk 8"   # shown in cases\n' in file.read_text()
    change("audience", "agent")
    assert file.read_text().index("audience") < file.read_text().index("[keys]")
    change("keys.guide.why", "j")
    assert settings().config.keys["guide.why"] == "j"
    change("flows", None)
    assert (
        file.read_text()
        == """\
# How this desk works.
name = "Desk 8"   # shown in cases

theme = "dark"
audience = "agent"

[keys]
"guide.back" = "b,f2"
ending.copy = ["k", "f5"]
"guide.why" = "j"
"""
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "# only words", 'name = "x"', 'name = "x"\r\ntheme = "dark"\r\n', "keys = {}", 'keys = { "guide.back" = "b" }',
        'keys = { "guide.back" = "b", "guide.why" = "w" } # mine', 'keys."guide.back" = "b"\nkeys.guide.why = "w"\n',
        '[keys]\n', '[keys.guide]\nback = "b"\n', '[keys] # mine\nguide = { back = "b", why = "w" }\nx.y = "k"\n',
        'wrong here\n[keys]\n',
    ],
)  # fmt: skip
@pytest.mark.parametrize(("name", "value"), [("theme", "light"), ("keys.guide.back", "x,f2"), ("keys.ending.copy", "k")])
def test_what_is_set_is_set_however_the_file_is_written_and_can_be_taken_out(
    write: Write, text: str, name: str, value: str
) -> None:
    file = write(text)
    before = {one: old for statement in statements(lines_of(text)) for one, old in named(statement).items()}
    change(name, value)
    after = {one: old for statement in statements(lines_of(file.read_text())) for one, old in named(statement).items()}
    assert after == {**before, name: value}
    if "wrong" not in text:
        tomllib.loads(file.read_text())
    change(name, None)
    after = {one: old for statement in statements(lines_of(file.read_text())) for one, old in named(statement).items()}
    assert after == {one: old for one, old in before.items() if one != name}


@given(st.text(alphabet="ab=#\"'[]{}.,\n\r\t 1\\é", max_size=60), st.text(max_size=20))
def test_no_text_is_so_odd_that_a_change_loses_or_breaks_something(text: str, value: str) -> None:
    value = value.encode("utf-8", "replace").decode().replace("\x7f", "")
    changed = put(text, "name", value)
    found = {name: one for statement in statements(lines_of(changed)) for name, one in named(statement).items()}
    others = {name for statement in statements(lines_of(text)) for name in named(statement)} - {"name"}
    assert others <= set(found)
    without = take_out(changed, "name")
    assert "name" not in {name for statement in statements(lines_of(without)) for name in named(statement)}


def test_what_cannot_be_is_not_written(write: Write) -> None:
    file = write(GOOD)
    with pytest.raises(Wrong):
        change("theme", "drak")
    assert file.read_text() == GOOD


def test_a_new_file_is_for_its_owner_only_and_a_link_stays_one(write: Write, tmp_path: Path) -> None:
    change("store", "postgresql://me:secret@db.example.com/desk")
    assert config_file().stat().st_mode & 0o777 == 0o600
    real = tmp_path / "real.toml"
    config_file().rename(real)
    config_file().symlink_to(real)
    real.chmod(0o640)
    change("theme", "dark")
    assert config_file().is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert 'theme = "dark"' in real.read_text()


def test_the_schema_takes_what_counts_and_refuses_what_does_not() -> None:
    import jsonschema

    jsonschema.validate(tomllib.loads(GOOD.replace("ending.copy", '"ending.copy"')), schema())
    for wrong in ({"theem": 1}, {"theme": "drak"}, {"motion": "yes"}, {"flows": "packs"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema())
    assert all(one["description"] for one in schema()["properties"].values())


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `assistant config` with a file of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}

    def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments], capture_output=True, text=True, cwd=tmp_path, timeout=60,
            env={**environment, "ASSISTANT_CONFIG": str(tmp_path / "config.toml"), "HOME": str(tmp_path), **more},
        )  # fmt: skip

    return command


Run = Callable[..., subprocess.CompletedProcess[str]]


def test_config_shows_every_setting_and_where_it_comes_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(GOOD)
    shown = run("config", ASSISTANT_NAME="Desk 9").stdout
    rows = {line.split()[0]: line for line in shown.splitlines()}
    assert {*NAMES} - {"keys"} <= set(rows)
    assert "Desk 9" in rows["name"]
    assert "ASSISTANT_NAME" in rows["name"]
    assert rows["theme"].endswith("config.toml:4")
    assert rows["motion"].endswith("default")
    assert "keys.guide.back" in rows
    listed = json.loads(run("config", "--json").stdout)
    assert {one["name"]: one["from"] for one in listed["settings"]}["theme"] == "file"
    assert listed["mistakes"] == []


def test_config_sets_gets_and_unsets(run: Run, tmp_path: Path) -> None:
    assert run("config", "get", "theme").stdout == "auto\n"
    assert run("config", "set", "theme", "light").returncode == 0
    assert run("config", "set", "name", "Desk", "7").returncode == 0
    assert run("config", "set", "motion", "yes").returncode == 0
    assert run("config", "set", "flows", "packs", "/srv/packs").returncode == 0
    assert (tmp_path / "config.toml").read_text() == (
        f'theme = "light"\nname = "Desk 7"\nmotion = true\nflows = ["{tmp_path}/packs", "/srv/packs"]\n'
    )
    assert json.loads(run("config", "get", "motion", "--json").stdout) is True
    assert run("config", "unset", "theme").returncode == 0
    assert run("config", "get", "theme").stdout == "auto\n"
    assert "is not set" in run("config", "unset", "theme").stdout
    assert run("config", "path").stdout == f"{tmp_path / 'config.toml'}\n"
    assert json.loads(run("config", "schema").stdout)["properties"]["theme"]["enum"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "theem", "dark"), "Did you mean `theme`?"), (("set", "theme", "drak"), "Did you mean `dark`?"),
        (("set", "theme"), "Say which value"), (("set", "theme", "a", "b"), "one value"), (("get", "nme"), "`name`"),
        (("unset", "nme"), "`name`"), (("set", "keys.guide.bak", "f2"), "Did you mean `guide.back`?"),
        (("set", "keys.guide.leave", "x"), "no key left"), (("set", "keys", "x"), "names with keys"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused(run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    done = run("config", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "config.toml").exists()


def test_a_password_is_not_shown_and_a_variable_that_wins_is_told(run: Run) -> None:
    assert "secret" not in run("config", "set", "store", "postgresql://me:secret@db.example.com/desk").stdout
    assert "secret" not in run("config").stdout + run("config", "get", "store").stdout + run("config", "--json").stdout
    assert "ASSISTANT_NAME" in run("config", "set", "name", "Desk 7", ASSISTANT_NAME="Desk 9").stderr


def test_mistakes_stop_no_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("name = \n")
    done = run("list")
    assert done.returncode == 0
    assert done.stdout
    assert "config.toml:1: This can't be read" in done.stderr
    assert run("--version").stderr == ""


def test_locate_tells_the_file(run: Run, tmp_path: Path) -> None:
    assert str(tmp_path / "config.toml") in run("locate").stdout


def test_without_a_file_no_command_reads_toml(tmp_path: Path) -> None:
    code = "import sys; from assistant.desk.config import settings; settings(); sys.exit('tomllib' in sys.modules)"
    environment = {**os.environ, "ASSISTANT_CONFIG": str(tmp_path / "none.toml")}
    assert subprocess.run([sys.executable, "-c", code], timeout=60, env=environment).returncode == 0


def test_a_store_is_a_file_or_a_postgresql_server_and_no_other_address(run: Run) -> None:
    done = run("config", "set", "store", "foo://me:secret@bar")
    assert done.returncode == 2
    assert "postgresql://" in done.stderr
    assert "secret" not in done.stderr
    assert run("config", "set", "store", "POSTGRES://host/db").returncode == 0
    assert run("config", "set", "store", "kept.db").returncode == 0


@pytest.mark.parametrize(("value", "plain"), [("true", True), ("1", True), ("no", False), ("0", False)])
def test_plain_text_can_be_made_the_usual_way_by_a_variable(
    write: Write, monkeypatch: pytest.MonkeyPatch, value: str, plain: bool
) -> None:
    write(f"plain = {str(not plain).lower()}\n")
    assert settings().config.plain is not plain
    monkeypatch.setenv("ASSISTANT_PLAIN", value)
    assert settings().config.plain is plain
    assert settings().sources["plain"] == ("environment", "ASSISTANT_PLAIN")
