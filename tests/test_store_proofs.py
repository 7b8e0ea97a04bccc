"""The short forms of the proofs in `tests/proofs`: killed at any moment, and ten processes on one file."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "proofs"))

import kill_postgres
import kill_sqlite
import ten_writers


def test_nothing_acknowledged_is_lost_where_a_process_is_killed(tmp_path: Path) -> None:
    proved = kill_sqlite.prove(kills=8, answers=50, folder=tmp_path)
    assert proved.kills >= 8
    assert proved.acknowledged >= 50
    assert (proved.lost, proved.unreadable) == (0, 0)


def test_nothing_acknowledged_is_lost_where_the_server_is_killed() -> None:
    proved = kill_postgres.prove(kills=1, writers=12, seconds=1.0)
    assert proved.processes > 12
    assert proved.acknowledged > 50
    assert (proved.lost, proved.unreadable) == (0, 0)


def test_ten_processes_on_one_file_all_get_through(tmp_path: Path) -> None:
    proved = ten_writers.prove(processes=10, answers=10, folder=tmp_path)
    assert (proved.gave_up, proved.landed) == (0, 100)
