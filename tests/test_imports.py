"""What each command imports, seen from outside: a name in `sys.modules` is a fact, a time is not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

WATCHED = ("textual", "babel", "markdown_it", "yaml", "hypothesis", "pyperclip", "assistant.tui", "assistant.plain")
ANSWERS = "change_reason: left\nonboarded: yes\n"

PROBE = """
import json, sys
from assistant.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
found = [name for name in {watched!r} if name in sys.modules]
print("\\n" + json.dumps(found), file=sys.stderr)
"""


def imported(tmp_path: Path, *arguments: str) -> list[str]:
    answers = tmp_path / "answers.yaml"
    answers.write_text(ANSWERS)
    words = [word.replace("ANSWERS", str(answers)) for word in arguments]
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(watched=WATCHED), *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )  # fmt: skip
    found: list[str] = json.loads(done.stderr.strip().splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",), ("list",), ("run", "change-provisioning-contact", "--answers", "ANSWERS", "--json"),
        ("run", "change-provisioning-contact", "--plain"), ("check",), (),
    ],
)  # fmt: skip
def test_a_command_without_a_screen_never_imports_textual(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    found = imported(tmp_path, *arguments)
    assert "textual" not in found
    assert "assistant.tui" not in found


def test_from_the_cache_no_yaml_and_no_markdown_is_read(tmp_path: Path) -> None:
    imported(tmp_path, "list")
    assert imported(tmp_path, "list") == ["assistant.plain"]


def test_the_version_needs_no_room_at_all(tmp_path: Path) -> None:
    assert imported(tmp_path, "--version") == []


@pytest.mark.parametrize("room", ["words", "flow.load", "engine", "case", "desk.conversation", "plain.talk"])
def test_a_room_below_the_screens_imports_no_textual(room: str) -> None:
    code = f"import sys, assistant.{room}; assert 'textual' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_screens_start_without_reading_openssl() -> None:
    code = "import sys, assistant.tui.start; assert 'textual' in sys.modules and 'ssl' not in sys.modules; import ssl"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_answers_in_json_read_no_yaml(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text('{"change_reason": "left", "onboarded": "yes"}')
    whole = ("run", "change-provisioning-contact", "--answers", str(answers), "--json")
    imported(tmp_path, *whole)
    assert "yaml" not in imported(tmp_path, *whole)
