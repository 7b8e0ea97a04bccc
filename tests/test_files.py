"""Files that are given: read when they are given, checked, copied, and gone when the conversation is closed."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.desk import card, files
from assistant.desk.conversation import Conversation
from assistant.desk.files import limits_words, show_size
from assistant.desk.phrases import refusal
from assistant.desk.related import begin_related
from assistant.engine import Refused
from assistant.engine.answers import clean
from assistant.engine.prompt import Form, Question
from tests.support import NOW, pack

FACTS = """
shots: {ask: "Which pictures?", label: Pictures, type: files}
logs: {ask: "Which logs?", label: Logs, type: files, unsure: true, none: No logs}
one: {ask: "Which two?", label: Two, type: files, max: 2}
name: {ask: "Which name?", label: Name, type: text}
"""
ONE = pack("steps: {a: {ask: shots}, b: {ask: logs}, c: {ask: name, then: done}}", facts=FACTS)
FORM = pack("steps: {a: {ask: [shots, name, one], then: done}}", facts=FACTS)
LIMITED = pack("steps: {a: {ask: one}, b: {ask: shots, then: done}}", facts=FACTS)
CASE = pack(
    "steps: {a: {ask: shots, then: open}}", facts=FACTS, portals="hub: {title: Hub, fields: {Order: {}}, attach: shots}",
    outcomes="open: {kind: case, title: Open a case, case: {portal: hub, subject: It fails, fields: {Order: X1}}}",
    other="steps: {a: {ask: shots}, b: {ask: name, then: done}}",
)  # fmt: skip


@pytest.fixture
def held() -> Iterator[Conversation]:
    conversation = begin(ONE)
    yield conversation
    conversation.close()


@pytest.fixture(autouse=True)
def spool(tmp_path, monkeypatch) -> Path:
    """The folder in which the private folders are made."""
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def begin(on) -> Conversation:
    return Conversation.start(on, "main", clock=lambda: NOW)


def write(path: Path, content: bytes | str = b"picture") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def said(conversation: Conversation, fact: str = "shots") -> object:
    return conversation.session.known.facts.get(fact)


def copies(spool: Path) -> list[Path]:
    return sorted(path for path in spool.rglob("*") if path.is_file())


def refused(conversation: Conversation, value: object) -> Refused:
    """Why an answer is not taken; in words that have a next step, and without a change."""
    before = conversation.session
    with pytest.raises(Refused) as caught:
        conversation.answer(value)
    assert conversation.session is before
    words = refusal(caught.value, "en")
    assert words.isprintable()
    assert len(words) < 600
    return caught.value


# What is taken


def test_a_file_is_copied_when_it_is_given_and_answered_by_its_name(held, tmp_path):
    path = write(tmp_path / "a" / "save-error.png", b"\x89PNG")
    held.answer(str(path))
    path.unlink()
    given = held.files.find("save-error.png")
    assert said(held) == ("save-error.png",)
    assert given is not None
    assert (given.name, given.size, given.media_type) == ("save-error.png", 4, "image/png")
    assert given.digest == hashlib.sha256(b"\x89PNG").hexdigest()
    assert given.path.read_bytes() == b"\x89PNG"


def test_the_copies_are_for_their_owner_only(held, tmp_path, spool):
    held.answer(str(write(tmp_path / "a.png")))
    (copy,) = copies(spool)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("name", "media_type"), [
    ("a.TXT", "text/plain"), ("a.log.gz", "application/octet-stream"), ("a", "application/octet-stream"), ("a.zip",
    "application/zip"),
])  # fmt: skip
def test_the_media_type_comes_from_the_name(held, tmp_path, name, media_type):
    held.answer(str(write(tmp_path / name)))
    assert held.files.find(name).media_type == media_type


def test_an_empty_file_is_a_file(held, tmp_path):
    held.answer(str(write(tmp_path / "empty.txt", b"")))
    assert held.files.find("empty.txt").size == 0


@pytest.mark.parametrize("form", [
    "{path}", "  {path}  ", "'{path}'", '"{path}"', "{slashed}", "{url}", "file://localhost{quoted}", "{url},", "'{url}'",
])  # fmt: skip
@pytest.mark.parametrize("name", ["plain.png", "a b.png", "50% (1).png", "ü #1?.png", "two, with comma.png"])
def test_a_path_is_understood_as_it_is_dragged_into_a_terminal(held, tmp_path, form, name):
    path = write(tmp_path / "my folder" / name)
    slashed = "".join(c if c.isalnum() or c in "/._-" else "\\" + c for c in str(path))
    typed = form.format(path=path, slashed=slashed, url=path.as_uri(), quoted=path.as_uri().removeprefix("file://"))
    held.answer(typed)
    assert said(held) == (name,)


def test_quotes_in_a_name_are_understood_as_they_are_and_as_a_shell_writes_them(held, tmp_path):
    first, second = write(tmp_path / "it's.png", b"1"), write(tmp_path / 'so "big".png', b"2")
    held.answer(f"{first}, {second}")
    held.back()
    escaped = str(first).replace("'", "'\\''")
    held.answer(f"'{escaped}', '{second}'")
    assert said(held) == ("it's.png", 'so "big".png')


def test_a_url_that_leaves_its_question_mark_as_it_is_is_understood(held, tmp_path):
    path = write(tmp_path / "what?#now.png")
    held.answer(f"file://{path}")
    assert said(held) == ("what?#now.png",)


def test_a_tilde_stands_for_the_home_folder(held, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    write(tmp_path / "shot 1.png", b"1")
    write(tmp_path / "shot.png", b"2")
    held.answer("~/shot.png, '~/shot 1.png'")
    assert said(held) == ("shot.png", "shot 1.png")


def test_a_relative_path_is_looked_up_where_the_program_was_started(held, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "in" / "shot.png")
    held.answer("in/shot.png")
    assert said(held) == ("shot.png",)


@pytest.mark.parametrize("joint", [",", ", ", " , ", ",,", ", ,"])
def test_several_are_parted_by_commas(held, tmp_path, joint):
    paths = [write(tmp_path / name, name) for name in ("a.png", "b c.png", "d.png")]
    held.answer(joint.join(map(str, paths)))
    assert said(held) == ("a.png", "b c.png", "d.png")


def test_several_that_were_dropped_at_once_are_several(held, tmp_path):
    paths = [write(tmp_path / name, name) for name in ("a.png", "b c.png", "d.png")]
    held.answer(" ".join(f"'{path}'" for path in paths) + " ")
    assert said(held) == ("a.png", "b c.png", "d.png")


def test_a_list_is_taken_as_it_is_and_parts_of_one_path_are_put_together(held, tmp_path):
    paths = [write(tmp_path / name, name) for name in ("a.png", "b, c.png", "d,e.png")]
    typed = ",".join(map(str, paths))
    held.answer(tuple(part.strip() for part in typed.split(",")))
    assert said(held) == ("a.png", "b, c.png", "d,e.png")
    held.back()
    held.answer([str(path) for path in paths])
    assert said(held) == ("a.png", "b, c.png", "d,e.png")


def test_a_path_with_many_commas_is_found_by_itself(held, tmp_path):
    name = ",".join("abcdefghijklmnopqrstuvwxyz") + ".png"
    held.answer(str(write(tmp_path / name)))
    assert said(held) == (name,)


def test_a_link_to_a_file_is_that_file_under_the_name_of_the_link(held, tmp_path):
    (tmp_path / "link.png").symlink_to(write(tmp_path / "real.png", b"real"))
    held.answer(str(tmp_path / "link.png"))
    assert held.files.find("link.png").path.read_bytes() == b"real"


# Names


def test_two_different_files_of_one_name_get_a_number(held, tmp_path):
    paths = [write(tmp_path / str(n) / "shot.png", str(n)) for n in range(3)]
    held.answer(", ".join(map(str, paths)))
    assert said(held) == ("shot.png", "shot-2.png", "shot-3.png")
    assert [held.files.find(name).path.read_text() for name in said(held)] == ["0", "1", "2"]


def test_names_without_an_ending_or_with_a_dot_in_front_get_a_number_too(held, tmp_path):
    paths = [write(tmp_path / str(n) / name, f"{n}{name}") for name in ("core", ".bashrc") for n in range(2)]
    held.answer(", ".join(map(str, paths)))
    assert said(held) == ("core", "core-2", ".bashrc", ".bashrc-2")


def test_the_same_content_twice_is_given_once(held, tmp_path, spool):
    first, second = write(tmp_path / "a.png"), write(tmp_path / "b.png")
    held.answer(f"{first}, {second}, {first}")
    assert said(held) == ("a.png",)
    held.answer(str(second))
    assert said(held, "logs") == ("a.png",)
    assert len(copies(spool)) == 1


@pytest.mark.parametrize(("name", "shown"), [
    ("a\nb.png", "a b.png"), ("a\tb\x1b[31m.png", "a b[31m.png"), ("\u202egnp.exe", "gnp.exe"), ("\u200fa.png", "a.png"),
    ("\u200f", "file"), ("a  b.png", "a b.png"), ("x" * 251 + ".png", "x" * 251 + ".png"), ("ж" * 120 + ".png",
    "ж" * 120 + ".png"),
    ("none", "none-2"), ("unsure", "unsure"), ("{{ name }}.png", "{{ name }}.png"),
])  # fmt: skip
def test_a_name_is_one_line_without_what_could_steer_a_terminal(held, tmp_path, name, shown):
    held.answer([str(write(tmp_path / name))])
    assert said(held) == (shown,)
    assert held.files.find(shown) is not None
    assert clean(shown) == shown


def test_a_name_that_is_no_unicode_is_shown_with_question_marks(held, tmp_path):
    path = os.fsencode(tmp_path) + b"/a\xff.png"
    Path(os.fsdecode(path)).write_bytes(b"1")
    held.answer(os.fsdecode(path))
    (name,) = said(held)
    assert name in ("a?.png", "a.png")


def test_a_name_that_was_given_before_stays_and_is_not_read_again(held, tmp_path, spool):
    path = write(tmp_path / "a.png")
    held.answer(str(path))
    path.unlink()
    held.back()
    question = held.prompt
    assert isinstance(question, Question)
    assert question.default == ("a.png",)
    held.answer(question.default)
    assert said(held) == ("a.png",)
    other = write(tmp_path / "b.png", b"other")
    held.answer(f"a.png, {other}")
    assert said(held, "logs") == ("a.png", "b.png")
    assert len(copies(spool)) == 2


def test_a_name_that_is_typed_again_is_read_anew_where_such_a_file_is_there(held, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "a.png", b"first")
    held.answer("a.png")
    held.back()
    write(tmp_path / "a.png", b"taken again")
    held.answer("a.png")
    (name,) = said(held)
    assert held.files.find(name).path.read_bytes() == b"taken again"


def test_names_that_were_given_at_the_start_stay_names():
    held = Conversation.start(LIMITED, "main", given={"one": ("a.png", "b.png")}, clock=lambda: NOW)
    assert said(held, "one") == ("a.png", "b.png")
    held.answer(["a.png"])
    assert said(held) == ("a.png",)
    assert held.files.find("a.png") is None


@pytest.mark.parametrize(("value", "fact"), [("unsure", None), ("none", ()), (("none",), ())])
def test_answers_that_are_no_files_are_left_to_the_engine(held, tmp_path, value, fact):
    held.answer(str(write(tmp_path / "a.png")))
    held.answer(value)
    assert said(held, "logs") == fact


@pytest.mark.parametrize(("value", "code"), [
    ("", "empty"), (None, "empty"), ((), "empty"), (" , ", "empty"), ("none", "none_not_offered"), ("unsure",
    "unsure_not_offered"),
])  # fmt: skip
def test_no_file_at_all_is_refused_as_ever(held, value, code):
    assert refused(held, value).code == code


# What is refused


@pytest.mark.parametrize("typed", [
    "{there}/none.png", "'{there}/none.png'", "{there}/a.png/b.png", "{there}/\0.png", "{there}/" + "x" * 300,
    "http://example.com/a.png",
    "file://elsewhere/a.png", "file://[/a.png", "{there}/dangling", "{there}/loop", "'{there}/half",
    "{there}/a.png, {there}/none.png",
    "'{there}/a, b.png'", "\\", "~nobody-at-all/x", "'", '""', "file:", "{there}/a.png {there}/none.png",
])  # fmt: skip
def test_what_is_not_there_is_refused_with_its_path(held, tmp_path, typed):
    write(tmp_path / "a.png")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    found = refused(held, typed.format(there=tmp_path))
    assert found.code in ("file_missing", "file_unreadable")
    assert found.place == held.prompt.place


def test_a_quoted_path_that_is_not_there_is_named_whole(held, tmp_path):
    assert refused(held, f"'{tmp_path}/a, b.png'").arguments["name"].endswith("/a, b.png")


def test_of_several_that_were_dropped_the_missing_one_is_named(held, tmp_path):
    there = write(tmp_path / "a b.png")
    assert refused(held, f"'{there}' '{tmp_path}/c d.png'").arguments["name"].endswith("/c d.png")


@pytest.mark.parametrize(
    "typed", ["{there}", "{there}/", "/", ".", "/dev/null", "/dev/zero", "/dev/stdin", "{there}/pipe", "{there}/link"]
)
def test_what_is_no_file_is_refused_and_never_waited_for(held, tmp_path, typed):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    begun = time.monotonic()
    with open(os.devnull) as nothing, replaced_stdin(nothing.fileno()):
        assert refused(held, typed.format(there=tmp_path)).code == "file_not_a_file"
    assert time.monotonic() - begun < 1


@contextmanager
def replaced_stdin(handle: int) -> Iterator[None]:
    kept = os.dup(0)
    os.dup2(handle, 0)
    try:
        yield
    finally:
        os.dup2(kept, 0)
        os.close(kept)


def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(held, tmp_path, monkeypatch):
    path, real = write(tmp_path / "a.png"), os.open

    def swapped(name, flags, *rest, **named):
        if name == str(path):
            path.unlink()
            os.mkfifo(path)
        return real(name, flags, *rest, **named)

    monkeypatch.setattr(os, "open", swapped)
    assert refused(held, str(path)).code == "file_not_a_file"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no such file here")
def test_a_file_that_fails_while_it_is_read_is_refused_with_the_reason(held, spool):
    found = refused(held, "/proc/self/mem")
    assert found.code == "file_unreadable"
    assert found.arguments["name"] == "mem"
    assert found.arguments["reason"]
    assert not copies(spool)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything: somebody else tries."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


def test_a_file_or_folder_that_may_not_be_read_is_refused_with_the_reason(held):
    with as_nobody():
        folder = Path(tempfile.mkdtemp(dir="/tmp"))
        try:
            write(folder / "secret.txt").chmod(0)
            found = refused(held, f"'{folder}/secret.txt'")
            assert (found.code, found.arguments["name"]) == ("file_unreadable", "secret.txt")
            assert "ermission" in found.arguments["reason"]
            folder.chmod(0)
            assert refused(held, f"{folder}/secret.txt").code == "file_unreadable"
        finally:
            folder.chmod(0o700)
            (folder / "secret.txt").unlink()
            folder.rmdir()


def test_a_file_of_26_mb_is_refused_before_it_is_read(held, tmp_path, spool):
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(26_000_000)
    found = refused(held, str(path))
    assert (found.code, found.arguments) == ("file_too_large", {"name": "large.bin", "size": "26 MB", "max": "25 MB"})
    assert not copies(spool)


def test_a_file_of_just_25_mb_is_taken_and_one_byte_more_is_not(held, tmp_path):
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(25_000_001)
    assert refused(held, str(path)).arguments["size"] == "25.1 MB"
    os.truncate(path, 25_000_000)
    held.answer(str(path))
    assert held.files.find("large.bin").size == 25_000_000


def test_a_file_that_grows_while_it_is_read_is_refused(held, tmp_path, monkeypatch, spool):
    path, real = write(tmp_path / "growing.log", b"x" * 1000), os.read
    monkeypatch.setattr(files, "_CHUNK", 1000)
    monkeypatch.setattr(files, "MOST_BYTES", 5000)

    def growing(handle, size):
        found = real(handle, size)
        with path.open("ab") as file:
            file.write(b"x" * 1000)
        return found

    monkeypatch.setattr(os, "read", growing)
    assert refused(held, str(path)).code == "file_too_large"
    assert not copies(spool)


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="there is no such file here")
def test_a_file_that_lies_about_its_size_is_measured(held, monkeypatch, spool):
    assert Path("/proc/self/smaps").stat().st_size == 0
    monkeypatch.setattr(files, "MOST_BYTES", 1000)
    assert refused(held, "/proc/self/smaps").code == "file_too_large"
    assert not copies(spool)


def test_all_files_together_have_a_limit_over_distinct_contents(held, tmp_path, monkeypatch, spool):
    monkeypatch.setattr(files, "MOST_BYTES_IN_ALL", 100)
    paths = [write(tmp_path / f"{n}.bin", bytes([n]) * 40) for n in range(3)]
    assert refused(held, ",".join(map(str, paths))).code == "files_too_large"
    held.answer(f"{paths[0]}, {paths[1]}")
    again = write(tmp_path / "again.bin", bytes([0]) * 40)
    assert refused(held, str(paths[2])).code == "files_too_large"
    held.answer(f"{again}, {paths[1]}")
    assert said(held, "logs") == ("0.bin", "1.bin")
    assert len(copies(spool)) == 2


def test_files_of_a_refused_answer_do_not_count(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES_IN_ALL", 100)
    held = begin(LIMITED)
    paths = [write(tmp_path / f"{n}.bin", bytes([n]) * 30) for n in range(6)]
    assert refused(held, ",".join(map(str, paths[:3]))).code == "too_many"  # the flow takes two
    held.answer(",".join(map(str, paths[3:5])))
    assert said(held, "one") == ("3.bin", "4.bin")


def test_more_than_fifty_files_are_refused(held, tmp_path):
    paths = [write(tmp_path / f"{n}.txt", str(n)) for n in range(51)]
    assert refused(held, ",".join(map(str, paths))).code == "too_many"
    held.answer([str(path) for path in paths[:50]])
    assert len(said(held)) == 50


@pytest.mark.parametrize("typed", [
    "," * 20_000, "'," * 9_000, "a," * 9_000, "\\," * 9_000, "x" * 20_000, "x" * 64_000, "'" * 19_999, "'a' " * 4_900,
    "~" * 19_000,
    "file:" + "%2f" * 6_000, "/," * 9_000, "./" * 9_000 + ",x",
])  # fmt: skip
def test_hostile_text_is_refused_quickly(held, typed):
    begun = time.monotonic()
    refused(held, typed)
    assert time.monotonic() - begun < 0.5


def test_no_room_for_the_copy_is_told(held, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    path = write(tmp_path / "a.png")
    found = refused(held, str(path))
    assert found.code == "file_unreadable"


# Forms, changes, other flows


def test_in_a_form_files_are_read_with_their_field_and_sent_as_names(tmp_path):
    held = begin(FORM)
    first, second = write(tmp_path / "a.png", b"1"), write(tmp_path / "b.png", b"2")
    held.check_field({"shots": str(first)}, "shots")
    first.unlink()
    held.check_field({"shots": str(first), "name": "Ann"}, "name")
    held.answer({"shots": str(first), "name": "Ann", "one": f"{second}"})
    assert said(held) == ("a.png",)
    assert said(held, "one") == ("b.png",)


def test_a_field_given_again_is_read_again_and_kept_where_the_file_is_gone(tmp_path):
    held = begin(FORM)
    path = write(tmp_path / "a.png", b"1")
    held.check_field({"shots": str(path)}, "shots")
    path.write_bytes(b"2")
    held.check_field({"shots": str(path)}, "shots")
    path.unlink()
    held.check_field({"shots": str(path)}, "shots")
    held.answer({"shots": str(path), "name": "Ann", "one": str(write(tmp_path / "c.png", b"3"))})
    (name,) = said(held)
    assert held.files.find(name).path.read_bytes() == b"2"


def test_in_a_form_every_field_tells_what_is_wrong_with_it(tmp_path):
    held = begin(FORM)
    with pytest.raises(Refused) as caught:
        held.check_field({"shots": str(tmp_path)}, "shots")
    assert caught.value.code == "file_not_a_file"
    with pytest.raises(Refused) as caught:
        held.answer({"shots": str(tmp_path), "name": "", "one": "/no/such"})
    assert caught.value.code == "form"
    assert isinstance(held.prompt, Form)
    places = [field.place for field in held.prompt.fields]
    assert [(error.place, error.code) for error in caught.value.errors] == [
        (places[0], "file_not_a_file"), (places[1], "empty"), (places[2], "file_missing"),
    ]  # fmt: skip


@pytest.mark.parametrize("empty", [None, ""])
def test_a_field_left_empty_is_not_none_of_them(empty):
    held = begin(pack("steps: {a: {ask: [logs, name], then: done}}", facts=FACTS))
    for _ in range(2):
        found = refused(held, {"logs": empty, "name": "Ann"})
        assert [error.code for error in found.errors] == ["empty"]
    held.answer({"logs": " none ", "name": "Ann"})
    assert said(held, "logs") == ()


def test_text_that_is_too_long_is_refused_at_its_place(held):
    found = refused(held, "x" * 20_001)
    assert (found.code, found.place) == ("too_long", held.prompt.place)


def test_a_change_reads_files_and_is_nothing_until_it_is_applied(held, tmp_path, spool):
    held.answer(str(write(tmp_path / "a.png", b"1")))
    place = held.session.trail[0].place
    change = held.preview(place, f"a.png, {write(tmp_path / 'b.png', b'2')}")
    assert said(held) == ("a.png",)
    held.apply(change)
    assert said(held) == ("a.png", "b.png")
    with pytest.raises(Refused) as caught:
        held.preview(place, "/no/such/file")
    assert (caught.value.code, caught.value.place) == ("file_missing", place)
    held.preview(place, str(write(tmp_path / "c.png", b"3")))
    held.preview(place, str(write(tmp_path / "d.png", b"4")))
    assert len(copies(spool)) == 3  # that of the earlier preview is gone


def test_an_unknown_place_is_left_to_the_engine(held):
    with pytest.raises(Refused) as caught:
        held.preview("nowhere", "/no/such/file")
    assert caught.value.code == "unknown_place"


def test_text_that_looks_like_a_path_stays_text(tmp_path):
    held = begin(pack("steps: {a: {ask: name}, b: {ask: shots, then: done}}", facts=FACTS))
    path = write(tmp_path / "a.png")
    held.answer(str(path))
    assert said(held, "name") == str(path)
    assert held.files.find("a.png") is None


def test_another_flow_takes_the_files_along(tmp_path):
    held = begin(CASE)
    held.answer(str(write(tmp_path / "a.png", b"1")))
    other = begin_related(held, "other")
    held.close()
    assert other.prompt.place == "b"
    assert other.files.find("a.png").path.read_bytes() == b"1"


# The end of it


def test_the_copies_are_gone_when_the_conversation_is_closed(held, tmp_path, spool):
    held.answer(str(write(tmp_path / "a.png")))
    held.close()
    held.close()
    assert not list(spool.iterdir())
    assert held.files.find("a.png") is None
    held.answer(str(write(tmp_path / "b.png")))
    assert len(copies(spool)) == 1


def test_the_copies_are_gone_when_the_conversation_is_forgotten(tmp_path, spool):
    held = begin(ONE)
    held.answer(str(write(tmp_path / "a.png")))
    del held
    gc.collect()
    assert not list(spool.iterdir())


def test_the_copies_are_gone_when_the_program_ends(tmp_path, spool):
    write(tmp_path / "a.png")
    script = (
        "import sys; from tests.test_files import *\n"
        "held = begin(ONE); held.answer(sys.argv[1])\n"
        "print(held.files.find('a.png').path)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.png")], env={**os.environ, "TMPDIR": str(spool)},
        cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.strip().startswith(str(spool))
    assert not list(spool.iterdir())


def test_a_conversation_without_files_makes_no_folder(held, spool):
    held.close()
    assert not list(spool.iterdir())


# What is said


def test_the_limits_are_said_before():
    assert limits_words("en") == "Files up to 25 MB each, 100 MB in all."


@pytest.mark.parametrize(("size", "words"), [
    (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (213_400, "214 kB"), (999_000, "999 kB"),
    (999_001, "1 MB"),
    (1_500_000, "1.5 MB"), (25_000_001, "25.1 MB"),
])  # fmt: skip
def test_sizes_are_rounded_up(size, words):
    assert show_size(size) == words


def test_the_card_lists_names_with_sizes(tmp_path):
    held = begin(CASE)
    held.answer([str(write(tmp_path / "save-error.png", b"x" * 213_400)), str(write(tmp_path / "b.txt", b"x"))])
    (part,) = [part for part in card.parts(held) if part.name == "Attachments"]
    assert part.text == "save-error.png (214 kB)\nb.txt (1 byte)"


def test_the_card_lists_the_name_alone_where_nothing_else_is_known():
    held = Conversation.start(CASE, "main", given={"shots": ("a.png",)}, clock=lambda: NOW)
    (part,) = [part for part in card.parts(held) if part.name == "Attachments"]
    assert part.text == "a.png"
