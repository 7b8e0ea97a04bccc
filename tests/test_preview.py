"""A flow as it is written: read again when it is saved, with the place kept and the problems told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Unpack

import pytest
from desks import FLOW, write_pack

from assistant.cli.preview import preview
from assistant.desk.conversation import Conversation
from assistant.desk.watching import Watched, problem_lines
from assistant.engine.prompt import Question
from assistant.flow.problem import Problem
from assistant.flow.text import plain
from assistant.tui.bars import Said
from assistant.tui.entry import Entry
from assistant.tui.guide import Guide
from assistant.tui.preview import PreviewApp
from assistant.tui.start import Looks


@pytest.fixture
def pack(tmp_path) -> Path:
    return write_pack(tmp_path / "orders")


def app_on(pack: Path, **looks: Unpack[Looks]) -> PreviewApp:
    watched = Watched(pack / "lost-order.yaml")
    loaded = watched.load()
    assert loaded.pack is not None
    return PreviewApp(Conversation.start(loaded.pack, "lost-order"), watched, loaded.problems, **looks)


def edit(pack: Path, before: str, after: str) -> None:
    file = pack / "lost-order.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def kinds(app: PreviewApp) -> list[str]:
    """The screens that are open, the lowest first."""
    return [type(screen).__name__ for screen in app.screen_stack]


def said(app: PreviewApp) -> str:
    return str(app.screen.query_one(Said).content)


def test_a_pack_is_looked_at_again_only_when_it_has_changed(pack):
    watched = Watched(pack)
    assert watched.look() is None
    edit(pack, "Look in the yard", "Look behind the house")
    found = watched.look()
    assert found is not None
    assert found.pack is not None
    assert watched.look() is None


def test_a_file_that_is_saved_in_the_middle_of_an_answer_changes_what_is_shown_and_keeps_the_place(pack):
    async def scene() -> None:
        app = app_on(pack)
        async with app.run_test() as pilot:
            await pilot.press("2")
            edit(pack, "  late: {ask: late", "  in-time: {was: late, ask: late")
            edit(pack, "Look in the yard", "Look behind the house")
            app.look()
            await pilot.pause()
            assert app.conversation is not None
            prompt = app.conversation.prompt
            assert isinstance(prompt, Question)
            assert (prompt.place, plain(prompt.text)) == ("in-time", "Is it late?")
            assert [entry.value for entry in app.conversation.session.trail] == ["way"]
            assert "Read again." in said(app)
            await pilot.press("y")
            await pilot.pause()
            assert "behind the house" in plain(app.conversation.prompt.text)  # type: ignore[union-attr]

    asyncio.run(scene())


def test_problems_are_told_in_place_and_what_was_shown_stays(pack):
    async def scene() -> None:
        app = app_on(pack)
        async with app.run_test() as pilot:
            edit(pack, "then: write-case}", "then: write-cases}")
            app.look()
            await pilot.pause()
            assert "lost-order.yaml:6:31: F201 There is no step or outcome called `write-cases`." in said(app)
            await pilot.press("f8")
            await pilot.pause()
            assert "Did you mean `write-case`?" in "".join(str(widget.render()) for widget in app.screen.query("*"))
            await pilot.press("enter")
            (pack / "lost-order.yaml").write_text(FLOW, encoding="utf-8")
            app.look()
            await pilot.pause()
            assert "Read again." in said(app)

    asyncio.run(scene())


def test_of_many_problems_the_first_are_shown_and_the_others_counted():
    problems = tuple(Problem("F413", "a.yaml", line, 1, "error") for line in range(1, 6))
    lines = problem_lines(problems)
    assert len(lines) == 4
    assert lines[-1] == "And 2 more: F8"


def test_the_first_screen_is_shown_once_and_a_save_shows_no_other(pack):
    async def scene() -> None:
        app = app_on(pack)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert kinds(app) == ["Screen", "Guide"]
            for words in ("Where can it be?", "Where may it be?"):
                edit(pack, "steps:", f"# {words}\nsteps:")
                app.look()
                await pilot.pause()
                assert kinds(app) == ["Screen", "Guide"]

    asyncio.run(scene())


@pytest.mark.parametrize("key", ["f1", "f12", "f9", "f8", "f4"])
def test_a_sheet_over_the_question_is_closed_where_the_question_is_read_again(pack, key):
    async def scene() -> None:
        app = app_on(pack)
        async with app.run_test() as pilot:
            await pilot.press(key)
            await pilot.pause()
            assert len(kinds(app)) == 3
            edit(pack, "steps:", "# more\nsteps:")
            app.look()
            await pilot.pause()
            assert kinds(app) == ["Screen", "Guide"]
            assert "Read again." in said(app)
            await pilot.press("2")
            await pilot.pause()
            assert app.conversation is not None
            assert [entry.value for entry in app.conversation.session.trail] == ["way"]

    asyncio.run(scene())


def test_a_sheet_stays_over_what_cannot_be_read_and_the_problem_is_told_below_it(pack):
    async def scene() -> None:
        app = app_on(pack)
        async with app.run_test() as pilot:
            await pilot.press("f1")
            edit(pack, "then: write-case}", "then: write-cases}")
            app.look()
            await pilot.pause()
            assert kinds(app) == ["Screen", "Guide", "Help"]
            await pilot.press("enter")
            await pilot.pause()
            assert "F201" in said(app)

    asyncio.run(scene())


def test_a_calendar_is_closed_with_what_was_typed_above_it(pack):
    async def scene() -> None:
        app = app_on(pack)
        async with app.run_test() as pilot:
            await pilot.press("2", "y", "2", *"2026-11-2", "down")
            await pilot.pause()
            assert kinds(app)[2:] == ["Picker"]
            edit(pack, "title: The order", "title: An order")
            app.look()
            await pilot.pause()
            assert kinds(app) == ["Screen", "Guide"]
            await pilot.press("0", "enter")
            await pilot.pause()
            assert app.conversation is not None
            assert app.conversation.session.trail[-1].value == "2026-11-20"

    asyncio.run(scene())


def to_mail(conversation: Conversation) -> Conversation:
    for value in ("way", "yes", "failed", "2026-11-20", "A-1234"):
        conversation.answer(value)
    return conversation


def typed_after(pack: Path, edited: Callable[[], None]) -> str:
    """What stands in the line when an address is half typed and the files are saved; one letter is typed after it."""
    app = app_on(pack)
    assert app.conversation is not None
    to_mail(app.conversation)
    found: list[str] = []

    async def scene() -> None:
        async with app.run_test() as pilot:
            await pilot.press(*"me ")
            edited()
            app.look()
            await pilot.pause()
            await pilot.press("x")
            assert isinstance(app.screen, Guide)
            found.append(app.screen.ask.line.value)

    asyncio.run(scene())
    return found[0]


def edit_facts(pack: Path, before: str, after: str) -> None:
    file = pack / "facts.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_what_is_half_typed_stays_where_the_same_question_is_asked_in_whatever_words(pack):
    assert typed_after(pack, lambda: edit(pack, "title: The order", "title: An order")) == "me x"
    assert typed_after(pack, lambda: edit_facts(pack, "Your address?", "Which address is yours?")) == "me x"


def test_what_is_half_typed_goes_where_another_question_stands(pack):
    assert typed_after(pack, lambda: edit(pack, "needs: [order_number, mail, pin]", "needs: [order_number, pin]")) == "x"


def test_an_ending_that_stands_where_a_question_was_is_shown_alone(pack):
    async def scene() -> None:
        app = app_on(pack)
        async with app.run_test() as pilot:
            await pilot.press("2", "f1")
            await pilot.pause()
            edit(pack, "place: {ask: place}", "place: {ask: place, then: {way: found, else: late}}")
            app.look()
            await pilot.pause()
            assert kinds(app) == ["Screen", "EndingCard"]
            edit(pack, ", then: {way: found, else: late}}", "}")
            app.look()
            await pilot.pause()
            assert kinds(app) == ["Screen", "Guide"]

    asyncio.run(scene())


def test_a_note_that_is_half_written_goes_on_whatever_is_asked_after_a_save(pack):
    async def scene() -> None:
        app = app_on(pack)
        assert app.conversation is not None
        app.conversation.hand_over("agent")
        async with app.run_test() as pilot:
            await pilot.press("f7", *"They")
            edit(pack, "place: {ask: place}", "first: {ask: late}\n  place: {ask: place}")
            app.look()
            await pilot.pause()
            await pilot.press("!")
            assert app.screen.query_one(Entry).value == "They!"
            await pilot.press("enter")
            await pilot.pause()
            assert [note.text for note in app.conversation.session.notes] == ["They!"]

    asyncio.run(scene())


def test_a_preview_takes_what_the_settings_say(pack):
    async def scene() -> None:
        app = app_on(pack, keymap={"guide.help": ("x",)}, told="Line 3 of the settings is wrong.", motion=True)
        assert app.animation_level == "full"
        async with app.run_test() as pilot:
            await pilot.pause()
            assert said(app) == "! Line 3 of the settings is wrong."
            await pilot.press("x")
            await pilot.pause()
            assert kinds(app) == ["Screen", "Guide", "Help"]

    asyncio.run(scene())


def test_the_command_hands_on_what_the_settings_say(pack, tmp_path, monkeypatch):
    (tmp_path / "config.toml").write_text('theme = "light"\nmotion = true\nkeys.guide.help = "x"\n[colour]\n')
    monkeypatch.setenv("ASSISTANT_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setattr("assistant.cli.preview.wants_screens", lambda: True)
    shown: list[PreviewApp] = []
    monkeypatch.setattr("assistant.tui.start.run_app", shown.append)
    preview.main([str(pack / "lost-order.yaml")], standalone_mode=False)
    (app,) = shown
    assert (app.wanted_theme, app.animation_level, app.keymap) == ("light", "full", {"guide.help": ("x",)})
    assert "config.toml:4" in app.told
