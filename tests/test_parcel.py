"""What is saved: texts, a draft for a mail program, and an archive; each whole, or not there at all."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from assistant.case import as_json, parcel
from assistant.case.parcel import Attached, Parcel, fit_names, numbered, write
from assistant.desk import card
from assistant.desk.card import save_case
from assistant.desk.conversation import Conversation
from assistant.desk.saving import SAVED_AS, UnknownKind
from assistant.engine.prompt import Ending, Letter
from assistant.flow.text import Paragraph, Span
from tests.support import pack

NOW = datetime(2026, 11, 22, 14, 5, 8, tzinfo=timezone(timedelta(hours=1)))
FACTS = """
way: {ask: "Which way?", choices: {mail: Mail, case: Case, solved: Solved}}
shots: {ask: "Which pictures?", label: Pictures, type: files, none: No pictures}
order: {ask: "Which order?", label: Order, type: text}
"""
PACK = pack(
    "steps: {a: {ask: order}, b: {ask: shots}, c: {ask: way, then: {mail: write, case: open, solved: done}}}",
    facts=FACTS, portals="hub: {title: Hub, fields: {Order: {}, Type: {}}, attach: shots}",
    outcomes="""
open: {kind: case, title: Open a case, case: {portal: hub, subject: "Order {{ order }} fails",
  fields: {Order: "{{ order }}", Type: Repair}}}
write:
  kind: action
  title: Write to them
  message: {to: help@example.com, subject: "About {{ order }}", body: "Order {{ order }} fails.\\n\\nFrom here on — thanks."}
""",
)  # fmt: skip


@pytest.fixture(autouse=True)
def spool(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def ended(way: str, *files: Path, order: str = "X1") -> Conversation:
    held = Conversation.start(PACK, "main", clock=lambda: NOW)
    held.answer(order)
    held.answer([str(file) for file in files] or "none")
    held.answer(way)
    assert isinstance(held.prompt, Ending)
    return held


def given(path: Path, content: bytes = b"content") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def saved(held: Conversation, path: Path) -> bytes:
    save_case(held, path)
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_bytes()


def mail(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    assert not [defect for part in message.walk() for defect in part.defects]
    assert b"\n" not in raw.replace(b"\r\n", b"")  # lines end as mail has them
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    return message


def body_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


def letter(**parts: str) -> Parcel:
    """A parcel with a letter of these words."""
    words = {"to": "help@example.com", "subject": "Subject", "body": "Body", **parts}
    made = Letter(words["to"], words["subject"], (Paragraph((Span(words["body"]),)),))
    return Parcel(ended("mail").case(), made, (), "en", NOW, has_message=True)


def attached(name: str, content: bytes = b"content", media_type: str = "image/png") -> Attached:
    return Attached(name, media_type, lambda: io.BytesIO(content))


def written(made: Parcel, ending: str) -> bytes:
    out = io.BytesIO()
    write(made, ending, out)
    return out.getvalue()


# A draft


def test_a_letter_is_saved_as_a_draft_that_nobody_has_sent(tmp_path):
    message = mail(saved(ended("mail"), tmp_path / "a.eml"))
    assert message["To"] == "help@example.com"
    assert message["Subject"] == "About X1"
    assert message["X-Unsent"] == "1"
    assert message["From"] is None
    assert message["Date"].datetime == NOW
    assert body_of(message) == "Order X1 fails.\n\nFrom here on — thanks.\n"


def test_a_case_is_saved_as_a_draft_with_fields_and_notes(tmp_path):
    held = ended("case")
    message = mail(saved(held, tmp_path / "a.eml"))
    assert message["To"] is None
    assert message["Subject"] == "Order X1 fails"
    body = body_of(message)
    assert body.startswith("- Order: X1\n- Type: Repair\n\n")
    assert body.endswith(held.case().notes.rstrip() + "\n")


@pytest.mark.parametrize("back", [0, 2])
def test_what_is_neither_letter_nor_case_is_saved_as_it_is_written_down(tmp_path, back):
    held = ended("solved")
    for _ in range(back):
        held.back()
    message = mail(saved(held, tmp_path / "a.eml"))
    assert message["Subject"] == held.case().subject
    assert body_of(message).rstrip() == held.case().notes.rstrip()


def test_files_that_were_given_are_attached_with_their_types(tmp_path):
    contents = {"a b.png": b"\x89PNG\r\n\0", "проба.txt": "ж\n".encode(), "x": b""}
    files = [given(tmp_path / name, content) for name, content in contents.items()]
    message = mail(saved(ended("mail", *files), tmp_path / "a.eml"))
    found = list(message.iter_attachments())
    assert {part.get_filename(): part.get_payload(decode=True) for part in found} == contents
    assert [part.get_content_type() for part in found] == ["image/png", "text/plain", "application/octet-stream"]
    assert all(part.get_content_disposition() == "attachment" for part in found)
    assert body_of(message).startswith("Order X1 fails.")


@pytest.mark.parametrize("media_type", ["message/rfc822", "multipart/mixed", "nonsense", ""])
def test_mails_and_unknown_things_are_attached_as_they_are(media_type):
    raw = b"Subject: inner\r\n\r\nFrom me\r\n"
    message = mail(written(letter()._replace(files=(attached("inner.eml", raw, media_type),)), ".eml"))
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "application/octet-stream"
    assert part.get_payload(decode=True) == raw


@pytest.mark.parametrize("name", [
    "a\r\nBcc: x@example.com", 'quo"te;.png', "../../etc/passwd", "x" * 255, "ж" * 127 + ".png", "\u202egnp.exe",
    "=?utf-8?q?a?=.png",
])  # fmt: skip
def test_no_name_of_a_file_gets_out_of_its_header(name):
    message = mail(written(letter()._replace(files=(attached(name),)), ".eml"))
    assert "Bcc" not in message
    (part,) = message.iter_attachments()
    assert "Bcc" not in part
    assert part.get_filename() == fit_names([name])[0]


@pytest.mark.parametrize("words", [
    "a\r\nBcc: x@example.com", "a\nBcc: x@example.com\n\nbody", "a\rBcc: x@example.com", "a\u2028Bcc: x@example.com",
    "a\x85Bcc: x@example.com", "a\x0b\x0cBcc: x@example.com", "a\0\x1b[31mb", "a\ud800b", "x " * 3000, "ж" * 3000,
    "=?utf-8?q?=0ABcc:_x?=",
    "=?utf-8?q?=0ABcc=3A_x?=@example.com", "=\ud800utf-8?q?=0ABcc:_x?=", "==??utf-8?q?=0ABcc:_x?=",
    "a =?utf-8?b?CkJjYzogeA==?= b",
    "a: b, <c> \"d\" (e)", "\u202eabc", " ",
])  # fmt: skip
def test_no_words_get_out_of_a_header(words):
    message = mail(written(letter(subject=words, to=words), ".eml"))
    assert "Bcc" not in message
    assert message["To"] is None
    assert message.keys()[-5:] == ["Date", "X-Unsent", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert "\n" not in (message["Subject"] or "")
    if words.isprintable() and words.strip():
        assert message["Subject"] == words.strip()
    assert body_of(message) == "Body\n"


def test_a_subject_in_any_script_comes_through():
    assert mail(written(letter(subject="Заказ X1 — не печатает ✓"), ".eml"))["Subject"] == "Заказ X1 — не печатает ✓"


@pytest.mark.parametrize(("to", "header"), [
    ("help@example.com", "help@example.com"), ("a@b.org, c.d+e@f-g.example.com", "a@b.org, c.d+e@f-g.example.com"),
    ("a@b.org; c@d.org", "a@b.org, c@d.org"), ("", None), ("the help desk", None), ("help@", None),
    ("a@b.org, the desk", None),
    ("Ann <ann@example.com>", None), ("a@b", None), ("a@b.org\r\nBcc: x@example.com", None), ("not known", None),
    ("a b@c.org", None),
])  # fmt: skip
def test_it_goes_to_real_addresses_only(to, header):
    message = mail(written(letter(to=to), ".eml"))
    assert message["To"] == header
    assert body_of(message) == "Body\n"


@pytest.mark.parametrize(
    "body", ["From the start\n.\nend", "x" * 5000, "ж" * 5000, "a\0b\x1b[31mc", "half \ud800", "line\r\nline"]
)
def test_a_body_comes_through_whatever_is_in_it(body):
    found = body_of(mail(written(letter(body=body), ".eml")))
    clean = body.replace("\0", "").replace("\x1b", "").replace("\ud800", "?").replace("\r", "")
    assert found == clean + "\n"


# An archive


def test_an_archive_holds_the_case_the_draft_and_the_files(tmp_path):
    large = b"3" * 3_000_000
    files = [given(tmp_path / "1" / "a.png", b"1"), given(tmp_path / "2" / "a.png", b"2"), given(tmp_path / "b.txt", large)]
    held = ended("case", *files)
    path = tmp_path / "a.zip"
    saved(held, path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "case.md", "case.txt", "case.json", "message.eml", "attachments/a.png", "attachments/a-2.png",
            "attachments/b.txt",
        ]  # fmt: skip
        assert [archive.read(f"attachments/{name}") for name in ("a.png", "a-2.png", "b.txt")] == [b"1", b"2", large]
        for ending in (".md", ".txt", ".json"):
            assert archive.read(f"case{ending}") == saved(held, tmp_path / f"case{ending}")
        assert archive.read("message.eml") == saved(held, tmp_path / "case.eml")
        assert json.loads(archive.read("case.json")) == as_json(held.case())
        assert len(list(mail(archive.read("message.eml")).iter_attachments())) == 3
        assert {info.date_time for info in archive.infolist()} == {(2026, 11, 22, 14, 5, 8)}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100600}


def test_the_same_is_written_the_same(tmp_path):
    held = ended("case", given(tmp_path / "a.png"))
    for ending in SAVED_AS:
        assert saved(held, tmp_path / f"1{ending}") == saved(held, tmp_path / f"2{ending}")


def test_an_archive_without_letter_or_case_has_no_draft(tmp_path):
    saved(ended("solved"), tmp_path / "a.zip")
    assert "message.eml" not in zipfile.ZipFile(tmp_path / "a.zip").namelist()
    saved(ended("mail"), tmp_path / "b.zip")
    assert "message.eml" in zipfile.ZipFile(tmp_path / "b.zip").namelist()


def test_names_in_an_archive_are_fit_for_every_system(tmp_path):
    names = [
        "../../evil",
        "/etc/passwd",
        "C:\\evil.exe",
        ".hidden",
        "..",
        "a.png",
        "A.PNG",
        "con.txt",
        "x" * 255,
        "a?\n*.png",
        "a\u0308",
        "ä",
    ]
    made = letter()._replace(files=tuple(attached(name, name.encode()) for name in names))
    archive = zipfile.ZipFile(io.BytesIO(written(made, ".zip")))
    found = [name.removeprefix("attachments/") for name in archive.namelist() if name.startswith("attachments/")]
    assert found == [
        "evil", "passwd", "evil.exe", "hidden", "file", "a.png", "A-2.PNG", "_con.txt", "x" * 200, "a_ _.png", "a\u0308",
        "ä-2",
    ]  # fmt: skip
    assert [archive.read(f"attachments/{name}") for name in found] == [name.encode() for name in names]
    archive.extractall(tmp_path / "out")
    assert len(list((tmp_path / "out" / "attachments").iterdir())) == len(names)


@pytest.mark.parametrize(("year", "told"), [(1970, 1980), (2026, 2026), (3000, 2107)])
def test_an_archive_can_be_written_in_any_year(year, told):
    archive = zipfile.ZipFile(io.BytesIO(written(letter()._replace(now=NOW.replace(year=year)), ".zip")))
    assert {info.date_time[0] for info in archive.infolist()} == {told}


def test_long_names_keep_their_endings_and_stay_apart():
    found = fit_names(["ж" * 250 + ".png", "ж" * 251 + ".png", "x." + "y" * 300])
    assert found[0].endswith("ж.png")
    assert found[1].endswith("ж-2.png")
    assert all(len(name.encode()) <= 210 for name in found)


@pytest.mark.parametrize(("name", "taken", "other"), [
    ("a.png", (), "a.png"), ("a.png", ("a.png",), "a-2.png"), ("a.png", ("a.png", "a-2.png"), "a-3.png"), ("a", ("a",),
    "a-2"),
    (".a", (".a",), ".a-2"),
])  # fmt: skip
def test_a_name_that_is_taken_gets_the_first_free_number(name, taken, other):
    assert numbered(name, taken) == other


# Saving


def test_every_ending_that_is_offered_can_be_written():
    assert set(SAVED_AS) == set(parcel._WRITERS)
    assert all(written(letter(), ending) for ending in SAVED_AS)


@pytest.mark.parametrize("ending", SAVED_AS)
def test_nothing_is_written_over(tmp_path, ending):
    path = given(tmp_path / f"a{ending.upper()}", b"mine")
    with pytest.raises(FileExistsError):
        save_case(ended("case"), path)
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["a.pdf", "a", ".zip", "a.zip.exe"])
def test_another_ending_is_refused_before_a_file_is_there(tmp_path, name):
    with pytest.raises(UnknownKind):
        save_case(ended("case"), tmp_path / name)
    assert not (tmp_path / name).exists()
    words, is_saved = card.save_said(ended("case"), tmp_path / "a.pdf")
    assert not is_saved
    assert all(ending in words for ending in SAVED_AS)


@pytest.mark.parametrize("ending", [".eml", ".zip"])
def test_half_a_file_is_removed_where_a_copy_is_gone(tmp_path, spool, ending):
    held = ended("case", given(tmp_path / "a.png", b"1"), given(tmp_path / "b.png", b"2"))
    held.files.find("b.png").path.unlink()
    with pytest.raises(FileNotFoundError):
        save_case(held, tmp_path / f"a{ending}")
    assert not (tmp_path / f"a{ending}").exists()
    words, is_saved = card.save_said(held, tmp_path / f"a{ending}")
    assert not is_saved
    assert "could not be written" in words


@pytest.mark.parametrize("ending", SAVED_AS)
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_half_a_file_is_removed_where_writing_fails(tmp_path, monkeypatch, ending, error):
    held = ended("case", given(tmp_path / "a.png"))

    def failing(parcel_, ending_, out):
        out.write(b"half")
        raise error

    monkeypatch.setattr(parcel, "write", failing)
    with pytest.raises(type(error)):
        save_case(held, tmp_path / f"a{ending}")
    assert not (tmp_path / f"a{ending}").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
@pytest.mark.parametrize("ending", SAVED_AS)
def test_a_full_disk_is_told(monkeypatch, tmp_path, ending):
    held, real = ended("case", given(tmp_path / "a.png")), os.open
    path = tmp_path / f"a{ending}"

    def full(name, flags, *rest, **named):
        if name == path:
            os.close(real(name, flags, *rest, **named))
            return real("/dev/full", os.O_WRONLY)
        return real(name, flags, *rest, **named)

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(OSError, match="No space left"):
        save_case(held, path)
    assert not path.exists()


def test_files_that_are_known_by_name_only_are_named_and_not_packed(tmp_path):
    held = Conversation.start(PACK, "main", given={"order": "X1", "shots": ("a.png",), "way": "case"}, clock=lambda: NOW)
    saved(held, tmp_path / "a.zip")
    archive = zipfile.ZipFile(tmp_path / "a.zip")
    assert archive.namelist() == ["case.md", "case.txt", "case.json", "message.eml"]
    assert b"a.png" in archive.read("case.md")


@pytest.mark.parametrize("ending", [".md", ".txt", ".json", ".zip"])
def test_a_message_is_in_every_form_that_it_is_saved_in(tmp_path, ending):
    path = tmp_path / f"mail{ending}"
    data = saved(ended("mail"), path)
    texts = [data]
    if ending == ".zip":
        with zipfile.ZipFile(path) as archive:
            texts = [archive.read(name) for name in archive.namelist()]
    for text in texts:
        for words in (b"help@example.com", b"About X1", b"Order X1 fails.", b"Write to them"):
            assert words in text or (words == b"Write to them" and b"X-Unsent" in text)


def test_an_ending_without_a_case_is_saved_with_what_to_do(tmp_path):
    text = saved(ended("mail"), tmp_path / "mail.md").decode()
    assert text.startswith("# Write to them\n")
    assert "# Case" not in text
    assert saved(ended("case"), tmp_path / "case.md").decode().startswith("# Case")


def test_what_is_copied_at_an_ending_without_case_and_message_is_what_to_do():
    prompt = ended("solved").prompt
    assert isinstance(prompt, Ending)
    assert card.whole_text(ended("solved")).startswith(prompt.title)
