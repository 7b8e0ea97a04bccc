"""Paths while they are typed, and what is known of the files that are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.desk.completing import complete, given_words, names_in_line


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("invoice.pdf", "invitation.txt", "letter, old.txt", ".hidden", "Report.PDF", "plain"):
        (tmp_path / name).write_bytes(b"x" * 1500)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "mail.eml").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_path_goes_on_as_far_as_it_is_sure_and_folders_come_first() -> None:
    assert complete("i") == ("in", ("inbox/", "invitation.txt", "invoice.pdf"))
    assert complete("invo") == ("invoice.pdf", ())
    assert complete("inb") == ("inbox/", ())
    assert complete("inbox/") == ("inbox/mail.eml", ())


def test_what_nothing_fits_stays_as_it_is() -> None:
    assert complete("zzz") == ("zzz", ())
    assert complete("nowhere/a") == ("nowhere/a", ())
    assert complete("a\0b") == ("a\0b", ())
    assert complete("x" * 5000) == ("x" * 5000, ())


def test_what_is_hidden_is_found_only_after_a_dot() -> None:
    assert ".hidden" not in complete("").names
    assert complete(".h") == (".hidden", ())


def test_the_home_folder_is_found_by_its_sign(folder: Path) -> None:
    assert complete("~").text == "~/"
    assert complete("~/invo").text == "~/invoice.pdf"
    assert complete(f"{folder}/invo").text == f"{folder}/invoice.pdf"


def test_only_the_last_of_several_paths_goes_on() -> None:
    assert complete("invoice.pdf, invi").text == "invoice.pdf, invitation.txt"
    assert complete("a,b,lett").text == "a,b,letter, old.txt"


def test_a_path_with_a_comma_in_it_goes_on_too() -> None:
    assert complete("letter, o").text == "letter, old.txt"


def test_quotation_marks_are_closed_behind_a_file() -> None:
    assert complete("'invo").text == "'invoice.pdf'"
    assert complete('invitation.txt, "inb').text == 'invitation.txt, "inbox/'


def test_large_and_small_letters_are_alike_where_nothing_fits_exactly() -> None:
    assert complete("rep").text == "Report.PDF"


def test_a_name_that_could_steer_a_terminal_is_not_offered(folder: Path) -> None:
    (folder / "bad\x1b[2Jname").write_bytes(b"")
    assert complete("bad") == ("bad", ())


def test_a_file_is_shown_with_its_size_and_kind() -> None:
    assert given_words("invoice.pdf", "en") == ["invoice.pdf, 2 kB, PDF"]
    assert given_words("plain", "en") == ["plain, 2 kB"]
    assert given_words("letter, old.txt, inbox/mail.eml", "en") == ["letter, old.txt, 2 kB, TXT", "mail.eml, 1 byte, EML"]


def test_what_is_not_there_or_no_file_is_left_out() -> None:
    assert given_words("invoice.pd", "en") == []
    assert given_words("inbox", "en") == []
    assert given_words("  ", "en") == []


def test_of_many_files_three_are_shown_and_the_rest_is_counted(folder: Path) -> None:
    for number in range(5):
        (folder / f"{number}.png").write_bytes(b"")
    words = given_words(",".join(f"{number}.png" for number in range(5)), "en")
    assert words == ["0.png, 0 bytes, PNG", "1.png, 0 bytes, PNG", "2.png, 0 bytes, PNG", "and 2 more"]


def test_of_many_names_as_many_are_shown_as_one_looks_through() -> None:
    assert names_in_line(("a", "b")) == "a  b"
    assert names_in_line(tuple(map(str, range(50)))).endswith("11  …")
