"""What holds for every test: what a conversation keeps goes to a place of the test run's own, and nothing waits or is gone
over for nothing."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from screens import idle


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Never the data folder or the settings of whoever runs the tests."""
    os.environ["ASSISTANT_CONFIG"] = str(tmp_path_factory.mktemp("settings") / "config.toml")
    before = os.environ.get("ASSISTANT_STORE")
    os.environ["ASSISTANT_STORE"] = str(tmp_path_factory.mktemp("store") / "sessions.db")
    os.environ.pop("ASSISTANT_NAME", None)
    yield
    if before is None:
        del os.environ["ASSISTANT_STORE"]
    else:
        os.environ["ASSISTANT_STORE"] = before


@pytest.fixture(scope="session", autouse=True)
def keys_at_once() -> Iterator[None]:
    """The screens are driven as fast as they follow."""
    with patch("textual.app.wait_for_idle", idle), patch("textual.pilot.wait_for_idle", idle):
        yield


@pytest.fixture(scope="session", autouse=True)
def loaded_once() -> None:
    """The collector does not go over all that is loaded again and again."""
    gc.collect()
    gc.freeze()
