"""Cases: drafts that follow their session, filed ones that stay as they are."""

from __future__ import annotations

import zipfile

import pytest
from desks import Desk, say

from assistant.desk import cases
from assistant.desk.casework import CaseWork, NoCase
from assistant.desk.conversation import AlreadyFiled, Overtaken
from assistant.desk.saving import UnknownKind
from assistant.store.protocol import CaseRow


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def rows(desk: Desk, state: str = "", words: str = "") -> list[CaseRow]:
    return cases.listed(desk.another().memory, state=state, words=words)


def test_reaching_a_case_makes_a_draft_of_it(desk):
    desk.to_case()
    (row,) = rows(desk, "draft")
    assert (row.number, row.subject, row.portal) == (1, "Order A-1234 never came", "The hub")
    assert "4711" in cases.text_of(row)  # a case is the one thing that holds it in full


def test_a_conversation_without_a_case_makes_none(desk):
    desk.begin("way", "yes", "worked")
    assert rows(desk) == []


def test_a_draft_follows_its_session(desk):
    conversation = desk.to_case()
    conversation.apply(conversation.preview("write-case.order_number", "B-9"))
    assert [row.subject for row in rows(desk)] == ["Order B-9 never came"]


def test_a_draft_is_closed_where_the_session_ends_without_a_case_and_opened_again(desk):
    conversation = desk.to_case()
    conversation.apply(conversation.preview("look", "worked"))
    assert [row.state for row in rows(desk)] == ["closed"]
    conversation.apply(conversation.preview("look", "failed"))
    assert [(row.number, row.state) for row in rows(desk)] == [(1, "draft")]


def test_filing_freezes_the_text_and_a_later_change_makes_a_new_draft_beside_it(desk):
    conversation = desk.to_case()
    conversation.file("C-77", "by phone")
    conversation.apply(conversation.preview("write-case.order_number", "B-9"))
    first, second = sorted(rows(desk), key=lambda row: row.number)
    assert (first.state, first.reference, first.note, first.subject) == (
        "filed",
        "C-77",
        "by phone",
        "Order A-1234 never came",
    )
    assert "A-1234" in cases.text_of(first)
    assert (second.number, second.state, second.subject) == (2, "draft", "Order B-9 never came")


def test_what_is_only_shown_anew_makes_no_new_draft(desk):
    conversation = desk.to_case()
    conversation.file("C-77")
    again = desk.reopened(conversation.code, audience="agent").go_on()
    again.note("They called")
    assert [row.state for row in rows(desk)] == ["filed"]


def test_filing_twice_asks_first(desk):
    conversation = desk.to_case()
    conversation.file("C-77")
    with pytest.raises(AlreadyFiled) as already:
        conversation.file("C-78")
    assert already.value.row.reference == "C-77"
    conversation.file("C-78", again=True)
    assert sorted(row.reference for row in rows(desk, "filed")) == ["C-77", "C-78"]


@pytest.mark.parametrize("words", ["a-12", "me@example", "C-77", "never"])
def test_cases_are_found_by_order_address_number_and_text(desk, words):
    desk.to_case().file("C-77")
    assert len(rows(desk, words=words)) == 1
    assert rows(desk, words="4711") == []
    assert rows(desk, "draft", words) == []


def work(desk: Desk, number: int = 0) -> CaseWork:
    (row, *_) = rows(desk)
    stored = desk.memory.store().load(row.session)
    assert stored is not None
    return CaseWork(desk.memory, stored, number, desk.clock)


def test_a_kept_case_takes_a_number_a_note_and_files_without_its_conversation(desk, tmp_path):
    desk.to_case().close()
    (tmp_path / "reply.txt").write_text("They answered")
    one = work(desk)
    one.file("C-77", "sent at noon")
    one.note("They called back")
    assert one.attach(str(tmp_path / "reply.txt")) == "reply.txt"
    again = work(desk)
    assert (again.row.state, again.row.reference, again.row.note) == ("filed", "C-77", "sent at noon\nThey called back")
    assert again.attachments == ("reply.txt",)
    again.close()
    assert [row.state for row in rows(desk)] == ["closed"]


def test_filing_a_kept_case_twice_asks_first(desk):
    desk.to_case()
    one = work(desk)
    one.file("C-77")
    with pytest.raises(AlreadyFiled):
        one.file("C-78")
    one.file("C-78", again=True)
    assert work(desk).row.reference == "C-78"


def test_whoever_holds_the_conversation_learns_of_work_on_its_case(desk):
    conversation = desk.to_case()
    work(desk.another()).file("C-77")
    conversation.note("Still waiting")
    assert conversation.keeper is not None
    assert [row.reference for row in conversation.keeper.cases] == ["C-77"]


def test_a_filed_case_is_exported_as_it_was_filed_with_what_was_attached(desk, tmp_path):
    (tmp_path / "yard.png").write_bytes(b"a picture")
    conversation = desk.to_case(tmp_path / "yard.png")
    conversation.file("C-77")
    conversation.apply(conversation.preview("write-case.order_number", "B-9"))
    work(desk, 1).export(tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as archive:
        assert archive.read("attachments/yard.png") == b"a picture"
        assert b"A-1234" in archive.read("case.md")
        assert b"B-9" not in archive.read("case.md")
    for ending in (".md", ".txt", ".json", ".eml"):
        work(desk, 1).export(tmp_path / f"case{ending}")
    with pytest.raises(UnknownKind):
        work(desk, 1).export(tmp_path / "case.doc")
    with pytest.raises(FileExistsError):
        work(desk, 1).export(tmp_path / "case.md")


def test_a_case_that_another_version_of_the_program_kept_can_still_be_read(desk, tmp_path):
    import msgspec

    conversation = desk.to_case()
    (row,) = rows(desk)
    other = msgspec.structs.replace(row, body=msgspec.json.encode({"text": "# The case", "shape": "another"}))
    assert cases.body_of(other) is None
    assert cases.text_of(other) == "# The case"
    cases.write(other, (), desk.memory, tmp_path / "case.md", conversation.clock())
    assert (tmp_path / "case.md").read_text() == "# The case"


def test_a_session_without_a_case_says_so(desk):
    conversation = desk.begin("way")
    with pytest.raises(NoCase):
        CaseWork(desk.memory, desk.stored(conversation.code))
    say(conversation, "yes")


def test_a_case_is_called_by_its_session_and_number(desk):
    conversation = desk.to_case()
    conversation.file("C-77")
    conversation.apply(conversation.preview("write-case.order_number", "B-9"))
    names = {cases.name_of(row, conversation.code) for row in rows(desk)}
    assert names == {conversation.code, f"{conversation.code}/2"}
    assert cases.read_name(f"{conversation.code}/2") == (conversation.code, 2)


def test_a_case_that_was_filed_while_somebody_else_went_on_stays_filed(desk):
    conversation = desk.to_case()
    other = desk.another().reopened(conversation.code, audience="agent").go_on()
    other.back()
    with pytest.raises(Overtaken):
        conversation.file("C-77")
    assert ("filed", "C-77") in [(row.state, row.reference) for row in rows(desk)]


def test_of_two_who_file_at_once_both_numbers_are_kept(desk):
    conversation = desk.to_case()
    other = desk.another().reopened(conversation.code, audience="agent").go_on()
    other.file("C-1")
    with pytest.raises(Overtaken):
        conversation.file("C-2")
    assert sorted(row.reference for row in rows(desk)) == ["C-1", "C-2"]
