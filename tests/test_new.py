"""A new flow: begun with one command, it loads, runs and passes its tests, and never costs anybody a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.author.check import check
from assistant.author.new import LONGEST, NotNew, Plan, plan, write
from assistant.author.testfile import read_tests
from assistant.author.testing import run_test
from assistant.cli import DONE
from assistant.cli.drawing import new
from assistant.engine import start
from assistant.flow.load import load
from assistant.flow.model import Pack

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def begun(name: str, folder: Path) -> Plan:
    planned = plan(name, folder)
    write(planned)
    return planned


def refused(name: str, folder: Path) -> tuple[str, dict[str, str]]:
    """Why a name is refused; nothing is written."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(NotNew) as error:
        plan(name, folder)
    assert sorted(folder.rglob("*")) == before
    return error.value.code, error.value.arguments


def clean(folder: Path) -> Pack:
    """The pack of a folder, which has no problem at all."""
    loaded = load(folder)
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.pack is not None
    return loaded.pack


def check_tests(pack: Pack, planned: Plan) -> int:
    """Every test of a new flow passes. Returns how many there are."""
    number = 0
    for path, text in planned.files.items():
        if path.name.endswith(".test.yaml"):
            tests, problems = read_tests(text, path.name, pack, path.name.removesuffix(".test.yaml"))
            assert problems == ()
            for test in tests.tests:
                verdict = run_test(pack, tests, test, NOW)
                assert verdict.passed, (test.name, verdict.differences)
                number += 1
    return number


def test_where_there_is_no_pack_a_new_one_is_begun_and_all_is_well_with_it(tmp_path: Path) -> None:
    planned = begun("printer-jam", tmp_path)
    folder = tmp_path / "printer-jam"
    assert planned.flow == folder / "printer-jam.yaml"
    assert sorted(path.name for path in planned.files) == [
        "pack.yaml", "printer-jam.test.yaml", "printer-jam.yaml", "something-else.test.yaml", "something-else.yaml",
    ]  # fmt: skip
    pack = clean(folder)
    assert (pack.title, pack.start, pack.otherwise) == ("Printer jam", "printer-jam", "something-else")
    assert check_tests(pack, planned) == 4
    assert start(pack, "printer-jam", now=NOW).prompt.place == "look"


def test_in_a_pack_the_flow_joins_it_and_every_name_is_still_free(tmp_path: Path) -> None:
    begun("printer-jam", tmp_path)
    folder = tmp_path / "printer-jam"
    for name in ("scanner", "scanner-2", "2fa-reset"):
        planned = begun(name, folder)
        assert [path.name for path in planned.files] == [f"{name}.yaml", f"{name}.test.yaml"]
        assert check_tests(clean(folder), planned) == 3
    assert set(clean(folder).flows) == {"printer-jam", "something-else", "scanner", "scanner-2", "2fa-reset"}


def test_a_folder_inside_of_a_pack_belongs_to_it(tmp_path: Path) -> None:
    begun("printer-jam", tmp_path)
    inside = tmp_path / "printer-jam" / "shared"
    assert begun("toner", inside).flow == inside / "toner.yaml"
    assert "toner" in clean(tmp_path / "printer-jam").flows


def test_names_that_the_pack_shares_are_not_taken_again(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("title: P\notherwise: other\n")
    (tmp_path / "facts.yaml").write_text("what_is_seen: {ask: S}\nmessage_text: {ask: M}\nmessage_text_of_toner: {ask: T}\n")
    (tmp_path / "outcomes.yaml").write_text(
        "works-again: {kind: solved, title: W}\nrestart: {kind: solved, title: R}\nlook: {kind: solved, title: L}\n"
    )
    (tmp_path / "other.yaml").write_text(
        "title: O\nsteps:\n  a: {ask: [what_is_seen, message_text, message_text_of_toner]}\n"
        "  b: {then: [{when: what_is_seen, then: works-again}, {when: message_text, then: look}, {else: restart}]}\n"
    )
    clean(tmp_path)
    planned = begun("toner", tmp_path)
    assert check_tests(clean(tmp_path), planned) == 3


def test_a_new_pack_is_proved_to_be_without_a_fault(tmp_path: Path) -> None:
    begun("printer-jam", tmp_path)
    begun("toner", tmp_path / "printer-jam")
    checked = check([tmp_path / "printer-jam"], NOW)
    assert [str(found.problem) for found in checked.problems] == []
    assert checked.is_proved
    assert checked.unproven == ()


def test_a_pack_of_one_flow_can_be_called_something_else(tmp_path: Path) -> None:
    planned = begun("something-else", tmp_path)
    assert check_tests(clean(tmp_path / "something-else"), planned) == 3


def test_a_new_flow_speaks_the_name_in_words(tmp_path: Path) -> None:
    text = plan("printer-jam", tmp_path).files[tmp_path / "printer-jam" / "printer-jam.yaml"]
    assert "title: Printer jam\n" in text
    assert "  - printer jam does not work\n" in text


def test_names_of_every_language_will_do(tmp_path: Path) -> None:
    planned = begun("принтер-не-печатает", tmp_path)
    assert check_tests(clean(planned.flow.parent), planned) == 4


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("Printer", "printer"), ("printer_jam", "printer-jam"), ("The printer is off!", "the-printer-is-off"),
        ("-a", "a"), ("a--b", "a-b"), ("../etc/passwd", "etc-passwd"), ("a.yaml", "a-yaml"), ("x" * 200, "x" * LONGEST),
    ],
)  # fmt: skip
def test_a_name_in_another_style_is_refused_with_what_it_would_be(tmp_path: Path, name: str, better: str) -> None:
    assert refused(name, tmp_path) == ("new.other_name", {"name": name, "better": better})


@pytest.mark.parametrize("name", ["pack", "facts", "outcomes", "portals", "glossary", "texts", "next", "else", "unsure"])
def test_a_name_that_means_something_in_packs_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(name, tmp_path)[0] == "new.reserved"


@pytest.mark.parametrize("name", ["", "---", "!?", " "])
def test_what_is_no_name_at_all_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(name, tmp_path)[0] == "new.no_name"


def test_a_flow_that_is_there_already_is_named(tmp_path: Path) -> None:
    begun("printer-jam", tmp_path)
    begun("toner", tmp_path / "printer-jam" / "shared")
    assert refused("toner", tmp_path / "printer-jam") == ("new.taken", {"name": "toner", "path": "shared/toner.yaml"})


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "toner").mkdir()
    assert refused("toner", tmp_path)[0] == "new.exists"
    begun("printer-jam", tmp_path)
    (tmp_path / "printer-jam" / "scanner.test.yaml").write_text("mine")
    assert refused("scanner", tmp_path / "printer-jam")[0] == "new.exists"
    planned = plan("lamp", tmp_path)
    (tmp_path / "lamp").mkdir()
    (tmp_path / "lamp" / "lamp.yaml").write_text("mine")  # meanwhile
    with pytest.raises(FileExistsError):
        write(planned)
    assert (tmp_path / "lamp" / "lamp.yaml").read_text() == "mine"


def test_a_file_is_no_folder_and_some_folders_hold_no_flows(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refused("toner", tmp_path / "file")[0] == "new.no_folder"
    begun("printer-jam", tmp_path)
    assert refused("toner", tmp_path / "printer-jam" / "locale")[0] == "new.not_read"


def test_a_pack_that_can_not_be_used_is_to_be_mended_first(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("titel: P\n")
    assert refused("toner", tmp_path)[0] == "new.broken"


def test_the_command_says_what_it_wrote_and_what_to_do_next(tmp_path: Path) -> None:
    done = CliRunner().invoke(new, ["printer-jam", "--in", str(tmp_path)])
    flow = tmp_path / "printer-jam" / "printer-jam.yaml"
    assert done.output.splitlines()[0] == f"Written: {flow}"
    for word in ("run", "check", "test", "graph"):
        assert f"assistant {word} {flow}\n" in done.output
    again = CliRunner().invoke(new, ["Printer Jam", "--in", str(tmp_path)])
    assert again.exit_code != DONE
    assert "This one would be called printer-jam" in again.output
