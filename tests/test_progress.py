"""Long work says how far it has come: to whom it is told, and what a person at a terminal sees of it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from desks import Desk
from terminals import Terminal

from assistant.author.check import check
from assistant.cli import bar as bars
from assistant.cli.bar import bar
from assistant.desk import handing
from assistant.desk.conversation import local_now
from assistant.desk.memory import Memory
from assistant.desk.packs import here
from assistant.desk.sessions import every, to_purge
from assistant.store.memory import MemoryStore


class Screen(io.StringIO):
    """A stream that is a terminal, or none."""

    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


def shown(
    monkeypatch: pytest.MonkeyPatch, *, patience: float = 0, stderr: bool = True, stdout: bool = False, prints: bool = False
) -> str:
    screen = Screen(stderr)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", Screen(stdout))
    monkeypatch.setattr(bars, "PATIENCE", patience)
    with bar("Writing", prints=prints) as progress:
        for done in range(1, 5):
            progress(done, 4)
    return screen.getvalue()


def test_a_person_at_a_terminal_sees_how_far_it_is(monkeypatch):
    seen = shown(monkeypatch)
    assert "Writing" in seen
    assert "25%" in seen
    assert "100%" in seen


def test_work_that_is_done_soon_shows_nothing(monkeypatch):
    assert shown(monkeypatch, patience=60) == ""


def test_what_no_person_watches_shows_nothing(monkeypatch):
    assert shown(monkeypatch, stderr=False) == ""


def test_what_is_printed_on_the_same_terminal_is_left_in_peace(monkeypatch):
    assert shown(monkeypatch, stdout=True, prints=True) == ""
    assert "100%" in shown(monkeypatch, stdout=True)


class Told:
    """Notes what it is told, and that it only goes on."""

    def __init__(self) -> None:
        self.parts: list[tuple[int, int]] = []

    def __call__(self, done: int, whole: int) -> None:
        assert not self.parts or done >= self.parts[-1][0]
        assert done <= whole
        self.parts.append((done, whole))

    @property
    def is_done(self) -> bool:
        return bool(self.parts) and self.parts[-1][0] == self.parts[-1][1]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for _ in range(3):
        desk.begin("shop")
    return desk


def test_an_export_of_all_sessions_counts_them(desk):
    told = Told()
    assert len(list(every(desk.memory, told))) == 3
    assert told.parts == [(1, 3), (2, 3), (3, 3)]


def test_looking_for_what_a_person_said_counts_the_sessions_read(desk):
    told = Told()
    to_purge(desk.memory, told, person="somebody")
    assert told.parts[-1] == (3, 3)


def test_a_session_on_its_way_to_another_machine_counts_its_bytes(desk, tmp_path):
    stored = next(every(desk.memory))
    out, back = Told(), Told()
    handing.export(desk.memory, stored, tmp_path / "one.assistant", out)
    assert out.is_done
    handing.bring_in(Memory(store=MemoryStore()), tmp_path / "one.assistant", local_now(), back)
    assert len(back.parts) == len(out.parts)
    assert back.parts[-1][0] == out.parts[-1][0]


def test_a_check_counts_the_flows_proved():
    told = Told()
    check(here()[:1], local_now(), progress=told)
    assert told.is_done


def test_a_long_batch_shows_its_bar_beside_the_results_in_a_file(tmp_path):
    lines = tmp_path / "calls.jsonl"
    lines.write_text('{"change_reason": "left", "onboarded": "yes"}\n' * 6000)
    command = f"{sys.executable} -m assistant run change-provisioning-contact --batch {lines} > {tmp_path / 'out.jsonl'}"
    terminal = Terminal(tmp_path, shell=command)
    try:
        terminal.until("100%", limit=40)
        assert terminal.ended() == 0
        assert b"Sessions" in terminal.seen
    finally:
        terminal.close()
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 6000
