"""The pytest plugin, tried in a repository of its own: tests of flows are items like all others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FLOW = """
title: Power
steps: {on: {try: Switch it on., then: {worked: done, else: other}}}
outcomes: {done: {kind: solved, title: Done}, other: {kind: action, title: Ask the desk}}
"""

TESTS = """
tests:
  - name: It works
    answers: [worked]
    expect: {outcome: done}
  - name: It does not work
    answers: [failed]
    expect: {outcome: other}
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    inside = tmp_path / "flows" / "printers"
    (inside / "more").mkdir(parents=True)
    (inside / "pack.yaml").write_text("title: Printers\n")
    (inside / "power.yaml").write_text(FLOW)
    (inside / "more" / "power.test.yaml").write_text(TESTS)
    (tmp_path / "test_own.py").write_text("def test_of_their_own():\n    assert True\n")
    return tmp_path


def run(repository: Path, *arguments: str) -> tuple[int, str]:
    """Plain pytest, with just this plugin (and xdist)."""
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(Path(__file__).parent.parent)}
    plugins = ["-p", "assistant.author.pytest_plugin", "-p", "xdist", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--rootdir", str(repository), *plugins, *arguments],
        cwd=repository, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_tests_of_flows_are_collected_by_their_names(repository: Path) -> None:
    code, output = run(repository, "--collect-only", "-q")
    assert code == 0
    assert output.splitlines()[:3] == [
        "flows/printers/more/power.test.yaml::It works",
        "flows/printers/more/power.test.yaml::It does not work",
        "test_own.py::test_of_their_own",
    ]


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_they_pass_beside_others_and_in_several_processes(repository: Path, arguments: tuple[str, ...]) -> None:
    code, output = run(repository, *arguments)
    assert (code, "3 passed" in output) == (0, True), output


def test_one_can_be_picked_by_its_name(repository: Path) -> None:
    code, output = run(repository, "-k", "does")
    assert (code, "1 passed, 2 deselected" in output) == (0, True), output


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
def test_a_failure_is_told_in_words_and_without_a_traceback(repository: Path, arguments: tuple[str, ...]) -> None:
    file = repository / "flows" / "printers" / "more" / "power.test.yaml"
    file.write_text(TESTS.replace("{outcome: other}", "{outcome: done}"))
    code, output = run(repository, *arguments)
    assert code == 1
    assert "flows/printers/more/power.test.yaml:8:23: It was to end in `done`, but it ended in `other`" in output
    assert "on: failed  Switch it on: It didn't help" in output
    assert "Traceback" not in output
    assert "def " not in output
    assert "1 failed, 2 passed" in output


def test_a_mistake_in_a_file_of_tests_is_told_in_words(repository: Path) -> None:
    file = repository / "flows" / "printers" / "more" / "power.test.yaml"
    file.write_text(TESTS.replace("answers", "answer"))
    code, output = run(repository)
    assert code == 2
    assert "flows/printers/more/power.test.yaml:4:5: F101" in output
    assert "Did you mean `answers`?" in output
    assert "Traceback" not in output


def test_an_error_in_the_pack_is_told_in_words(repository: Path) -> None:
    (repository / "flows" / "printers" / "power.yaml").write_text(FLOW.replace("worked: done", "worked: dome"))
    code, output = run(repository)
    assert code == 2
    assert "flows/printers/power.yaml:3:49: F201" in output
    assert "Did you mean `done`?" in output


def test_files_of_other_tools_are_left_alone(repository: Path) -> None:
    (repository / "settings.test.yaml").write_text("a: b\n")
    code, output = run(repository)
    assert (code, "3 passed" in output) == (0, True), output


def test_where_there_are_no_flows_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        "import sys\n\n\ndef test_of_their_own():\n"
        "    ours = {name for name in sys.modules if name.split('.')[0] == 'assistant'}\n"
        "    assert ours == {'assistant', 'assistant.author', 'assistant.author.pytest_plugin'}\n"
        "    assert not {'yaml', 'msgspec', 'textual'} & set(sys.modules)\n"
    )
    code, output = run(tmp_path)
    assert (code, "1 passed" in output) == (0, True), output


def test_an_installed_program_brings_the_plugin_along() -> None:
    import tomllib

    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"assistant": "assistant.author.pytest_plugin"}
