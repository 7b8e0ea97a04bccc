"""A flow as it is written: read again when it is saved, with the place kept and the problems told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from desks import FLOW, write_pack

from assistant.desk.conversation import Conversation
from assistant.desk.watching import Watched, problem_lines
from assistant.engine.prompt import Question
from assistant.flow.problem import Problem
from assistant.flow.text import plain
from assistant.tui.bars import Said
from assistant.tui.preview import PreviewApp


@pytest.fixture
def pack(tmp_path) -> Path:
    return write_pack(tmp_path / "orders")


def app_on(pack: Path) -> PreviewApp:
    watched = Watched(pack / "lost-order.yaml")
    loaded = watched.load()
    assert loaded.pack is not None
    return PreviewApp(Conversation.start(loaded.pack, "lost-order"), watched, loaded.problems)


def edit(pack: Path, before: str, after: str) -> None:
    file = pack / "lost-order.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


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
