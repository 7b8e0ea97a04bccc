"""Tests of flows as pytest's own items: `FLOW.test.yaml` in a pack is collected, and fails in words instead of tracebacks.

Loaded by every pytest run on a machine that has this program, so it imports nothing before there is such a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from assistant.author.testfile import FlowTest, FlowTests
    from assistant.author.testing import Verdict
    from assistant.flow.load import Loaded
    from assistant.flow.model import Pack

ENDING = ".test.yaml"
_PACK_FILE = "pack.yaml"

_LOADED: pytest.StashKey[dict[Path, Loaded]] = pytest.StashKey()
"""The packs that were loaded already in this run."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of tests that lies in a pack."""
    if not file_path.name.endswith(ENDING):
        return None
    root = next((folder for folder in file_path.parents if (folder / _PACK_FILE).is_file()), None)
    return None if root is None else FlowTestFile.from_parent(parent, path=file_path, root=root)


class FlowFailed(Exception):
    """A test of a flow that did not pass."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.test.name)
        self.verdict = verdict


class FlowTestFile(pytest.File):
    """A file of tests."""

    def __init__(self, *, root: Path, **more: Any) -> None:
        super().__init__(**more)
        self.root = root

    def collect(self) -> Iterable[pytest.Item]:
        """One item for each test.

        Raises:
            CollectError: the pack or the file can't be used.
        """
        from assistant.author.suites import errors_of, open_tests
        from assistant.flow.load import load

        loaded = self.session.stash.setdefault(_LOADED, {})
        if self.root not in loaded:
            loaded[self.root] = load(self.root)
        pack = loaded[self.root].pack
        if pack is None:
            raise self.CollectError("\n".join(map(str, errors_of(self.root, loaded[self.root].problems))))
        tests, problems = open_tests(self.path, pack)
        if any(problem.severity == "error" for problem in problems):
            raise self.CollectError("\n".join(f"{problem}\n    {problem.fix}" for problem in problems))
        for test in tests.tests:
            yield FlowTestItem.from_parent(self, name=test.name, pack=pack, tests=tests, test=test)


class FlowTestItem(pytest.Item):
    """One test of a flow."""

    def __init__(self, *, pack: Pack, tests: FlowTests, test: FlowTest, **more: Any) -> None:
        super().__init__(**more)
        self.pack = pack
        self.tests = tests
        self.test = test

    def runtest(self) -> None:
        """Hold the conversation.

        Raises:
            FlowFailed: something came otherwise than the test says.
        """
        from datetime import datetime

        from assistant.author.testing import run_test

        verdict = run_test(self.pack, self.tests, self.test, datetime.now().astimezone())
        if not verdict.passed:
            raise FlowFailed(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What came otherwise, and the conversation; of anything else the traceback."""
        if not isinstance(excinfo.value, FlowFailed):
            return super().repr_failure(excinfo, style)
        from assistant.author.verdicts import failure_lines
        from assistant.words.formats import clean

        return clean("\n".join(failure_lines(excinfo.value.verdict)))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the test stands."""
        return self.path, self.test.at[0] - 1, self.name
