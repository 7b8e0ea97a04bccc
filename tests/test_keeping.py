"""Every answer is kept before the next question shows; where the store fails, the conversation goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from desks import TO_CASE, Desk, say

from assistant.desk.conversation import Conversation, Overtaken
from assistant.desk.memory import Memory
from assistant.desk.related import begin_related
from assistant.desk.sessions import listed
from assistant.engine import Refused
from assistant.engine.events import Answered, Attached, Changed, Ended, Late, Noted, TakenBack
from assistant.engine.prompt import Ending, Question
from assistant.store.protocol import Save, StoreError


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


def kept(desk: Desk, conversation: Conversation) -> tuple[object, ...]:
    """The log as another process reads it."""
    return desk.another().stored(conversation.code).events


def test_nothing_is_kept_before_the_first_answer(desk):
    conversation = desk.begin()
    assert conversation.code == ""
    assert listed(desk.memory) == []


@pytest.mark.parametrize(
    ("does", "event"),
    [
        (lambda it: it.answer("yes"), Answered),
        (lambda it: it.back(), TakenBack),
        (lambda it: it.apply(it.preview("place", "shop")), Changed),
        (lambda it: it.note("Called twice"), Noted),
    ],
)
def test_whatever_is_said_is_in_the_store_at_once(desk, does, event):
    conversation = desk.begin("way")
    does(conversation)
    assert isinstance(kept(desk, conversation)[-1], event)
    assert kept(desk, conversation) == conversation.session.log


def test_an_ending_is_kept_with_the_answer_that_led_to_it(desk):
    conversation = desk.begin("way", "yes", "worked")
    assert isinstance(kept(desk, conversation)[-1], Ended)
    assert desk.stored(conversation.code).summary.state == "ended"


def test_an_answer_that_is_refused_leaves_what_is_kept_as_it_was(desk):
    conversation = desk.begin("way")
    before = kept(desk, conversation)
    with pytest.raises(Refused):
        conversation.answer("perhaps")
    assert kept(desk, conversation) == before


def test_files_that_are_given_are_kept_with_the_answer(desk, tmp_path):
    picture = tmp_path / "yard.png"
    picture.write_bytes(b"a picture")
    conversation = desk.to_case(picture)
    picture.unlink()
    given = [event for event in kept(desk, conversation) if isinstance(event, Attached)]
    assert [(one.name, one.size, one.beside) for one in given] == [("yard.png", 9, False)]
    stored = desk.stored(conversation.code)
    assert desk.memory.store().file(stored.summary.id, given[0].digest) == b"a picture"


def test_a_file_can_be_given_beside_the_questions_and_goes_with_the_case(desk, tmp_path):
    (tmp_path / "log.txt").write_text("ten lines")
    conversation = desk.begin("way")
    assert conversation.attach(str(tmp_path / "log.txt")) == "log.txt"
    say(conversation, *TO_CASE[1:], "")
    assert conversation.case().attachments == ("log.txt",)


def test_a_session_is_listed_with_what_it_is_about_and_where_it_stands(desk):
    desk.begin("way")
    (found,) = listed(desk.memory)
    assert (found.title, found.at, found.state, found.by) == ("The order never came", "Is it late?", "open", "customer")


def test_a_session_that_ended_with_a_day_to_come_back_is_listed_with_it(desk):
    desk.begin("way", "no", "2026-11-20")
    (found,) = listed(desk.memory)
    assert (found.state, found.come_back) == ("later", "2026-12-04")


@pytest.mark.parametrize("words", ["A-1234", "a-12", "me@example.com", "example", "order never"])
def test_sessions_are_found_by_the_beginnings_of_what_was_typed(desk, words):
    desk.to_case()
    desk.begin("shop")
    assert "write-case" in [one.outcome for one in listed(desk.memory, words=words)]
    assert len(listed(desk.memory, words=words + " unheard-of")) == 0


def test_what_is_sensitive_is_not_found(desk):
    desk.to_case()
    assert listed(desk.memory, words="4711") == []


def test_what_was_changed_is_found_by_what_it_is_now(desk):
    conversation = desk.to_case()
    conversation.apply(conversation.preview("write-case.order_number", "B-9"))
    assert listed(desk.memory, words="A-1234") == []
    assert len(listed(desk.memory, words="B-9")) == 1


class Failing:
    """A store that fails as often as it is told to, in front of a real one."""

    def __init__(self, store: object, error: StoreError) -> None:
        self.store = store
        self.error = error
        self.times = 0

    def save(self, change: Save) -> str:
        if self.times:
            self.times -= 1
            raise self.error
        return self.store.save(change)  # type: ignore[attr-defined, no-any-return]

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


@pytest.fixture
def failing(tmp_path) -> tuple[Desk, Failing]:
    desk = Desk(tmp_path)
    store = Failing(desk.memory.store(), StoreError("store.full", is_passing=True, name="sessions.db"))
    desk.memory = Memory(desk.memory.where, store=store)  # type: ignore[arg-type]
    return desk, store


def test_a_store_that_fails_is_told_once_and_the_conversation_goes_on(failing):
    desk, store = failing
    store.times = 2
    conversation = desk.begin("way")
    told = conversation.news()
    assert told.startswith("The disk is full.")
    assert "memory" in told
    assert say(conversation, "yes").news() == ""
    assert not conversation.is_kept


def test_what_could_not_be_saved_is_sent_with_the_next_answer(failing):
    desk, store = failing
    store.times = 2
    conversation = say(desk.begin("way", "yes"), "failed")
    assert conversation.is_kept
    assert conversation.news() == "The disk is full. Your answers are kept in memory only for now. You can go on; " \
        "saving is tried again with every answer. Everything is saved again."  # fmt: skip
    assert kept(Desk(desk.folder), conversation) == conversation.session.log


def test_what_could_not_be_saved_is_told_to_somebody_who_leaves(failing):
    desk, store = failing
    store.times = 1
    assert desk.begin("way").not_kept().startswith("This conversation could not be saved: The disk is full.")
    conversation = desk.begin("way")
    assert conversation.not_kept() == ""
    store.times = 2
    say(conversation, "yes", "failed")
    assert conversation.not_kept() == (
        "The disk is full. Everything but the last 2 answers is saved. "
        f"To go on from there: assistant resume {conversation.code}"
    )


def test_what_could_not_be_saved_is_tried_once_more_when_the_conversation_is_left(failing):
    desk, store = failing
    store.times = 1
    conversation = desk.begin("way")
    conversation.close()
    assert kept(Desk(desk.folder), conversation) == conversation.session.log


def test_a_damaged_file_is_set_aside_and_all_of_the_conversation_goes_into_a_new_one(desk):
    conversation = desk.begin("way", "yes")
    path = Path(desk.memory.where)
    for file in path.parent.iterdir():
        file.write_bytes(b"no database at all" * 500)
    say(conversation, "failed")
    assert "damaged" in conversation.news()
    assert kept(desk, conversation) == conversation.session.log
    assert any("damaged" in file.name and file.read_bytes().startswith(b"no database") for file in path.parent.iterdir())


def test_of_two_people_on_one_session_the_later_one_is_told_and_neither_answer_is_lost(desk):
    mine = desk.begin("way")
    theirs = desk.another().reopened(mine.code, audience="agent").go_on()
    theirs.answer("no")
    with pytest.raises(Overtaken) as overtaken:
        mine.answer("yes")
    assert [(one.place, one.label) for one in overtaken.value.answers] == [("late", "No")]
    assert mine.session.log[:-1] == theirs.session.log
    assert isinstance(mine.session.log[-1], Late)
    assert kept(desk, mine) == mine.session.log
    mine.back()
    assert isinstance(mine.prompt, Question)
    assert mine.prompt.place == "late"


def test_what_came_too_late_is_the_default_where_it_was_meant(desk):
    mine = desk.begin("way")
    desk.another().reopened(mine.code).go_on().back()
    with pytest.raises(Overtaken):
        mine.answer("yes")
    assert mine.prompt.place == "place"
    mine.answer("way")
    assert isinstance(mine.prompt, Question)
    assert (mine.prompt.place, mine.prompt.default) == ("late", "yes")


def test_a_note_of_somebody_who_did_not_know_the_newest_stays_a_note(desk):
    mine = desk.begin("way")
    desk.another().reopened(mine.code).go_on().answer("yes")
    with pytest.raises(Overtaken):
        mine.note("Called twice")
    assert [note.text for note in mine.session.notes] == ["Called twice"]


def test_somebody_who_only_looked_or_wrote_a_note_is_in_nobodys_way(desk):
    mine = desk.begin("way")
    theirs = desk.another().reopened(mine.code, audience="agent").go_on()
    theirs.note("Called twice")
    mine.answer("yes")
    assert [entry.value for entry in mine.session.trail] == ["way", "yes"]
    assert [note.text for note in mine.session.notes] == ["Called twice"]
    assert not mine.is_for_agent
    assert kept(desk, mine) == mine.session.log


def test_two_who_answer_in_turns_both_get_on(desk):
    mine = desk.begin("way")
    theirs = desk.another().reopened(mine.code).go_on()
    theirs.answer("yes")
    with pytest.raises(Overtaken):
        mine.answer("no")
    mine.answer("failed")
    with pytest.raises(Overtaken):
        theirs.answer("failed")
    assert theirs.prompt.place == mine.prompt.place == "bought"


def test_a_session_that_was_purged_meanwhile_stays_removed_and_who_holds_it_is_told(desk):
    conversation = desk.begin("way")
    desk.another().memory.store().purge([desk.stored(conversation.code).summary.id])
    say(conversation, "yes", "failed")
    assert conversation.news().startswith("This conversation was removed for good")
    assert listed(desk.memory) == []
    assert conversation.prompt.place == "bought"


def test_a_store_that_was_deleted_meanwhile_is_written_anew(desk):
    conversation = desk.begin("way")
    for file in Path(desk.memory.where).parent.iterdir():
        file.unlink()
    say(conversation, "yes")
    assert kept(desk, conversation) == conversation.session.log


def test_an_older_copy_of_the_store_in_its_place_loses_no_answer(desk, tmp_path):
    import shutil

    conversation = desk.begin("way")
    desk.memory.close()
    shutil.copytree(Path(desk.memory.where).parent, tmp_path / "backup")
    say(conversation, "yes")
    desk.memory.close()
    shutil.rmtree(Path(desk.memory.where).parent)
    shutil.copytree(tmp_path / "backup", Path(desk.memory.where).parent)
    say(conversation, "failed")
    assert kept(desk, conversation) == conversation.session.log


def test_events_carry_who_spoke(desk, monkeypatch):
    monkeypatch.setenv("ASSISTANT_NAME", "Desk 7")
    conversation = desk.begin("way")
    handed = desk.reopened(conversation.code, audience="agent").go_on()
    handed.answer("yes")
    assert [event.by for event in handed.session.log] == ["customer", "customer", "Desk 7", "Desk 7", "Desk 7"]


def test_related_flows_are_kept_as_sessions_of_their_own(desk):
    conversation = desk.begin("way", "yes", "worked")
    assert isinstance(conversation.prompt, Ending)
    other = begin_related(conversation, "lost-order")
    assert other.keeper is not None
    assert other.keeper is not conversation.keeper


def test_a_locked_file_keeps_nobody_waiting_twice(desk, monkeypatch):
    import sqlite3
    import time

    monkeypatch.setattr("assistant.desk.memory.PATIENCE", 0.3)
    desk.begin("way")
    desk.memory = Memory(desk.memory.where)
    with sqlite3.connect(desk.memory.where, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        conversation = desk.begin("way")
        assert "does not let go" in conversation.news()
        begun = time.monotonic()
        say(conversation, "yes", "failed")
        assert time.monotonic() - begun < 0.3
        other.execute("ROLLBACK")
    other.close()
    say(conversation, "2026-11-20")
    assert kept(desk, conversation) == conversation.session.log


def test_who_says_that_it_is_solved_closes_the_session(desk):
    conversation = desk.begin("way", "no", "2026-11-20")
    assert [one.state for one in listed(desk.memory)] == ["later"]
    assert conversation.solved is None
    conversation.say_solved(False)
    assert [one.state for one in listed(desk.memory)] == ["later"]
    conversation.say_solved(True)
    assert conversation.solved is True
    assert [one.state for one in listed(desk.memory)] == ["ended"]
    conversation.back()
    assert conversation.solved is None


def test_what_was_answered_goes_along_to_another_flow_and_stands_in_its_case(tmp_path):
    desk = Desk(tmp_path)
    other = (
        "title: Something else\nsteps:\n  mail: {ask: mail, then: over}\noutcomes:\n  over: {kind: handoff, title: Over}\n"
    )
    (desk.pack / "other.yaml").write_text(other, encoding="utf-8")
    conversation = begin_related(desk.begin("way", "yes", "worked"), "other")
    say(conversation, "me@example.com")
    assert [known.text for known in conversation.case().known] == ["On its way", "Yes", "me@example.com"]
